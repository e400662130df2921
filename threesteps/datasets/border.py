"""What all loaders share: checking a whole number and saying what was returned."""

from __future__ import annotations

from operator import index
from typing import Any

__all__ = ["say", "whole"]


def whole(name: str, value: Any, smallest: int) -> int:
    """Return `value` as an int, or raise ValueError if it is no whole number >= `smallest`."""
    try:
        number = index(value)
    except TypeError:
        number = smallest - 1
    if number < smallest or isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}; give a whole number, at least {smallest}")
    return number


def say(text: str, quiet: bool) -> None:
    """Print one line, unless `quiet`."""
    if not quiet:
        print(text)
