//! The conversation as the one text that text generation takes.
//!
//! A model's own template is in its repository, where a gateway cannot look. So the name (that of the
//! model, or LiteLLM's `hf_model_name`) tells the few templates that are known here; for all others the
//! texts are joined with spaces, which is LiteLLM's way. The token that begins a text is not written:
//! the container adds it.

use crate::dialect::Params;
use crate::openai::{ApiError, Content, Message, Role};
use std::fmt::Write as _;

/// How a model was taught to read a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Template {
    /// `[INST] <<SYS>>`: <https://huggingface.co/blog/llama2#how-to-prompt-llama-2>.
    Llama2,
    /// <https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/>.
    Llama3,
    /// `[INST]`: <https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.2>.
    Mistral,
    /// None: the texts, and nothing that says whose they are.
    Joined,
}

impl Template {
    fn of(model: &str) -> Self {
        let model = model.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| model.contains(word));
        if has(&["llama-2", "codellama"]) && has(&["chat", "instruct"]) {
            Self::Llama2
        } else if has(&["llama-3", "llama3"]) && has(&["instruct"]) {
            Self::Llama3
        } else if has(&["mistral", "mixtral"]) && has(&["instruct"]) {
            Self::Mistral
        } else {
            Self::Joined
        }
    }
}

/// The prompt for `model`.
///
/// # Errors
/// 400 naming what a text cannot hold.
pub fn write(
    model: &str,
    messages: &[Message],
    params: &mut Params<'_>,
) -> Result<String, ApiError> {
    let template = Template::of(model);
    if template == Template::Joined && messages.iter().any(|m| m.role == Some(Role::Assistant)) {
        params.leave_out("messages[].role");
    }
    let mut prompt = String::new();
    // The texts that lead up to the model's next turn, where turns of one side are one.
    let mut lead = String::new();
    for (index, message) in messages.iter().enumerate() {
        let text = text(message, index, params)?;
        let role = message.role.as_ref();
        let is_system = matches!(role, Some(Role::System | Role::Developer));
        let is_answer = matches!(role, Some(Role::Assistant));
        match template {
            Template::Joined => {
                let space = if index == 0 { "" } else { " " };
                // Writing to a string cannot fail, here and below.
                let _ = write!(prompt, "{space}{text}");
            }
            Template::Llama3 => {
                let role = match (is_system, is_answer) {
                    (true, _) => "system",
                    (_, true) => "assistant",
                    _ => "user",
                };
                let _ = write!(
                    prompt,
                    "<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>"
                );
            }
            Template::Llama2 if is_system => {
                let _ = write!(lead, "<<SYS>>\n{text}\n<</SYS>>\n\n");
            }
            Template::Mistral if is_system => {
                let _ = write!(lead, "{text}\n\n");
            }
            Template::Llama2 | Template::Mistral if is_answer => {
                flush(&mut prompt, &mut lead, template);
                let _ = write!(prompt, " {text}</s>");
            }
            Template::Llama2 | Template::Mistral => lead.push_str(&text),
        }
    }
    match template {
        Template::Llama3 => prompt.push_str("<|start_header_id|>assistant<|end_header_id|>\n\n"),
        _ => flush(&mut prompt, &mut lead, template),
    }
    Ok(prompt)
}

/// Ends the user's turn, if one is under way.
fn flush(prompt: &mut String, lead: &mut String, template: Template) {
    if lead.is_empty() {
        return;
    }
    if template == Template::Llama2 && !prompt.is_empty() {
        prompt.push_str("<s>");
    }
    let _ = write!(prompt, "[INST] {lead} [/INST]");
    lead.clear();
}

/// What a message says.
fn text(message: &Message, index: usize, params: &mut Params<'_>) -> Result<String, ApiError> {
    let tools = "text generation knows no tools, neither calls nor results";
    let wrong = |path: String, why: &str| {
        let message = format!("`{path}` cannot be sent to this endpoint: {why}.");
        Err(ApiError::unsupported(path, message))
    };
    if !message.tool_calls.is_empty() || message.function_call.is_some() {
        return wrong(format!("messages[{index}].tool_calls"), tools);
    }
    match &message.role {
        Some(Role::Tool | Role::Function) => {
            return wrong(format!("messages[{index}].role"), tools);
        }
        Some(Role::Other(role)) => {
            return wrong(
                format!("messages[{index}].role"),
                &format!("`{role}` is no role of a text"),
            );
        }
        _ => {}
    }
    for (name, said) in [
        ("name", message.name.is_some()),
        ("cache_control", message.cache_control.is_some()),
        ("reasoning_content", message.reasoning_content.is_some()),
        ("thinking_blocks", message.thinking_blocks.is_some()),
        ("provider_specific_fields", message.provider_specific_fields.is_some()),
    ] {
        if said {
            params.leave_out(&format!("messages[].{name}"));
        }
    }
    let mut text = match &message.content {
        Content::Absent => String::new(),
        Content::Text(text) => text.clone(),
        Content::Parts(parts) => {
            let mut joined = String::new();
            for (place, part) in parts.iter().enumerate() {
                match (part.kind.as_str(), &part.text, &part.refusal) {
                    ("text", Some(text), _) | ("refusal", _, Some(text)) => joined.push_str(text),
                    (kind, ..) => {
                        let path = format!("messages[{index}].content[{place}]");
                        let why = format!("text generation takes text only, and no `{kind}`");
                        params.unsupported(&path, &why)?;
                    }
                }
                if part.cache_control.is_some() {
                    params.leave_out("messages[].content[].cache_control");
                }
            }
            joined
        }
    };
    if let Some(refusal) = &message.refusal {
        text.push_str(refusal);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{ParamPolicy, fixture};

    fn prompt(model: &str) -> String {
        let request = fixture::request(
            r#"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},{"role":"assistant","content":"A"},{"role":"user","content":[{"type":"text","text":"V"},{"type":"text","text":"W"}]}]}"#,
        );
        let policy = ParamPolicy::default();
        write(model, &request.messages, &mut Params::new(&policy, "sagemaker")).unwrap()
    }

    #[test]
    fn the_name_tells_the_template() {
        assert_eq!(
            prompt("meta-llama/Llama-2-7b-chat-hf"),
            "[INST] <<SYS>>\nS\n<</SYS>>\n\nU [/INST] A</s><s>[INST] VW [/INST]"
        );
        assert_eq!(
            prompt("meta-llama/Meta-Llama-3-8B-Instruct"),
            "<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>\
             <|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nVW<|eot_id|>\
             <|start_header_id|>assistant<|end_header_id|>\n\n"
        );
        assert_eq!(
            prompt("mistralai/Mistral-7B-Instruct-v0.2"),
            "[INST] S\n\nU [/INST] A</s>[INST] VW [/INST]"
        );
        assert_eq!(prompt("my-endpoint"), "S U A VW");
    }
}
