//! What a scalar without quotes means.
//!
//! As PyYAML has it (YAML 1.1), because the files are LiteLLM's; but `1e3` is a number as everybody
//! expects, and what would surprise stays a string: dates, `0123`, `12:30:45`, and `.inf` and `.nan`,
//! which JSON cannot say.

use serde_json::{Number, Value};

pub fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    number(text).map_or_else(|| Value::from(text), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok().filter(|_| unsigned == text).map(Number::from);
    }
    let is_leading_zero = unsigned.len() > 1
        && unsigned.starts_with('0')
        && unsigned.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') || is_leading_zero {
        return None;
    }
    let digits = text.replace('_', "");
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    if let Ok(whole) = digits.parse::<i64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = digits.parse::<u64>() {
        return Some(whole.into());
    }
    // Infinities are no JSON numbers, so they come to nothing here.
    digits.parse::<f64>().ok().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::plain;
    use serde_json::json;

    #[test]
    fn scalars_mean_what_they_mean_to_litellm() {
        for (text, value) in [
            ("yes", json!(true)),
            ("Off", json!(false)),
            ("~", json!(null)),
            ("20_000", json!(20_000)),
            ("-5", json!(-5)),
            ("+5", json!(5)),
            ("0x1F", json!(31)),
            ("0.5", json!(0.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("3e-7", json!(3e-7)),
            ("18446744073709551615", json!(u64::MAX)),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
        for text in [
            "2024-02-01",
            "0123",
            "12:30",
            ".inf",
            "-.inf",
            ".nan",
            "inf",
            "1e999",
            "y",
            "1.2.3",
            "-",
        ] {
            assert_eq!(plain(text), json!(text));
        }
    }
}
