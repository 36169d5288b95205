//! What the mock says: the same words for the same request.

use super::{
    conversation::{Choice, Conversation, Tool},
    head::Head,
    schema,
};

/// An answer, before any format has given it a shape.
#[derive(Debug)]
pub struct Answer {
    /// Counts the answers of this process; ids are made of it.
    pub serial: u64,
    /// Unix time, seconds.
    pub created: u64,
    pub model: String,
    /// Empty when none was asked for.
    pub reasoning: String,
    pub content: Content,
    pub finish: Finish,
    pub usage: Usage,
}

#[derive(Debug)]
pub enum Content {
    Text(String),
    /// `arguments` is a JSON document.
    ToolCall {
        name: String,
        arguments: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Stop,
    Length,
    ToolCall,
}

/// Tokens. `input` includes those read from and written to the cache, `output` the reasoning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub input: u64,
    pub cache_read: u64,
    pub cache_write: u64,
    pub output: u64,
    pub reasoning: u64,
}

/// Where an answer comes from, apart from the request.
pub struct Origin<'a> {
    pub serial: u64,
    pub created: u64,
    /// The provider's name, or the one the process was given.
    pub provider: &'a str,
    pub model: String,
}

impl Answer {
    /// `tokens` tokens, whatever was asked.
    pub fn fixed(origin: Origin<'_>, head: &Head<'_>, tokens: u32) -> Self {
        let output = u64::from(tokens);
        Self {
            serial: origin.serial,
            created: origin.created,
            model: origin.model,
            reasoning: String::new(),
            content: Content::Text("tok ".repeat(tokens as usize)),
            finish: Finish::Stop,
            usage: Usage { input: head.estimated_words(), output, ..Usage::default() },
        }
    }

    pub fn to(conversation: &Conversation, origin: Origin<'_>) -> Self {
        let reasoning = match conversation.reasoning {
            true => format!("The user said: {}. I answer briefly.", conversation.last_user_text),
            false => String::new(),
        };
        let (content, finish) = match chosen_tool(conversation) {
            Some(tool) => {
                let arguments = schema::example(&tool.schema).to_string();
                (Content::ToolCall { name: tool.name.clone(), arguments }, Finish::ToolCall)
            }
            None => {
                let text = text_answer(conversation, &origin);
                match conversation.max_tokens.and_then(|most| shortened(&text, most)) {
                    Some(short) => (Content::Text(short), Finish::Length),
                    None => (Content::Text(text), Finish::Stop),
                }
            }
        };
        let (Content::Text(said) | Content::ToolCall { arguments: said, .. }) = &content;
        let thought = tokens(&reasoning).count() as u64;
        let prompt = conversation.prompt;
        let usage = Usage {
            input: prompt.total,
            cache_read: prompt.cache_read,
            cache_write: prompt.cache_write,
            output: thought + tokens(said).count() as u64,
            reasoning: thought,
        };
        Self {
            serial: origin.serial,
            created: origin.created,
            model: origin.model,
            reasoning,
            content,
            finish,
            usage,
        }
    }
}

fn text_answer(conversation: &Conversation, origin: &Origin<'_>) -> String {
    if let Some(schema) = &conversation.schema {
        return schema::example(schema).to_string();
    }
    if let Some(result) = &conversation.tool_result {
        return format!("The tool answered: {result}");
    }
    let Origin { provider, model, .. } = origin;
    format!("Hello from {provider} ({model})! You said: {}", conversation.last_user_text)
}

/// A tool is called when the request forces it, or when the user speaks of the weather or of a
/// tool. Never right after a tool's result: an agent that always forces a tool would loop.
fn chosen_tool(conversation: &Conversation) -> Option<&Tool> {
    if conversation.tool_result.is_some() {
        return None;
    }
    let text = conversation.last_user_text.to_lowercase();
    match &conversation.choice {
        Choice::None => None,
        Choice::Named(name) => conversation.tools.iter().find(|tool| tool.name == *name),
        Choice::Auto if !text.contains("weather") && !text.contains("tool") => None,
        Choice::Any | Choice::Auto => conversation.tools.first(),
    }
}

/// The first `most` tokens, if there are more than that.
fn shortened(text: &str, most: u64) -> Option<String> {
    let most = usize::try_from(most).ok()?;
    tokens(text).nth(most)?;
    Some(tokens(text).take(most).collect())
}

/// A token is a word with its space; a long word is several.
pub fn tokens(text: &str) -> impl Iterator<Item = &str> {
    const LONGEST: usize = 12;
    let mut rest = text;
    std::iter::from_fn(move || {
        let (last, letter) = rest
            .char_indices()
            .take(LONGEST)
            .enumerate()
            .find_map(|(count, (at, letter))| {
                (letter == ' ' || count + 1 == LONGEST).then_some((at, letter))
            })
            .or_else(|| rest.char_indices().last())?;
        let (token, after) = rest.split_at(last + letter.len_utf8());
        rest = after;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn origin() -> Origin<'static> {
        Origin { serial: 1, created: 0, provider: "mock", model: "m".to_owned() }
    }

    fn weather() -> Vec<Tool> {
        let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
        vec![Tool { name: "get_weather".to_owned(), schema }]
    }

    #[test]
    fn tokens_are_words_and_long_words_are_several() {
        let text = "Hello from  é: supercalifragilistic";
        let split: Vec<&str> = tokens(text).collect();
        assert_eq!(split, ["Hello ", "from ", " ", "é: ", "supercalifra", "gilistic"]);
        assert_eq!(tokens("").count(), 0);
        assert_eq!(tokens(&"tok ".repeat(7)).count(), 7);
    }

    #[test]
    fn an_answer_longer_than_max_tokens_is_cut_and_says_so() {
        let asked = Conversation { max_tokens: Some(2), ..Conversation::default() };
        let answer = Answer::to(&asked, origin());
        assert!(matches!(&answer.content, Content::Text(text) if text == "Hello from "));
        assert_eq!((answer.finish, answer.usage.output), (Finish::Length, 2));
    }

    #[test]
    fn the_word_weather_calls_a_tool_unless_the_choice_is_none() {
        let mut asked = Conversation {
            last_user_text: "Weather?".to_owned(),
            tools: weather(),
            ..Conversation::default()
        };
        let answer = Answer::to(&asked, origin());
        let Content::ToolCall { name, arguments } = &answer.content else { panic!("{answer:?}") };
        assert_eq!((name.as_str(), arguments.as_str()), ("get_weather", r#"{"city":"Paris"}"#));
        asked.choice = Choice::None;
        assert_eq!(Answer::to(&asked, origin()).finish, Finish::Stop);
    }

    #[test]
    fn a_tool_result_is_quoted_even_when_a_tool_is_forced() {
        let asked = Conversation {
            tool_result: Some("21 degrees".to_owned()),
            tools: weather(),
            choice: Choice::Any,
            ..Conversation::default()
        };
        let answer = Answer::to(&asked, origin());
        assert!(matches!(&answer.content, Content::Text(text) if text.contains("21 degrees")));
    }
}
