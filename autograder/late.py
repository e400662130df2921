"""What the course's late policy takes away, as nbgrader's `AssignLatePenalties` applies it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties
from traitlets import TraitError

from .course import Course, CourseError


class LatePolicy:
    """`AssignLatePenalties.plugin_class` of nbgrader_config.py.

    Args:
        autograde: nbgrader's converter, whose configuration counts.

    Raises:
        CourseError: if the class that is named there cannot be loaded.
    """

    def __init__(self, course: Course, autograde: Any):
        if str(course.root) not in sys.path:
            sys.path.append(str(course.root))  # nbgrader looks for the class there, too
        try:
            self._assign = AssignLatePenalties(parent=autograde)
            self._assign.init_plugin()
        except (TraitError, ImportError) as error:
            raise CourseError(
                f"The late policy in nbgrader_config.py cannot be loaded: {error}"
            ) from error

    def penalty(self, student: str, score: float, seconds: float) -> float | None:
        """Points to take away from a notebook; None for none.

        Args:
            score: of the notebook.
            seconds: that it was late.
        """
        if seconds <= 0:
            return None
        penalty = self._assign.plugin_inst.late_submission_penalty(student, score, seconds)
        if penalty is None:
            return None
        return float(self._assign._check_late_penalty(SimpleNamespace(score=score), penalty))


def same(there: float | None, penalty: float | None) -> bool:
    """Whether two penalties are one, up to the order in which scores were added."""
    if there is None or penalty is None:
        return there is penalty
    return abs(there - penalty) < 1e-9
