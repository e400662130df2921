"""Words that go with the learner's own exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...spec import Wrong


@contextmanager
def hint(words: str, asked: str = "") -> Iterator[None]:
    """Where the learner's code raises, add to the exception what to look for."""
    try:
        yield
    except Wrong as wrong:
        if not wrong.cause.startswith("Your code raised"):
            raise
        raise Wrong(f"{wrong.cause} {words}", asked=asked) from None
