"""A process with its output in files, ended by its own id."""

import subprocess
from pathlib import Path

# Every process that is running, so that a failed test can show what they wrote.
running: list["Process"] = []

_SHOWN_BYTES = 6_000


class Process:
    """Started at once; `stop` ends it."""

    def __init__(
        self, name: str, command: list[str], folder: Path, env: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.stdout_path = folder / f"{name}.out"
        self.stderr_path = folder / f"{name}.err"
        with self.stdout_path.open("wb") as stdout, self.stderr_path.open("wb") as stderr:
            self._child = subprocess.Popen(
                command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
        running.append(self)

    @property
    def pid(self) -> int:
        return self._child.pid

    def is_running(self) -> bool:
        return self._child.poll() is None

    def stop(self) -> None:
        if self in running:
            running.remove(self)
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def stdout(self) -> str:
        return self.stdout_path.read_text(errors="replace")

    def stderr(self) -> str:
        return self.stderr_path.read_text(errors="replace")

    def last_words(self) -> str:
        return self.stderr()[-_SHOWN_BYTES:] or "(nothing)"
