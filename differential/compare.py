"""Where two results differ, by meaning."""

import dataclasses
import json
import re

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
    "x-vertex-ai-llm-shared-request-type",
]

ABSENT = "(absent)"

GOOGLE = ("gemini", "vertex_ai")
# Members that say nothing when they are empty.
CONTAINERS = ("generationConfig", "images", "inferenceConfig", "options")
# Members of Google's format that hold names of the client's choosing.
CLIENTS = ("args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema", "labels")


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
        walk("body", *(tidy(side.body, case.provider) for side in (theirs, ours)), out)
    if isinstance(theirs, Answer):
        for name in ("choices", "usage", "model"):
            walk(name, getattr(theirs, name), getattr(ours, name), out)
    return out


def header(headers, name):
    value = headers.get(name, ABSENT)
    if name == "anthropic-beta" and value != ABSENT:
        return ",".join(sorted({part.strip() for part in value.split(",")}))
    return value


def tidy(body, provider):
    """Without what says nothing. A null says nothing anywhere; see `walk`."""
    if provider in GOOGLE:
        body = one_spelling(body)
    return {name: value for name, value in body.items() if (name, value) != ("stream", False)}


def one_spelling(value):
    """Google reads `max_output_tokens` as `maxOutputTokens`; LiteLLM writes both. What the client's own
    tools, schemas and results name stays as it is."""
    if isinstance(value, list):
        return [one_spelling(one) for one in value]
    if not isinstance(value, dict):
        return value
    spelled = {re.sub("_([a-z])", lambda letter: letter[1].upper(), name): one for name, one in value.items()}
    return {name: one if name in CLIENTS else one_spelling(one) for name, one in spelled.items()}


def walk(where, theirs, ours, out):
    theirs, ours = (ABSENT if side is None else side for side in (theirs, ours))
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in sorted({*theirs, *ours}):
            pair = [side.get(name) for side in (theirs, ours)]
            if name in CONTAINERS:
                pair = [one or None for one in pair]
            walk(f"{where}.{name}", *pair, out)
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
