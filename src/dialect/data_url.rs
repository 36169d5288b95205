//! Content by URL: `data:` URLs with base64, and the web.

#[must_use]
pub fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The media type (without parameters) and the base64 of `data:image/png;base64,…`.
///
/// # Errors
/// What is wrong, for a sentence that begins with the member's name.
pub fn split(url: &str) -> Result<(&str, &str), &'static str> {
    let (head, data) = url
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(','))
        .ok_or("must be an http(s) URL or a data URL such as data:image/png;base64,…")?;
    let named = head.strip_suffix(";base64").ok_or("must be base64: data:…;base64,…")?;
    Ok((named.split(';').next().unwrap_or_default(), data))
}
