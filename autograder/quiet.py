"""Import Keras without the log that TensorFlow writes to the terminal while it starts."""

from __future__ import annotations

import os
import sys


def import_keras() -> None:
    """Import Keras and its backend with standard error closed; errors still raise.

    TensorFlow 2.21 writes lines about its build before it reads TF_CPP_MIN_LOG_LEVEL.
    """
    if "keras" in sys.modules:
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import keras  # noqa: F401
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
