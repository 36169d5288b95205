//! From the text to a tree that knows where its nodes stand.

use super::Finding;
use super::source::{Place, Source};
use dragoman::config::Severity;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use std::collections::HashMap;
use std::rc::Rc;

/// Deepest nesting. JSON readers refuse more than 127.
pub const MAX_DEPTH: usize = 100;

/// A node of the document.
#[derive(Debug)]
pub struct Node {
    pub content: Content,
    pub place: Place,
}

#[derive(Debug)]
pub enum Content {
    Scalar {
        text: String,
        /// Without quotes, so that it may be something else than a string.
        is_plain: bool,
    },
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            Content::List(_) | Content::Map(_) => None,
        }
    }
}

/// Reads the one document of `source`, the file of that index, and tells it where its scalars are.
///
/// # Errors
/// What is wrong with its syntax.
pub fn parse(source: &mut Source, file: usize) -> Result<Rc<Node>, Finding> {
    let parser = Parser::new_from_str(&source.text);
    let mut builder = Builder { parser, file, anchors: HashMap::new(), scalars: Vec::new() };
    let document = builder.document()?;
    let scalars = builder.scalars;
    scalars.into_iter().for_each(|(place, end)| source.add(place, end));
    document.ok_or_else(|| {
        let place = Place { file, line: 1, column: 1 };
        let message = "The file is empty. It needs at least a `model_list`.";
        Finding::new(Severity::Error, String::new(), place, message)
    })
}

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    file: usize,
    anchors: HashMap<usize, Rc<Node>>,
    scalars: Vec<(Place, (usize, usize))>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Finding> {
        match self.parser.next_event() {
            Some(event) => event.map_err(|error| self.syntax(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self) -> Result<Option<Rc<Node>>, Finding> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(document),
                Event::DocumentStart(_) if document.is_some() => {
                    let message = "A second document begins here; a configuration is one document.";
                    return Err(self.broken(span, message));
                }
                Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing => {}
                event => document = Some(self.node(event, span, 0)?),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Rc<Node>, Finding> {
        if depth > MAX_DEPTH {
            let message = format!("Lists and mappings nest deeper than {MAX_DEPTH} levels here.");
            return Err(self.broken(span, &message));
        }
        let end = span.end;
        let (content, anchor) = match event {
            Event::Alias(anchor) => {
                let message = "This alias stands inside of what it refers to.";
                let node = self.anchors.get(&anchor).cloned();
                return node.ok_or_else(|| self.broken(span, message));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_string =
                    tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let is_plain = style == ScalarStyle::Plain && !is_string;
                (Content::Scalar { text: text.into_owned(), is_plain }, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        break;
                    }
                    items.push(self.node(event, span, depth + 1)?);
                }
                (Content::List(items), anchor)
            }
            Event::MappingStart(anchor, _) => {
                let mut members = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::MappingEnd) {
                        break;
                    }
                    let name = self.node(event, span, depth + 1)?;
                    let (event, span) = self.next()?;
                    members.push((name, self.node(event, span, depth + 1)?));
                }
                (Content::Map(members), anchor)
            }
            _ => return Err(self.broken(span, "The document ends in the middle of a value.")),
        };
        let place = self.place(span.start.line(), span.start.col());
        if let Content::Scalar { .. } = content {
            self.scalars.push((place, (end.line(), end.col())));
        }
        let node = Rc::new(Node { content, place });
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        Ok(node)
    }

    fn place(&self, line: usize, column: usize) -> Place {
        Place { file: self.file, line, column: column + 1 }
    }

    fn broken(&self, span: Span, message: &str) -> Finding {
        let place = self.place(span.start.line(), span.start.col());
        Finding::new(Severity::Error, String::new(), place, message)
    }

    fn syntax(&self, error: &ScanError) -> Finding {
        let place = self.place(error.marker().line(), error.marker().col());
        let info = error.info();
        let advice = if info.contains("tab") { " Indent with spaces." } else { "" };
        let message = format!("This is not valid YAML: {info}.{advice}");
        Finding::new(Severity::Error, String::new(), place, message)
    }
}
