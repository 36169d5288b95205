"""Event streams as a client that hides nothing sees them."""

import json
import time
from dataclasses import dataclass, field

import httpx


@dataclass
class Streamed:
    """A whole stream, or as much as came."""

    status: int
    headers: httpx.Headers
    events: list[dict] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When each event arrived, by the monotonic clock, in seconds."""
    done: bool = False
    """`[DONE]` came."""
    broken: bool = False
    """The connection ended in the middle of the body."""
    raw: bytes = b""

    @property
    def text(self) -> str:
        deltas = (choice["delta"] for event in self.chunks for choice in event["choices"])
        return "".join(delta.get("content") or "" for delta in deltas)

    @property
    def chunks(self) -> list[dict]:
        return [event for event in self.events if "choices" in event]

    @property
    def errors(self) -> list[dict]:
        return [event["error"] for event in self.events if "error" in event]

    @property
    def finish_reasons(self) -> list[str]:
        choices = (choice for event in self.chunks for choice in event["choices"])
        return [choice["finish_reason"] for choice in choices if choice.get("finish_reason")]


def stream(client: httpx.Client, body: dict, **options) -> Streamed:
    """Asks for a stream and reads all of it."""
    body = {**body, "stream": True}
    with client.stream("POST", "/v1/chat/completions", json=body, **options) as response:
        result = Streamed(response.status_code, response.headers)
        pending = b""
        try:
            for part in response.iter_raw():
                result.raw += part
                *lines, pending = (pending + part).split(b"\n")
                for line in lines:
                    _take(line, result)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            result.broken = True
    return result


def _take(line: bytes, result: Streamed) -> None:
    if not line.startswith(b"data: "):
        return
    data = line[len(b"data: ") :]
    if data == b"[DONE]":
        result.done = True
        return
    result.events.append(json.loads(data))
    result.times.append(time.monotonic())
