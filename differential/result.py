"""What came of a case on one side, in a form that both sides share."""

import dataclasses


@dataclasses.dataclass
class Request:
    url: str
    # Lower-case names.
    headers: dict
    body: object


@dataclasses.dataclass
class Answer:
    """A whole completion, or a stream put together."""

    choices: list
    usage: dict
    model: object = None


@dataclasses.dataclass
class Failure:
    """The client gets an error: `status`, and what kind where it is told."""

    # None: inside a stream that had begun.
    status: int | None
    # The parameter that is refused, or `context_window`, `content_policy`, or nothing.
    about: str = ""
    message: str = ""


@dataclasses.dataclass
class NoWord:
    """This side cannot say: it failed otherwise than on a client's request."""

    message: str
