//! How the mock should behave, from three places: command line flags are the default for all
//! requests, the model name (`mock-fast?latency=100&fault=status:503`) overrides them, and request
//! headers (`x-mock-latency: 100`) override both. A gateway may strip headers; the model name
//! always arrives.

use std::{str::FromStr, time::Duration};

use hyper::HeaderMap;

use super::fault::Fault;

/// More output tokens than this in one answer is surely a typing error, and would fill memory.
const MAX_TOKENS: u32 = 1_000_000;

#[derive(Clone, Debug, Default, clap::Args)]
pub struct Settings {
    /// Milliseconds before the answer's headers.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Milliseconds between a stream's headers and its first token.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub ttft: u64,
    /// Tokens per second of a stream; 0 is as fast as possible.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub tps: u32,
    /// Answer with exactly this many output tokens ("tok " repeated), for benchmarks.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_TOKENS)))]
    pub tokens: Option<u32>,
    /// Misbehave: status:CODE, reset, stall, cut:N, error-mid-stream:N and more (a wrong name lists
    /// them all).
    #[arg(long)]
    pub fault: Option<Fault>,
    /// Seconds in the Retry-After header of a status:CODE fault.
    #[arg(long, value_name = "SECONDS")]
    pub retry_after: Option<u64>,
    /// Apply the fault only to the first N requests for each model name.
    #[arg(long, value_name = "N")]
    pub fail_first: Option<u64>,
    /// Send stream bodies N bytes at a time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub split: Option<u32>,
    /// The line end of server-sent events.
    #[arg(long, value_enum, default_value_t)]
    pub newline: Newline,
    /// What to do with top-level request fields that the provider does not know. "accept" plays
    /// an OpenAI-compatible server with fields of its own.
    #[arg(long, value_enum, default_value_t)]
    pub extra: Extra,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Newline {
    #[default]
    Lf,
    Crlf,
    Cr,
}

impl Newline {
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Extra {
    #[default]
    Reject,
    Accept,
}

impl Settings {
    /// Applies `a=1&b=2`, the part of a model name after its `?`.
    pub fn apply_suffix(&mut self, suffix: &str) -> Result<(), String> {
        for pair in suffix.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.set(name, value)?;
        }
        Ok(())
    }

    /// Applies every `x-mock-…` header.
    pub fn apply_headers(&mut self, headers: &HeaderMap) -> Result<(), String> {
        for (name, value) in headers {
            if let Some(name) = name.as_str().strip_prefix("x-mock-") {
                let value = value.to_str().map_err(|_| {
                    format!("The header x-mock-{name} must hold visible ASCII characters only.")
                })?;
                self.set(name, value)?;
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name.replace('-', "_").as_str() {
            "latency" => self.latency = number(name, value)?,
            "ttft" => self.ttft = number(name, value)?,
            "tps" => self.tps = number(name, value)?,
            "tokens" => {
                let tokens = number(name, value)?;
                if tokens > MAX_TOKENS {
                    return Err(format!("The mock setting tokens is at most {MAX_TOKENS}."));
                }
                self.tokens = Some(tokens);
            }
            "fault" if value == "none" => self.fault = None,
            "fault" => self.fault = Some(value.parse()?),
            "retry_after" => self.retry_after = Some(number(name, value)?),
            "fail_first" => self.fail_first = Some(number(name, value)?),
            "split" => {
                let size = number(name, value)?;
                if size == 0 {
                    return Err("The mock setting split must be at least 1 byte.".to_owned());
                }
                self.split = Some(size);
            }
            "newline" => self.newline = choice(name, value)?,
            "extra" => self.extra = choice(name, value)?,
            _ => {
                return Err(format!(
                    "There is no mock setting `{name}`; there are latency, ttft, tps, tokens, \
                     fault, retry_after, fail_first, split, newline and extra."
                ));
            }
        }
        Ok(())
    }

    /// The pause between two tokens of a stream.
    pub fn token_interval(&self) -> Duration {
        match self.tps {
            0 => Duration::ZERO,
            tps => Duration::from_secs(1) / tps,
        }
    }
}

fn number<N: FromStr>(name: &str, value: &str) -> Result<N, String> {
    value
        .parse()
        .map_err(|_| format!("The mock setting {name} must be a whole number, not `{value}`."))
}

fn choice<C: clap::ValueEnum>(name: &str, value: &str) -> Result<C, String> {
    C::from_str(value, true).map_err(|_| {
        let names: Vec<String> = C::value_variants()
            .iter()
            .filter_map(|variant| Some(variant.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("The mock setting {name} must be one of {}, not `{value}`.", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_overrides_the_model_name_which_overrides_the_default() {
        let mut settings = Settings { latency: 1, ttft: 1, tps: 1, ..Settings::default() };
        settings.apply_suffix("latency=2&ttft=2&fault=status:503").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-mock-latency", "3".parse().unwrap());
        headers.insert("x-mock-retry-after", "7".parse().unwrap());
        settings.apply_headers(&headers).unwrap();
        assert_eq!((settings.latency, settings.ttft, settings.tps), (3, 2, 1));
        assert_eq!(settings.fault, Some(Fault::Status(503)));
        assert_eq!(settings.retry_after, Some(7));
    }

    #[test]
    fn a_request_can_ask_for_no_fault_where_the_default_is_one() {
        let mut settings = Settings { fault: Some(Fault::Reset), ..Settings::default() };
        settings.apply_suffix("fault=none").unwrap();
        assert_eq!(settings.fault, None);
    }

    #[test]
    fn wrong_settings_are_named_with_what_was_expected() {
        let mut settings = Settings::default();
        let error = settings.apply_suffix("latency=soon").unwrap_err();
        assert_eq!(error, "The mock setting latency must be a whole number, not `soon`.");
        let error = settings.apply_suffix("newline=tab").unwrap_err();
        assert_eq!(error, "The mock setting newline must be one of lf, crlf, cr, not `tab`.");
        assert!(settings.apply_suffix("speed=1").unwrap_err().contains("no mock setting `speed`"));
    }
}
