"""Dragoman: the tool's `translate batch`, every case in one process."""

import base64
import json
import os
import subprocess

from . import answer
from .result import Failure, Request

CODES = {"context_length_exceeded": "context_window", "content_policy_violation": "content_policy"}


def call(*arguments, text=""):
    command = [os.environ["DRAGOMAN_BIN"], *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, env={}, check=True)
    return done.stdout


def rows():
    """The catalogue."""
    return json.loads(call("providers", "--json"))


def names(rows):
    """The names under which providers are spoken to."""
    return {name for row in rows for name in [row["name"], *row["aliases"]]}


def addressed(rows):
    """The names of those that speak OpenAI's format at an address of their own."""
    bases = {row["name"]: row["base_url"] for row in rows if row["dialect"] == "open-ai" and not row["models"]}
    return [name for name, base in bases.items() if base and "{" not in base]


def run(cases):
    lines = "".join(json.dumps(line(case)) + "\n" for case in cases)
    out = call("translate", "batch", text=lines).splitlines()
    return {case.name: result(case, json.loads(text)) for case, text in zip(cases, out, strict=True)}


def line(case):
    out = {"id": case.name, "direction": case.kind, "to": case.to, "params": case.all_params, "body": case.body}
    out["body"] = {"model": "m", **case.body}
    if case.kind == "response":
        out["status"] = case.status
        out["headers"] = {"content-type": case.content_type}
        out["b64"] = base64.b64encode(case.answer).decode()
    return out


def result(case, out):
    if "request" in out:
        sent = out["request"]
        return Request(sent["url"], sent["headers"], sent["body"])
    if "error" in out:
        return failure(out["error"]["status"], out["error"]["body"], case.kind == "request")
    if "sse" in out:
        return stream(out["sse"])
    if out["status"] >= 400:
        return failure(out["status"], out["json"], False)
    return answer.whole(out["json"])


def stream(text):
    events = [line[len("data: ") :] for line in text.split("\n") if line.startswith("data: ")]
    chunks = [json.loads(event) for event in events if event != "[DONE]"]
    for chunk in chunks:
        if chunk.get("error"):
            return failure(None, chunk, False)
    return answer.chunks(chunks)


def failure(status, body, of_request):
    error = body.get("error") or {}
    about = CODES.get(error.get("code"), "parameter" if of_request and error.get("param") else "")
    return Failure(status, about, f"{error.get('param')}: {error.get('message')}")
