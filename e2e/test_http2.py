"""What only HTTP/2 clients meet: trailers, and answers that end before their provider does."""

import json
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from harness.config import deployment
from harness.ports import free_port

SCRIPT = Path(__file__).parent / "node" / "http2-post.mjs"


def post(gateway, model: str, **members) -> dict:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], **members}
    result = subprocess.run(
        ["node", SCRIPT, gateway.url, json.dumps(body)],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def undecided():
    """A provider whose stream says that it failed, and then neither goes on nor ends."""
    server = socket.create_server(("127.0.0.1", free_port()))
    held = []

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            held.append(connection)
            connection.recv(65536)
            event = b'data: {"error": {"message": "overloaded", "code": 503}}\n\n'
            connection.sendall(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                b"transfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(event), event)
            )

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    server.close()
    for connection in held:
        connection.close()


@pytest.fixture(scope="module")
def two(start_gateway, openai_mock, undecided):
    """`alone` and `helped` fail without an end; `helped` has a fallback."""
    failing = {"model": "openai/gpt-4o", "api_base": undecided, "api_key": "sk-e2e"}
    return start_gateway(
        {
            "model_list": [
                {"model_name": "alone", "litellm_params": failing},
                {"model_name": "helped", "litellm_params": failing},
                deployment("gpt", "openai/gpt-4o", openai_mock),
            ],
            "router_settings": {"num_retries": 0, "fallbacks": [{"helped": ["gpt"]}]},
        }
    )


def test_a_request_with_trailers_is_answered(two):
    answer = post(two, "gpt")
    assert answer["status"] == 200
    assert "Hello from" in answer["text"]


def test_a_request_with_trailers_goes_through_the_loop(two):
    answer = post(two, "helped", stream=True)
    assert answer["status"] == 200
    assert answer["text"].endswith("data: [DONE]\n\n")


def test_a_failure_is_answered_at_once_though_the_provider_does_not_end(two):
    answer = post(two, "alone", stream=True)
    assert answer["status"] == 503
    assert "overloaded" in json.loads(answer["text"])["error"]["message"]
