"""Recorded traffic, where there is some: `../shared/corpus/*.jsonl` beside the repository, or the folder
that DRAGOMAN_CORPUS names. Its requests to servers of OpenAI's format are request cases too."""

import base64
import json
import os
import re
import urllib.parse
from pathlib import Path

from .case import Case

BESIDE = Path(__file__).resolve().parent.parent / "../shared/corpus"

# Provider of a recording -> provider of a deployment.
CHAT = {
    "openai": "openai",
    "groq": "groq",
    "mistral": "mistral",
    "cerebras": "cerebras",
    "openrouter": "openrouter",
    "zai": "zai",
    "crusoe": "crusoe",
}
# Recordings in formats of providers' own: provider of a deployment, its parameters, and the path.
GOOGLE = r".*/models/(?P<model>[^:/]+):(?P<method>\w*[gG]enerateContent)"
OWN_FORMATS = {
    "bedrock": ("bedrock", {"aws_region_name": "us-east-1"}, r"/model/(?P<model>[^/]+)/(?P<method>converse(-stream)?)"),
    "cohere": ("cohere_chat", {}, r"/v2/(?P<method>chat)(?P<model>)"),
    "gemini": ("gemini", {}, GOOGLE),
    "vertex": ("vertex_ai", {"vertex_project": "p", "vertex_location": "global"}, GOOGLE),
}
HI = [{"role": "user", "content": "hi"}]


def cases():
    folder = Path(os.environ.get("DRAGOMAN_CORPUS", BESIDE))
    out = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            record = json.loads(line)
            place = f"{file.stem}-{number}"
            if record["path"].endswith("/chat/completions") and file.stem in CHAT:
                out += openai(record, CHAT[file.stem], place)
            elif record["path"].split("?")[0] == "/v1/messages" and file.stem == "anthropic":
                out.append(anthropic(record, place))
            elif file.stem in OWN_FORMATS and (case := own_format(record, *OWN_FORMATS[file.stem], place)):
                out.append(case)
    return out


def openai(record, provider, place):
    body = json.loads(record["request"])
    to = f"{provider}/{body.pop('model')}"
    asked = body if not body.get("stream") else {**body, "stream_options": {"include_usage": True}}
    return [
        Case(f"corpus/request/{place}", "request", to, body),
        response(record, place, to, asked),
    ]


def anthropic(record, place):
    asked = json.loads(record["request"])
    body = {"messages": HI, "max_tokens": 100}
    if asked.get("stream"):
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return response(record, place, f"anthropic/{asked['model']}", body)


def own_format(record, provider, params, pattern, place):
    """An answer in a format where the path says which model is asked, and whether for a stream."""
    path = re.fullmatch(pattern, urllib.parse.unquote(record["path"].split("?")[0]))
    if path is None:
        return None
    model = path["model"] or json.loads(record["request"])["model"]
    body = {"messages": HI}
    if "stream" in path["method"].lower():
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    case = response(record, place, f"{provider}/{model}", body)
    case.params = params
    return case


def response(record, place, to, body):
    return Case(
        f"corpus/response/{place}",
        "response",
        to,
        body,
        status=record["status"],
        content_type=record["content_type"] or "application/json",
        answer=base64.b64decode(record["response_b64"]),
    )
