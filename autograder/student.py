"""A learner's namespace as a check sees it: attribute access that becomes calls.

`student.softmax(logits)` calls the learner's function and gives data back; `student["weights"]`
is the value of a name. What is not data (a Keras model, a layer) comes back as a `Remote`, which
is used the same way: `model.predict(x)`, `model["name"]`.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from . import wire
from .expect import show
from .spec import NotStarted, Wrong, nearest, plain

Ask = Callable[[bytes], bytes]


class Lost(Exception):
    """The learner's process is gone or was stopped; the message says why."""


class Remote:
    """An object in the learner's process."""

    def __init__(self, student: Student, handle: wire.Handle):
        self._student, self._handle = student, handle

    @property
    def described(self) -> str:
        """The object's type in the learner's process, in words; for messages only."""
        return plain(self._handle.described, 80)

    @property
    def _called(self) -> str:
        """The name of a class of the learner's; `model` for all others."""
        words = self.described.split()  # "an SGD", "a keras Sequential"
        return words[1] if len(words) == 2 else "model"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)  # numpy and copy probe for protocols; there are none
        return self._student._method([self._handle.number, name], f"{self._called}.{name}")

    def __getitem__(self, name: str) -> Any:
        return self._student._get([self._handle.number, name])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._student._call([self._handle.number], self._called, args, kwargs)

    def __repr__(self) -> str:
        return self.described

    def __bool__(self) -> bool:
        raise Wrong(f"Return data: what came back is {self.described}, neither true nor false.")

    def __iter__(self) -> Any:
        raise Wrong(f"Return data: what came back is {self.described}, not a list.")


class Student:
    """The names of a learner's notebook.

    Args:
        ask: sends one encoded request and returns the encoded reply; raises `Lost`.

    Calls and lookups raise `Wrong` with the learner's own line when the learner's code raises,
    `NotStarted` when it raises NotImplementedError.
    """

    def __init__(self, ask: Ask):
        self._ask = ask
        self.last_call = ""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._method([name], name)

    def __getitem__(self, name: str) -> Any:
        self.last_call = name
        return self._get([name])

    def at(self, check: str, case: str) -> Student:
        """Itself: a live reference answers every case; a recorded one needs to know which."""
        return self

    def function(self, name: str) -> Any:
        """The learner's function of that name as a `Remote`, to be passed as an argument."""
        return self._send({"op": "function", "target": [name]}, name)

    def lend(self, values: Any) -> Remote:
        """An array that is kept in the learner's process and passed as itself, not as a copy.

        `lent.tolist()` afterwards shows whether the learner's code wrote into it.
        """
        handle = self._send({"op": "lend", "values": values}, "an argument")
        if not isinstance(handle, Remote):
            raise Wrong("What came back could not be read: not a handle.")
        return Remote(self, wire.Handle(handle._handle.number, show(values)))

    def _method(self, target: list[Any], name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._call(target, name, args, kwargs)

    def _call(self, target: list[Any], name: str, args: Any, kwargs: dict[str, Any]) -> Any:
        self.last_call = _call_text(name, args, kwargs)
        request = {"op": "call", "target": target, "args": list(args), "kwargs": kwargs}
        return self._send(request, name)

    def _get(self, target: list[Any]) -> Any:
        return self._send({"op": "get", "target": target}, str(target[-1]))

    def _send(self, request: dict[str, Any], name: str) -> Any:
        try:
            reply = wire.decode(self._ask(wire.encode(request, keep=_handle_of)))
            if type(reply) is not dict:
                raise wire.WireError("not a reply")
        except wire.WireError as error:
            raise Wrong(f"What came back could not be read: {error}.") from None
        if "error" in reply:
            raise _learners_error(reply["error"], name)
        return self._wrap(reply.get("value"))

    def _wrap(self, value: Any) -> Any:
        if isinstance(value, wire.Handle):
            return Remote(self, value)
        if isinstance(value, list):
            return [self._wrap(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self._wrap(item) for item in value)
        if isinstance(value, dict):
            return {key: self._wrap(item) for key, item in value.items()}
        return value


def _handle_of(value: Any) -> wire.Handle:
    if isinstance(value, Remote):
        return value._handle
    raise TypeError(f"a check passed a {type(value).__name__}, which is not data")


def _call_text(name: str, args: Any, kwargs: dict[str, Any]) -> str:
    shown = [show(arg) for arg in args] + [f"{key}={show(arg)}" for key, arg in kwargs.items()]
    return f"{name}({', '.join(shown)})"


def _learners_error(error: Any, name: str) -> Exception:
    """The exception that a check sees for what the learner's process reports."""
    fields = error if isinstance(error, dict) else {}
    kind, message = plain(fields.get("type"), 80), plain(fields.get("message"), 300)
    line = plain(fields.get("line"), 120)
    if kind == "NotImplementedError" and fields.get("own") is not False:
        helper = plain(fields.get("function"), 60)
        if helper in ("", "<module>", name):
            return NotStarted(name)
        return Wrong(f"It calls `{helper}`, which is not started yet.", unwritten=helper)
    if kind == "no such name":
        names = fields.get("names")
        names = [plain(n, 60) for n in names[:200]] if isinstance(names, list) else []
        known = f" Functions there: {', '.join(names[:12])}." if names else ""
        remedy = nearest(name, names) or " Was the cell that defines it run?"
        return Wrong(f"There is no `{name}` in the notebook.{remedy}{known}")
    if kind == "TimeLimit":
        return Wrong(f"It ran longer than its time limit.{f' It was at `{line}`.' if line else ''}")
    where = f" Look at the line `{line}`." if line else ""
    stop = "" if message.endswith(".") else "."
    known = kind if hasattr(builtins, kind) else "an exception"
    return Wrong(
        f"Your code raised {kind}: {message}{stop}{where}",
        hidden_cause=f"Your code raised {known}.",  # the message may hold what was asked
    )
