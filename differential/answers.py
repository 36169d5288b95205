"""Answers of the usual forms, in OpenAI's format and in Anthropic's."""

import json

from . import native_answers

HI = [{"role": "user", "content": "hi"}]
USAGE = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}


def completion(message, finish="stop", usage=USAGE, **more):
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish, **more}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def stream(*events):
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode() + b"data: [DONE]\n\n"


def chunk(delta, finish=None, **more):
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def openai_bodies():
    cached = {**USAGE, "prompt_tokens_details": {"cached_tokens": 8}}
    reasoned = {**USAGE, "completion_tokens_details": {"reasoning_tokens": 2}}
    return {
        "text": completion({"content": "hello"}),
        "cut": completion({"content": "hel"}, "length"),
        "filtered": completion({"content": ""}, "content_filter"),
        "refusal": completion({"content": None, "refusal": "No."}),
        "call": completion({"content": None, "tool_calls": [CALL]}, "tool_calls"),
        "calls": completion({"content": "Wait.", "tool_calls": [CALL, {**CALL, "id": "call_2"}]}, "tool_calls"),
        "reasoning": completion({"content": "4", "reasoning": "hm"}, usage=reasoned),
        "reasoning-content": completion({"content": "4", "reasoning_content": "hm"}, usage=reasoned),
        "cached": completion({"content": "hello"}, usage=cached),
        "cached-deepseek": completion({"content": "a"}, usage={**USAGE, "prompt_cache_hit_tokens": 8}),
        "finish-eos": completion({"content": "hello"}, "eos"),
        "think-tags": completion({"content": "<think>hm</think>4"}),
    }


def openai_streams():
    piece = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": ""}}
    more = [{"index": 0, "function": {"arguments": part}} for part in ('{"a"', ": 1}")]
    counted = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": USAGE}
    start = chunk({"role": "assistant", "content": ""})
    return {
        "text": [start, chunk({"content": "hel"}), chunk({"content": "lo"}), chunk({}, "stop"), counted],
        "call": [start, chunk({"tool_calls": [piece]}), *[chunk({"tool_calls": [one]}) for one in more], chunk({}, "tool_calls"), counted],
        "reasoning": [start, chunk({"reasoning": "hm"}), chunk({"content": "4"}), chunk({}, "stop"), counted],
        "reasoning-content": [start, chunk({"reasoning_content": "hm"}), chunk({"content": "4"}), chunk({}, "stop"), counted],
        "usage-at-the-end": [start, chunk({"content": "a"}), chunk({}, "stop", usage=USAGE)],
        "usage-x-groq": [start, chunk({"content": "a"}), chunk({}, "stop", x_groq={"id": "r", "usage": USAGE})],
        "cut": [start, chunk({"content": "a"}), chunk({}, "length"), counted],
    }  # fmt: skip


def errors():
    def error(message, kind="invalid_request_error", code=None):
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}

    long = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."
    return {
        "bad-request": (400, error("The value is wrong.")),
        "context": (400, error(long, code="context_length_exceeded")),
        "policy": (400, error("Your request was rejected by our safety system.", code="content_policy_violation")),
        "key": (401, error("Incorrect API key provided.", code="invalid_api_key")),
        "forbidden": (403, error("Country not supported.")),
        "no-model": (404, error("The model does not exist.", code="model_not_found")),
        "too-many": (429, error("Rate limit reached.", "requests", "rate_limit_exceeded")),
        "broken": (500, error("The server had an error.", "server_error")),
        "overloaded": (503, error("Overloaded.", "server_error")),
    }


def message(content, stop="end_turn", **usage):
    counted = {"input_tokens": 9, "output_tokens": 4, **usage}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5"}
    return {**head, "content": content, "stop_reason": stop, "stop_sequence": None, "usage": counted}


def anthropic_bodies():
    text = {"type": "text", "text": "hello"}
    use = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}}
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    return {
        "text": message([text]),
        "cut": message([text], "max_tokens"),
        "stop-sequence": message([text], "stop_sequence"),
        "refusal": message([text], "refusal"),
        "call": message([use], "tool_use"),
        "calls": message([text, use, {**use, "id": "toolu_2"}], "tool_use"),
        "thinking": message([thinking, text]),
        "redacted": message([{"type": "redacted_thinking", "data": "x"}, text]),
        "cached": message([text], cache_read_input_tokens=100, cache_creation_input_tokens=20),
        "empty": message([]),
    }


def anthropic_streams():
    def events(*blocks, stop="end_turn"):
        out = [{"type": "message_start", "message": message([], None)}]
        for index, (block, deltas) in enumerate(blocks):
            out.append({"type": "content_block_start", "index": index, "content_block": block})
            out += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
            out.append({"type": "content_block_stop", "index": index})
        delta = {"stop_reason": stop, "stop_sequence": None}
        out.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 4}})
        out.append({"type": "message_stop"})
        return "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in out).encode()

    text = ({"type": "text", "text": ""}, [{"type": "text_delta", "text": part} for part in ("hel", "lo")])
    use = (
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}},
        [{"type": "input_json_delta", "partial_json": part} for part in ("", '{"a"', ": 1}")],
    )
    thinking = (
        {"type": "thinking", "thinking": "", "signature": ""},
        [{"type": "thinking_delta", "thinking": "hm"}, {"type": "signature_delta", "signature": "s"}],
    )
    return {
        "text": events(text),
        "call": events(text, use, stop="tool_use"),
        "thinking": events(thinking, text),
        "cut": events(text, stop="max_tokens"),
    }


OPENAI = {
    "openai": "openai/gpt-4o",
    "groq": "groq/llama-3.3-70b-versatile",
    "deepseek": "deepseek/deepseek-chat",
    "mistral": "mistral/mistral-large-latest",
    "together_ai": "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "xai": "xai/grok-3",
    "openrouter": "openrouter/openai/gpt-4o",
}


def cases():
    out = {}
    asked = {"messages": HI, "stream": True, "stream_options": {"include_usage": True}}

    def add(name, to, answer, status=200, streamed=False):
        case = {"to": to, "params": {}, "body": asked if streamed else {"messages": HI}, "status": status}
        case["answer"] = answer if streamed else json.dumps(answer).encode()
        case["content_type"] = "text/event-stream" if streamed else "application/json"
        out[name] = case

    for target, to in OPENAI.items():
        for name, body in openai_bodies().items():
            add(f"{target}/{name}", to, body)
        for name, events in openai_streams().items():
            add(f"{target}/stream-{name}", to, stream(*events), streamed=True)
        for name, (status, body) in errors().items():
            add(f"{target}/error-{name}", to, body, status)
    claude = "anthropic/claude-sonnet-4-5"
    for name, body in anthropic_bodies().items():
        add(f"anthropic/{name}", claude, body)
    for name, events in anthropic_streams().items():
        add(f"anthropic/stream-{name}", claude, events, streamed=True)
    kinds = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error"}
    kinds |= {413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error"}
    for status, kind in kinds.items():
        add(f"anthropic/error-{status}", claude, {"type": "error", "error": {"type": kind, "message": "No."}}, status)
    for target, (to, params, streams, whole, streamed, failures) in native_answers.TARGETS.items():
        added = set(out)
        for name, body in whole().items():
            add(f"{target}/{name}", to, body)
        for name, answer in streamed().items():
            add(f"{target}/stream-{name}", to, answer, streamed=True)
            out[f"{target}/stream-{name}"]["content_type"] = streams
        for name, (status, body) in failures.items():
            add(f"{target}/error-{name}", to, body, status)
        for name in set(out) - added:
            out[name]["params"] = params
    return out
