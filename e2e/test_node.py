"""Node as a client: the official OpenAI SDK, and HTTP/2. The tests are in node/."""

import os
import subprocess
from pathlib import Path

from harness.wait import until

NODE = Path(__file__).parent / "node"


def test_node_is_served_through_either_format(gateway, openai_mock, anthropic_mock):
    result = subprocess.run(
        ["node", "--test", "--test-reporter=spec"],
        cwd=NODE,
        env={**os.environ, "DRAGOMAN_URL": gateway.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "pass 15" in result.stdout, result.stdout
    for mock in (openai_mock, anthropic_mock):
        until(
            "the provider to see the stream cancelled",
            lambda mock=mock: mock.stats()["client_disconnects_mid_stream"] == 1,
        )
    until("no request to be in flight", lambda: gateway.in_flight() == 0)
