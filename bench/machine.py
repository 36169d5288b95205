"""The machine that the figures belong to, and what the kernel says of a process."""

import datetime
import os
import platform
import resource
import subprocess
import time
from pathlib import Path

from wrong import Wrong

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")

# 1,000 connections cost Envoy 2,000 descriptors, and some stay open between two turns.
_DESCRIPTORS = 8_192


def describe() -> dict:
    # "… version: COMMIT/1.40.0/Clean/RELEASE/BoringSSL"
    envoy = _says(os.environ["DRAGOMAN_ENVOY"], "--version").split("/")
    if "RELEASE" not in envoy:
        raise Wrong("This Envoy is not a release build.")
    cpuinfo = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "envoy": next(part for part in envoy if part[:1].isdigit() and "." in part),
        "dragoman": _says(os.environ["DRAGOMAN_BIN"], "--version"),
        "plugin_bytes": Path(os.environ["DRAGOMAN_WASM"]).stat().st_size,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        # Over the last minute, before anything was started.
        "load": os.getloadavg()[0],
    }


def _says(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    return result.stdout.strip()


def allow_many_connections() -> None:
    """For this process and all that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < _DESCRIPTORS:
        raise Wrong(f"A process may open {most} files here; raise the limit to {_DESCRIPTORS}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, most))


def cpu_s(pid: int) -> float:
    """CPU time of all threads of a process, user and system, seconds; the kernel counts in ticks
    of 10 ms."""
    # After the name, which may hold spaces: state is field 3, utime 14, stime 15 (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def resident_mb(pid: int) -> float:
    """Memory of a process that is in RAM (VmRSS), MB of 10^6 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise Wrong(f"The kernel does not tell the memory of process {pid}.")


def settle(*pids: int) -> None:
    """Waits until the processes have finished with what the last turn left them, 3 s at most."""
    deadline = time.monotonic() + 3
    before = [cpu_s(pid) for pid in pids]
    while time.monotonic() < deadline:
        time.sleep(0.1)
        now = [cpu_s(pid) for pid in pids]
        # One tick may be the end of one that began before.
        if all(b - a <= 1.5 / _TICKS_PER_S for a, b in zip(before, now)):
            return
        before = now
