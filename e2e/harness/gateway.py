"""A real Envoy with the plugin, configured by the product's own rendering."""

import json
import os
import subprocess
from pathlib import Path

import httpx
import yaml

from .metrics import Metrics
from .ports import free_port
from .process import Process
from .wait import until

READY_S = 30.0


class Gateway:
    """Envoy on free ports. `config` is a LiteLLM configuration as a dict; the ports are added."""

    def __init__(
        self,
        folder: Path,
        config: dict,
        *,
        envoy: str | None = None,
        wasm: str | None = None,
        workers: int = 2,
        flags: tuple[str, ...] = ("-l", "warning"),
        env: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self._use_ports()
        render(folder, with_ports(config, self.port, self.admin_port), wasm)
        self._start(envoy, workers, flags, env)

    @classmethod
    def from_envoy_config(cls, folder: Path, text: str, *, workers: int = 2) -> "Gateway":
        """With an Envoy configuration that was written by hand: `{{PORT}}`, `{{ADMIN_PORT}}` and
        `{{WASM}}` in it are filled in."""
        self = cls.__new__(cls)
        self.folder = folder
        self._use_ports()
        values = {
            "{{PORT}}": self.port,
            "{{ADMIN_PORT}}": self.admin_port,
            "{{WASM}}": os.environ["DRAGOMAN_WASM"],
        }
        for name, value in values.items():
            text = text.replace(name, str(value))
        (folder / "envoy.yaml").write_text(text)
        self._start(None, workers, ("-l", "warning"), None)
        return self

    def _use_ports(self) -> None:
        self.port, self.admin_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def _start(self, envoy, workers: int, flags, env) -> None:
        command = [
            envoy or os.environ["DRAGOMAN_ENVOY"],
            "-c",
            "envoy.yaml",
            "--concurrency",
            str(workers),
            # Several run at once; none restarts hot.
            "--disable-hot-restart",
            # The access log is read by the tests: let it not wait in a buffer.
            "--file-flush-interval-msec",
            "50",
            *flags,
        ]
        self.process = Process("envoy", command, self.folder, {**os.environ, **(env or {})})
        self.admin = httpx.Client(base_url=f"http://127.0.0.1:{self.admin_port}", timeout=10)
        self.client = httpx.Client(base_url=self.url, timeout=30)
        until("Envoy", self._is_ready, READY_S)

    def _is_ready(self) -> bool:
        if not self.process.is_running():
            raise RuntimeError(f"Envoy ended by itself:\n{self.process.last_words()}")
        return self.client.get("/health/readiness").status_code == 200

    def chat(self, model: str, content: str = "hi", **members) -> httpx.Response:
        """One chat completion."""
        return self.client.post("/v1/chat/completions", json=chat_body(model, content, **members))

    def metrics(self) -> Metrics:
        return Metrics(self.admin.get("/stats/prometheus").text)

    def stats(self) -> dict[str, int]:
        """Envoy's own counters and gauges, by their full names."""
        lines = self.admin.get("/stats?type=All").text.splitlines()
        pairs = (line.rsplit(": ", 1) for line in lines)
        return {name: int(value) for name, value in pairs if value.isdigit()}

    def crashes(self) -> int:
        """How often a VM of this Envoy had to be started anew, or is about to be."""
        reloads = sum(
            value
            for name, value in self.stats().items()
            if name.startswith("wasm.") and ".vm_reload" in name
        )
        return reloads + self.process.stderr().count("Uncaught RuntimeError")

    def in_flight(self) -> float:
        return self.metrics().sum("dragoman_in_flight")

    def log(self) -> str:
        return self.process.stderr()

    def access_log(self) -> list[dict]:
        lines = self.process.stdout().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def logged(self, call_id: str) -> dict:
        """The access log's line about a request."""
        return until(
            f"the access log to show {call_id}",
            lambda: next(
                (line for line in self.access_log() if line.get("call_id") == call_id), None
            ),
        )

    def stop(self) -> None:
        self.client.close()
        self.admin.close()
        self.process.stop()


def with_ports(config: dict, port: int, admin_port: int) -> dict:
    own = {"listen": f"127.0.0.1:{port}", "admin": f"127.0.0.1:{admin_port}"}
    return {**config, "dragoman": {**config.get("dragoman", {}), **own}}


def render(folder: Path, config: dict, wasm: str | None = None) -> None:
    """Writes `folder`/envoy.yaml, with the plugin beside it."""
    source = folder / "config.yaml"
    source.write_text(yaml.safe_dump(config, sort_keys=False))
    command = [os.environ["DRAGOMAN_BIN"], "render", "envoy", str(source), "-o", str(folder)]
    command += ["--wasm", wasm or os.environ["DRAGOMAN_WASM"]]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 0, f"The configuration was not rendered:\n{result.stderr}"


def chat_body(model: str, content: str = "hi", **members) -> dict:
    return {"model": model, "messages": [{"role": "user", "content": content}], **members}
