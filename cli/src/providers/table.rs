//! The catalogue as a table for a terminal: one line a row.

use super::{dialect, endpoints, name, words};
use dragoman::catalog::Provider;

const HEAD: [&str; 6] =
    ["PROVIDER", "DIALECT", "BASE URL", "ENVIRONMENT", "ENDPOINTS", "DIFFERENCES"];

/// The lines, with the columns aligned.
pub fn text(rows: &[&Provider]) -> String {
    let lines: Vec<[String; 6]> =
        std::iter::once(HEAD.map(str::to_owned)).chain(rows.iter().map(|row| cells(row))).collect();
    let width = |column: usize| {
        lines.iter().filter_map(|line| Some(line.get(column)?.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            text.push_str(&format!("{cell:width$}  "));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

fn cells(row: &Provider) -> [String; 6] {
    let variables: Vec<&str> =
        row.key_env.iter().chain(&row.base_env).map(String::as_str).collect();
    [
        name(row),
        dialect(row),
        row.base_url.clone().unwrap_or_else(|| "(api_base)".to_owned()),
        variables.join(" "),
        endpoints(row).join(" "),
        words::differences(row).join("; ").replace('`', ""),
    ]
}
