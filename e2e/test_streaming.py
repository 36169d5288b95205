"""Streams are live, whole and in order, however the provider cuts them."""

import asyncio
import itertools
import time

import httpx
import openai
import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

MODELS = {"gpt": "openai/gpt-4o", "claude": "anthropic/claude-sonnet-4-5"}
SHAPES = ["newline=cr", "newline=crlf", "split=1", "split=1&newline=cr", "split=7&newline=crlf"]
STREAMS = 200


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock):
    mocks = {"gpt": openai_mock, "claude": anthropic_mock}
    settings = ["tps=20", "tokens=100&tps=100", *SHAPES]
    models = [
        deployment(f"{group} {setting}", f"{model}?{setting}", mocks[group])
        for group, model in MODELS.items()
        for setting in settings
    ]
    models += [deployment(group, model, mocks[group]) for group, model in MODELS.items()]
    return start_gateway({"model_list": models})


def test_the_first_token_arrives_while_the_provider_still_speaks(gateway, model, provider):
    body = chat_body(f"{model} tps=20", "one two three four five six seven eight nine ten")
    arrived = []
    started = time.monotonic()
    with gateway.client.stream("POST", "/v1/chat/completions", json={**body, "stream": True}) as r:
        for line in r.iter_lines():
            if '"content":"' in line:
                if not arrived:
                    assert provider.stats()["open_streams"] == 1
                arrived.append(time.monotonic() - started)
    assert len(arrived) >= 10
    assert arrived[0] < 0.4, "the first token waited"
    # At 20 tokens a second none may wait for the next.
    gaps = [later - earlier for earlier, later in itertools.pairwise(arrived)]
    assert max(gaps) < 0.2 and arrived[-1] > 0.4


@pytest.mark.parametrize("shape", SHAPES)
def test_the_providers_line_ends_and_chunks_make_no_difference(gateway, model, shape):
    plain = stream(gateway.client, chat_body(model, "grüße, 世界 🌍"))
    shaped = stream(gateway.client, chat_body(f"{model} {shape}", "grüße, 世界 🌍"))
    assert shaped.done and shaped.text == plain.text
    assert shaped.text.endswith("grüße, 世界 🌍")
    assert shaped.finish_reasons == ["stop"]
    assert b"\r" not in shaped.raw


def test_many_streams_at_once_are_each_whole_and_in_order(gateway, model, provider):
    async def one(client: openai.AsyncOpenAI, number: int) -> None:
        words = " ".join(f"{number}-{at}" for at in range(30))
        messages = [{"role": "user", "content": words}]
        chunks = await client.chat.completions.create(
            model=model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
        )
        text, finish, usage = "", None, None
        async for chunk in chunks:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
        assert text.endswith(f"You said: {words}")
        assert finish == "stop" and usage.prompt_tokens == 30

    async def all_of_them() -> None:
        limits = httpx.Limits(max_connections=STREAMS)
        async with openai.AsyncOpenAI(
            base_url=f"{gateway.url}/v1",
            api_key="unused",
            max_retries=0,
            http_client=httpx.AsyncClient(limits=limits, timeout=60),
        ) as client:
            await asyncio.gather(*(one(client, number) for number in range(STREAMS)))

    asyncio.run(all_of_them())
    assert len(provider.requests()) == STREAMS
    until("no request to be in flight", lambda: gateway.in_flight() == 0)


def test_streams_that_run_together_are_live_together(gateway, model, provider):
    """100 streams of a second each, at once: they overlap, so none waits for another."""

    async def one(client: httpx.AsyncClient) -> str:
        body = {**chat_body(f"{model} tokens=100&tps=100"), "stream": True}
        answer = await client.post("/v1/chat/completions", json=body)
        return answer.text

    async def all_of_them() -> list[str]:
        async with httpx.AsyncClient(
            base_url=gateway.url, timeout=60, limits=httpx.Limits(max_connections=100)
        ) as client:
            return await asyncio.gather(*(one(client) for _ in range(100)))

    started = time.monotonic()
    texts = asyncio.run(all_of_them())
    assert time.monotonic() - started < 10
    assert all(text.endswith("data: [DONE]\n\n") for text in texts)
    assert all(text.count('"content":"tok "') == 100 for text in texts)
