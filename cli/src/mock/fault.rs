//! The misbehavior a request can ask for, by name.
//!
//! Faults of a stream count *tokens*, so that `cut:3` means the same in every format. An answer
//! that is not a stream breaks in its middle.

use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An error answer with this status, in the provider's shape.
    Status(u16),
    /// The provider's error for a prompt that does not fit the model.
    ContextWindow,
    /// The provider's error for a prompt its content policy refuses.
    ContentPolicy,
    /// The connection is reset before any answer.
    Reset,
    /// The request is read and never answered.
    Stall,
    /// The answer begins well and ends badly.
    Broken(When, Ending),
    /// Status 200 and bytes that are no JSON and no event.
    Malformed,
    /// The event with this number, counted from 1, carries broken JSON.
    MalformedEvent(u32),
    /// Status 200 and no body.
    Empty,
    /// Status 200 and a web page, as a captive portal or a wrong base URL gives.
    Html,
    /// The answer is compressed although nobody asked.
    Gzip,
    /// A JSON document or an event stream, whatever was asked for.
    WrongType(Kind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After the headers, before any event.
    BeforeFirst,
    /// After this many tokens, or after the last one if there are fewer.
    After(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The provider's error event, then a clean end.
    Error,
    /// TCP RST on HTTP/1.1, RST_STREAM on HTTP/2.
    Reset,
    /// A clean end of the body, without the events that finish an answer.
    Cut,
    /// The connection is closed in the middle of the body. HTTP/2: RST_STREAM.
    Truncate,
    /// Nothing more, with the connection left open.
    Stall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Json,
    Sse,
}

const NAMES: &str = "status:CODE, error-in-stream, error-mid-stream:N, reset, reset-before-first, \
                     reset-mid-stream:N, cut:N, truncate:N, stall, stall-before-first, \
                     stall-mid-stream:N, malformed, malformed-stream:N, empty, html, \
                     context-window, content-policy, gzip, wrong-type:json and wrong-type:sse";

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, detail) = match text.split_once(':') {
            Some((name, detail)) => (name, Some(detail)),
            None => (text, None),
        };
        // One token is the least after which a fault is in the middle.
        let count = || match detail {
            None => Ok(1),
            Some(detail) => detail
                .parse::<u32>()
                .map_err(|_| format!("The fault {name} takes a number of tokens, not `{detail}`.")),
        };
        let after = |ending| Ok(Self::Broken(When::After(count()?), ending));
        match (name, detail) {
            ("error-mid-stream", _) => after(Ending::Error),
            ("reset-mid-stream", _) => after(Ending::Reset),
            ("stall-mid-stream", _) => after(Ending::Stall),
            ("cut", _) => after(Ending::Cut),
            ("truncate", _) => after(Ending::Truncate),
            ("malformed-stream", _) => Ok(Self::MalformedEvent(count()?)),
            ("status", Some(code)) => match code.parse() {
                Ok(code @ 200..=599) => Ok(Self::Status(code)),
                _ => Err(format!("The fault status takes a code from 200 to 599, not `{code}`.")),
            },
            ("wrong-type", Some("json")) => Ok(Self::WrongType(Kind::Json)),
            ("wrong-type", Some("sse")) => Ok(Self::WrongType(Kind::Sse)),
            ("error-in-stream", None) => Ok(Self::Broken(When::BeforeFirst, Ending::Error)),
            ("reset-before-first", None) => Ok(Self::Broken(When::BeforeFirst, Ending::Reset)),
            ("stall-before-first", None) => Ok(Self::Broken(When::BeforeFirst, Ending::Stall)),
            ("reset", None) => Ok(Self::Reset),
            ("stall", None) => Ok(Self::Stall),
            ("malformed", None) => Ok(Self::Malformed),
            ("empty", None) => Ok(Self::Empty),
            ("html", None) => Ok(Self::Html),
            ("context-window", None) => Ok(Self::ContextWindow),
            ("content-policy", None) => Ok(Self::ContentPolicy),
            ("gzip", None) => Ok(Self::Gzip),
            _ => Err(format!("There is no mock fault `{text}`; there are {NAMES}.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_understood() {
        for name in NAMES.replace(" and ", ", ").split(", ") {
            let text = name.trim().replace("CODE", "503").replace('N', "2");
            text.parse::<Fault>().unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }

    #[test]
    fn a_mid_stream_fault_without_a_number_comes_after_the_first_token() {
        let fault: Fault = "error-mid-stream".parse().unwrap();
        assert_eq!(fault, Fault::Broken(When::After(1), Ending::Error));
    }

    #[test]
    fn wrong_faults_are_refused_with_what_exists() {
        assert!("explode".parse::<Fault>().unwrap_err().contains("stall-before-first"));
        assert!("status:99".parse::<Fault>().unwrap_err().contains("200 to 599"));
        assert!("cut:few".parse::<Fault>().unwrap_err().contains("number of tokens"));
        assert!("reset:3".parse::<Fault>().is_err());
    }
}
