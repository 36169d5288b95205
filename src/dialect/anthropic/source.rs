//! Images and documents: where their bytes are.
//!
//! Source: <https://platform.claude.com/docs/en/build-with-claude/vision>, `…/pdf-support`, `…/files`.

use crate::dialect::data_url;
use crate::openai::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::borrow::Cow;

/// The `source` of an image or document block.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Source<'a> {
    Base64 { media_type: Cow<'a, str>, data: &'a str },
    Url { url: &'a str },
    File { file_id: &'a str },
    Text { media_type: &'static str, data: String },
}

/// What kind of block a media type makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Image,
    Document,
    /// Neither: of use only to the code execution tool.
    Other,
}

const IMAGES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const PDF: &str = "application/pdf";

/// The block that content of this media type goes into.
#[must_use]
pub fn kind(media_type: &str) -> Kind {
    match media_type {
        _ if IMAGES.contains(&media_type) => Kind::Image,
        PDF => Kind::Document,
        _ if is_text(media_type) => Kind::Document,
        _ => Kind::Other,
    }
}

/// The block that an uploaded file of this media type goes into: unlike inline text, which is sent as
/// plain text, an upload stays what it is, and of texts only plain ones can be read.
#[must_use]
pub fn uploaded_kind(media_type: &str) -> Kind {
    match kind(media_type) {
        Kind::Document if !matches!(media_type, PDF | "text/plain") => Kind::Other,
        kind => kind,
    }
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || matches!(media_type, "application/json" | "application/xml")
}

/// Reads a `data:` URL. `format` stands above the media type that the URL names; `path` is the
/// member that holds it.
///
/// # Errors
/// 400 naming `path`.
pub fn data_url<'a>(
    url: &'a str,
    format: Option<&'a str>,
    path: &dyn Fn() -> String,
) -> Result<(Kind, Source<'a>), ApiError> {
    let wrong = |what: &str| {
        let path = path();
        ApiError::invalid(format!("`{path}` {what}.")).with_param(path)
    };
    let (named, data) = data_url::split(url).map_err(wrong)?;
    base64_source(format.unwrap_or(named), data, path)
}

/// Base64 of the media type `media_type`.
///
/// # Errors
/// 400 naming `path`.
pub fn base64_source<'a>(
    media_type: &'a str,
    data: &'a str,
    path: &dyn Fn() -> String,
) -> Result<(Kind, Source<'a>), ApiError> {
    let wrong = |what: String| {
        let path = path();
        ApiError::invalid(format!("`{path}` {what}.")).with_param(path)
    };
    let media_type = match media_type.to_ascii_lowercase() {
        jpg if jpg == "image/jpg" => Cow::Borrowed("image/jpeg"),
        lower if lower == media_type => Cow::Borrowed(media_type),
        lower => Cow::Owned(lower),
    };
    let kind = kind(&media_type);
    match kind {
        // Documents of text are sent as text.
        Kind::Document if is_text(&media_type) => {
            let bytes =
                STANDARD.decode(data.trim()).map_err(|_| wrong("is not valid base64".into()))?;
            let data =
                String::from_utf8(bytes).map_err(|_| wrong("is text that is not UTF-8".into()))?;
            Ok((kind, Source::Text { media_type: "text/plain", data }))
        }
        Kind::Image | Kind::Document => Ok((kind, Source::Base64 { media_type, data })),
        Kind::Other => Err(wrong(format!(
            "is of the type `{media_type}`; Claude takes {}, {PDF} and text",
            IMAGES.join(", ")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<(Kind, Source<'_>), ApiError> {
        data_url(url, None, &|| "messages[0].content[1].image_url.url".into())
    }

    #[test]
    fn data_urls_become_images_and_documents() {
        let (kind, source) = read("data:image/JPG;base64,AAAA").unwrap();
        assert_eq!(kind, Kind::Image);
        assert_eq!(source, Source::Base64 { media_type: "image/jpeg".into(), data: "AAAA" });
        let (kind, _) = read("data:application/pdf;base64,AAAA").unwrap();
        assert_eq!(kind, Kind::Document);
        let (_, source) = read("data:text/csv;charset=utf-8;base64,YSxi").unwrap();
        assert_eq!(source, Source::Text { media_type: "text/plain", data: "a,b".into() });
    }

    #[test]
    fn an_upload_that_is_no_document_is_for_the_code_execution_tool() {
        assert_eq!(uploaded_kind("application/pdf"), Kind::Document);
        assert_eq!(uploaded_kind("image/png"), Kind::Image);
        assert_eq!((kind("text/csv"), uploaded_kind("text/csv")), (Kind::Document, Kind::Other));
    }

    #[test]
    fn what_claude_cannot_read_is_refused_by_name() {
        for bad in [
            "data:image/tiff;base64,AA",
            "AAAA",
            "data:image/png,AA",
            "ftp://x",
            "data:text/plain;base64,?",
        ] {
            let error = read(bad).unwrap_err();
            assert_eq!(
                error.param.as_deref(),
                Some("messages[0].content[1].image_url.url"),
                "{bad}"
            );
        }
    }
}
