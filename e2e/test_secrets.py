"""Keys reach the provider they are for, and nobody else."""

import itertools

import pytest
from harness.config import deployment
from harness.gateway import chat_body
from harness.wait import until

MASTER = "sk-master-0d5fb2c1"
FOR_OPENAI = "sk-openai-5c1e77aa"
FOR_ANTHROPIC = "sk-anthropic-91b3d04e"
FOR_BROKEN = "sk-broken-3f60e8d2"
OF_A_STRANGER = "sk-stranger-77ac21b9"
PROMPT = "a prompt of sk-prompt-secret-6d9"
SECRETS = [MASTER, FOR_OPENAI, FOR_ANTHROPIC, FOR_BROKEN, OF_A_STRANGER]


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock):
    faults = ["status:401", "status:503", "reset", "malformed", "html"]
    return start_gateway(
        {
            "model_list": [
                # Once from the environment and once as it stands.
                deployment("gpt", "openai/gpt-4o", openai_mock, api_key="os.environ/E2E_KEY"),
                deployment(
                    "claude", "anthropic/claude-sonnet-4-5", anthropic_mock, api_key=FOR_ANTHROPIC
                ),
                *(
                    deployment(
                        fault, f"openai/gpt-4o?fault={fault}", openai_mock, api_key=FOR_BROKEN
                    )
                    for fault in faults
                ),
            ],
            "router_settings": {
                "num_retries": 0,
                "fallbacks": [{fault: ["claude"]} for fault in faults],
            },
            "general_settings": {"master_key": MASTER},
        },
        # The plugin's own words at their loudest.
        flags=("-l", "warning", "--component-log-level", "wasm:debug"),
        env={"E2E_KEY": FOR_OPENAI},
    )


@pytest.fixture(scope="module")
def traffic(gateway, openai_mock, anthropic_mock):
    """Everything that clients got."""
    right, wrong = (
        {"authorization": f"Bearer {MASTER}"},
        {"authorization": f"Bearer {OF_A_STRANGER}"},
    )
    got = []
    models = ["gpt", "claude", "status:401", "status:503", "reset", "malformed", "html", "nobody"]
    for model, headers in itertools.product(models, (right, wrong, {"x-api-key": MASTER}, {})):
        for streaming in (False, True):
            answer = gateway.client.post(
                "/v1/chat/completions",
                json=chat_body(model, PROMPT, stream=streaming),
                headers=headers,
            )
            got.append((model, headers, answer))
    for path in ("/v1/models", "/v1/models/nobody", f"/nowhere?key={OF_A_STRANGER}"):
        got.append((path, right, gateway.client.get(path, headers=right)))
    return got


def test_only_the_master_key_opens(traffic):
    for model, headers, answer in traffic:
        may = MASTER in str(headers)
        assert (answer.status_code == 401) != may or model == "status:401", (model, headers)


def test_no_answer_holds_a_secret(traffic):
    for model, _, answer in traffic:
        text = answer.text + str(answer.headers)
        assert not [secret for secret in SECRETS if secret in text], model


def test_each_provider_gets_its_own_key_and_no_other(traffic, openai_mock, anthropic_mock):
    for request in openai_mock.requests():
        broken = "fault=" in request.body["model"]
        key = FOR_BROKEN if broken else FOR_OPENAI
        assert request.headers["authorization"] == f"Bearer {key}"
        text = str(request).replace(key, "")
        assert not [secret for secret in SECRETS if secret in text]
    for request in anthropic_mock.requests():
        assert request.headers["x-api-key"] == FOR_ANTHROPIC
        text = str(request).replace(FOR_ANTHROPIC, "")
        assert not [secret for secret in SECRETS if secret in text]


def test_neither_log_nor_metrics_hold_a_secret_or_a_prompt(traffic, gateway):
    until("the access log", lambda: len(gateway.access_log()) >= len(traffic))
    places = {
        "Envoy's log": gateway.log(),
        "the access log": gateway.process.stdout(),
        "the metrics": gateway.metrics().text,
    }
    for place, text in places.items():
        for secret in (*SECRETS, "sk-prompt-secret"):
            at = text.find(secret)
            assert at < 0, f"{place} holds {secret}: …{text[max(0, at - 200) : at + 60]}"
