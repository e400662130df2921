"""Checks of exercises 16 to 20: a network on the learner's engine."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import scipy.special

from threesteps import datasets

from ...differences import measured
from ...expect import array, expect, require
from ...spec import Check, Wrong
from ...student import Remote

he_parameters, mlp, train_step = Check("he_parameters"), Check("mlp"), Check("train_step")
train = Check("train", seconds=40)
gradient_sizes = Check("gradient_sizes")

Layers = list[tuple[np.ndarray, np.ndarray]]


def forward(x: Any, *flat: Any, last: Any = lambda z: z) -> np.ndarray:
    """Logits by NumPy; `flat` is kernel, bias, kernel, bias, ..."""
    for number in range(0, len(flat), 2):
        x = x @ flat[number] + flat[number + 1]
        x = np.maximum(x, 0) if number + 2 < len(flat) else last(x)
    return np.asarray(x)


def loss_of(x: Any, labels: Any, *flat: Any) -> float:
    z = forward(x, *flat)
    return float(np.mean(scipy.special.logsumexp(z, axis=1) - z[np.arange(len(z)), labels]))


def read(parameters: Any, sizes: list[int] | None = None) -> list[np.ndarray]:
    """kernel, bias, kernel, bias, ... out of a list of pairs of Nodes."""
    words = "Return a list with one pair (kernel, bias) of Nodes per layer."
    require(isinstance(parameters, (list, tuple)), words, got=parameters)
    flat = []
    for layer in parameters:
        pair = isinstance(layer, (list, tuple)) and len(layer) == 2
        require(pair and all(isinstance(one, Remote) for one in layer), words, got=layer)
        flat += [np.asarray(array(one["value"], None, "a Node's value")) for one in layer]
    if sizes is not None:
        require(len(flat) == 2 * len(sizes) - 2, "One pair per layer: one fewer than sizes.",
                got=f"{len(flat) // 2} pairs")  # fmt: skip
        for number, (inputs, units) in enumerate(pairwise(sizes)):
            found = flat[2 * number].shape, flat[2 * number + 1].shape
            require(found[0] == (inputs, units), "The kernel's shape is (inputs, units).",
                    got=f"shape {found[0]}")  # fmt: skip
            require(found[1] == (units,), "The bias's shape is (units,).", got=f"shape {found[1]}")
    return flat


def nodes_of(student: Any, flat: list[np.ndarray]) -> list[tuple[Any, Any]]:
    nodes = [student.Node(value) for value in flat]
    return list(zip(nodes[::2], nodes[1::2], strict=True))


def some_parameters(rng: np.random.Generator, sizes: list[int]) -> list[np.ndarray]:
    pairs = pairwise(sizes)
    return [a for i, u in pairs for a in (rng.normal(size=(i, u)), rng.normal(size=u))]


@he_parameters.case("shapes, and zeros in the biases")
def _(student, reference, rng):
    sizes = [int(rng.integers(3, 6)), 7, 2]
    flat = read(student.he_parameters(sizes, int(rng.integers(1000))), sizes)
    require(not any(np.any(bias) for bias in flat[1::2]), "Biases start at 0.", got=flat[1])


@he_parameters.case("how large the weights are", weight=2)
def _(student, reference, rng):
    sizes = [200, 50, 100]
    flat = read(student.he_parameters(sizes, int(rng.integers(1000))), sizes)
    for kernel in flat[::2]:
        inputs, units = kernel.shape
        wanted, got = np.sqrt(2 / inputs), float(kernel.std())
        known = {
            2 / inputs: "The variance is 2/inputs; the standard deviation is its root.",
            1.0: "The weights have standard deviation 1; make it sqrt(2 / inputs).",
            np.sqrt(1 / inputs): "ReLU shuts half of the units, so it is 2/inputs, not 1/inputs.",
            np.sqrt(2 / units): "Count the inputs of a unit, not the units.",
            np.sqrt(2 / (inputs + units)): "This is Glorot's; He's is sqrt(2 / inputs).",
            0.0: "All weights are equal: two such units stay equal for ever.",
            wanted / np.sqrt(3): "This is uniform between ±sqrt(2/inputs): its standard deviation "
            "is smaller by sqrt(3).",
        }  # fmt: skip
        if abs(got / wanted - 1) > 0.06:
            words = next(
                (words for value, words in known.items() if abs(got - value) <= 0.05 * value),
                "The standard deviation of a kernel should be sqrt(2 / inputs).",
            )
            raise Wrong(words, got=f"{got:.3g}", expected=f"{wanted:.3g}")
        require(abs(kernel.mean()) < 0.1 * wanted, "The mean of the weights should be 0: negative "
                "ones are as frequent as positive ones.", got=float(kernel.mean()))  # fmt: skip


@he_parameters.case("the seed decides, and no two units are alike")
def _(student, reference, rng):
    seed, sizes = int(rng.integers(1000)), [6, 6, 6]
    first, again = (read(student.he_parameters(sizes, seed), sizes) for _ in range(2))
    other = read(student.he_parameters(sizes, seed + 1), sizes)
    alike = all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    require(alike, "The same seed gave other weights: use np.random.default_rng(seed).")
    require(not np.allclose(first[0], other[0]), "Another seed gave the same weights.")
    require(not np.allclose(first[0], first[2]), "Both layers got the same numbers: make one "
            "generator before the loop, not one per layer.")  # fmt: skip
    require(np.unique(first[0].round(9)).size == first[0].size, "Some weights are equal: two units "
            "with equal weights stay equal for ever.")  # fmt: skip


def ask_mlp(student: Any, rng: np.random.Generator, sizes: list[int], batch: int) -> None:
    flat, x = some_parameters(rng, sizes), rng.normal(size=(batch, sizes[0]))
    flat[-1] = flat[-1] - np.median(forward(x, *flat), axis=0)  # logits of both signs
    answer = student.mlp(student.Node(x), nodes_of(student, flat))
    require(isinstance(answer, Remote), "Return a Node, so that gradients find their way back: use "
            "matmul, add and relu from the notebook.", got=answer)  # fmt: skip
    expected = forward(x, *flat)
    without = [a if n % 2 == 0 else 0 * a for n, a in enumerate(flat)]
    linear = x
    for number in range(0, len(flat), 2):
        linear = linear @ flat[number] + flat[number + 1]
    early = x
    for number in range(0, len(flat), 2):
        z = early @ flat[number]
        early = np.maximum(z, 0) + flat[number + 1] if number + 2 < len(flat) else z + flat[-1]
    causes = [
        (np.maximum(expected, 0), "The last layer has no ReLU: logits may be negative."),
        (forward(x, *without), "The biases are missing."),
        (linear, "The hidden layers have a ReLU."),
        (early, "The bias is added before the ReLU."),
        (scipy.special.softmax(expected, axis=1), "Return the logits; the softmax is in the loss."),
        (forward(x, *flat, last=scipy.special.expit), "The last layer has no activation."),
    ]  # fmt: skip
    expect(answer["value"], expected, causes=causes, axes=("batch", "units"))


@mlp.case("one hidden layer", weight=2)
def _(student, reference, rng):
    ask_mlp(student, rng, [3, 5, 2], int(rng.integers(3, 6)))


@mlp.case("three hidden layers")
def _(student, reference, rng):
    ask_mlp(student, rng, [4, 5, 4, 5, 3], 6)


@mlp.case("no hidden layer", hidden=True)
def _(student, reference, rng):
    ask_mlp(student, rng, [4, 3], 5)


def ask_step(student: Any, rng: np.random.Generator, sizes: list[int], batch: int) -> None:
    flat, x = some_parameters(rng, sizes), rng.normal(size=(batch, sizes[0]))
    labels, rate = rng.integers(0, sizes[-1], batch), float(rng.uniform(0.1, 0.3))
    slopes = measured(lambda *f: loss_of(x, labels, *f), flat, 1.0)
    parameters = nodes_of(student, flat)
    answer = student.train_step(parameters, x, labels, rate)
    before = loss_of(x, labels, *flat)
    expected = [value - rate * slope for value, slope in zip(flat, slopes, strict=True)]
    found = [np.asarray(node["value"]) for layer in parameters for node in layer]
    moves = [a - b for a, b in zip(found, flat, strict=True)]
    if all(not np.any(move) for move in moves):
        raise Wrong("No parameter moved. Write the new numbers into each `.value`: "
                    "parameter.value = parameter.value - ...")  # fmt: skip
    for number, (got, wanted, slope) in enumerate(zip(found, expected, slopes, strict=True)):
        what = f"the {'bias' if number % 2 else 'kernel'} of layer {number // 2 + 1}"
        old = flat[number]
        causes = [
            (old + rate * slope, f"{what.capitalize()} moved uphill: minus, not plus."),
            (old - slope, "The learning rate is missing."),
            (old, f"{what.capitalize()} did not move."),
            (old - rate * slope * batch, "The loss is a mean already; do not multiply it."),
            (old - rate * slope / batch, "The loss is a mean already; do not divide again."),
            (old - rate * np.sign(slope), "Move by the gradient, not by its sign."),
        ]  # fmt: skip
        expect(got, wanted, causes=causes, rtol=1e-5, asked=f"{what} after the step")
    after = loss_of(x, labels, *expected)
    causes = [
        (after, "This is the loss after the step; the loss before it was computed on the way."),
        (before * batch, "The loss is the mean over the batch."),
        (lambda a: isinstance(a, Remote), "Return the loss as a number: float(loss.value)."),
    ]
    expect(answer, before, causes=causes, rtol=1e-5, asked="the loss")


@train_step.case("one hidden layer", weight=2)
def _(student, reference, rng):
    ask_step(student, rng, [3, 4, 3], 5)


@train_step.case("two hidden layers")
def _(student, reference, rng):
    ask_step(student, rng, [2, 3, 3, 2], 4)


@train_step.case("a batch of one", hidden=True)
def _(student, reference, rng):
    ask_step(student, rng, [3, 4, 3], 1)


def ask_train(student: Any, *args: Any) -> tuple[list[tuple[Any, Any]], list[float]]:
    answer = student.train(*args)
    pair = isinstance(answer, (list, tuple)) and len(answer) == 2
    require(pair, "Return two things: the parameters, and the list of losses.", got=answer)
    parameters, losses = answer
    if isinstance(losses, np.ndarray):
        losses = losses.tolist()
    epochs = args[3]
    words = "One loss per epoch, in a list: the mean of its steps' losses."
    require(isinstance(losses, list) and len(losses) == epochs, words, got=losses)
    return parameters, [float(array(loss, (), "each loss")) for loss in losses]


def standing(student: Any, rng: np.random.Generator, num: int, batch: int) -> tuple[Any, Any]:
    """Losses of three epochs in which nothing moves, and every example's own loss."""
    x, labels = rng.normal(size=(num, 3)), rng.integers(0, 2, num)
    parameters, losses = ask_train(student, x, labels, [3, 4, 2], 3, batch, 0.0, 5)
    flat = read(parameters, [3, 4, 2])
    own = [loss_of(x[i : i + 1], labels[i : i + 1], *flat) for i in range(num)]
    return losses, np.array(own)


@train.case("every example once per epoch")
def _(student, reference, rng):
    losses, own = standing(student, rng, 12, 4)
    causes = [(own.sum(), "Average the steps' losses, do not add them up."),
              (own.mean() * 3, "Average the steps' losses, do not add them up.")]  # fmt: skip
    for loss in losses:
        expect(loss, own.mean(), causes=[*causes, (lambda a: True, "With learning rate 0 the mean "
               "loss of an epoch is that of all examples. Some were left out or came twice.")],
               rtol=1e-6, asked="an epoch with learning rate 0")  # fmt: skip


@train.case("the last, smaller batch")
def _(student, reference, rng):
    losses, own = standing(student, rng, 5, 4)
    fours = [(own.sum() - one) / 4 for one in own]
    for loss in losses:
        if any(abs(loss - four) < 1e-9 for four in fours):
            raise Wrong("The last batch was dropped because it is smaller; its examples count too.")
        both = [(four + one) / 2 for four, one in zip(fours, own, strict=True)]
        require(any(abs(loss - value) < 1e-7 for value in both), "Five examples in batches of four "
                "are a batch of four and one of one; the mean of the two losses was expected.",
                got=loss)  # fmt: skip


@train.case("another order each epoch")
def _(student, reference, rng):
    losses, _own = standing(student, rng, 11, 4)
    words = (
        "Every epoch went through the examples in the same order. Draw a new permutation in each "
        "epoch."
    )
    require(len({round(loss, 9) for loss in losses}) > 1, words, got=losses)


@train.case("it reads digits", weight=3)
def _(student, reference, rng):
    digits = datasets.digits(size=8, quiet=True)
    x = digits.x_train.reshape(len(digits.x_train), -1).astype(float)
    seed = int(rng.integers(1000))
    sizes = [x.shape[1], 32, 10]
    parameters, losses = ask_train(student, x, digits.y_train, sizes, 10, 32, 0.2, seed)
    flat = read(parameters, sizes)
    unseen = digits.x_test.reshape(len(digits.x_test), -1)
    share = float(np.mean(forward(unseen, *flat).argmax(axis=1) == digits.y_test))
    require(losses[-1] < 0.5 * losses[0], "The loss hardly falls. Does each step start from the "
            "parameters that the last one left?", got=losses)  # fmt: skip
    require(share >= 0.92, "After 10 epochs it should read at least 92 % of unseen digits.",
            got=f"{share:.1%}")  # fmt: skip


def ask_sizes(student: Any, rng: np.random.Generator, name: str, depth: int) -> None:
    function = {"tanh": np.tanh, "sigmoid": scipy.special.expit}[name]
    x, kernels = rng.normal(size=(4, 3)), [rng.normal(size=(3, 3)) for _ in range(depth)]

    def outputs(*ks: Any) -> Any:
        h = x
        for kernel in ks:
            h = function(h @ kernel)
        return h

    slopes = measured(outputs, kernels, np.ones((4, 3)))
    expected = [float(np.linalg.norm(slope)) for slope in slopes]
    causes = [
        (expected[::-1], "The list is the other way round: first layer first."),
        ([e**2 for e in expected], "The root is missing: np.linalg.norm."),
        ([float(np.abs(s).sum()) for s in slopes], "The norm is the root of the sum of squares."),
        ([float(np.abs(s).mean()) for s in slopes], "The norm is the root of the sum of squares."),
        ([float(np.linalg.norm(s)) for s in measured(lambda *k: outputs(*k).mean(), kernels, 1.0)],
         "Go back from the sum of all outputs, not from their mean."),
        ([float(np.linalg.norm(k)) for k in kernels], "This is the size of the kernels; asked is "
         "that of their gradients."),
        (lambda a: len(a) == depth + 1, "One number per kernel."),
        (lambda a: all(v == 0 for v in a), "All gradients are 0: was backward called?"),
    ]  # fmt: skip
    answer = student.gradient_sizes(x, kernels, student.function(name))
    if isinstance(answer, np.ndarray) and answer.shape == (depth,):
        answer = answer.tolist()
    expect(answer, expected, causes=causes, rtol=1e-4)


@gradient_sizes.case("a chain of tanh", weight=2)
def _(student, reference, rng):
    ask_sizes(student, rng, "tanh", 3)


@gradient_sizes.case("a chain of sigmoids")
def _(student, reference, rng):
    ask_sizes(student, rng, "sigmoid", int(rng.integers(2, 5)))


@gradient_sizes.case("one layer", hidden=True)
def _(student, reference, rng):
    ask_sizes(student, rng, "tanh", 1)
