"""Every wire format through a real Envoy: whole answers, streams, tools, and chains that cross them."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from harness.dialects import AWS, DIALECTS, OCI, ORACLE_KEY
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

WITH_TOOLS = [name for name, dialect in DIALECTS.items() if dialect.tools]
# Before the first content, in each format's own words.
FAULTS = [
    "status:503",
    "status:429",
    "reset",
    "error-in-stream",
    "malformed",
    "empty",
    "html",
    "gzip",
    "cut:0",
]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@pytest.fixture(scope="module")
def provider(start_mock):
    return start_mock("everybody")


@pytest.fixture(scope="module")
def gateway(start_gateway, provider):
    models, fallbacks = [], []
    for name, dialect in DIALECTS.items():
        models.append(dialect.deployment(name, provider))
        for fault in FAULTS:
            models.append(dialect.deployment(f"{name} {fault}", provider, f"fault={fault}"))
            fallbacks.append({f"{name} {fault}": ["openai"]})
    # One after the other fails, each in its own format, until the last one answers.
    for number, (name, dialect) in enumerate(DIALECTS.items()):
        fault = FAULTS[number % 5]
        models.append(dialect.deployment(f"link-{name}", provider, f"fault={fault}"))
    for last in DIALECTS:
        links = [f"link-{name}" for name in DIALECTS if name != last]
        models.append(DIALECTS[last].deployment(f"chain-{last}", provider, "fault=status:503"))
        fallbacks.append({f"chain-{last}": [*links, last]})
    return start_gateway(
        {
            "model_list": models,
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "timeout": 5,
                "fallbacks": fallbacks,
            },
            "litellm_settings": {"drop_params": True},
            "dragoman": {"limits": {"max_attempts": 32}},
        }
    )


@pytest.fixture(autouse=True)
def nothing_is_left(gateway):
    yield
    assert gateway.crashes() == 0
    until("no request to be in flight", lambda: gateway.in_flight() == 0)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_whole_answer(gateway, name):
    answer = gateway.chat(name, "a question")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "a question" in body["choices"][0]["message"]["content"]
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["object"] == "chat.completion" and body["id"] and body["created"]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


@pytest.mark.parametrize("name", DIALECTS)
def test_a_stream(gateway, name):
    whole = gateway.chat(name, "a question").json()["choices"][0]["message"]["content"]
    body = chat_body(name, "a question", stream_options={"include_usage": True})
    answer = stream(gateway.client, body)
    assert answer.status == 200, answer.raw
    assert answer.done and not answer.errors
    assert answer.text == whole
    assert answer.finish_reasons == ["stop"]
    if DIALECTS[name].counts:
        assert answer.events[-1]["usage"]["completion_tokens"] > 0
    if DIALECTS[name].streams:
        assert len(answer.chunks) > 3, "a stream comes in pieces"


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("name", WITH_TOOLS)
def test_a_tool_call_and_its_result(gateway, name, streaming):
    body = chat_body(name, "the weather in Paris?", tools=[TOOL])
    if streaming:
        answer = stream(gateway.client, body)
        assert answer.finish_reasons == ["tool_calls"], answer.raw
        pieces = [
            call
            for chunk in answer.chunks
            for choice in chunk["choices"]
            for call in choice["delta"].get("tool_calls") or []
        ]
        call = {**pieces[0], "function": dict(pieces[0]["function"])}
        call["function"]["arguments"] = "".join(
            piece["function"].get("arguments") or "" for piece in pieces
        )
        call.pop("index")
    else:
        answer = gateway.client.post("/v1/chat/completions", json=body)
        assert answer.status_code == 200, answer.text
        choice = answer.json()["choices"][0]
        assert choice["finish_reason"] == "tool_calls", answer.text
        call = choice["message"]["tool_calls"][0]
    assert call["function"]["name"] == "get_weather"
    assert call["id"] and call["type"] == "function"
    assert isinstance(json.loads(call["function"]["arguments"]), dict)
    body["messages"] += [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": '{"sky": "clear"}'},
    ]
    answer = gateway.client.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", DIALECTS)
def test_a_stream_that_fails_before_its_first_content_is_rescued(gateway, name, fault):
    answer = stream(gateway.client, chat_body(f"{name} {fault}"))
    assert answer.status == 200, answer.raw
    assert answer.done and not answer.errors and not answer.broken
    assert answer.text.startswith("Hello from everybody (gpt-4o)!")
    assert answer.headers["x-dragoman-attempts"] == "2"
    assert answer.headers["x-dragoman-model-group"] == "openai"


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("last", DIALECTS)
def test_a_chain_crosses_every_format(gateway, last, streaming):
    attempts = str(len(DIALECTS) + 1)
    if streaming:
        answer = stream(gateway.client, chat_body(f"chain-{last}"))
        assert answer.status == 200, answer.raw
        assert answer.done and "hi" in answer.text
    else:
        answer = gateway.chat(f"chain-{last}")
        assert answer.status_code == 200, answer.text
    assert answer.headers["x-dragoman-attempts"] == attempts
    assert answer.headers["x-dragoman-model-group"] == last


def test_each_link_of_a_chain_sees_its_own_credential_and_no_other(gateway, provider):
    secrets = {name: f"sk-link-{name}-key" for name in DIALECTS}
    secrets = {
        name: dialect.signed_with or key
        for (name, dialect), key in zip(DIALECTS.items(), secrets.values(), strict=True)
    }
    provider.reset()
    assert gateway.chat("chain-mistral", "who sees what?").status_code == 200
    requests = provider.requests()
    assert len(requests) == len(DIALECTS) + 1
    for request in requests:
        text = str(request)
        assert AWS["aws_secret_access_key"] not in text
        assert OCI["oci_key"].splitlines()[1] not in text
        seen = {key for key in secrets.values() if key in text}
        assert len(seen) <= 1, text
    for begins, param in [("AWS4-", "aws_access_key_id"), ("Signature ", "oci_key")]:
        signed = [r for r in requests if r.headers.get("authorization", "").startswith(begins)]
        assert len(signed) == sum(param in d.params for d in DIALECTS.values())


@pytest.mark.parametrize("name", ["oci", "oci-cohere"])
def test_oracles_signature_is_of_what_arrives(gateway, provider, name):
    provider.reset()
    assert gateway.chat(name, "Ünïcode?").status_code == 200
    request = provider.last()
    fields = dict(
        field.split("=", 1)
        for field in request.headers["authorization"].removeprefix("Signature ").split(",")
    )
    fields = {key: value.strip('"') for key, value in fields.items()}
    assert fields["keyId"] == f"{OCI['oci_tenancy']}/{OCI['oci_user']}/{OCI['oci_fingerprint']}"
    body = request.text.encode()
    assert request.headers["content-length"] == str(len(body))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert request.headers["x-content-sha256"] == digest
    target = f"{request.method.lower()} {request.path}"
    lines = [
        f"{header}: {target if header == '(request-target)' else request.headers[header]}"
        for header in fields["headers"].split(" ")
    ]
    ORACLE_KEY.public_key().verify(
        base64.b64decode(fields["signature"]),
        "\n".join(lines).encode(),
        padding.PKCS1v15(),
        hashes.SHA256(),
    )
