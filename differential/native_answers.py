"""Answers of the usual forms in the formats of Google, AWS, Cohere and Ollama."""

import binascii
import json
import struct

CALL = {"name": "f", "arguments": {"a": 1}}


GEMINI = {"modelVersion": "gemini-2.5-pro", "responseId": "r"}


def gemini_bodies():
    def reply(parts, finish="STOP", usage=None, **more):
        counted = {"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13, **(usage or {})}
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0, **more}
        return {"candidates": [candidate], "usageMetadata": counted, **GEMINI}

    call = {"functionCall": {"name": "f", "args": {"a": 1}}}
    text = {"text": "hello"}
    thoughts = {"thoughtsTokenCount": 2, "totalTokenCount": 15}
    out = {
        "text": reply([text]),
        "texts": reply([text, {"text": " you"}]),
        "call": reply([call]),
        "calls": reply([text, call, {"functionCall": {"name": "g", "args": {}}}]),
        "thought": reply([{"text": "hm", "thought": True}, text], usage=thoughts),
        "cached": reply([text], usage={"cachedContentTokenCount": 8}),
        "blocked-prompt": {
            "promptFeedback": {"blockReason": "SAFETY"},
            "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9},
        },
        "empty": reply([]),
    }
    for reason in ("MAX_TOKENS", "SAFETY", "RECITATION", "BLOCKLIST", "SPII", "MALFORMED_FUNCTION_CALL", "OTHER"):
        out[f"finish-{reason}"] = reply([text], reason)
    return out


def gemini_streams():
    def event(parts, **more):
        counted = {"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13}
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0, **more}
        return {"candidates": [candidate], "usageMetadata": counted, **GEMINI}

    end = event([{"text": ""}], finishReason="STOP")
    call = {"functionCall": {"name": "f", "args": {"a": 1}}}
    streams = {
        "text": [event([{"text": "hel"}]), event([{"text": "lo"}]), end],
        "call": [event([call], finishReason="STOP")],
        "calls": [event([call]), event([{"functionCall": {"name": "g", "args": {}}}]), end],
        "thought": [event([{"text": "hm", "thought": True}]), event([{"text": "4"}], finishReason="STOP")],
        "cut": [event([{"text": "hel"}], finishReason="MAX_TOKENS")],
    }
    return {name: server_sent(events) for name, events in streams.items()}


def server_sent(events):
    return "".join(f"data: {json.dumps(one)}\r\n\r\n" for one in events).encode()


def google_errors():
    def error(code, status, message="No."):
        return code, {"error": {"code": code, "message": message, "status": status}}

    long = "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576)."
    return {
        "400": error(400, "INVALID_ARGUMENT"),
        "context": error(400, "INVALID_ARGUMENT", long),
        "401": error(401, "UNAUTHENTICATED"),
        "403": error(403, "PERMISSION_DENIED"),
        "404": error(404, "NOT_FOUND"),
        "429": error(429, "RESOURCE_EXHAUSTED"),
        "500": error(500, "INTERNAL"),
        "503": error(503, "UNAVAILABLE"),
    }


def converse_bodies():
    def reply(content, stop="end_turn", **usage):
        counted = {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13, **usage}
        message = {"role": "assistant", "content": content}
        return {"output": {"message": message}, "stopReason": stop, "usage": counted, "metrics": {"latencyMs": 1}}

    text = {"text": "hello"}
    use = {"toolUse": {"toolUseId": "tooluse_1", "name": "f", "input": {"a": 1}}}
    thinking = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}
    out = {
        "text": reply([text]),
        "call": reply([use], "tool_use"),
        "calls": reply([text, use, {"toolUse": {"toolUseId": "tooluse_2", "name": "g", "input": {}}}], "tool_use"),
        "thinking": reply([thinking, text]),
        "redacted": reply([{"reasoningContent": {"redactedContent": "eA=="}}, text]),
        "cached": reply([text], cacheReadInputTokens=100, cacheWriteInputTokens=20, totalTokens=133),
        "empty": reply([]),
    }
    for reason in ("max_tokens", "stop_sequence", "guardrail_intervened", "content_filtered"):
        out[f"finish-{reason}"] = reply([text], reason)
    return out


def converse_streams():
    def block(index, *deltas, start=None):
        out = [("contentBlockStart", {"contentBlockIndex": index, "start": start})] if start else []
        out += [("contentBlockDelta", {"contentBlockIndex": index, "delta": delta}) for delta in deltas]
        return [*out, ("contentBlockStop", {"contentBlockIndex": index})]

    def events(*blocks, stop="end_turn"):
        usage = {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13}
        middle = [event for one in blocks for event in one]
        end = [("messageStop", {"stopReason": stop}), ("metadata", {"usage": usage, "metrics": {"latencyMs": 1}})]
        return b"".join(frame(*event) for event in [("messageStart", {"role": "assistant"}), *middle, *end])

    text = [{"text": "hel"}, {"text": "lo"}]
    use = {"toolUse": {"toolUseId": "tooluse_1", "name": "f"}}
    pieces = [{"toolUse": {"input": part}} for part in ('{"a"', ": 1}")]
    thinking = [{"reasoningContent": {"text": "hm"}}, {"reasoningContent": {"signature": "s"}}]
    return {
        "text": events(block(0, *text)),
        "call": events(block(0, *text), block(1, *pieces, start=use), stop="tool_use"),
        "thinking": events(block(0, *thinking), block(1, *text)),
        "cut": events(block(0, *text), stop="max_tokens"),
    }


def frame(name, data):
    """A message of AWS's event streams."""
    headers = b""
    for key, value in ((":event-type", name), (":content-type", "application/json"), (":message-type", "event")):
        headers += struct.pack("!B", len(key)) + key.encode() + struct.pack("!BH", 7, len(value)) + value.encode()
    body = json.dumps(data).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    whole = prelude + struct.pack("!I", binascii.crc32(prelude)) + headers + body
    return whole + struct.pack("!I", binascii.crc32(whole))


def aws_errors():
    long = "The model returned the following errors: Input is too long for requested model."
    statuses = {str(status): (status, {"message": "No."}) for status in (400, 403, 404, 424, 429, 500, 503)}
    return {**statuses, "context": (400, {"message": long})}


COHERE_USAGE = {
    "billed_units": {"input_tokens": 3, "output_tokens": 4},
    "tokens": {"input_tokens": 9, "output_tokens": 4},
}


def cohere_bodies():
    def reply(message, finish="COMPLETE"):
        message = {"role": "assistant", **message}
        return {"id": "x", "message": message, "finish_reason": finish, "usage": COHERE_USAGE}

    text = [{"type": "text", "text": "hello"}]
    call = {"id": "f_1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    return {
        "text": reply({"content": text}),
        "cut": reply({"content": text}, "MAX_TOKENS"),
        "stop-sequence": reply({"content": text}, "STOP_SEQUENCE"),
        "call": reply({"tool_plan": "I will.", "tool_calls": [call]}, "TOOL_CALL"),
        "thinking": reply({"content": [{"type": "thinking", "thinking": "hm"}, *text]}),
    }


def cohere_streams():
    def events(*middle, finish="COMPLETE"):
        message = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}
        start = {"type": "message-start", "id": "x", "delta": {"message": message}}
        end = {"type": "message-end", "id": "x", "delta": {"finish_reason": finish, "usage": COHERE_USAGE}}
        return server_sent([start, *middle, end])

    def content(kind, message):
        return {"type": f"content-{kind}", "index": 0, "delta": {"message": {"content": message}}}

    text = [content("start", {"type": "text", "text": ""}), content("delta", {"text": "hel"})]
    text += [content("delta", {"text": "lo"}), {"type": "content-end", "index": 0}]
    call = {"id": "f_1", "type": "function", "function": {"name": "f", "arguments": ""}}
    calls = [{"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": call}}}]
    for part in ('{"a"', ": 1}"):
        delta = {"message": {"tool_calls": {"function": {"arguments": part}}}}
        calls.append({"type": "tool-call-delta", "index": 0, "delta": delta})
    calls.append({"type": "tool-call-end", "index": 0})
    return {
        "text": events(*text),
        "cut": events(*text, finish="MAX_TOKENS"),
        "call": events(*calls, finish="TOOL_CALL"),
    }


def plain_errors(member):
    return {str(status): (status, {member: "No."}) for status in (400, 401, 404, 429, 500, 503)}


def ollama_lines(*messages, reason="stop"):
    said = [{"role": "assistant", "content": "", **one} for one in messages]
    head = {"model": "llama3.3", "created_at": "2025-01-01T00:00:00Z"}
    lines = [{**head, "message": one, "done": False} for one in said]
    lines[-1] |= {"done": True, "done_reason": reason, "prompt_eval_count": 9, "eval_count": 4}
    return lines


def ollama_bodies():
    call = {"tool_calls": [{"function": CALL}]}
    return {
        "text": ollama_lines({"content": "hello"})[0],
        "cut": ollama_lines({"content": "hel"}, reason="length")[0],
        "call": ollama_lines(call)[0],
        "thinking": ollama_lines({"thinking": "hm", "content": "4"})[0],
    }


def ollama_streams():
    streams = {
        "text": ollama_lines({"content": "hel"}, {"content": "lo"}, {}),
        "cut": ollama_lines({"content": "hel"}, {}, reason="length"),
        "call": ollama_lines({"tool_calls": [{"function": CALL}]}, {}),
        "thinking": ollama_lines({"thinking": "hm"}, {"content": "4"}, {}),
    }
    return {name: "".join(json.dumps(line) + "\n" for line in lines).encode() for name, lines in streams.items()}


# Name -> deployment, its parameters, the type of a stream, whole answers, streams, errors.
TARGETS = {
    "gemini": ("gemini/gemini-2.5-pro", {}, "text/event-stream", gemini_bodies, gemini_streams, google_errors()),
    "bedrock": (
        "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
        {"aws_region_name": "us-east-1"},
        "application/vnd.amazon.eventstream",
        converse_bodies,
        converse_streams,
        aws_errors(),
    ),
    "cohere": (
        "cohere_chat/command-a-03-2025", {}, "text/event-stream", cohere_bodies, cohere_streams, plain_errors("message")
    ),
    "ollama": (
        "ollama_chat/llama3.3",
        {"api_base": "http://localhost:11434"},
        "application/x-ndjson",
        ollama_bodies,
        ollama_streams,
        plain_errors("error"),
    ),
}  # fmt: skip
