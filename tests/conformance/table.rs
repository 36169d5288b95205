//! What was checked, as a table.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Default)]
pub struct Table(BTreeMap<String, Row>);

#[derive(Default)]
struct Row {
    checked: usize,
    faults: usize,
    /// How many, by reason.
    skipped: BTreeMap<String, usize>,
}

impl Table {
    pub fn checked(&mut self, provider: &str, faults: usize) {
        let row = self.0.entry(provider.to_owned()).or_default();
        row.checked += 1;
        row.faults += faults;
    }

    pub fn skipped(&mut self, provider: &str, why: String) {
        *self.0.entry(provider.to_owned()).or_default().skipped.entry(why).or_default() += 1;
    }

    /// All that was checked.
    pub fn total(&self) -> usize {
        self.0.values().map(|row| row.checked).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16} {:>7} {:>7} {:>6}  skipped",
            "provider", "records", "checked", "faults"
        )?;
        for (provider, row) in &self.0 {
            let skipped: usize = row.skipped.values().sum();
            let why: Vec<String> =
                row.skipped.iter().map(|(why, count)| format!("{count}: {why}")).collect();
            let (records, why) = (row.checked + skipped, why.join("; "));
            let (checked, faults) = (row.checked, row.faults);
            writeln!(f, "{provider:<16} {records:>7} {checked:>7} {faults:>6}  {why}")?;
        }
        write!(f, "{:<16} {:>7} {:>7}", "", "", self.total())
    }
}
