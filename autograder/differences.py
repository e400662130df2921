"""Slopes measured by changing one number at a time: an oracle that knows no calculus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def measured(
    function: Callable[..., Any], inputs: Sequence[Any], gradient: Any, h: float = 1e-5
) -> list[np.ndarray]:
    """Slopes of sum(gradient * function(*inputs)) for every input, by central differences.

    Args:
        function: NumPy's own forward calculation.
        inputs: float arrays or numbers. gradient: of the shape of the result.

    Returns:
        Per input a float array of its shape.
    """
    found = []
    for place, value in enumerate(inputs):
        value = np.asarray(value, float)
        slopes = np.zeros(value.shape)
        for entry in np.ndindex(value.shape):
            ends = []
            for side in (h, -h):
                moved = value.copy()
                moved[entry] += side
                given = [*inputs[:place], moved, *inputs[place + 1 :]]
                ends.append(float(np.sum(gradient * function(*given))))
            slopes[entry] = (ends[0] - ends[1]) / (2 * h)
        found.append(slopes)
    return found
