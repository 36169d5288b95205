//! Betas: which features of a request are still behind one.
//!
//! Source: <https://platform.claude.com/docs/en/api/beta-headers> and the page of each feature.
//! Prompt caching, PDFs, structured outputs, web search and `strict` tools need none any more.

use super::host::Host;

/// Tool types by their beginning.
const TOOLS: [(&str, &str); 13] = [
    ("computer_20241022", "computer-use-2024-10-22"),
    ("bash_20241022", "computer-use-2024-10-22"),
    ("text_editor_20241022", "computer-use-2024-10-22"),
    ("computer_20250124", "computer-use-2025-01-24"),
    ("computer_20251124", "computer-use-2025-11-24"),
    ("code_execution_20250522", "code-execution-2025-05-22"),
    ("code_execution_20250825", "code-execution-2025-08-25"),
    ("web_fetch_20250910", "web-fetch-2025-09-10"),
    ("memory_", "context-management-2025-06-27"),
    ("tool_search_tool_", TOOL_SEARCH),
    ("advisor_20260301", "advisor-tool-2026-03-01"),
    ("mcp_toolset", "mcp-client-2025-11-20"),
    ("url", MCP),
];

pub const FILES: &str = "files-api-2025-04-14";
pub const MCP: &str = "mcp-client-2025-04-04";
pub const ADVANCED_TOOLS: &str = "advanced-tool-use-2025-11-20";
pub const TOOL_SEARCH: &str = "tool-search-tool-2025-10-19";
pub const TOOL_EXAMPLES: &str = "tool-examples-2025-10-29";
pub const FINE_GRAINED_STREAMING: &str = "fine-grained-tool-streaming-2025-05-14";
pub const EFFORT: &str = "effort-2025-11-24";
pub const FAST: &str = "fast-mode-2026-02-01";
pub const SKILLS: &str = "skills-2025-10-02";
pub const COMPACTION: &str = "compact-2026-01-12";
pub const CONTEXT_MANAGEMENT: &str = "context-management-2025-06-27";

/// The betas that one request needs at its host, each once.
#[derive(Debug)]
pub struct Betas {
    host: &'static Host,
    /// Named by the client itself, in the body's `anthropic_beta`.
    pub written: Vec<String>,
    needed: Vec<&'static str>,
}

impl Betas {
    #[must_use]
    pub fn new(host: &'static Host) -> Self {
        Self { host, written: Vec::new(), needed: Vec::new() }
    }

    /// Where the request goes.
    #[must_use]
    pub fn host(&self) -> &'static Host {
        self.host
    }

    pub fn add(&mut self, beta: &'static str) {
        let beta = self.host.beta(beta);
        if !self.needed.contains(&beta) {
            self.needed.push(beta);
        }
    }

    /// Adds what a tool of this type needs.
    pub fn add_tool(&mut self, kind: &str) {
        if let Some((_, beta)) = TOOLS.iter().find(|(beginning, _)| kind.starts_with(beginning)) {
            self.add(beta);
        }
    }

    /// All of them, together with what the deployment's own header says.
    #[must_use]
    pub fn all<'b>(&'b self, configured: Option<&'b str>) -> Vec<&'b str> {
        let configured = configured.into_iter().flat_map(|list| list.split(','));
        let named = configured.chain(self.written.iter().map(String::as_str)).map(str::trim);
        let mut all = Vec::new();
        for beta in named.chain(self.needed.iter().copied()) {
            if !beta.is_empty() && !all.contains(&beta) {
                all.push(beta);
            }
        }
        all
    }
}
