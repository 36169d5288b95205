//! What an answer rests on, as OpenAI's annotations.
//!
//! Google counts positions in bytes of UTF-8, OpenAI in characters. Source:
//! <https://ai.google.dev/gemini-api/docs/google-search>,
//! <https://ai.google.dev/api/generate-content#GroundingMetadata>.

use super::usage::Searches;
use hashbrown::HashSet;
use serde_json::{Value, json};

/// Most annotations that one answer or event gives.
const MAX_ANNOTATIONS: usize = 1024;
/// Most bytes inside of characters that are remembered: some 90,000 letters of Asian scripts, more than
/// any answer has. Citations beyond them get no annotation.
const MAX_INNER_BYTES: usize = 256 * 1024;

/// Where the characters of a growing text begin. Text in ASCII takes no memory.
#[derive(Debug, Default)]
pub struct Offsets {
    bytes: usize,
    /// Positions of bytes that begin no character, in ascending order.
    inner: Vec<u32>,
    /// The text as far as it was remembered.
    known: usize,
}

impl Offsets {
    pub fn push(&mut self, text: &str) {
        if !text.is_ascii() && self.inner.len() <= MAX_INNER_BYTES {
            for (place, byte) in text.bytes().enumerate() {
                if byte & 0xc0 == 0x80 {
                    let place = self.bytes.saturating_add(place);
                    self.inner.push(u32::try_from(place).unwrap_or(u32::MAX));
                }
            }
        }
        self.bytes = self.bytes.saturating_add(text.len());
        if self.inner.len() <= MAX_INNER_BYTES {
            self.known = self.bytes;
        }
    }

    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// The number of characters before a byte.
    fn characters(&self, byte: usize) -> Option<usize> {
        if byte > self.known {
            return None;
        }
        let inner = self.inner.partition_point(|place| (*place as usize) < byte);
        byte.checked_sub(inner)
    }
}

/// Annotations for `groundingMetadata`. `starts` says at which byte of the content each part begins.
#[must_use]
pub fn annotations(metadata: &Value, starts: &[usize], offsets: &Offsets) -> Vec<Value> {
    let chunks = metadata.get("groundingChunks").and_then(Value::as_array);
    let source = |index: &Value| {
        let chunk = chunks?.get(usize::try_from(index.as_u64()?).ok()?)?;
        ["web", "retrievedContext", "maps"].iter().find_map(|kind| chunk.get(*kind))
    };
    let supports = metadata.get("groundingSupports").and_then(Value::as_array);
    let mut annotations = Vec::new();
    for support in supports.into_iter().flatten() {
        let Some(segment) = support.get("segment") else { continue };
        let number = |name: &str| usize::try_from(segment.get(name)?.as_u64()?).ok();
        let part = starts.get(number("partIndex").unwrap_or(0)).copied().unwrap_or(0);
        let Some(end) = number("endIndex") else { continue };
        let span =
            (part.saturating_add(number("startIndex").unwrap_or(0)), part.saturating_add(end));
        let indices = support.get("groundingChunkIndices").and_then(Value::as_array);
        for source in indices.into_iter().flatten().filter_map(source) {
            if annotations.len() >= MAX_ANNOTATIONS {
                return annotations;
            }
            annotations.extend(annotation(source, span, offsets));
        }
    }
    annotations
}

/// Annotations for `citationMetadata`: passages that stand elsewhere word for word.
#[must_use]
pub fn citations(metadata: &Value, offsets: &Offsets) -> Vec<Value> {
    let lists = ["citations", "citationSources"].iter().filter_map(|name| metadata.get(*name));
    let citations = lists.filter_map(Value::as_array).flatten();
    let annotation = |citation: &Value| {
        let number = |name: &str| usize::try_from(citation.get(name)?.as_u64()?).ok();
        let span = (number("startIndex").unwrap_or(0), number("endIndex")?);
        annotation(citation, span, offsets)
    };
    citations.filter_map(annotation).take(MAX_ANNOTATIONS).collect()
}

fn annotation(source: &Value, (start, end): (usize, usize), offsets: &Offsets) -> Option<Value> {
    let url = source.get("uri")?.as_str().filter(|url| url.starts_with("http"))?;
    let title = source.get("title").and_then(Value::as_str).unwrap_or_default();
    Some(json!({"type": "url_citation", "url_citation": {
        "start_index": offsets.characters(start)?, "end_index": offsets.characters(end)?,
        "url": url, "title": title}}))
}

/// The searches that `groundingMetadata` tells of.
#[must_use]
pub fn searches(metadata: &Value) -> Searches {
    let list = |name: &str| metadata.get(name).and_then(Value::as_array).into_iter().flatten();
    let queries: HashSet<&str> = list("webSearchQueries")
        .filter_map(Value::as_str)
        .filter(|query| !query.is_empty())
        .take(MAX_ANNOTATIONS)
        .collect();
    let of = |kind: &str| list("groundingChunks").any(|chunk| chunk.get(kind).is_some());
    let (maps, web) = (of("maps"), of("web"));
    // Queries beside maps alone were asked of the maps.
    let queries = if maps && !web { 0 } else { queries.len() };
    Searches { queries: queries as u64, billed: queries > 0 || maps }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(pieces: &[&str]) -> Offsets {
        let mut offsets = Offsets::default();
        pieces.iter().for_each(|piece| offsets.push(piece));
        offsets
    }

    #[test]
    fn bytes_become_characters_however_the_text_came() {
        let text = "aé😀b日";
        let pieces = ["a", "é", "😀b", "日"];
        for offsets in [offsets(&[text]), offsets(&pieces)] {
            for (characters, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.characters(byte), Some(characters));
            }
            assert_eq!(offsets.characters(text.len()), Some(5));
            assert_eq!(offsets.characters(text.len() + 1), None);
        }
    }

    #[test]
    fn what_is_remembered_of_a_text_is_bounded() {
        let mut offsets = Offsets::default();
        for _ in 0..2000 {
            offsets.push(&"日".repeat(1000));
        }
        assert!(offsets.inner.len() <= MAX_INNER_BYTES + 2000, "{}", offsets.inner.len());
        assert_eq!(offsets.characters(300), Some(100));
        assert_eq!(offsets.characters(offsets.len()), None);
    }

    #[test]
    fn supports_become_citations_of_their_part() {
        let metadata = json!({"webSearchQueries": ["a", "a", ""],
            "groundingChunks": [{"web": {"uri": "https://x.example", "title": "X"}}, {"retrievedContext": {}}],
            "groundingSupports": [
                {"segment": {"partIndex": 1, "startIndex": 0, "endIndex": 2}, "groundingChunkIndices": [0, 1, 7]},
                {"segment": {"startIndex": 1}, "groundingChunkIndices": [0]}]});
        assert_eq!(
            annotations(&metadata, &[0, 2], &offsets(&["é", "é"])),
            [json!({"type": "url_citation", "url_citation": {
                "start_index": 1, "end_index": 2, "url": "https://x.example", "title": "X"}})]
        );
        assert_eq!(searches(&metadata), Searches { queries: 1, billed: true });
        assert!(searches(&json!({"groundingChunks": [{"maps": {}}]})).billed);
        assert_eq!(searches(&json!({})), Searches::default());
    }

    #[test]
    fn recitations_are_cited() {
        let metadata = json!({"citationSources": [{"startIndex": 1, "endIndex": 3, "uri": "https://x.example"}]});
        let found = citations(&metadata, &offsets(&["abcd"]));
        assert_eq!(found[0]["url_citation"]["end_index"], 3);
    }
}
