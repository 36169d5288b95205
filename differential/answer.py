"""Completions of OpenAI's format, whole or in chunks, as `Answer`s."""

from .result import Answer

# Members of a message that are compared; the rest is each side's own.
MESSAGE = ["content", "refusal", "reasoning_content", "thinking_blocks", "annotations"]


def whole(body):
    choices = [choice(one.get("message") or {}, one) for one in body.get("choices") or []]
    return Answer(choices, usage(body.get("usage")), body.get("model"))


def choice(message, one):
    said = {name: message.get(name) for name in MESSAGE if message.get(name)}
    said["finish_reason"] = one.get("finish_reason")
    calls = [call_of(call) for call in message.get("tool_calls") or []]
    if calls:
        said["tool_calls"] = calls
    return said


def call_of(call):
    function = call.get("function") or {}
    return {"id": call.get("id"), "name": function.get("name"), "arguments": function.get("arguments")}


def chunks(list_of_chunks):
    """Puts a stream together."""
    messages, finishes, counted, model = {}, {}, {}, None
    for chunk in list_of_chunks:
        model = model or chunk.get("model")
        counted = chunk.get("usage") or counted
        for one in chunk.get("choices") or []:
            index = one.get("index") or 0
            message = messages.setdefault(index, {"tool_calls": {}})
            delta = one.get("delta") or {}
            for name in ("content", "refusal", "reasoning_content"):
                if delta.get(name):
                    message[name] = message.get(name, "") + delta[name]
            for call in delta.get("tool_calls") or []:
                add_call(message["tool_calls"], call)
            finishes[index] = one.get("finish_reason") or finishes.get(index)
    choices = []
    for index in sorted(messages):
        message = messages[index]
        message["tool_calls"] = [message["tool_calls"][at] for at in sorted(message["tool_calls"])]
        choices.append(choice(message, {"finish_reason": finishes.get(index)}))
    return Answer(choices, usage(counted), model)


def add_call(calls, call):
    known = calls.setdefault(call.get("index") or 0, {"id": None, "function": {"name": None, "arguments": ""}})
    known["id"] = known["id"] or call.get("id")
    function = call.get("function") or {}
    known["function"]["name"] = known["function"]["name"] or function.get("name")
    known["function"]["arguments"] += function.get("arguments") or ""


def usage(counted):
    counted = counted or {}
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    out = {name: counted.get(name) for name in names if counted.get(name)}
    for details in ("prompt_tokens_details", "completion_tokens_details"):
        counts = counted.get(details) or {}
        # LiteLLM has two names for it.
        counts = {**counts, "cache_creation_tokens": counts.get("cache_creation_tokens") or counts.get("cache_write_tokens")}
        for name in ("cached_tokens", "cache_creation_tokens", "reasoning_tokens", "audio_tokens"):
            if counts.get(name):
                out[f"{details}.{name}"] = counts[name]
    return out
