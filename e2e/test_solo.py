"""The role solo: one filter, one listener, no retries on other providers."""

import json
from pathlib import Path

import pytest
from harness.config import priced, deployment
from harness.gateway import Gateway, chat_body
from harness.sse import stream
from harness.wait import until

TEMPLATE = Path(__file__).with_name("solo.yaml")


@pytest.fixture(scope="module")
def gateway(folder, openai_mock, anthropic_mock):
    config = {
        "model_list": [
            priced("gpt", "openai/gpt-4o", openai_mock),
            priced("claude", "anthropic/claude-sonnet-4-5", anthropic_mock),
            deployment("broken", "openai/gpt-4o?fault=status:503", openai_mock),
            deployment("stalls", "openai/gpt-4o?fault=stall", openai_mock, timeout=0.3),
            deployment("late", "openai/gpt-4o?fault=stall-before-first", openai_mock, timeout=0.3),
            deployment("cut", "openai/gpt-4o?fault=cut:3", openai_mock),
        ],
        "router_settings": {"fallbacks": [{"broken": ["claude"]}], "disable_cooldowns": True},
        "dragoman": {"role": "solo", "cluster_name_format": "{host}:{port}"},
    }
    text = TEMPLATE.read_text()
    text = text.replace("{{CONFIG}}", json.dumps(config))
    text = text.replace("{{OPENAI_PORT}}", str(openai_mock.port))
    text = text.replace("{{ANTHROPIC_PORT}}", str(anthropic_mock.port))
    gateway = Gateway.from_envoy_config(folder("solo"), text)
    yield gateway
    gateway.stop()


def test_both_formats_answer_whole_and_as_a_stream(gateway, model, provider):
    whole = gateway.chat(model)
    assert whole.status_code == 200, whole.text
    assert f"Hello from {provider.name}" in whole.text
    assert float(whole.headers["x-dragoman-cost-usd"]) > 0
    assert whole.headers["x-dragoman-attempts"] == "1"
    streamed = stream(gateway.client, chat_body(model))
    assert streamed.done
    assert streamed.text == whole.json()["choices"][0]["message"]["content"]
    sent = provider.last()
    assert not [name for name in sent.headers if name.startswith(("x-dragoman", "x-forwarded"))]


@pytest.mark.parametrize(
    ("name", "status"), [("broken", 503), ("stalls", 504), ("late", 504), ("nobody", 404)]
)
@pytest.mark.parametrize("streaming", [False, True])
def test_an_error_is_the_answer(gateway, name, status, streaming):
    answer = gateway.chat(name, stream=streaming)
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_an_interrupted_stream_says_so(gateway):
    answer = stream(gateway.client, chat_body("cut", "one two three"))
    assert len(answer.errors) == 1 and not answer.done


def test_models_are_listed(gateway):
    listed = gateway.client.get("/v1/models").json()["data"]
    assert {"gpt", "claude"} <= {entry["id"] for entry in listed}


def test_nothing_is_left(gateway):
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
    assert gateway.crashes() == 0
