//! Parts of a message's content.

use crate::dialect::Params;
use crate::openai::message::FileRef;
use crate::openai::{ApiError, Part, Role};
use crate::wire::object::object;
use serde::Serialize;
use std::borrow::Cow;

/// One part, `ChatContent`.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "UPPERCASE", rename_all_fields = "camelCase")]
pub enum Piece<'a> {
    Text { text: Cow<'a, str> },
    Image { image_url: Media<'a> },
    Video { video_url: Media<'a> },
    Audio { audio_url: Media<'a> },
    Document { document_url: Media<'a> },
}

/// A `data:` URL, or an address.
#[derive(Debug, Serialize)]
pub struct Media<'a> {
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
}

impl<'a> Media<'a> {
    fn new(url: impl Into<Cow<'a, str>>) -> Self {
        Self { url: url.into(), detail: None }
    }
}

/// Translates a part, whose place is `path`; `None` for one that is left out.
///
/// # Errors
/// 400 naming the part or its member at fault.
pub fn read<'a>(
    part: &'a Part,
    path: &str,
    role: Option<&Role>,
    params: &mut Params<'_>,
) -> Result<Option<Piece<'a>>, ApiError> {
    if part.cache_control.is_some() {
        params.leave_out("messages[].content[].cache_control");
    }
    let missing = |member: &str| ApiError::missing(format!("{path}.{member}"));
    let is_user = matches!(role, Some(Role::User) | None);
    Ok(Some(match part.kind.as_str() {
        "text" => {
            let text = part.text.as_deref().ok_or_else(|| missing("text"))?;
            Piece::Text { text: text.into() }
        }
        // What the assistant said when it refused, among its other parts.
        "refusal" => Piece::Text { text: part.refusal.as_deref().unwrap_or_default().into() },
        "image_url" if is_user => {
            let image = part.image_url.as_ref().ok_or_else(|| missing("image_url"))?;
            let detail = match image.detail.as_deref() {
                None => None,
                Some("auto") => Some("AUTO"),
                Some("low") => Some("LOW"),
                Some("high") => Some("HIGH"),
                Some(other) => {
                    let why = format!("it is `{other}`; Oracle knows auto, low and high");
                    params.unsupported(&format!("{path}.image_url.detail"), &why)?;
                    None
                }
            };
            Piece::Image { image_url: Media { detail, ..Media::new(image.url.as_str()) } }
        }
        "video_url" if is_user => Piece::Video { video_url: video(part, &missing)? },
        "input_audio" if is_user => {
            let audio = part.input_audio.as_ref().ok_or_else(|| missing("input_audio"))?;
            let url = format!("data:audio/{};base64,{}", audio.format, audio.data);
            Piece::Audio { audio_url: Media::new(url) }
        }
        "file" if is_user => {
            let file = part.file.as_ref().ok_or_else(|| missing("file"))?;
            return document(file, path, params);
        }
        // Another provider's thinking in the history.
        "thinking" | "redacted_thinking" => {
            params.leave_out("messages[].content[].thinking");
            return Ok(None);
        }
        kind => {
            let why = format!("Oracle takes no part of the type `{kind}` here");
            params.unsupported(path, &why)?;
            return Ok(None);
        }
    }))
}

/// LiteLLM's part for videos, which OpenAI has none for.
fn video<'a>(part: &'a Part, missing: &dyn Fn(&str) -> ApiError) -> Result<Media<'a>, ApiError> {
    object! {
        struct Video {
            url("url"): Option<String>,
        }
    }
    let own = part.extra.iter().find(|(name, _)| name == "video_url").map(|(_, raw)| raw.get());
    let text = own.ok_or_else(|| missing("video_url"))?;
    let url = match serde_json::from_str::<String>(text) {
        Ok(url) => Some(url),
        Err(_) => serde_json::from_str::<Video>(text).ok().and_then(|video| video.url),
    };
    url.map(Media::new).ok_or_else(|| missing("video_url.url"))
}

fn document<'a>(
    file: &'a FileRef,
    path: &str,
    params: &mut Params<'_>,
) -> Result<Option<Piece<'a>>, ApiError> {
    if file.filename.is_some() {
        params.leave_out("messages[].content[].file.filename");
    }
    if let Some(data) = &file.file_data {
        return Ok(Some(Piece::Document { document_url: Media::new(data.as_str()) }));
    }
    let path = format!("{path}.file.file_id");
    params.unsupported(&path, "Oracle keeps no files; send the content as `file_data`")?;
    Ok(None)
}
