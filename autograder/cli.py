"""`autograder build · check · collect · grade · feedback · report · export · demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

try:
    import typer
    from rich.console import Console
except ModuleNotFoundError as error:
    sys.exit(f"The command line needs {error.name}: pip install 'threesteps[instructor]'")

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__
)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

CourseFolder = Annotated[
    Path, typer.Option("--course", help="The course folder: the one with nbgrader_config.py.")
]
AssignmentName = Annotated[str, typer.Argument(help="As in 01_perceptron_xor.")]
Students = Annotated[
    str | None, typer.Option("--students", help="Only these, separated by commas.")
]


def main() -> None:
    """The command; every known error becomes one line and a non-zero exit."""
    from .course import CourseError
    from .ingest import Refused
    from .sandbox import SandboxError

    try:
        app()
    except SandboxError as error:
        fail(
            f"There is no sandbox here, so nothing was run: {error.strerror or error}.\n"
            "--no-sandbox grades all the same; only do that for code you trust. It is written "
            "into every judgement."
        )
    except (CourseError, Refused) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'The system'}: {error.strerror or error}")


def fail(reason: str, code: int = 1) -> NoReturn:
    """Say why and end."""
    errors.print(reason, style="red", markup=False, soft_wrap=True)
    raise SystemExit(code)


@app.command()
def build(
    assignments: Annotated[list[str] | None, typer.Argument(help="All by default.")] = None,
    course: CourseFolder = Path(),
    check: Annotated[bool, typer.Option("--check", help="Only say what is out of step.")] = False,
) -> None:
    """Make the notebooks from solutions/."""
    from . import build as builder
    from .quiet import import_keras

    import_keras()
    if check:
        stale = builder.check(course.resolve(), assignments)
        if stale:
            names = "\n".join(f"  {path}" for path in stale)
            fail(f"Out of step with solutions/; run `autograder build`:\n{names}")
        console.print("Everything generated is in step with solutions/.")
        return
    for path in builder.build(course.resolve(), assignments):
        console.print(f"wrote {_short(path)}", markup=False)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A notebook, solved as far as it is.")],
) -> None:
    """Check a whole notebook as check(...) does in it, with points. Runs the notebook's code."""
    from .local import as_text, check_file
    from .quiet import import_keras

    import_keras()
    earned, possible, solved = 0.0, 0.0, True
    for verdict in check_file(file):
        console.print(as_text(verdict), markup=False, soft_wrap=True)
        earned, possible = earned + (verdict.points or 0.0), possible + verdict.max_points
        solved = solved and verdict.solved
    console.print(f"{earned:g} of {possible:g} points on the public cases.")
    raise SystemExit(0 if solved else 1)


@app.command()
def grade(
    assignment: AssignmentName,
    course: CourseFolder = Path(),
    students: Students = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; one per processor.")
    ] = None,
    cluster: Annotated[str | None, typer.Option(help="A Dask scheduler, tcp://host:port.")] = None,
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help="Trust the code.")] = False,
) -> None:
    """Judge what was handed in and enter it in the gradebook. Judges only what changed."""
    from .classroom import Options, grade_class
    from .course import Course
    from .processes import processors

    names = [name.strip() for name in students.split(",")] if students else None
    options = Options(names, workers or processors(), cluster, not no_sandbox)
    if no_sandbox:
        errors.print(
            "Without a sandbox: every submission can read and write what you can.", style="red"
        )
    with _Bar(assignment) as told:
        try:
            graded = grade_class(Course.open(course), assignment, options, told)
        except KeyboardInterrupt:  # typer would end without a word
            fail("Stopped. What was judged is kept; run the command again to go on.", 130)
    lost = False
    for notebook, what in graded.items():
        _summary(notebook, what)
        lost = lost or bool(what.problems)
    raise SystemExit(1 if lost else 0)


@app.command()
def collect(
    archive: Annotated[Path, typer.Argument(help="From Canvas or Moodle; or a folder.")],
    course: CourseFolder = Path(),
    assignment: Annotated[
        str | None, typer.Option(help="As in 01_perceptron_xor; else the files' names say it.")
    ] = None,
    roster: Annotated[Path | None, typer.Option(help="Else the course's roster.csv.")] = None,
) -> None:
    """Take what a class handed in into submitted/. Lists what it leaves out, and why."""
    from .collect import assignment_of
    from .collect import collect as take
    from .course import Course
    from .pages import shown
    from .roster import Roster

    opened = Course.open(course)
    people = Roster.read(roster or opened.root / "roster.csv")
    name = assignment or assignment_of(opened, archive)
    done = take(opened, archive, people, name)
    for entry, reason in done.refused:
        errors.print(f"  {shown(entry, 120)} {reason}", markup=False, soft_wrap=True)
    console.print(
        f"{name}: {len(done.taken)} taken, {len(done.unchanged)} there already, "
        f"{len(done.refused)} left out.",
        markup=False,
    )
    raise SystemExit(0 if done.taken or done.unchanged else 1)


@app.command()
def feedback(
    assignment: AssignmentName, course: CourseFolder = Path(), students: Students = None
) -> None:
    """Write a page per student: scores, comments, the check tables."""
    from .course import Course
    from .report import feedback as write

    opened = Course.open(course)
    names = students.split(",") if students else opened.students(assignment)
    pages = write(opened, assignment, names)
    console.print(f"{len(pages)} pages in {_short(opened.folder('feedback'))}", markup=False)


@app.command()
def report(assignment: AssignmentName, course: CourseFolder = Path()) -> None:
    """Write the class report: where the class stands, and where it is stuck."""
    from .classroom import judgements_of
    from .course import Course
    from .report import class_report

    opened = Course.open(course)
    for one in opened.assignment(assignment):
        found = judgements_of(opened, one)
        path = opened.root / f"report_{one.notebook}.html"
        class_report(opened, assignment, found.judgements, found.seconds, path, found.problems)
        console.print(f"wrote {_short(path)}", markup=False)
        if found.problems:
            fail(f"{len(found.problems)} submissions have no score in it: they were not judged.")


@app.command()
def export(course: CourseFolder = Path()) -> None:
    """Write grades.csv: a row per student, a column per exercise, the totals."""
    from .course import Course
    from .report import grades_csv

    opened = Course.open(course)
    table = grades_csv(opened, opened.root / "grades.csv")
    console.print(
        f"wrote {_short(opened.root / 'grades.csv')}, {len(table)} students", markup=False
    )


@app.command()
def demo(
    assignments: Annotated[list[str] | None, typer.Argument(help="All by default.")] = None,
    course: CourseFolder = Path(),
    students: Annotated[int, typer.Option(min=12, help="Size of the class.")] = 60,
    workers: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Play a class from release to report, and say whether every score is the expected one."""
    from .demo import play
    from .quiet import import_keras

    import_keras()
    wrong = play(course.resolve(), assignments, students, workers, _Bar, console.print)
    if wrong:
        fail("Not the expected score:\n" + "\n".join(f"  {line}" for line in wrong))


class _Bar:
    """A live bar: done, left, rate, time to go, and how many could not be read."""

    def __init__(self, title: str):
        from rich import progress

        self._bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("{task.fields[rate]}"),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[refused]}"),
            console=console,
        )
        self._task = self._bar.add_task(title, total=None, rate="", refused="")
        self._refused = 0

    def __enter__(self) -> Any:
        self._bar.start()
        return self._told

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def _told(self, what: str, count: int) -> None:
        if what == "all":
            self._bar.update(self._task, total=count)
            return
        self._refused += what != "judged"
        words = f"{self._refused} could not be read" if self._refused else ""
        self._bar.update(self._task, advance=count, refused=words)
        task = self._bar.tasks[0]
        self._bar.update(self._task, rate=rate_of(task.completed, task.elapsed or 0.0))


def rate_of(count: float, seconds: float) -> str:
    """How fast a run has been so far, its start included: "3.4 s each" or "7.7/s"."""
    if not count or not seconds:
        return ""
    each = seconds / count
    return f"{each:.1f} s each" if each > 1 else f"{1 / each:.1f}/s"


def _summary(notebook: str, graded: Any) -> None:
    """What a run did to one notebook of the class, in a few lines."""
    done = len(graded.judgements)
    console.print(
        f"{notebook}: {done} graded, {graded.kept} of them unchanged since the last run; "
        f"{graded.changed} gradebook rows written.",
        markup=False,
    )
    for student, reason in sorted(graded.refused.items()):
        console.print(f"  {student}: zero, {reason}", markup=False, soft_wrap=True)
    for student, problem in sorted(graded.problems.items()):
        errors.print(
            f"  {student}: not judged, not entered: {problem}", markup=False, soft_wrap=True
        )


def _short(path: Path) -> str:
    """The path as one would type it from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    main()
