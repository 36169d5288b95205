"""`dragoman run`: the tool keeps Envoy, and follows its configuration's changes."""

import os
from pathlib import Path

import httpx
import yaml

from .ports import free_port
from .process import Process
from .wait import until


class Run:
    """The tool on free ports."""

    def __init__(self, folder: Path, config: dict) -> None:
        self.port, self.admin_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._config_path = folder / "config.yaml"
        self.write(config)
        command = [os.environ["DRAGOMAN_BIN"], "run", str(self._config_path)]
        command += ["--port", str(self.port), "--admin-port", str(self.admin_port)]
        command += ["--workers", "2"]
        self.process = Process("run", command, folder)
        self.client = httpx.Client(base_url=self.url, timeout=30)
        until("the tool", self._is_ready, 30)

    def _is_ready(self) -> bool:
        if not self.process.is_running():
            raise RuntimeError(f"It ended by itself:\n{self.process.last_words()}")
        return self.client.get("/health/readiness").status_code == 200

    def write(self, config: dict) -> None:
        """Replaces the configuration, as an editor does."""
        draft = self._config_path.with_suffix(".new")
        draft.write_text(yaml.safe_dump(config, sort_keys=False))
        draft.rename(self._config_path)

    def models(self) -> set[str]:
        # A connection of its own: an old one still leads to the old configuration while it drains.
        answer = httpx.get(f"{self.url}/v1/models", timeout=10)
        return {entry["id"] for entry in answer.json()["data"]}

    def stop(self) -> None:
        self.client.close()
        self.process.stop()
