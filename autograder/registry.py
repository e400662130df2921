"""Find checks by name, and the answers recorded for them."""

from __future__ import annotations

import base64
import importlib
import json
import os
import pkgutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

from . import checks, wire
from .quiet import quiet_keras
from .spec import Check

ANSWERS = "answers.json"


if os.environ.get("AUTOGRADER_CHECKS"):  # a course's own checks, beside ours
    checks.__path__.append(os.environ["AUTOGRADER_CHECKS"])


@cache
def notebooks() -> tuple[str, ...]:
    """The notebooks that have checks."""
    return tuple(module.name for module in pkgutil.iter_modules(checks.__path__))


@cache
def checks_of(notebook: str) -> dict[str, Check]:
    """The checks of one notebook by exercise name.

    Raises:
        KeyError: if there are none for that notebook.
    """
    if notebook not in notebooks():
        raise KeyError(f"there are no checks for '{notebook}'; there are: {', '.join(notebooks())}")
    with quiet_keras():  # some checks' oracles are Keras's
        module = importlib.import_module(f"{checks.__name__}.{notebook}")
    return {check.name: check for check in module.CHECKS}


@cache
def notebook_of(name: str) -> str | None:
    """The notebook whose exercise has that name, or None."""
    return next((n for n in notebooks() if name in checks_of(n)), None)


def answers_file(notebook: str) -> Path:
    """Where the answers recorded for a notebook's public cases are: in the package of its checks,
    or beside its module."""
    checks_of(notebook)
    file = Path(str(sys.modules[f"{checks.__name__}.{notebook}"].__file__))
    return file.with_name(ANSWERS if file.stem == "__init__" else f"{file.stem}.{ANSWERS}")


class Recorder:
    """A reference that writes down what it answers.

    Args:
        reference: a `Student` of our own solution.
    """

    def __init__(self, reference: Any):
        self._reference = reference
        self.answers: dict[str, list[str]] = {}

    def at(self, check: str, case: str) -> Any:
        kept = self.answers.setdefault(f"{check}: {case}", [])

        def ask(name: str) -> Any:
            def call(*args: Any, **kwargs: Any) -> Any:
                value = getattr(self._reference, name)(*args, **kwargs)
                kept.append(base64.b64encode(wire.encode(value)).decode())
                return value

            return call

        return _Names(ask)

    def to_json(self) -> str:
        """The recording: check and case -> answers in the order they were asked for."""
        asked = {key: values for key, values in self.answers.items() if values}
        return json.dumps(asked, indent=1, sort_keys=True) + "\n"


class Recorded:
    """A reference that plays a recording, so that no solution need be installed."""

    def __init__(self, notebook: str):
        path = answers_file(notebook)
        self._answers = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def at(self, check: str, case: str) -> Any:
        left = iter(self._answers.get(f"{check}: {case}", []))

        def ask(name: str) -> Any:
            def call(*args: Any, **kwargs: Any) -> Any:
                answer = next(left, None)
                if answer is None:
                    raise LookupError(f"no answer of {name} was recorded for '{check}: {case}'")
                return wire.decode(base64.b64decode(answer))

            return call

        return _Names(ask)


class _Names:
    def __init__(self, ask: Any):
        self._ask = ask

    def __getattr__(self, name: str) -> Any:
        return self._ask(name)
