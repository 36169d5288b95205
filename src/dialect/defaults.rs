//! Values of OpenAI's parameters that ask for what a provider does anyway.
//!
//! Agent frameworks and SDKs send many of them always. Where a provider does not know the parameter,
//! nothing is lost by leaving such a value out, and a refusal would help nobody.

use crate::openai::ChatRequest;
use crate::openai::request::Field;
use serde_json::Value;

/// Whom a request is for, and hints for OpenAI's cache: they change no answer. A provider without a
/// place for them goes without.
const REMARKS: [&str; 3] = ["prompt_cache_key", "safety_identifier", "user"];

/// Whether a parameter says what holds without it.
///
/// Source of the defaults: <https://platform.openai.com/docs/api-reference/chat/create>.
pub fn says_the_default(field: &Field<'_>) -> bool {
    let json = field.json;
    let is = |number: f64| json.parse::<f64>().is_ok_and(|value| value == number);
    match field.name {
        "n" | "top_p" => is(1.0),
        "frequency_penalty" | "presence_penalty" | "top_logprobs" => is(0.0),
        "logprobs" | "store" => json == "false",
        "parallel_tool_calls" => json == "true",
        "tool_choice" | "function_call" => json == "\"auto\"",
        "reasoning_effort" => json == "\"none\"",
        "verbosity" => json == "\"medium\"",
        // Who has no tiers serves all alike.
        "service_tier" => matches!(json, "\"auto\"" | "\"default\""),
        "functions" | "logit_bias" | "stop" | "tools" => is_empty(json),
        "modalities" => reads_as(json, &serde_json::json!(["text"])),
        "response_format" => reads_as(json, &serde_json::json!({"type": "text"})),
        _ => false,
    }
}

/// Whether a parameter restrains calls of tools in a request that offers none.
pub fn says_nothing_without_tools(field: &Field<'_>, request: &ChatRequest) -> bool {
    let restrains = match field.name {
        "parallel_tool_calls" => field.json == "false",
        "tool_choice" | "function_call" => field.json == "\"none\"",
        _ => false,
    };
    // What stands in `extra_body` is not looked into.
    let offers = |name: &&str| {
        request.field(name).is_some_and(|field| !field.is_null() && !is_empty(field.json))
    };
    restrains && !["tools", "functions", "extra_body"].iter().any(offers)
}

/// Whether a parameter is one of the [`REMARKS`].
pub fn is_remark(name: &str) -> bool {
    REMARKS.contains(&name)
}

/// An empty list or object, however it is spaced.
fn is_empty(json: &str) -> bool {
    let within = |open, close| json.strip_prefix(open)?.strip_suffix(close);
    within('[', ']').or_else(|| within('{', '}')).is_some_and(|inner| inner.trim().is_empty())
}

/// Compares values, not spaces. Only what is short can be equal, so nothing long is read.
fn reads_as(json: &str, expected: &Value) -> bool {
    const LONGEST: usize = 64;
    json.len() <= LONGEST
        && serde_json::from_str::<Value>(json).is_ok_and(|value| value == *expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::fixture;

    #[test]
    fn a_default_is_known_however_it_is_written() {
        for (name, json, expected) in [
            ("n", "1", true),
            ("n", "1.0", true),
            ("n", "2", false),
            ("frequency_penalty", "0.0", true),
            ("frequency_penalty", "0.1", false),
            ("top_logprobs", "0", true),
            ("logprobs", "false", true),
            ("logprobs", "true", false),
            ("store", "false", true),
            ("store", "true", false),
            ("parallel_tool_calls", "true", true),
            ("parallel_tool_calls", "false", false),
            ("tool_choice", "\"auto\"", true),
            ("tool_choice", "\"none\"", false),
            ("tool_choice", "\"required\"", false),
            ("response_format", "{\"type\": \"text\"}", true),
            ("response_format", "{\"type\":\"json_object\"}", false),
            ("modalities", "[ \"text\" ]", true),
            ("modalities", "[\"text\",\"audio\"]", false),
            ("service_tier", "\"default\"", true),
            ("service_tier", "\"flex\"", false),
            ("logit_bias", "{ }", true),
            ("logit_bias", "{\"1\":1}", false),
            ("stop", "[]", true),
            ("stop", "\"\"", false),
            ("tools", "[\n]", true),
            ("verbosity", "\"low\"", false),
            ("seed", "0", false),
        ] {
            assert_eq!(says_the_default(&Field { name, json }), expected, "{name}: {json}");
        }
    }

    #[test]
    fn without_tools_there_is_nothing_to_restrain() {
        let request = |more: &str| {
            fixture::request(&format!(
                r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{more}}}"#
            ))
        };
        let one = Field { name: "parallel_tool_calls", json: "false" };
        let none = Field { name: "tool_choice", json: "\"none\"" };
        for more in ["", r#","tools":null"#, r#","tools":[ ],"functions":[]"#] {
            assert!(says_nothing_without_tools(&one, &request(more)), "{more}");
            assert!(says_nothing_without_tools(&none, &request(more)), "{more}");
        }
        for more in [r#","tools":[{}]"#, r#","functions":[{}]"#, r#","extra_body":{"tools":[]}"#] {
            assert!(!says_nothing_without_tools(&one, &request(more)), "{more}");
        }
        let required = Field { name: "tool_choice", json: "\"required\"" };
        assert!(!says_nothing_without_tools(&required, &request("")));
    }
}
