"""A VM that traps takes the streams of its worker with it, and nothing else."""

import os
import threading

import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream
from harness.wait import until

TRAP = {"x-dragoman-fault": "trap"}


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def gateway(request, start_gateway, openai_mock):
    return start_gateway(
        {
            "model_list": [
                deployment("gpt", "openai/gpt-4o", openai_mock),
                deployment("slow", "openai/gpt-4o?tokens=20&tps=20", openai_mock),
            ]
        },
        wasm=os.environ["DRAGOMAN_FAULT_WASM"],
        workers=request.param,
    )


def trap(gateway):
    return gateway.client.post("/v1/chat/completions", json=chat_body("gpt"), headers=TRAP)


def test_the_worker_serves_again_after_a_trap(gateway):
    for _ in range(3):
        assert gateway.chat("gpt").status_code == 200
        # A VM tells the others of its requests with each tick, and a trapped one tells nothing more.
        until("no request to be in flight", lambda: gateway.in_flight() == 0)
        failed = trap(gateway)
        assert failed.status_code == 503
        assert failed.json()["error"]["type"] == "server_error"
        until("it to serve again", lambda: gateway.chat("gpt").status_code == 200, 3)
        # On every connection, and so on every worker.
        for _ in range(8):
            assert stream(gateway.client, chat_body("gpt")).done
    assert gateway.crashes() > 0
    assert gateway.process.is_running()
    until("no request to be in flight", lambda: gateway.in_flight() == 0)


def test_streams_of_the_trapped_worker_end_and_new_ones_begin(gateway, openai_mock):
    results = []
    with gateway.client.stream(
        "POST", "/v1/chat/completions", json={**chat_body("slow"), "stream": True}
    ) as answer:
        lines = answer.iter_lines()
        next(lines)

        def read() -> None:
            try:
                results.append([line for line in lines if line])
            except Exception as error:  # however it ends
                results.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(4):  # one of these reaches the stream's worker
            trap(gateway)
        until("it to serve again", lambda: gateway.chat("gpt").status_code == 200, 3)
        reader.join(10)
        assert not reader.is_alive(), "the stream hangs"
    [result] = results
    # Cut off, unless another worker had it.
    assert isinstance(result, Exception) or result[-1] == "data: [DONE]"
    until("the provider's streams to end", lambda: openai_mock.stats()["open_streams"] == 0)
    for _ in range(2):
        assert stream(gateway.client, chat_body("slow"), timeout=10).done
    # What a trapped VM had in flight is forgotten after a while; nothing else stays.
    lost = isinstance(result, Exception)
    until("no other request to be in flight", lambda: gateway.in_flight() <= lost)
