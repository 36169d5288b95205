//! OpenAI's content parts as Anthropic's blocks.

use super::beta::{self, Betas};
use super::block::{Block, Known, NativePart};
use super::host::Feature;
use super::source::{self, Kind, Source};
use crate::dialect::place::Place;
use crate::dialect::{Params, data_url};
use crate::openai::message::{FileRef, ImageUrl};
use crate::openai::{ApiError, Content, Part};
use crate::wire::object::object;

/// What translation of content notes beside the blocks.
pub struct Notes<'n, 'p> {
    pub betas: &'n mut Betas,
    pub params: &'n mut Params<'p>,
}

impl Notes<'_, '_> {
    /// See [`Host::has`](super::host::Host::has).
    fn has(&mut self, feature: Feature, path: &str) -> Result<bool, ApiError> {
        self.betas.host().has(feature, path, self.params)
    }

    /// The same for content that Claude is to fetch.
    fn fetches(&mut self, kind: Kind, path: &str) -> Result<bool, ApiError> {
        let image = matches!(kind, Kind::Image | Kind::Other);
        self.has(if image { Feature::RemoteImages } else { Feature::RemoteDocuments }, path)
    }
}

/// Appends the blocks of one message's content. Anthropic refuses text blocks without a character
/// that is not white space: those are skipped, and [`super::message`] sees to a turn that is empty
/// without them.
///
/// # Errors
/// 400 naming the part that is wrong, or that Claude cannot take.
pub fn append<'a>(
    content: &'a Content,
    message: usize,
    blocks: &mut Vec<Block<'a>>,
    notes: &mut Notes<'_, '_>,
) -> Result<(), ApiError> {
    match content {
        Content::Absent => {}
        Content::Text(text) => push_text(text, blocks),
        Content::Parts(parts) => {
            for (part_index, part) in parts.iter().enumerate() {
                let place = Place { message, part: part_index };
                if let Some(block) = block(part, place, notes)? {
                    blocks.push(block);
                }
            }
        }
    }
    Ok(())
}

fn push_text<'a>(text: &'a str, blocks: &mut Vec<Block<'a>>) {
    if !text.trim().is_empty() {
        blocks.push(Block::text(text));
    }
}

fn block<'a>(
    part: &'a Part,
    place: Place,
    notes: &mut Notes<'_, '_>,
) -> Result<Option<Block<'a>>, ApiError> {
    let cache_control = part.cache_control.as_ref();
    let known = match part.kind.as_str() {
        "text" => {
            let text = part.text.as_deref().ok_or_else(|| place.wrong("text", "is missing"))?;
            let mut citations = None;
            for (name, value) in &part.extra {
                match name.as_str() {
                    "citations" => citations = Some(value),
                    other => notes.params.leave_out(&format!("messages[].content[].{other}")),
                }
            }
            if text.trim().is_empty() {
                return Ok(None);
            }
            Known::Text { text, citations, cache_control }
        }
        // What the assistant said when it refused; Claude has no block of its own for that.
        "refusal" => match part.refusal.as_deref() {
            Some(text) if !text.trim().is_empty() => {
                Known::Text { text, citations: None, cache_control }
            }
            _ => return Ok(None),
        },
        "image_url" => {
            let image =
                part.image_url.as_ref().ok_or_else(|| place.wrong("image_url", "is missing"))?;
            match image_block(image, part, place, notes)? {
                Some(known) => known,
                None => return Ok(None),
            }
        }
        "file" => {
            let file = part.file.as_ref().ok_or_else(|| place.wrong("file", "is missing"))?;
            match file_block(file, part, place, notes)? {
                Some(known) => known,
                None => return Ok(None),
            }
        }
        "input_audio" => {
            notes.params.unsupported(&format!("{place}.input_audio"), "Claude takes no audio")?;
            return Ok(None);
        }
        kind if NativePart::is_known(kind) => {
            let fine = native_is_taken(part, kind, place, notes)?;
            return Ok(fine.then_some(Block::Part(NativePart(part))));
        }
        other => {
            let what = format!(
                "is `{other}`; Claude takes text, image_url and file, and Anthropic's own blocks"
            );
            return Err(place.wrong("type", &what));
        }
    };
    Ok(Some(Block::Ours(known)))
}

/// Whether the host has what a part in Anthropic's own shape refers to.
fn native_is_taken(
    part: &Part,
    kind: &str,
    place: Place,
    notes: &mut Notes<'_, '_>,
) -> Result<bool, ApiError> {
    let source = part.extra.iter().find(|(name, _)| name == "source").map(|(_, json)| json.get());
    let source = source.and_then(|json| serde_json::from_str::<SourceKind>(json).ok());
    let path = || format!("{place}.source");
    if kind == "container_upload" || source.as_ref().is_some_and(|source| source.kind == "file") {
        notes.betas.add(beta::FILES);
        return notes.has(Feature::Files, &path());
    }
    if part.extra.iter().any(|(_, value)| value.get().contains("\"file_id\"")) {
        notes.betas.add(beta::FILES);
    }
    match source {
        Some(source) if source.kind == "url" => {
            let image = if kind == "image" { Kind::Image } else { Kind::Document };
            notes.fetches(image, &path())
        }
        _ => Ok(true),
    }
}

object! {
    /// Of a source, how it is given.
    struct SourceKind {
        kind("type"): String,
    }
}

fn image_block<'a>(
    image: &'a ImageUrl,
    part: &'a Part,
    place: Place,
    notes: &mut Notes<'_, '_>,
) -> Result<Option<Known<'a>>, ApiError> {
    if image.detail.as_deref().is_some_and(|detail| detail != "auto") {
        notes.params.leave_out("messages[].content[].image_url.detail");
    }
    let (kind, source) = if data_url::is_web(&image.url) {
        let kind = match image.format.as_deref() {
            Some(format) => source::kind(format),
            None => Kind::Image,
        };
        if !notes.fetches(kind, &format!("{place}.image_url.url"))? {
            return Ok(None);
        }
        (kind, Source::Url { url: &image.url })
    } else {
        let path = || format!("{place}.image_url.url");
        source::data_url(&image.url, image.format.as_deref(), &path)?
    };
    Ok(Some(media(kind, source, None, part)))
}

fn media<'a>(kind: Kind, source: Source<'a>, title: Option<&'a str>, part: &'a Part) -> Known<'a> {
    let cache_control = part.cache_control.as_ref();
    match kind {
        Kind::Document => Known::Document { source, title, cache_control },
        Kind::Image | Kind::Other => Known::Image { source, cache_control },
    }
}

/// A file inline, by URL (LiteLLM's form: the URL as `file_id`), or by the id that Anthropic's Files
/// API gave it. Without a `format`, an id is taken for a document: that is what OpenAI's parts are.
fn file_block<'a>(
    file: &'a FileRef,
    part: &'a Part,
    place: Place,
    notes: &mut Notes<'_, '_>,
) -> Result<Option<Known<'a>>, ApiError> {
    let format = file.format.as_deref();
    let title = file.filename.as_deref();
    let kind = format.map_or(Kind::Document, source::kind);
    match (file.file_data.as_deref(), file.file_id.as_deref()) {
        (Some(url), _) | (None, Some(url)) if data_url::is_web(url) => {
            let fine = notes.fetches(kind, &format!("{place}.file"))?;
            Ok(fine.then(|| media(kind, Source::Url { url }, title, part)))
        }
        (Some(data), _) => {
            let path = || format!("{place}.file.file_data");
            // Some clients send the bare base64 and tell the type by the name.
            let is_pdf = title.is_some_and(|name| name.to_ascii_lowercase().ends_with(".pdf"));
            let bare = format.or(is_pdf.then_some("application/pdf"));
            let (kind, source) = match bare {
                Some(media_type) if !data.starts_with("data:") => {
                    source::base64_source(media_type, data, &path)?
                }
                _ => source::data_url(data, format, &path)?,
            };
            Ok(Some(media(kind, source, title, part)))
        }
        (None, Some(file_id)) => {
            if !notes.has(Feature::Files, &format!("{place}.file.file_id"))? {
                return Ok(None);
            }
            notes.betas.add(beta::FILES);
            Ok(Some(match format.map_or(Kind::Document, source::uploaded_kind) {
                Kind::Other => {
                    Known::ContainerUpload { file_id, cache_control: part.cache_control.as_ref() }
                }
                kind => media(kind, Source::File { file_id }, title, part),
            }))
        }
        (None, None) => Err(place.wrong("file", "must hold `file_data` or `file_id`")),
    }
}
