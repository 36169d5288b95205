//! A text with a few places changed, copied once.

use std::ops::Range;

/// What is to stand in place of which bytes. An empty range is a place to insert at.
pub type Edits = Vec<(Range<usize>, String)>;

/// Where `part`, a slice of `text`, stands in it.
#[must_use]
pub fn range(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start.saturating_add(part.len())
}

/// Appends `text` with the edits made, whatever their order. They must not overlap.
pub fn copy(out: &mut Vec<u8>, text: &str, mut edits: Edits) {
    edits.sort_by_key(|(range, _)| range.start);
    let added: usize = edits.iter().map(|(_, replacement)| replacement.len()).sum();
    out.reserve(text.len().saturating_add(added));
    let mut from = 0;
    for (range, replacement) in &edits {
        out.extend_from_slice(text.get(from..range.start).unwrap_or_default().as_bytes());
        out.extend_from_slice(replacement.as_bytes());
        from = range.end;
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_their_places_and_the_rest_is_copied() {
        let text = "one two three";
        let edits =
            vec![(range(text, &text[8..]), "3".into()), (0..3, "1".into()), (4..4, "(".into())];
        let mut out = Vec::new();
        copy(&mut out, text, edits);
        assert_eq!(out, b"1 (two 3");
    }
}
