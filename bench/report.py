"""The results as Markdown."""

from sides import BARE, SIDES, TARGET

# The targets, for 1 KB requests on two cores.
_MOST_ADDED_MS = 0.15
_LEAST_SHARE = 0.55
_MOST_ADDED_MB = 60
# A machine this busy before the start measures its other work too.
_BUSY = 0.5


def markdown(results: dict) -> str:
    parts = (_machine, _targets, _whole_answers, _streams, _memory)
    return "\n\n".join(part(results) for part in parts) + "\n"


def _machine(results: dict) -> str:
    machine, settings = results["machine"], results["settings"]
    text = (
        f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}; Envoy "
        f"{machine['envoy']} with {settings['workers']} workers; {machine['dragoman']}, plugin "
        f"{machine['plugin_bytes'] / 1e6:.1f} MB; {machine['date']}. Medians; "
        f"rounds: {settings['rounds']}, {settings['seconds']} s for each side; "
        f"{results['seconds']} s in all. "
        "Load, mock and Envoy share the machine. The mock alone: "
        f"{results['mock_alone_per_s']:,.0f} requests/s."
    )
    if machine["load"] > _BUSY:
        text += (
            f"\n\n**The machine was busy before the start (load {machine['load']:.1f}): these "
            "figures are not to be relied on.**"
        )
    return text


def targets(results: dict) -> list[dict]:
    """What was wanted, what was measured, and whether that is enough."""
    one, fifty = (_cell(results, "1 KB", connections)["sides"] for connections in (1, 50))
    added_ms = one[TARGET.key]["added"]["p50_ms"]
    share = fifty[TARGET.key]["share"]["per_s"]
    added_mb = results["memory"]["after load"]["added"]
    rows = (
        (
            f"added p50 at one connection ≤ {_MOST_ADDED_MS} ms",
            f"{added_ms:.3f} ms",
            added_ms <= _MOST_ADDED_MS,
        ),
        (
            f"requests/s at 50 connections ≥ {_LEAST_SHARE:.0%} of bare Envoy's",
            f"{share:.0%}",
            share >= _LEAST_SHARE,
        ),
        (
            f"memory above bare Envoy after load ≤ {_MOST_ADDED_MB} MB",
            f"{added_mb:.0f} MB",
            added_mb <= _MOST_ADDED_MB,
        ),
    )
    return [{"target": target, "measured": got, "met": met} for target, got, met in rows]


def _targets(results: dict) -> str:
    rows = [
        (row["target"], row["measured"], "met" if row["met"] else "**missed**")
        for row in results["targets"]
    ]
    return _table((f"Target: {TARGET.title}, 1 KB, one attempt planned", "measured", ""), rows)


def _cell(results: dict, size: str, connections: int) -> dict:
    wanted = (size, connections)
    return next(it for it in results["cells"] if (it["size"], it["connections"]) == wanted)


def _whole_answers(results: dict) -> str:
    rows = []
    for cell in results["cells"]:
        for side in SIDES:
            figures = cell["sides"][side.key]
            rows.append(
                (
                    cell["size"],
                    f"{cell['connections']:,}",
                    side.title,
                    f"{figures['per_s']:,.0f}",
                    "" if side == BARE else f"{figures['share']['per_s']:.0%}",
                    *(_figure(figures, name, 3) for name in ("p50_ms", "p95_ms", "p99_ms")),
                    _figure(figures, "cpu_us", 0),
                )
            )
    names = ("request", "connections", "", "requests/s", "of bare", "p50, ms", "p95, ms", "p99, ms")
    return _heading(
        f"Whole answers of {results['settings']['tokens']} tokens. Behind a plus sign: what "
        "Dragoman adds to the bare Envoy's latency, and to its CPU time.",
        _table((*names, "Envoy's CPU, µs/request"), rows),
    )


def _streams(results: dict) -> str:
    settings = results["settings"]
    rows = [
        (
            side.title,
            _figure(results["first_token"][side.key], "p50_ms", 3),
            _figure(results["token_cpu"][side.key], "cpu_us", 1),
        )
        for side in SIDES
    ]
    return _heading(
        f"Streams of {settings['tokens']} tokens at {settings['tokens_per_s']:,} tokens/s, 1 KB "
        f"requests. First token: {settings['streams_timed']} streams at a time; CPU: "
        f"{settings['streams_counted']} at a time.",
        _table(("", "first token p50, ms", "Envoy's CPU, µs/token"), rows),
    )


def _memory(results: dict) -> str:
    rows = [
        (when, f"{it['bare']:.0f}", f"{it['dragoman']:.0f}", f"{it['added']:+.0f}")
        for when, it in results["memory"].items()
    ]
    return _heading(
        f"Resident memory of Envoy. Load: {TARGET.title}, 1 KB, one attempt planned, on 50 and on "
        "1,000 connections. Everything: all of the above, four times as much of it for Dragoman.",
        _table(("", "bare, MB", "Dragoman, MB", "added, MB"), rows),
    )


def _figure(figures: dict, name: str, digits: int) -> str:
    if "added" in figures:
        return f"{figures['added'][name]:+.{digits}f}"
    return f"{figures[name]:.{digits}f}"


def _heading(text: str, table: str) -> str:
    return f"{text}\n\n{table}"


def _table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [names, tuple("---" for _ in names), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
