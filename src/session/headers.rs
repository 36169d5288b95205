//! Header lists, as proxy-wasm gives and takes them: lower-case names, pseudo-headers included.

pub use crate::wire::headers::{HeaderText, Headers};
use std::borrow::Cow;

/// Headers with this prefix are between Dragoman's own filters, apart from the public ones below.
pub const INTERNAL_PREFIX: &str = "x-dragoman-";
/// Gateway to adapter: which session an attempt belongs to.
pub const SESSION: &str = "x-dragoman-session";
/// Adapter to router: which cluster leads to the provider.
pub const CLUSTER: &str = "x-dragoman-cluster";
/// Adapter to the gateway's router: try again.
pub const RETRY: &str = "x-dragoman-retry";
/// To the client: the provider's own id of the request, for support cases.
pub const PROVIDER_REQUEST_ID: &str = "x-dragoman-provider-request-id";

/// Longest value that is made of a text from outside, characters.
pub const MAX_VALUE_CHARS: usize = 1024;

#[must_use]
pub fn get<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
}

pub fn set(headers: &mut Headers, name: &'static str, value: impl Into<HeaderText>) {
    remove(headers, name);
    headers.push((name.into(), value.into()));
}

pub fn remove(headers: &mut Headers, name: &str) {
    headers.retain(|(known, _)| known != name);
}

/// A number as text; the frequent ones are at hand.
#[must_use]
pub fn number(number: impl Into<u64>) -> Cow<'static, str> {
    match number.into() {
        0 => "0".into(),
        1 => "1".into(),
        2 => "2".into(),
        200 => "200".into(),
        other => other.to_string().into(),
    }
}

/// The media type of `content-type`, without parameters, in lower case.
#[must_use]
pub fn media_type(headers: &Headers) -> Option<String> {
    let value = get(headers, "content-type")?;
    Some(value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase())
}

/// A text that may stand in a header value or a line of a log: visible ASCII, spaces inside, at most
/// [`MAX_VALUE_CHARS`] characters. Model names come from clients and configurations and may hold anything.
#[must_use]
pub fn safe_value(text: &str) -> String {
    let is_safe = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if text.len() <= MAX_VALUE_CHARS && text.bytes().all(is_safe) {
        return text.to_owned();
    }
    let chars = text.chars().take(MAX_VALUE_CHARS);
    chars.map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '_' }).collect()
}
