"""How much of the endless tests is run: a sample by `make test`, all of it by `make torture`.

What was tried and what held is counted, and printed at the end of the run.
"""

from __future__ import annotations

import os
from collections import Counter

ALL = bool(os.environ.get("TORTURE"))
SEED = int(os.environ.get("TORTURE_SEED", "20261121"))

tried: Counter[str] = Counter()
held: Counter[str] = Counter()


def share(all_of_them: int, sample: int) -> int:
    """How many to try."""
    return all_of_them if ALL else sample


def summary() -> list[str]:
    return [f"{what}: {held[what]} held of {tried[what]} tried" for what in sorted(tried)]
