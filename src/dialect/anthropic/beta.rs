//! The `anthropic-beta` header: which features of a request are still behind one.
//!
//! Source: <https://platform.claude.com/docs/en/api/beta-headers> and the page of each feature.
//! Prompt caching, PDFs, structured outputs, web search and `strict` tools need none any more.

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
    ("tool_search_tool_", ADVANCED_TOOLS),
    ("advisor_20260301", "advisor-tool-2026-03-01"),
    ("mcp_toolset", "mcp-client-2025-11-20"),
    ("url", MCP),
];

pub const FILES: &str = "files-api-2025-04-14";
pub const MCP: &str = "mcp-client-2025-04-04";
pub const ADVANCED_TOOLS: &str = "advanced-tool-use-2025-11-20";
pub const EFFORT: &str = "effort-2025-11-24";
pub const FAST: &str = "fast-mode-2026-02-01";
pub const SKILLS: &str = "skills-2025-10-02";
pub const COMPACTION: &str = "compact-2026-01-12";
pub const CONTEXT_MANAGEMENT: &str = "context-management-2025-06-27";

/// The betas that one request needs, each once.
#[derive(Debug, Default)]
pub struct Betas(Vec<&'static str>);

impl Betas {
    pub fn add(&mut self, beta: &'static str) {
        if !self.0.contains(&beta) {
            self.0.push(beta);
        }
    }

    /// Adds what a tool of this type needs.
    pub fn add_tool(&mut self, kind: &str) {
        if let Some((_, beta)) = TOOLS.iter().find(|(beginning, _)| kind.starts_with(beginning)) {
            self.add(beta);
        }
    }

    /// The header's value, together with what the deployment's own header says.
    #[must_use]
    pub fn header(&self, configured: Option<&str>) -> Option<String> {
        let mut all: Vec<&str> = configured
            .into_iter()
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .filter(|beta| !beta.is_empty())
            .collect();
        for beta in &self.0 {
            if !all.contains(beta) {
                all.push(beta);
            }
        }
        (!all.is_empty()).then(|| all.join(","))
    }
}
