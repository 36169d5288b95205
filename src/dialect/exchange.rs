//! What a response's translation needs to know of the request that caused it.

use super::embeddings::Wanted;

/// Facts about one attempt, fixed when its request was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// The client wants a stream.
    pub stream: bool,
    /// The client wants the usage chunk. Its usage is accounted either way.
    pub include_usage: bool,
    /// The model asked of the provider, for responses that do not name one.
    pub model: String,
    /// Unix time, seconds, for responses that carry none.
    pub created: u64,
    /// The completion's id, for responses that carry none.
    pub id: String,
    /// How many choices the client wants, where the end of a stream depends on that; 0 is one.
    pub choices: u32,
    /// `response_format` was expressed as a forced call of this tool: its arguments are the content.
    pub json_tool: Option<String>,
    /// Tools whose names the provider's format does not allow: the name it was sent, the client's own.
    pub renamed_tools: Vec<(String, String)>,
    /// Of embeddings: what the answer must hold.
    pub embeddings: Wanted,
}

impl Exchange {
    /// The client's name of the tool that the provider knows as `name`.
    #[must_use]
    pub fn tool_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.renamed_tools
            .iter()
            .find(|(sent, _)| sent == name)
            .map_or(name, |(_, original)| original.as_str())
    }
}
