"""Where two results differ, by meaning."""

import dataclasses
import json

from .result import Answer, Failure, NoWord, Request

# Headers that say something to a provider.
HEADERS = [
    "anthropic-beta",
    "anthropic-version",
    "api-key",
    "authorization",
    "content-type",
    "openai-organization",
    "x-api-key",
    "x-goog-api-key",
    "x-snowflake-authorization-token-type",
]

ABSENT = "(absent)"


@dataclasses.dataclass
class Difference:
    # `url`, `header.api-key`, `body.messages[0].content`, `choices[0].content`, `usage.…`, or one of
    # `litellm-refuses`, `dragoman-refuses`, `litellm-fails`, `status`, `about`.
    where: str
    theirs: object
    ours: object


def differences(case, theirs, ours):
    if isinstance(theirs, NoWord):
        return [Difference("litellm-fails", theirs.message, short(ours))]
    if isinstance(theirs, Failure) and isinstance(ours, Failure):
        pairs = [("status", theirs.status, ours.status), ("about", theirs.about, ours.about)]
        return [Difference(*pair) for pair in pairs if None not in pair and pair[1] != pair[2]]
    if isinstance(theirs, Failure):
        return [Difference("litellm-refuses", theirs.message[:200], short(ours))]
    if isinstance(ours, Failure):
        return [Difference(f"dragoman-refuses.{ours.message.split(':')[0]}", short(theirs), ours.message)]
    out = []
    if isinstance(theirs, Request):
        if theirs.url != ours.url:
            out.append(Difference("url", theirs.url, ours.url))
        for name in HEADERS:
            pair = [header(side.headers, name) for side in (theirs, ours)]
            if pair[0] != pair[1]:
                out.append(Difference(f"header.{name}", *pair))
        walk("body", tidy(theirs.body), tidy(ours.body), out)
    if isinstance(theirs, Answer):
        for name in ("choices", "usage", "model"):
            walk(name, getattr(theirs, name), getattr(ours, name), out)
    return out


def header(headers, name):
    value = headers.get(name, ABSENT)
    if name == "anthropic-beta" and value != ABSENT:
        return ",".join(sorted({part.strip() for part in value.split(",")}))
    return value


def tidy(body):
    """Without what says nothing. A null says nothing anywhere; see `walk`."""
    return {name: value for name, value in body.items() if (name, value) != ("stream", False)}


def walk(where, theirs, ours, out):
    theirs, ours = (ABSENT if side is None else side for side in (theirs, ours))
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in sorted({*theirs, *ours}):
            walk(f"{where}.{name}", theirs.get(name, ABSENT), ours.get(name, ABSENT), out)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, pair in enumerate(zip(theirs, ours, strict=True)):
            walk(f"{where}[{index}]", *pair, out)
    elif not same(theirs, ours):
        out.append(Difference(where, short(theirs), short(ours)))


def same(theirs, ours):
    if isinstance(theirs, str) and isinstance(ours, str) and theirs.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(theirs) == json.loads(ours)
        except ValueError:
            return theirs == ours
    return theirs == ours and isinstance(theirs, bool) == isinstance(ours, bool)


def short(value):
    text = value if isinstance(value, str) else json.dumps(value, default=lambda one: vars(one))
    return text if len(text) < 300 else text[:300] + "…"
