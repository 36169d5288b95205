"""Prometheus text as numbers."""

import re

_LINE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """One reading of `/stats/prometheus`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._series: list[tuple[str, dict[str, str], float]] = []
        for line in text.splitlines():
            if found := _LINE.match(line):
                labels = dict(_LABEL.findall(found["labels"] or ""))
                self._series.append((found["name"], labels, float(found["value"])))

    def names(self) -> set[str]:
        return {name for name, _, _ in self._series}

    def series(self, name: str, **labels: str) -> list[tuple[dict[str, str], float]]:
        """The series of `name` that carry all of `labels`."""
        return [
            (found, value)
            for known, found, value in self._series
            if known == name and labels.items() <= found.items()
        ]

    def sum(self, name: str, **labels: str) -> float:
        return sum(value for _, value in self.series(name, **labels))
