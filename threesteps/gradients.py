"""Gradients with whatever backend Keras runs on: the one module that knows which it is.

TensorFlow records the calculation on a tape, JAX transforms the function, PyTorch walks back from
the result. `value_and_grad` hides the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["value_and_grad"]


def value_and_grad(function: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
    """Turn a function that returns one number into one that returns the number and its gradient.

    With w = [2.0, 3.0] and `squares = lambda w: keras.ops.sum(w**2)`:
    `value_and_grad(squares)(w)` is (13.0, [4.0, 6.0]), for w a NumPy array.

    Args:
        function: takes the variables as tensors, in the arrangement described below, and returns
            a scalar tensor. It must calculate with `keras.ops` (or operators such as + and @):
            NumPy would cut the thread that leads back to the variables.

    Returns:
        A function of `variables`: one array, or a list or tuple of arrays; arrays are NumPy
        arrays, tensors or Keras variables of floats of any shape. It returns (value, gradients):
        value is a scalar tensor; gradients are tensors with the arrangement, shapes and dtypes
        of `variables` (JAX turns float64 into float32 by default), zeros for a variable that
        `function` does not use. `float(value)` and `numpy.asarray(gradient)` make plain numbers.

    Raises:
        ValueError: by the returned function, if `variables` are not floats, if `function` does
            not return a scalar tensor, or if its result does not depend on any variable (JAX
            cannot tell the last and gives zeros). JAX and PyTorch have errors of their own for
            NumPy inside `function`.
        TypeError: if `function` cannot be called.
    """
    if not callable(function):
        raise TypeError(f"function is {function!r}; give a function of the variables")

    def with_gradient(variables: Any) -> tuple[Any, Any]:
        import keras

        arrangement = type(variables) if isinstance(variables, list | tuple) else None
        given = variables if arrangement else [variables]
        if not given:
            raise ValueError("variables is empty; give at least one array")
        tensors = [_as_float_tensor(variable, place) for place, variable in enumerate(given)]

        def of_list(inner: Sequence[Any]) -> Any:
            value = function(arrangement(inner) if arrangement else inner[0])
            return _checked_scalar(value)

        value, gradients = _engine(keras.backend.backend())(of_list, tensors)
        return value, arrangement(gradients) if arrangement else gradients[0]

    return with_gradient


def _as_float_tensor(variable: Any, place: int) -> Any:
    import keras

    tensor = keras.ops.convert_to_tensor(variable)
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    if "float" not in dtype:
        raise ValueError(
            f"variables[{place}] holds {dtype} numbers, which have no slope; "
            'turn it into floats first, as in x.astype("float32")'
        )
    return tensor


def _checked_scalar(value: Any) -> Any:
    import keras

    if not keras.ops.is_tensor(value):
        raise ValueError(
            f"function returned a {type(value).__name__}, not a tensor; "
            "calculate with keras.ops instead of NumPy and return the result as it is"
        )
    if tuple(value.shape) != ():
        raise ValueError(
            f"function returned shape {tuple(value.shape)} where one number is needed; "
            "end it with keras.ops.mean or keras.ops.sum"
        )
    return value


def _engine(backend: str) -> Callable[[Callable[[Any], Any], list[Any]], tuple[Any, list[Any]]]:
    engines = {"tensorflow": _by_tape, "jax": _by_transformation, "torch": _by_graph}
    if backend not in engines:
        raise ValueError(
            f"the Keras backend is {backend!r}, which gives no gradients here; "
            f"set KERAS_BACKEND to one of {', '.join(engines)} before Keras is imported"
        )
    return engines[backend]


def _by_tape(function: Callable[[Any], Any], tensors: list[Any]) -> tuple[Any, list[Any]]:
    import tensorflow as tf

    tensors = [tf.convert_to_tensor(tensor) for tensor in tensors]  # Keras variables too
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        value = function(tensors)
    gradients = tape.gradient(value, tensors)
    _check_connected(gradients)
    # keras.ops.take and embeddings give a sparse gradient, which is made dense here.
    return value, [
        tf.zeros_like(tensor) if gradient is None else tf.convert_to_tensor(gradient)
        for tensor, gradient in zip(tensors, gradients, strict=True)
    ]


def _by_transformation(function: Callable[[Any], Any], tensors: list[Any]) -> tuple[Any, list[Any]]:
    import jax

    value, gradients = jax.value_and_grad(function)(tensors)
    return value, list(gradients)


def _by_graph(function: Callable[[Any], Any], tensors: list[Any]) -> tuple[Any, list[Any]]:
    import torch

    with torch.enable_grad():
        leaves = [tensor.detach().clone().requires_grad_() for tensor in tensors]
        value = function(leaves)
    if not value.requires_grad:
        _check_connected([None])
    gradients = torch.autograd.grad(value, leaves, allow_unused=True)
    _check_connected(gradients)
    return value.detach(), [
        torch.zeros_like(leaf) if gradient is None else gradient
        for leaf, gradient in zip(leaves, gradients, strict=True)
    ]


def _check_connected(gradients: Sequence[Any]) -> None:
    if all(gradient is None for gradient in gradients):
        raise ValueError(
            "the result of function does not depend on any of the variables; use its argument, "
            "and calculate with keras.ops instead of NumPy"
        )
