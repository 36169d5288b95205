//! OpenAI's content parts as Converse's blocks.

use super::block::{Block, CachePoint, Document, Guarded, Media, Source};
use super::history;
use super::media::{self, Content as Found, Kind, Names};
use super::model::Model;
use crate::dialect::Params;
use crate::dialect::place::Place;
use crate::openai::message::FileRef;
use crate::openai::{ApiError, Content, Part};
use crate::wire::object::{Extra, RawJson};
use serde::Deserialize;

/// What translation of content notes beside the blocks.
pub struct Notes<'n, 'p, 'm> {
    pub params: &'n mut Params<'p>,
    pub documents: &'n mut Names,
    pub model: &'m Model<'m>,
}

/// `video_url`, as several providers call it.
#[derive(Deserialize)]
struct VideoUrl<'a> {
    /// URLs have no escapes: what has some is none.
    url: &'a str,
    format: Option<&'a str>,
}

/// Appends the blocks of one message's content. Bedrock refuses text without a character that is not
/// white space: it is skipped, and [`super::message`] sees to a turn that is empty without it.
///
/// # Errors
/// 400 naming the part that is wrong, or that Bedrock cannot take.
pub fn append<'a>(
    content: &'a Content,
    message: usize,
    blocks: &mut Vec<Block<'a>>,
    notes: &mut Notes<'_, '_, '_>,
) -> Result<(), ApiError> {
    match content {
        Content::Absent => {}
        Content::Text(text) => push_text(text, blocks),
        Content::Parts(parts) => {
            for (index, part) in parts.iter().enumerate() {
                let place = Place { message, part: index };
                if let Some(block) = block(part, place, notes)? {
                    blocks.push(block);
                }
                mark(blocks, part.cache_control.as_ref(), notes);
            }
        }
    }
    Ok(())
}

pub fn push_text<'a>(text: &'a str, blocks: &mut Vec<Block<'a>>) {
    if !text.trim().is_empty() {
        blocks.push(Block::Text(text));
    }
}

/// Ends a cached prefix behind what is there, if something is.
pub fn mark(blocks: &mut Vec<Block<'_>>, mark: Option<&RawJson>, notes: &mut Notes<'_, '_, '_>) {
    let Some(mark) = mark else { return };
    if !notes.model.caches() {
        notes.params.leave_out("cache_control");
    } else if blocks.last().is_some_and(|last| !last.is_cache_point()) {
        let point = CachePoint::of(mark, notes.model, notes.params);
        blocks.push(Block::CachePoint(point));
    }
}

fn block<'a>(
    part: &'a Part,
    place: Place,
    notes: &mut Notes<'_, '_, '_>,
) -> Result<Option<Block<'a>>, ApiError> {
    let extra = |name: &str| part.extra.iter().find(|(known, _)| known == name).map(|(_, v)| v);
    Ok(Some(match part.kind.as_str() {
        "text" => {
            let text = part.text.as_deref().ok_or_else(|| place.wrong("text", "is missing"))?;
            leave_out(&part.extra, &[], notes);
            if text.trim().is_empty() {
                return Ok(None);
            }
            Block::Text(text)
        }
        // LiteLLM's mark for what the guardrail is to look at.
        "guarded_text" => {
            let text = part.text.as_deref().ok_or_else(|| place.wrong("text", "is missing"))?;
            if text.trim().is_empty() {
                return Ok(None);
            }
            Block::GuardContent(Guarded::Text { text, qualifiers: extra("qualifiers") })
        }
        "refusal" => match part.refusal.as_deref() {
            Some(text) if !text.trim().is_empty() => Block::Text(text),
            _ => return Ok(None),
        },
        // Anthropic's form of an earlier answer's reasoning, in its place among the parts.
        "thinking" | "redacted_thinking" if notes.model.is_claude() => {
            return Ok(history::inline(part).map(Block::ReasoningContent));
        }
        "json" => {
            let json = extra("json").ok_or_else(|| place.wrong("json", "is missing"))?;
            Block::Json(json)
        }
        "image_url" => {
            let image =
                part.image_url.as_ref().ok_or_else(|| place.wrong("image_url", "is missing"))?;
            if image.detail.as_deref().is_some_and(|detail| detail != "auto") {
                notes.params.leave_out("messages[].content[].image_url.detail");
            }
            let found = media::read(&image.url, image.format.as_deref(), None)
                .map_err(|what| place.wrong("image_url.url", &what))?;
            of_kind(found, None, [None, None], notes)
        }
        "video_url" => {
            let json = extra("video_url").ok_or_else(|| place.wrong("video_url", "is missing"))?;
            let video: VideoUrl<'a> = serde_json::from_str(json.get())
                .map_err(|_| place.wrong("video_url", "must be an object with a `url`"))?;
            let found = media::read(video.url, video.format, None)
                .map_err(|what| place.wrong("video_url.url", &what))?;
            of_kind(found, None, [None, None], notes)
        }
        "input_audio" => {
            let audio = part
                .input_audio
                .as_ref()
                .ok_or_else(|| place.wrong("input_audio", "is missing"))?;
            let format = media::format(&format!("audio/{}", audio.format));
            let (_, format) = format.ok_or_else(|| {
                place.wrong("input_audio.format", "is none that Bedrock takes, such as wav or mp3")
            })?;
            Block::Audio(Media { format, source: Source::Bytes(&audio.data) })
        }
        "file" => {
            let file = part.file.as_ref().ok_or_else(|| place.wrong("file", "is missing"))?;
            file_block(file, part, place, notes)?
        }
        other => {
            let what = format!(
                "is `{other}`; Bedrock takes text, guarded_text, image_url, video_url, input_audio and \
                 file"
            );
            return Err(place.wrong("type", &what));
        }
    }))
}

fn file_block<'a>(
    file: &'a FileRef,
    part: &'a Part,
    place: Place,
    notes: &mut Notes<'_, '_, '_>,
) -> Result<Block<'a>, ApiError> {
    let extra = |name: &str| {
        let both = file.extra.iter().chain(&part.extra);
        both.filter(|(known, _)| known == name).map(|(_, value)| value).next()
    };
    let name = file.filename.as_deref();
    let (member, text) = match (file.file_data.as_deref(), file.file_id.as_deref()) {
        (Some(data), _) => ("file.file_data", data),
        // LiteLLM's form: an address in the place of an id.
        (None, Some(id)) if id.contains("://") || id.starts_with("data:") => ("file.file_id", id),
        (None, Some(_)) => {
            let what = "is the id of an uploaded file, and Bedrock keeps none: send `file_data`, or \
                        s3://bucket/key";
            return Err(place.wrong("file.file_id", what));
        }
        (None, None) => return Err(place.wrong("file", "must hold `file_data` or `file_id`")),
    };
    let found = media::read(text, file.format.as_deref(), name)
        .map_err(|what| place.wrong(member, &what))?;
    for list in [&file.extra, &part.extra] {
        leave_out(list, &["citations", "context"], notes);
    }
    let (context, citations) = (extra("context"), extra("citations"));
    Ok(of_kind(found, name, [context, citations], notes))
}

/// `about` is what a document's block says beside its content: context and citations.
fn of_kind<'a>(
    found: Found<'a>,
    name: Option<&str>,
    [context, citations]: [Option<&'a RawJson>; 2],
    notes: &mut Notes<'_, '_, '_>,
) -> Block<'a> {
    let Found { kind, format, source } = found;
    match kind {
        Kind::Image => Block::Image(Media { format, source }),
        Kind::Video => Block::Video(Media { format, source }),
        Kind::Audio => Block::Audio(Media { format, source }),
        Kind::Document => {
            let name = notes.documents.free(name);
            Block::Document(Document { format, name, source, context, citations })
        }
    }
}

fn leave_out(extra: &Extra, known: &[&str], notes: &mut Notes<'_, '_, '_>) {
    for (name, _) in extra.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        notes.params.leave_out(&format!("messages[].content[].{name}"));
    }
}
