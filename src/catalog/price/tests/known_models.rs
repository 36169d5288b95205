//! The models people use, and each rule of [`cost`] once.

use super::super::*;
use super::{nanos, price};

#[test]
fn gpt_4o_with_cached_tokens() {
    let tokens = Tokens { prompt: 1000, cached: 400, completion: 500, ..Tokens::default() };
    let gpt_4o = price("openai", "gpt-4o");
    // 600 × 2.50 + 400 × 1.25, 500 × 10
    assert_eq!(nanos(&gpt_4o, tokens, None), Some((2_000_000, 5_000_000)));
    assert_eq!(nanos(&gpt_4o, tokens, Some("default")), Some((2_000_000, 5_000_000)));
    // 600 × 4.25 + 400 × 2.125, 500 × 17
    assert_eq!(nanos(&gpt_4o, tokens, Some("priority")), Some((3_400_000, 8_500_000)));
    // Batches have no cache rate of their own: 600 × 1.25 + 400 × 1.25, 500 × 5
    assert_eq!(nanos(&gpt_4o, tokens, Some("batch")), Some((1_250_000, 2_500_000)));
    let total = cost(&gpt_4o, &tokens, None).unwrap();
    assert_eq!(total.total_nano_usd(), 7_000_000);
    assert_eq!(total.total_usd(), 0.007);
}

#[test]
fn claude_with_cache_reads_and_both_kinds_of_cache_write() {
    let tokens = Tokens {
        prompt: 10_000,
        cached: 5000,
        cache_write_5m: 2000,
        cache_write_1h: 1000,
        completion: 800,
        ..Tokens::default()
    };
    // 2000 × 3 + 5000 × 0.30 + 2000 × 3.75 + 1000 × 6, 800 × 15
    let expected = Some((21_000_000, 12_000_000));
    assert_eq!(nanos(&price("anthropic", "claude-sonnet-4-5"), tokens, None), expected);
}

#[test]
fn a_prompt_above_the_threshold_is_billed_at_the_long_rates_as_a_whole() {
    let sonnet = price("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0");
    let tokens = Tokens {
        prompt: 200_000,
        cached: 50_000,
        cache_write_5m: 40_000,
        cache_write_1h: 10_000,
        completion: 1000,
        ..Tokens::default()
    };
    // At the threshold: 100 000 × 3 + 50 000 × 0.30 + 40 000 × 3.75 + 10 000 × 6, 1000 × 15
    assert_eq!(nanos(&sonnet, tokens, None), Some((525_000_000, 15_000_000)));
    // Above: 100 001 × 6 + 50 000 × 0.60 + 40 000 × 7.50 + 10 000 × 12, 1000 × 22.50
    let longer = Tokens { prompt: 200_001, ..tokens };
    assert_eq!(nanos(&sonnet, longer, None), Some((1_050_006_000, 22_500_000)));
}

#[test]
fn gemini_in_its_long_band_with_reasoning_and_in_service_tiers() {
    let gemini = price("gemini", "gemini-2.5-pro");
    let tokens = Tokens { prompt: 250_000, completion: 3000, reasoning: 2000, ..Tokens::default() };
    // 250 000 × 2.50, 3000 × 15: thoughts cost as much as the answer
    assert_eq!(nanos(&gemini, tokens, None), Some((625_000_000, 45_000_000)));
    // 250 000 × 4.50, 3000 × 27
    let priority = Some((1_125_000_000, 81_000_000));
    assert_eq!(nanos(&gemini, tokens, Some("ON_DEMAND_PRIORITY")), priority);
    // Flex has no long band: the standard one holds.
    assert_eq!(nanos(&gemini, tokens, Some("flex")), Some((625_000_000, 45_000_000)));
    let short = Tokens { prompt: 1000, ..tokens };
    // 1000 × 0.625, 3000 × 5
    assert_eq!(nanos(&gemini, short, Some("flex")), Some((625_000, 15_000_000)));
}

#[test]
fn a_long_prompt_in_a_priority_tier_without_a_long_band_is_not_cheaper_for_it() {
    let gpt = price("azure", "eu/gpt-5.5");
    let tokens = Tokens { prompt: 272_001, ..Tokens::default() };
    // Priority lists 13.75 for short prompts only; the standard tier 11 for long ones.
    assert_eq!(nanos(&gpt, tokens, None), Some((2_992_011_000, 0)));
    assert_eq!(nanos(&gpt, tokens, Some("priority")), Some((3_740_013_750, 0)));
}

#[test]
fn xai_bills_the_long_rates_from_the_threshold_on() {
    let grok = price("xai", "grok-4.3");
    let tokens = |prompt| Tokens { prompt, ..Tokens::default() };
    assert_eq!(nanos(&grok, tokens(199_999), None), Some((249_998_750, 0)));
    assert_eq!(nanos(&grok, tokens(200_000), None), Some((500_000_000, 0)));
}

#[test]
fn gpt_4o_audio() {
    let tokens = Tokens {
        prompt: 150,
        audio_input: 100,
        completion: 260,
        audio_output: 200,
        ..Tokens::default()
    };
    let audio = price("openai", "gpt-4o-audio-preview-2025-06-03");
    // 50 × 2.50 + 100 × 40, 60 × 10 + 200 × 80
    assert_eq!(nanos(&audio, tokens, None), Some((4_125_000, 16_600_000)));
}

#[test]
fn cached_media_are_billed_once_at_their_own_cache_rate() {
    let tokens = Tokens {
        prompt: 1000,
        cached: 500,
        cached_audio: 200,
        cached_image: 100,
        audio_input: 300,
        image_input: 250,
        ..Tokens::default()
    };
    // 250 text × 4 + 200 cached text × 0.40 + 200 cached audio × 0.40 + 100 cached image × 0.50
    // + 100 audio × 32 + 150 image × 5
    let expected = 1_000_000 + 80_000 + 80_000 + 50_000 + 3_200_000 + 750_000;
    assert_eq!(nanos(&price("openai", "gpt-realtime"), tokens, None), Some((expected, 0)));
}

#[test]
fn reasoning_without_a_rate_of_its_own_is_output() {
    let tokens = Tokens { prompt: 100, completion: 2000, reasoning: 1900, ..Tokens::default() };
    let o3 = price("openai", "o3");
    assert_eq!(nanos(&o3, tokens, None), Some((200_000, 16_000_000)));
    assert_eq!(nanos(&o3, tokens, Some("flex")), Some((100_000, 8_000_000)));
    assert_eq!(nanos(&o3, tokens, Some("priority")), Some((350_000, 28_000_000)));
}

#[test]
fn reasoning_with_a_rate_of_its_own() {
    let tokens =
        Tokens { prompt: 100, completion: 500, reasoning: 300, citations: 50, ..Tokens::default() };
    // 100 × 2 + 50 × 2, 200 × 8 + 300 × 3
    let research = price("perplexity", "sonar-deep-research");
    assert_eq!(nanos(&research, tokens, None), Some((300_000, 2_500_000)));
    // A service tier's output rate comes before the standard reasoning rate.
    let flash = price("gemini", "gemini-2.5-flash");
    let priority = nanos(&flash, tokens, Some("priority")).map(|(_, output)| output);
    assert_eq!(priority, Some(2_250_000));
}

#[test]
fn ranges_of_prompt_tokens() {
    let qwen = price("dashscope", "qwen-plus-2025-09-11");
    let tokens = |prompt| Tokens { prompt, completion: 10, reasoning: 5, ..Tokens::default() };
    // 256 000 × 0.40, 5 × 1.20 + 5 × 4
    assert_eq!(nanos(&qwen, tokens(256_000), None), Some((102_400_000, 26_000)));
    // × 1.20, 5 × 3.60 + 5 × 12, also beyond the last range
    assert_eq!(nanos(&qwen, tokens(256_001), None), Some((307_201_200, 78_000)));
    assert_eq!(nanos(&qwen, tokens(2_000_000), None), Some((2_400_000_000, 78_000)));
}

#[test]
fn an_image_models_answer_is_billed_as_image_tokens() {
    let tokens = Tokens { prompt: 100, image_input: 60, completion: 1000, ..Tokens::default() };
    // 40 × 5 + 60 × 10, 1000 × 40
    let expected = Some((800_000, 40_000_000));
    assert_eq!(nanos(&price("openai", "gpt-image-1"), tokens, None), expected);
}

#[test]
fn missing_cache_and_media_rates_are_those_of_the_input() {
    let overrides = [("input_cost_per_token", 1e-6), ("output_cost_per_token", 2e-6)];
    let map = overrides.iter().map(|(name, rate)| (name.to_string(), (*rate).into())).collect();
    let plain = Price::default().with_overrides(&PriceOverrides::from_map(&map).unwrap());
    let tokens = Tokens {
        prompt: 100,
        cached: 20,
        cached_audio: 5,
        cache_write_5m: 10,
        cache_write_1h: 10,
        audio_input: 10,
        image_input: 10,
        video_input: 10,
        citations: 1000,
        completion: 100,
        reasoning: 20,
        audio_output: 20,
        image_output: 20,
        video_output: 20,
        ..Tokens::default()
    };
    assert_eq!(nanos(&plain, tokens, Some("flex")), Some((100_000, 200_000)));
}

#[test]
fn an_hours_cache_write_without_a_rate_is_one_for_five_minutes() {
    let haiku = price("bedrock", "anthropic.claude-3-5-haiku-20241022-v1:0");
    let tokens = Tokens { prompt: 100, cache_write_1h: 100, ..Tokens::default() };
    assert_eq!(nanos(&haiku, tokens, None), Some((100_000, 0)));
}

#[test]
fn a_price_that_is_not_listed_is_not_nought() {
    let tokens = Tokens { prompt: 1, completion: 1, ..Tokens::default() };
    let unpriced = price("dashscope", "qwen3-30b-a3b");
    assert_eq!(cost(&unpriced, &tokens, None), None);
    assert_eq!(cost(&unpriced, &Tokens::default(), None), None);
    // Billed by the second.
    assert_eq!(cost(&price("openai", "whisper-1"), &tokens, None), None);
    assert_eq!(cost(&Price::default(), &tokens, None), None);
    assert_eq!(Price::find("openai", "gpt-from-the-future"), None);
}

#[test]
fn only_a_rate_that_is_needed_has_to_be_known() {
    let embedder = price("fireworks_ai", "nomic-ai/nomic-embed-text-v1.5");
    let mut map = serde_json::Map::new();
    map.insert("input_cost_per_token".to_owned(), 8e-9.into());
    let input_only = Price::default().with_overrides(&PriceOverrides::from_map(&map).unwrap());
    let prompt = Tokens { prompt: 1000, ..Tokens::default() };
    assert_eq!(nanos(&embedder, prompt, None), Some((8000, 0)));
    assert_eq!(nanos(&input_only, prompt, None), Some((8000, 0)));
    assert_eq!(nanos(&input_only, Tokens { completion: 1, ..prompt }, None), None);
}

#[test]
fn a_listed_nought_is_free() {
    let tokens = Tokens { prompt: 1000, completion: 1000, ..Tokens::default() };
    assert_eq!(nanos(&price("ollama", "llama3"), tokens, None), Some((0, 0)));
}

#[test]
fn a_fee_per_request_is_part_of_the_input() {
    let tokens = Tokens { prompt: 1000, completion: 1000, ..Tokens::default() };
    let expected = Some((5_000_000, 2_800_000));
    assert_eq!(nanos(&price("perplexity", "pplx-70b-online"), tokens, None), expected);
}

#[test]
fn surcharges_hold_for_the_models_that_have_them() {
    let tokens = Tokens { prompt: 1000, completion: 1000, ..Tokens::default() };
    let opus = price("anthropic", "claude-opus-5");
    assert_eq!(nanos(&opus, tokens, None), Some((5_000_000, 25_000_000)));
    let fast_in_the_us =
        opus.clone().with_uplift(Uplift::AnthropicFast).with_uplift(Uplift::AnthropicGeoUs);
    assert_eq!(nanos(&fast_in_the_us, tokens, None), Some((11_000_000, 55_000_000)));
    let elsewhere = opus.with_uplift(Uplift::DataResidencyEu);
    assert_eq!(nanos(&elsewhere, tokens, None), Some((5_000_000, 25_000_000)));
}

#[test]
fn off_peak_hours_are_cheaper() {
    let tokens = Tokens { prompt: 1000, cached: 500, completion: 1000, ..Tokens::default() };
    let deepseek = price("deepseek", "deepseek-v4-pro");
    // 500 × 1.32 + 500 × 0.044, 1000 × 3.96
    let peak = Some((682_000, 3_960_000));
    // 500 × 0.66 + 500 × 0.022, 1000 × 1.98
    let off_peak = Some((341_000, 1_980_000));
    let monday_two_utc = 1_767_571_200 + 2 * 3600;
    assert_eq!(nanos(&deepseek, tokens, None), peak);
    assert_eq!(nanos(&deepseek.clone().at(monday_two_utc), tokens, None), peak);
    assert_eq!(nanos(&deepseek.at(monday_two_utc + 2 * 3600), tokens, None), off_peak);
}

#[test]
fn other_units_have_rates() {
    let nano = |price: &Price, kind, size, units| price.rate(kind, size, None).unwrap().cost(units);
    let rerank = price("cohere", "rerank-v3.5");
    assert_eq!((rerank.mode, nano(&rerank, RateKind::Query, 0, 3)), ("rerank", 6_000_000));
    let search = price("exa_ai", "search");
    assert_eq!(nano(&search, RateKind::Query, 25, 1), 5_000_000);
    assert_eq!(nano(&search, RateKind::Query, 26, 1), 25_000_000);
    // One price for every search size, a dearer one for a higher resolution only if listed.
    assert_eq!(nano(&price("openai", "o3"), RateKind::WebSearchHigh, 0, 2), 20_000_000);
    let video = price("dashscope", "wan3.0-video");
    assert_eq!(nano(&video, RateKind::OutputSecond720p, 0, 1), 82_513_000);
    assert_eq!(nano(&video, RateKind::OutputSecond4k, 0, 1), 165_025_000);
    assert_eq!(video.rate(RateKind::Input, 0, None), None);
}

#[test]
fn limits_and_abilities_are_known() {
    let gpt_4o = price("openai", "gpt-4o");
    assert_eq!((gpt_4o.max_input_tokens, gpt_4o.max_output_tokens), (Some(128_000), Some(16_384)));
    assert_eq!((gpt_4o.mode, gpt_4o.provider), ("chat", "openai"));
    assert!(gpt_4o.supports(Capability::Vision));
    assert!(!gpt_4o.supports(Capability::Reasoning));
    assert_eq!(price("xai", "grok-4.3").provider, "xai");
}
