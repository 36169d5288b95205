//! The conversation: OpenAI's messages as Cohere's, which differ in their parts.

use crate::dialect::Params;
use crate::dialect::history::{self, History};
use crate::openai::message::ImageUrl;
use crate::openai::{ApiError, Message, Part, Role};
use crate::wire::object::{RawJson, object};
use serde::Serialize;
use std::borrow::Cow;

/// One message.
#[derive(Debug, Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Turn<'a> {
    System {
        content: Content<'a>,
    },
    User {
        content: Content<'a>,
    },
    Assistant {
        #[serde(skip_serializing_if = "Option::is_none")]
        content: Option<Content<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_plan: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCall<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        citations: Vec<RawJson>,
    },
    Tool {
        tool_call_id: Cow<'a, str>,
        content: Content<'a>,
    },
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Content<'a> {
    Text(&'a str),
    Blocks(Vec<Block<'a>>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block<'a> {
    Text { text: &'a str },
    Thinking { thinking: Cow<'a, str> },
    ImageUrl { image_url: Image<'a> },
    Document { document: &'a RawJson },
}

#[derive(Debug, Serialize)]
pub struct Image<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub struct ToolCall<'a> {
    id: Cow<'a, str>,
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Debug, Serialize)]
struct Function<'a> {
    name: &'a str,
    /// JSON text, as in OpenAI's format.
    arguments: &'a str,
}

object! {
    /// `provider_specific_fields`, as far as it is sent back.
    struct Fields {
        tool_plan("tool_plan"): Option<String>,
        citations("citations"): Vec<RawJson>,
    }
}

/// Beginnings of the names of models that do not reason, and so know no thinking in the history.
const WITHOUT_THINKING: [&str; 8] = [
    "command-r",
    "command-a-03",
    "command-a-vision",
    "command-a-translate",
    "command-light",
    "command-nightly",
    "command-xlarge",
    "c4ai-",
];

/// Translates every message.
///
/// # Errors
/// 400 naming the message, part or member at fault.
pub fn read<'a>(
    messages: &'a [Message],
    model: &str,
    params: &mut Params<'_>,
) -> Result<Vec<Turn<'a>>, ApiError> {
    let mut reader = Reader {
        turns: Vec::with_capacity(messages.len()),
        history: History::default(),
        thinks: !WITHOUT_THINKING.iter().any(|name| model.starts_with(name)),
        params,
    };
    for (index, message) in messages.iter().enumerate() {
        reader.message(message, index)?;
    }
    if reader.turns.is_empty() {
        return Err(ApiError::invalid("`messages` says nothing: every message in it is empty.")
            .with_param("messages"));
    }
    Ok(reader.turns)
}

struct Reader<'a, 'n, 'p> {
    turns: Vec<Turn<'a>>,
    history: History<'a>,
    thinks: bool,
    params: &'n mut Params<'p>,
}

impl<'a> Reader<'a, '_, '_> {
    fn message(&mut self, message: &'a Message, index: usize) -> Result<(), ApiError> {
        history::leave_out_name(message, self.params);
        let known = ["tool_plan", "citations", "prefix"];
        history::leave_out_extra(message, &known, self.params);
        let turn = match &message.role {
            Some(Role::System | Role::Developer) => {
                Turn::System { content: self.content(message, index)? }
            }
            Some(Role::User) | None => Turn::User { content: self.content(message, index)? },
            Some(Role::Assistant) => return self.assistant(message, index),
            Some(Role::Tool | Role::Function) => {
                let (tool_call_id, _) = self.history.answered(message, index)?;
                Turn::Tool { tool_call_id, content: self.content(message, index)? }
            }
            Some(Role::Other(role)) => return Err(history::unknown_role(index, role)),
        };
        self.turns.push(turn);
        Ok(())
    }

    /// Thinking first, then the text; the plan and the calls have members of their own.
    fn assistant(&mut self, message: &'a Message, index: usize) -> Result<(), ApiError> {
        let mut content = match self.content(message, index)? {
            Content::Text("") => Vec::new(),
            Content::Text(text) => vec![Block::Text { text }],
            Content::Blocks(blocks) => blocks,
        };
        if let Some(text) = message.refusal.as_deref().filter(|text| !text.is_empty()) {
            content.push(Block::Text { text });
        }
        let written = content.iter().any(|block| matches!(block, Block::Thinking { .. }));
        match history::reasoning(message) {
            Some(thinking) if self.thinks && !written => {
                content.insert(0, Block::Thinking { thinking });
            }
            Some(_) if !self.thinks => self.params.leave_out("messages[].reasoning_content"),
            _ => {}
        }
        let mut fields = specific(message, index)?;
        let own =
            |name: &str| message.extra.iter().find(|(known, _)| known == name).map(|(_, v)| v);
        if let Some(plan) = own("tool_plan") {
            fields.tool_plan = serde_json::from_str(plan.get()).ok();
        }
        if let Some(citations) = own("citations") {
            fields.citations = serde_json::from_str(citations.get()).unwrap_or_default();
        }
        let calls = self.history.calls(message, index)?.into_iter();
        let tool_calls: Vec<ToolCall<'a>> = calls
            .map(|call| ToolCall {
                id: call.id,
                r#type: "function",
                function: Function {
                    name: call.name,
                    arguments: if call.arguments.is_empty() { "{}" } else { call.arguments },
                },
            })
            .collect();
        let content = match content.as_slice() {
            [] if tool_calls.is_empty() => return Ok(()), // it said nothing
            [] => None,
            [Block::Text { text }] => Some(Content::Text(text)),
            _ => Some(Content::Blocks(content)),
        };
        self.turns.push(Turn::Assistant {
            content,
            tool_plan: fields.tool_plan,
            tool_calls,
            citations: fields.citations,
        });
        Ok(())
    }

    fn content(&mut self, message: &'a Message, index: usize) -> Result<Content<'a>, ApiError> {
        let parts = match &message.content {
            crate::openai::Content::Absent => return Ok(Content::Text("")),
            crate::openai::Content::Text(text) => return Ok(Content::Text(text)),
            crate::openai::Content::Parts(parts) => parts,
        };
        let mut blocks = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            let path = format!("messages[{index}].content[{place}]");
            blocks.extend(self.block(part, &path, message.role.as_ref())?);
        }
        Ok(if blocks.is_empty() { Content::Text("") } else { Content::Blocks(blocks) })
    }

    fn block(
        &mut self,
        part: &'a Part,
        path: &str,
        role: Option<&Role>,
    ) -> Result<Option<Block<'a>>, ApiError> {
        if part.cache_control.is_some() {
            self.params.leave_out("messages[].content[].cache_control");
        }
        let own = |name: &str| part.extra.iter().find(|(known, _)| known == name).map(|(_, v)| v);
        let missing = |member: &str| ApiError::missing(format!("{path}.{member}"));
        Ok(match (part.kind.as_str(), role) {
            ("text", _) => {
                Some(Block::Text { text: part.text.as_deref().ok_or_else(|| missing("text"))? })
            }
            // What the assistant said when it refused; Cohere has no block of its own for that.
            ("refusal", _) => part.refusal.as_deref().map(|text| Block::Text { text }),
            ("image_url", Some(Role::User) | None) => {
                let image = part.image_url.as_ref().ok_or_else(|| missing("image_url"))?;
                Some(Block::ImageUrl { image_url: picture(image, path)? })
            }
            ("document", Some(Role::Tool | Role::Function)) => {
                let document = own("document").ok_or_else(|| missing("document"))?;
                Some(Block::Document { document })
            }
            ("thinking", Some(Role::Assistant)) if self.thinks => {
                let text = own("thinking").and_then(|json| serde_json::from_str(json.get()).ok());
                text.map(|text: String| Block::Thinking { thinking: text.into() })
            }
            ("thinking" | "redacted_thinking", Some(Role::Assistant)) => {
                self.params.leave_out("messages[].content[].thinking");
                None
            }
            (kind, _) => {
                let why = format!(
                    "Cohere takes no part of the type `{kind}` here, only text, images of the \
                     user's and documents of a tool's"
                );
                self.params.unsupported(path, &why)?;
                None
            }
        })
    }
}

fn specific(message: &Message, index: usize) -> Result<Fields, ApiError> {
    let Some(fields) = &message.provider_specific_fields else { return Ok(Fields::default()) };
    let at = format!("messages[{index}].provider_specific_fields");
    crate::wire::json::read(fields.get(), &at).map_err(|error| {
        ApiError::invalid(format!("`{}` is wrong: {}.", error.path, error.reason))
            .with_param(error.path)
    })
}

fn picture<'a>(image: &'a ImageUrl, path: &str) -> Result<Image<'a>, ApiError> {
    let url = image.url.as_str();
    if !["https://", "http://", "data:image/"].iter().any(|head| url.starts_with(head)) {
        let path = format!("{path}.image_url.url");
        return Err(ApiError::invalid(format!(
            "`{path}` must be an http(s) URL or a data URL such as data:image/png;base64,…."
        ))
        .with_param(path));
    }
    Ok(Image { url, detail: image.detail.as_deref() })
}
