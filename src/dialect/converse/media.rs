//! Images, documents, videos and audio: formats, sources and the names of documents.
//!
//! Source: `ImageBlock`, `DocumentBlock`, `VideoBlock`, `AudioBlock` and `S3Location` in the API
//! reference.

use super::block::Source;
use crate::dialect::data_url;
use hashbrown::HashSet;

/// What kind of block a media type makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Image,
    Document,
    Video,
    Audio,
}

/// Media types by Bedrock's word for the format, which is also how names of such files end.
const FORMATS: [(&str, Kind, &str); 36] = [
    ("image/png", Kind::Image, "png"),
    ("image/jpeg", Kind::Image, "jpeg"),
    ("image/jpg", Kind::Image, "jpeg"),
    ("image/gif", Kind::Image, "gif"),
    ("image/webp", Kind::Image, "webp"),
    ("application/pdf", Kind::Document, "pdf"),
    ("text/csv", Kind::Document, "csv"),
    ("application/msword", Kind::Document, "doc"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Kind::Document,
        "docx",
    ),
    ("application/vnd.ms-excel", Kind::Document, "xls"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Kind::Document, "xlsx"),
    ("text/html", Kind::Document, "html"),
    ("text/plain", Kind::Document, "txt"),
    ("text/markdown", Kind::Document, "md"),
    ("application/json", Kind::Document, "txt"),
    ("application/xml", Kind::Document, "txt"),
    ("video/x-matroska", Kind::Video, "mkv"),
    ("video/quicktime", Kind::Video, "mov"),
    ("video/mp4", Kind::Video, "mp4"),
    ("video/webm", Kind::Video, "webm"),
    ("video/x-flv", Kind::Video, "flv"),
    ("video/mpeg", Kind::Video, "mpeg"),
    ("video/mpg", Kind::Video, "mpg"),
    ("video/x-ms-wmv", Kind::Video, "wmv"),
    ("video/3gpp", Kind::Video, "three_gp"),
    ("audio/mp3", Kind::Audio, "mp3"),
    ("audio/mpeg", Kind::Audio, "mp3"),
    ("audio/wav", Kind::Audio, "wav"),
    ("audio/x-wav", Kind::Audio, "wav"),
    ("audio/opus", Kind::Audio, "opus"),
    ("audio/ogg", Kind::Audio, "ogg"),
    ("audio/aac", Kind::Audio, "aac"),
    ("audio/flac", Kind::Audio, "flac"),
    ("audio/mp4", Kind::Audio, "m4a"),
    ("audio/x-m4a", Kind::Audio, "m4a"),
    ("audio/webm", Kind::Audio, "webm"),
];

/// Endings of names that are not the format's own word.
const ENDINGS: [(&str, &str); 4] =
    [("jpg", "jpeg"), ("3gp", "three_gp"), ("htm", "html"), ("markdown", "md")];

/// The kind and format of a media type, or of a bare format such as `pdf`.
#[must_use]
pub fn format(media_type: &str) -> Option<(Kind, &'static str)> {
    let lower = media_type.to_ascii_lowercase();
    let own = lower.split(';').next().unwrap_or_default().trim();
    if !own.contains('/') {
        return ending(own);
    }
    let known = FORMATS.iter().find(|(name, ..)| *name == own);
    known.map(|(_, kind, format)| (*kind, *format)).or_else(|| {
        own.strip_prefix("text/").map(|_| (Kind::Document, "txt")) // programs and the like
    })
}

/// The kind and format of a file by its name or address.
#[must_use]
pub fn format_of_name(name: &str) -> Option<(Kind, &'static str)> {
    let file = name.rsplit('/').next()?;
    ending(&file.rsplit_once('.')?.1.to_ascii_lowercase())
}

fn ending(ending: &str) -> Option<(Kind, &'static str)> {
    let other = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format);
    let format = other.unwrap_or(ending);
    FORMATS.iter().find(|row| row.2 == format).map(|(_, kind, format)| (*kind, *format))
}

/// Content as it goes into a block.
#[derive(Debug, PartialEq, Eq)]
pub struct Content<'a> {
    pub kind: Kind,
    pub format: &'static str,
    pub source: Source<'a>,
}

/// Reads a `data:` URL, the address of an object in S3, or bare base64. `stated` is the media type
/// that stands above all others, `name` the file's.
///
/// # Errors
/// What is wrong, for a sentence that begins with the member's name.
pub fn read<'a>(
    text: &'a str,
    stated: Option<&str>,
    name: Option<&str>,
) -> Result<Content<'a>, String> {
    if data_url::is_web(text) {
        return Err(
            "is the address of a page, and Bedrock fetches none: send the content as a data \
                    URL, or as s3://bucket/key"
                .into(),
        );
    }
    let stated_format = stated.map(|stated| format(stated).ok_or_else(|| unknown(stated)));
    let by_name = name.and_then(format_of_name);
    let (source, found) = if text.starts_with("s3://") {
        let found = stated_format.transpose()?.or_else(|| format_of_name(text)).or(by_name);
        let found = found.ok_or("names an object whose `format` has to be stated")?;
        (Source::S3Location { uri: text }, found)
    } else if text.starts_with("data:") {
        let (media_type, data) = data_url::split(text)?;
        let found = match stated_format {
            Some(found) => found?,
            // `application/octet-stream` and the like.
            None => format(media_type).or(by_name).ok_or_else(|| unknown(media_type))?,
        };
        (Source::Bytes(data), found)
    } else {
        let found = stated_format.transpose()?.or(by_name);
        let form = "must be a data URL such as data:image/png;base64,…, or s3://bucket/key";
        (Source::Bytes(text), found.ok_or(form)?)
    };
    let (kind, format) = found;
    Ok(Content { kind, format, source })
}

fn unknown(media_type: &str) -> String {
    format!(
        "is of the type `{media_type}`; Bedrock takes images (png, jpeg, gif, webp), documents (pdf, \
         csv, doc, docx, xls, xlsx, html, txt, md), videos and audio"
    )
}

/// The names of the documents of one request: Bedrock refuses two of the same.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// How many have been named, which numbers the next that needs a number.
    count: usize,
}

/// Longest name, characters.
const MAX_NAME: usize = 200;

impl Names {
    /// A name for the file `name` that Bedrock allows: letters, digits, single spaces, hyphens,
    /// parentheses and square brackets. The ending goes, for the format says it. The same
    /// conversation gives the same names, so that a cached prompt stays what it was.
    pub fn free(&mut self, name: Option<&str>) -> String {
        let stem = name.unwrap_or_default();
        let stem = stem.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let is_allowed =
            |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '(' | ')' | '[' | ']');
        let plain = stem.chars().map(|c| if is_allowed(&c) { c } else { ' ' });
        let plain: String = plain.take(MAX_NAME.saturating_sub(24)).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        let base = if words.is_empty() { "Document".to_owned() } else { words.join(" ") };
        self.count = self.count.saturating_add(1);
        let mut free = base.clone();
        while !self.taken.insert(free.clone()) {
            free = format!("{base} {}", self.count);
            self.count = self.count.saturating_add(1); // never tried twice
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_type_ending_and_statement() {
        assert_eq!(format("image/JPG"), Some((Kind::Image, "jpeg")));
        assert_eq!(format("text/x-python"), Some((Kind::Document, "txt")));
        assert_eq!(format("pdf"), Some((Kind::Document, "pdf")));
        assert_eq!(format("application/zip"), None);
        assert_eq!(format_of_name("s3://b/a.b/film.3GP"), Some((Kind::Video, "three_gp")));
    }

    #[test]
    fn content_comes_as_a_data_url_from_s3_or_bare() {
        let read = |text, stated, name| read(text, stated, name).map(|c| (c.kind, c.format));
        assert_eq!(read("data:image/png;base64,AA", None, None), Ok((Kind::Image, "png")));
        assert_eq!(
            read("data:application/octet-stream;base64,AA", None, Some("a.docx")),
            Ok((Kind::Document, "docx"))
        );
        assert_eq!(read("s3://bucket/a.mp4", None, None), Ok((Kind::Video, "mp4")));
        assert_eq!(read("AAAA", None, Some("a.pdf")), Ok((Kind::Document, "pdf")));
        for bad in
            ["https://x/a.png", "AAAA", "s3://bucket/a", "data:image/tiff;base64,A", "data:x"]
        {
            assert!(read(bad, None, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn documents_get_names_that_are_allowed_and_differ() {
        let mut names = Names::default();
        assert_eq!(names.free(Some("Q3_report: \"final\".pdf")), "Q3 report final");
        assert_eq!(names.free(Some("dir/Q3 report final.csv")), "Q3 report final 2");
        assert_eq!(names.free(None), "Document");
        assert_eq!(names.free(Some("日本.pdf")), "Document 5");
        let long = names.free(Some(&"x".repeat(500)));
        assert!(long.len() <= MAX_NAME);
    }
}
