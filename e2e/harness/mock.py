"""The mock provider: `dragoman mock`."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import httpx

from .ports import free_port
from .process import Process
from .wait import until


@dataclass
class Recorded:
    """A request as the provider got it."""

    method: str
    path: str
    headers: dict[str, str]
    text: str
    received_ms: int

    @property
    def body(self) -> dict:
        return json.loads(self.text)


class Mock:
    """One mock process; `name` is how its answers call it."""

    def __init__(self, folder: Path, name: str, *flags: str) -> None:
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [os.environ["DRAGOMAN_BIN"], "mock", "--listen", f"127.0.0.1:{self.port}"]
        self.process = Process(
            f"mock-{name}", [*command, "--name", name, "--record", "--quiet", *flags], folder
        )
        self._admin = httpx.Client(base_url=f"{self.url}/__mock", timeout=10)
        until(f"the mock {name}", self.stats)

    def stats(self) -> dict[str, int]:
        return self._admin.get("/stats").json()

    def requests(self) -> list[Recorded]:
        return [
            Recorded(
                entry["method"],
                entry["path"],
                entry["headers"],
                entry["body"],
                entry["received_ms"],
            )
            for entry in self._admin.get("/requests").json()
        ]

    def last(self) -> Recorded:
        return self.requests()[-1]

    def reset(self) -> None:
        """Forgets the recorded requests, and how often `fail_first` has failed."""
        self._admin.post("/reset")

    def stop(self) -> None:
        self._admin.close()
        self.process.stop()
