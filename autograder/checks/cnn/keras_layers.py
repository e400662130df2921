"""The layers by keras.ops, borders by hand, and what checks of this notebook ask in common."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

# keras.ops may calculate in float32: a sum of 50 products of size 1 is then right to about 1e-5.
ATOL = 1e-4


def numbers(tensor: Any) -> np.ndarray:
    values: np.ndarray = np.asarray(keras.ops.convert_to_numpy(tensor), np.float64)
    return values


def conv(x: Any, kernel: Any, bias: Any, stride: int, padding: str) -> np.ndarray:
    y = keras.ops.conv(
        keras.ops.convert_to_tensor(np.asarray(x, np.float32)),
        keras.ops.convert_to_tensor(np.asarray(kernel, np.float32)),
        strides=stride, padding=padding, data_format="channels_last",
    )  # fmt: skip
    answer: np.ndarray = numbers(y) + bias
    return answer


def pool(kind: str, x: Any, size: int, stride: int, padding: str) -> np.ndarray:
    """Max or average pooling; kind: "max" or "average"."""
    if kind == "average" and padding == "same" and keras.backend.backend() == "torch":
        # Keras 3.15 on PyTorch counts the border; the others do not.
        shares = [bordered(a, (size, size), stride) for a in (np.asarray(x), np.ones(np.shape(x)))]
        total, real = (pool("average", a, size, stride, "valid") for a in shares)
        mean: np.ndarray = total / real
        return mean
    run = keras.ops.max_pool if kind == "max" else keras.ops.average_pool
    x = keras.ops.convert_to_tensor(np.asarray(x, np.float32))
    return numbers(run(x, size, strides=stride, padding=padding, data_format="channels_last"))


def missing(size: int, kernel: int, stride: int) -> int:
    """The zeros that "same" adds to one axis, so that a window may start at every s-th pixel."""
    starts = range(0, size, stride)
    return max(0, starts[-1] + kernel - size)


def bordered(
    x: np.ndarray, kernel: tuple[int, int], stride: int, value: float = 0.0, before: bool = False
) -> np.ndarray:
    """Images with the border of "same", the odd pixel behind, or `before`."""
    amounts = []
    for size, k in zip(x.shape[1:3], kernel, strict=True):
        total = missing(size, k, stride)
        less, more = total // 2, total - total // 2
        amounts.append((more, less) if before else (less, more))
    return np.pad(x, [(0, 0), *amounts, (0, 0)], constant_values=value)


def windows_of(x: np.ndarray, size: int, stride: int) -> np.ndarray:
    """All windows of padded images, (batch, rows, columns, channels, size, size)."""
    views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return views[:, ::stride, ::stride]


def images(rng: np.random.Generator, batch: int, *size: int) -> np.ndarray:
    """Normal random images, (batch, height, width, channels)."""
    x: np.ndarray = rng.normal(size=(batch, *size))
    return x


def integers(rng: np.random.Generator, batch: int, *size: int) -> np.ndarray:
    """Images of halves of both signs, none 0, no two equal: exact in float32, and no ties."""
    total = batch * int(np.prod(size))
    x: np.ndarray = rng.permutation(total).reshape(batch, *size) - total // 2 + 0.5
    return x
