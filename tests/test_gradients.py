"""value_and_grad against finite differences, and the same laws under every backend of Keras."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from threesteps.gradients import value_and_grad

ROOT = Path(__file__).parents[1]
BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}


def numbers(tensor):
    return np.asarray(ops.convert_to_numpy(tensor), dtype=np.float64)


def finite_differences(function, variables, step=1e-6):
    """Central differences in float64, one entry after the other."""
    gradients = [np.zeros_like(variable) for variable in variables]
    for variable, gradient in zip(variables, gradients, strict=True):
        for place in np.ndindex(variable.shape):
            keep = variable[place]
            variable[place] = keep + step
            above = function(variables)
            variable[place] = keep - step
            below = function(variables)
            variable[place] = keep
            gradient[place] = (above - below) / (2 * step)
    return gradients


# Each is written once for numpy (`xp=np`, the oracle) and for keras.ops.
def two_layers(xp, variables):
    x, kernel, bias, read = variables
    return xp.sum(xp.tanh(x @ kernel + bias) @ read)


def softmax_loss(xp, variables):
    x, kernel, bias, _ = variables
    logits = x @ kernel + bias
    return xp.mean(xp.log(xp.sum(xp.exp(logits), axis=-1)) - logits[:, 0])


def products(xp, variables):
    return xp.sum(xp.sin(variables[0]) * xp.square(variables[0])) + xp.sum(variables[3] ** 3)


@pytest.mark.parametrize("function", [two_layers, softmax_loss, products])
@settings(max_examples=15, deadline=None)
@given(
    batch=st.integers(1, 4),
    features=st.integers(1, 4),
    units=st.integers(1, 4),
    seed=st.integers(0, 2**32),
)
def test_gradients_agree_with_finite_differences(function, batch, features, units, seed):
    rng = np.random.default_rng(seed)
    shapes = [(batch, features), (features, units), (units,), (units, 1)]
    variables = [rng.normal(size=shape) for shape in shapes]
    value, gradients = value_and_grad(lambda tensors: function(ops, tensors))(variables)
    assert float(value) == pytest.approx(function(np, variables), rel=1e-4, abs=1e-4)
    expected = finite_differences(lambda arrays: function(np, arrays), variables)
    for gradient, oracle in zip(gradients, expected, strict=True):
        assert numbers(gradient).shape == oracle.shape
        assert numbers(gradient) == pytest.approx(oracle, rel=1e-3, abs=1e-4)  # JAX: float32


def test_the_example_of_the_docstring_holds():
    value, gradient = value_and_grad(lambda w: ops.sum(w**2))(np.array([2.0, 3.0]))
    assert float(value) == 13
    assert numbers(gradient).tolist() == [4, 6]


@pytest.mark.parametrize("arrangement", [list, tuple])
def test_gradients_keep_the_arrangement_of_the_variables(arrangement):
    seen = []

    def function(variables):
        seen.append(type(variables))
        return ops.sum(variables[0] * variables[1])

    ones = arrangement([np.ones(2, "float32"), np.ones((3, 2), "float32")])
    _, gradients = value_and_grad(function)(ones)
    assert type(gradients) is arrangement
    assert seen == [arrangement]
    assert [tuple(gradient.shape) for gradient in gradients] == [(2,), (3, 2)]


@pytest.mark.parametrize("shape", [(), (1,), (2, 0), (2, 3, 4)])
def test_a_single_array_of_any_shape_has_a_single_gradient(shape):
    array = np.ones(shape, "float32")
    value, gradient = value_and_grad(lambda w: ops.sum(3 * w))(array)
    assert tuple(gradient.shape) == shape
    assert float(value) == 3 * array.size
    assert np.all(numbers(gradient) == 3)


def test_gradients_are_tensors_of_the_backend_in_the_dtype_of_the_variable():
    value, gradient = value_and_grad(ops.sum)(np.ones(2, "float32"))
    assert ops.is_tensor(value)
    assert ops.is_tensor(gradient)
    assert keras.backend.standardize_dtype(gradient.dtype) == "float32"


def test_a_variable_that_is_not_used_has_gradient_zero():
    _, gradients = value_and_grad(lambda w: ops.sum(w[0]))([np.ones(2), np.ones((2, 3))])
    assert numbers(gradients[1]).tolist() == np.zeros((2, 3)).tolist()


def test_a_variable_that_is_used_twice_adds_its_gradients():
    _, gradient = value_and_grad(lambda w: ops.sum(w * w + 5 * w))(np.array([1.0, 2.0]))
    assert numbers(gradient).tolist() == [7, 9]


def test_rows_that_are_looked_up_have_a_dense_gradient():
    table = np.ones((4, 2), "float32")
    _, gradient = value_and_grad(lambda w: ops.sum(ops.take(w, [1, 1, 3], axis=0)))(table)
    # Not by numbers(): Keras would turn TensorFlow's sparse gradients into dense ones itself.
    assert np.asarray(gradient).tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]


def test_the_weights_of_a_keras_model_can_be_differentiated_and_stay_as_they_are():
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)])
    x = np.arange(12, dtype="float32").reshape(4, 3)
    before = [weight.copy() for weight in model.get_weights()]

    def loss(weights):
        y, _ = model.stateless_call(weights, model.non_trainable_variables, x)
        return ops.sum(y)

    _, gradients = value_and_grad(loss)(model.trainable_variables)
    assert numbers(gradients[0]) == pytest.approx(np.repeat(x.sum(axis=0)[:, None], 2, axis=1))
    assert numbers(gradients[1]).tolist() == [4, 4]
    for now, then in zip(model.get_weights(), before, strict=True):
        assert np.array_equal(now, then)


def test_the_arrays_given_stay_as_they_are():
    array = np.array([1.0, 2.0])
    value_and_grad(lambda w: ops.sum(w**2))(array)
    assert array.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("function", "variables", "says"),
    [
        (ops.sum, np.array([1, 2]), r'variables\[0\] holds int.*astype\("float32"\)'),
        (ops.sum, [], "variables is empty"),
        (lambda w: w, np.ones(2), r"returned shape \(2,\) .* keras.ops.mean or keras.ops.sum"),
        (lambda w: 3.0, np.ones(2), "returned a float, not a tensor"),
    ],
)
def test_misuse_is_named_with_its_remedy(function, variables, says):
    with pytest.raises(ValueError, match=says):
        value_and_grad(function)(variables)


def test_something_that_cannot_be_called_is_refused_at_once():
    with pytest.raises(TypeError, match="function is 3; give a function"):
        value_and_grad(3)


def test_numpy_inside_the_function_is_noticed():
    def with_numpy(w):
        return ops.sum(ops.convert_to_tensor(np.square(w)))

    with pytest.raises((ValueError, TypeError, RuntimeError)):
        value_and_grad(with_numpy)(np.ones(2))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_laws_above_hold_under_the_other_backends(backend):
    if backend == keras.backend.backend():
        pytest.skip(f"{backend} is the backend of this very process")
    if importlib.util.find_spec(BACKENDS[backend]) is None:
        pytest.skip(f"{backend} is not installed")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        [*command, "-k", "not other_backends"],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
