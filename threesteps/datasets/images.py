"""Handwritten digits that need no network, and the record every image set comes in."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .border import say

__all__ = ["LabelledImages", "digits"]

DIGIT_NAMES = tuple("0123456789")
# SHA-256 of the 1,797 × 65 table (64 pixels, then the label) as unsigned bytes, row by row.
DIGITS_SHA256 = "68aea062d35a127749050fa0e52dca09d6569ac08092c925610e0954e172dde2"
TEST_SHARE, SPLIT_SEED = 0.2, 0


@dataclass(frozen=True, eq=False, repr=False)
class LabelledImages:
    """Images with labels, split for training and testing.

    Attributes:
        x_train, x_test: float32 arrays, (n, height, width), in [0, 1]; 1 is ink.
        y_train, y_test: int64 arrays, (n,), the class of each image, 0 to 9.
        source: what the set is and where it is from.
        class_names: the name of each class, in the order of the labels.
    """

    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    source: str
    class_names: tuple[str, ...] = DIGIT_NAMES

    def __repr__(self) -> str:
        height, width = self.x_train.shape[1:3]
        return (
            f"{len(self.x_train):,} training and {len(self.x_test):,} test images, "
            f"{height}×{width}: {self.source}"
        )


def digits(size: int = 8, *, quiet: bool = False) -> LabelledImages:
    """1,797 real handwritten digits, always the same split: four fifths to train, one to test.

    The originals are 8×8 with 17 shades. Larger sizes are drawn between the pixel centres by
    bilinear interpolation, the edge pixels repeated outwards, so a 16×16 image shows no more
    than its 8×8 original. Each class is split in the same proportion.

    Args:
        size: 8 (the originals), 16 (the 256 inputs of the decks) or 28 (the shape of MNIST).
        quiet: print nothing.

    Returns:
        `LabelledImages`; x_train has shape (1438, size, size) and x_test (359, size, size).

    Raises:
        ValueError: if `size` is none of these.
        RuntimeError: if the installed scikit-learn holds other digits.
    """
    if size not in (8, 16, 28):
        raise ValueError(f"size is {size!r}; choose 8, 16 or 28")
    table = _digits_table()
    x = _enlarged(table[:, :64].reshape(-1, 8, 8).astype(np.float32) / np.float32(16), int(size))
    y = table[:, 64].astype(np.int64)
    train, test = _stratified(y)
    drawn = "" if size == 8 else f", enlarged from 8×8 to {size}×{size}"
    source = f"scikit-learn's handwritten digits (UCI, 1998){drawn}"
    data = LabelledImages(x[train], y[train], x[test], y[test], source)
    say(f"Digits: {data!r}.", quiet)
    return data


def _digits_table() -> NDArray[np.uint8]:
    """Read scikit-learn's file itself: `import sklearn.datasets` takes a second, this 10 ms."""
    spec = importlib.util.find_spec("sklearn")
    folders = (spec.submodule_search_locations if spec else None) or []
    path = Path(*folders[:1], "datasets", "data", "digits.csv.gz")
    if folders and path.is_file():
        table = np.loadtxt(path, delimiter=",").astype(np.uint8)
    else:
        from sklearn.datasets import load_digits

        table = np.column_stack(load_digits(return_X_y=True)).astype(np.uint8)
    if hashlib.sha256(table.tobytes()).hexdigest() != DIGITS_SHA256:
        raise RuntimeError(
            f"the digits in {path} are not those this course was measured on; "
            "install scikit-learn anew"
        )
    return table


def _enlarged(images: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Bilinear interpolation from (n, 8, 8) to (n, size, size); exact in float32 for 16."""
    side = images.shape[1]
    centers = (np.arange(size) + 0.5) * side / size - 0.5  # in pixels of the original
    below = np.floor(centers).astype(int)
    share = centers - below
    weights = np.zeros((size, side), dtype=np.float32)
    rows = np.arange(size)
    np.add.at(weights, (rows, below.clip(0, side - 1)), 1 - share)
    np.add.at(weights, (rows, (below + 1).clip(0, side - 1)), share)
    return np.clip(weights @ images @ weights.T, 0, 1)


def _stratified(labels: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    # RandomState, not default_rng: NumPy promises its numbers never change between versions.
    rng = np.random.RandomState(SPLIT_SEED)
    train, test = [], []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        cut = round(TEST_SHARE * len(members))
        test.append(members[:cut])
        train.append(members[cut:])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))
