"""Requests and whole answers, by wrk."""

import json
import os
import subprocess
from pathlib import Path

from wrong import Wrong

PATH = "/v1/chat/completions"
_SCRIPT = Path(__file__).with_name("request.lua")
_ERRORS = ("connect", "read", "write", "status", "timeout")

# Quotes and line breaks: what a JSON parser has to work for.
_TEXT = 'The envoy asked: "What does it cost?"\nTwelve coins, said the dragoman, in two parts.\n'


def body(model: str, size: int, **members) -> bytes:
    """A chat request of exactly `size` bytes; long ones have many turns."""
    messages = [{"role": "system", "content": _TEXT}, {"role": "user", "content": ""}]
    request = {"model": model, "max_tokens": 1000, "temperature": 0.7, "messages": messages}
    request.update(members)
    turns = [{"role": "user", "content": _TEXT * 10}, {"role": "assistant", "content": _TEXT * 10}]
    room = len(json.dumps(turns))
    while size - len(json.dumps(request)) > 2 * room:
        messages[-1:-1] = turns
    missing = size - len(json.dumps(request))
    # Without quotes, for their escapes would be longer than they are.
    messages[-1]["content"] = ("And what is it in silver? " * (missing // 20 + 1))[:missing]
    return json.dumps(request).encode()


def run(port: int, body_file: Path, connections: int, seconds: int) -> dict:
    """One turn of load: `requests`, `per_s`, and the latency's `p50_ms`, `p95_ms`, `p99_ms`.

    Fails if any request failed.
    """
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--latency"]
    command += ["--duration", f"{seconds}s", "--timeout", "10s", "--script", str(_SCRIPT)]
    command.append(f"http://127.0.0.1:{port}{PATH}")
    done = subprocess.run(
        command,
        env={**os.environ, "BENCH_BODY": str(body_file)},
        capture_output=True,
        text=True,
        timeout=seconds + 20,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode != 0 or not lines:
        raise Wrong(f"wrk failed ({done.returncode}): {done.stdout}{done.stderr}")
    result = json.loads(lines[0].removeprefix("RESULT "))
    if any(result[name] for name in _ERRORS):
        raise Wrong(
            f"Not every request was answered with 2xx; {body_file.stem} on {connections} "
            f"connections: {result}."
        )
    if not result["requests"]:
        raise Wrong(
            f"No request was answered within {seconds} s; {body_file.stem} on {connections} "
            "connections: the machine is too busy, or give each turn more time with --seconds."
        )
    return {
        "requests": result["requests"],
        "per_s": result["requests"] / (result["us"] / 1e6),
        **{f"{name}_ms": result[f"{name}_us"] / 1e3 for name in ("p50", "p95", "p99")},
    }
