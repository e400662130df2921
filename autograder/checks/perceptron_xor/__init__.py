"""Checks of the notebook perceptron_xor, in its order."""

from __future__ import annotations

from ...spec import Check
from .activations import relu, sigmoid, step, tanh
from .digit_training import train_digit_classifier
from .losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    mean_squared_error,
)
from .networks import forward, xor_network
from .neurons import gate, neuron
from .outputs import one_hot, softmax
from .perceptron import perceptron_update, train_perceptron
from .separable import is_linearly_separable
from .steps import logistic_step
from .total import total_loss
from .xor_training import train_xor

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    step,
    sigmoid,
    relu,
    tanh,
    neuron,
    gate,
    perceptron_update,
    train_perceptron,
    is_linearly_separable,
    xor_network,
    forward,
    one_hot,
    softmax,
    mean_squared_error,
    binary_cross_entropy,
    categorical_cross_entropy,
    total_loss,
    logistic_step,
    train_xor,
    train_digit_classifier,
)
