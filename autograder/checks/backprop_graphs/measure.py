"""The oracle of this notebook: slopes measured by changing one number at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...expect import expect
from ...spec import Wrong


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


def expect_each(answer: Any, expected: Sequence[Any], names: Sequence[str], causes: Any) -> None:
    """Compare a pair of gradients; what is wrong says of which input."""
    if isinstance(answer, np.ndarray) and answer.shape[:1] == (len(expected),):
        answer = tuple(answer)  # np.array([ga, gb]) holds the same numbers
    try:
        expect(answer, tuple(expected), causes=causes)
    except Wrong as wrong:
        if not isinstance(answer, (list, tuple)) or len(answer) != len(expected):
            raise
        if any(words == wrong.cause for _, words in causes):
            raise
        for got, wanted, name in zip(answer, expected, names, strict=True):
            try:
                expect(got, wanted)
            except Wrong as one:
                raise Wrong(
                    f"The gradient for {name}: {one.cause}", got=one.got, expected=one.expected
                ) from None
        raise


def shapes(rng: np.random.Generator) -> tuple[int, int]:
    return int(rng.integers(2, 4)), int(rng.integers(3, 5))
