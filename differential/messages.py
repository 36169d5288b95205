"""Messages of every kind."""

from .parameters import OTHER, TOOL

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
PDF = "data:application/pdf;base64,JVBERi0xLjQK"


def user(content, **more):
    return {"role": "user", "content": content, **more}


def assistant(content=None, **more):
    return {"role": "assistant", "content": content, **more}


def text(words, **more):
    return {"type": "text", "text": words, **more}


def call(number, name="get_weather", arguments='{"city": "Rome"}'):
    return {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}


def result(number, content="sunny"):
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": content}


def kinds():
    tools = [TOOL, OTHER]
    one_call = assistant(tool_calls=[call(1)])
    lists = {
        "system": [{"role": "system", "content": "Be brief."}, user("hi")],
        "system-parts": [{"role": "system", "content": [text("Be"), text("brief.")]}, user("hi")],
        "system-twice": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, user("hi")],
        "system-late": [user("hi"), {"role": "system", "content": "Be brief."}, user("and?")],
        "developer": [{"role": "developer", "content": "Be brief."}, user("hi")],
        "parts": [user([text("a"), text("b")])],
        "image-data": [user([text("what?"), {"type": "image_url", "image_url": {"url": PIXEL}}])],
        "image-detail": [user([{"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}}])],
        "image-bare": [user([{"type": "image_url", "image_url": PIXEL}])],
        "file": [user([{"type": "file", "file": {"file_data": PDF, "filename": "a.pdf"}}])],
        "name": [user("hi", name="ann")],
        "turns": [user("hi"), assistant("hello"), user("how?")],
        "users-in-a-row": [user("a"), user("b")],
        "assistants-in-a-row": [user("a"), assistant("b"), assistant("c"), user("d")],
        "prefill": [user("count"), assistant("1, 2,")],
        "cache-control": [user([text("long", cache_control={"type": "ephemeral"}), text("short")])],
        "cache-control-system": [
            {"role": "system", "content": [text("long", cache_control={"type": "ephemeral"})]},
            user("hi"),
        ],
        "refusal": [user("a"), assistant(refusal="No."), user("why?")],
        "reasoning": [user("a"), assistant("b", reasoning_content="hm"), user("c")],
        "thinking-blocks": [
            user("a"),
            assistant("b", thinking_blocks=[{"type": "thinking", "thinking": "hm", "signature": "s"}]),
            user("c"),
        ],
    }
    with_tools = {
        "tool-call": [user("weather?"), one_call, result(1)],
        "tool-call-said": [user("weather?"), assistant("Wait.", tool_calls=[call(1)]), result(1), user("so?")],
        "tool-call-empty": [user("time?"), assistant("", tool_calls=[call(1, "now", "")]), result(1, "noon")],
        "tool-calls-parallel": [user("weather?"), assistant(tool_calls=[call(1), call(2)]), result(1), result(2)],
        "tool-result-parts": [user("weather?"), one_call, result(1, [text("sunny"), text("warm")])],
        "tool-result-json": [user("weather?"), one_call, result(1, '{"sky": "clear"}')],
    }
    out = {name: {"messages": value} for name, value in lists.items()}
    out |= {name: {"messages": value, "tools": tools} for name, value in with_tools.items()}
    return {f"message-{name}": body for name, body in out.items()}
