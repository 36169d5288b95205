"""The ready-made files of `envoy/`, and what Istio would make of them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose
from conftest import ENVOYS
from harness import istio
from harness.config import by_a_file, deployment
from harness.gateway import Gateway, chat_body
from harness.projected import Projected
from harness.sse import stream

READY_MADE = Path(__file__).parent.parent / "envoy"
NODE = Path(__file__).parent / "node"


def resources(path: Path) -> list[dict]:
    return list(yaml.safe_load_all(path.read_text()))


@pytest.mark.parametrize("envoy", ENVOYS)
@pytest.mark.parametrize("name", ["envoy.yaml", "compose/envoy.yaml"])
def test_every_envoy_accepts_the_ready_made_configuration(folder, envoy, name):
    place = folder("ready-made")
    shutil.copy(READY_MADE / name, place / "envoy.yaml")
    (place / "dragoman.wasm").symlink_to(os.environ["DRAGOMAN_WASM"])
    command = [os.environ[ENVOYS[envoy]], "--mode", "validate", "-c", "envoy.yaml", "-l", "warning"]
    result = subprocess.run(
        command, cwd=place, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "deprecated" not in result.stderr.lower(), result.stderr


def test_the_composition_fits_the_compose_specification_and_its_files_are_there():
    composition = PyCompose.from_yaml((READY_MADE / "compose/compose.yaml").read_text())
    composition.validate()
    text = composition.to_yaml()
    mounted = set(re.findall(r"\./([^:\s]+)", text))
    assert "envoy.yaml" in mounted
    # These two are copied by `dragoman render`.
    for name in mounted - {"dragoman", "dragoman.wasm"}:
        assert (READY_MADE / "compose" / name).is_file(), name


def test_istios_resources_fit_its_schemas():
    files = [path for path in (READY_MADE / "istio").glob("*.yaml") if path.name != "config.yaml"]
    found = [resource for path in files for resource in resources(path)]
    kinds = {resource["kind"] for resource in found}
    assert {"WasmPlugin", "EnvoyFilter", "ServiceEntry", "DestinationRule", "Gateway"} <= kinds
    result = subprocess.run(
        ["node", "istio-schema.mjs"],
        cwd=NODE,
        input=json.dumps(found),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


@pytest.fixture(scope="module")
def rendered(folder, openai_mock, anthropic_mock) -> Path:
    """Istio's files for the mocks, which Istio would know by name."""
    token = Projected(folder("token"), "projected.e2e.token")
    config = {
        "model_list": [
            by_a_file("file", openai_mock, token.path),
            deployment("gpt", "openai/gpt-4o", openai_mock),
            deployment("claude", "anthropic/claude-sonnet-4-5", anthropic_mock),
            deployment("broken", "openai/gpt-4o?fault=status:503", openai_mock),
            deployment("dies", "openai/gpt-4o?fault=reset-before-first", openai_mock),
        ],
        "router_settings": {
            "num_retries": 0,
            "fallbacks": [{"broken": ["claude"]}, {"dies": ["claude"]}],
        },
        "environment_variables": {"AZURE_AUTHORITY_HOST": openai_mock.url},
    }
    place = folder("istio")
    text = yaml.safe_dump(config).replace("127.0.0.1", "localhost")
    (place / "config.yaml").write_text(text)
    command = [os.environ["DRAGOMAN_BIN"], "render", "istio", "config.yaml", "-o", "."]
    subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=30)
    return place


@pytest.fixture(scope="module")
def start_istio(folder, rendered, openai_mock, anthropic_mock):
    """Starts a gateway with one of the EnvoyFilters: `start_istio(file, filters of Istio's own)`."""
    gateways = []

    def start(name: str, filters: list[dict]) -> Gateway:
        [envoy_filter] = resources(rendered / name)
        clusters = [cluster(openai_mock.port), cluster(anthropic_mock.port)]
        route = {
            "name": "dragoman",
            "match": {"prefix": "/"},
            "route": {"cluster": clusters[0]["name"], "timeout": "0s"},
        }
        envoy = istio.gateway(route, filters, clusters)
        istio.apply(envoy, envoy_filter, "{{WASM}}")
        listener = envoy["static_resources"]["listeners"][0]
        listener["address"]["socket_address"]["port_value"] = "{{PORT}}"
        address = {"address": "127.0.0.1", "port_value": "{{ADMIN_PORT}}"}
        envoy["admin"] = {"address": {"socket_address": address}}
        gateways.append(Gateway.from_envoy_config(folder("gateway"), yaml.safe_dump(envoy)))
        return gateways[-1]

    yield start
    for gateway in gateways:
        gateway.stop()


def cluster(port: int) -> dict:
    """As Istio makes it of a ServiceEntry."""
    name = f"outbound|{port}||localhost"
    address = {"socket_address": {"address": "localhost", "port_value": port}}
    endpoint = {"lb_endpoints": [{"endpoint": {"address": address}}]}
    return {
        "name": name,
        "type": "STRICT_DNS",
        "dns_lookup_family": "V4_ONLY",
        "load_assignment": {"cluster_name": name, "endpoints": [endpoint]},
    }


def test_the_envoyfilter_for_everything_makes_a_gateway_of_istios(start_istio):
    gateway = start_istio("envoyfilter-gateway.yaml", [])
    for model, provider in [("gpt", "openai"), ("claude", "anthropic"), ("file", "openai")]:
        answer = gateway.chat(model)
        assert f"Hello from {provider}" in answer.text, answer.text
    for model in ["broken", "dies"]:
        answer = stream(gateway.client, chat_body(model))
        assert answer.done, answer.raw
        assert answer.headers["x-dragoman-attempts"] == "2"
    large = gateway.chat("gpt", "x" * 5_000_000)
    assert large.status_code == 200, large.text[:300]
    assert gateway.metrics().sum("dragoman_requests_total") > 0


@pytest.mark.parametrize(
    "name",
    [
        "extensions.istio.io/wasmplugin/istio-system.dragoman",
        "extensions.istio.io/trafficextension/istio-system.dragoman~istio-translated-wasmplugin",
    ],
)
def test_the_envoyfilter_for_the_wasmplugin_completes_it(start_istio, name):
    # What istiod makes of the WasmPlugin.
    made = {"name": name, "config_discovery": {"type_urls": ["of no importance"]}}
    gateway = start_istio("envoyfilter-solo.yaml", [made])
    for model, provider in [("gpt", "openai"), ("claude", "anthropic"), ("file", "openai")]:
        answer = gateway.chat(model)
        assert f"Hello from {provider}" in answer.text, answer.text
        assert stream(gateway.client, chat_body(model)).done
    assert gateway.chat("broken").status_code == 503
    large = gateway.chat("gpt", "x" * 5_000_000)
    assert large.status_code == 200, large.text[:300]
