"""Words that go with the learner's own exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...spec import Wrong

# What NumPy and Keras raise when an array is used as if it were something else.
SHAPES = ("ValueError", "TypeError", "IndexError", "UnboundLocalError", "InvalidArgumentError")


@contextmanager
def hint(words: str, asked: str = "") -> Iterator[None]:
    """Where the learner's code raises one of SHAPES, add to the exception what to look for."""
    try:
        yield
    except Wrong as wrong:
        if not wrong.cause.startswith(tuple(f"Your code raised {kind}" for kind in SHAPES)):
            raise
        hidden = f"{wrong.hidden_cause} {words}"
        raise Wrong(f"{wrong.cause} {words}", asked=asked, hidden_cause=hidden) from None
