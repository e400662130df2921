"""Checks of the notebook backprop_graphs, in its order."""

from __future__ import annotations

from ...spec import Check
from .arrays import cross_entropy_backward, matmul_backward, sum_backward, unbroadcast
from .engine import backward, topological_order
from .network import gradient_sizes, he_parameters, mlp, train, train_step
from .nodes import (
    add_backward,
    exp_backward,
    log_backward,
    multiply_backward,
    neuron_backward,
    power_backward,
    relu_backward,
    sigmoid_backward,
    tanh_backward,
)
from .slopes import numerical_gradient, relative_error

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    numerical_gradient,
    relative_error,
    add_backward,
    multiply_backward,
    relu_backward,
    neuron_backward,
    power_backward,
    exp_backward,
    log_backward,
    sigmoid_backward,
    tanh_backward,
    sum_backward,
    unbroadcast,
    matmul_backward,
    cross_entropy_backward,
    topological_order,
    backward,
    he_parameters,
    mlp,
    train_step,
    train,
    gradient_sizes,
)
