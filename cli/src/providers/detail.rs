//! Everything about one provider, a line for each fact.

use super::{dialect, endpoints, name, words};
use dragoman::catalog::Provider;
use std::fmt::Write as _;

/// The provider's rows, one below the other.
pub fn text(rows: &[&Provider]) -> String {
    let texts: Vec<String> = rows.iter().map(|row| one(row)).collect();
    texts.join("\n")
}

fn one(row: &Provider) -> String {
    let mut out = format!("{}\n", name(row));
    let mut say = |title: &str, text: &str| {
        if !text.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {title:12} {text}");
        }
    };
    say("dialect", &dialect(row));
    say("endpoints", &endpoints(row).join(" "));
    say("base URL", row.base_url.as_deref().unwrap_or("none of its own: set `api_base`"));
    say("key", &variables(&row.key_env));
    say("address", &variables(&row.base_env));
    for setting in &row.settings {
        let mut text = format!("`{}`", setting.name);
        if !setting.env.is_empty() {
            text.push_str(&format!(", or {}", variables(&setting.env)));
        }
        if let Some(default) = &setting.default {
            text.push_str(&format!(", or else {default}"));
        }
        say("setting", &text);
    }
    for phrase in words::differences(row) {
        say("difference", &phrase);
    }
    say("note", row.note.as_deref().unwrap_or_default());
    out.replace('`', "")
}

fn variables(names: &[String]) -> String {
    names.join(" or ")
}
