//! Images, audio, video and documents: where their bytes are, and of what type.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/file-input-methods>,
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-understanding>.

use super::part::{Blob, FileData, Held};
use crate::openai::ApiError;
use std::borrow::Cow;

/// Uploads to AI Studio's Files API, whose types Google knows itself.
const FILES_API: &str = "https://generativelanguage.googleapis.com/";
/// Where uploads are that are named by their id alone.
const FILES: &str = "https://generativelanguage.googleapis.com/v1beta/";

/// Media types by the ending of a name.
const ENDINGS: [(&str, &str); 46] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mpeg", "video/mpeg"),
    ("mpg", "video/mpg"),
    ("mpegps", "video/mpegps"),
    ("webm", "video/webm"),
    ("wmv", "video/wmv"),
    ("avi", "video/avi"),
    ("flv", "video/x-flv"),
    ("3gp", "video/3gpp"),
    ("3gpp", "video/3gpp"),
    ("wav", "audio/wav"),
    ("mp3", "audio/mp3"),
    ("aiff", "audio/aiff"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/opus"),
    ("flac", "audio/flac"),
    ("m4a", "audio/m4a"),
    ("mpga", "audio/mpga"),
    ("pcm", "audio/pcm"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("xml", "text/xml"),
    ("rtf", "text/rtf"),
    ("json", "application/json"),
    ("js", "text/javascript"),
    ("py", "text/x-python"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// The media type that the ending of a name stands for.
#[must_use]
pub fn of_name(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)).map(|(_, kind)| *kind)
}

/// A media type without parameters, in Google's spelling.
fn clean(media_type: &str) -> Cow<'_, str> {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    let lower = plain.to_ascii_lowercase();
    match lower.as_str() {
        "image/jpg" => Cow::Borrowed("image/jpeg"),
        same if same == plain => Cow::Borrowed(plain),
        _ => Cow::Owned(lower),
    }
}

/// The part for an address: `data:`, `https:`, `gs:`, or the id of an upload to AI Studio. `format`
/// stands above the type that the address tells; `path` is the member that holds it.
///
/// # Errors
/// 400 naming `path`.
pub fn at<'a>(
    address: &'a str,
    format: Option<&'a str>,
    path: &dyn Fn() -> String,
) -> Result<Held<'a>, ApiError> {
    let wrong = |what: &str| {
        let path = path();
        ApiError::invalid(format!("`{path}` {what}.")).with_param(path)
    };
    if let Some(rest) = address.strip_prefix("data:") {
        let (head, data) = rest.split_once(";base64,").ok_or_else(|| {
            wrong("must be base64, such as data:image/png;base64,…, or an https: or gs: address")
        })?;
        let media_type = format.unwrap_or(head);
        if media_type.is_empty() {
            return Err(wrong("does not say its media type: data:TYPE;base64,…"));
        }
        return Ok(inline(media_type, data));
    }
    let file = |mime_type: Option<Cow<'a, str>>, file_uri: Cow<'a, str>| {
        Ok(Held::FileData(FileData { mime_type, file_uri }))
    };
    if address.starts_with("files/") {
        return file(format.map(clean), [FILES, address].concat().into());
    }
    if address.starts_with(FILES_API) {
        return file(format.map(clean), address.into());
    }
    if address.starts_with("https://") || address.starts_with("gs://") {
        let known = format.map(clean).or_else(|| of_address(address).map(Cow::Borrowed));
        return match known {
            Some(known) => file(Some(known), address.into()),
            None => Err(wrong(
                "does not tell its media type by its ending, and Google wants to know it: set \
                 `format` beside it, such as \"image/png\"",
            )),
        };
    }
    if address.starts_with("http://") {
        return Err(wrong("is an http: address; Google fetches https: and gs: only"));
    }
    match format {
        // Some clients send the bare base64 and tell the type beside it.
        Some(format) if is_base64(address) => Ok(inline(format, address)),
        _ => Err(wrong("must be a data: URL with base64, or an https: or gs: address")),
    }
}

/// Base64 of this type.
#[must_use]
pub fn inline<'a>(media_type: &'a str, data: &'a str) -> Held<'a> {
    Held::InlineData(Blob { mime_type: clean(media_type), data: data.into() })
}

/// Media that outlive what they were read from.
#[must_use]
pub fn owned(data: Held<'_>) -> Option<Held<'static>> {
    let keep = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    Some(match data {
        Held::FileData(FileData { mime_type, file_uri }) => {
            Held::FileData(FileData { mime_type: mime_type.map(keep), file_uri: keep(file_uri) })
        }
        Held::InlineData(Blob { mime_type, data }) => {
            Held::InlineData(Blob { mime_type: keep(mime_type), data: keep(data) })
        }
        _ => return None,
    })
}

/// Base64's own characters; whether the rest is right is Google's to say.
fn is_base64(text: &str) -> bool {
    let allowed =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=');
    !text.is_empty() && text.bytes().all(allowed)
}

/// The media type of what is at an address. YouTube's videos are fetched by their page's.
fn of_address(address: &str) -> Option<&'static str> {
    const YOUTUBE: [&str; 4] = ["www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be"];
    let rest = address.split_once("://")?.1;
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    if address.starts_with("https://") && YOUTUBE.contains(&host) {
        return Some("video/mp4");
    }
    of_name(path.rsplit('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(address: &'a str, format: Option<&'a str>) -> Result<String, ApiError> {
        let data = at(address, format, &|| "messages[0].content[1].image_url.url".into())?;
        Ok(serde_json::to_string(&data).unwrap())
    }

    #[test]
    fn data_urls_are_sent_along() {
        let json =
            |kind: &str| format!(r#"{{"inlineData":{{"mimeType":"{kind}","data":"AAAA"}}}}"#);
        assert_eq!(read("data:image/JPG;base64,AAAA", None).unwrap(), json("image/jpeg"));
        assert_eq!(
            read("data:text/csv;charset=utf-8;base64,AAAA", None).unwrap(),
            json("text/csv")
        );
        assert_eq!(read("AAAA", Some("application/pdf")).unwrap(), json("application/pdf"));
        assert_eq!(read("data:;base64,AAAA", Some("image/png")).unwrap(), json("image/png"));
    }

    #[test]
    fn addresses_are_fetched_by_google_under_the_type_that_their_ending_tells() {
        for (address, format, kind) in [
            ("https://x.example/a/b.PNG?size=2.0", None, "image/png"),
            ("gs://bucket/clip.mp4", None, "video/mp4"),
            ("https://x.example/a.png", Some("image/webp"), "image/webp"),
            ("https://youtu.be/abc", None, "video/mp4"),
            ("https://m.youtube.com/watch?v=abc", None, "video/mp4"),
        ] {
            let expected =
                format!(r#"{{"fileData":{{"mimeType":"{kind}","fileUri":"{address}"}}}}"#);
            assert_eq!(read(address, format).unwrap(), expected);
        }
        const UPLOAD: &str = "https://generativelanguage.googleapis.com/v1beta/files/abc";
        let expected = format!(r#"{{"fileData":{{"fileUri":"{UPLOAD}"}}}}"#);
        assert_eq!(read(UPLOAD, None).unwrap(), expected);
        assert_eq!(read("files/abc", None).unwrap(), expected);
    }

    #[test]
    fn what_google_cannot_fetch_is_refused_by_name() {
        for bad in [
            "https://x.example/image",
            "https://x.example",
            "gs://bucket/clip",
            "http://x.example/a.png",
            "data:image/png,AAAA",
            "data:;base64,AAAA",
            "AAAA",
            "ftp://x/a.png",
            "",
        ] {
            let error = read(bad, None).unwrap_err();
            assert_eq!(
                error.param.as_deref(),
                Some("messages[0].content[1].image_url.url"),
                "{bad}"
            );
        }
    }
}
