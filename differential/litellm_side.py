"""LiteLLM, with an HTTP client that reaches nobody: it keeps the request and plays the answer."""

import json
import os

# Before the import: no download of the price map, and no key of this machine.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
for variable in [name for name in os.environ if name.endswith(("_API_KEY", "_API_BASE", "_TOKEN"))]:
    del os.environ[variable]

import logging  # noqa: E402

import httpx  # noqa: E402

NOTHING = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}


class Line:
    """The other end of LiteLLM's line."""

    def __init__(self):
        self.sent = []
        self.case = None

    def take(self, transport, request):
        request.read()
        if request.method != "POST":
            # Looks for a model's card and the like.
            return httpx.Response(404, request=request)
        if request.url.path == "/api/show":
            # Ollama's: what the model can do.
            return httpx.Response(200, json={"template": "{{ .Tools }}", "model_info": {}}, request=request)
        self.sent.append(request)
        case = self.case
        if case.kind == "response":
            headers = {"content-type": case.content_type}
            return httpx.Response(case.status, headers=headers, content=case.answer, request=request)
        if case.body.get("stream"):
            headers = {"content-type": "text/event-stream"}
            return httpx.Response(200, headers=headers, content=b"data: [DONE]\n\n", request=request)
        return httpx.Response(200, json=NOTHING, request=request)


LINE = Line()
httpx.HTTPTransport.handle_request = lambda transport, request: LINE.take(transport, request)

import litellm  # noqa: E402
from litellm.llms.openai_like.json_loader import JSONProviderRegistry  # noqa: E402
from litellm.llms.vertex_ai.vertex_llm_base import VertexBase  # noqa: E402

from . import answer  # noqa: E402
from .result import Failure, NoWord, Request  # noqa: E402

litellm.suppress_debug_info = True
litellm.num_retries = 0
logging.disable(logging.CRITICAL)
VertexBase._ensure_access_token = lambda self, credentials, project_id, custom_llm_provider: ("KEY", project_id)


def knows(provider):
    known = {getattr(one, "value", one) for one in litellm.provider_list}
    return provider in known or JSONProviderRegistry.exists(provider)


def run(case):
    LINE.case, LINE.sent = case, []
    body = json.loads(json.dumps(case.body))
    body.pop("model", None)
    arguments = {**case.all_params, **body}
    try:
        response = litellm.completion(model=case.to, max_retries=0, **arguments)
        if case.kind == "response" and case.body.get("stream"):
            return answer.chunks([chunk.model_dump() for chunk in response])
        if case.kind == "response":
            return answer.whole(response.model_dump())
        if case.body.get("stream"):
            # Some requests are sent when the first chunk is asked for.
            next(iter(response), None)
    except Exception as error:  # noqa: BLE001: whatever it is, it is the result
        if not (case.kind == "request" and LINE.sent):
            return failure(error, case)
    return request(LINE.sent[-1]) if LINE.sent else NoWord("LiteLLM sent nothing.")


def request(sent):
    return Request(str(sent.url), dict(sent.headers), json.loads(sent.content))


def failure(error, case):
    status = getattr(error, "status_code", None)
    if isinstance(error, litellm.UnsupportedParamsError) and case.kind == "request":
        return Failure(400, "parameter", str(error))
    if isinstance(error, litellm.ContextWindowExceededError):
        return Failure(status, "context_window", str(error))
    if isinstance(error, litellm.ContentPolicyViolationError):
        return Failure(status, "content_policy", str(error))
    if not LINE.sent or not status or "object has no attribute" in str(error):
        # It stumbled itself: over the case, or over the answer.
        return NoWord(f"{type(error).__name__}: {error}"[:300])
    return Failure(status, "", str(error))
