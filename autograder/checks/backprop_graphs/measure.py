"""What the checks of this notebook ask in common: pairs of gradients, and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...expect import expect
from ...spec import Wrong


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
