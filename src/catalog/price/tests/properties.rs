//! What holds for every listed model.

use proptest::prelude::*;

use super::super::*;

const TIERS: [Option<&str>; 5] =
    [None, Some("flex"), Some("priority"), Some("batch"), Some("ultrafast")];

fn any_price() -> impl Strategy<Value = Price> {
    let prices: Vec<Price> = table::lines().filter_map(line::parse).collect();
    proptest::sample::select(prices)
}

fn any_tokens(most: u64) -> impl Strategy<Value = Tokens> {
    proptest::array::uniform15(0..=most).prop_map(
        |[
            prompt,
            cached,
            cached_audio,
            cached_image,
            cache_write_5m,
            cache_write_1h,
            audio_input,
            image_input,
            video_input,
            citations,
            completion,
            reasoning,
            audio_output,
            image_output,
            video_output,
        ]| Tokens {
            prompt,
            cached,
            cached_audio,
            cached_image,
            cache_write_5m,
            cache_write_1h,
            audio_input,
            image_input,
            video_input,
            citations,
            completion,
            reasoning,
            audio_output,
            image_output,
            video_output,
        },
    )
}

proptest! {
    #[test]
    fn no_count_is_too_large(
        price in any_price(),
        tokens in any_tokens(u64::MAX),
        tier in proptest::sample::select(&TIERS[..]),
    ) {
        let _ = cost(&price, &tokens, tier);
        let _ = cost(&price.with_uplift(Uplift::AnthropicFast).at(tokens.prompt), &tokens, tier);
    }

    #[test]
    fn more_tokens_never_cost_less(
        price in any_price(),
        tokens in any_tokens(400_000),
        more in 0_u64..400_000,
        tier in proptest::sample::select(&TIERS[..]),
    ) {
        let total = |tokens: &Tokens| cost(&price, tokens, tier).map(Cost::total_nano_usd);
        let longer_prompt = Tokens { prompt: tokens.prompt + more, ..tokens };
        let longer_answer = Tokens { completion: tokens.completion + more, ..tokens };
        if let Some(base) = total(&tokens) {
            prop_assert!(total(&longer_prompt).is_none_or(|cost| cost >= base));
            prop_assert!(total(&longer_answer).is_none_or(|cost| cost >= base));
        }
    }
}

/// The largest step that the random counts above would rarely hit.
#[test]
fn no_band_is_cheaper_than_the_one_below_it() {
    for line in table::lines() {
        let price = line::parse(line).unwrap();
        for above in price.rates.iter().map(|entry| entry.above).filter(|above| *above > 0) {
            for tier in TIERS {
                let total = |prompt| {
                    let tokens =
                        Tokens { prompt, cached: 1000, completion: 1000, ..Tokens::default() };
                    cost(&price, &tokens, tier).map(Cost::total_nano_usd)
                };
                assert!(total(above + 1) >= total(above), "{} {above} {tier:?}", line.name);
            }
        }
    }
}
