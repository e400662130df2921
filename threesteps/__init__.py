"""What a notebook of Three Steps imports in order to learn.

`start` seeds everything and says what the notebook runs on, `datasets` loads data, `plots` draws,
`gradients` differentiates. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import datasets, gradients, plots
    from .session import start

__all__ = ["datasets", "gradients", "plots", "start"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import a part of the package when it is first asked for (PEP 562)."""
    if name == "start":
        return import_module(".session", __name__).start
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
