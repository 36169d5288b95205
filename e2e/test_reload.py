"""`dragoman run` follows its configuration without a failed request."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.run import Run
from harness.sse import stream
from harness.wait import until

RELOADS = 6
CLIENTS = 6


@pytest.fixture(scope="module")
def config(openai_mock, anthropic_mock):
    def make(number: int) -> dict:
        """Each differs in a model, and every other one in where `chat` leads."""
        mocks = [("openai/gpt-4o", openai_mock), ("anthropic/claude-sonnet-4-5", anthropic_mock)]
        model, mock = mocks[number % 2]
        return {
            "model_list": [
                deployment("chat", model, mock),
                deployment("long", "openai/gpt-4o?tokens=200&tps=20", openai_mock),
                deployment(f"only-in-{number}", model, mock),
            ]
        }

    return make


@pytest.fixture(scope="module")
def run(folder, config):
    run = Run(folder("run"), config(0))
    yield run
    run.stop()


def test_no_request_fails_while_the_configuration_changes(run, config, openai_mock):
    stop = threading.Event()
    failures: list[str] = []
    counts = [0] * CLIENTS

    def ask(number: int) -> None:
        # Half of the clients keep their connection, half open one for each request.
        keeps = number % 2 == 0
        client = httpx.Client(base_url=run.url, timeout=30)
        while not stop.is_set():
            try:
                if number % 3 == 0:
                    answer = stream(client, chat_body("chat"))
                    good = answer.status == 200 and answer.done
                    said = answer.raw[:300]
                else:
                    answer = client.post("/v1/chat/completions", json=chat_body("chat"))
                    good, said = answer.status_code == 200, answer.text[:300]
                if not good:
                    failures.append(f"{said!r}")
            except httpx.HTTPError as error:
                failures.append(repr(error))
            counts[number] += 1
            if not keeps:
                client.close()
                client = httpx.Client(base_url=run.url, timeout=30)
            time.sleep(0.005)
        client.close()

    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        asking = [pool.submit(ask, number) for number in range(CLIENTS)]
        # Ten seconds long: begun before all changes, and ended after them.
        long = pool.submit(stream, run.client, chat_body("long"))
        until("the long stream", lambda: openai_mock.stats()["open_streams"] > 0)
        for number in range(1, RELOADS + 1):
            run.write(config(number))
            until(
                f"change {number} to be served",
                lambda number=number: f"only-in-{number}" in run.models(),
            )
        stop.set()
        for done in asking:
            done.result()
        survivor = long.result()
    assert failures == []
    assert min(counts) > 20
    assert survivor.done and survivor.text == "tok " * 200


def test_a_wrong_configuration_is_reported_and_the_old_one_stays(run, config):
    before = run.models()
    broken = config(100)
    broken["model_list"][0]["litellm_params"]["api_base"] = "no address"
    run.write(broken)
    until("the problem to be reported", lambda: "api_base" in run.process.stderr())
    assert run.models() == before
    run.write(config(101))
    until("the next one to be served", lambda: "only-in-101" in run.models())


def test_stopping_the_tool_stops_envoy(folder, config):
    run = Run(folder("stopped"), config(0))
    run.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(run.url, timeout=2)
