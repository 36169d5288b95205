"""Streamed answers, by a small client of our own: wrk cannot tell when the first token came.

It does the same for every side, so that what it takes itself cancels out in the differences.
"""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness.raw import dechunk

from load import PATH
from sides import TOKENS, TOKENS_PER_S
from wrong import Wrong

# How long a stream takes, and how long it may.
STREAM_S = TOKENS / TOKENS_PER_S
_TIMEOUT_S = 10.0
# So does each token begin in an OpenAI stream of the mock, through every side.
_TOKEN = b'"content":"tok '


@dataclass
class Streamed:
    """One turn of load."""

    first_token_s: list[float] = field(default_factory=list)
    """For each stream, from its request to its first token."""

    @property
    def tokens(self) -> int:
        return TOKENS * len(self.first_token_s)


def run(port: int, body_file: Path, connections: int, streams_each: int) -> Streamed:
    """So many streams on each connection, one after another; the connections begin spread over the
    length of a stream, so that first tokens do not wait for each other. Fails if any stream was
    not whole."""
    result = Streamed()
    try:
        asyncio.run(_run(port, _request(body_file.read_bytes()), connections, streams_each, result))
    except TimeoutError:
        raise Wrong(f"A stream from port {port} did not end within {_TIMEOUT_S} s.") from None
    return result


def _request(body: bytes) -> bytes:
    lines = (
        f"POST {PATH} HTTP/1.1",
        "host: gateway.test",
        "authorization: Bearer bench",
        "content-type: application/json",
        f"content-length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _run(
    port: int, request: bytes, connections: int, streams_each: int, into: Streamed
) -> None:
    loop = asyncio.get_running_loop()

    async def repeat(delay_s: float) -> None:
        _, connection = await loop.create_connection(_Connection, "127.0.0.1", port)
        await asyncio.sleep(delay_s)
        for _ in range(streams_each):
            whole = connection.ask(request)
            into.first_token_s.append(await asyncio.wait_for(whole, _TIMEOUT_S))
        connection.transport.close()

    delays = (STREAM_S * number / connections for number in range(connections))
    await asyncio.gather(*(repeat(delay_s) for delay_s in delays))


class _Connection(asyncio.Protocol):
    """Does little per read, for the reads are one per token."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._whole: asyncio.Future | None = None

    def ask(self, request: bytes) -> asyncio.Future:
        """Becomes the seconds to the first token, when the stream has ended."""
        self._received = bytearray()
        self._first: float | None = None
        self._whole = asyncio.get_running_loop().create_future()
        self._asked = time.perf_counter()
        self.transport.write(request)
        return self._whole

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._first is None and _TOKEN in self._received:
            self._first = time.perf_counter()
        if data.endswith(b"\r\n0\r\n\r\n") or self._received.endswith(b"\r\n0\r\n\r\n"):
            self._ended()

    def connection_lost(self, _: Exception | None) -> None:
        if self._whole and not self._whole.done():
            self._whole.set_exception(Wrong(f"A stream broke off after {bytes(self._received)}."))

    def _ended(self) -> None:
        head, _, body = bytes(self._received).partition(b"\r\n\r\n")
        body = dechunk(body) if body else b""
        tokens = body.count(_TOKEN)
        if not head.startswith(b"HTTP/1.1 200 ") or tokens != TOKENS or b"[DONE]" not in body:
            answer = f"{head.decode('latin-1')}\n\n{body[-1000:].decode('latin-1')}"
            self._whole.set_exception(
                Wrong(f"A stream had {tokens} tokens and not {TOKENS}, or no end: {answer}")
            )
            return
        self._whole.set_result(self._first - self._asked)
