"""What is measured, and in which order."""

import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

import load
import machine
import streams
from sides import BARE, SIDES, TARGET, TOKENS, TOKENS_PER_S, WORKERS, Side, Stage
from summary import summarize
from wrong import Wrong

SIZES = {"1 KB": 1_024, "100 KB": 102_400}
# Request and connections, in the order of measuring: the memory is read between the sizes.
SMALL = (("1 KB", 1), ("1 KB", 50), ("1 KB", 1_000))
LARGE = (("100 KB", 1), ("100 KB", 50))
# Its 100 MB have to be taken in before there are many answers: turns are longer.
LARGEST = ("100 KB", 1_000)
LARGEST_TIMES = 2
# At a time, where the first token is timed: few, to measure no queue.
STREAMS_TIMED = 8
# At a time, where CPU time is measured. 10,000 tokens per second together: far from what two cores
# can do, so that tokens come one by one.
STREAMS_COUNTED = 25


@dataclass(frozen=True)
class Settings:
    """How long to measure: 35 × rounds × seconds with `largest`, and the streams."""

    rounds: int
    seconds: int
    streams_each: int
    largest: bool


WHOLE = Settings(rounds=3, seconds=2, streams_each=3, largest=True)
QUICK = Settings(rounds=1, seconds=1, streams_each=1, largest=False)


def run(stage: Stage, folder: Path, settings: Settings) -> dict:
    """The results, as they go into `build/bench.json`. Times are ms, memory MB of 10^6 bytes."""
    bench = _Bench(stage, folder, settings)
    bench.probe()
    memory = bench.memory_of_target()
    mock = load.run(stage.mock.port, bench.body(BARE, "1 KB"), 50, settings.seconds)
    cells = [bench.whole_answers(*cell, settings.seconds) for cell in SMALL]
    first_token = bench.first_token()
    token_cpu = bench.token_cpu()
    cells += [bench.whole_answers(*cell, settings.seconds) for cell in LARGE]
    if settings.largest:
        cells.append(bench.whole_answers(*LARGEST, settings.seconds * LARGEST_TIMES))
    memory["after everything"] = bench.memory()
    return {
        "settings": {
            **asdict(settings),
            "workers": WORKERS,
            "tokens": TOKENS,
            "tokens_per_s": TOKENS_PER_S,
            "streams_timed": STREAMS_TIMED,
            "streams_counted": STREAMS_COUNTED,
        },
        "mock_alone_per_s": mock["per_s"],
        "cells": cells,
        "first_token": first_token,
        "token_cpu": token_cpu,
        "memory": memory,
    }


class _Bench:
    def __init__(self, stage: Stage, folder: Path, settings: Settings) -> None:
        self._stage, self._folder, self._settings = stage, folder, settings
        for side in SIDES:
            for name, size in SIZES.items():
                self.body(side, name).write_bytes(load.body(side.model, size))
            self.body(side, "stream").write_bytes(load.body(side.model, 1_024, stream=True))

    def body(self, side: Side, kind: str) -> Path:
        return self._folder / f"{side.key} {kind}.json"

    def probe(self) -> None:
        """Fails unless every side gives whole answers, on the way that it is meant to show."""
        for side in SIDES:
            loops = self._stage.loops()
            for kind in SIZES:
                self._ask(side, kind)
            took = self._stage.loops() - loops
            if took != (len(SIZES) if side.loops else 0):
                raise Wrong(f"{side.title}: {took} of {len(SIZES)} requests took the inner hop.")
            streams.run(self._stage.envoy(side).port, self.body(side, "stream"), 1, 1)

    def _ask(self, side: Side, kind: str) -> None:
        answer = httpx.post(
            f"http://127.0.0.1:{self._stage.envoy(side).port}{load.PATH}",
            content=self.body(side, kind).read_bytes(),
            headers={"authorization": "Bearer bench", "content-type": "application/json"},
            timeout=10,
        )
        usage = answer.json().get("usage", {})
        if answer.status_code != 200 or usage.get("completion_tokens") != TOKENS:
            raise Wrong(f"{side.title}, {kind}: {answer.status_code} {answer.text}")

    def memory_of_target(self) -> dict:
        """Of fresh Envoys, before and after the case that the target names, and nothing else."""
        memory = {"before load": self.memory()}
        for connections in (50, 1_000):
            _say(f"Memory after load on {connections:,} connections")
            for side in (BARE, TARGET):
                port = self._stage.envoy(side).port
                load.run(port, self.body(side, "1 KB"), connections, self._settings.seconds)
        memory["after load"] = self.memory()
        return memory

    def memory(self) -> dict:
        """Resident memory of both Envoys, now."""
        self._settle()
        bare, dragoman = (
            machine.resident_mb(envoy.pid) for envoy in (self._stage.bare, self._stage.dragoman)
        )
        return {"bare": bare, "dragoman": dragoman, "added": dragoman - bare}

    def whole_answers(self, size: str, connections: int, seconds: int) -> dict:
        """Requests per second, latency and CPU per request, of each side."""

        def turn(side: Side) -> dict:
            envoy = self._stage.envoy(side)
            if (size, connections) == LARGEST:
                # Opens the connections to the mock, which Envoy closes after a minute: under 100 MB
                # of requests the mock cannot accept so many at once.
                load.run(envoy.port, self.body(side, "1 KB"), connections, 1)
                self._settle()
            cpu = machine.cpu_s(envoy.pid)
            figures = load.run(envoy.port, self.body(side, size), connections, seconds)
            cpu = machine.cpu_s(envoy.pid) - cpu
            return {**figures, "cpu_us": cpu * 1e6 / figures["requests"]}

        rounds = self._rounds(f"{size} requests on {connections:,} connections", turn)
        measured = summarize(rounds, ("per_s", "p50_ms", "p95_ms", "p99_ms", "cpu_us"))
        return {"size": size, "connections": connections, "sides": measured}

    def first_token(self) -> dict:
        """Milliseconds to the first token."""

        def turn(side: Side) -> dict:
            streamed = self._streamed(side, STREAMS_TIMED)
            return {"p50_ms": statistics.median(streamed.first_token_s) * 1e3}

        return summarize(self._rounds("First tokens", turn), ("p50_ms",))

    def token_cpu(self) -> dict:
        """CPU time of Envoy per streamed token, µs."""

        def turn(side: Side) -> dict:
            envoy = self._stage.envoy(side)
            cpu = machine.cpu_s(envoy.pid)
            streamed = self._streamed(side, STREAMS_COUNTED)
            return {"cpu_us": (machine.cpu_s(envoy.pid) - cpu) * 1e6 / streamed.tokens}

        return summarize(self._rounds("Streamed tokens", turn), ("cpu_us",))

    def _streamed(self, side: Side, connections: int) -> streams.Streamed:
        return streams.run(
            self._stage.envoy(side).port,
            self.body(side, "stream"),
            connections,
            self._settings.streams_each,
        )

    def _rounds(self, what: str, turn: Callable[[Side], dict]) -> list[dict[str, dict]]:
        """Lets all sides take turns, in one order and then in the other."""
        rounds = []
        for number in range(self._settings.rounds):
            _say(f"{what}, round {number + 1} of {self._settings.rounds}")
            order = SIDES if number % 2 == 0 else SIDES[::-1]
            figures = {}
            for side in order:
                self._settle()
                figures[side.key] = turn(side)
            rounds.append(figures)
        for envoy in (self._stage.bare, self._stage.dragoman):
            envoy.check_statuses()
        return rounds

    def _settle(self) -> None:
        stage = self._stage
        machine.settle(stage.mock.pid, stage.bare.pid, stage.dragoman.pid)


def _say(step: str) -> None:
    print(f"==> {step}", file=sys.stderr, flush=True)
