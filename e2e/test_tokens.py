"""Deployments that sign in with a token, which the plugin fetches itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.config import deployment

WORKERS = 2


def azure(group, mock, secret):
    """Signs in as an application, whose token endpoint the mock plays, too."""
    return deployment(
        group,
        "azure/gpt-4o",
        mock,
        api_base=mock.url,
        api_key="",
        tenant_id=f"tenant-{group}",
        client_id="e2e",
        client_secret=secret,
    )


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock):
    return start_gateway(
        {
            "model_list": [
                azure("alone", openai_mock, "client-secret-1"),
                azure("looped", openai_mock, "client-secret-2"),
                azure("crowded", openai_mock, "client-secret-3"),
                azure("wrong", openai_mock, "client-secret-refused"),
                azure("wrong-looped", openai_mock, "client-secret-refused-too"),
                deployment("gpt", "openai/gpt-4o", openai_mock),
            ],
            "router_settings": {
                "num_retries": 0,
                "fallbacks": [{"looped": ["gpt"]}, {"wrong-looped": ["gpt"]}],
            },
            "environment_variables": {"AZURE_AUTHORITY_HOST": openai_mock.url},
        },
        workers=WORKERS,
        flags=("-l", "warning", "--component-log-level", "wasm:debug"),
    )


def token_calls(mock, group):
    return [request for request in mock.requests() if f"tenant-{group}/" in request.path]


@pytest.mark.parametrize("group", ["alone", "looped"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_request_is_held_until_there_is_a_token(gateway, openai_mock, group, stream):
    answer = gateway.chat(group, "a prompt that must arrive whole", stream=stream)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-dragoman-attempts"] == "1"
    asked = openai_mock.last()
    assert asked.headers["authorization"].startswith("Bearer mock-token-")
    assert "api-key" not in asked.headers
    assert asked.body["messages"][0]["content"] == "a prompt that must arrive whole"


def test_all_that_wait_share_one_call_for_each_worker(gateway, openai_mock):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: gateway.chat("crowded"), range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert 1 <= len(token_calls(openai_mock, "crowded")) <= WORKERS


def test_without_a_token_the_client_learns_why(gateway):
    answer = gateway.chat("wrong")
    assert answer.status_code == 401
    assert "gave no token (status 401, invalid_client)" in answer.json()["error"]["message"]


def test_without_a_token_the_next_deployment_gets_its_turn(gateway):
    answer = gateway.chat("wrong-looped")
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-dragoman-attempts"] == "2"


def test_nothing_of_it_shows(gateway):
    for text in [gateway.log(), str(gateway.access_log()), str(gateway.stats())]:
        assert "client-secret" not in text
        assert "mock-token" not in text
    assert gateway.crashes() == 0
