"""MNIST and Fashion-MNIST: downloaded when called, checked, replaced by the digits offline."""

from __future__ import annotations

import gzip
import os
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .border import say
from .images import DIGIT_NAMES, LabelledImages, digits

__all__ = ["attempt", "fashion_mnist", "from_idx", "mnist"]

Loaded = TypeVar("Loaded")

FASHION_NAMES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
FASHION_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FASHION_SHA256 = {
    "train-images-idx3": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
SILENCE_LIMIT = 20.0  # seconds without a byte from the server before a download has failed


def mnist(*, quiet: bool = False) -> LabelledImages:
    """MNIST: 60,000 training and 10,000 test digits, 28×28; downloads 11 MB the first time.

    Keras keeps the file in its cache and checks its SHA-256 at every call. Without a network,
    `digits(28)` is returned instead; the printed line and `.source` say so and why.

    Returns:
        `LabelledImages`; x_train has shape (60000, 28, 28), or (1438, 28, 28) when it failed.
    """

    def load() -> LabelledImages:
        import keras

        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        return LabelledImages(
            _unit(x_train),
            y_train.astype(np.int64),
            _unit(x_test),
            y_test.astype(np.int64),
            "MNIST, by keras.datasets.mnist",
            DIGIT_NAMES,
        )

    return _or_digits("MNIST", load, quiet)


def fashion_mnist(*, quiet: bool = False) -> LabelledImages:
    """Fashion-MNIST: 60,000 training and 10,000 test pictures of clothes, 28×28; 31 MB.

    The files that `keras.datasets.fashion_mnist` downloads, kept in the same cache. Keras does
    not check them, so their SHA-256 is checked here. Fails like `mnist`: to `digits(28)`.

    Returns:
        `LabelledImages`; x_train has shape (60000, 28, 28), or (1438, 28, 28) when it failed.
    """

    def load() -> LabelledImages:
        from keras.utils import get_file

        paths = [
            get_file(
                f"{name}-ubyte.gz",
                origin=f"{FASHION_ORIGIN}{name}-ubyte.gz",
                file_hash=sha256,
                cache_subdir=str(Path("datasets") / "fashion-mnist"),
            )
            for name, sha256 in FASHION_SHA256.items()
        ]
        train, test = from_idx(*paths[:2]), from_idx(*paths[2:])
        source = "Fashion-MNIST, the files of keras.datasets.fashion_mnist"
        return LabelledImages(*train, *test, source, FASHION_NAMES)

    return _or_digits("Fashion-MNIST", load, quiet)


def from_idx(
    images_path: str | os.PathLike[str], labels_path: str | os.PathLike[str]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Read images and labels in the idx format of MNIST, compressed with gzip or not.

    Format: two zero bytes, 8 for unsigned bytes, the number of axes, each axis' length as a
    big-endian 32-bit number, then the values (LeCun, Cortes, Burges: the MNIST page).

    Returns:
        x, float32 array, (n, height, width), in [0, 1], and y, int64 array, (n,).

    Raises:
        ValueError: if a file is not in this format, cut short, or the two do not belong together.
        OSError: if a file cannot be read.
    """
    images, labels = _read_idx(images_path, axes=3), _read_idx(labels_path, axes=1)
    if len(images) != len(labels):
        raise ValueError(
            f"labels_path {labels_path} holds {len(labels)} labels for {len(images)} images; "
            "give the two files of one set"
        )
    return _unit(images), labels.astype(np.int64)


def _read_idx(path: str | os.PathLike[str], axes: int) -> NDArray[np.uint8]:
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path} cannot be unpacked ({error}); fetch it again") from None
    start = 4 + 4 * axes
    if content[:4] != bytes([0, 0, 8, axes]) or len(content) < start:
        raise ValueError(f"{path} is no idx file of unsigned bytes with {axes} axes")
    shape = np.frombuffer(content, ">u4", count=axes, offset=4).astype(int)
    if len(content) - start != shape.prod():
        raise ValueError(
            f"{path} holds {len(content) - start} values where its head says {shape.prod()}; "
            "fetch it again"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _unit(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.astype(np.float32) / np.float32(255)


def _or_digits(name: str, load: Callable[[], LabelledImages], quiet: bool) -> LabelledImages:
    data, failure = attempt(load)
    label = name
    if data is None:
        stand_in = digits(28, quiet=True)
        reason = f"{stand_in.source}, instead of {name}, which could not be loaded: {failure}"
        data, label = replace(stand_in, source=reason), "Digits"
    say(f"{label}: {data!r}.", quiet)
    return data


def attempt(load: Callable[[], Loaded]) -> tuple[Loaded | None, str]:
    """What a download gave and "", or None and why it failed; a defect is raised as it is."""
    try:
        with _silence_limit(SILENCE_LIMIT):
            return load(), ""
    except Exception as error:
        # Keras raises a bare Exception when a download fails; any other subclass is a defect.
        expected = isinstance(error, OSError | ValueError | HTTPException)
        if not expected and type(error) is not Exception:
            raise
        return None, str(error)


@contextmanager
def _silence_limit(seconds: float) -> Iterator[None]:
    """End a download when the server is silent; without it an unplugged cable waits for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
