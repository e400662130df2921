"""The marked notebook and the gradebook, with judgements made up: nothing is run here."""

from __future__ import annotations

import errno
import json
import math
import signal
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import classwork
import nbformat
import pytest
from classwork import FULL, NAME, NOTEBOOK, RIGHT, by_hand, changed, grades, judged, notebook, rows
from nbgrader import utils
from nbgrader.api import Gradebook as Nbgrader
from nbgrader.converters import Autograde
from sqlalchemy import text

from autograder import autograded, grade, ingest
from autograder.course import Course, CourseError
from autograder.gradebook import Gradebook
from autograder.judge import refused
from autograder.marked import mark

NOW = datetime(2024, 3, 1, 12, 30, 15, 250)


@pytest.fixture
def course(light_course: Path) -> Course:
    return Course.open(light_course)


def enter(course: Course, student: str, handed_in: Any = None, **points: float) -> bool:
    """Enter one submission, by default a right one with full marks."""
    assignment = classwork.light(course)
    work = handed_in or notebook(assignment, **RIGHT)
    judgement, marked = judged(assignment, work, **(points or FULL))
    with Gradebook(course) as book:
        return book.enter(NAME, student, {NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW)


def path_of(course: Course, student: str, name: str = "light.ipynb") -> Path:
    return course.folder("autograded", student, NAME) / name


# --- the marked notebook ------------------------------------------------------------------------


def determined(marked: str) -> dict[str, Any]:
    """Grade id -> the score that nbgrader reads out of it."""
    cells = nbformat.reads(marked, as_version=4).cells
    return {
        cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)[0]
        for cell in cells
        if utils.is_grade(cell)
    }


@pytest.mark.parametrize("points", [0.0, 0.33, 0.67, 2 / 3, 1.0])
def test_nbgrader_reads_exactly_the_points_that_were_judged(course: Course, points: float) -> None:
    assignment = classwork.light(course)
    _, marked = judged(assignment, notebook(assignment, **RIGHT), clip=points, double=2.0)
    scores = {"check_clip": points, "check_double": 2.0, "check_row_sum": 0.0, "why": None}
    assert determined(marked) == scores


@pytest.mark.parametrize("points", [math.nan, math.inf, -math.inf, -1.0, None])
def test_what_is_no_number_of_points_is_zero(course: Course, points: Any) -> None:
    assignment = classwork.light(course)
    work = notebook(assignment, **RIGHT)
    judgement = changed(judged(assignment, work, **FULL)[0], "clip", points=points)
    submission = ingest.rebuild(json.dumps(work).encode(), ingest.cells_of(notebook(assignment)))
    assert determined(mark(assignment, submission, judgement))["check_clip"] == 0.0


def test_points_above_the_maximum_are_the_maximum(course: Course) -> None:
    assignment = classwork.light(course)
    _, marked = judged(assignment, notebook(assignment, **RIGHT), clip=1.01)
    assert determined(marked)["check_clip"] == 1.0


def test_marked_notebook_is_written_as_nbformat_writes_it(course: Course) -> None:
    assignment = classwork.light(course)
    work = notebook(assignment, **RIGHT | {"why": "one\x0btwo\u2028three\nand four\n"})
    _, marked = judged(assignment, work, **FULL)
    read = nbformat.reads(marked, as_version=4)
    nbformat.validate(read)
    assert nbformat.writes(read) + "\n" == marked
    assert marked == judged(assignment, work, **FULL)[1]


def test_marked_notebook_is_ours_with_the_learners_text(course: Course) -> None:
    assignment = classwork.light(course)
    work = notebook(assignment, **RIGHT, check_double="pass", **{"cell-000": "# My own title"})
    for cell in work["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
    ours = notebook(assignment)["cells"]
    marked = json.loads(judged(assignment, work, **FULL)[1])["cells"]
    assert [cell["metadata"] for cell in marked] == [cell["metadata"] for cell in ours]
    for cell, own in zip(marked, ours, strict=True):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        wanted = RIGHT.get(name) or "".join(own["source"])
        assert "".join(cell["source"]) == wanted


def test_cells_that_the_learner_added_stay_at_their_place(course: Course) -> None:
    assignment = classwork.light(course)
    work = notebook(assignment, **RIGHT)
    for place, source in ((5, "b = 2"), (3, "a = 1"), (0, "first = 0")):
        work["cells"].insert(place, {"cell_type": "code", "metadata": {}, "source": source})
    marked = nbformat.reads(judged(assignment, work, **FULL)[1], as_version=4)
    nbformat.validate(marked)
    before = [c.id for c in nbformat.reads(assignment.release, as_version=4).cells]
    assert [c.source for c in marked.cells if c.id not in before] == ["first = 0", "a = 1", "b = 2"]
    assert [c.id for c in marked.cells if c.id in before] == before
    added = next(c for c in marked.cells if c.source == "b = 2")
    assert added.outputs[0].text.startswith("ran after")


def test_learners_output_is_text_and_pictures_and_never_in_a_check_cell(course: Course) -> None:
    assignment = classwork.light(course)
    work = notebook(assignment, **RIGHT)
    judgement, _ = judged(assignment, work, **FULL)
    output = classwork.CellOutput("clip", RIGHT["clip"], "<i>hi</i>", "E: <b>no</b>", ("iVBORw0=",))
    judgement = classwork.replace(judgement, cells=(output,))
    submission = ingest.rebuild(json.dumps(work).encode(), ingest.cells_of(notebook(assignment)))
    marked = nbformat.reads(mark(assignment, submission, judgement), as_version=4)
    nbformat.validate(marked)
    cells = {cell.id: cell for cell in marked.cells}
    assert [o.output_type for o in cells["clip"].outputs] == ["stream", "error", "display_data"]
    assert set(cells["clip"].outputs[2].data) == {"image/png", "text/plain"}
    table, points = cells["check_clip"].outputs
    assert "&lt;b&gt;7&lt;/b&gt;" in table.data["text/html"] and "<b>7</b>" not in str(
        table.data["text/html"]
    )
    assert points.data["text/plain"] == "1.0"


def test_refused_submission_is_the_release_with_zeros_and_the_reason_on_top(course: Course) -> None:
    assignment = classwork.light(course)
    ours = ingest.cells_of(notebook(assignment))
    names = {"assignment": NAME, "notebook": NOTEBOOK}
    reason = "No <script>alert(1)</script> $x$\n\n# not a title"
    marked = mark(assignment, None, refused(reason, ours, **names))
    assert set(determined(marked).values()) == {0}
    first = nbformat.reads(marked, as_version=4).cells[0]
    assert first.cell_type == "markdown" and "\n" not in first.source
    assert "No &lt;script&gt;alert(1)" in first.source and "$" not in first.source


def test_notices_are_shown_and_cut(course: Course) -> None:
    assignment = classwork.light(course)
    judgement, _ = judged(assignment, notebook(assignment, **RIGHT), **FULL)
    judgement = classwork.replace(judgement, notices=("x" * 10_000,) * 1000)
    work = json.dumps(notebook(assignment, **RIGHT)).encode()
    submission = ingest.rebuild(work, ingest.cells_of(notebook(assignment)))
    first = nbformat.reads(mark(assignment, submission, judgement), as_version=4).cells[0]
    assert "and 950 more" in first.source and len(first.source) < 40_000


def test_half_of_a_surrogate_pair_can_be_written(course: Course) -> None:
    assignment = classwork.light(course)
    work = notebook(assignment, **RIGHT | {"why": "\ud800", "clip": "x = '\udcff'"})
    judged(assignment, work, **FULL)[1].encode("utf-8")


# --- one student --------------------------------------------------------------------------------


def test_scores_are_entered(course: Course) -> None:
    assert enter(course, "ann", double=2.0, row_sum=1.0, clip=0.33)
    found = grades(course.root, "ann")
    assert found["check_row_sum"] == (1.0, None, None, 0)
    assert found["check_clip"] == (0.33, None, None, 0)
    assert found["why"] == (None, None, None, 1)
    (submission,) = rows(course.root)["submission"]
    assert submission == ("ann", NAME, "2024-03-01 12:30:15.000250", None)


def test_files_are_as_nbgrader_leaves_them_and_replaced_although_read_only(course: Course) -> None:
    enter(course, "ann")
    first = path_of(course, "ann").read_text()
    enter(course, "ann", double=1.0)
    assert path_of(course, "ann").read_text() != first
    for name in ("light.ipynb", "timestamp.txt"):
        assert path_of(course, "ann", name).stat().st_mode & 0o777 == 0o444
    folder = str(path_of(course, "ann").parent)
    assert course.directory.get_existing_timestamp(folder) == NOW
    assert sorted(p.name for p in course.folder("autograded").iterdir()) == ["ann"]


def test_nothing_is_written_when_nothing_changed(course: Course) -> None:
    def state() -> tuple[bytes, list[int]]:
        files = sorted(course.folder("autograded").rglob("*"))
        return (course.root / "gradebook.db").read_bytes(), [p.stat().st_mtime_ns for p in files]

    for student in ("ann", "bob"):
        assert enter(course, student, clip=0.67)
    before = state()
    for student in ("ann", "bob"):
        assert not enter(course, student, clip=0.67)
    assert state() == before


@pytest.mark.parametrize(
    "damage",
    [
        "update grade set auto_score = 7",
        "update grade set auto_score = null, needs_manual_grade = 1",
        "delete from grade where rowid = (select min(rowid) from grade)",
        "delete from comment",
        "update comment set auto_comment = 'x'",
        "update submitted_assignment set timestamp = null",
        "update submitted_notebook set late_submission_penalty = 3",
        "delete from submitted_notebook",
    ],
)
def test_a_gradebook_that_was_damaged_is_mended(course: Course, damage: str) -> None:
    enter(course, "ann")
    before = rows(course.root)
    classwork.sql(course.root, damage)
    if "submitted_notebook" in damage and "delete" in damage:
        classwork.sql(course.root, "delete from grade")
        classwork.sql(course.root, "delete from comment")
    assert rows(course.root) != before
    assert enter(course, "ann")
    assert rows(course.root) == before
    assert not enter(course, "ann")


@pytest.mark.parametrize("damage", ["", "{", '{"cells": 1}', '{"cells": [1, {"metadata": 2}]}'])
def test_a_file_that_was_damaged_is_mended(course: Course, damage: str) -> None:
    enter(course, "ann")
    by_hand(course.root, "ann", "why", 2.0, None)
    good = path_of(course, "ann").read_text()
    path_of(course, "ann").unlink()
    if damage:
        path_of(course, "ann").write_text(damage)
    assert enter(course, "ann")
    assert path_of(course, "ann").read_text() == good
    assert grades(course.root, "ann")["why"][1] == 2.0


def test_unanswered_question_is_zero_and_needs_nobody(course: Course) -> None:
    answers = {name: words for name, words in RIGHT.items() if name != "why"}
    enter(course, "ann", notebook(classwork.light(course), **answers))
    assert grades(course.root, "ann")["why"] == (0.0, None, None, 0)
    comments = {row[1]: row[3] for row in rows(course.root)["comment"]}
    assert comments == {"why": "No response.", "double": None, "row_sum": None, "clip": None}


def test_emptied_answer_counts_as_unanswered(course: Course) -> None:
    enter(course, "ann", notebook(classwork.light(course), **RIGHT | {"why": " \n"}))
    assert grades(course.root, "ann")["why"] == (0.0, None, None, 0)


def test_notebook_that_was_not_handed_in_is_zero(course: Course) -> None:
    with Gradebook(course) as book:
        assert book.enter(NAME, "ann", {}, {})
        assert not book.enter(NAME, "ann", {}, {})
    assert set(grades(course.root, "ann").values()) == {(0.0, None, None, 0)}


def test_old_score_of_a_removed_test_is_gone(course: Course) -> None:
    with Nbgrader(course.db_url) as book:
        book.update_or_create_grade_cell(
            "check_gone", NOTEBOOK, NAME, max_score=5, cell_type="code"
        )
    enter(course, "ann")
    classwork.sql(course.root, "update grade set auto_score = 5 where auto_score is null")
    assert grades(course.root, "ann")["check_gone"][0] == 5
    enter(course, "ann")
    assert grades(course.root, "ann")["check_gone"][0] is None


def test_marked_notebook_that_disagrees_with_the_judgement_is_not_entered(course: Course) -> None:
    assignment = classwork.light(course)
    judgement, marked = judged(assignment, notebook(assignment, **RIGHT), **FULL)
    other = changed(judgement, "clip", points=0.0)
    with Gradebook(course) as book, pytest.raises(ValueError, match="clip"):
        book.enter(NAME, "ann", {NOTEBOOK: other}, {NOTEBOOK: marked})
    assert rows(course.root)["student"] == []


@pytest.mark.parametrize("student", ["", "..", "../x", "a/b", "a\nb", "a\udcff"])
def test_names_that_are_no_students_are_refused(course: Course, student: str) -> None:
    with pytest.raises(CourseError, match="name"):
        enter(course, student)


def test_roster_decides_when_students_are_not_created(course: Course) -> None:
    course.config.Autograde.create_student = False
    with Nbgrader(course.db_url) as book:
        book.add_student("ann", first_name="Ann")
    assert enter(course, "ann")
    with pytest.raises(CourseError, match="bob"):
        enter(course, "bob")
    assert [row[0] for row in rows(course.root)["student"]] == ["ann"]
    assert not course.folder("autograded", "bob").exists()


# --- as nbgrader would have done it -------------------------------------------------------------


def autograde(course: Course, **options: Any) -> None:
    """nbgrader's converter, in this process."""
    course.directory.assignment_id = NAME
    Autograde(coursedir=course.directory, config=course.config, **options).start()


def hand_in(course: Course, student: str, data: bytes, stamp: str = "") -> None:
    folder = course.folder("submitted", student, NAME)
    folder.mkdir(parents=True)
    (folder / "light.ipynb").write_bytes(data)
    if stamp:
        (folder / "timestamp.txt").write_text(stamp)


def made_up(assignment: Any, handed_in: bytes, seed: bytes, sandboxed: bool = True) -> grade.Graded:
    """In place of `grade.grade_one`: points that depend on the text."""
    names = {"assignment": assignment.name, "notebook": assignment.notebook}
    ours = ingest.cells_of(json.loads(assignment.release))
    try:
        submission = ingest.rebuild(handed_in, ours)
    except ingest.Refused as reason:
        return grade.Graded(refused(str(reason), ours, **names), None, 0.0)
    points = FULL if b"Rows" in handed_in else {"double": 2.0, "clip": 0.33}
    return grade.Graded(judged(assignment, json.loads(handed_in), **points)[0], submission, 0.0)


def class_of_four(course: Course) -> dict[str, bytes]:
    assignment = classwork.light(course)
    works = {
        "all": notebook(assignment, **RIGHT),
        "some": notebook(assignment, **RIGHT | {"why": "No idea.", "row_sum": "1/0"}),
        "none": notebook(assignment),
    }
    data = {student: json.dumps(work).encode() for student, work in works.items()}
    return data | {"unreadable": b"\xff{"}


@pytest.mark.parametrize("late", ["none", "zero"])
def test_rows_and_files_are_those_of_nbgraders_own_converter(
    light_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    monkeypatch.setattr(grade, "grade_one", made_up)
    with Nbgrader(f"sqlite:///{light_course}/gradebook.db") as book:
        book.find_assignment(NAME).duedate = NOW - timedelta(hours=1)
        book.db.commit()
    other = tmp_path / "other"
    subprocess.run(["cp", "-r", light_course, other], check=True)
    theirs, ours = Course.open(light_course), Course.open(other)
    for course in (theirs, ours):
        course.config.LateSubmissionPlugin.penalty_method = late
    for number, (student, data) in enumerate(class_of_four(theirs).items()):
        stamp = f"{NOW - timedelta(minutes=40 * number):%Y-%m-%d %H:%M:%S.%f} UTC"
        for course in (theirs, ours):
            hand_in(course, student, data, "" if student == "none" else stamp)
    autograde(theirs)
    assignment = classwork.light(ours)
    with Gradebook(ours) as book:
        for one in ours.handed_in(assignment, ours.students(NAME)):
            graded = made_up(assignment, one.read(), b"")
            marked = mark(assignment, graded.submission, graded.judgement)
            judgements = {NOTEBOOK: graded.judgement}
            assert book.enter(NAME, one.student, judgements, {NOTEBOOK: marked}, one.timestamp)
    assert rows(ours.root) == rows(theirs.root)
    for student in class_of_four(ours):
        assert path_of(ours, student).read_text() == path_of(theirs, student).read_text()
        modes = [path_of(c, student).stat().st_mode for c in (ours, theirs)]
        assert modes[0] == modes[1]
    autograde(ours)  # finds the folders, does nothing
    assert rows(ours.root) == rows(theirs.root)


def test_judge_that_fails_leaves_nobody_with_points(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("no sandbox")

    monkeypatch.setattr(grade, "grade_one", broken)
    for student, data in class_of_four(course).items():
        hand_in(course, student, data)
    with pytest.raises(Exception, match="error"):
        autograde(course)
    found = rows(course.root, "grade")["grade"]
    assert {row[3] for row in found} == {None}
    assert all(not path_of(course, student).exists() for student in class_of_four(course))


def test_without_judge_rebuild_alone_gives_no_points(course: Course) -> None:
    course.config.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.SaveAutoGrades"]
    hand_in(course, "all", class_of_four(course)["all"])
    autograde(course)
    scores = {name: row[0] for name, row in grades(course.root, "all").items()}
    assert scores == {"check_double": 0.0, "check_row_sum": 0.0, "check_clip": 0.0, "why": None}


# --- work done by hand --------------------------------------------------------------------------


def test_manual_score_extra_credit_and_comment_survive_a_regrade(course: Course) -> None:
    enter(course, "ann", clip=0.33)
    by_hand(course.root, "ann", "why", 2.5, 0.5)
    by_hand(course.root, "ann", "check_clip", 0.5, None)
    assert not enter(course, "ann", clip=0.33)
    assert grades(course.root, "ann")["why"] == (None, 2.5, 0.5, 0)
    assert enter(course, "ann", double=1.0, clip=0.33)
    assert grades(course.root, "ann")["why"] == (None, 2.5, 0.5, 0)
    assert grades(course.root, "ann")["check_clip"] == (0.33, 0.5, None, 0)
    comments = {row[1]: row[3:] for row in rows(course.root)["comment"]}
    assert comments["why"] == comments["clip"] == (None, "Well argued.")


def test_cell_is_reopened_when_its_score_or_its_answer_changed(course: Course) -> None:
    assignment = classwork.light(course)
    enter(course, "ann", clip=0.33)
    for cell in ("why", "check_clip", "check_double"):
        by_hand(course.root, "ann", cell, 1.0, None)
    enter(course, "ann", notebook(assignment, **RIGHT | {"why": "Another."}), clip=0.67)
    reopened = {name for name, row in grades(course.root, "ann").items() if row[3]}
    assert reopened == {"why", "check_clip"}
    enter(course, "ann", notebook(assignment, **RIGHT | {"double": "double = abs"}), clip=0.67)
    reopened = {name for name, row in grades(course.root, "ann").items() if row[3]}
    assert reopened == {"why", "check_clip", "check_double"}
    assert all(grades(course.root, "ann")[name][1] == 1.0 for name in reopened)


def test_late_penalty_is_that_of_the_courses_own_policy_and_survives(course: Course) -> None:
    policy = """
from nbgrader.plugins import BasePlugin

class Tenth(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.1 * score * (total_seconds_late // 3600)
"""
    (course.root / "tenth_policy.py").write_text(policy)
    course.config.AssignLatePenalties.plugin_class = "tenth_policy.Tenth"
    with Nbgrader(course.db_url) as book:
        book.find_assignment(NAME).duedate = NOW - timedelta(hours=2)
        book.db.commit()

    def penalty() -> float:
        return float(rows(course.root)["notebook"][0][3])

    enter(course, "ann")
    assert penalty() == pytest.approx(0.2 * 6)
    by_hand(course.root, "ann", "why", 3.0, 0.5)
    assert enter(course, "ann")
    assert penalty() == pytest.approx(0.2 * 9.5)
    assert not enter(course, "ann")
    with Nbgrader(course.db_url) as book:
        book.grant_extension(NAME, "ann", hours=1)
    assert enter(course, "ann")
    assert penalty() == pytest.approx(0.1 * 9.5)
    with Nbgrader(course.db_url) as book:
        book.grant_extension(NAME, "ann", days=1)
    assert enter(course, "ann")
    assert rows(course.root)["notebook"][0][3] is None


def test_what_formgrader_writes_during_a_run_is_seen(course: Course) -> None:
    assignment = classwork.light(course)
    judgement, marked = judged(assignment, notebook(assignment, **RIGHT), **FULL)
    submission: Any = ({NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW)
    with Gradebook(course) as book:
        assert book.enter(NAME, "ann", *submission)
        assert not book.enter(NAME, "ann", *submission)
        classwork.sql(course.root, "update grade set auto_score = 9")
        assert book.enter(NAME, "ann", *submission)
        assert not book.enter(NAME, "ann", *submission)


# --- when it cannot be done ---------------------------------------------------------------------


def test_no_gradebook_says_what_to_run(course: Course) -> None:
    (course.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="autograder build"):
        enter(course, "ann")
    assert not (course.root / "gradebook.db").exists()


def test_unknown_assignment_says_what_to_run(course: Course) -> None:
    with Gradebook(course) as book, pytest.raises(CourseError, match="autograder build"):
        book.enter("99_none", "ann", {}, {})


def test_gradebook_that_is_none_is_said_to_be(course: Course) -> None:
    (course.root / "gradebook.db").write_bytes(b"not a database" * 100)
    with pytest.raises(CourseError, match="not a database"):
        enter(course, "ann")


@pytest.mark.parametrize(
    "lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM assignment"]
)
def test_locked_gradebook_is_waited_for_then_said_with_the_remedy(
    course: Course, lock: str
) -> None:
    assignment = classwork.light(course)
    judgement, marked = judged(assignment, notebook(assignment, **RIGHT), **FULL)
    before = rows(course.root)
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    with Gradebook(course, wait=0.2) as book:
        for statement in lock.split(";"):  # a reader stops us only when we commit
            other.execute(statement).fetchone()
        with pytest.raises(CourseError, match="close formgrader"):
            book.enter(NAME, "ann", {NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW)
        other.rollback()
        assert rows(course.root) == before
        assert not course.folder("autograded", "ann").exists()
        assert book.enter(NAME, "ann", {NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW)
    other.close()


def test_gradebook_locked_from_the_start_is_said_with_the_remedy(course: Course) -> None:
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CourseError, match="close formgrader"):
        Gradebook(course, wait=0.2).__enter__()
    other.close()


def test_disk_full_while_files_are_written_changes_nothing(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(course, "ann", clip=0.33)
    before, text_before = rows(course.root), path_of(course, "ann").read_text()

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(autograded.Path, "write_bytes", full)
    for student in ("ann", "bob"):
        with pytest.raises(CourseError, match="space"):
            enter(course, student)
    assert rows(course.root) == before
    assert path_of(course, "ann").read_text() == text_before
    assert sorted(p.name for p in course.folder("autograded").iterdir()) == ["ann"]


def test_disk_full_under_the_gradebook_changes_nothing(course: Course) -> None:
    assignment = classwork.light(course)
    judgement, marked = judged(assignment, notebook(assignment, **RIGHT), **FULL)
    entered = []
    with Gradebook(course) as book:
        book._db.execute(text("PRAGMA max_page_count = 1"))  # SQLite: no more pages than now
        with pytest.raises(CourseError, match="space"):
            for number in range(1000):
                student = f"s{number}"
                book.enter(NAME, student, {NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW)
                entered.append(student)
    assert [row[0] for row in rows(course.root)["student"]] == sorted(entered)
    assert {p.name for p in course.folder("autograded").iterdir()} == set(entered)


# --- killed -------------------------------------------------------------------------------------

KILLED = """
import os, pickle, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from autograder.course import Course
from autograder import gradebook
root, works, last = Path(sys.argv[1]), pickle.load(open(sys.argv[2], "rb")), int(sys.argv[3])
done = 0
def step(*args, **kwargs):
    global done
    done += 1
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", step)
event.listen(Engine, "commit", step)
replace = os.replace
os.replace = lambda *args: (step(), replace(*args), step())
course = Course.open(root)
with gradebook.Gradebook(course) as book:
    done = 0
    for work in works:
        book.enter(*work)
print(done)
"""


def run_until(course: Course, works: Path, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(course.root), str(works), str(step)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_killed_at_any_write_and_run_again_ends_in_the_same_gradebook(
    light_course: Path, tmp_path: Path
) -> None:
    import pickle
    import random

    def copy(name: str) -> Course:
        subprocess.run(["cp", "-r", light_course, tmp_path / name], check=True)
        return Course.open(tmp_path / name)

    course = copy("whole")
    assignment = classwork.light(course)
    works = []
    for number in range(4):
        points = {"double": 2.0, "clip": round(number / 3, 2)}
        answer = notebook(assignment, **RIGHT | {"why": f"Answer {number}."})
        judgement, marked = judged(assignment, answer, **points)
        works.append((NAME, f"s{number}", {NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW))
    handed_in = tmp_path / "works.pickle"
    handed_in.write_bytes(pickle.dumps(works))
    done = run_until(course, handed_in, -1)
    steps, wanted = int(done.stdout), rows(course.root)
    assert [row[0] for row in wanted["student"]] == ["s0", "s1", "s2", "s3"]
    files = {
        p.relative_to(course.root): p.read_bytes() for p in course.folder("autograded").rglob("*.*")
    }
    killed = copy("killed")
    for step in sorted(random.Random(1).sample(range(1, steps), 6)):
        assert run_until(killed, handed_in, step).returncode == -signal.SIGKILL
        with Gradebook(killed) as book:
            for work in works:
                book.enter(*work)
            assert not any(book.enter(*work) for work in works)
        assert rows(killed.root) == wanted
        there = {
            p.relative_to(killed.root): p.read_bytes()
            for p in killed.folder("autograded").rglob("*.*")
        }
        assert there == files
        for name in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            classwork.sql(killed.root, f"delete from {name}")
        subprocess.run(["rm", "-rf", killed.folder("autograded")], check=True)
