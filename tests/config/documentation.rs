//! docs/configure.md names every setting that is read, and no other.

use dragoman::config::known::SECTIONS;
use dragoman::config::{Limits, Routing};
use std::collections::BTreeMap;

const PAGE: &str = include_str!("../../docs/configure.md");

/// The rows of each section's table: name, type, default, meaning.
fn tables() -> BTreeMap<String, Vec<[String; 4]>> {
    let mut tables: BTreeMap<String, Vec<[String; 4]>> = BTreeMap::new();
    let mut section = String::new();
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.trim_matches('`').to_owned();
        }
        if let Some(row) = line.strip_prefix("| `") {
            let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
            let [name, kind, default, meaning] = cells[..] else { panic!("four cells: {line}") };
            let cells = [name.trim_end_matches('`'), kind, default, meaning].map(str::to_owned);
            tables.entry(section.clone()).or_default().push(cells);
        }
    }
    tables
}

#[test]
fn the_tables_list_exactly_the_settings_that_are_read() {
    let tables = tables();
    for section in SECTIONS {
        let mut documented: Vec<&str> =
            tables.get(section.name).into_iter().flatten().map(|row| row[0].as_str()).collect();
        let mut used: Vec<&str> = section.used().collect();
        documented.sort_unstable();
        used.sort_unstable();
        assert_eq!(documented, used, "the table of `{}`", section.name);
    }
    assert_eq!(tables.len(), SECTIONS.len());
}

#[test]
fn the_defaults_in_the_tables_are_those_of_the_code() {
    let tables = tables();
    let default = |section: &str, name: &str| {
        let row = tables[section].iter().find(|row| row[0] == name).unwrap();
        row[2].trim_matches('`').to_owned()
    };
    let (routing, limits) = (Routing::default(), Limits::default());
    let router = |name: &str| default("router_settings", name);
    assert_eq!(router("num_retries"), routing.num_retries.to_string());
    assert_eq!(router("timeout"), (routing.timeout_ms / 1000).to_string());
    assert_eq!(router("cooldown_time"), (routing.cooldown_ms / 1000).to_string());
    assert_eq!(router("allowed_fails"), routing.allowed_fails.to_string());
    let limit = |name: &str| default("dragoman.limits", name);
    assert_eq!(limit("max_request_body_mb"), (limits.max_request_body_bytes >> 20).to_string());
    assert_eq!(limit("max_response_body_mb"), (limits.max_response_body_bytes >> 20).to_string());
    assert_eq!(limit("max_attempts"), limits.max_attempts.to_string());
}
