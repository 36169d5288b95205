"""One case: a request to be written, or an answer to be read."""

import dataclasses
import fnmatch


@dataclasses.dataclass
class Case:
    # `request/groq/temperature`; unique.
    name: str
    # "request" or "response".
    kind: str
    # `groq/llama-3.3-70b`.
    to: str
    # The client's request, in OpenAI's format.
    body: dict
    # What `litellm_params` holds besides.
    params: dict = dataclasses.field(default_factory=dict)
    # The provider's answer, for a case of that kind.
    status: int = 200
    content_type: str = "application/json"
    answer: bytes = b""

    @property
    def provider(self):
        return self.to.split("/", 1)[0]

    def is_named(self, globs):
        return not globs or any(fnmatch.fnmatchcase(self.name, glob) for glob in globs)

    @property
    def all_params(self):
        return {"api_key": "KEY", **self.params}
