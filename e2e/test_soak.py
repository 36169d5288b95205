"""Everything at once: many clients, every fault, clients that leave. Nothing may be left over."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

SECONDS = 6
CLIENTS = 24
FAULTS = [
    "status:429",
    "status:500",
    "context-window",
    "error-in-stream",
    "error-mid-stream:2",
    "reset",
    "reset-before-first",
    "reset-mid-stream:2",
    "cut:2",
    "truncate:2",
    "stall",
    "stall-before-first",
    "malformed",
    "malformed-stream:2",
    "empty",
    "html",
    "gzip",
    "wrong-type:json",
    "wrong-type:sse",
]
PACES = ["split=1", "tps=200", "ttft=50", "latency=50", "tokens=2000"]
MODELS = ["openai/gpt-4o", "anthropic/claude-sonnet-4-5"]


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock):
    mocks = {"openai": openai_mock, "anthropic": anthropic_mock}
    entries = [
        deployment(
            f"{model} {setting}",
            f"{model}?{setting}",
            mocks[model.split("/")[0]],
            timeout=0.3,
            stream_timeout=0.3,
        )
        for model in MODELS
        for setting in [*(f"fault={fault}" for fault in FAULTS), *PACES]
    ]
    healthy = [deployment("healthy", model, mocks[model.split("/")[0]]) for model in MODELS]
    return start_gateway(
        {
            "model_list": [*entries, *healthy],
            "router_settings": {
                "num_retries": 1,
                "cooldown_time": 0.2,
                "allowed_fails": 3,
                "fallbacks": [{entry["model_name"]: ["healthy"]} for entry in entries[::2]],
            },
        }
    )


def one_client(gateway, seed: int) -> Counter:
    chance = random.Random(seed)
    models = gateway.client.get("/v1/models").json()["data"]
    names = [entry["id"] for entry in models] + ["nobody"]
    seen: Counter = Counter()
    until_when = time.monotonic() + SECONDS
    with httpx.Client(base_url=gateway.url, timeout=20) as client:
        while time.monotonic() < until_when:
            body = chat_body(chance.choice(names), "word " * chance.randrange(1, 200))
            way = chance.randrange(5)
            if way == 0:  # leaves whenever it likes
                try:
                    wait = chance.choice([0.001, 0.01, 0.05, 0.2])
                    client.post(
                        "/v1/chat/completions",
                        json={**body, "stream": chance.random() < 0.5},
                        timeout=httpx.Timeout(5, read=wait),
                    )
                except httpx.TransportError:
                    pass
                seen["left"] += 1
            elif way < 3:
                try:
                    answer = client.post("/v1/chat/completions", json=body)
                except httpx.TransportError:
                    seen["closed"] += 1
                    continue
                assert "choices" in answer.json() or "error" in answer.json()
                seen[answer.status_code] += 1
            else:
                answer = stream(client, body)
                ends = answer.done + bool(answer.errors) + answer.broken
                assert answer.status != 200 or ends == 1, answer.raw[-500:]
                seen[f"stream {answer.status}"] += 1
    return seen


def test_nothing_is_left_after_a_storm(gateway, openai_mock, anthropic_mock):
    with ThreadPoolExecutor(CLIENTS) as pool:
        seen = sum(pool.map(lambda seed: one_client(gateway, seed), range(CLIENTS)), Counter())
    assert seen[200] > 50 and seen["stream 200"] > 50 and seen["left"] > 50, seen
    assert seen["closed"] == 0, seen
    assert gateway.crashes() == 0
    for mock in (openai_mock, anthropic_mock):
        until("the providers' streams to end", lambda mock=mock: mock.stats()["open_streams"] == 0)
    until("no request to be in flight", lambda: gateway.in_flight() == 0, 5)
    metrics = gateway.metrics()
    requests, attempts = (
        metrics.sum(f"dragoman_{name}_total") for name in ("requests", "attempts")
    )
    assert attempts >= requests * 0.9
    logged = [line for line in gateway.access_log() if line.get("call_id")]
    assert requests == len(logged), "each accepted request is counted once"
    sessions = gateway.stats()
    active = [
        name for name, value in sessions.items() if name.endswith("downstream_rq_active") and value
    ]
    assert active in ([], ["http.admin.downstream_rq_active"]), active
    assert "Envoy refused" not in gateway.log(), gateway.log()[-2000:]
