"""Waiting for what happens soon."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(what: str, look: Callable[[], T], seconds: float = 10.0) -> T:
    """What `look` returns once that is true. An exception of `look` counts as "not yet"."""
    deadline = time.monotonic() + seconds
    last: object = None
    while True:
        try:
            if last := look():
                return last
        except Exception as error:  # whatever it is, it may pass
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds} s for {what}; the last look gave {last!r}.")
        time.sleep(0.02)
