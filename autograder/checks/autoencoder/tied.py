"""Check of exercise 3: one kernel, used twice, as a Keras model."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...differences import measured
from ...expect import array, expect, hint, require
from ...spec import Check, Wrong
from ...trained import require_model

tied_autoencoder = Check("tied_autoencoder")

RATE = 0.01  # of Keras's "sgd"
# Changes of float32 weights by a hundredth of the slope keep about three digits.
CLOSE: dict[str, Any] = {"rtol": 1e-2, "atol": 1e-3}


def ask_tied(student: Any, features: int, units: int) -> Any:
    with hint("The decoder's kernel is ops.transpose(dense.kernel), (units, features)."):
        model = student.tied_autoencoder(features, units)
    require_model(model)
    return model


def weights_of(model: Any, features: int, units: int) -> list[np.ndarray]:
    """All arrays of the model, in Keras's order: one kernel, two biases."""
    found = [array(w, what="a weight") for w in model.get_weights()]
    shapes = [w.shape for w in found]
    kernels = [s for s in shapes if len(s) == 2]
    require(
        len(kernels) < 2,
        "There are two kernels: the decoder has one of its own. Give its layer the encoder's Dense "
        "layer and use `dense.kernel`, transposed.",
        asked="model.get_weights()",
        got=f"shapes {shapes}",
    )
    words = "The weights should be one kernel, (features, units), the encoder's bias, (units,), "
    words += "and the decoder's bias, (features,)."
    wanted = sorted([(features, units), (units,), (features,)])
    if sorted(shapes) != wanted:
        if (features,) not in shapes:
            words += " The decoder's bias is missing: self.add_weight in `build`."
        elif (units,) not in shapes:
            words += " The encoder's bias is missing."
        raise Wrong(words, asked="model.get_weights()", got=f"shapes {shapes}")
    return found


def refilled(model: Any, rng: np.random.Generator, features: int, units: int) -> list[np.ndarray]:
    """Give the model new weights; returns kernel, bias of the code, bias of the images."""
    old = weights_of(model, features, units)
    new = [rng.normal(size=w.shape).astype(np.float32) / np.sqrt(units) for w in old]
    model.set_weights(new)
    by_shape = {w.shape: w for w in new}
    return [by_shape[shape] for shape in ((features, units), (units,), (features,))]


def formula(x: Any, kernel: Any, bias: Any, last: Any, second: Any = None) -> np.ndarray:
    """The images; `second` is the kernel that the decoder transposes."""
    back = np.transpose(kernel if second is None else second)
    out: np.ndarray = np.tanh(x @ kernel + bias) @ back + last
    return out


def ask_output(student: Any, rng: np.random.Generator, features: int, units: int) -> None:
    model = ask_tied(student, features, units)
    kernel, bias, last = refilled(model, rng, features, units)
    x = rng.normal(size=(3, features)).astype(np.float32)
    right = formula(x, kernel, bias, last)
    straight = (x @ kernel + bias) @ kernel.T + last
    causes = [
        (straight, "The tanh of the encoder is missing."),
        (np.tanh(right), "There is a tanh at the end; the decoder is linear."),
        (np.maximum(x @ kernel + bias, 0) @ kernel.T + last, "That is ReLU; the formula has tanh."),
        (1 / (1 + np.exp(-right)), "There is a sigmoid at the end; the decoder is linear."),
        (np.maximum(right, 0), "There is a ReLU at the end; the decoder is linear."),
        (right - last, "The decoder's bias has no influence: add it after the product."),
        (np.tanh(x @ kernel) @ kernel.T + last, "The encoder's bias has no influence."),
        (np.tanh(x @ kernel + bias), "That is the code; the decoder is missing."),
        (
            lambda a: np.shape(a) == right.shape,
            "After its weights were changed the model gives something else than the formula. Does "
            "the decoder use the encoder's variable, or a copy of its first numbers?",
        ),
    ]
    got = model(x)
    asked = f"the model with {features} features and {units} units, after new weights were set"
    expect(got, right, causes=causes, axes=("batch", "features"), rtol=1e-3, atol=1e-4, asked=asked)


@tied_autoencoder.case("one kernel, two biases")
def _(student, reference, rng):
    for features, units in ((64, 8), (int(rng.integers(9, 14)), int(rng.integers(2, 6)))):
        weights_of(ask_tied(student, features, units), features, units)


@tied_autoencoder.case("the formula with other weights", weight=2)
def _(student, reference, rng):
    ask_output(student, rng, int(rng.integers(7, 10)), int(rng.integers(3, 6)))


@tied_autoencoder.case("both places move the kernel", weight=3)
def _(student, reference, rng):
    features, units = int(rng.integers(6, 9)), int(rng.integers(2, 5))
    model = ask_tied(student, features, units)
    kernel, bias, last = refilled(model, rng, features, units)
    x = rng.normal(size=(5, features)).astype(np.float32)
    model.compile(optimizer="sgd", loss="mse")
    model.train_on_batch(x, x)
    after = next(w for w in weights_of(model, features, units) if w.shape == kernel.shape)

    def loss(first: Any, second: Any) -> Any:
        return np.mean((formula(x, first, bias, last, second) - x) ** 2)

    double = kernel.astype(float)
    encoder, decoder = measured(loss, [double, double], 1.0)
    causes = [
        (encoder, "Only the encoder's part of the gradient arrives: the decoder uses a copy of the "
         "kernel, or stops its gradient."),
        (decoder, "Only the decoder's part of the gradient arrives: does the encoder use the same "
         "variable?"),
        (np.zeros_like(kernel), "The kernel does not move: it is not trainable, or not used."),
        (lambda a: a.shape == kernel.shape, "The kernel moves in another way. First look at the "
         "case before, which is about the model's answers."),
    ]  # fmt: skip
    asked = "slope of the mean squared error for the kernel, after one step of SGD"
    slopes = (kernel - after) / RATE
    expect(slopes, encoder + decoder, causes=causes, asked=asked, **CLOSE)


@tied_autoencoder.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    ask_output(student, rng, 5, 11)
    ask_output(student, rng, 12, 1)
