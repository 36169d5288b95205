//! The canonical form of a request, which both sides compute.

use super::{Request, hex};
use crate::wire::percent;
use sha2::{Digest, Sha256};

/// The canonical request, and the names of its headers, joined.
pub fn request(request: &Request<'_>, mut headers: Vec<(&str, &str)>) -> (String, String) {
    headers.sort_unstable();
    let signed = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let (path, query) = request.path.split_once('?').unwrap_or((request.path, ""));
    let mut text = [request.method, "\n", &path_of(path), "\n", &query_of(query), "\n"].concat();
    for (name, value) in headers {
        text.extend([name, ":"]);
        text.push_str(
            &value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "),
        );
        text.push('\n');
    }
    text.extend(["\n", &signed, "\n", &hex(&Sha256::digest(request.body))]);
    (text, signed)
}

/// Without empty, `.` and `..` segments, and every segment encoded once more than it is sent: all
/// services but S3 want that, so the `%3A` in a Bedrock model's address is signed as `%253A`.
fn path_of(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let mut text = String::with_capacity(path.len() + 16);
    for segment in &segments {
        text.push('/');
        percent::encode(segment, &mut text);
    }
    let is_folder = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    if segments.is_empty() || is_folder {
        text.push('/');
    }
    text
}

/// Sorted, and in the one form that encoding can take.
fn query_of(query: &str) -> String {
    let canonical = |text: &str| {
        let mut out = String::with_capacity(text.len());
        percent::encode_bytes(&percent::decode(text), &mut out);
        out
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(String, String)> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (canonical(name), canonical(value)))
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
