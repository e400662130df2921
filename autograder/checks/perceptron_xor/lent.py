"""Whether the learner's function wrote into the arrays it was given."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import require


def require_unchanged(name: str, call: str, before: np.ndarray, lent: Any, remedy: str) -> None:
    """Raise `Wrong` if the array lent as argument `name` is no longer what it was `before`."""
    require(
        np.array_equal(np.asarray(lent.tolist()), before),
        f"Your function changed its argument `{name}` itself, and the caller's array with it. "
        f"{remedy}",
        asked=call,
    )
