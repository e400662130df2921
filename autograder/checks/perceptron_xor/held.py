"""Arguments that stay in the learner's process, so that a change of them can be seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import require


def held(student: Any, values: np.ndarray) -> Any:
    """A float64 array in the learner's process, to be passed as an argument and read again."""
    return student.lend(np.asarray(values, np.float64))


def require_unchanged(name: str, call: str, before: np.ndarray, after: Any, remedy: str) -> None:
    """Raise `Wrong` if the learner's function wrote into its argument `name`."""
    require(
        np.array_equal(np.asarray(after.tolist()), before),
        f"Your function changed its argument `{name}` itself, and the caller's array with it. "
        f"{remedy}",
        asked=call,
    )
