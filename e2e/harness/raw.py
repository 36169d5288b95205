"""HTTP/1.1 as bytes, for requests that no client library would send."""

import json
import re
import socket
from dataclasses import dataclass

TIMEOUT_S = 10.0


@dataclass
class RawResponse:
    status: int
    headers: dict[str, str]
    body: bytes
    """As it came, chunk sizes included."""

    def json(self) -> dict:
        body = self.body
        if self.headers.get("transfer-encoding") == "chunked":
            body = dechunk(body)
        return json.loads(body)


def dechunk(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + body[:length], body[length + 2 :]
    return whole


def request(
    method: str = "POST",
    path: str = "/v1/chat/completions",
    headers: list[tuple[bytes, bytes]] | None = None,
    body: bytes = b"",
    length: int | None = None,
) -> bytes:
    """The bytes of a request that asks for the connection to be closed after it."""
    lines = [
        f"{method} {path} HTTP/1.1".encode(),
        b"host: gateway.test",
        b"connection: close",
    ]
    names = {name.lower() for name, _ in headers or []}
    lines += [name + b": " + value for name, value in headers or []]
    if body and b"content-type" not in names:
        lines.append(b"content-type: application/json")
    if body and b"transfer-encoding" not in names or length is not None:
        lines.append(b"content-length: %d" % (len(body) if length is None else length))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def send(port: int, data: bytes, *, end: bool = False) -> RawResponse | None:
    """Sends `data` and reads the response, to the end of its body or of the connection.

    `end` closes our half after sending.

    `None` where the other side closed or reset the connection without a response.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it answered before it had read everything
        if end:
            connection.shutdown(socket.SHUT_WR)
        received = bytearray()
        while not _is_whole(received):
            try:
                part = connection.recv(65_536)
            except ConnectionResetError:
                break
            if not part:
                break
            received += part
    if not received:
        return None
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(":", 1) for line in lines[1:])
    headers = {name.lower(): value.strip() for name, value in pairs}
    return RawResponse(int(lines[0].split(" ")[1]), headers, body)


def _is_whole(received: bytearray) -> bool:
    """Envoy leaves a connection open for a second after an error, for the rest of the request."""
    head, blank, body = bytes(received).partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: (\d+)", head)
    return bool(blank and length) and len(body) >= int(length[1])
