"""Answers a check's requests from a namespace: the learner's side of the pipe.

The same code answers inside the learner's own notebook (`local`) and inside the sandboxed process
(`shell`), so an answer has the same type and the same digits in both places.
"""

from __future__ import annotations

import linecache
import re
from types import FrameType
from typing import Any

from . import wire


class Answerer:
    """Looks up names, calls functions, keeps what is not data.

    Args:
        namespace: the notebook's global names.
    """

    def __init__(self, namespace: dict[str, Any]):
        self.namespace = namespace
        self._kept: dict[int, Any] = {}

    def answer(self, message: bytes) -> bytes:
        """The encoded reply to one encoded request. Never raises for what learners' code does."""
        request = wire.decode(message)
        try:
            if request["op"] == "lend":
                return wire.encode({"value": self._keep(request["values"])})
            target = self._find(request["target"])
            if request["op"] == "call":
                args = [self._given(arg) for arg in request["args"]]
                kwargs = {key: self._given(arg) for key, arg in request["kwargs"].items()}
                target = target(*args, **kwargs)
            if request["op"] == "function":
                return wire.encode({"value": self._keep(target)})
            return wire.encode({"value": target}, keep=self._keep)
        except _NoSuchName:
            return wire.encode({"error": {"type": "no such name", "names": self._functions()}})
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the learner's too
            return wire.encode({"error": describe(error, self.namespace)})

    def _functions(self) -> list[str]:
        """The functions written in the notebook, the latest first."""
        home = self.namespace.get("__name__")
        items = reversed(list(self.namespace.items()))
        mine = [n for n, v in items if callable(v) and getattr(v, "__module__", None) == home]
        return [name for name in mine if not name.startswith("_")][:200]

    def _find(self, target: list[Any]) -> Any:
        root, *attributes = target
        if isinstance(root, int):
            found = self._kept[root]
        elif root in self.namespace:
            found = self.namespace[root]
        else:
            raise _NoSuchName(root)
        for name in attributes:
            found = getattr(found, name)
        return found

    def _given(self, value: Any) -> Any:
        if isinstance(value, wire.Handle):
            return self._kept[value.number]
        if isinstance(value, list):
            return [self._given(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self._given(item) for item in value)
        if isinstance(value, dict):
            return {key: self._given(item) for key, item in value.items()}
        return value

    def _keep(self, value: Any) -> wire.Handle:
        number = len(self._kept)
        self._kept[number] = value
        kind = type(value)
        package = kind.__module__.partition(".")[0]
        home = package in ("builtins", "__main__")
        name = kind.__name__ if home else f"{package} {kind.__name__}"
        article = "an" if name[:1].lower() in "aeiou" else "a"
        return wire.Handle(number, f"{article} {name}")


def describe(error: BaseException, namespace: dict[str, Any]) -> dict[str, Any]:
    """An exception as data: its type, its message, and the learner's own line that raised it.

    Memory addresses are cut from the message, so that it is the same in every run.
    """
    line = function = ""
    own = True
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        own = frame.f_globals is namespace
        if own:
            source = linecache.getline(frame.f_code.co_filename, trace.tb_lineno, frame.f_globals)
            line, function = source.strip() or line, _called(frame)
        trace = trace.tb_next
    try:
        message = str(error)
    except BaseException:  # a __str__ of the learner's that raises
        message = ""
    message = re.sub(r" at 0x[0-9a-fA-F]+", "", message)
    return {
        "type": type(error).__name__[:80],
        "message": message[:300],
        "line": line[:200],
        "function": function,
        # Whether the learner's code raised it itself. (TensorFlow raises a stub's error once more.)
        "own": own or "NotImplementedError" in line,
    }


def _called(frame: FrameType) -> str:
    """The function that a frame runs; with its class's name before it for a method."""
    code = frame.f_code
    if code.co_varnames[:1] == ("self",) and "self" in frame.f_locals:
        return f"{type(frame.f_locals['self']).__name__}.{code.co_name}"
    return code.co_name


class _NoSuchName(Exception):
    pass
