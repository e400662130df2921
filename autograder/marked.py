"""A judgement becomes the autograded notebook, which nbgrader, formgrader and the feedback read.

Everything nbgrader later decides from this notebook is written into it here: `determine_grade`
takes the number in a check cell's result for the points, and an unchanged checksum for no answer.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from . import ingest, local
from .course import Assignment
from .ingest import Cell, Submission
from .spec import CellOutput, Judgement, Verdict

Outputs = dict[tuple[str, str], deque[CellOutput]]

MAX_NOTICES, MAX_NOTICE = 50, 500


def mark(assignment: Assignment, submission: Submission | None, judgement: Judgement) -> str:
    """The autograded notebook as JSON text, as nbformat writes it: equal input gives equal text.

    Args:
        submission: the notebook that was judged; None when it was refused, which leaves the
            release with zero for everything and the reason on top.
    """
    release = json.loads(assignment.release)
    cells = submission.cells if submission else ingest.cells_of(release)
    marked = [*_on_top(judgement), *_cells(cells, release, judgement)]
    notebook = {**release, "cells": [_in_lines(cell) for cell in marked]}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def points_of(verdict: Verdict | None, max_points: float) -> float:
    """The points that a check cell shows: never more than there are, nothing for no number.

    nbgrader would take what it cannot read for full marks, and refuse what is too much.
    """
    points = verdict.points if verdict else None
    if points is None or not math.isfinite(points) or points < 0:
        return 0.0
    return float(min(points, max_points))


def _cells(
    cells: tuple[Cell, ...], release: dict[str, Any], judgement: Judgement
) -> Iterator[dict[str, Any]]:
    """Our cells in our order, the learner's own between them, with what each put out."""
    ours = iter(release["cells"])
    verdicts = {verdict.check: verdict for verdict in judgement.verdicts}
    waiting: Outputs = defaultdict(deque)
    for output in judgement.cells:
        waiting[output.cell, output.source].append(output)
    added = 0
    for cell in cells:
        if cell.kind == ingest.EXTRA:
            added += 1
            yield _code(f"added-{added:03d}", cell.source, _learners_outputs(cell, waiting))
            continue
        own = dict(next(ours))
        if cell.kind == ingest.EXERCISE:
            own |= {"source": _text(cell.source), "outputs": _learners_outputs(cell, waiting)}
        elif cell.kind == ingest.WRITTEN and cell.source.strip():
            own["source"] = _text(cell.source)  # an emptied answer keeps the release's: unanswered
            if cell.pictures:
                own["attachments"] = {file: {kind: data} for file, kind, data in cell.pictures}
        elif cell.kind == ingest.CHECK:
            verdict = verdicts.get(cell.name.removeprefix("check_"))
            own["outputs"] = _check_outputs(verdict, cell.points, judgement)
        yield own


def _code(cell_id: str, source: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": outputs,
        "source": _text(source),
    }


def _learners_outputs(cell: Cell, waiting: Outputs) -> list[dict[str, Any]]:
    """What the cell printed, raised and drew, as text and pictures and nothing else."""
    found = waiting[cell.name, cell.source]
    if not found:
        return []
    output = found.popleft()
    outputs: list[dict[str, Any]] = []
    if output.text:
        outputs.append({"output_type": "stream", "name": "stdout", "text": _text(output.text)})
    if output.error:
        kind, _, words = _text(output.error).partition(": ")
        trace = [_text(output.error)]
        outputs.append({"output_type": "error", "ename": kind, "evalue": words, "traceback": trace})
    for png in output.figures:
        outputs.append(_shown({"image/png": png, "text/plain": "<Figure>"}))
    return outputs


def _check_outputs(
    verdict: Verdict | None, max_points: float, judgement: Judgement
) -> list[dict[str, Any]]:
    """The check's table, and the points as a result, which is where nbgrader looks for them."""
    points = points_of(verdict, max_points)
    words = f"{points:g} of {max_points:g} points"
    result = {"text/html": f"<b>{words}</b>", "text/plain": repr(points)}
    outputs: list[dict[str, Any]] = []
    if verdict is not None and not judgement.refused:
        table = {"text/html": local.as_html(verdict), "text/plain": local.as_text(verdict)}
        outputs.append(_shown({kind: _text(words) for kind, words in table.items()}))
    return [*outputs, {**_shown(result), "output_type": "execute_result", "execution_count": None}]


def _shown(data: dict[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _on_top(judgement: Judgement) -> Iterator[dict[str, Any]]:
    """A first cell with what was refused, repaired or stopped, if anything was."""
    lines = [f"<li>{_safe(notice)}</li>" for notice in judgement.notices[:MAX_NOTICES]]
    if len(judgement.notices) > MAX_NOTICES:
        lines.append(f"<li>… and {len(judgement.notices) - MAX_NOTICES} more.</li>")
    title = "About this submission"
    if judgement.refused:
        title = "This submission could not be read, so nothing in it earned points"
        lines.insert(0, f"<li>{_safe(judgement.refused)}</li>")
    if judgement.sandbox != "on":
        lines.append("<li>It was graded without a sandbox.</li>")
    if lines:
        source = f"<div><b>{title}</b><ul>{''.join(lines)}</ul></div>"
        yield {"cell_type": "markdown", "id": "notices", "metadata": {}, "source": source}


def _safe(words: str) -> str:
    """Words as HTML in one line of a markdown cell: no markup, no formulas, no end of the block."""
    line = " ".join(_text(words).split())
    line = line if len(line) <= MAX_NOTICE else line[:MAX_NOTICE] + "…"
    return re.sub(r"[$`*_\\\[\]]", lambda found: f"&#{ord(found[0])};", html.escape(line))


def _in_lines(cell: dict[str, Any]) -> dict[str, Any]:
    """The cell as nbformat writes it: text as lists of lines."""
    return {
        key: [_output_in_lines(output) for output in value] if key == "outputs" else _lines(value)
        for key, value in cell.items()
    } | {key: cell[key] for key in ("cell_type", "id")}


def _output_in_lines(output: dict[str, Any]) -> dict[str, Any]:
    if "data" in output:
        return {**output, "data": {kind: _lines(words) for kind, words in output["data"].items()}}
    return {**output, "text": _lines(output["text"])} if "text" in output else output


def _lines(value: Any) -> Any:
    return value.splitlines(True) if isinstance(value, str) else value


def _text(text: str) -> str:
    """Text that can be written as UTF-8: JSON allows halves of surrogate pairs, UTF-8 does not."""
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)
