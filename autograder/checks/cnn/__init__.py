"""Checks of the notebook cnn, in its order."""

from __future__ import annotations

from ...spec import Check
from .backward import average_pool_backward, conv_backward, max_pool_backward
from .convolution import conv_forward
from .counting import conv_counts, subsampling_counts
from .moves import rotated, shift_gaps
from .pooling import average_pool, max_pool
from .sizes import output_size, padding_amounts
from .training import train_cnn
from .transferred import transfer

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    output_size,
    padding_amounts,
    conv_forward,
    max_pool,
    average_pool,
    conv_counts,
    subsampling_counts,
    shift_gaps,
    rotated,
    conv_backward,
    max_pool_backward,
    average_pool_backward,
    train_cnn,
    transfer,
)
