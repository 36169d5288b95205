"""Mocks and gateways, and what their processes wrote when a test fails."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness import process
from harness.config import deployment, priced
from harness.gateway import Gateway
from harness.mock import Mock

# The Envoys that are tested, oldest first.
ENVOYS = {
    "oldest": "DRAGOMAN_ENVOY_OLDEST",
    "between": "DRAGOMAN_ENVOY_BETWEEN",
    "newest": "DRAGOMAN_ENVOY",
}

# Variables of the surroundings would lead the clients elsewhere.
for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
    os.environ.pop(name, None)
os.environ["NO_PROXY"] = "*"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for running in process.running:
            report.sections.append((f"what {running.name} wrote", running.last_words()))
    return report


@pytest.fixture(scope="module")
def folder(tmp_path_factory, request) -> Callable[[str], Path]:
    """Makes an empty folder."""
    return lambda name: tmp_path_factory.mktemp(name)


@pytest.fixture(scope="module")
def start_mock(folder) -> Iterator[Callable[..., Mock]]:
    """Starts a mock that lives as long as the test module: `start_mock(name, *flags)`."""
    mocks: list[Mock] = []

    def start(name: str, *flags: str) -> Mock:
        mocks.append(Mock(folder(name), name, *flags))
        return mocks[-1]

    yield start
    for mock in mocks:
        mock.stop()


@pytest.fixture(scope="module")
def start_gateway(folder) -> Iterator[Callable[..., Gateway]]:
    """Starts a gateway that lives as long as the test module: `start_gateway(config, …)`."""
    gateways: list[Gateway] = []

    def start(config: dict, **options) -> Gateway:
        gateways.append(Gateway(folder("gateway"), config, **options))
        return gateways[-1]

    yield start
    for gateway in gateways:
        gateway.stop()


@pytest.fixture(scope="module")
def openai_mock(start_mock) -> Mock:
    return start_mock("openai")


@pytest.fixture(scope="module")
def anthropic_mock(start_mock) -> Mock:
    return start_mock("anthropic")


@pytest.fixture(scope="module")
def gateway(start_gateway, openai_mock, anthropic_mock) -> Gateway:
    """`gpt` and `claude`, each on a mock of its own."""
    return start_gateway(
        {
            "model_list": [
                priced("gpt", "openai/gpt-4o", openai_mock, api_key="sk-for-openai"),
                priced(
                    "claude",
                    "anthropic/claude-sonnet-4-5",
                    anthropic_mock,
                    api_key="sk-for-anthropic",
                ),
                # The mock does what the name says: these fail in their provider's own words.
                *(
                    deployment(
                        f"{group}-{status}", f"{model}?fault=status:{status}&retry-after=7", mock
                    )
                    for status in (400, 401, 403, 404, 408, 413, 422, 429, 500, 503, 529)
                    for group, model, mock in (
                        ("gpt", "openai/gpt-4o", openai_mock),
                        ("claude", "anthropic/claude-sonnet-4-5", anthropic_mock),
                    )
                ),
                deployment("gpt-late", "openai/gpt-4o?latency=5000", openai_mock),
                deployment(
                    "claude-late", "anthropic/claude-sonnet-4-5?latency=5000", anthropic_mock
                ),
                priced("gpt-slow", "openai/gpt-4o?tps=20&tokens=200", openai_mock),
                priced(
                    "claude-slow", "anthropic/claude-sonnet-4-5?tps=20&tokens=200", anthropic_mock
                ),
            ],
            "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        }
    )


@pytest.fixture(params=["gpt", "claude"])
def model(request) -> str:
    """The same through either format."""
    return request.param


@pytest.fixture
def provider(model, openai_mock, anthropic_mock) -> Mock:
    """The mock behind `model`, with a clean record."""
    mock = openai_mock if model == "gpt" else anthropic_mock
    mock.reset()
    return mock
