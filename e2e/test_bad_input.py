"""Input that no client library would send. Each gets a clear error, and none harms the gateway."""

import json
import socket

import pytest
from harness import raw
from harness.config import deployment
from harness.gateway import chat_body
from harness.wait import until

GOOD = json.dumps(chat_body("gpt")).encode()
LIMIT = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock):
    return start_gateway(
        {
            "model_list": [
                deployment("gpt", "openai/gpt-4o", openai_mock),
                deployment("claude", "anthropic/claude-sonnet-4-5", anthropic_mock),
                deployment("broken", "openai/gpt-4o?fault=status:500", openai_mock),
            ],
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "fallbacks": [{"broken": ["claude"]}],
            },
            "dragoman": {"limits": {"max_request_body_bytes": LIMIT}},
        }
    )


@pytest.fixture(scope="module")
def small(start_gateway, openai_mock):
    """A gateway that takes little."""
    return start_gateway(
        {
            "model_list": [deployment("gpt", "openai/gpt-4o", openai_mock)],
            "dragoman": {"limits": {"max_request_body_bytes": 100_000}},
        }
    )


@pytest.fixture(autouse=True)
def the_gateway_lives_on(gateway):
    yield
    # On every worker: eight connections are more than there are workers.
    for _ in range(8):
        answer = raw.send(gateway.port, raw.request(body=GOOD))
        assert answer.status == 200
    assert gateway.crashes() == 0
    until("no request to be in flight", lambda: gateway.in_flight() == 0)


def refused(answer, status: int) -> dict:
    """The error of a refusal, in OpenAI's shape."""
    assert answer is not None, "the connection was closed without an answer"
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error" or status not in (400, 405, 413, 415)
    return error


def chat(gateway, body: bytes, **options):
    return raw.send(gateway.port, raw.request(body=body, **options))


@pytest.mark.parametrize(
    ("body", "words"),
    {
        "cut off": (b'{"model": "gpt", "messages": [', "line 1"),
        "not JSON": (b'{"model": "gpt",\n "messages": oops}', "line 2"),
        "plain text": (b"hello", "line 1"),
        "only spaces": (b"   ", "JSON"),
        "not UTF-8": (b'{"model": "gpt", "messages": "\xff\xfe"}', "UTF-8"),
        "a list": (b"[1, 2]", "object"),
        "null": (b"null", "object"),
        "two documents": (GOOD + GOOD, "line 1"),
        "deep lists": (
            b'{"model": "gpt", "messages": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            "deep",
        ),
        "deep objects": (
            b'{"model": "gpt", "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
            "deep",
        ),
        "no model": (b'{"messages": [{"role": "user", "content": "hi"}]}', "model"),
        "a number for the model": (b'{"model": 5, "messages": []}', "model"),
        "no messages": (b'{"model": "gpt"}', "messages"),
        "empty messages": (b'{"model": "gpt", "messages": []}', "messages"),
        "text for messages": (b'{"model": "gpt", "messages": "hi"}', "messages"),
        "a message of text": (b'{"model": "gpt", "messages": ["hi"]}', "messages[0]"),
        "no role": (b'{"model": "gpt", "messages": [{"content": "hi"}]}', "messages[0]"),
        "a wrong stream": (
            b'{"model": "gpt", "stream": "yes", "messages": [{"role": "user", "content": "hi"}]}',
            "stream",
        ),
        "a key twice": (
            b'{"model": "gpt", "model": "claude", "messages": [{"role": "user", "content": "hi"}]}',
            "model",
        ),
    }.values(),
    ids=lambda value: repr(value[:30]) if isinstance(value, bytes) else value,
)
def test_a_wrong_body_is_explained(gateway, body, words):
    assert words in refused(chat(gateway, body), 400)["message"]


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "9" * 400, "0." + "1" * 400, "18446744073709551616", "-0", "NaN"]
)
@pytest.mark.parametrize("member", ["temperature", "max_tokens", "seed", "x_unknown"])
def test_a_huge_number_is_an_answer_or_an_error(gateway, model, member, number):
    body = (
        GOOD.replace(b'"gpt"', b'"%s"' % model.encode())[:-1] + f', "{member}": {number}}}'.encode()
    )
    answer = chat(gateway, body)
    assert answer.status in (200, 400), answer.body
    if answer.status == 400:
        refused(answer, 400)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"content-type", b"text/plain")], 415),
        ([(b"content-type", b"multipart/form-data; boundary=x")], 415),
        ([(b"content-type", b"application/json"), (b"content-encoding", b"gzip")], 415),
        ([(b"content-type", b"application/json; charset=utf-8")], 200),
        ([(b"content-type", b"APPLICATION/JSON")], 200),
    ],
)
def test_the_content_type_is_checked(gateway, headers, status):
    answer = chat(gateway, GOOD, headers=headers)
    if status == 200:
        assert answer.status == 200
    else:
        refused(answer, status)


def test_a_wrong_method_is_told_the_right_one(gateway):
    for method, path, allowed in [
        ("GET", "/v1/chat/completions", "POST"),
        ("DELETE", "/v1/chat/completions", "POST"),
        ("POST", "/v1/models", "GET"),
    ]:
        answer = raw.send(gateway.port, raw.request(method, path))
        assert allowed in refused(answer, 405)["message"]
        assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/chat/completions", "/v1/nothing?x=1", "//", "/%00"]
)
def test_an_unknown_path_lists_what_there_is(gateway, path):
    answer = raw.send(gateway.port, raw.request("GET", path))
    if path == "/%00":
        assert answer.status in (400, 404)
    else:
        message = refused(answer, 404)["message"]
        assert "/v1/chat/completions" in message and "/v1/models" in message


def test_no_body_is_explained(gateway):
    assert "body" in refused(raw.send(gateway.port, raw.request(length=0)), 400)["message"]
    assert "body" in refused(raw.send(gateway.port, raw.request()), 400)["message"]


def test_chunked_bodies_are_read_whole(gateway):
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in GOOD) + b"0\r\n\r\n"
    headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
    assert chat(gateway, chunks, headers=headers).status == 200


@pytest.mark.parametrize(
    "body",
    [b'5\r\n{"mod', b'5\r\n{"mod\r\n0\r\n', b"zz\r\n{}\r\n0\r\n\r\n", b"5\r\n{}\r\n0\r\n\r\n"],
)
def test_a_broken_chunked_body_is_no_request(gateway, openai_mock, body):
    openai_mock.reset()
    headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
    answer = raw.send(gateway.port, raw.request(headers=headers, body=body), end=True)
    assert answer is None or answer.status == 400
    assert openai_mock.requests() == []


def test_a_body_shorter_than_announced_is_no_request(gateway, openai_mock):
    openai_mock.reset()
    answer = raw.send(gateway.port, raw.request(body=GOOD, length=len(GOOD) + 10), end=True)
    assert answer is None or answer.status == 400
    assert openai_mock.requests() == []


@pytest.mark.parametrize(
    "value", [b"\xff\xfe\x80", "münchen".encode(), "münchen".encode("latin-1"), b"\xc3", b"a\tb"]
)
@pytest.mark.parametrize("name", [b"x-note", b"user-agent", b"x-request-id", b"traceparent"])
def test_header_values_may_be_any_bytes(gateway, openai_mock, name, value):
    answer = chat(gateway, GOOD, headers=[(name, value), (b"content-type", b"application/json")])
    assert answer.status == 200, answer.body
    sent = openai_mock.last()
    assert "x-note" not in sent.headers and sent.headers["user-agent"].startswith("dragoman/")


@pytest.mark.parametrize(
    "line", [b"x-note: a\0b", b"x-no\0te: a", b": empty", b"no colon", b"x y: z", b"\xff: x"]
)
def test_broken_header_lines_are_refused(gateway, line):
    data = raw.request(body=GOOD).replace(b"host: ", line + b"\r\nhost: ", 1)
    answer = raw.send(gateway.port, data)
    assert answer is not None and answer.status in (400, 200)
    if b"\0" in line:
        assert answer.status == 400


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(small, openai_mock, chunked):
    openai_mock.reset()
    body = json.dumps(chat_body("gpt", "x" * 300_000)).encode()
    if chunked:
        headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
        pieces = [body[at : at + 50_000] for at in range(0, len(body), 50_000)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        answer = raw.send(small.port, raw.request(headers=headers, body=body))
    else:
        answer = raw.send(small.port, raw.request(body=body))
    assert "100000 bytes" in refused(answer, 413)["message"]
    assert openai_mock.requests() == []
    assert raw.send(small.port, raw.request(body=GOOD)).status == 200
    assert small.crashes() == 0


def test_a_body_just_within_the_limit_is_taken(small):
    frame = len(json.dumps(chat_body("gpt", "")).encode())
    body = json.dumps(chat_body("gpt", "x" * (100_000 - frame))).encode()
    assert len(body) == 100_000
    assert raw.send(small.port, raw.request(body=body)).status == 200


def test_twelve_megabytes_survive_a_fallback(gateway, anthropic_mock):
    picture = "A" * (12 * 1024 * 1024)
    content = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
    ]
    answer = gateway.chat("broken", content)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-dragoman-attempts"] == "2"
    sent = anthropic_mock.last().body
    assert sent["messages"][0]["content"][1]["source"]["data"] == picture


@pytest.mark.parametrize(
    "name",
    [
        "x-dragoman-session",
        "x-dragoman-cluster",
        "x-dragoman-retry",
        "x-dragoman-fault",
        "x-envoy-max-retries",
        "x-envoy-retry-on",
        "x-envoy-upstream-rq-timeout-ms",
        "x-envoy-attempt-count",
        "x-envoy-retriable-header-names",
        "x-envoy-hedge-on-per-try-timeout",
        "x-forwarded-proto",
    ],
)
def test_a_client_cannot_speak_in_dragomans_own_headers(gateway, openai_mock, anthropic_mock, name):
    openai_mock.reset()
    anthropic_mock.reset()
    for model, attempts in [("gpt", "1"), ("broken", "2")]:
        answer = gateway.client.post(
            "/v1/chat/completions", json=chat_body(model), headers={name: "1"}
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["x-dragoman-attempts"] == attempts
    for request in (*openai_mock.requests(), *anthropic_mock.requests()):
        assert name not in request.headers


def test_internal_headers_do_not_reach_the_client(gateway):
    for answer in (gateway.chat("gpt"), gateway.chat("broken"), gateway.chat("nobody")):
        for name in answer.headers:
            assert not name.startswith("x-envoy-")
            assert name not in ("x-dragoman-session", "x-dragoman-cluster", "x-dragoman-retry")


def test_a_client_that_leaves_before_its_body_is_whole_leaves_nothing_behind(gateway):
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
            connection.sendall(raw.request(body=GOOD, length=1000))


def test_a_body_that_waits_to_be_asked_for_is_asked_for(gateway):
    head = raw.request(body=GOOD, headers=[(b"expect", b"100-continue")])[: -len(GOOD)]
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(GOOD)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_a_connection_serves_on_after_an_error(gateway):
    for body in (b"{", GOOD, b"[]", GOOD):
        answer = gateway.client.post(
            "/v1/chat/completions", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == (200 if body == GOOD else 400)
