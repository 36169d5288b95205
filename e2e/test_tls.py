"""Providers behind TLS, as the real ones are: the certificate, the name in it, HTTP/2."""

import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.sse import stream
from harness.tls import Authority, TlsFront

# By name, Envoy checks the name; by address, the address.
HOSTS = {"name": "localhost", "address": "127.0.0.1"}
OFFERED = {"http1": ("http/1.1",), "http2": ("h2", "http/1.1")}


@pytest.fixture(scope="module")
def authority(folder) -> Authority:
    return Authority(folder("authority"))


@pytest.fixture(scope="module")
def fronts(folder, authority, openai_mock):
    """One for each protocol, and some that nobody should talk to."""
    identity = authority.issue("localhost", "127.0.0.1")
    chosen = {name: (identity, offered) for name, offered in OFFERED.items()}
    stranger = Authority(folder("stranger")).issue("localhost", "127.0.0.1")
    chosen["stranger"] = (stranger, OFFERED["http1"])
    chosen["misnamed"] = (authority.issue("elsewhere.test"), OFFERED["http1"])
    started = {
        name: TlsFront(folder(name), openai_mock, identity, offered)
        for name, (identity, offered) in chosen.items()
    }
    yield started
    for front in started.values():
        front.stop()


@pytest.fixture(scope="module")
def gateway(start_gateway, fronts, authority, openai_mock):
    def behind(group: str, front: str, host: str, model: str = "gpt-4o") -> dict:
        base = f"{fronts[front].url(host)}/v1"
        entry = deployment(group, f"openai/{model}", openai_mock)
        entry["litellm_params"]["api_base"] = base
        return entry

    untrusted = ["stranger", "misnamed"]
    return start_gateway(
        {
            "model_list": [
                *(
                    behind(f"{protocol}-{host}", protocol, address)
                    for protocol in OFFERED
                    for host, address in HOSTS.items()
                ),
                *(
                    behind(f"{name}-{host}", name, address)
                    for name in untrusted
                    for host, address in HOSTS.items()
                ),
                *(behind(f"{name}-rescued", name, "localhost") for name in untrusted),
                # Several fail, then one answers, all over TLS.
                behind("dies", "http2", "localhost", "gpt-4o?fault=reset"),
            ],
            "router_settings": {
                "num_retries": 0,
                "disable_cooldowns": True,
                "fallbacks": [
                    *({f"{name}-rescued": ["http2-name"]} for name in untrusted),
                    {"dies": ["http1-name"]},
                ],
            },
            "dragoman": {"ca_file": str(authority.ca_file)},
        }
    )


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("protocol", OFFERED)
def test_a_provider_is_spoken_to_in_the_best_protocol_that_it_offers(
    gateway, fronts, protocol, host
):
    before = fronts[protocol].requests(f"{protocol}_total")
    assert gateway.chat(f"{protocol}-{host}").status_code == 200
    answer = stream(gateway.client, chat_body(f"{protocol}-{host}"))
    assert answer.done and answer.text
    assert fronts[protocol].requests(f"{protocol}_total") == before + 2


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("front", ["stranger", "misnamed"])
def test_a_provider_with_a_wrong_certificate_gets_no_request(gateway, openai_mock, front, host):
    openai_mock.reset()
    answer = gateway.chat(f"{front}-{host}")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "upstream_unavailable"
    assert openai_mock.requests() == []


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("group", ["stranger-rescued", "misnamed-rescued", "dies"])
def test_what_fails_behind_tls_is_rescued_behind_tls(gateway, group, streaming):
    answer = gateway.chat(group, stream=streaming)
    assert answer.status_code == 200
    assert answer.headers["x-dragoman-attempts"] == "2"
