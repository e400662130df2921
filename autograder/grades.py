"""nbgrader's gradebook as tables: the book of record, manual grades and late penalties included.

Only reads, through columns of nbgrader's own classes and a query or two, so that a class of
thousands takes seconds.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from . import database, ingest
from .course import Course, CourseError
from .pages import write_whole

BY_HAND = "to grade by hand"


def grades_csv(course: Course, path: Path) -> pd.DataFrame:
    """Write the grades of everybody in the gradebook as CSV, whole or not at all.

    A row per student. Columns: `student` and the names; for each assignment a column per exercise
    (`<assignment>/<exercise>`; empty where nothing was handed in or a written answer waits), then
    `<assignment> penalty`, `<assignment> total`, `<assignment> max`; at the end `total`, `max` and
    `to grade by hand`, which names the answers that still wait for a person.

    Args:
        path: the file to write. In it, and only there, text that a spreadsheet would take for a
            formula gets an apostrophe in front.

    Returns:
        The table as it is in the gradebook.

    Raises:
        CourseError: if there is no gradebook yet.
    """
    table = _table(course)
    safe = table.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [_no_formula(value) for value in safe[column]]
    safe.columns = pd.Index([_no_formula(name) for name in safe.columns])
    write_whole(path, safe.to_csv(index=False, lineterminator="\n"))
    return table


def scores(course: Course, assignment: str, notebook: str) -> pd.DataFrame:
    """Who stands where in one notebook of an assignment, counted as nbgrader's own export does.

    Returns:
        A row per student who handed in, indexed by student: `score` (penalty taken off, never
        under zero), `penalty`, and `waiting`, the number of answers to grade by hand.

    Raises:
        CourseError: if there is no gradebook yet.
    """
    grades, penalties = grades_of(course, assignment), _penalties(course, assignment)
    by_student = grades[grades["notebook"] == notebook].groupby("student")
    mine = penalties[penalties["notebook"] == notebook].set_index("student")
    table = mine[["penalty"]].copy()
    earned = by_student["score"].agg(_sum).reindex(table.index).fillna(0.0)
    table["score"] = (earned - table["penalty"]).clip(lower=0.0).round(6)
    table["waiting"] = by_student["waiting"].sum().reindex(table.index).fillna(0).astype(int)
    return table


def grades_of(course: Course, assignment: str | None = None) -> pd.DataFrame:
    """Every grade of one assignment, or of all.

    Returns:
        A row per student and graded cell: `student`, `assignment`, `notebook`, `cell`, `score`
        (NaN while nobody has graded it) and `waiting`, whether it waits for a person.
    """
    from nbgrader import api
    from sqlalchemy import select

    columns: dict[str, Any] = {
        "student": api.SubmittedAssignment.student_id,
        "assignment": api.Assignment.name,
        "notebook": api.Notebook.name,
        "cell": api.BaseCell.name,
        "auto": api.Grade.auto_score,
        "manual": api.Grade.manual_score,
        "extra": api.Grade.extra_credit,
        "waiting": api.Grade.needs_manual_grade,
    }
    query = (
        select(*columns.values())
        .select_from(api.Grade)
        .join(api.SubmittedNotebook, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.BaseCell, api.Grade.cell_id == api.BaseCell.id)
    )
    table = _read(course, query, list(columns), assignment)
    given = table["manual"].astype(float).fillna(table["auto"].astype(float))
    table["score"] = given + table["extra"].astype(float).fillna(0.0)
    table["waiting"] = table["waiting"].astype(bool)
    return table.drop(columns=["auto", "manual", "extra"])


def comments_of(course: Course, assignment: str) -> pd.DataFrame:
    """The comments of one assignment, a grader's before ours: student, notebook, cell, comment."""
    from nbgrader import api
    from sqlalchemy import select

    query = (
        select(
            api.SubmittedAssignment.student_id, api.Notebook.name, api.BaseCell.name,
            api.Comment.comment,
        )
        .select_from(api.Comment)
        .join(api.SubmittedNotebook, api.Comment.notebook_id == api.SubmittedNotebook.id)
        .join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.BaseCell, api.Comment.cell_id == api.BaseCell.id)
        .where(api.Comment.comment.is_not(None))
    )  # fmt: skip
    return _read(course, query, ["student", "notebook", "cell", "comment"], assignment)


def _table(course: Course) -> pd.DataFrame:
    """The grades, a row per student, without escaping."""
    from nbgrader import api
    from sqlalchemy import select

    query = select(api.Student.id, api.Student.last_name, api.Student.first_name)
    students = _read(course, query, ["student", "last name", "first name"], None)
    students = students.fillna("").sort_values("student", kind="stable").set_index("student")
    names = _read(course, select(api.Assignment.name), ["name"], None)
    grades, penalties = grades_of(course), _penalties(course, None)
    blocks: list[pd.DataFrame | pd.Series[Any]] = [students]
    for assignment in sorted(names["name"]):
        ours = grades["assignment"] == assignment, penalties["assignment"] == assignment
        blocks.append(
            _block(course, assignment, grades[ours[0]], penalties[ours[1]], students.index)
        )
    table = pd.concat(blocks, axis=1)
    ends: dict[str, Any] = {}
    for name in ("total", "max"):
        mine = [f"{assignment} {name}" for assignment in sorted(names["name"])]
        ends[name] = [_sum(row) for row in table[mine].to_numpy(float)]
    ends[BY_HAND] = _waiting(grades).reindex(table.index).fillna("")
    return pd.concat([table, pd.DataFrame(ends, index=table.index)], axis=1).reset_index()


def _block(
    course: Course,
    assignment: str,
    grades: pd.DataFrame,
    penalties: pd.DataFrame,
    students: pd.Index[Any],
) -> pd.DataFrame:
    """The columns of one assignment."""
    cells = cells_of(course, assignment)
    pairs = list(zip(cells["notebook"], cells["cell"], strict=True))
    wide = grades.set_index(["student", "notebook", "cell"])["score"].unstack([1, 2])
    wide = wide.reindex(index=students, columns=pd.MultiIndex.from_tuples(pairs) if pairs else [])
    once = cells["cell"].value_counts()
    block = wide.astype(float)
    places = ["" if once[cell] == 1 else f"{notebook}/" for notebook, cell in pairs]
    block.columns = pd.Index(
        [f"{assignment}/{at}{exercise(cell)}" for at, (_, cell) in zip(places, pairs, strict=True)]
    )
    earned = [_sum(row) for row in block.to_numpy(float)]
    penalty = penalties.groupby("student")["penalty"].sum().reindex(students).fillna(0.0)
    block[f"{assignment} penalty"] = penalty
    block[f"{assignment} total"] = (pd.Series(earned, students) - penalty).clip(lower=0.0).round(6)
    block[f"{assignment} max"] = _sum(cells["max"])
    return block


def exercise(cell: str) -> str:
    """The exercise that a graded cell belongs to."""
    return cell.removeprefix("check_")


def _waiting(grades: pd.DataFrame) -> pd.Series[str]:
    """Student -> "01_a/why; 02_b/what", for those who wait for a person."""
    open_ = grades[grades["waiting"]]
    names = open_["assignment"] + "/" + open_["cell"].map(exercise)
    return names.groupby(open_["student"]).agg(lambda some: "; ".join(sorted(some)))


def cells_of(course: Course, assignment: str) -> pd.DataFrame:
    """The graded cells of one assignment in notebook order: notebook, cell, max."""
    from nbgrader import api
    from sqlalchemy import select

    found = []
    for kind in (api.GradeCell, api.TaskCell):
        query = (
            select(api.Notebook.name, kind.name, kind.max_score)
            .join(api.Notebook, kind.notebook_id == api.Notebook.id)
            .join(api.Assignment, api.Notebook.assignment_id == api.Assignment.id)
        )
        found.append(_read(course, query, ["notebook", "cell", "max"], assignment))
    cells = pd.concat(found, ignore_index=True)
    order = {name: place for place, name in enumerate(_order(course, assignment))}
    place = [order.get(name, len(order)) for name in cells["cell"]]
    cells = cells.assign(place=place).sort_values(["notebook", "place", "cell"], kind="stable")
    return cells.drop(columns="place").reset_index(drop=True)


def _order(course: Course, assignment: str) -> list[str]:
    """The names of the cells as they stand in the notebooks; the gradebook does not know."""
    try:
        built = course.assignment(assignment)
    except CourseError:
        return []
    return [cell.name for one in built for cell in ingest.cells_of(json.loads(one.release))]


def _penalties(course: Course, assignment: str | None) -> pd.DataFrame:
    """Who handed in what, and what being late costs: student, assignment, notebook, penalty."""
    from nbgrader import api
    from sqlalchemy import func, select

    query = (
        select(
            api.SubmittedAssignment.student_id, api.Assignment.name, api.Notebook.name,
            func.coalesce(api.SubmittedNotebook.late_submission_penalty, 0.0),
        )
        .select_from(api.SubmittedNotebook)
        .join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
    )  # fmt: skip
    table = _read(course, query, ["student", "assignment", "notebook", "penalty"], assignment)
    return table.astype({"penalty": float})


def _read(course: Course, query: Any, columns: list[str], assignment: str | None) -> pd.DataFrame:
    """The rows of a query, of one assignment where one is named."""
    from nbgrader import api
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import NullPool

    file = database.file_of(course.db_url)
    if file is not None and not file.is_file():
        raise CourseError(f"There is no gradebook {file} yet; run `autograder grade` first.")
    if assignment is not None:
        query = query.where(api.Assignment.name == assignment)
    try:
        engine = create_engine(course.db_url, poolclass=NullPool)
        with Session(engine) as session:
            rows = [tuple(row) for row in session.execute(query)]
    except database.ERRORS as error:
        raise CourseError(database.explain(error, course.db_url)) from None
    return pd.DataFrame(rows, columns=columns)


def _sum(values: Any) -> float:
    """The sum of what is there, not of rounding: 0.1 + 0.2 is 0.3."""
    return round(math.fsum(value for value in values if not math.isnan(value)), 6)


def _no_formula(value: Any) -> Any:
    """Text that no spreadsheet runs."""
    if isinstance(value, str) and value.lstrip("\ufeff \u00a0")[:1] in tuple("=+-@\t\r\n＝＋－＠"):
        return f"'{value}"
    return value
