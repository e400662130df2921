"""Import Keras without the log that TensorFlow writes to the terminal while it starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_keras() -> Iterator[None]:
    """For a block that imports Keras, maybe: standard error is closed; exceptions still raise.

    TensorFlow 2.21 writes lines about its build before it reads TF_CPP_MIN_LOG_LEVEL.
    """
    if "keras" in sys.modules:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def import_keras() -> None:
    """Import Keras and its backend."""
    with quiet_keras():
        import keras  # noqa: F401
