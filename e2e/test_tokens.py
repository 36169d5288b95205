"""Deployments that sign in with a token, which the plugin fetches itself."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ENVOYS
from harness.config import azure_application, by_a_file, deployment
from harness.dialects import VERTEX
from harness.projected import Projected
from harness.run import Run
from harness.wait import until

WORKERS = 2
FIRST, SECOND = "projected-1.e2e.token", "projected-2.e2e.token"
BEDROCK = "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0"


def azure(group, mock, secret):
    return azure_application(group, mock, "e2e", client_secret=secret)


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


# What takes several steps, or is asked for in words of its own.


def bedrock(group, mock, **params):
    return {
        "model_name": group,
        "litellm_params": {
            "model": BEDROCK,
            "api_base": mock.url,
            "aws_region_name": "eu-west-1",
            **params,
        },
    }


def external_account(mock, path):
    """Of Google: the file's token is exchanged, and the result for another account's."""
    account = "/v1/projects/-/serviceAccounts/a@b.test:generateAccessToken"
    return {
        "type": "external_account",
        "audience": "//iam.googleapis.com/e2e",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{mock.url}/v1/token",
        "credential_source": {"file": str(path)},
        "service_account_impersonation_url": f"{mock.url}{account}",
    }


@pytest.fixture(scope="module")
def provider(start_mock):
    return start_mock("provider")


@pytest.fixture(scope="module", params=ENVOYS)
def stepwise(request, start_gateway, provider, folder):
    """A gateway whose deployments sign in by a file, which is its `projected`."""
    projected = Projected(folder("token"), FIRST)
    gateway = start_gateway(
        {
            "model_list": [
                by_a_file(f"azure-{request.param}", provider, projected.path),
                bedrock(
                    "role",
                    provider,
                    aws_role_name="arn:aws:iam::1:role/e2e",
                    aws_web_identity_token=f"oidc/file/{projected.path}",
                    aws_sts_endpoint=provider.url,
                ),
                bedrock("container", provider),
                bedrock("machine", provider, aws_credentials="metadata"),
                deployment(
                    "google",
                    "vertex_ai/gemini-2.5-flash",
                    provider,
                    api_base=provider.url,
                    api_key="",
                    vertex_credentials=external_account(provider, projected.path),
                    **VERTEX,
                ),
                deployment("copilot", "github_copilot/gpt-4o", provider, api_key="ghu_e2e-user"),
                deployment("giga", "gigachat/GigaChat", provider, api_key="Z2lnYTplMmU="),
            ],
            "router_settings": {"num_retries": 0},
            "environment_variables": {
                "AZURE_AUTHORITY_HOST": provider.url,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{provider.url}/container/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(projected.path),
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": provider.url,
                "GITHUB_COPILOT_API_KEY_URL": f"{provider.url}/copilot_internal/v2/token",
                "GIGACHAT_AUTH_URL": f"{provider.url}/api/v2/oauth",
            },
        },
        envoy=os.environ[ENVOYS[request.param]],
        workers=WORKERS,
        flags=("-l", "warning", "--component-log-level", "wasm:debug"),
    )
    gateway.azure, gateway.projected = f"azure-{request.param}", projected
    return gateway


def test_a_file_that_kubernetes_replaces_is_read_anew(stepwise, provider):
    answer = stepwise.chat(stepwise.azure)
    assert answer.status_code == 200, answer.text
    calls = token_calls(provider, stepwise.azure)
    assert f"client_assertion={FIRST}" in calls[-1].text
    stepwise.projected.replace(SECOND)

    def shows_the_new_one():
        answer = stepwise.chat(stepwise.azure)
        assert answer.status_code == 200, answer.text
        return f"client_assertion={SECOND}" in token_calls(provider, stepwise.azure)[-1].text

    until("the new token to be shown", shows_the_new_one, 20)


def last_asked(gateway, provider, group):
    """The calls for a token that a gateway's first request leads to, and the request itself."""
    provider.reset()
    answer = gateway.chat(group)
    assert answer.status_code == 200, answer.text
    # Tokens that last three seconds are renewed meanwhile.
    *calls, asked = [it for it in provider.requests() if "/tenant-" not in it.path]
    return calls, asked


@pytest.mark.parametrize("group", ["role", "container", "machine"])
def test_temporary_keys_of_aws_sign(stepwise, provider, group):
    calls, asked = last_asked(stepwise, provider, group)
    assert "Credential=ASIAMOCK" in asked.headers["authorization"]
    assert asked.headers["x-amz-security-token"] == "mock-session-token"
    token = {FIRST, SECOND}
    match group:
        case "role":
            assert calls[-1].text.rsplit("=", 1)[1] in token
        case "container":
            assert calls[-1].headers["authorization"] in token
        case "machine":
            assert [call.method for call in calls] == ["PUT", "GET", "GET"]


def test_an_external_account_of_google_stands_for_another(stepwise, provider):
    calls, asked = last_asked(stepwise, provider, "google")
    exchange, impersonation = calls
    assert exchange.text.rsplit("=", 1)[1] in {FIRST, SECOND}
    assert impersonation.headers["authorization"].startswith("Bearer mock-token-")
    assert asked.headers["authorization"].startswith("Bearer mock-token-")
    assert asked.headers["authorization"] != impersonation.headers["authorization"]


@pytest.mark.parametrize(
    ("group", "shown"), [("copilot", "token ghu_e2e-user"), ("giga", "Basic Z2lnYTplMmU=")]
)
def test_a_key_is_exchanged_for_a_token(stepwise, provider, group, shown):
    calls, asked = last_asked(stepwise, provider, group)
    assert calls[-1].headers["authorization"] == shown
    if group == "giga":
        assert len(calls[-1].headers["rquid"]) == 36
    assert asked.headers["authorization"].startswith("Bearer mock-token-")


def test_clients_cannot_read_the_file(stepwise, provider):
    headers = {"x-dragoman-cluster": "dragoman_files", "x-dragoman-file": "1"}
    path = str(stepwise.projected.path)
    for method in ("GET", "POST"):
        answer = stepwise.client.request(method, path, headers=headers)
        assert answer.status_code == 404 and "projected" not in answer.text
    body = {"model": "giga", "messages": [{"role": "user", "content": "hi"}]}
    answer = stepwise.client.post("/v1/chat/completions", json=body, headers=headers)
    assert answer.status_code == 200 and "projected" not in answer.text
    assert "x-dragoman-file" not in provider.last().headers


def test_nothing_of_the_steps_shows(stepwise):
    dump = stepwise.admin.get("/config_dump").text
    for text in [stepwise.log(), str(stepwise.access_log()), str(stepwise.stats()), dump]:
        for secret in ("projected-", "mock-token", "mock-secret-key", "mock-session"):
            assert secret not in text
    assert stepwise.crashes() == 0


def test_a_running_gateway_takes_a_file_on(folder, provider):
    projected = Projected(folder("token"), FIRST)
    environment = {"AZURE_AUTHORITY_HOST": provider.url}
    plain = deployment("gpt", "openai/gpt-4o", provider)
    run = Run(folder("run"), {"model_list": [plain], "environment_variables": environment})
    try:
        models = [plain, by_a_file("added", provider, projected.path)]
        run.write({"model_list": models, "environment_variables": environment})
        until("the new model", lambda: "added" in run.models(), 30)
        body = {"model": "added", "messages": [{"role": "user", "content": "hi"}]}
        path = "/v1/chat/completions"
        until("its answer", lambda: run.client.post(path, json=body).status_code == 200, 30)
        assert f"client_assertion={FIRST}" in token_calls(provider, "added")[-1].text
    finally:
        run.stop()
