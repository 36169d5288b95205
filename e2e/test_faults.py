"""Every way in which a provider can fail, with and without another that steps in."""

import time

import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

MODELS = {"gpt": "openai/gpt-4o", "claude": "anthropic/claude-sonnet-4-5"}

# The mock's faults before the first content, and the status of the error without a fallback.
BEFORE_CONTENT = {
    "status:401": 401,
    "status:403": 403,
    "status:404": 404,
    "status:408": 408,
    "status:429": 429,
    "status:500": 500,
    "status:502": 502,
    "status:503": 503,
    "status:529": 529,
    "context-window": 400,
    "content-policy": 400,
    "reset": 503,
    "stall": 504,
    "malformed": 502,
    "empty": 502,
    "html": 502,
    "gzip": 502,
}
# Those that differ between a stream and a whole answer.
STREAM_BEFORE_CONTENT = {
    "error-in-stream": {"gpt": 500, "claude": 529},
    "reset-before-first": 502,
    "stall-before-first": 504,
    "cut:0": 502,
    "malformed-stream:1": 502,
    "wrong-type:json": 200,
}
WHOLE_BEFORE_CONTENT = {
    "error-mid-stream:1": 500,
    "reset-mid-stream:1": 502,
    "stall-mid-stream:1": 504,
    "cut:1": 502,
    "truncate:1": 502,
    "malformed-stream:1": 502,
    "wrong-type:sse": 502,
}
# After the first content there is no way back.
AFTER_CONTENT = ["error-mid-stream:3", "cut:3", "malformed-stream:9"]
BROKEN_OFF = ["reset-mid-stream:3", "truncate:3"]

FAULTS = {
    *BEFORE_CONTENT,
    *STREAM_BEFORE_CONTENT,
    *WHOLE_BEFORE_CONTENT,
    *AFTER_CONTENT,
    *BROKEN_OFF,
}


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock, start_mock):
    mocks = {"gpt": openai_mock, "claude": anthropic_mock}
    models, fallbacks = [deployment("healthy", "openai/gpt-4o", start_mock("healthy"))], []
    for group, model in MODELS.items():
        for fault in sorted(FAULTS):
            for name in (f"{group} {fault} alone", f"{group} {fault} helped"):
                models.append(
                    deployment(
                        name,
                        f"{model}?fault={fault}",
                        mocks[group],
                        timeout=0.3,
                        stream_timeout=0.3,
                    )
                )
            fallbacks.append({f"{group} {fault} helped": ["healthy"]})
    special = [
        {name: ["healthy"]}
        for group in MODELS
        for name in (f"{group} context-window helped", f"{group} content-policy helped")
    ]
    return start_gateway(
        {
            "model_list": models,
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "fallbacks": fallbacks,
                "context_window_fallbacks": special,
                "content_policy_fallbacks": special,
            },
        }
    )


@pytest.fixture(autouse=True)
def nothing_is_left(gateway):
    yield
    assert gateway.crashes() == 0
    until("no request to be in flight", lambda: gateway.in_flight() == 0)


def check_error(error: dict) -> None:
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"].strip() and error["type"]


@pytest.mark.parametrize("fault", {**BEFORE_CONTENT, **WHOLE_BEFORE_CONTENT})
def test_a_whole_answer_comes_from_the_fallback(gateway, model, fault):
    answer = gateway.chat(f"{model} {fault} helped")
    assert answer.status_code == 200, answer.text
    assert "Hello from healthy" in answer.json()["choices"][0]["message"]["content"]
    assert answer.headers["x-dragoman-attempts"] == "2"
    assert answer.headers["x-dragoman-model-group"] == "healthy"
    assert answer.headers["x-litellm-attempted-fallbacks"] == "1"


@pytest.mark.parametrize(
    "fault", [*BEFORE_CONTENT, *(fault for fault in STREAM_BEFORE_CONTENT if "json" not in fault)]
)
def test_a_stream_comes_whole_from_the_fallback(gateway, model, fault):
    answer = stream(gateway.client, chat_body(f"{model} {fault} helped"))
    assert answer.status == 200, answer.raw
    assert answer.done and not answer.broken and not answer.errors
    assert answer.text == "Hello from healthy (gpt-4o)! You said: hi"
    assert answer.finish_reasons == ["stop"]
    assert answer.headers["x-dragoman-attempts"] == "2"
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"


# A provider that breaks off while its answer is held back: Envoy's own reply to that reaches the
# client past the filters, in OpenAI's shape but without Dragoman's headers.
PAST_THE_FILTERS = [fault for fault in WHOLE_BEFORE_CONTENT if fault.startswith(("reset", "truncate"))]


@pytest.mark.parametrize(("fault", "status"), {**BEFORE_CONTENT, **WHOLE_BEFORE_CONTENT}.items())
def test_without_a_fallback_the_error_is_the_answer(gateway, model, fault, status):
    answer = gateway.chat(f"{model} {fault} alone")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    if fault not in PAST_THE_FILTERS:
        assert answer.headers["x-dragoman-attempts"] == "1"
    check_error(answer.json()["error"])


@pytest.mark.parametrize(("fault", "status"), {**BEFORE_CONTENT, **STREAM_BEFORE_CONTENT}.items())
def test_without_a_fallback_a_stream_that_never_began_is_an_error_too(
    gateway, model, fault, status
):
    status = status[model] if isinstance(status, dict) else status
    answer = gateway.chat(f"{model} {fault} alone", stream=True)
    assert answer.status_code == status, answer.text
    if status == 200:
        return  # JSON where a stream was wanted is made one
    assert answer.headers["content-type"] == "application/json"
    check_error(answer.json()["error"])


def test_recognised_causes_have_openais_codes(gateway, model):
    for fault, code in {
        "context-window": "context_length_exceeded",
        "content-policy": "content_policy_violation",
    }.items():
        assert gateway.chat(f"{model} {fault} alone").json()["error"]["code"] == code


@pytest.mark.parametrize("kind", ["alone", "helped"])
@pytest.mark.parametrize("fault", AFTER_CONTENT)
def test_a_stream_that_fails_after_its_first_content_ends_in_an_error_event(
    gateway, model, fault, kind
):
    answer = stream(gateway.client, chat_body(f"{model} {fault} {kind}", "one two three four"))
    assert answer.status == 200
    assert answer.text.startswith("Hello "), answer.raw
    assert len(answer.errors) == 1, answer.raw
    check_error(answer.errors[0])
    assert not answer.done, "an interrupted answer does not end in [DONE]"
    assert answer.headers["x-dragoman-attempts"] == "1"


@pytest.mark.parametrize("fault", BROKEN_OFF)
def test_a_stream_whose_connection_breaks_is_cut_off_and_not_hung(gateway, model, fault):
    started = time.monotonic()
    answer = stream(gateway.client, chat_body(f"{model} {fault} helped"), timeout=5)
    # Envoy waits a second before it closes a connection with a client.
    assert time.monotonic() - started < 1.8
    assert answer.status == 200
    assert answer.text.startswith("Hello ")
    assert not answer.done
    assert answer.broken or answer.errors


def test_json_in_place_of_a_stream_is_streamed(gateway, model):
    answer = stream(gateway.client, chat_body(f"{model} wrong-type:json alone"))
    assert answer.done and answer.text.startswith("Hello from ")


def test_a_provider_that_cannot_be_reached_is_replaced(gateway, start_gateway, start_mock):
    gone = start_mock("gone")
    healthy = start_mock("alive")
    other = start_gateway(
        {
            "model_list": [
                deployment("gone", "openai/gpt-4o", gone),
                deployment("alone", "openai/gpt-4o", gone),
                deployment("alive", "openai/gpt-4o", healthy),
            ],
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "fallbacks": [{"gone": ["alive"]}],
            },
        }
    )
    gone.process.stop()
    for streaming in (False, True):
        answer = other.chat("gone", stream=streaming)
        assert answer.status_code == 200 and "alive" in answer.text
        assert answer.headers["x-dragoman-attempts"] == "2"
    answer = other.chat("alone")
    assert answer.status_code == 503
    check_error(answer.json()["error"])
    assert str(gone.port) not in answer.text, "addresses are the operator's business"
    until("no request to be in flight", lambda: other.in_flight() == 0)
