"""Checks of the notebook memory, in its order."""

from __future__ import annotations

from ...spec import Check
from .addressing import address
from .heads import copy_by_heads, written_memory
from .hops import hop, read_in_hops
from .limit import one_hop_limit
from .places import content_weights, shifted_weights
from .reader import build_reader
from .sentences import sentence_vectors
from .training import train_reader

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    sentence_vectors,
    hop,
    read_in_hops,
    build_reader,
    one_hop_limit,
    train_reader,
    content_weights,
    shifted_weights,
    address,
    written_memory,
    copy_by_heads,
)
