"""Bytes handed in become a notebook rebuilt from our source, with only the learner's code in it.

Given cells, checks, points, tags and metadata come from our source, whatever was handed in. From
the submission come the text of the exercise cells, the learner's own extra code cells, each in
its place, and the answers to written questions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .spec import plain

GIVEN, DEMO, EXERCISE, CHECK, WRITTEN, TEXT, EXTRA = (
    "given", "demo", "exercise", "check", "written", "text", "extra",
)  # fmt: skip

PICTURES, BASE64 = ("image/png", "image/jpeg"), r"[A-Za-z0-9+/]+={0,2}"
MAX_BYTES, MAX_CELLS, MAX_SOURCE = 32 * 2**20, 2000, 200_000
MAX_PICTURE = 2 * 2**20  # characters of base64, all pictures of one written answer together
MAX_BRACKETS = 1_000_000  # of which a notebook has thousands; each costs a reader 64 bytes or more


class Refused(Exception):
    """The submission cannot be read; the message is the reason and the remedy."""


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook.

    Args:
        kind: one of the constants above.
        name: the grade id, "softmax" or "check_softmax"; for cells without one, the cell id.
        source: its text.
        points: what it is worth, for checks and written questions.
        pictures: pasted into a written answer: file name, MIME type, base64.
    """

    kind: str
    name: str
    source: str
    points: float = 0.0
    pictures: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Submission:
    """A submission, rebuilt.

    Args:
        cells: ours, with the learner's text in the exercises, and the learner's extra cells.
        notices: what was refused or repaired, in words.
    """

    cells: tuple[Cell, ...]
    notices: tuple[str, ...] = ()


def cells_of(notebook: dict[str, Any]) -> tuple[Cell, ...]:
    """The cells of a notebook that is ours or a learner's own, as its metadata says."""
    return tuple(
        Cell(
            _kind(cell),
            _grade_id(cell) or str(cell.get("id", number)),
            _text(cell) or "",
            _points(cell),
        )
        for number, cell in enumerate(notebook["cells"])
        if isinstance(cell, dict)
    )


def rebuild(handed_in: bytes, ours: tuple[Cell, ...]) -> Submission:
    """Our notebook with the learner's code in it.

    Args:
        handed_in: the file, whatever it holds.
        ours: the cells of the release, as `cells_of` gives them.

    Raises:
        Refused: if the file is not a notebook of nbformat 4 within the limits.
    """
    notices: list[str] = []
    by_name = {cell.name: cell for cell in ours}
    by_source = {cell.source.strip(): cell.name for cell in ours if cell.source.strip()}
    answers: dict[str, Cell] = {}
    extras: dict[str, list[Cell]] = {}
    seen: set[str] = set()
    anchor, total = "", 0
    handed_cells = read_notebook(handed_in)["cells"]
    for theirs in _real_cells(handed_cells, notices):
        source = _text(theirs) or ""
        total += len(source) if theirs["cell_type"] == "code" else 0
        if total > MAX_SOURCE:
            raise Refused(f"The notebook holds more than {MAX_SOURCE:,} characters of code.")
        name = _our_name(theirs, by_name) or by_source.get(source.strip(), "")
        if name in seen and by_name[name].kind == GIVEN:
            name = ""  # the copy of a given cell is the learner's own
        if name:
            _place(name, by_name[name], theirs, source, answers, notices)
            anchor = anchor if name in seen else name
            seen.add(name)
        elif theirs["cell_type"] == "code" and source.strip():
            extras.setdefault(anchor, []).append(
                Cell(EXTRA, f"after {anchor or 'the top'}", source)
            )
    notices += _foreign(handed_cells, by_name)
    return Submission(tuple(_rebuilt(ours, answers, extras, notices)), tuple(notices))


def _place(
    name: str, own: Cell, theirs: Any, source: str, answers: dict[str, Cell], notices: list[str]
) -> None:
    """Take the learner's text of an exercise or a written question, the first time it occurs."""
    if own.kind not in (EXERCISE, WRITTEN):
        return
    if own.kind == EXERCISE and theirs["cell_type"] != "code":
        notices.append(
            f"The cell of exercise '{name}' is no code cell any more; it counts as empty."
        )
    elif name in answers:
        notices.append(f"The cell '{name}' is there more than once; the first one counts.")
    else:
        pictures = _pictures(name, theirs, notices) if own.kind == WRITTEN else ()
        answers[name] = replace(own, source=source[:MAX_SOURCE], pictures=pictures)


def _pictures(
    name: str, theirs: dict[str, Any], notices: list[str]
) -> tuple[tuple[str, str, str], ...]:
    """The PNG and JPEG pictures pasted into a written answer, as far as they fit."""
    attached = theirs.get("attachments")
    found: list[tuple[str, str, str]] = []
    room, left_out = MAX_PICTURE, 0
    for file, kinds in attached.items() if isinstance(attached, dict) else ():
        kind, data = next(iter(kinds.items()), ("", "")) if isinstance(kinds, dict) else ("", "")
        is_picture = kind in PICTURES and isinstance(data, str) and re.fullmatch(BASE64, data)
        if is_picture and len(data) <= room and len(file) <= 200 and file.isprintable():
            found.append((file, kind, data))
            room -= len(data)
        else:
            left_out += 1
    if left_out:
        notices.append(
            f"{left_out} of the files pasted into '{name}' were left out: PNG and JPEG pictures of "
            "1.5 MB together are kept."
        )
    return tuple(found)


def _rebuilt(
    ours: tuple[Cell, ...],
    answers: dict[str, Cell],
    extras: dict[str, list[Cell]],
    notices: list[str],
) -> Iterator[Cell]:
    yield from extras.get("", [])
    for cell in ours:
        if cell.kind in (EXERCISE, WRITTEN):
            if cell.name not in answers:
                notices.append(f"The cell '{cell.name}' is missing.")
            yield answers.get(cell.name, replace(cell, source=""))
        else:
            yield cell
        yield from extras.get(cell.name, [])


def _real_cells(handed_cells: list[Any], notices: list[str]) -> Iterator[dict[str, Any]]:
    """The cells of a submission that are cells at all."""
    for number, cell in enumerate(handed_cells, 1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if kind not in ("code", "markdown", "raw") or _text(cell) is None:
            notices.append(f"Cell {number} of the file is not a cell and was left out.")
        else:
            yield cell


def read_notebook(handed_in: bytes) -> dict[str, Any]:
    """The JSON of a notebook of nbformat 4 within the limits.

    Raises:
        Refused: for anything else, with the reason and the remedy.
    """
    if len(handed_in) > MAX_BYTES:
        size = len(handed_in) >> 20
        raise Refused(f"The file has {size} MB; clear the outputs and keep it under 32 MB.")
    if handed_in.startswith(b"\xef\xbb\xbf"):
        raise Refused("The file starts with a byte-order mark; save it as UTF-8 without one.")
    if handed_in.count(b"[") + handed_in.count(b"{") > MAX_BRACKETS:
        raise Refused("The file holds too many lists to be a notebook; clear the outputs.")
    try:
        notebook = json.loads(handed_in.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused(f"The file is not UTF-8 text (byte {error.start}).") from None
    except RecursionError:
        raise Refused("The file is nested too deep to be a notebook.") from None
    except ValueError as error:
        raise Refused(f"The file is not a notebook: {str(error)[:100]}.") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        version = notebook.get("nbformat") if isinstance(notebook, dict) else None
        if version in (1, 2, 3, 5):
            raise Refused(f"The notebook has format {version}; save it as format 4.")
        raise Refused("The file is JSON but not a notebook: it has no list of cells.")
    if notebook.get("nbformat") != 4:
        version = notebook.get("nbformat")
        words = f"format {version}" if version in (1, 2, 3, 5) else "an unknown format"
        raise Refused(f"The notebook has {words}; open it in Jupyter and save it as format 4.")
    if len(notebook["cells"]) > MAX_CELLS:
        raise Refused(
            f"The notebook has {len(notebook['cells']):,} cells; the limit is {MAX_CELLS:,}."
        )
    return notebook


def _our_name(theirs: dict[str, Any], by_name: dict[str, Cell]) -> str:
    """Which of our cells this is, by grade id, then by cell id; empty if neither is ours."""
    for name in (_grade_id(theirs), theirs.get("id")):
        if isinstance(name, str) and name in by_name:
            return name
    return ""


def _foreign(handed_cells: list[Any], by_name: dict[str, Cell]) -> list[str]:
    """A notice when the submission's graded cells are those of another release."""
    ids = {_grade_id(cell) for cell in handed_cells if isinstance(cell, dict)}
    unknown = sorted(plain(name, 60) for name in ids - set(by_name) if name)
    if not unknown:
        return []
    shown = ", ".join(f"'{name}'" for name in unknown[:5]) + (", …" if len(unknown) > 5 else "")
    return [f"Cells of another release were not judged: {shown}. Is this an old version?"]


def _grade_id(cell: dict[str, Any]) -> str:
    name = _marks(cell).get("grade_id")
    return name if isinstance(name, str) else ""


def _points(cell: dict[str, Any]) -> float:
    points = _marks(cell).get("points")
    return float(points) if isinstance(points, (int, float)) and abs(points) < 1e9 else 0.0


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    """nbgrader's metadata of a cell, empty if there is none."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _text(cell: dict[str, Any]) -> str | None:
    """The source of a cell as text that can be written as UTF-8, or None if it has none."""
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    return source.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")


def _kind(cell: dict[str, Any]) -> str:
    """The kind of a cell, from the metadata that `build` wrote."""
    marks = _marks(cell)
    if marks.get("grade") and marks.get("solution"):
        return WRITTEN
    if marks.get("grade"):
        return CHECK
    if marks.get("solution"):
        return EXERCISE
    if cell.get("cell_type") != "code":
        return TEXT
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return DEMO if isinstance(tags, list) and "demo" in tags else GIVEN
