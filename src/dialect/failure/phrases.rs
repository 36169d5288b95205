//! Two failures that routing must know, and that providers name in their own words.

/// Codes that say the prompt did not fit. OpenAI's, then Groq's and Cerebras's.
const CONTEXT_CODES: [&str; 2] = ["context_length_exceeded", "context_window_exceeded"];

/// What messages say about a prompt that did not fit, in lower case. All of a row must be there.
const CONTEXT_PHRASES: [&[&str]; 24] = [
    &["maximum context length"], // OpenAI, vLLM, DeepSeek, Mistral
    &["maximum context limit"],
    &["context length exceeded"],
    &["exceed context limit"], // Anthropic
    &["context window"],       // OpenAI's newer wording: "exceeds the context window"
    &["longer than the model's context length"],
    &["longer than the maximum model length"], // vLLM
    &["prompt length", "exceeds"],             // TensorRT-LLM
    &["context size", "exceed"],               // llama.cpp
    &["current length is", "while limit is"],  // Cerebras
    &["string too long", "maximum length"],
    &["prompt is too long"], // Anthropic
    &["prompt: length"],
    &["input is too long"], // Bedrock
    &["input tokens exceed"],
    &["too many input tokens"],
    &["too many tokens"],        // Cohere
    &["input length", "exceed"], // Alibaba
    &["maximum input length", "tokens"],
    &["exceeds the maximum number of tokens"], // Gemini
    &["input token count", "exceeds"],         // Gemini
    &["`inputs` tokens + `max_new_tokens` must be"], // Hugging Face
    &["maximum prompt length"],                // xAI
    &["reduce the length of the messages"],    // Groq
];

/// Messages with these words are about another limit.
const NOT_CONTEXT: [&[&str]; 2] = [&["string_above_max_length"], &["invalid 'user'"]];

const POLICY_CODES: [&str; 6] = [
    "content_filter",
    "content_policy_violation",
    "ResponsibleAIPolicyViolation",
    "content_filter_policy",
    "moderation_blocked",
    "cyber_policy",
];

const POLICY_PHRASES: [&[&str]; 9] = [
    &["content_policy_violation"],
    &["responsibleaipolicyviolation"],
    &["content management policy"], // Azure
    &["content filtering policy"],  // Anthropic
    &["safety system"],             // OpenAI images
    &["violating our usage policy"],
    &["the model produced invalid content"],
    &["requires moderation", "flagged"], // OpenRouter
    &["flagged as sensitive"],           // Replicate
];

/// Whether the prompt was longer than the model's context window.
pub fn is_context_window(codes: &[Option<&str>], message: &str, status: u16) -> bool {
    if any_code(codes, &CONTEXT_CODES) {
        return true;
    }
    // "Too many tokens" under 429 is about tokens per minute, and under 401 about credentials.
    if matches!(status, 401 | 403 | 404 | 429) {
        return false;
    }
    let message = message.to_lowercase();
    !any_phrase(&message, &NOT_CONTEXT)
        && codes.iter().flatten().all(|code| *code != "string_above_max_length")
        && any_phrase(&message, &CONTEXT_PHRASES)
}

/// Whether the prompt or the answer was refused for what it says.
pub fn is_content_policy(codes: &[Option<&str>], message: &str) -> bool {
    any_code(codes, &POLICY_CODES) || any_phrase(&message.to_lowercase(), &POLICY_PHRASES)
}

fn any_code(codes: &[Option<&str>], known: &[&str]) -> bool {
    codes.iter().flatten().any(|code| known.contains(code))
}

fn any_phrase(message: &str, phrases: &[&[&str]]) -> bool {
    phrases.iter().any(|words| words.iter().all(|word| message.contains(word)))
}
