"""`POST /v1/embeddings` through a real Envoy, by the official SDK."""

import math

import pytest
from harness.config import deployment
from harness.ports import free_port
from harness.wait import until
from openai import InternalServerError, NotFoundError, OpenAI

TEXTS = ["one", "zwei é", "three"]


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock):
    def embedding(group: str, model: str, base: str = "", **params) -> dict:
        base = f"{openai_mock.url}{base}"
        entry = deployment(group, model, openai_mock, {"mode": "embedding"}, **params)
        entry["litellm_params"]["api_base"] = base
        return entry

    nobody = embedding("nobody", "cohere/embed-v4.0")
    nobody["litellm_params"]["api_base"] = f"http://127.0.0.1:{free_port()}"
    alone = {**nobody, "model_name": "nobody-alone"}
    return start_gateway(
        {
            "model_list": [
                nobody,
                alone,
                embedding(
                    "openai",
                    "openai/text-embedding-3-small",
                    "/v1",
                    input_cost_per_token=0.000_001,
                ),
                embedding("azure", "azure/text-embedding-3-small"),
                embedding("cohere", "cohere/embed-v4.0"),
                embedding("oci", "oci/cohere.embed-v4.0", oci_compartment_id="ocid1.compartment"),
                embedding("ollama", "ollama/nomic-embed-text"),
                embedding("gemini", "gemini/gemini-embedding-001", "/v1beta"),
                embedding("failing", "cohere/embed-v4.0?fault=status:503"),
                embedding("broken", "openai/text-embedding-3-small?fault=status:503", "/v1"),
                deployment("chat-only", "openai/gpt-4o", openai_mock, {"mode": "chat"}),
            ],
            "router_settings": {
                "num_retries": 0,
                "fallbacks": [
                    {"broken": ["cohere"]},
                    {"failing": ["openai"]},
                    {"nobody": ["openai"]},
                ],
            },
        }
    )


@pytest.fixture(scope="module")
def client(gateway) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key="none", max_retries=0)


@pytest.mark.parametrize("name", ["openai", "azure", "cohere", "oci", "ollama", "gemini"])
def test_every_format_gives_a_vector_for_each_text_in_its_order(client, name):
    # The SDK asks for base64 unless told otherwise: both ways lead to the same numbers.
    packed = client.embeddings.create(model=name, input=TEXTS)
    plain = client.embeddings.create(model=name, input=TEXTS, encoding_format="float")
    assert [entry.index for entry in packed.data] == [0, 1, 2]
    for one, other in zip(packed.data, plain.data, strict=True):
        assert len(one.embedding) > 1
        assert all(
            math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-7)
            for a, b in zip(one.embedding, other.embedding, strict=True)
        )
    assert len({tuple(entry.embedding) for entry in plain.data}) == len(TEXTS)
    alone = client.embeddings.create(model=name, input=TEXTS[1], encoding_format="float")
    assert alone.data[0].embedding == pytest.approx(plain.data[1].embedding, rel=1e-6)


@pytest.mark.parametrize("name, most", [("cohere", 96), ("gemini", 100), ("openai", 2_048)])
def test_more_texts_than_a_provider_takes_become_several_requests(
    gateway, client, openai_mock, name, most
):
    texts = [f"text {number}" for number in range(1_000)]
    seen = len(openai_mock.requests())
    raw = client.embeddings.with_raw_response.create(model=name, input=texts)
    answer = raw.parse()
    assert [entry.index for entry in answer.data] == list(range(1_000))
    requests = openai_mock.requests()[seen:]
    assert len(requests) == math.ceil(1_000 / most)
    for request in requests:
        assert "x-forwarded-for" not in request.headers
        assert not [name for name in request.headers if name.startswith("x-dragoman")]
    # Each is the vector that its text has when it is alone.
    for number in (0, 95, 96, 500, 999):
        alone = client.embeddings.create(model=name, input=texts[number])
        assert answer.data[number].embedding == pytest.approx(alone.data[0].embedding, rel=1e-6)
    assert raw.headers["content-type"] == "application/json"
    assert answer.usage.prompt_tokens > 0


@pytest.mark.parametrize("model", ["failing", "nobody"])
def test_a_failure_among_several_requests_is_rescued(client, model):
    texts = [f"text {number}" for number in range(500)]
    raw = client.embeddings.with_raw_response.create(model=model, input=texts)
    assert raw.headers["x-dragoman-model-group"] == "openai"
    assert len(raw.parse().data) == len(texts)


def test_several_requests_that_reach_nobody_are_an_error_that_says_so(client):
    with pytest.raises(InternalServerError) as caught:
        client.embeddings.create(model="nobody-alone", input=["x"] * 500)
    assert caught.value.status_code == 503
    assert "connect" in str(caught.value)


def test_a_joined_answer_of_many_megabytes_arrives_whole(client):
    texts = [f"text {number}" for number in range(300)]
    answer = client.embeddings.create(
        model="cohere", input=texts, dimensions=4_096, encoding_format="float"
    )
    assert [len(entry.embedding) for entry in answer.data] == [4_096] * 300


def test_another_format_steps_in(client):
    raw = client.embeddings.with_raw_response.create(model="broken", input=TEXTS)
    assert raw.headers["x-dragoman-attempts"] == "2"
    assert raw.headers["x-dragoman-model-group"] == "cohere"
    assert len(raw.parse().data) == len(TEXTS)


def test_tokens_and_cost_are_counted_apart_from_chat(gateway, client):
    raw = client.embeddings.with_raw_response.create(model="openai", input=TEXTS)
    usage = raw.parse().usage
    assert float(raw.headers["x-dragoman-cost-usd"]) == pytest.approx(usage.prompt_tokens * 1e-6)
    labels = {"gen_ai_request_model": "openai", "gen_ai_operation_name": "embeddings"}
    until(
        "the tokens",
        lambda: gateway.metrics().sum("dragoman_tokens_total", **labels) >= usage.prompt_tokens,
    )


def test_a_model_for_something_else_is_a_404_that_says_so(gateway, client):
    with pytest.raises(NotFoundError) as caught:
        client.embeddings.create(model="chat-only", input="x")
    assert "embeddings" in str(caught.value)
    answer = gateway.chat("openai")
    assert answer.status_code == 404
    assert "chat" in answer.json()["error"]["message"]
