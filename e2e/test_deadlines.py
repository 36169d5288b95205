"""Time limits, retries and the pauses between them."""

import itertools
import time

import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream


@pytest.fixture(scope="module")
def slow(start_mock):
    return start_mock("slow")


@pytest.fixture(scope="module")
def gateway(start_gateway, slow, start_mock):
    healthy = start_mock("healthy")
    fault = "openai/gpt-4o?fault="
    return start_gateway(
        {
            "model_list": [
                deployment("healthy", "openai/gpt-4o", healthy),
                deployment("stalls", f"{fault}stall", slow, stream_timeout=0.5, timeout=1.5),
                deployment("stalls-late", f"{fault}stall-before-first", slow, stream_timeout=0.5),
                # Content comes in time; the whole answer takes longer than either limit.
                deployment(
                    "long", "openai/gpt-4o?tokens=30&tps=30", slow, stream_timeout=0.5, timeout=0.5
                ),
                deployment("late", "openai/gpt-4o?latency=300", slow, timeout=2),
                *(
                    deployment(f"flaky-{times}", f"{fault}status:503&fail-first={times}", slow)
                    for times in (1, 2, 3)
                ),
                deployment("asks", f"{fault}status:429&fail-first=1&retry-after=1", slow),
                deployment("asks-much", f"{fault}status:429&retry-after=3600", slow),
            ],
            "router_settings": {
                "num_retries": 2,
                "disable_cooldowns": True,
                "fallbacks": [{"stalls": ["healthy"]}, {"stalls-late": ["healthy"]}],
            },
        }
    )


@pytest.fixture(autouse=True)
def clean(slow):
    slow.reset()


@pytest.mark.parametrize("group", ["stalls", "stalls-late"])
def test_a_stream_that_is_silent_past_the_first_token_deadline_moves_on(gateway, slow, group):
    started = time.monotonic()
    answer = stream(gateway.client, chat_body(group))
    assert answer.text.startswith("Hello from healthy")
    # Three tries of 0.5 s and two pauses, of at most 0.25 s and 0.5 s.
    assert 1.5 <= time.monotonic() - started < 3.5
    assert answer.headers["x-dragoman-attempts"] == "4"
    assert len(slow.requests()) == 3


def test_an_answer_that_is_not_a_stream_has_the_longer_limit(gateway):
    started = time.monotonic()
    answer = gateway.chat("stalls")
    assert answer.headers["x-dragoman-attempts"] == "4"
    assert 4.5 <= time.monotonic() - started < 7


def test_a_running_stream_is_never_cut_by_the_first_token_deadline(gateway):
    answer = stream(gateway.client, chat_body("long"))
    assert answer.done and answer.times[-1] - answer.times[0] > 0.7
    assert answer.text == "tok " * 30


def test_an_answer_within_its_limit_is_waited_for(gateway):
    assert gateway.chat("late").headers["x-dragoman-attempts"] == "1"


@pytest.mark.parametrize(("times", "status", "attempts"), [(1, 200, 2), (2, 200, 3), (3, 503, 3)])
def test_a_deployment_is_tried_again_after_a_pause_that_grows(
    gateway, slow, times, status, attempts
):
    answer = gateway.chat(f"flaky-{times}")
    assert answer.status_code == status
    assert answer.headers["x-dragoman-attempts"] == str(attempts)
    arrivals = [request.received_ms for request in slow.requests()]
    assert len(arrivals) == attempts
    pauses = [later - earlier for earlier, later in itertools.pairwise(arrivals)]
    # A pause is half fixed and half at random, and ends at a tick of 25 ms.
    for pause, (least, most) in zip(pauses, [(120, 300), (245, 600)]):
        assert least <= pause <= most, pauses


def test_a_short_retry_after_is_waited_for(gateway, slow):
    answer = gateway.chat("asks")
    assert answer.status_code == 200
    first, second = (request.received_ms for request in slow.requests())
    assert 1_000 <= second - first < 1_500


def test_a_long_retry_after_is_passed_on_at_once(gateway, slow):
    started = time.monotonic()
    answer = gateway.chat("asks-much")
    assert answer.status_code == 429 and answer.headers["retry-after"] == "3600"
    assert time.monotonic() - started < 0.5
    assert len(slow.requests()) == 1
