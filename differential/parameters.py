"""OpenAI's chat parameters, one by one and combined."""

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
            "required": ["city"],
        },
    },
}
OTHER = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
STRICT = {
    "type": "function",
    "function": {
        "name": "add",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
            "required": ["a", "b"],
            "additionalProperties": False,
        },
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "people": {"type": "integer"}},
    "required": ["city", "people"],
    "additionalProperties": False,
}


def schema(**more):
    return {"type": "json_schema", "json_schema": {"name": "town", "schema": SCHEMA, **more}}


def one_by_one():
    named = {"type": "function", "function": {"name": "get_weather"}}
    plain = {
        "temperature": [0, 0.5, 1, 1.7],
        "top_p": [0.4],
        "n": [1, 2],
        "stop": ["END", ["a", "b"]],
        "max_tokens": [20],
        "max_completion_tokens": [30],
        "presence_penalty": [0, 0.3],
        "frequency_penalty": [0, 0.2],
        "logit_bias": [{"50256": -100}],
        "user": ["ann", "ann@example.com"],
        "seed": [7],
        "tools": [[TOOL], [TOOL, OTHER], [STRICT], []],
        "response_format": [{"type": "text"}, {"type": "json_object"}, schema(), schema(strict=True)],
        "reasoning_effort": ["none", "minimal", "low", "medium", "high"],
        "service_tier": ["auto", "flex"],
        "metadata": [{"a": "b"}],
        "store": [True],
        "logprobs": [True],
        "modalities": [["text"]],
        "prediction": [{"type": "content", "content": "x"}],
        "web_search_options": [{}, {"search_context_size": "low"}],
        "verbosity": ["low"],
        "safety_identifier": ["s"],
        "prompt_cache_key": ["k"],
        "stream": [True],
        "top_k": [3],
        "thinking": [{"type": "enabled", "budget_tokens": 1024}, {"type": "disabled"}],
        "x_unheard_of": [{"a": 1}],
    }
    out = {}
    for name, values in plain.items():
        for index, value in enumerate(values):
            out[f"{name}-{index}" if len(values) > 1 else name] = {name: value}
    for index, choice in enumerate(["auto", "none", "required", named]):
        out[f"tool_choice-{index}"] = {"tools": [TOOL], "tool_choice": choice}
    for parallel in (True, False):
        out[f"parallel_tool_calls-{parallel}"] = {"tools": [TOOL], "parallel_tool_calls": parallel}
    out["top_logprobs"] = {"logprobs": True, "top_logprobs": 2}
    out["functions"] = {"functions": [TOOL["function"]]}
    out["function_call"] = {"functions": [TOOL["function"]], "function_call": "auto"}
    out["stream_options"] = {"stream": True, "stream_options": {"include_usage": True}}
    out["audio"] = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}
    return out


def combined():
    return {
        "all-sampling": {"temperature": 0.2, "top_p": 0.9, "max_tokens": 100, "stop": ["\n\n"], "seed": 1},
        "both-limits": {"max_tokens": 10, "max_completion_tokens": 20},
        "agent": {
            "tools": [TOOL, OTHER],
            "tool_choice": "required",
            "parallel_tool_calls": False,
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "max_completion_tokens": 4096,
        },
        "schema-and-tools": {"tools": [TOOL], "response_format": schema(strict=True), "max_tokens": 100},
        "reasoning-and-tools": {"reasoning_effort": "low", "tools": [TOOL], "max_completion_tokens": 9000},
        "stream-json": {"stream": True, "response_format": {"type": "json_object"}, "max_tokens": 50},
    }
