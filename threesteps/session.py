"""The first call of every notebook: seed everything, prepare the device, say what runs."""

from __future__ import annotations

import os
import platform
from importlib import import_module
from operator import index
from typing import Any

__all__ = ["start"]

LARGEST_SEED = 2**32 - 1  # NumPy's legacy generator takes 32 bits
PACKAGES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def start(seed: int = 0) -> None:
    """Seed Python, NumPy and Keras, let a GPU's memory grow, print one line on what is running.

    Call it before anything else: a GPU's memory can be told to grow only before its first use.

    Args:
        seed: whole number from 0 to 2**32 - 1.

    Raises:
        ValueError: if `seed` is not such a number.
    """
    seed = _checked(seed)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")  # hides notes, keeps warnings
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # JAX reads it once, at start
    import keras
    import numpy as np

    backend = keras.backend.backend()
    framework = import_module(backend)
    device = {"tensorflow": _tensorflow_device, "jax": _jax_device, "torch": _torch_device}.get(
        backend, _unknown_device
    )(framework)
    keras.utils.set_random_seed(seed)
    print(
        f"Device: {device} · backend: {PACKAGES.get(backend, backend)} {framework.__version__}"
        f" · Keras {keras.__version__} · NumPy {np.__version__}"
        f" · Python {platform.python_version()} · seed {seed}"
    )


def _checked(seed: Any) -> int:
    try:
        number = index(seed)
    except TypeError:
        number = -1
    if isinstance(seed, bool) or not 0 <= number <= LARGEST_SEED:
        raise ValueError(
            f"seed is {seed!r}; give a whole number from 0 to {LARGEST_SEED}, as in start(seed=1)"
        )
    return number


def _cpu() -> str:
    cores = os.cpu_count() or 1
    return f"CPU ({cores} core{'s' if cores > 1 else ''})"


def _tensorflow_device(tf: Any) -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return _cpu()
    details = tf.config.experimental.get_device_details(gpus[0])
    name = details.get("device_name", "GPU")
    try:
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
    except RuntimeError:  # the GPU is in use already, its memory is taken
        name += " (memory not growing: restart and call start first)"
    return _counted(name, len(gpus))


def _jax_device(jax: Any) -> str:
    devices = jax.devices()
    if devices[0].platform == "cpu":
        return _cpu()
    return _counted(devices[0].device_kind, len(devices))


def _torch_device(torch: Any) -> str:
    if torch.cuda.is_available():
        return _counted(torch.cuda.get_device_name(0), torch.cuda.device_count())
    return "Apple GPU" if torch.backends.mps.is_available() else _cpu()


def _unknown_device(framework: Any) -> str:
    return _cpu()


def _counted(name: str, count: int) -> str:
    return f"{count} × {name}" if count > 1 else str(name)
