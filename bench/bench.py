"""Measures Dragoman beside a bare Envoy, on the same mock provider, and prints a Markdown table.

    make bench                      the whole run, under 6 minutes
    make bench ARGS=--quick         every measurement once, under a minute: does it work?
    make bench ARGS='--rounds 9'    more rounds, for figures to publish

What is measured is in `plan.py`, what stands side by side in `sides.py`, how load is made in
`load.py` (wrk) and `streams.py`, what is printed in `report.py`. The sides take turns in short
rounds, in one order and then in the other, and every figure is the median over the rounds of
Dragoman against the bare Envoy of the same round: a machine that slows down meanwhile slows both.

Reads DRAGOMAN_BIN, DRAGOMAN_WASM and DRAGOMAN_ENVOY; `make bench` sets them. Ends with 1, and
without a table, if any answer was not what it should have been. A missed target is a result.
"""

import argparse
import dataclasses
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Processes, ports and rendering are those of the end-to-end tests.
sys.path.append(str(ROOT / "e2e"))

from harness import process  # noqa: E402

import machine  # noqa: E402
import plan  # noqa: E402
import report  # noqa: E402
import sides  # noqa: E402
from wrong import Wrong  # noqa: E402


def main() -> int:
    settings = arguments()
    # SIGTERM as Ctrl-C: both stop what was started.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    began = time.monotonic()
    try:
        machine.allow_many_connections()
        with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder:
            results = measure(Path(folder), settings)
    except (Wrong, AssertionError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; everything that was started has been stopped.", file=sys.stderr)
        return 130
    results["seconds"] = round(time.monotonic() - began)
    results["targets"] = report.targets(results)
    output = ROOT / "build" / "bench.json"
    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps(results, indent=1) + "\n")
    print(report.markdown(results))
    print(f"The same as JSON: {output.relative_to(ROOT)}", file=sys.stderr)
    return 0


def arguments() -> plan.Settings:
    parser = argparse.ArgumentParser(description="Measure Dragoman beside a bare Envoy.")
    parser.add_argument("--quick", action="store_true", help="every measurement once and short")
    parser.add_argument("--rounds", type=int, help="turns of each side per measurement")
    parser.add_argument("--seconds", type=int, help="length of one turn, whole seconds")
    given = parser.parse_args()
    chosen = plan.QUICK if given.quick else plan.WHOLE
    changed = {name: getattr(given, name) for name in ("rounds", "seconds")}
    changed = {name: value for name, value in changed.items() if value is not None}
    if any(value < 1 for value in changed.values()):
        parser.error("--rounds and --seconds must be at least 1.")
    for name in ("DRAGOMAN_BIN", "DRAGOMAN_WASM", "DRAGOMAN_ENVOY"):
        if not os.environ.get(name):
            parser.error(f"{name} must name a file: run this with `make bench`.")
    return dataclasses.replace(chosen, **changed)


def measure(folder: Path, settings: plan.Settings) -> dict:
    described = machine.describe()
    try:
        stage = sides.start(folder)
        return {"machine": described, **plan.run(stage, folder, settings)}
    except Exception:
        for running in process.running:
            print(f"What {running.name} wrote: {running.last_words()}", file=sys.stderr)
        raise
    finally:
        for running in list(process.running):
            running.stop()


if __name__ == "__main__":
    sys.exit(main())
