"""nbgrader's hooks, so that plain `nbgrader autograde` and formgrader judge as we do.

nbgrader parses a submission before any preprocessor sees it, and stops the whole class at some
notebooks that it cannot parse. So nothing here starts from what nbgrader parsed:

    submitted/x.ipynb ──SubmissionExporter──► our release ──Rebuild──► with the learner's text
    autograded/x.ipynb ──Judge──► with outputs and points ──nbgrader's SaveAutoGrades──► gradebook

Both `Rebuild` and `Judge` read the bytes that were handed in; an unreadable file is zero for
everything, with the reason on top of the notebook. Where judging itself fails, nbgrader reports the
student, removes the folder and goes on; the next run tries again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from nbconvert.exporters import NotebookExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor

from . import grade, ingest
from .course import Assignment, Course, CourseError, HandedIn
from .ingest import Refused
from .judge import refused
from .marked import mark
from .pages import OwnPictures
from .spec import Judgement


@dataclass(frozen=True)
class _Work:
    """The submission that nbgrader is at."""

    course: Course
    assignment: Assignment
    handed_in: HandedIn

    @staticmethod
    def of(preprocessor: Any, resources: Any) -> _Work:
        converter, names = preprocessor.parent.parent, resources["nbgrader"]
        course = Course(Path(converter.coursedir.root), converter.config)
        for assignment in course.assignment(names["assignment"]):
            if assignment.notebook == names["notebook"]:
                folder = course.folder("submitted", names["student"], assignment.name)
                path = folder / f"{assignment.notebook}.ipynb"
                return _Work(course, assignment, HandedIn(names["student"], path))
        raise CourseError(f"{names['assignment']} has no notebook '{names['notebook']}' here.")

    @property
    def names(self) -> dict[str, Any]:
        return {"assignment": self.assignment.name, "notebook": self.assignment.notebook}

    def refused(self, reason: Refused) -> Any:
        """The notebook of a submission that cannot be read."""
        ours = ingest.cells_of(json.loads(self.assignment.release))
        return self.marked(None, refused(str(reason), ours, **self.names))

    def marked(self, submission: ingest.Submission | None, judgement: Judgement) -> Any:
        return nbformat.reads(mark(self.assignment, submission, judgement), as_version=4)


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]
    """For `Autograde.exporter_class`: a submitted file is not opened, our release is.

    What was handed in may be no notebook, no file or endless; `Rebuild` reads it with care.
    """

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        converter: Any = self.parent
        if converter._sanitizing:
            coursedir, names = converter.coursedir, resources["nbgrader"]
            release = coursedir.format_path(coursedir.release_directory, ".", names["assignment"])
            filename = str(Path(release) / f"{names['notebook']}.ipynb")
        return super().from_filename(filename, resources, **options)


class Rebuild(NbGraderPreprocessor):  # type: ignore[misc]
    """For `Autograde.sanitize_preprocessors`: our notebook with the learner's text in it.

    Every check in it is worth zero until it is judged: no failure may leave full marks.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        work = _Work.of(self, resources)
        ours = ingest.cells_of(json.loads(work.assignment.release))
        try:
            submission = ingest.rebuild(work.handed_in.read(), ours)
        except Refused as reason:
            return work.refused(reason), resources
        return work.marked(submission, Judgement(verdicts=(), **work.names)), resources


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """For `Autograde.autograde_preprocessors`: judged as `autograder grade` judges."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        work = _Work.of(self, resources)
        try:
            handed_in = work.handed_in.read()
        except Refused as reason:
            return work.refused(reason), resources
        seed = work.course.seed(work.handed_in.student, work.assignment.name)
        graded = grade.grade_one(work.assignment, handed_in, seed)
        return work.marked(graded.submission, graded.judgement), resources


@pass_context
def markdown(context: Any, source: str) -> str:
    """For `HTMLExporter.filters`: formgrader's pages without the HTML that a learner wrote.

    formgrader runs in the browser of somebody who may change grades. Markdown and formulas in a
    learner's answer are shown; tags, scripts and pictures from elsewhere are shown as text.
    """
    nbgrader = context.get("cell", {}).get("metadata", {}).get("nbgrader", {})
    if not nbgrader.get("solution"):
        renderer = IPythonRenderer(escape=False)
    else:
        attachments = context["cell"].get("attachments")
        renderer = OwnPictures(escape=True, allow_harmful_protocols=False, attachments=attachments)
    return str(MarkdownWithMath(renderer=renderer).render(source))
