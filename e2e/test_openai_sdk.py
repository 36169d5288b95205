"""The official OpenAI SDK for Python, in front of either format."""

import base64
import json

import openai
import pytest
from harness.wait import until
from pydantic import BaseModel

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
).decode()
PDF = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


@pytest.fixture(scope="module")
def client(gateway):
    with openai.OpenAI(
        base_url=f"{gateway.url}/v1", api_key="sk-of-the-client", max_retries=0
    ) as client:
        yield client


def user(content) -> list[dict]:
    return [{"role": "user", "content": content}]


def test_a_chat_is_answered_with_text_usage_and_a_finish_reason(client, model, provider):
    answer = client.chat.completions.create(model=model, messages=user("How are you?"))
    choice = answer.choices[0]
    assert choice.message.role == "assistant"
    assert "How are you?" in choice.message.content
    assert provider.name in choice.message.content
    assert choice.finish_reason == "stop"
    assert answer.object == "chat.completion"
    assert answer.usage.prompt_tokens > 0 and answer.usage.completion_tokens > 0
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_says_the_same_as_the_whole_answer(client, model, provider):
    whole = client.chat.completions.create(model=model, messages=user("Tell me more"))
    chunks = list(
        client.chat.completions.create(model=model, messages=user("Tell me more"), stream=True)
    )
    assert len(chunks) > 3
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert all(chunk.usage is None for chunk in chunks), "nobody asked for the usage"


def test_usage_ends_a_stream_that_asks_for_it(client, model, provider):
    whole = client.chat.completions.create(model=model, messages=user("count"))
    chunks = list(
        client.chat.completions.create(
            model=model,
            messages=user("count"),
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_goes_round(client, model, provider, stream):
    messages = user("What is the weather in Paris?")
    with (
        client.chat.completions.stream(model=model, messages=messages, tools=[WEATHER])
        if stream
        else Whole(client, model=model, messages=messages, tools=[WEATHER]) as asked
    ):
        choice = asked.get_final_completion().choices[0]
    assert choice.finish_reason == "tool_calls"
    [call] = choice.message.tool_calls
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"city": "Paris"}

    messages.append(choice.message.model_dump(exclude_none=True, include=["role", "tool_calls"]))
    messages[-1]["tool_calls"] = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.function.name, "arguments": call.function.arguments},
        }
    ]
    messages.append({"role": "tool", "tool_call_id": call.id, "content": "21 degrees"})
    answer = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER])
    assert "21 degrees" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"

    sent = provider.last().body
    if model == "claude":
        use, result = sent["messages"][1]["content"][-1], sent["messages"][2]["content"][0]
        assert (use["type"], use["id"], use["input"]) == ("tool_use", call.id, {"city": "Paris"})
        assert (result["type"], result["tool_use_id"]) == ("tool_result", call.id)
    else:
        assert sent["messages"][2] == messages[2]


class Whole:
    """A completion that is not a stream, read like one."""

    def __init__(self, client, **request) -> None:
        self._completion = client.chat.completions.create(**request)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass

    def get_final_completion(self):
        return self._completion


def test_results_of_parallel_calls_reach_the_provider_in_order(client, model, provider):
    calls = [
        {
            "id": f"call_{city}",
            "type": "function",
            "function": {"name": "get_weather", "arguments": json.dumps({"city": city})},
        }
        for city in ("Paris", "Oslo")
    ]
    messages = [
        *user("Weather in Paris and Oslo?"),
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_Paris", "content": "21 degrees"},
        {
            "role": "tool",
            "tool_call_id": "call_Oslo",
            "content": [{"type": "text", "text": "4 degrees"}],
        },
    ]
    answer = client.chat.completions.create(
        model=model, messages=messages, tools=[WEATHER], parallel_tool_calls=True
    )
    assert "degrees" in answer.choices[0].message.content
    sent = provider.last().body
    if model == "claude":
        # One user turn carries both results, as Anthropic wants.
        roles = [message["role"] for message in sent["messages"]]
        assert roles == ["user", "assistant", "user"]
        ids = [part["tool_use_id"] for part in sent["messages"][2]["content"]]
        assert ids == ["call_Paris", "call_Oslo"]
    else:
        assert sent["parallel_tool_calls"] is True
        assert sent["messages"] == messages


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "get_weather"}}]
)
def test_a_forced_tool_is_called(client, model, provider, choice):
    answer = client.chat.completions.create(
        model=model, messages=user("hello"), tools=[WEATHER], tool_choice=choice
    )
    assert answer.choices[0].message.tool_calls[0].function.name == "get_weather"


class City(BaseModel):
    name: str
    inhabitants: int


def test_structured_output_parses(client, model, provider):
    answer = client.chat.completions.parse(
        model=model, messages=user("Describe a city"), response_format=City
    )
    assert isinstance(answer.choices[0].message.parsed, City)
    assert answer.choices[0].message.tool_calls in (None, [])
    assert answer.choices[0].finish_reason == "stop"


def test_structured_output_streams(client, model, provider):
    with client.chat.completions.stream(
        model=model, messages=user("Describe a city"), response_format=City
    ) as stream:
        message = stream.get_final_completion().choices[0].message
    assert isinstance(message.parsed, City)


def test_images_and_pdfs_reach_the_provider(client, model, provider):
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
        {"type": "image_url", "image_url": {"url": "https://images.test/cat.jpg"}},
        {
            "type": "file",
            "file": {"filename": "paper.pdf", "file_data": f"data:application/pdf;base64,{PDF}"},
        },
    ]
    answer = client.chat.completions.create(model=model, messages=user(parts))
    assert "What is this?" in answer.choices[0].message.content
    sent = provider.last().body["messages"][0]["content"]
    if model == "claude":
        assert [part["type"] for part in sent] == ["text", "image", "image", "document"]
        assert sent[1]["source"] == {"type": "base64", "media_type": "image/png", "data": PIXEL}
        assert sent[2]["source"] == {"type": "url", "url": "https://images.test/cat.jpg"}
        assert sent[3]["source"]["data"] == PDF
    else:
        assert sent == parts


def test_the_providers_see_their_own_credentials_and_nothing_of_the_client(client, model, provider):
    client.chat.completions.create(
        model=model,
        messages=user("secret?"),
        extra_headers={
            "x-of-the-client": "client-header-value",
            "cookie": "session=client-cookie",
            "openai-organization": "org-of-the-client",
        },
    )
    sent = provider.last()
    everything = json.dumps(sent.headers)
    for leaked in ("sk-of-the-client", "client-header-value", "client-cookie", "org-of-the-client"):
        assert leaked not in everything
    assert not [name for name in sent.headers if name.startswith(("x-dragoman", "x-envoy"))]
    assert not {"x-forwarded-for", "x-forwarded-proto", "x-stainless-lang", "cookie"} & set(
        sent.headers
    )
    if model == "claude":
        assert sent.path == "/v1/messages"
        assert sent.headers["x-api-key"] == "sk-for-anthropic"
        assert sent.headers["anthropic-version"] == "2023-06-01"
        assert "authorization" not in sent.headers
        assert sent.body["model"] == "claude-sonnet-4-5"
        assert sent.body["max_tokens"] > 0
    else:
        assert sent.path == "/v1/chat/completions"
        assert sent.headers["authorization"] == "Bearer sk-for-openai"
        assert sent.body == {"model": "gpt-4o", "messages": user("secret?")}
    assert sent.headers["content-type"] == "application/json"
    assert int(sent.headers["content-length"]) == len(sent.text.encode())
    assert sent.headers["host"] == f"127.0.0.1:{provider.port}"
    assert sent.headers["accept-encoding"] == "identity"


EXCEPTIONS = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    408: openai.APIStatusError,
    413: openai.APIStatusError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
    503: openai.InternalServerError,
    529: openai.InternalServerError,
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("status", EXCEPTIONS)
def test_an_error_is_the_exception_that_the_sdk_has_for_it(client, model, status, stream):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(
            model=f"{model}-{status}", messages=user("hi"), stream=stream
        )
    error = caught.value
    assert type(error) is EXCEPTIONS[status] or status in (408, 413)
    assert error.status_code == status
    assert set(error.body) == {"message", "type", "param", "code"}
    assert error.message and error.type
    # The mock sends it with every error; what a provider says about coming back is passed on.
    assert error.response.headers["retry-after"] == "7"


def test_an_unknown_model_is_refused_with_the_known_ones(client, openai_mock):
    openai_mock.reset()
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-5-nano", messages=user("hi"))
    assert caught.value.code == "model_not_found"
    assert caught.value.param == "model"
    for known in ("gpt", "claude"):
        assert known in caught.value.message
    assert openai_mock.requests() == []


def test_models_are_listed_and_found(client):
    listed = {found.id for found in client.models.list()}
    assert {"gpt", "claude"} <= listed
    assert client.models.retrieve("claude").owned_by == "anthropic"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nobody")


def test_a_stream_that_the_client_cancels_ends_at_the_provider_and_is_billed(
    client, gateway, model, provider
):
    before = provider.stats()["client_disconnects_mid_stream"]
    counted = gateway.metrics().sum("dragoman_estimated_usage_total")
    stream = client.chat.completions.create(
        model=f"{model}-slow", messages=user("talk"), stream=True
    )
    call_id = stream.response.headers["x-dragoman-call-id"]
    received = 0
    for chunk in stream:
        received += bool(chunk.choices and chunk.choices[0].delta.content)
        if received == 3:
            break
    stream.close()
    until(
        "the provider to notice",
        lambda: provider.stats()["client_disconnects_mid_stream"] == before + 1,
    )
    assert provider.stats()["open_streams"] == 0
    line = gateway.logged(call_id)
    assert line["usage"] == "estimated"
    assert 3 <= int(line["output_tokens"]) <= 20
    assert int(line["input_tokens"]) > 0
    assert float(line["cost_usd"]) > 0
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
    name = "dragoman_estimated_usage_total"
    until("the estimate to be counted", lambda: gateway.metrics().sum(name) == counted + 1)


def test_a_client_that_leaves_before_the_answer_leaves_nothing_behind(
    client, gateway, model, provider
):
    before = provider.stats()["client_disconnects_before_answer"]
    with pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(model=f"{model}-late", messages=user("hi"), timeout=0.2)
    until(
        "the provider to notice",
        lambda: provider.stats()["client_disconnects_before_answer"] == before + 1,
    )
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
    labels = {"gen_ai_request_model": f"{model}-late", "status": "cancelled"}
    until(
        "the attempt to be counted",
        lambda: gateway.metrics().sum("dragoman_attempts_total", **labels) == 1,
    )
    assert len(provider.requests()) == 1, "nobody is asked in place of a client's patience"
