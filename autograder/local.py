"""`check("softmax")` inside a notebook: the public cases on the notebook's own functions.

On the learner's path: nothing here may need more than Colab has.
"""

from __future__ import annotations

import contextlib
import html
import inspect
import io
import os
import re
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import ingest, registry
from .answers import Answerer, describe
from .spec import NOT_STARTED, Outcome, Verdict, nearest, score
from .student import Student
from .verdict import latest, run_check


class CheckFailed(AssertionError):
    """An exercise is not right yet. IPython shows it in one line, without frames of ours."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def check_in_notebook(names: tuple[str, ...]) -> None:
    """See `autograder.check`."""
    if not names:
        raise CheckFailed(f'Name an exercise, as in check("softmax"). There are: {_known()}.')
    namespace, sources = _callers_notebook()
    verdicts = [check_one(name, namespace, sources) for name in names]
    for verdict in verdicts:
        _display(verdict)
    open_ = [f"{v.check} {summary(v)}" for v in verdicts if not v.solved]
    if open_:
        raise CheckFailed("; ".join(open_)).with_traceback(None) from None


def check_one(name: str, namespace: dict[str, Any], sources: list[str] | None = None) -> Verdict:
    """The verdict on one exercise in a namespace, from its public cases and public seed.

    Raises:
        CheckFailed: if no exercise has that name.
    """
    notebook = registry.notebook_of(name)
    if notebook is None:
        close = nearest(name, _known().split(", "))
        raise CheckFailed(f"There is no exercise '{name}'.{close} There are: {_known()}.")
    check = registry.checks_of(notebook)[name]
    student = Student(Answerer(namespace).answer)
    return run_check(check, student, registry.Recorded(notebook), sources=sources)


def _known() -> str:
    return ", ".join(check for n in registry.notebooks() for check in registry.checks_of(n))


def summary(verdict: Verdict) -> str:
    """ "2 of 3 cases", "not started", or the rule that was broken."""
    if verdict.status == NOT_STARTED:
        return NOT_STARTED
    passed = sum(outcome.passed for outcome in verdict.outcomes)
    cases = f"{passed} of {len(verdict.outcomes)} cases"
    return f"{cases}. {verdict.reason}" if verdict.reason else cases


def as_text(verdict: Verdict) -> str:
    """The table for a terminal: a line per case."""
    lines = [f"{verdict.check}: {summary(verdict)}"]
    for outcome in verdict.outcomes:
        mark = "✓" if outcome.passed else "✗"
        message = outcome.message()
        lines.append(f"  {mark} {outcome.case}" + (f": {message}" if message else ""))
    if verdict.status == NOT_STARTED:
        lines.append("  Replace `raise NotImplementedError()` with your code, run the cell, check.")
    return "\n".join(lines)


def as_html(verdict: Verdict) -> str:
    """The table for a notebook and for the feedback. Everything in it is escaped."""
    rows = "".join(_row(outcome) for outcome in verdict.outcomes)
    if verdict.status == NOT_STARTED:
        hint = (
            "Replace <code>raise NotImplementedError()</code> with your code, run the cell, check."
        )
        rows = f'<tr><td></td><td colspan="2">{hint}</td></tr>'
    color = (
        "#1a7f37" if verdict.solved else "#9a6700" if verdict.status == NOT_STARTED else "#b42318"
    )
    return (
        f'<div style="border-left:4px solid {color};padding:2px 12px;margin:4px 0">'
        f"<b>{html.escape(verdict.check)}</b> &nbsp; {html.escape(summary(verdict))}"
        f'<table style="border:0;margin:4px 0 0 0;text-align:left">{rows}</table></div>'
    )


def _row(outcome: Outcome) -> str:
    mark, color = ("✓", "#1a7f37") if outcome.passed else ("✗", "#b42318")
    cell = 'style="text-align:left;vertical-align:top;border:0;padding:2px 8px"'
    numbers = [
        f"{label} <code>{html.escape(text)}</code>"
        for label, text in (
            ("", outcome.asked),
            ("got", outcome.got),
            ("expected", outcome.expected),
        )
        if text
    ]
    cause = re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(outcome.cause))
    told = "<br>".join([*numbers, f"<b>{cause}</b>"] if numbers else [cause])
    return (
        f'<tr><td {cell}><span style="color:{color}">{mark}</span></td>'
        f"<td {cell}>{html.escape(outcome.case)}</td><td {cell}>{told}</td></tr>"
    )


def _display(verdict: Verdict) -> None:
    shell = _ipython()
    if shell is None:
        print(as_text(verdict))
        return
    from IPython.display import display

    display({"text/plain": as_text(verdict), "text/html": as_html(verdict)}, raw=True)


def _ipython() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None  # type: ignore[attr-defined]


def _callers_notebook() -> tuple[dict[str, Any], list[str]]:
    """The notebook's global names, and the text of what it now defines, for the rules."""
    shell = _ipython()
    if shell is not None:
        history = shell.history_manager
        return shell.user_ns, latest(list(history.input_hist_raw) if history else [])
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
    return (frame.f_globals if frame else {}), _definitions(frame.f_globals if frame else {})


def _definitions(namespace: dict[str, Any]) -> list[str]:
    """The source of every function that a script now holds, where it is known."""
    sources = []
    for value in list(namespace.values()):
        own = getattr(value, "__module__", None) == namespace.get("__name__")
        if own and isinstance(value, (types.FunctionType, type)):
            try:
                sources.append(inspect.getsource(value))
            except (OSError, TypeError):
                continue  # made by exec or on another day; the grader sees the text
    return sources


def check_file(path: Path) -> list[Verdict]:
    """The verdicts on a whole notebook file: its cells run here, in order, demos left out.

    For a learner's own file: the code runs in this process, as it would in Jupyter.

    Raises:
        ingest.Refused: if the file cannot be read as a notebook of this course.
    """
    cells = ingest.cells_of(ingest.read_notebook(path.read_bytes()))
    folder = os.getcwd()
    os.chdir(path.resolve().parent)
    try:
        verdicts = list(_verdicts(cells))
    except CheckFailed as unknown:
        raise ingest.Refused(f"{path.name}: {unknown}") from None
    finally:
        os.chdir(folder)
    if not verdicts:
        raise ingest.Refused(f"{path.name} has no check cells; is it a notebook of this course?")
    return verdicts


def _verdicts(cells: tuple[ingest.Cell, ...]) -> Iterator[Verdict]:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    for show in ("showtraceback", "showsyntaxerror"):
        setattr(shell, show, lambda *args, **kwargs: None)
    sources = [c.source for c in cells if c.kind in (ingest.GIVEN, ingest.EXERCISE)]
    errors: dict[str, str] = {}
    for cell in cells:
        if cell.kind in (ingest.GIVEN, ingest.EXERCISE):
            with contextlib.redirect_stdout(io.StringIO()):
                result = shell.run_cell(cell.source, store_history=False)
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                said = describe(error, shell.user_ns)
                line = f" (line: {said['line']})" if said["line"] else ""
                errors[cell.name] = f"{said['type']}: {said['message']}{line}"
        elif cell.kind == ingest.CHECK:
            name = cell.name.removeprefix("check_")
            verdict = check_one(name, shell.user_ns, sources)
            if name in errors and not any(outcome.passed for outcome in verdict.outcomes):
                reason = f"The cell itself did not run: {errors[name]}"
                verdict = replace(verdict, reason=reason)
            points = score(verdict.outcomes, cell.points) if not verdict.reason else 0.0
            yield replace(verdict, points=points, max_points=cell.points)
