"""The main job on every Envoy that is supported."""

import os

import openai
import pytest
from conftest import ENVOYS
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

FAULTS = [
    "status:503",
    "reset",
    "reset-before-first",
    "error-in-stream",
    "stall-before-first",
    "cut:0",
]


@pytest.fixture(scope="module", params=ENVOYS)
def gateway(request, start_gateway, openai_mock, anthropic_mock):
    models, fallbacks = (
        [
            deployment("gpt", "openai/gpt-4o", openai_mock),
            deployment("claude", "anthropic/claude-sonnet-4-5", anthropic_mock),
            deployment("vectors", "cohere/embed-v4.0", openai_mock),
        ],
        [],
    )
    for fault in FAULTS:
        models.append(
            deployment(fault, f"openai/gpt-4o?fault={fault}", openai_mock, stream_timeout=0.3)
        )
        fallbacks.append({fault: ["claude"]})
    return start_gateway(
        {
            "model_list": models,
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "fallbacks": fallbacks,
            },
        },
        envoy=os.environ[ENVOYS[request.param]],
    )


def test_both_formats_answer_whole_and_as_a_stream(gateway, model):
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0) as client:
        messages = [{"role": "user", "content": "hi"}]
        whole = client.chat.completions.create(model=model, messages=messages)
        chunks = client.chat.completions.create(model=model, messages=messages, stream=True)
        text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content


def test_more_texts_than_a_provider_takes_become_one_answer(gateway):
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0) as client:
        answer = client.embeddings.create(model="vectors", input=[str(n) for n in range(500)])
    assert [entry.index for entry in answer.data] == list(range(500))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_stream_that_fails_before_its_first_content_is_rescued(gateway, fault):
    answer = stream(gateway.client, chat_body(fault))
    assert answer.text.startswith("Hello from anthropic"), answer.raw
    assert answer.done and answer.headers["x-dragoman-attempts"] == "2"


def test_a_body_beyond_envoys_default_buffers_is_rescued(gateway, anthropic_mock):
    answer = gateway.chat("status:503", "word " * 600_000)
    assert answer.status_code == 200
    assert len(anthropic_mock.last().text) > 3_000_000


def test_metrics_and_access_log_are_written(gateway):
    answer = gateway.chat("status:503")
    line = gateway.logged(answer.headers["x-dragoman-call-id"])
    assert line["attempts"] in (2, "2") and "cost_usd" in line
    labels = {"gen_ai_request_model": "status:503", "status": "200"}
    until("the count", lambda: gateway.metrics().sum("dragoman_requests_total", **labels) >= 1)
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
    assert gateway.crashes() == 0


def test_a_wrong_request_is_refused(gateway):
    assert gateway.chat("nobody").status_code == 404
    assert gateway.client.post("/v1/chat/completions", content=b"{").status_code == 400
    assert gateway.client.get("/nowhere").status_code == 404
