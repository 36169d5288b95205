//! Every provider format as data: a deployment that speaks it, a whole answer, and a stream, both of
//! which say "Hello".

use crate::entry;
use crate::frames;
use crate::script::Step;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How a format's events become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events; those with a name say it.
    Sse,
    /// One JSON document a line.
    Lines,
    /// AWS frames with the event's name.
    Frames,
    /// AWS frames with the event in base64 (`invoke`).
    Chunks,
    /// AWS frames with a container's server-sent events (SageMaker).
    Parts,
}

/// An event: its name (empty where the framing has none) and its data.
pub type Event<'a> = (&'a str, &'a str);

/// What a format's providers say.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    pub whole: &'static str,
    /// Before the first content.
    pub start: &'static [Event<'static>],
    /// The first content, which is all of it.
    pub content: Event<'static>,
    /// Behind it.
    pub end: &'static [Event<'static>],
    /// The place of the content's blocks in a whole answer, as a JSON pointer, and a block of a kind
    /// that nobody has heard of; where there are blocks.
    pub new_block: Option<(&'static str, &'static str)>,
    /// The same in a stream, before the content.
    pub new_block_events: &'static [Event<'static>],
    /// Why the model stopped: the pointer to it in a whole answer.
    pub reason: &'static str,
    /// A whole answer with everything that the format has.
    pub long_whole: Option<&'static str>,
    /// The same as streams.
    pub long_streams: &'static [&'static str],
}

/// A format as one of its providers speaks it.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    pub name: &'static str,
    /// `provider/model`.
    pub model: &'static str,
    pub signs_in: SignsIn,
    pub framing: Framing,
    pub said: Said,
}

/// What a deployment signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignsIn {
    Key,
    /// Signature Version 4.
    Aws,
}

const fn format(name: &'static str, model: &'static str, framing: Framing, said: Said) -> Format {
    Format { name, model, signs_in: SignsIn::Key, framing, said }
}

const fn at_aws(name: &'static str, model: &'static str, framing: Framing, said: Said) -> Format {
    Format { name, model, signs_in: SignsIn::Aws, framing, said }
}

pub const FORMATS: [Format; 17] = [
    format("openai", "openai/gpt-4o", Framing::Sse, OPENAI),
    format("mistral", "mistral/mistral-large-latest", Framing::Sse, OPENAI),
    format("azure", "azure/gpt-4o", Framing::Sse, OPENAI),
    format("azure-ai", "azure_ai/Llama-3.3-70B-Instruct", Framing::Sse, OPENAI),
    format("vertex-mistral", "vertex_ai/mistral-small-2503", Framing::Sse, OPENAI),
    format("anthropic", "anthropic/claude-sonnet-4-5", Framing::Sse, ANTHROPIC),
    format("azure-claude", "azure_ai/claude-sonnet-4-5", Framing::Sse, ANTHROPIC),
    format("vertex-claude", "vertex_ai/claude-sonnet-4-5", Framing::Sse, ANTHROPIC),
    at_aws("invoke", "bedrock/invoke/anthropic.claude-sonnet-4-5", Framing::Chunks, ANTHROPIC),
    format("gemini", "gemini/gemini-2.5-flash", Framing::Sse, GEMINI),
    format("vertex", "vertex_ai/gemini-2.5-flash", Framing::Sse, GEMINI),
    at_aws("converse", "bedrock/anthropic.claude-sonnet-4-5", Framing::Frames, CONVERSE),
    format("converse-key", "bedrock_converse/amazon.nova-pro-v1:0", Framing::Frames, CONVERSE),
    format("cohere", "cohere_chat/command-a-03-2025", Framing::Sse, COHERE),
    format("ollama", "ollama_chat/llama3.2", Framing::Lines, OLLAMA),
    at_aws("sagemaker", "sagemaker_chat/endpoint", Framing::Parts, OPENAI),
    at_aws("tgi", "sagemaker/tgi-endpoint", Framing::Parts, TGI),
];

impl Format {
    /// A deployment, as [`entry`] makes it.
    pub fn entry(&self, group: &str, id: &str) -> Value {
        let mut params = json!({"model": self.model});
        if self.model.starts_with("vertex_ai/") {
            params["vertex_project"] = json!("project");
        }
        if self.signs_in == SignsIn::Aws {
            params["api_key"] = json!("");
            params["aws_access_key_id"] = json!(format!("AKIA-{id}-secret"));
            params["aws_secret_access_key"] = json!(format!("sk-{id}-aws-secret"));
            params["aws_session_token"] = json!(format!("session-{id}-secret"));
            params["aws_region_name"] = json!("eu-west-1");
        }
        entry(group, id, params)
    }

    /// Whether its frames have checksums.
    pub fn is_framed(&self) -> bool {
        matches!(self.framing, Framing::Frames | Framing::Chunks | Framing::Parts)
    }

    /// The whole stream's events.
    pub fn events(&self) -> Vec<Event<'static>> {
        let Said { start, content, end, .. } = self.said;
        start.iter().chain([&content]).chain(end).copied().collect()
    }

    /// Whole answers: the short one, and one with everything that the format has.
    pub fn whole_answers(&self) -> Vec<&'static str> {
        std::iter::once(self.said.whole).chain(self.said.long_whole).collect()
    }

    /// Streams: the short one, and those with everything that the format has.
    pub fn whole_streams(&self) -> Vec<Vec<Event<'static>>> {
        let long = self.said.long_streams.iter().map(|text| recorded(text));
        std::iter::once(self.events()).chain(long).collect()
    }

    /// The name of an event that the format does not have, where its events have names.
    pub fn new_event(&self) -> &'static str {
        if self.said.start.iter().all(|(name, _)| name.is_empty()) { "" } else { "x-new" }
    }

    /// Events as bytes.
    pub fn bytes<N: AsRef<str>, D: AsRef<[u8]>>(&self, events: &[(N, D)]) -> Vec<u8> {
        events.iter().flat_map(|(name, data)| self.event(name.as_ref(), data.as_ref())).collect()
    }

    fn event(&self, name: &str, data: &[u8]) -> Vec<u8> {
        match self.framing {
            Framing::Sse => sse(name, data),
            Framing::Lines => [data, b"\n"].concat(),
            Framing::Frames => frames::event(name, data),
            Framing::Chunks => {
                // What Bedrock pads its chunks with is passed over.
                let chunk = json!({"bytes": STANDARD.encode(data), "p": "abcd"}).to_string();
                frames::event("chunk", chunk.as_bytes())
            }
            Framing::Parts => frames::event("PayloadPart", &sse(name, data)),
        }
    }

    /// The bytes of these events as a response whose body ends with them.
    pub fn streams<N: AsRef<str>, D: AsRef<[u8]>>(&self, events: &[(N, D)]) -> Vec<Step> {
        vec![
            crate::script::headers(200, &[("content-type", "application/octet-stream")]),
            Step::Bytes(self.bytes(events)),
            Step::End,
        ]
    }
}

/// The events of a golden file: server-sent events, JSON lines, or lines of a name and JSON.
fn recorded(text: &'static str) -> Vec<Event<'static>> {
    let (mut name, mut events) = ("", Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(said) = line.strip_prefix("event:") {
            name = said.trim();
        } else if let Some(data) = line.strip_prefix("data:") {
            events.push((std::mem::take(&mut name), data.trim()));
        } else if line.starts_with('{') {
            events.push(("", line));
        } else if let Some(event) = line.split_once(' ') {
            events.push(event);
        }
    }
    events
}

fn sse(name: &str, data: &[u8]) -> Vec<u8> {
    let name = if name.is_empty() { String::new() } else { format!("event: {name}\n") };
    [name.as_bytes(), b"data: ", data, b"\n\n"].concat()
}

const OPENAI: Said = Said {
    whole: r#"{"id":"c1","object":"chat.completion","created":1,"model":"served","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
    start: &[(
        "",
        r#"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"served","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
    )],
    content: (
        "",
        r#"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"served","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}"#,
    ),
    end: &[
        (
            "",
            r#"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"served","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        ),
        (
            "",
            r#"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"served","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
        ),
        ("", "[DONE]"),
    ],
    new_block: None,
    new_block_events: &[],
    reason: "/choices/0/finish_reason",
    long_whole: None,
    long_streams: &[include_str!("../golden/sagemaker/chat.sse")],
};

const ANTHROPIC: Said = Said {
    whole: r#"{"id":"m1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}"#,
    start: &[
        (
            "message_start",
            r#"{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}"#,
        ),
        (
            "content_block_start",
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        ),
    ],
    content: (
        "content_block_delta",
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
    ),
    end: &[
        ("content_block_stop", r#"{"type":"content_block_stop","index":0}"#),
        (
            "message_delta",
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"#,
        ),
        ("message_stop", r#"{"type":"message_stop"}"#),
    ],
    new_block: Some(("/content", r#"{"type":"x_new","says":"not heard of"}"#)),
    new_block_events: &[
        (
            "content_block_start",
            r#"{"type":"content_block_start","index":7,"content_block":{"type":"x_new","says":"not heard of"}}"#,
        ),
        (
            "content_block_delta",
            r#"{"type":"content_block_delta","index":7,"delta":{"type":"x_new_delta","x_new":"more"}}"#,
        ),
        ("content_block_stop", r#"{"type":"content_block_stop","index":7}"#),
    ],
    reason: "/stop_reason",
    long_whole: Some(include_str!("../golden/anthropic/message.anthropic.json")),
    long_streams: &[include_str!("../golden/anthropic/stream.sse")],
};

const GEMINI: Said = Said {
    whole: r#"{"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"gemini","responseId":"g1"}"#,
    start: &[(
        "",
        r#"{"candidates":[{"content":{"parts":[],"role":"model"},"index":0}],"modelVersion":"gemini","responseId":"g1"}"#,
    )],
    content: (
        "",
        r#"{"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"},"index":0}]}"#,
    ),
    end: &[(
        "",
        r#"{"candidates":[{"content":{"parts":[],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5}}"#,
    )],
    new_block: Some(("/candidates/0/content/parts", r#"{"xNew":"not heard of"}"#)),
    new_block_events: &[(
        "",
        r#"{"candidates":[{"content":{"parts":[{"xNew":"not heard of"}],"role":"model"},"index":0}]}"#,
    )],
    reason: "/candidates/0/finishReason",
    long_whole: Some(include_str!("../golden/gemini/answer.gemini.json")),
    long_streams: &[include_str!("../golden/gemini/stream.sse")],
};

const CONVERSE: Said = Said {
    whole: r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":12}}"#,
    start: &[("messageStart", r#"{"role":"assistant","p":"ab"}"#)],
    content: ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hello"},"p":"abc"}"#),
    end: &[
        ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        ("messageStop", r#"{"stopReason":"end_turn"}"#),
        (
            "metadata",
            r#"{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":12}}"#,
        ),
    ],
    new_block: Some(("/output/message/content", r#"{"xNew":{"text":"not heard of"}}"#)),
    new_block_events: &[
        ("contentBlockStart", r#"{"contentBlockIndex":7,"start":{"xNew":{"format":"png"}}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":7,"delta":{"xNew":"not heard of"}}"#),
        ("contentBlockStop", r#"{"contentBlockIndex":7}"#),
    ],
    reason: "/stopReason",
    long_whole: Some(include_str!("../golden/converse/message.json")),
    long_streams: &[include_str!("../golden/converse/stream.events")],
};

const COHERE: Said = Said {
    whole: r#"{"id":"r1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"Hello"}]},"usage":{"billed_units":{"input_tokens":3,"output_tokens":2},"tokens":{"input_tokens":3,"output_tokens":2}}}"#,
    start: &[
        (
            "message-start",
            r#"{"id":"r1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}"#,
        ),
        (
            "content-start",
            r#"{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}"#,
        ),
    ],
    content: (
        "content-delta",
        r#"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hello"}}}}"#,
    ),
    end: &[
        ("content-end", r#"{"type":"content-end","index":0}"#),
        (
            "message-end",
            r#"{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":3,"output_tokens":2},"tokens":{"input_tokens":3,"output_tokens":2}}}}"#,
        ),
    ],
    new_block: Some(("/message/content", r#"{"type":"x_new","says":"not heard of"}"#)),
    new_block_events: &[
        (
            "content-start",
            r#"{"type":"content-start","index":7,"delta":{"message":{"content":{"type":"x_new","says":"not heard of"}}}}"#,
        ),
        ("content-end", r#"{"type":"content-end","index":7}"#),
    ],
    reason: "/finish_reason",
    long_whole: Some(include_str!("../golden/cohere/answer.cohere.json")),
    long_streams: &[
        include_str!("../golden/cohere/text.sse"),
        include_str!("../golden/cohere/tools.sse"),
    ],
};

const OLLAMA: Said = Said {
    whole: r#"{"model":"llama","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hello"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}"#,
    start: &[(
        "",
        r#"{"model":"llama","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":false}"#,
    )],
    content: (
        "",
        r#"{"model":"llama","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hello"},"done":false}"#,
    ),
    end: &[(
        "",
        r#"{"model":"llama","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}"#,
    )],
    new_block: None,
    new_block_events: &[],
    reason: "/done_reason",
    long_whole: Some(include_str!("../golden/ollama/answer.ollama.json")),
    long_streams: &[include_str!("../golden/ollama/stream.ndjson")],
};

const TGI: Said = Said {
    whole: r#"[{"generated_text":"Hello","details":{"finish_reason":"eos_token","generated_tokens":2,"prefill":[{"id":1,"text":"a"}]}}]"#,
    start: &[(
        "",
        r#"{"index":1,"token":{"id":1,"text":"<s>","logprob":-0.5,"special":true},"generated_text":null,"details":null}"#,
    )],
    content: (
        "",
        r#"{"index":2,"token":{"id":2,"text":"Hello","logprob":-0.5,"special":false},"generated_text":null,"details":null}"#,
    ),
    end: &[(
        "",
        r#"{"index":3,"token":{"id":3,"text":"</s>","logprob":-0.1,"special":true},"generated_text":"Hello","details":{"finish_reason":"eos_token","generated_tokens":2,"seed":null,"input_length":3}}"#,
    )],
    new_block: None,
    new_block_events: &[],
    reason: "/0/details/finish_reason",
    long_whole: None,
    long_streams: &[
        include_str!("../golden/sagemaker/tgi.sse"),
        include_str!("../golden/sagemaker/lmi.jsonl"),
    ],
};
