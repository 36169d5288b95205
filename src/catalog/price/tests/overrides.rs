//! A deployment's own prices.

use serde_json::{Value, json};

use super::super::*;
use super::{nanos, price};

fn read(map: Value) -> Result<PriceOverrides, OverrideError> {
    PriceOverrides::from_map(map.as_object().expect("a map"))
}

fn message(map: Value) -> String {
    read(map).unwrap_err().to_string()
}

fn overridden(provider: &str, model: &str, map: Value) -> Price {
    price(provider, model).with_overrides(&read(map).unwrap())
}

const TOKENS: Tokens = Tokens {
    prompt: 1000,
    cached: 400,
    cached_audio: 0,
    cached_image: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    audio_input: 0,
    image_input: 0,
    video_input: 0,
    citations: 0,
    completion: 500,
    reasoning: 0,
    audio_output: 0,
    image_output: 0,
    video_output: 0,
};

#[test]
fn naming_the_price_of_input_tokens_ends_every_listed_price_of_input_tokens() {
    let free_input = overridden("openai", "gpt-4o", json!({"input_cost_per_token": 0}));
    assert_eq!(nanos(&free_input, TOKENS, None), Some((0, 5_000_000)));
    // No listed service tier is left for the input; the output keeps its own.
    assert_eq!(nanos(&free_input, TOKENS, Some("priority")), Some((0, 8_500_000)));
}

#[test]
fn the_same_holds_for_output_tokens_and_for_bands() {
    let price = overridden("gemini", "gemini-2.5-pro", json!({"output_cost_per_token": "1e-6"}));
    let long = Tokens { prompt: 250_000, cached: 0, ..TOKENS };
    assert_eq!(nanos(&price, long, None), Some((625_000_000, 500_000)));
}

#[test]
fn a_single_rate_replaces_only_its_own() {
    let map = json!({"cache_read_input_token_cost": 1e-7});
    let cheap_cache = overridden("openai", "gpt-4o", map);
    // 600 × 2.50 + 400 × 0.10
    assert_eq!(nanos(&cheap_cache, TOKENS, None), Some((1_540_000, 5_000_000)));
    // 600 × 4.25 + 400 × 0.10
    assert_eq!(nanos(&cheap_cache, TOKENS, Some("priority")), Some((2_590_000, 8_500_000)));
}

#[test]
fn bands_and_service_tiers_can_be_set() {
    let map = json!({
        "input_cost_per_token": 1e-6,
        "input_cost_per_token_flex": 5e-7,
        "input_cost_per_token_above_500_tokens": 2e-6,
        "input_cost_per_token_above_64k_tokens_priority": 9e-6,
        "search_context_cost_per_query": {"search_context_size_medium": 0.03},
    });
    let own = overridden("openai", "gpt-4o", map);
    let input = |prompt, tier| {
        nanos(&own, Tokens { prompt, ..Tokens::default() }, tier).map(|(input, _)| input)
    };
    assert_eq!(input(500, None), Some(500_000));
    assert_eq!(input(500, Some("flex")), Some(250_000));
    assert_eq!(input(501, None), Some(1_002_000));
    assert_eq!(input(100_000, Some("priority")), Some(900_000_000));
    assert_eq!(own.rate(RateKind::WebSearchLow, 0, None).unwrap().cost(1), 30_000_000);
}

#[test]
fn ranges_can_be_set() {
    let map = json!({"tiered_pricing": [
        {"range": [0, 1000.0], "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6},
        {"range": [1000, 2000], "input_cost_per_token": 2e-6, "output_cost_per_token": "4e-6"},
    ]});
    let own = overridden("openai", "gpt-4o", map);
    assert_eq!(nanos(&own, TOKENS, None), Some((1_000_000, 500_000)));
    let longer = Tokens { prompt: 1001, ..TOKENS };
    assert_eq!(nanos(&own, longer, None), Some((2_002_000, 2_000_000)));
}

#[test]
fn other_settings_and_nulls_are_passed_over() {
    let map = json!({"model": "openai/x", "max_tokens": 5, "input_cost_per_token": null});
    assert!(read(map).unwrap().is_empty());
}

#[test]
fn prices_in_two_places_are_joined() {
    let first = read(json!({"input_cost_per_token": 1e-6})).unwrap();
    let second =
        read(json!({"input_cost_per_token": 9e-6, "output_cost_per_token": 3e-6})).unwrap();
    let price = Price::default().with_overrides(&first.or(&second));
    assert_eq!(nanos(&price, TOKENS, None), Some((1_000_000, 1_500_000)));
}

#[test]
fn an_own_price_has_no_surcharge_and_no_off_peak_hours() {
    let map = json!({"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6});
    let saturday = 1_767_571_200 - 36 * 3600;
    let own = overridden("deepseek", "deepseek-v4-pro", map.clone()).at(saturday);
    assert_eq!(nanos(&own, TOKENS, None), Some((1_000_000, 500_000)));
    let own = overridden("anthropic", "claude-opus-5", map).with_uplift(Uplift::AnthropicFast);
    assert_eq!(nanos(&own, TOKENS, None), Some((1_000_000, 500_000)));
}

#[test]
fn errors_name_the_key_and_the_value() {
    let unknown = message(json!({"input_cost_per_tokne": 1e-6}));
    assert!(unknown.contains("`input_cost_per_tokne`"), "{unknown}");
    for value in [json!(-1), json!(true), json!("free"), json!([1]), json!({})] {
        let error = message(json!({"output_cost_per_token": value}));
        assert!(error.contains("`output_cost_per_token` is"), "{error}");
        assert!(error.contains(&value.to_string()), "{error}");
    }
    for name in ["off_peak_pricing", "regional_processing_uplift_multiplier_eu"] {
        assert!(message(json!({name: 1})).contains(name));
    }
    let sizes = json!({"search_context_cost_per_query": {"search_context_size_huge": 1}});
    assert!(message(sizes).contains("search_context_size_huge"));
    let rate = json!({"input_cost_per_token": 1});
    for tiers in [
        json!([1]),
        json!([rate]),
        json!([{"range": [0, 10], "input_cost_per_token": 1}, {"range": [20, 30]}]),
        json!([{"range": [0, 10], "input_cost_per_token": 1}, {"range": [10, 20]}]),
        json!([{"range": [5, 10]}]),
        json!("cheap"),
    ] {
        let error = message(json!({"tiered_pricing": tiers}));
        assert!(error.contains("`tiered_pricing`"), "{error}");
    }
}
