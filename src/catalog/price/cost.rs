//! From token counts to money.

use super::kind::{Part, RateKind};
use super::rate::{self, Rate};
use super::service::ServiceTier;
use super::{ONE, Price};

/// The tokens of one request, counted as OpenAI counts them: `prompt` includes everything read
/// from or written to the cache and all input media; `completion` includes reasoning, output media
/// and predicted tokens, accepted or rejected (which cost as much as any other).
///
/// Parts that add up to more than their whole are billed as they are reported, save that input
/// media never count more than what is left of the prompt beside the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    pub prompt: u64,
    /// Read from the cache.
    pub cached: u64,
    /// Audio among `cached`.
    pub cached_audio: u64,
    /// Images among `cached`.
    pub cached_image: u64,
    /// Written to the cache for five minutes, or for as long as the provider likes.
    pub cache_write_5m: u64,
    /// Written to the cache for an hour.
    pub cache_write_1h: u64,
    /// Including `cached_audio`.
    pub audio_input: u64,
    /// Including `cached_image`.
    pub image_input: u64,
    pub video_input: u64,
    /// Quoted sources, which Perplexity counts beside the prompt; free where they have no rate.
    pub citations: u64,
    pub completion: u64,
    pub reasoning: u64,
    pub audio_output: u64,
    pub image_output: u64,
    pub video_output: u64,
}

/// What a request cost, in nano-USD (10^-9 USD).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    pub input_nano_usd: u64,
    pub output_nano_usd: u64,
}

impl Cost {
    pub fn total_nano_usd(self) -> u64 {
        self.input_nano_usd.saturating_add(self.output_nano_usd)
    }

    pub fn total_usd(self) -> f64 {
        self.total_nano_usd() as f64 / 1e9
    }
}

/// The cost of one request, or `None` where it needs a rate that is not known.
///
/// A prompt larger than a band's threshold is billed at that band's rates as a whole, the answer
/// too. Within a band, the rate of the service tier comes before the standard one; of a tier's rate
/// for short prompts and a standard rate for long ones, the dearer holds. Where a rate is missing
/// altogether, in every band and tier:
///
/// | tokens | cost as much as |
/// | --- | --- |
/// | read from the cache | input |
/// | audio or images read from the cache | other tokens read from it |
/// | written to the cache | input |
/// | written for an hour | written for five minutes |
/// | audio, image, video input | input |
/// | output | image output, of models that answer in images |
/// | reasoning, audio, image, video output | output |
/// | citations | nothing |
///
/// Reasoning in a service tier that has an output rate and no reasoning rate is billed at that
/// output rate. A model without any rate for tokens has no cost here, not even for no tokens: it
/// is billed by other units (see [`Price::rate`]) or its price is not known. A fee per request is
/// part of the input's cost.
///
/// Sums are exact; only the results are rounded, to the nearest nano-dollar, such that input and
/// output add up to the rounded total. Counts too large for it saturate.
pub fn cost(price: &Price, tokens: &Tokens, service_tier: Option<&str>) -> Option<Cost> {
    if !price.rates.iter().any(|entry| entry.kind.part() != Part::Other) {
        return None;
    }
    let service = ServiceTier::from_name(service_tier);
    let input = scaled(input(price, tokens, service)?, price.factor);
    let output = scaled(output(price, tokens, service)?, price.factor);
    let total_nano_usd = rate::nano_usd(input.saturating_add(output));
    let input_nano_usd = rate::nano_usd(input);
    let output_nano_usd = total_nano_usd.saturating_sub(input_nano_usd);
    Some(Cost { input_nano_usd, output_nano_usd })
}

fn input(price: &Price, tokens: &Tokens, service: ServiceTier) -> Option<u128> {
    let rate = |kind| price.rates.lookup(kind, tokens.prompt, service);
    let input = rate(RateKind::Input);
    let read = rate(RateKind::CacheRead).or(input);
    let write = rate(RateKind::CacheWrite).or(input);
    let write_1h = rate(RateKind::CacheWrite1h).or(write);

    let cached_audio = tokens.cached_audio.min(tokens.cached);
    let cached_image = tokens.cached_image.min(tokens.cached - cached_audio);
    let cached_text = tokens.cached - cached_audio - cached_image;

    let mut rest = tokens
        .prompt
        .saturating_sub(tokens.cached)
        .saturating_sub(tokens.cache_write_5m)
        .saturating_sub(tokens.cache_write_1h);
    let mut take = |wanted: u64| {
        let taken = wanted.min(rest);
        rest -= taken;
        taken
    };
    let audio = take(tokens.audio_input.saturating_sub(cached_audio));
    let image = take(tokens.image_input.saturating_sub(cached_image));
    let video = take(tokens.video_input);

    let mut sum = Sum(0);
    sum.add(rest, input)?;
    sum.add(cached_text, read)?;
    sum.add(cached_audio, rate(RateKind::CacheReadAudio).or(read))?;
    sum.add(cached_image, rate(RateKind::CacheReadImage).or(read))?;
    sum.add(tokens.cache_write_5m, write)?;
    sum.add(tokens.cache_write_1h, write_1h)?;
    sum.add(audio, rate(RateKind::InputAudio).or(input))?;
    sum.add(image, rate(RateKind::InputImage).or(input))?;
    sum.add(video, rate(RateKind::InputVideo).or(input))?;
    sum.add(tokens.citations, rate(RateKind::Citation).or(Some(Rate::FREE)))?;
    sum.add(1, rate(RateKind::Request).or(Some(Rate::FREE)))?;
    Some(sum.0)
}

fn output(price: &Price, tokens: &Tokens, service: ServiceTier) -> Option<u128> {
    let rate = |kind| price.rates.lookup(kind, tokens.prompt, service);
    let image = rate(RateKind::OutputImage);
    let output = rate(RateKind::Output).or(image);
    // A tier's output rate says more of its reasoning than the standard tier's reasoning rate.
    let own = |kind| service != ServiceTier::Standard && price.rates.has_own(kind, service);
    let reasoning = match own(RateKind::Output) && !own(RateKind::OutputReasoning) {
        true => output,
        false => rate(RateKind::OutputReasoning).or(output),
    };
    let text = tokens
        .completion
        .saturating_sub(tokens.reasoning)
        .saturating_sub(tokens.audio_output)
        .saturating_sub(tokens.image_output)
        .saturating_sub(tokens.video_output);

    let mut sum = Sum(0);
    sum.add(text, output)?;
    sum.add(tokens.reasoning, reasoning)?;
    sum.add(tokens.audio_output, rate(RateKind::OutputAudio).or(output))?;
    sum.add(tokens.image_output, image.or(output))?;
    sum.add(tokens.video_output, rate(RateKind::OutputVideo).or(output))?;
    Some(sum.0)
}

/// Atto-USD.
struct Sum(u128);

impl Sum {
    /// `None` if there is something to bill and no rate for it.
    fn add(&mut self, units: u64, rate: Option<Rate>) -> Option<()> {
        if units > 0 {
            self.0 = self.0.saturating_add(rate?.times(units));
        }
        Some(())
    }
}

fn scaled(atto: u128, factor: u64) -> u128 {
    let (factor, one) = (u128::from(factor), u128::from(ONE));
    match atto.checked_mul(factor) {
        Some(product) => product / one,
        None => (atto / one).saturating_mul(factor),
    }
}
