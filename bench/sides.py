"""What stands side by side: one mock provider, a bare Envoy, and an Envoy with Dragoman."""

import copy
import os
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml
from harness.config import deployment
from harness.gateway import render, with_ports
from harness.ports import free_port
from harness.process import Process
from harness.wait import until

from wrong import Wrong

WORKERS = 2
# Every answer has this many, streamed or not.
TOKENS = 200
# Of one stream. Slow enough for each token to be a write of its own, as it is with real providers.
TOKENS_PER_S = 400

OPENAI, ANTHROPIC = "openai/gpt-4.1-mini", "anthropic/claude-haiku-4-5"


@dataclass(frozen=True)
class Side:
    """One way of getting an answer. Clients send the same request to all, but for the model."""

    key: str
    title: str
    model: str
    loops: bool = False
    """Several attempts are planned, so requests take the internal hop that allows a retry."""


BARE = Side("bare", "bare Envoy", "gpt-4.1-mini")
# What the targets are about: translated, with a single planned attempt.
TARGET = Side("anthropic", "OpenAI → Anthropic", "anthropic")
DRAGOMAN = (
    Side("openai", "OpenAI → OpenAI", "openai"),
    Side("openai-fallback", "OpenAI → OpenAI, fallback planned", "openai-fallback", True),
    TARGET,
    Side("anthropic-fallback", "OpenAI → Anthropic, fallback planned", "anthropic-fallback", True),
)
SIDES = (BARE, *DRAGOMAN)


class Mock:
    """The provider. It keeps no record of requests, as the mocks of the end-to-end tests do: that
    would take its time."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [os.environ["DRAGOMAN_BIN"], "mock", "--listen", f"127.0.0.1:{self.port}"]
        command += ["--quiet", "--tokens", str(TOKENS), "--tps", str(TOKENS_PER_S)]
        self.process = Process("mock", command, folder)
        until("the mock", lambda: httpx.get(f"{self.url}/__mock/stats").is_success)

    @property
    def pid(self) -> int:
        return self.process.pid


class Envoy:
    """A running one."""

    def __init__(self, name: str, folder: Path, port: int, admin_port: int) -> None:
        command = [os.environ["DRAGOMAN_ENVOY"], "-c", "envoy.yaml", "-l", "warning"]
        command += ["--concurrency", str(WORKERS), "--disable-hot-restart"]
        self.name, self.port = name, port
        self.process = Process(name, command, folder, _environment())
        self._admin = httpx.Client(base_url=f"http://127.0.0.1:{admin_port}", timeout=10)
        until(name, self._is_ready, 30)

    def _is_ready(self) -> bool:
        return self._admin.get("/ready").status_code == 200

    @property
    def pid(self) -> int:
        return self.process.pid

    def stats(self, pattern: str) -> dict[str, int]:
        """Counters whose names match."""
        lines = self._admin.get("/stats", params={"filter": pattern}).text.splitlines()
        pairs = (line.rsplit(": ", 1) for line in lines)
        return {name: int(value) for name, value in pairs if value.isdigit()}

    def check_statuses(self) -> None:
        """Fails if a client has got anything but 2xx, since the start."""
        counts = self.stats(r"^http\.dragoman\.downstream_rq_[1345]xx$")
        if any(counts.values()):
            raise Wrong(f"{self.name} has answered with other statuses than 2xx: {counts}.")


@dataclass
class Stage:
    """All that is running."""

    mock: Mock
    bare: Envoy
    dragoman: Envoy

    def envoy(self, side: Side) -> Envoy:
        return self.bare if side == BARE else self.dragoman

    def loops(self) -> int:
        """Requests that have taken the internal hop."""
        return sum(self.dragoman.stats(r"^cluster\.dragoman_loop\.upstream_rq_total$").values())


def start(folder: Path) -> Stage:
    for name in ("mock", "bare", "dragoman"):
        (folder / name).mkdir()
    mock = Mock(folder / "mock")
    ports = free_port(), free_port()
    render(folder / "dragoman", with_ports(_config(mock), *ports))
    dragoman = Envoy("dragoman", folder / "dragoman", *ports)
    rendered = yaml.safe_load((folder / "dragoman" / "envoy.yaml").read_text())
    ports = free_port(), free_port()
    (folder / "bare" / "envoy.yaml").write_text(yaml.safe_dump(without_dragoman(rendered, *ports)))
    return Stage(mock, Envoy("bare", folder / "bare", *ports), dragoman)


def _config(mock: Mock) -> dict:
    return {
        "model_list": [
            deployment("openai", OPENAI, mock),
            deployment("openai-fallback", OPENAI, mock),
            deployment("anthropic", ANTHROPIC, mock),
            deployment("anthropic-fallback", ANTHROPIC, mock),
        ],
        "router_settings": {
            "num_retries": 0,
            "fallbacks": [{"openai-fallback": ["anthropic"]}, {"anthropic-fallback": ["openai"]}],
        },
        "dragoman": {"access_log": "off"},
    }


def without_dragoman(rendered: dict, port: int, admin_port: int) -> dict:
    """The same Envoy without the plugin and its loop: every request goes to the mock as it came."""
    config = copy.deepcopy(rendered)
    # The internal listeners' extension, and the labels of the plugin's metrics.
    del config["bootstrap_extensions"], config["stats_config"]
    config["admin"]["address"]["socket_address"]["port_value"] = admin_port
    static = config["static_resources"]
    [listener] = [it for it in static["listeners"] if "internal_listener" not in it]
    [cluster] = [it for it in static["clusters"] if it["name"] != "dragoman_loop"]
    static["listeners"], static["clusters"] = [listener], [cluster]
    listener["address"]["socket_address"]["port_value"] = port
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    [router] = [it for it in manager["http_filters"] if it["name"] == "envoy.filters.http.router"]
    manager["http_filters"] = [router]
    [host] = manager["route_config"]["virtual_hosts"]
    [entry] = host["routes"]
    del entry["route"]["cluster_header"], entry["route"]["retry_policy"]
    entry["route"]["cluster"] = cluster["name"]
    return config


def _environment() -> dict[str, str]:
    """Without the keys of the surroundings: a master key would turn the benchmark away."""
    prefixes = ("LITELLM_", "OPENAI_", "ANTHROPIC_", "AZURE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
