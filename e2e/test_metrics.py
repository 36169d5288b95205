"""What operators see: metrics, the access log, response headers."""

import pytest
from harness.config import INPUT_PRICE, OUTPUT_PRICE, deployment, priced
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

REQUESTS = 5


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock):
    broken = deployment("rescued", "openai/gpt-4o?fault=status:503", openai_mock)
    # Asked by one test only: its counts begin at nought.
    counted = {**broken, "model_name": "counted", "model_info": {"id": "counted-deployment"}}
    return start_gateway(
        {
            "model_list": [
                priced("gpt", "openai/gpt-4o", openai_mock, model_info={"id": "gpt-deployment"}),
                priced(
                    "claude",
                    "anthropic/claude-sonnet-4-5",
                    anthropic_mock,
                    model_info={"id": "claude-deployment"},
                ),
                deployment("catalogued", "openai/gpt-4o", openai_mock),
                deployment("unpriced", "openai/unheard-of", openai_mock),
                {**broken, "model_info": {"id": "broken-deployment"}},
                counted,
                priced("slow", "openai/gpt-4o?tokens=20&tps=40", openai_mock),
                # A name with everything that labels cannot hold.
                deployment('odd;.;name="x"', "openai/gpt-4o", openai_mock),
            ],
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "fallbacks": [{"rescued": ["claude"]}, {"counted": ["claude"]}],
            },
        }
    )


def test_tokens_and_cost_add_up_exactly(gateway, model):
    """Half of the requests are streams, half of those ask for the usage."""
    labels = {"gen_ai_request_model": model, "dragoman_deployment": f"{model}-deployment"}
    before = gateway.metrics()
    usages = []
    for number in range(REQUESTS):
        content = "word " * (number + 1)
        usage = gateway.chat(model, content).json()["usage"]
        usages += [usage, usage]
        options = {"include_usage": number % 2 == 0}
        answer = stream(gateway.client, chat_body(model, content, stream_options=options))
        assert answer.done

    def grown(name: str, **more: str) -> float:
        return after.sum(name, **labels, **more) - before.sum(name, **labels, **more)

    # Envoy merges the workers' histograms every five seconds, and counts come with a tick: either
    # may be the last to show.
    after = before

    def all_shown() -> bool:
        nonlocal after
        after = gateway.metrics()
        counted = grown("dragoman_requests_total")
        observed = grown("gen_ai_server_request_duration_milliseconds_count")
        return min(counted, observed) >= 2 * REQUESTS

    until("the metrics", all_shown, 30)

    tokens_in = sum(usage["prompt_tokens"] for usage in usages)
    tokens_out = sum(usage["completion_tokens"] for usage in usages)
    assert grown("dragoman_requests_total", status="200") == 2 * REQUESTS
    assert grown("dragoman_attempts_total", status="200") == 2 * REQUESTS
    assert grown("dragoman_tokens_total", gen_ai_token_type="input") == tokens_in
    assert grown("dragoman_tokens_total", gen_ai_token_type="output") == tokens_out
    nano = tokens_in * INPUT_PRICE * 1e9 + tokens_out * OUTPUT_PRICE * 1e9
    assert grown("dragoman_cost_nanousd_total") == round(nano)
    assert grown("dragoman_estimated_usage_total") == 0
    assert grown("gen_ai_server_request_duration_milliseconds_count") == 2 * REQUESTS
    assert grown("gen_ai_server_time_to_first_token_milliseconds_count") == REQUESTS
    assert grown("gen_ai_server_time_per_output_token_microseconds_count") == REQUESTS
    assert grown("gen_ai_client_token_usage_sum", gen_ai_token_type="output") == pytest.approx(
        tokens_out, rel=0.3
    )


def test_every_series_of_the_plugin_has_its_labels_and_no_prefix(gateway):
    gateway.chat("rescued")
    gateway.chat('odd;.;name="x"')
    gateway.chat("nobody")
    until("the last one to be counted", lambda: "odd" in gateway.metrics().text)
    metrics = gateway.metrics()
    own = [
        (name, labels)
        for name in metrics.names()
        if name.startswith(("dragoman_", "gen_ai_"))
        for labels, _ in metrics.series(name)
    ]
    assert len(own) > 50
    for name, labels in own:
        assert {"gen_ai_request_model", "gen_ai_provider_name", "dragoman_deployment"} <= set(
            labels
        )
        assert labels["gen_ai_request_model"] != "nobody", "a client could make series"
        assert ";" not in name and "=" not in name
    leftovers = [name for name in metrics.names() if "wasmcustom" in name or "_____" in name]
    assert leftovers == []


def test_attempts_and_fallbacks_are_counted(gateway):
    def counts() -> tuple[float, ...]:
        metrics = gateway.metrics()
        return (
            metrics.sum(
                "dragoman_attempts_total", dragoman_deployment="counted-deployment", status="503"
            ),
            metrics.sum(
                "dragoman_fallbacks_total",
                gen_ai_request_model="counted",
                dragoman_fallback_model="claude",
            ),
            metrics.sum("dragoman_requests_total", gen_ai_request_model="counted", status="200"),
        )

    for streaming in (False, True):
        assert gateway.chat("counted", stream=streaming).status_code == 200
    until("the counts", lambda: counts() == (2, 2, 2))


def test_the_headers_tell_who_served_and_what_it_cost(gateway):
    answer = gateway.chat("rescued")
    headers, usage = answer.headers, answer.json()["usage"]
    cost = usage["prompt_tokens"] * INPUT_PRICE + usage["completion_tokens"] * OUTPUT_PRICE
    for name in ("x-dragoman-cost-usd", "x-litellm-response-cost"):
        assert float(headers[name]) == pytest.approx(cost, abs=1e-12)
    assert headers["x-dragoman-model"] == "anthropic/claude-sonnet-4-5"
    assert headers["x-dragoman-model-group"] == headers["x-litellm-model-group"] == "claude"
    assert headers["x-dragoman-deployment"] == headers["x-litellm-model-id"] == "claude-deployment"
    assert headers["x-dragoman-attempts"] == "2"
    assert headers["x-litellm-attempted-retries"] == "1"
    assert headers["x-litellm-attempted-fallbacks"] == "1"
    assert headers["x-dragoman-call-id"] == headers["x-litellm-call-id"]
    assert len(headers["x-dragoman-call-id"]) == 32


def test_a_known_models_price_comes_from_the_catalogue(gateway):
    answer = gateway.chat("catalogued")
    usage = answer.json()["usage"]
    cost = usage["prompt_tokens"] * 2.5e-6 + usage["completion_tokens"] * 1e-5
    assert float(answer.headers["x-dragoman-cost-usd"]) == pytest.approx(cost)


def test_an_unknown_price_is_unknown_and_not_free(gateway):
    answer = gateway.chat("unpriced")
    assert answer.status_code == 200
    assert "x-dragoman-cost-usd" not in answer.headers
    assert "x-litellm-response-cost" not in answer.headers
    labels = {"gen_ai_request_model": "unpriced"}
    name = "dragoman_unpriced_requests_total"
    until("the count", lambda: gateway.metrics().sum(name, **labels) == 1)
    assert not gateway.metrics().series(
        "dragoman_cost_nanousd_total", gen_ai_request_model="unpriced"
    )
    assert gateway.logged(answer.headers["x-dragoman-call-id"])["cost_usd"] == "unknown"


@pytest.mark.parametrize("streaming", [False, True])
def test_the_access_log_tells_model_tokens_cost_and_attempts(gateway, streaming):
    usage = gateway.chat("rescued").json()["usage"]
    answer = gateway.chat("rescued", stream=streaming)
    line = gateway.logged(answer.headers["x-dragoman-call-id"])
    cost = usage["prompt_tokens"] * INPUT_PRICE + usage["completion_tokens"] * OUTPUT_PRICE
    assert int(line["status"]) == 200
    assert line["model_group"] == "rescued"
    assert line["model"] == "anthropic/claude-sonnet-4-5"
    assert line["provider"] == "anthropic"
    assert line["deployment"] == "claude-deployment"
    assert int(line["attempts"]) == 2
    assert int(line["input_tokens"]) == usage["prompt_tokens"]
    assert int(line["output_tokens"]) == usage["completion_tokens"]
    assert float(line["cost_usd"]) == pytest.approx(cost)
    assert line["usage"] == "exact"


def test_times_are_measured(gateway):
    answer = stream(gateway.client, chat_body("slow"))
    assert answer.done
    labels = {"gen_ai_request_model": "slow"}
    name = "gen_ai_server_request_duration_milliseconds_count"
    until("the histograms", lambda: gateway.metrics().sum(name, **labels) == 1)
    metrics = gateway.metrics()
    # 20 tokens at 40 a second.
    duration = metrics.sum("gen_ai_server_request_duration_milliseconds_sum", **labels)
    first = metrics.sum("gen_ai_server_time_to_first_token_milliseconds_sum", **labels)
    each = metrics.sum("gen_ai_server_time_per_output_token_microseconds_sum", **labels)
    assert 400 <= duration <= 900
    assert first <= 150
    assert 15_000 <= each <= 40_000


def test_requests_in_flight_are_seen_while_they_are(gateway):
    body = {**chat_body("slow"), "stream": True}
    labels = {"gen_ai_request_model": "slow"}
    with gateway.client.stream("POST", "/v1/chat/completions", json=body) as answer:
        lines = answer.iter_lines()
        next(lines)
        until("it to be seen", lambda: gateway.metrics().sum("dragoman_in_flight", **labels) == 1)
        assert list(lines)[-1] == ""
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
