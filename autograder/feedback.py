"""Feedback: a page per student and notebook, with scores, check tables, outputs and comments.

`FeedbackExporter` is an nbconvert exporter, so nbgrader's own generate_feedback can use it:

    c.GenerateFeedback.exporter_class = "autograder.feedback.FeedbackExporter"

`feedback` makes the same pages without nbgrader's converter: scores of the whole class in a few
queries, pages only where something changed. Pages run no script and load nothing from anywhere;
a policy in their head makes the browser refuse both, whatever a submission contains.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets.config import Config

from .course import Course, CourseError
from .grades import cells_of, comments_of, exercise, grades_of, scores
from .pages import clean, environment, highlight, markdown, safe, write_whole

MAX_TEXT, MAX_PNG = 20_100, 500_000


@dataclass(frozen=True)
class Part:
    """One piece of a page.

    Args:
        kind: "notices", "given", "answer", "added", "written" or "check".
        name: the exercise; for "given", the heading that leads to the next exercise.
        body, outputs: harmless HTML, as Markup.
        score, points: earned and possible; None where nothing is.
        waiting: whether a person has still to grade it.
        comment: of a grader's, as HTML.
    """

    kind: str
    name: str
    body: str = ""
    outputs: tuple[str, ...] = ()
    score: float | None = None
    points: float | None = None
    waiting: bool = False
    comment: str = ""


class FeedbackExporter(TemplateExporter):  # type: ignore[misc]
    """An autograded notebook with scores and comments in its metadata -> a page."""

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def _template_file_default(self) -> str:
        return "feedback.html.j2"

    def _get_conf(self) -> dict[str, Any]:
        return {}

    def _create_environment(self) -> Any:
        return _environment()


def feedback(course: Course, assignment: str, students: list[str]) -> list[Path]:
    """Write feedback/<student>/<assignment>/<notebook>.html for those who have been graded.

    A page is written when the autograded notebook, a score, a comment or the template changed.

    Returns:
        The pages, old and new. Students without an autograded notebook have none.

    Raises:
        CourseError: if there is no gradebook, a name is no folder's or a page cannot be written.
    """
    exporter = FeedbackExporter(config=Config({"Exporter": {"default_preprocessors": []}}))  # type: ignore[no-untyped-call]
    entered = _entered(course, assignment)
    pages = []
    for student in students:
        if Path(student).name != student or student in ("", ".", ".."):
            raise CourseError(f"'{student[:60]}' is not the name of a student's folder.")
        target = course.folder("feedback", student, assignment)
        for source in sorted(course.folder("autograded", student, assignment).glob("*.ipynb")):
            found = entered.get((student, source.stem))
            if found is not None:
                page = target / f"{source.stem}.html"
                _write(exporter, source, page, {**found, "assignment": assignment})
                pages.append(page)
    return pages


def parts(notebook: Any) -> list[Part]:
    """The pieces of a page in notebook order; what was given between two exercises is one piece."""
    found: list[Part] = []
    given: list[str] = []
    heading = ""
    for cell in notebook.cells:
        part = _part(cell)
        if part.kind == "given":
            given.append(part.body)
            heading = part.name or heading
            continue
        if given and part.kind != "check":
            found.append(Part("given", heading, Markup().join(given)))
            given, heading = [], ""
        found.append(part)
    return [*found, Part("given", heading, Markup().join(given))] if given else found


def _part(cell: Any) -> Part:
    marks = cell.metadata.get("nbgrader", {})
    source = str(cell.source)
    solution, graded = bool(marks.get("solution")), bool(marks.get("grade") or marks.get("task"))
    if not (solution or graded):
        if str(cell.get("id", "")).startswith("added-"):
            return Part("added", "", highlight(source), tuple(_outputs(cell, False)))
        kind = "notices" if cell.get("id") == "notices" else "given"
        body = highlight(source) if cell.cell_type == "code" else markdown(source, True)
        return Part(kind, _heading(cell), body)
    rest: dict[str, Any] = {"comment": markdown(str(marks.get("comment") or ""), False)}
    if graded:
        rest["score"], rest["points"] = _numbers(marks)
        rest["waiting"] = bool(marks.get("waiting"))
    name = exercise(str(marks.get("grade_id", "")))
    if graded and not solution and cell.cell_type == "code":
        return Part("check", name, outputs=tuple(_outputs(cell, True)), **rest)
    if cell.cell_type == "code":
        return Part("answer", name, highlight(source), tuple(_outputs(cell, False)), **rest)
    return Part("written", name, markdown(source, False, cell.get("attachments")), **rest)


def _numbers(marks: Any) -> tuple[float, float]:
    return float(marks.get("score") or 0.0), float(marks.get("points") or 0.0)


def _heading(cell: Any) -> str:
    lines = str(cell.source).splitlines() if cell.cell_type == "markdown" else []
    titles = [line.strip("# ") for line in lines if re.match(r"#{1,6} ", line)]
    return re.sub(r"[*`]", "", titles[-1]) if titles else ""


def _outputs(cell: Any, ours: bool) -> Iterator[Markup]:
    """What a cell put out: text and pictures; tables only where they are a check's own."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if output.output_type == "stream":
            yield _pre(output.text)
        elif output.output_type == "error":
            yield _pre("\n".join(map(str, output.get("traceback", []))), "error")
        elif ours and output.output_type == "execute_result":
            continue  # the points, which are shown from the gradebook
        elif ours and "text/html" in data:
            yield _table(str(data["text/html"]))
        elif _is_png(data.get("image/png")):
            picture = "".join(data["image/png"].split())
            yield Markup(
                '<img class="figure" alt="A figure that this cell drew" '
                f'src="data:image/png;base64,{picture}">'
            )
        elif "text/plain" in data:
            yield _pre(data["text/plain"])


def _table(text: str) -> Markup:
    """A check's table, with its marks in the page's colours instead of its own."""
    table = clean(text).replace("<span>✓</span>", '<span class="passed">✓</span>')
    table = table.replace("<span>✗</span>", '<span class="failed">✗</span>')
    return Markup(f'<div class="check">{table}</div>')


def _pre(text: Any, kind: str = "") -> Markup:
    return Markup('<pre class="output {}">{}</pre>').format(kind, safe(str(text), MAX_TEXT))


def _is_png(data: Any) -> bool:
    return (
        isinstance(data, str)
        and len(data) <= MAX_PNG
        and re.fullmatch(r"iVBORw0KGgo[A-Za-z0-9+/\s]*={0,2}\s*", data) is not None
    )


def _entered(course: Course, assignment: str) -> dict[tuple[str, str], dict[str, Any]]:
    """(student, notebook) -> what the gradebook says of it."""
    cells = cells_of(course, assignment)
    worth = {(row["notebook"], row["cell"]): row["max"] for row in _rows(cells)}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for notebook in cells["notebook"].unique():
        most = sum(points for (where, _), points in worth.items() if where == notebook)
        for row in _rows(scores(course, assignment, notebook).reset_index()):
            found[row["student"], notebook] = {
                "student": row["student"], "notebook": notebook, "score": row["score"],
                "max_score": most, "late_penalty": row["penalty"], "cells": {}, "comments": {},
            }  # fmt: skip
    for row in _rows(grades_of(course, assignment)):
        entry = found[row["student"], row["notebook"]]
        earned = 0.0 if math.isnan(row["score"]) else row["score"]
        points = worth.get((row["notebook"], row["cell"]), 0.0)
        entry["cells"][row["cell"]] = earned, points, row["waiting"]
    for row in _rows(comments_of(course, assignment)):
        found[row["student"], row["notebook"]]["comments"][row["cell"]] = row["comment"]
    return found


def _rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = [table[name].tolist() for name in table.columns]
    return (dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True))


def _write(exporter: FeedbackExporter, source: Path, page: Path, entered: dict[str, Any]) -> None:
    """One page, unless it is there already, made from the same things."""
    data = source.read_bytes()
    digest = hashlib.sha256(data + json.dumps(entered, sort_keys=True).encode() + _our_words())
    stamp = digest.hexdigest()
    try:
        with page.open("rb") as old:
            if stamp.encode() in old.read(1000):
                return
    except OSError:
        pass  # there is no page yet
    notebook = nbformat.v4.reads_json(data.decode("utf-8"))
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader")
        if marks:
            name = marks.get("grade_id")
            marks["comment"] = entered["comments"].get(name)
            marks["score"], marks["points"], marks["waiting"] = entered["cells"].get(
                name, (0.0, 0.0, False)
            )
    resources = {"nbgrader": entered, "stamp": stamp}
    write_whole(page, exporter.from_notebook_node(notebook, resources)[0])


@cache
def _our_words() -> bytes:
    """Changes with the template and with this module."""
    folder = Path(__file__).parent
    files = [*sorted((folder / "templates").glob("*")), Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


@cache
def _environment() -> Any:
    """Autoescaping, which nbconvert's own environment is not, with the colours of code."""
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]

    found = environment().overlay()
    found.filters, found.globals = {**found.filters, "parts": parts}, dict(found.globals)
    for name, style in (("light", "friendly"), ("dark", "github-dark")):
        rules = HtmlFormatter(style=style).get_style_defs(".code").splitlines()
        kept = [rule for rule in rules if rule.startswith(".code .")]
        found.globals[f"{name}_code"] = Markup("\n".join(kept))
    return found
