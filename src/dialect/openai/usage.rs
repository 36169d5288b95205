//! Usage under the names that OpenAI-compatible providers give it.

use crate::openai::Usage;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Members beside OpenAI's own. Raw, so that one of an unexpected type costs nothing but itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Variants<'a> {
    /// DeepSeek: the part of the prompt that came from the cache.
    #[serde(borrow)]
    prompt_cache_hit_tokens: Option<&'a RawValue>,
    /// Together, Moonshot.
    #[serde(borrow)]
    cached_tokens: Option<&'a RawValue>,
    /// Mistral.
    #[serde(borrow)]
    num_cached_tokens: Option<&'a RawValue>,
    /// OpenRouter: USD charged.
    #[serde(borrow)]
    cost: Option<&'a RawValue>,
}

/// Reads a `usage` object; also what the provider says it charged, in USD.
pub fn read(json: &str) -> (Option<Usage>, Option<f64>) {
    let variants: Variants<'_> = serde_json::from_str(json).unwrap_or_default();
    let cost = variants.cost.and_then(|raw| raw.get().parse().ok());
    let usage = serde_json::from_str(json).ok().and_then(|usage| complete(usage, &variants));
    (usage, cost)
}

/// Where `json`, a usage object, counts cached tokens under another name than OpenAI's alone: what to
/// insert at which byte for them to stand under OpenAI's as well.
pub fn cached_under_openais_name(json: &str) -> Option<(usize, String)> {
    if memchr::memmem::find(json.as_bytes(), b"\"prompt_tokens_details\"").is_some() {
        return None;
    }
    let cached = read(json).0?.prompt_tokens_details.cached_tokens;
    let insertion = format!("\"prompt_tokens_details\":{{\"cached_tokens\":{cached}}},");
    (cached > 0).then_some((1, insertion))
}

fn complete(mut usage: Usage, variants: &Variants<'_>) -> Option<Usage> {
    let read = usage.prompt_tokens.saturating_add(usage.completion_tokens);
    if usage.total_tokens == 0 {
        usage.total_tokens = read;
    }
    if usage.total_tokens == 0 {
        return None;
    }
    let cached = &mut usage.prompt_tokens_details.cached_tokens;
    if *cached == 0 {
        *cached =
            [variants.prompt_cache_hit_tokens, variants.cached_tokens, variants.num_cached_tokens]
                .into_iter()
                .flatten()
                .find_map(|raw| raw.get().parse().ok().filter(|count| *count > 0))
                .unwrap_or(usage.cache_read_input_tokens);
    }
    // xAI counts reasoning beside the completion and not in it; its total shows that.
    let reasoning = usage.completion_tokens_details.reasoning_tokens;
    if reasoning > 0 && Some(usage.total_tokens) == read.checked_add(reasoning) {
        usage.completion_tokens = usage.completion_tokens.saturating_add(reasoning);
    }
    Some(usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> Usage {
        read(json).0.unwrap()
    }

    #[test]
    fn cached_tokens_are_found_under_every_name() {
        for json in [
            r#"{"prompt_tokens":9,"completion_tokens":1,"prompt_cache_hit_tokens":4}"#,
            r#"{"prompt_tokens":9,"completion_tokens":1,"cached_tokens":4}"#,
            r#"{"prompt_tokens":9,"completion_tokens":1,"num_cached_tokens":4}"#,
            r#"{"prompt_tokens":9,"completion_tokens":1,"cache_read_input_tokens":4}"#,
            r#"{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}"#,
        ] {
            let usage = usage(json);
            assert_eq!((usage.prompt_tokens_details.cached_tokens, usage.total_tokens), (4, 10));
        }
    }

    #[test]
    fn cached_tokens_are_also_given_under_openais_name() {
        let json = r#"{"prompt_tokens":9,"num_cached_tokens":4}"#;
        let (at, insertion) = cached_under_openais_name(json).unwrap();
        let (head, tail) = json.split_at(at);
        let edited: serde_json::Value =
            serde_json::from_str(&format!("{head}{insertion}{tail}")).unwrap();
        assert_eq!(edited["prompt_tokens_details"]["cached_tokens"], 4);
        for json in [
            r#"{"prompt_tokens":9,"num_cached_tokens":0}"#,
            r#"{"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4}}"#,
            "null",
            "{}",
        ] {
            assert_eq!(cached_under_openais_name(json), None, "{json}");
        }
    }

    #[test]
    fn reasoning_that_is_counted_beside_the_completion_is_added() {
        let details = r#""completion_tokens_details":{"reasoning_tokens":5}"#;
        let beside =
            format!(r#"{{"prompt_tokens":9,"completion_tokens":1,"total_tokens":15,{details}}}"#);
        assert_eq!(usage(&beside).completion_tokens, 6);
        let within =
            format!(r#"{{"prompt_tokens":9,"completion_tokens":6,"total_tokens":15,{details}}}"#);
        assert_eq!(usage(&within).completion_tokens, 6);
    }

    #[test]
    fn a_stated_cost_is_read_and_an_odd_one_is_not() {
        assert_eq!(read(r#"{"prompt_tokens":1,"cost":0.25}"#).1, Some(0.25));
        assert_eq!(read(r#"{"prompt_tokens":1,"cost":{"total_cost":1}}"#).1, None);
        assert!(read(r#"{"prompt_tokens":1,"cost":{"total_cost":1}}"#).0.is_some());
    }

    #[test]
    fn empty_usage_is_no_usage() {
        assert_eq!(read("{}"), (None, None));
        assert_eq!(read(r#"{"prompt_tokens":"many"}"#).0, None);
        assert_eq!(read("null").0, None);
    }
}
