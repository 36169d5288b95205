//! Which line of the data file a deployment's model means.
//!
//! The names tried, and which provider a line may serve, are those of LiteLLM 1.106's
//! `get_model_info`, so that an existing configuration finds the same price. One thing is left
//! out: Fireworks models that are not listed, whose price LiteLLM guesses from their size.

use super::line;
use super::table::{self, Line};

/// The line for `model` at `provider`, or for `model` anywhere where `provider` is empty.
pub(super) fn find(provider: &str, model: &str) -> Option<Line> {
    let provider = match provider {
        // Other endpoints of the same server.
        "ollama_chat" | "ollama_openai" => "ollama",
        "oci_openai" => "oci",
        _ => provider,
    };
    let prefixed = model.strip_prefix(provider).and_then(|rest| rest.strip_prefix('/'));
    let bare = prefixed.unwrap_or(model);
    let routed = if is_bedrock(provider) { bedrock_model_id(bare) } else { bare };
    let base = base_name(provider, bare);
    let find =
        |parts: &[&str]| table::find(parts).filter(|line| serves(line::provider(*line), provider));
    let vertex = provider == "vertex_ai";
    find(&[provider, "/", bare])
        .or_else(|| find(&[model]))
        .or_else(|| find(&[routed]))
        .or_else(|| find(&[provider, "/", base]))
        .or_else(|| find(&[base]))
        .or_else(|| find(&[provider, "/", model]))
        .or_else(|| find(&[provider, "/meta/", bare]).filter(|_| vertex))
        .or_else(|| find(&[provider, "/", bare, "@latest"]).filter(|_| vertex))
        .or_else(|| {
            find(&[provider, "/accounts/fireworks/models/", bare])
                .filter(|_| provider == "fireworks_ai")
        })
}

/// Whether a line of provider `owner` is a price for requests to `provider`. A model of the same
/// name at another provider is not: its price there may be anything.
fn serves(owner: &str, provider: &str) -> bool {
    let family = |prefix: &str| owner.starts_with(prefix);
    match provider {
        // These two resell or proxy whatever is behind them.
        "" | "github" | "litellm_proxy" => true,
        _ if owner == provider => true,
        "vertex_ai" | "fireworks_ai" => family(provider),
        _ if is_bedrock(provider) => family("bedrock"),
        "azure_ai" => owner == "azure" || owner == "openai",
        // LiteLLM routes these to a sibling provider before it looks up the price.
        "azure" => owner == "azure_text",
        "cohere" => owner == "cohere_chat",
        "openai" | "codestral" => owner.strip_prefix("text-completion-") == Some(provider),
        _ => false,
    }
}

fn is_bedrock(provider: &str) -> bool {
    provider.starts_with("bedrock")
}

/// The name without what providers append to it: dates, versions, fine-tuning ids, regions.
fn base_name<'a>(provider: &str, model: &'a str) -> &'a str {
    match provider {
        "bedrock" | "bedrock_converse" => bedrock_base_name(model),
        // `-001` and the like.
        "vertex_ai" | "gemini" | "databricks" => match model.rsplit_once('-') {
            Some((base, version)) if is_digits(version) => base,
            _ => model,
        },
        // `ft:gpt-4o-2024-08-06:organization:suffix:id`
        _ if model.contains("ft:") => match model.rsplitn(4, ':').nth(3) {
            Some(base) => base,
            None => model,
        },
        _ => without_date(model),
    }
}

/// `gpt-4o-2024-08-06` → `gpt-4o`.
fn without_date(model: &str) -> &str {
    let Some((base, date)) = model.len().checked_sub(11).and_then(|at| model.split_at_checked(at))
    else {
        return model;
    };
    let shape = date.bytes().enumerate().all(|(at, byte)| match at {
        0 | 5 | 8 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if shape { base } else { model }
}

/// Without route, ARN, throughput (`:51k`), context window (`[1m]`) and region: what is left of
/// `converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0` is `anthropic.claude-…`.
fn bedrock_base_name(model: &str) -> &str {
    const INFERENCE_REGIONS: [&str; 7] = ["global", "us", "eu", "apac", "jp", "au", "us-gov"];
    let model = bedrock_model_id(model);
    let model = match model.rsplit_once(':') {
        Some((rest, throughput))
            if throughput.strip_suffix('k').is_some_and(is_digits)
                && rest.rsplit(':').next().is_some_and(is_digits) =>
        {
            rest
        }
        _ => model,
    };
    let model = match model.rsplit_once('[') {
        Some((rest, window)) if window.ends_with(']') => rest,
        _ => model,
    };
    if let Some((region, rest)) = model.split_once('.')
        && INFERENCE_REGIONS.contains(&region)
    {
        return rest;
    }
    match model.split_once('/') {
        // `us-east-1/anthropic.claude-v2`
        Some((region, rest)) if region.contains('-') && region.ends_with(is_digit) => rest,
        _ => model,
    }
}

/// The id that Bedrock lists: without LiteLLM's route before it, and out of its ARN.
fn bedrock_model_id(mut model: &str) -> &str {
    const ROUTES: [&str; 6] =
        ["chat_completions/", "converse/", "converse_like/", "invoke/", "openai/", "mantle/"];
    for route in ROUTES {
        model = model.strip_prefix(route).unwrap_or(model);
    }
    match model.starts_with("arn:") {
        true => model.rsplit('/').next().unwrap_or(model),
        false => model,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_digit)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(provider: &str, model: &str) -> Option<&'static str> {
        find(provider, model).map(|line| line.name)
    }

    #[test]
    fn a_model_is_found_with_and_without_its_provider() {
        assert_eq!(name("openai", "gpt-4o"), Some("gpt-4o"));
        assert_eq!(name("openai", "openai/gpt-4o"), Some("gpt-4o"));
        assert_eq!(name("", "gpt-4o"), Some("gpt-4o"));
        assert_eq!(name("gemini", "gemini-2.5-pro"), Some("gemini/gemini-2.5-pro"));
        assert_eq!(name("vertex_ai", "gemini-2.5-pro"), Some("gemini-2.5-pro"));
        assert_eq!(name("openai", "GPT-4O"), Some("gpt-4o"));
        assert_eq!(name("cohere", "command-r-plus"), name("cohere_chat", "command-r-plus"));
        assert_eq!(name("cohere", "command-a-03-2025"), Some("command-a-03-2025"));
        assert_eq!(name("oci_openai", "xai.grok-4"), Some("oci/xai.grok-4"));
        assert_eq!(name("ollama_chat", "codegemma"), Some("ollama/codegemma"));
    }

    #[test]
    fn another_providers_price_is_no_price() {
        assert_eq!(name("groq", "gpt-4o"), None);
        assert_eq!(name("azure", "gpt-4o"), Some("azure/gpt-4o"));
        assert_eq!(name("anthropic", "gpt-4o"), None);
    }

    #[test]
    fn dates_versions_and_fine_tunes_lead_to_the_base_model() {
        assert_eq!(name("openai", "gpt-4o-2099-01-31"), Some("gpt-4o"));
        assert_eq!(name("openai", "gpt-4o-20990131"), None);
        let tuned = "ft:gpt-4o-2024-08-06:my-org::abc";
        assert_eq!(name("openai", tuned), Some("ft:gpt-4o-2024-08-06"));
        assert_eq!(name("vertex_ai", "gemini-2.5-pro-001"), Some("gemini-2.5-pro"));
        assert_eq!(without_date("é-2024-08-06"), "é");
        assert_eq!(without_date("éééééé"), "éééééé");
    }

    #[test]
    fn bedrock_names_lose_route_region_and_throughput() {
        let sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";
        let own_line = format!("us.{sonnet}");
        assert_eq!(name("bedrock", &own_line), Some(own_line.as_str()));
        assert_eq!(name("bedrock", &format!("converse/{own_line}")), Some(own_line.as_str()));
        assert_eq!(name("bedrock", &format!("apac.{sonnet}")), Some(sonnet));
        assert_eq!(name("bedrock", &format!("bedrock/converse/{sonnet}:51k")), Some(sonnet));
        let arn = format!("arn:aws:bedrock:eu-west-1:1:foundation-model/{sonnet}");
        assert_eq!(name("bedrock", &arn), Some(sonnet));
        let profile = format!("arn:aws:bedrock:us-east-1:1:inference-profile/{own_line}");
        assert_eq!(name("bedrock", &profile), Some(own_line.as_str()));
        let regional = "bedrock/us-gov-west-1/anthropic.claude-sonnet-4-5-20250929-v1:0";
        assert_eq!(name("bedrock", regional), Some(regional));
        assert_eq!(bedrock_base_name("us-east-1/anthropic.claude-v2"), "anthropic.claude-v2");
        assert_eq!(bedrock_base_name("eu.a.b-v1[1m]"), "a.b-v1");
    }

    #[test]
    fn no_name_makes_the_search_fail_badly() {
        for model in ["", "/", ":", "ft:", "ft:::", "arn:", "[", "-", ".", "é", "us."] {
            for provider in ["", "bedrock", "vertex_ai", "openai", "é", "#"] {
                assert_eq!(name(provider, model), None, "{provider} {model}");
            }
        }
    }
}
