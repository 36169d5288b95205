//! One line of the data file, made into a [`Price`].

use super::capability::Capabilities;
use super::kind::RateKind;
use super::off_peak::{self, OffPeak};
use super::rate::{self, Rate};
use super::rates::Entry;
use super::service::ServiceTier;
use super::table::Line;
use super::{Price, Uplift};

/// What the rates that follow belong to.
enum Section {
    Band { above: u64, service: ServiceTier },
    OffPeak,
}

/// The provider's column; `/` stands for the name up to its first slash.
pub(super) fn provider(line: Line) -> &'static str {
    match line.rest.split(' ').nth(1) {
        Some("/") => line.name.split('/').next().unwrap_or_default(),
        column => given(column),
    }
}

/// `None` for a line that is not as the header of the file describes it, which the tests rule out.
pub(super) fn parse(line: Line) -> Option<Price> {
    let mut words = line.rest.split(' ');
    let mut price =
        Price { mode: given(words.next()), provider: provider(line), ..Price::default() };
    words.next()?;
    let limits = given(words.next());
    let (input, output) = limits.split_once('/').unwrap_or_default();
    price.max_input_tokens = limit(input)?;
    price.max_output_tokens = limit(output)?;
    price.capabilities = Capabilities::from_letters(given(words.next()))?;
    let mut section = Section::Band { above: 0, service: ServiceTier::Standard };
    for word in words {
        if let Some(off_peak) = word.strip_prefix("@off+") {
            price.off_peak = Some(parse_off_peak(off_peak)?);
            section = Section::OffPeak;
        } else if let Some(band) = word.strip_prefix('@') {
            section = parse_band(band)?;
        } else if let Some(uplift) = word.strip_prefix('*') {
            let (name, factor) = uplift.split_once('=')?;
            let factor = u64::try_from(rate::decimal(factor, 6)?).ok()?;
            price.uplifts.push((Uplift::from_name(name)?, factor));
        } else {
            let (code, value) = word.split_once('=')?;
            let kind = RateKind::from_code(code)?;
            let rate = Rate::parse_usd_per_million(value)?;
            match (&section, &mut price.off_peak) {
                (Section::Band { above, service }, _) => {
                    let (above, service) = (*above, *service);
                    price.rates.push(Entry { kind, above, service, rate });
                }
                (Section::OffPeak, Some(off_peak)) => off_peak.rates.push((kind, rate)),
                (Section::OffPeak, None) => return None,
            }
        }
    }
    Some(price)
}

/// A column's text; `-` is none.
fn given(column: Option<&'static str>) -> &'static str {
    column.filter(|text| *text != "-").unwrap_or_default()
}

/// The outer `None` is a fault, the inner one no limit.
fn limit(text: &str) -> Option<Option<u64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

/// `>200k+flex`, `>199999`, `+batches`.
fn parse_band(text: &str) -> Option<Section> {
    let (band, service) = text.split_once('+').unwrap_or((text, ""));
    let above = match band.strip_prefix('>') {
        None => 0,
        Some(tokens) => match tokens.strip_suffix('k') {
            Some(thousands) => thousands.parse::<u64>().ok()?.checked_mul(1000)?,
            None => tokens.parse().ok()?,
        },
    };
    let service = match service {
        "" => ServiceTier::Standard,
        suffix => ServiceTier::from_suffix(suffix)?,
    };
    Some(Section::Band { above, service })
}

/// `8:12345/0000-0100;67/0000-0000`.
fn parse_off_peak(text: &'static str) -> Option<OffPeak> {
    let (hours, windows) = text.split_once(':')?;
    let hours_ahead = hours.parse().ok()?;
    off_peak::windows_are_valid(windows).then(|| OffPeak { windows, hours_ahead, rates: vec![] })
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    #[test]
    fn every_line_of_the_data_file_parses() {
        for line in table::lines() {
            let price = parse(line).unwrap_or_else(|| panic!("{line:?}"));
            assert!(!price.provider.is_empty(), "{line:?}");
        }
    }

    #[test]
    fn a_line_that_is_not_understood_is_no_price() {
        let rests = [
            "chat openai 1/2 v i=x",
            "chat openai 1/2 v new=1",
            "chat openai 1/2 ? i=1",
            "chat openai one/2 v i=1",
            "chat openai 1/2 v @>200k+new i=1",
            "chat openai 1/2 v @>many i=1",
            "chat openai 1/2 v @off+0:8/0000-0100 i=1",
            "chat openai 1/2 v *moon=1.1",
        ];
        for rest in rests {
            assert_eq!(parse(Line { name: "model", rest }), None, "{rest}");
        }
    }
}
