"""The differences that are as they should be: differential/allowed.txt.

    CASES | WHERE | WHO | WHY

CASES and WHERE are patterns (`*`, `?`; in CASES also `[ab]`); WHO is right: `dragoman`, `litellm` or `either`; WHY
is a sentence. The first line that fits counts.
"""

import dataclasses
import fnmatch
from pathlib import Path

FILE = "differential/allowed.txt"


@dataclasses.dataclass
class Line:
    number: int
    text: str
    cases: str
    where: str
    used: int = 0

    def fits(self, case, difference):
        # A `[0]` in a path is no choice of characters.
        where = self.where.replace("[", "[[]")
        return fnmatch.fnmatchcase(case.name, self.cases) and fnmatch.fnmatchcase(difference.where, where)


def read():
    lines = []
    path = Path(__file__).with_name("allowed.txt")
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        fields = [field.strip() for field in text.split(" | ")]
        if len(fields) != 4 or fields[2] not in ("dragoman", "litellm", "either") or not fields[3]:
            raise SystemExit(f"{FILE}:{number}: write CASES | WHERE | dragoman, litellm or either | WHY")
        lines.append(Line(number, text, fields[0], fields[1]))
    return lines
