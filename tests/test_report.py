"""grades.csv, feedback and the class report, from a small gradebook and made-up judgements."""

from __future__ import annotations

import base64
import csv
import html
import itertools
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback

from autograder import ingest
from autograder.answers import Answerer
from autograder.course import Assignment, Course, CourseError
from autograder.expect import expect
from autograder.feedback import FeedbackExporter
from autograder.ingest import Submission
from autograder.marked import mark
from autograder.pages import markdown
from autograder.report import class_report, feedback, grades_csv
from autograder.spec import MANUAL, NOT_STARTED, CellOutput, Check, Judgement, Outcome, Verdict
from autograder.student import Student
from autograder.verdict import run_check

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

NAME, NOTEBOOK = "00_light", "light"
SCRIPT = "<script>document.title='owned'</script>"
HANDLER = "<img src=x onerror=\"document.title='owned'\">"
ANSI, TURNED = "\x1b[31mred\x1b[0m", "\u202egnp.exe"
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAA"
    "AABJRU5ErkJggg=="
)
STUDENTS = ("anna", "=cmd|' calc'!A0", "bert", "nobody")
SECRET = "8675309"

DOUBLE = (
    Outcome("a vector", True, 1),
    Outcome("a matrix", False, 1, True, cause="Every value is wrong."),
)
ROWS = (Outcome("a batch", False, 1, False, "row_sum(x)", "[1]", "[2]", "You summed columns."),)


def judgement(*verdicts: Verdict, **fields) -> Judgement:
    verdicts = verdicts or (
        Verdict("double", 1.0, 2.0, outcomes=DOUBLE),
        Verdict("row_sum", 0.0, 3.0, outcomes=ROWS),
        Verdict("why", None, 3.0, MANUAL),
    )
    return Judgement(NAME, NOTEBOOK, verdicts, **fields)


HOSTILE = judgement(
    cells=(
        CellOutput("double", f"# {SCRIPT}", f"{SCRIPT}{HANDLER}{ANSI}", figures=(PNG,)),
        CellOutput("row_sum", "1/0", error=f"Boom: {SCRIPT}{TURNED}"),
    ),
    notices=(f"{SCRIPT}{HANDLER}",),
)


def release() -> str:
    """A notebook as the build makes it: two exercises with checks and a written question."""

    def cell(name, source, kind="code", **marks):
        new = getattr(nbformat.v4, f"new_{kind}_cell")(source, id=name.replace("_", "-"))
        if marks:
            marks = {"grade_id": name, "schema_version": 3, "task": False, **marks}
            new.metadata["nbgrader"] = {"grade": False, "solution": False, "locked": False, **marks}
        return new

    text = "# Light\n\n![badge](https://example.org/badge.svg) <script>bad()</script> $x^2$"
    cells = [
        cell("top", text, "markdown"),
        cell("imports", "import numpy as np"),
        cell("double", "def double(x):\n    ...", solution=True),
        cell("check_double", 'check("double")', grade=True, locked=True, points=2),
        cell("row_sum", "def row_sum(x):\n    ...", solution=True),
        cell("check_row_sum", 'check("row_sum")', grade=True, locked=True, points=3),
        cell("why", "Why?", "markdown", grade=True, solution=True, points=3),
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A course with a gradebook; three students handed in, one of them late."""
    root = tmp_path_factory.mktemp("template")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.source_directory = 'build/source'\n"
        "c.CourseDirectory.release_directory = 'notebooks'\n"
        "c.GenerateFeedback.exporter_class = 'autograder.feedback.FeedbackExporter'\n"
    )
    text = release()
    for folder in ("build/source", "notebooks"):
        path = root / folder / NAME / f"{NOTEBOOK}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    course = Course.open(root)
    cells = ingest.cells_of(json.loads(text))
    with Gradebook(course.db_url) as book:
        book.add_assignment(NAME)
        book.add_notebook(NOTEBOOK, NAME)
        for name, points, kind in (
            ("check_double", 2, "code"), ("check_row_sum", 3, "code"), ("why", 3, "markdown"),
        ):  # fmt: skip
            book.add_grade_cell(name, NOTEBOOK, NAME, max_score=points, cell_type=kind)
        for name in ("double", "row_sum", "why"):
            book.add_solution_cell(name, NOTEBOOK, NAME)
        for student in STUDENTS:
            book.add_student(student, last_name="@SUM(1)" if student == "anna" else None)
            if student != "nobody":
                enter(book, course, student, cells, text)
        book.db.commit()
    return root


def enter(book, course, student, cells, text) -> None:
    found = HOSTILE if student == "bert" else judgement()
    book.add_submission(NAME, student)
    for name, points in (("check_double", 1.0), ("check_row_sum", 0.1 + 0.2)):
        grade = book.find_grade(name, NOTEBOOK, NAME, student)
        grade.auto_score, grade.needs_manual_grade = points, False
    sources = {o.cell: o.source for o in found.cells} | {"why": f"Because. {SCRIPT}{HANDLER}"}
    mine = tuple(replace(cell, source=sources.get(cell.name, cell.source)) for cell in cells)
    path = course.folder("autograded", student, NAME) / f"{NOTEBOOK}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(mark(Assignment(NAME, NOTEBOOK, text, text), Submission(mine), found))


@pytest.fixture
def course(template, tmp_path) -> Course:
    shutil.copytree(template, tmp_path / "course")
    return Course.open(tmp_path / "course")


def in_book(course: Course, student: str, penalty=None, **grades) -> None:
    """Change what the gradebook says: manual scores and a late penalty."""
    with Gradebook(course.db_url) as book:
        for name, points in grades.items():
            grade = book.find_grade(name, NOTEBOOK, NAME, student)
            grade.manual_score, grade.needs_manual_grade = points, False
        if penalty is not None:
            found = book.find_submission_notebook(NOTEBOOK, NAME, student)
            found.late_submission_penalty = penalty
        book.db.commit()


def comment(course: Course, student: str, cell: str, words: str) -> None:
    with Gradebook(course.db_url) as book:
        book.find_comment(cell, NOTEBOOK, NAME, student).manual_comment = words
        book.db.commit()


def page_of(course: Course, student: str) -> str:
    (path,) = feedback(course, NAME, [student])
    return path.read_text("utf-8")


def report_of(course: Course, judgements, seconds=None, problems=None) -> str:
    path = course.root / "report.html"
    class_report(course, NAME, judgements, seconds or {}, path, problems)
    return path.read_text("utf-8")


def words_of(page: str) -> str:
    """The text of a page, without its style sheet."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


class Tags(HTMLParser):
    """The tags and attributes of a page, as a browser reads them."""

    def __init__(self, page: str):
        super().__init__()
        self.names, self.attributes = set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_inert(page: str) -> None:
    """Nothing in the page runs, loads, or looks like what it is not."""
    tags = Tags(page)
    assert not tags.names & set("script link iframe object embed base form video audio".split())
    for tag, name, value in tags.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in ("srcset", "poster", "background", "action"), (tag, name)
        assert name != "src" or value.startswith("data:image/png;base64,"), value
        assert not value.lower().strip().startswith("javascript:"), value
    assert "default-src 'none'" in page and "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "\x1b" not in page and "\u202e" not in page


# --- grades.csv


def test_grades_have_a_row_per_student_and_a_column_per_exercise(course):
    table = grades_csv(course, course.root / "grades.csv").set_index("student")
    assert sorted(table.index) == sorted(STUDENTS)
    exercises = [f"{NAME}/double", f"{NAME}/row_sum", f"{NAME}/why"]
    assert [c for c in table.columns if "/" in c] == exercises
    assert table.loc["anna", exercises[:2]].tolist() == [1.0, pytest.approx(0.3)]
    assert table.loc["anna", ["total", "max"]].tolist() == [1.3, 8.0]


def test_grades_say_what_waits_for_a_person(course):
    in_book(course, "bert", why=2.5)
    table = grades_csv(course, course.root / "grades.csv").set_index("student")
    assert table.loc["anna", "to grade by hand"] == f"{NAME}/why"
    assert pd.isna(table.loc["anna", f"{NAME}/why"])
    assert table.loc["bert", "to grade by hand"] == ""
    assert table.loc["bert", f"{NAME}/why"] == 2.5


def test_grades_of_somebody_who_handed_in_nothing_are_empty_and_the_total_is_zero(course):
    table = grades_csv(course, course.root / "grades.csv").set_index("student")
    assert table.loc["nobody"].filter(like="/").isna().all()
    assert table.loc["nobody", "total"] == 0


def test_grades_take_the_late_penalty_off_but_never_below_zero(course):
    in_book(course, "anna", penalty=0.5)
    in_book(course, "bert", penalty=50)
    table = grades_csv(course, course.root / "grades.csv").set_index("student")
    assert table.loc["anna", [f"{NAME} penalty", "total"]].tolist() == [0.5, 0.8]
    assert table.loc["bert", "total"] == 0


def test_grades_are_those_of_nbgrader(course):
    in_book(course, "anna", why=1.75, penalty=0.25)
    table = grades_csv(course, course.root / "grades.csv").set_index("student")
    with Gradebook(course.db_url) as book:
        for student in ("anna", "bert"):
            found = book.find_submission(NAME, student)
            expected = found.score - found.late_submission_penalty
            assert table.loc[student, f"{NAME} total"] == pytest.approx(expected, abs=1e-9)
            assert table.loc[student, f"{NAME} max"] == found.max_score


def test_grades_in_a_file_run_no_formula_and_come_back_the_same(course):
    path = course.root / "grades.csv"
    table = grades_csv(course, path)
    back = pd.read_csv(path, dtype={"student": str}, keep_default_na=False)
    assert "'" + STUDENTS[1] in set(back["student"])
    assert "'@SUM(1)" in set(back["last name"])
    with path.open(newline="") as file:
        assert not any(cell[:1] in tuple("=+-@") for row in csv.reader(file) for cell in row)
    assert back["total"].tolist() == table["total"].tolist()
    before = path.read_bytes()
    grades_csv(course, path)
    assert path.read_bytes() == before
    assert [p.name for p in course.root.glob(".grades*")] == []


@pytest.mark.filterwarnings("error::pandas.errors.PerformanceWarning")
def test_grades_of_a_course_with_many_exercises_come_without_a_warning(course):
    with Gradebook(course.db_url) as book:
        for number in range(3):
            book.add_assignment(f"{number}_long")
            book.add_notebook("long", f"{number}_long")
            for cell in range(60):
                where = f"check_{cell}", "long", f"{number}_long"
                book.add_grade_cell(*where, cell_type="code", max_score=1)
    table = grades_csv(course, course.root / "grades.csv")
    assert len([column for column in table.columns if "_long/" in column]) == 180


def test_grades_without_a_gradebook_say_what_to_do(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    with pytest.raises(CourseError, match="autograder grade"):
        grades_csv(Course.open(tmp_path), tmp_path / "grades.csv")
    assert not (tmp_path / "gradebook.db").exists()


# --- feedback


def test_feedback_shows_scores_tables_and_comments(course):
    in_book(course, "anna", why=2.5, penalty=0.5)
    comment(course, "anna", "why", f"Well **said** {SCRIPT}")
    page = page_of(course, "anna")
    words = words_of(page)
    assert "3.3 of 8 points" in words and "0.5 points were taken off" in words
    assert "1 of 2 cases" in words and "You summed columns." in words
    assert "Well said" in words and "<strong>said</strong>" in page


def test_feedback_says_what_is_not_final(course):
    assert "Not final: 1 to be graded by hand" in words_of(page_of(course, "anna"))


def hidden_case(answer) -> str:
    """The feedback on a hidden case that asks `answer` about SECRET."""
    check = Check("double")

    @check.case("a matrix", hidden=True)
    def _(student, reference, rng):
        expect(student.double(float(SECRET)), reference.double(float(SECRET)), asked=SECRET)

    learner = Student(Answerer({"double": answer}).answer)
    oracle = Student(Answerer({"double": lambda x: 2 * x}).answer)
    found = run_check(check, learner, oracle, hidden=True, max_points=2.0)
    text = release()
    cells = ingest.cells_of(json.loads(text))
    marked = mark(Assignment(NAME, NOTEBOOK, text, text), Submission(cells), judgement(found))
    book = {"notebook": "n", "student": "s", "score": 0, "max_score": 1, "late_penalty": 0}
    notebook = nbformat.reads(marked, as_version=4)
    return words_of(FeedbackExporter().from_notebook_node(notebook, {"nbgrader": book})[0])


def test_feedback_shows_no_numbers_of_hidden_cases():
    words = hidden_case(lambda x: x)
    assert "a matrix" in words and "The value is wrong." in words
    assert SECRET not in words and str(2 * int(SECRET)) not in words


def test_feedback_shows_no_numbers_that_the_learner_raises_from_a_hidden_case():
    def tell(x):
        raise ValueError(f"I was asked {x}")

    assert SECRET not in hidden_case(tell)


def test_feedback_shows_hostile_text_as_text(course):
    page = page_of(course, "bert")
    assert_inert(page)
    assert html.escape(SCRIPT, quote=False) in page.replace("&#39;", "'")
    assert f'src="data:image/png;base64,{PNG}"' in page


def test_feedback_is_written_again_only_when_something_changed(course):
    (path,) = feedback(course, NAME, ["anna"])
    first = path.stat().st_ino, path.stat().st_mtime_ns
    assert feedback(course, NAME, ["anna"]) == [path]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == first
    comment(course, "anna", "why", "Now there is one.")
    feedback(course, NAME, ["anna"])
    assert "Now there is one." in path.read_text("utf-8")


def test_feedback_for_somebody_without_a_graded_notebook_is_none(course):
    assert feedback(course, NAME, ["nobody", "unknown"]) == []


@pytest.mark.parametrize("student", ["../anna", "", "..", "a/b"])
def test_feedback_leaves_its_folder_for_nobody(course, student):
    with pytest.raises(CourseError):
        feedback(course, NAME, [student])


def test_feedback_of_plain_nbgrader_is_the_same_page(course):
    in_book(course, "bert", why=2.5)
    ours = words_of(page_of(course, "bert"))
    shutil.rmtree(course.folder("feedback"))
    course.directory.assignment_id, course.directory.student_id = NAME, "bert"
    GenerateFeedback(coursedir=course.directory, config=course.config).start()
    path = course.folder("feedback", "bert", NAME) / f"{NOTEBOOK}.html"
    assert words_of(path.read_text("utf-8")) == ours


def test_feedback_refuses_figures_that_are_not_png():
    data = {"image/png": 'x" onerror="alert(1)', "text/html": SCRIPT, "text/plain": "plain"}
    output = nbformat.v4.new_output("display_data", data)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    notebook.cells[0].metadata["nbgrader"] = {"grade_id": "a", "solution": True, "grade": False}
    book = {"notebook": "n", "student": "s", "score": 0, "max_score": 1, "late_penalty": 0}
    page, _ = FeedbackExporter().from_notebook_node(notebook, {"nbgrader": book})
    assert_inert(page)
    assert "plain" in words_of(page)


@pytest.mark.parametrize("ours", [True, False])
def test_markdown_neither_runs_nor_loads(ours):
    text = f"{SCRIPT} {HANDLER} ![a](http://example.org/a.png) [b](javascript:alert(1))"
    page = str(markdown(f"{text}\n\n<iframe src='http://example.org'></iframe>", ours))
    assert not re.search(r"<(script|img|iframe)|href=.javascript", page)


def test_markdown_shows_the_pictures_pasted_into_the_cell():
    pasted = {
        "a b.png": {"image/png": PNG},
        "c.svg": {"image/svg+xml": "PHN2Zz4="},
        "d.png": {"image/png": 'x" onerror="alert(1)'},
    }
    source = "![seen](attachment:a%20b.png) ![c](attachment:c.svg) ![d](attachment:d.png)"
    page = str(markdown(source, False, pasted))
    assert f'<img class="figure" alt="seen" src="data:image/png;base64,{PNG}">' in page
    assert page.count("<img") == 1


# --- the class report


def klass(count: int) -> dict[str, Judgement]:
    """Most fail row_sum for the same cause; the rest did not start it."""
    idle = Verdict("row_sum", 0.0, 3.0, NOT_STARTED)
    good = Verdict("double", 2.0, 2.0, outcomes=(DOUBLE[0],))
    fails = Verdict("row_sum", 0.0, 3.0, outcomes=ROWS)
    return {f"student{n:05d}": judgement(good, idle if n % 3 == 0 else fails) for n in range(count)}


def test_report_starts_with_what_to_look_at_first(course):
    words = words_of(report_of(course, klass(9)))
    assert "Look at row_sum first" in words and "27 points, 100 % of" in words
    assert "the case “a batch” fails, for 6 students. Likely cause: You summed columns." in words


def test_report_says_when_most_did_not_start(course):
    everybody = klass(9)
    idle = everybody["student00000"]
    everybody |= dict.fromkeys([f"student{n:05d}" for n in range(8)], idle)
    words = words_of(report_of(course, everybody))
    assert "it was not started, by 8 students" in words


def test_report_is_glad_when_everything_is_solved(course):
    solved = judgement(Verdict("double", 2.0, 2.0, outcomes=(DOUBLE[0],)))
    words = words_of(report_of(course, {"anna": solved}))
    assert "Every exercise is solved by everybody" in words and "No case failed." in words


def test_report_of_nobody_and_of_the_unreadable_only(course):
    assert "Nobody handed in." in words_of(report_of(course, {}))
    refused = judgement(Verdict("double", 0.0, 2.0, reason="not handed in"), refused="No notebook.")
    words = words_of(report_of(course, {"anna": refused}))
    assert "Nothing could be judged yet" in words and "No notebook." in words


def test_report_groups_failures_by_exercise_case_and_cause(course):
    other = replace(ROWS[0], cause="NaN came back.")
    found = klass(9) | {"zoe": judgement(Verdict("row_sum", 0.0, 3.0, outcomes=(other,)))}
    words = words_of(report_of(course, found))
    stuck = words[words.index("Where the class is stuck") : words.index("Refused, repaired")]
    assert stuck.index("6 students row_sum") < stuck.index("1 student row_sum")
    assert stuck.count("You summed columns.") == 1 and "NaN came back." in stuck


def test_report_says_what_was_refused_and_stopped_and_why(course):
    found = klass(3)
    found["evil"] = judgement(Verdict("double", 0.0, 2.0), refused="The file has 200 MB.")
    found["slow"] = replace(found["student00001"], notices=("The cell 'x' was stopped.",))
    words = words_of(report_of(course, found, problems={"gone": "Its worker ended."}))
    stopped = words[words.index("Refused, repaired") :]
    assert "not judged Its worker ended. gone" in stopped
    assert "The file has 200 MB. evil" in stopped and "The cell 'x' was stopped. slow" in stopped


def test_report_warns_when_there_was_no_sandbox(course):
    found = klass(2)
    assert "Graded without a sandbox" not in report_of(course, found)
    found["student00000"] = replace(found["student00000"], sandbox="off")
    assert "Graded without a sandbox" in report_of(course, found)


def test_report_lists_students_by_score_with_links_to_their_feedback(course):
    feedback(course, NAME, ["bert", STUDENTS[1]])
    in_book(course, "bert", why=3)
    found = {name: judgement() for name in STUDENTS[:3]}
    page = report_of(course, found)
    students = page[page.index('id="students"') :]
    assert f'href="feedback/bert/{NAME}/{NOTEBOOK}.html"' in students
    assert 'href="feedback/%3Dcmd' in students
    assert words_of(students).rindex("bert") > words_of(students).rindex("anna")
    assert "4.3 of 8" in words_of(students)


def test_report_has_pictures_that_can_be_read_aloud(course):
    page = report_of(course, klass(9), {"student00000": 1.5, "student00001": 3.0})
    pictures = re.findall(r'<svg class="picture" role="img" aria-label="([^"]+)"', page)
    assert len(pictures) == 4 and all(len(words) > 20 for words in pictures)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "#010101" not in page and "var(--ink)" in page


def hostile_class() -> dict[str, Judgement]:
    words = f"{SCRIPT}{HANDLER}{ANSI}{TURNED}"
    outcome = Outcome(words, False, 1, False, words, words, words, words)
    evil = judgement(
        Verdict(words, 0.0, 2.0, outcomes=(outcome,)),
        Verdict("rule", 0.0, 2.0, outcomes=DOUBLE, reason=words),
        notices=(words, words + "A" * 10_000_000),
    )
    huge = words + "B" * 10_000_000
    seconds_name = f"{TURNED}{HANDLER}"
    return klass(5) | {huge: evil, seconds_name: replace(evil, refused=words), "\ud800": evil}


def test_report_shows_hostile_text_as_text_and_cuts_it(course):
    found = hostile_class()
    page = report_of(course, found, dict.fromkeys(found, 1.0))
    assert len(page) < 500_000
    assert_inert(page)
    assert SCRIPT in words_of(page)


def test_report_of_a_large_class_is_cut_not_the_counts(course):
    page = report_of(course, klass(2500), {f"student{n:05d}": n / 100 for n in range(2500)})
    assert len(page) < 1_000_000
    words = words_of(page)
    assert "And 1,500 with more points" in words and "1,666 students" in words


def test_report_is_the_same_when_written_twice(course):
    found, seconds = klass(9), {"student00000": 1.5}
    assert report_of(course, found, seconds) == report_of(course, found, seconds)


# --- in a browser


class Browser:
    """Chromium without a window, spoken to over its debugging socket."""

    def __init__(self, folder: Path):
        websocket = pytest.importorskip("websocket", reason="needs the package websocket-client")
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if program is None:
            pytest.skip("needs Chromium, which is not installed")
        switches = "headless no-sandbox disable-gpu disable-quic no-first-run disable-sync"
        switches += " disable-background-networking disable-component-update hide-scrollbars"
        switches += " remote-debugging-port=0 remote-allow-origins=*"
        self._process = subprocess.Popen(
            [program, *(f"--{s}" for s in switches.split()), f"--user-data-dir={folder}"],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        lines = (re.search(r"listening on (ws://\S+)", line) for line in self._process.stderr)
        found = next(filter(None, lines), None)
        assert found, "Chromium did not start"
        self._socket = websocket.create_connection(found[1], timeout=60)
        self._numbers, self._session, self.events = itertools.count(1), None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params):
        message = {"id": next(self._numbers), "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            reply = json.loads(self._socket.recv())
            if reply.get("id") == message["id"]:
                assert "error" not in reply, reply
                return reply["result"]
            self.events.append(reply)

    def open(self, path: Path, width: int) -> None:
        self.events.clear()
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self._socket.recv()))

    def value(self, expression: str):
        return self.call("Runtime.evaluate", expression=expression)["result"].get("value")

    def requested(self) -> list[str]:
        sent = (e["params"] for e in self.events if e["method"] == "Network.requestWillBeSent")
        return [one["request"]["url"] for one in sent]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._process.stderr.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = Browser(tmp_path_factory.mktemp("chromium"))
    yield opened
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1200])
def test_pages_fit_the_width_and_run_nothing(course, browser, width):
    found = hostile_class()
    report_of(course, found, dict.fromkeys(found, 1.0))
    pages = [course.root / "report.html", *feedback(course, NAME, ["bert"])]
    for page in pages:
        browser.open(page, width)
        assert browser.value("document.documentElement.scrollWidth") <= width
        assert browser.value("document.title") != "owned"
        assert browser.value("document.scripts.length") == 0
        elsewhere = [url for url in browser.requested() if not url.startswith(("file:", "data:"))]
        assert elsewhere == []


def test_the_picture_used_here_is_a_png():
    assert base64.b64decode(PNG).startswith(b"\x89PNG")
