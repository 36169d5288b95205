//! OpenAI's content parts as Gemini's.

use super::media;
use super::model::Model;
use super::part::{Blob, Held, Part, VideoMetadata};
use crate::dialect::Params;
use crate::openai::message::{FileRef, ImageUrl};
use crate::openai::{self, ApiError, Content};
use crate::wire::json;
use crate::wire::object::{Extra, RawJson, object};
use std::fmt;

/// Where a part stands: `messages[2].content[0]`. Written out only for an error.
#[derive(Debug, Clone, Copy)]
struct Place {
    message: usize,
    part: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}].content[{}]", self.message, self.part)
    }
}

impl Place {
    fn wrong(self, member: &str, what: &str) -> ApiError {
        let path = format!("{self}.{member}");
        ApiError::invalid(format!("`{path}` {what}.")).with_param(path)
    }
}

/// How closely images are looked at, which Gemini is told once for all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The model's own choice.
    #[default]
    Auto,
    Low,
    Medium,
    High,
}

impl Detail {
    /// Google's word, where there is one.
    #[must_use]
    pub fn media_resolution(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Low => Some("MEDIA_RESOLUTION_LOW"),
            Self::Medium => Some("MEDIA_RESOLUTION_MEDIUM"),
            Self::High => Some("MEDIA_RESOLUTION_HIGH"),
        }
    }
}

/// What translation of messages notes beside the turns.
pub struct Notes<'n, 'p> {
    pub params: &'n mut Params<'p>,
    pub model: &'n Model,
    /// The closest look that any image asks for.
    pub detail: Detail,
    /// Some image leaves it to the model.
    pub some_auto: bool,
}

impl<'n, 'p> Notes<'n, 'p> {
    #[must_use]
    pub fn new(params: &'n mut Params<'p>, model: &'n Model) -> Self {
        Self { params, model, detail: Detail::Auto, some_auto: false }
    }

    /// `mediaResolution` for all images together: the closest look that one asks for, and a coarser one
    /// than the model's own only if all ask for it.
    pub fn media_resolution(&mut self) -> Option<&'static str> {
        if self.detail == Detail::Auto {
            return None;
        }
        let spoils_others = self.detail < Detail::High && self.some_auto;
        if spoils_others || !self.model.media_resolution() {
            self.params.leave_out("messages[].content[].image_url.detail");
            return None;
        }
        self.detail.media_resolution()
    }
}

object! {
    struct Cut {
        fps("fps"): Option<RawJson>,
        start_offset("start_offset"): Option<RawJson>,
        end_offset("end_offset"): Option<RawJson>,
    }
}

/// Appends the parts of one message's content. Gemini refuses empty texts, which are skipped.
///
/// # Errors
/// 400 naming the part that is wrong, or that Gemini cannot take.
pub fn append<'a>(
    content: &'a Content,
    message: usize,
    parts: &mut Vec<Part<'a>>,
    notes: &mut Notes<'_, '_>,
) -> Result<(), ApiError> {
    match content {
        Content::Absent => {}
        Content::Text(text) if text.is_empty() => {}
        Content::Text(text) => parts.push(Part::text(text)),
        Content::Parts(list) => {
            for (index, part) in list.iter().enumerate() {
                let place = Place { message, part: index };
                if part.cache_control.is_some() {
                    notes.params.leave_out("messages[].content[].cache_control");
                }
                parts.extend(translated(part, place, notes)?);
            }
        }
    }
    Ok(())
}

fn translated<'a>(
    part: &'a openai::Part,
    place: Place,
    notes: &mut Notes<'_, '_>,
) -> Result<Option<Part<'a>>, ApiError> {
    match part.kind.as_str() {
        "text" => {
            let text = part.text.as_deref().ok_or_else(|| place.wrong("text", "is missing"))?;
            note_extra(&part.extra, &[], notes);
            Ok((!text.is_empty()).then(|| Part::text(text)))
        }
        // What the assistant said when it refused; Gemini has no part of its own for that.
        "refusal" => {
            let text = part.refusal.as_deref().filter(|text| !text.is_empty());
            Ok(text.map(Part::text))
        }
        "image_url" => {
            let image =
                part.image_url.as_ref().ok_or_else(|| place.wrong("image_url", "is missing"))?;
            note_detail(image.detail.as_deref(), notes);
            note_extra(&part.extra, &[], notes);
            let path = || format!("{place}.image_url.url");
            Ok(Some(media::at(&image.url, image.format.as_deref(), &path)?.into()))
        }
        "input_audio" => {
            let audio = part
                .input_audio
                .as_ref()
                .ok_or_else(|| place.wrong("input_audio", "is missing"))?;
            let kind = match audio.format.as_str() {
                "" => return Err(place.wrong("input_audio.format", "is missing")),
                format if format.starts_with("audio/") => format.to_owned(),
                format => format!("audio/{format}"),
            };
            note_extra(&part.extra, &[], notes);
            let blob = Blob { mime_type: kind.into(), data: audio.data.as_str().into() };
            Ok(Some(Held::InlineData(blob).into()))
        }
        "file" => {
            let file = part.file.as_ref().ok_or_else(|| place.wrong("file", "is missing"))?;
            note_extra(&part.extra, &[], notes);
            Ok(Some(file_part(file, place, notes)?))
        }
        // The form that video and audio have on other OpenAI-compatible servers.
        kind @ ("video_url" | "audio_url") => {
            note_extra(&part.extra, &[kind], notes);
            let json = part.extra.iter().find(|(name, _)| name == kind).map(|(_, json)| json);
            let json = json.ok_or_else(|| place.wrong(kind, "is missing"))?;
            let url: ImageUrl = json::read(json.get(), &format!("{place}.{kind}"))?;
            let path = || format!("{place}.{kind}.url");
            let data = media::at(&url.url, url.format.as_deref(), &path)?;
            Ok(media::owned(data).map(Part::from))
        }
        // Another provider's reasoning among the content of an earlier answer.
        "thinking" | "redacted_thinking" => {
            notes.params.leave_out(&format!("messages[].content[].{}", part.kind));
            Ok(None)
        }
        other => {
            let what = format!(
                "is `{other}`; Gemini takes text, image_url, input_audio, video_url and file"
            );
            Err(place.wrong("type", &what))
        }
    }
}

fn note_extra(extra: &Extra, known: &[&str], notes: &mut Notes<'_, '_>) {
    for (name, _) in extra.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        notes.params.leave_out(&format!("messages[].content[].{name}"));
    }
}

fn note_detail(detail: Option<&str>, notes: &mut Notes<'_, '_>) {
    let detail = match detail {
        Some("low") => Detail::Low,
        Some("medium") => Detail::Medium,
        Some("high" | "ultra_high" | "original") => Detail::High,
        Some("auto") | None => Detail::Auto,
        Some(_) => {
            notes.params.leave_out("messages[].content[].image_url.detail");
            Detail::Auto
        }
    };
    notes.some_auto |= detail == Detail::Auto;
    notes.detail = notes.detail.max(detail);
}

/// A file inline, by its address (LiteLLM's form: the address as `file_id`), or by the id that AI
/// Studio's Files API gave it.
fn file_part<'a>(
    file: &'a FileRef,
    place: Place,
    notes: &mut Notes<'_, '_>,
) -> Result<Part<'a>, ApiError> {
    let format = file.format.as_deref();
    let by_name = || file.filename.as_deref().and_then(media::of_name);
    let data = match (file.file_data.as_deref(), file.file_id.as_deref()) {
        (Some(data), _) => {
            let path = || format!("{place}.file.file_data");
            let is_bare = !data.starts_with("data:");
            let kind = format.or_else(|| is_bare.then(by_name).flatten());
            media::at(data, kind, &path)?
        }
        (None, Some(id)) => {
            let path = || format!("{place}.file.file_id");
            media::at(id, format, &path)?
        }
        (None, None) => return Err(place.wrong("file", "must hold `file_data` or `file_id`")),
    };
    if file.filename.is_some() {
        notes.params.leave_out("messages[].content[].file.filename");
    }
    let mut part = Part::from(data);
    for (name, json) in &file.extra {
        match name.as_str() {
            "video_metadata" => part.video_metadata = Some(cut(json.get(), place)?),
            "detail" => {
                let detail: Option<String> = serde_json::from_str(json.get()).ok();
                note_detail(detail.as_deref(), notes);
            }
            other => notes.params.leave_out(&format!("messages[].content[].file.{other}")),
        }
    }
    Ok(part)
}

fn cut(json: &str, place: Place) -> Result<VideoMetadata, ApiError> {
    let cut: Cut = json::read(json, &format!("{place}.file.video_metadata"))?;
    Ok(VideoMetadata { fps: cut.fps, start_offset: cut.start_offset, end_offset: cut.end_offset })
}
