"""What becomes of the figures of several rounds."""

import statistics
from collections.abc import Callable

from sides import BARE, DRAGOMAN, SIDES


def summarize(rounds: list[dict[str, dict]], names: tuple[str, ...]) -> dict[str, dict]:
    """For each side the medians over the rounds, and all rounds. Dragoman's sides also have the
    medians of what they add to the bare Envoy of the same round, and of their share of it."""

    def over_rounds(figure: Callable[[dict[str, dict]], float]) -> float:
        return statistics.median(figure(figures) for figures in rounds)

    summary = {}
    for side in SIDES:
        key = side.key
        summary[key] = {name: over_rounds(lambda figures: figures[key][name]) for name in names}
        summary[key]["rounds"] = [figures[key] for figures in rounds]
    for side in DRAGOMAN:
        key = side.key
        summary[key]["added"] = {
            name: over_rounds(lambda figures: figures[key][name] - figures[BARE.key][name])
            for name in names
        }
        summary[key]["share"] = {
            name: over_rounds(lambda figures: figures[key][name] / figures[BARE.key][name])
            for name in names
        }
    return summary
