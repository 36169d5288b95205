"""Which deployment of a group gets a request, over all workers."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.wait import until

WORKERS = 4
# Long enough that a slow machine still asks a hundred times meanwhile.
COOLDOWN_S = 4


@pytest.fixture(scope="module")
def mocks(start_mock):
    return {name: start_mock(name) for name in ("a", "b")}


@pytest.fixture(autouse=True)
def clean(mocks):
    for mock in mocks.values():
        mock.reset()


@pytest.fixture(scope="module")
def gateway(start_gateway, mocks):
    a, b = mocks.values()
    ids = iter(range(100))

    def entry(group, mock, settings="", **params):
        info = {"id": f"{mock.name}-{next(ids)}"}
        return deployment(group, f"openai/gpt-4o{settings}", mock, model_info=info, **params)

    limited = "?fault=status:429&fail-first=1"
    failing = "?fault=status:500&fail-first="
    return start_gateway(
        {
            "model_list": [
                entry("weighted", a, weight=3),
                entry("weighted", b, weight=1),
                entry("by-rpm", a, rpm=900),
                entry("by-rpm", b, rpm=100),
                entry("ordered", a, "?fault=status:503&fail-first=1", order=1),
                entry("ordered", b, order=2),
                entry("limited", a, limited, order=1),
                entry("limited", b, order=2),
                entry("failing", a, failing + "3", order=1),
                entry("failing", b, order=2),
                entry("alone", a, "?fault=status:401"),
            ],
            "router_settings": {
                "num_retries": 1,
                "cooldown_time": COOLDOWN_S,
                "allowed_fails": 2,
                "routing_strategy": "simple-shuffle",
            },
        },
        workers=WORKERS,
    )


def over_many_connections(gateway, model: str, count: int, connections: int = 16) -> Counter:
    """Which mock answered, for `count` requests. The kernel spreads connections over workers."""

    def ask(share: int) -> list[str]:
        with httpx.Client(base_url=gateway.url) as client:
            return [served_by(client, model) for _ in range(share)]

    with ThreadPoolExecutor(connections) as pool:
        shares = [count // connections] * connections
        return Counter(name for names in pool.map(ask, shares) for name in names)


def served_by(client: httpx.Client, model: str) -> str:
    answer = client.post("/v1/chat/completions", json=chat_body(model), timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]["message"]["content"].split()[2]


@pytest.mark.parametrize(("group", "share"), [("weighted", 0.75), ("by-rpm", 0.9)])
def test_deployments_get_requests_by_their_weights(gateway, group, share):
    count = 1008
    answered = over_many_connections(gateway, group, count)
    assert answered.total() == count
    # Four standard deviations: one run in 16,000 is outside by chance.
    spread = 4 * (count * share * (1 - share)) ** 0.5
    assert abs(answered["a"] - count * share) < spread


def test_the_next_order_serves_while_the_first_is_not_healthy(gateway):
    answer = gateway.chat("ordered")
    assert answer.headers["x-dragoman-attempts"] == "2"
    assert answer.headers["x-dragoman-deployment"].startswith("b-")
    # One failure of two that are allowed: the first is still preferred.
    assert over_many_connections(gateway, "ordered", 32) == {"a": 32}


def test_a_rate_limited_deployment_rests_for_all_workers_at_once(gateway, mocks):
    first = gateway.chat("limited")
    assert first.headers["x-dragoman-attempts"] == "2"
    limited_at = time.monotonic()
    mocks["a"].reset()
    mocks["b"].reset()
    answered = over_many_connections(gateway, "limited", 96, connections=32)
    assert time.monotonic() - limited_at < COOLDOWN_S, "too slow to tell anything"
    assert answered == {"b": 96}
    assert mocks["a"].requests() == []
    labels = {"gen_ai_request_model": "limited"}
    until(
        "one cooldown to be counted",
        lambda: gateway.metrics().sum("dragoman_cooldowns_total", **labels) == 1,
    )
    # `reset` made it fail once more; then it serves again.
    time.sleep(COOLDOWN_S - (time.monotonic() - limited_at) + 0.1)
    assert gateway.chat("limited").headers["x-dragoman-attempts"] == "2"
    time.sleep(COOLDOWN_S + 0.1)
    assert over_many_connections(gateway, "limited", 32) == {"a": 32}


def test_failures_beyond_the_allowed_ones_send_a_deployment_to_rest(gateway, mocks):
    attempts = [gateway.chat("failing").headers["x-dragoman-attempts"] for _ in range(4)]
    assert attempts == ["2", "2", "2", "1"]
    assert len(mocks["a"].requests()) == 3


def test_a_group_whose_deployments_all_rest_still_gives_the_providers_answer(gateway):
    for _ in range(3):
        answer = gateway.chat("alone")
        assert answer.status_code == 401


def test_nothing_is_in_flight_once_all_is_answered(gateway):
    series = gateway.metrics().series("dragoman_in_flight")
    assert len(series) >= 6
    until("no request to be in flight", lambda: gateway.in_flight() == 0)


def test_the_least_busy_deployment_is_asked(start_gateway, mocks):
    a, b = mocks.values()
    gateway = start_gateway(
        {
            "model_list": [
                deployment("busy", "openai/gpt-4o?latency=600", a),
                deployment("busy", "openai/gpt-4o?latency=600", b),
            ],
            "router_settings": {"routing_strategy": "least-busy", "num_retries": 0},
        },
        workers=WORKERS,
    )
    # One after the other, so that each finds the counts of those before it.
    with ThreadPoolExecutor(20) as pool:
        asked = []
        for _ in range(20):
            asked.append(
                pool.submit(
                    httpx.post, f"{gateway.url}/v1/chat/completions", json=chat_body("busy")
                )
            )
            time.sleep(0.02)
        assert all(done.result().status_code == 200 for done in asked)
    counts = [len(mock.requests()) for mock in (a, b)]
    assert sum(counts) == 20
    assert abs(counts[0] - counts[1]) <= 2
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
