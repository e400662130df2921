"""Checks of exercises 6 and 7: in each turn the right network moves, and the right way."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require
from ...spec import Check, Wrong
from .players import Players, d_loss, fakes, g_loss, new_players, same, stepped

discriminator_step = Check("discriminator_step")
generator_step = Check("generator_step")

RATE = 0.3
TURN = "Shapes: real is (n, features), noise (m, noise_size); logits are (n, 1) and (m, 1)."


def batches(rng: np.random.Generator, equal: bool) -> tuple[np.ndarray, np.ndarray]:
    """Real samples away from 0, and noise for as many fakes or more."""
    num = int(rng.integers(5, 8))
    more = num if equal else num + 4
    real, noise = rng.normal(size=(num, 2)) + 1.5, rng.normal(size=(more, 3))
    return real.astype("float32"), noise.astype("float32")


def require_still(found: list[np.ndarray], before: list[np.ndarray], name: str, asked: str) -> None:
    require(
        all(np.array_equal(a, b) for a, b in zip(found, before, strict=True)),
        f"The {name} moved, and it is not its turn: take the gradient with respect to the other "
        "network's weights, and give the optimizer those only.",
        asked=asked,
    )


def ask_discriminator(student: Any, rng: np.random.Generator, equal: bool, norm: bool) -> None:
    players, (real, noise) = new_players(student, rng, norm), batches(rng, equal)
    asked = f"discriminator_step with SGD({RATE}), {len(real)} real and {len(noise)} fake samples"
    optimizer = student["keras"]["optimizers"].SGD(RATE)
    with hint(TURN, asked=asked):
        answer = student.discriminator_step(
            players.generator, players.discriminator, optimizer, real, noise
        )
    made, seen = players.moved()
    require_still(made, players.made, "generator", asked)
    fake = fakes(players.made, noise)
    right = stepped(lambda w: d_loss(w, real, fake), players.seen, RATE)
    if not same(seen, right):
        raise Wrong(why_discriminator(players, seen, real, fake), asked=asked)
    loss = d_loss(players.seen, real, fake)
    causes = [
        (d_loss(seen, real, fake), "That is the loss after the step; return the one before."),
        (lambda v: np.ndim(v) > 0, "Return the loss, one number."),
    ]
    expect(answer, np.float64(loss), causes=causes, rtol=1e-3, atol=1e-4, asked=asked)


def why_discriminator(
    players: Players, seen: list[np.ndarray], real: np.ndarray, fake: np.ndarray
) -> str:
    """Which known mistake gave these weights."""
    floats = players.seen

    def after(loss: Any, rate: float = RATE) -> bool:
        return same(seen, stepped(loss, floats, rate))

    if same(seen, [np.asarray(w, float) for w in floats]):
        return "The discriminator did not move: optimizer.apply(gradients, variables) changes it."
    if after(lambda w: d_loss(w, real, fake), -RATE):
        return "The discriminator went uphill: its loss should fall."
    if after(lambda w: d_loss(w, fake, real)):
        return "The labels are swapped: it learns that the fakes are real."
    if len(floats) == 6 and after(lambda w: d_loss(w, real, fake, "mixed")):
        return (
            "Real and fake were put through the discriminator as one batch, so batch normalization "
            "mixed them. Call it once for each."
        )
    if len(floats) == 6 and after(lambda w: d_loss(w, real, fake, "still")):
        return "The discriminator was not in training mode: call it with training=True."
    if after(lambda w: d_loss(w, real, fake), 2 * RATE):
        return "The step is twice as long as it should be: is it done twice, or the loss doubled?"
    if after(lambda w: d_loss(w, real, fake), RATE / 2):
        return "The step is half as long as it should be: the two means of the loss are added."
    return (
        "The discriminator moved, but not by the gradient of discriminator_loss: real samples "
        "first, fakes second, each batch in a call of its own, every weight included."
    )


@discriminator_step.case("as many fakes as real ones", weight=2)
def _(student, reference, rng):
    ask_discriminator(student, rng, equal=True, norm=False)


@discriminator_step.case("with batch normalization", weight=2)
def _(student, reference, rng):
    ask_discriminator(student, rng, equal=True, norm=True)


@discriminator_step.case("more fakes, and other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    ask_discriminator(student, rng, equal=False, norm=True)
    ask_discriminator(student, rng, equal=False, norm=False)


def ask_generator(student: Any, rng: np.random.Generator, norm: bool) -> None:
    players, (_, noise) = new_players(student, rng, norm), batches(rng, equal=False)
    asked = f"generator_step with SGD({RATE}), {len(noise)} fake samples"
    optimizer = student["keras"]["optimizers"].SGD(RATE)
    with hint(TURN, asked=asked):
        answer = student.generator_step(players.generator, players.discriminator, optimizer, noise)
    made, seen = players.moved()
    require_still(seen, players.seen, "discriminator", asked)
    right = stepped(lambda w: g_loss(players.seen, w, noise), players.made, RATE)
    if not same(made, right):
        raise Wrong(why_generator(players, made, noise), asked=asked)
    loss = g_loss(players.seen, players.made, noise)
    causes = [
        (g_loss(players.seen, made, noise), "That is the loss after the step; return the one "
         "before."),
        (lambda v: np.ndim(v) > 0, "Return the loss, one number."),
    ]  # fmt: skip
    expect(answer, np.float64(loss), causes=causes, rtol=1e-3, atol=1e-4, asked=asked)


def why_generator(players: Players, made: list[np.ndarray], noise: np.ndarray) -> str:
    """Which known mistake gave these weights."""

    def after(way: str, rate: float = RATE) -> bool:
        walked = stepped(lambda w: g_loss(players.seen, w, noise, way), players.made, rate)
        return same(made, walked)

    if same(made, [np.asarray(w, float) for w in players.made]):
        return "The generator did not move: optimizer.apply(gradients, variables) changes it."
    if after("saturating"):
        return "That is the step by the saturating loss; -log D was asked for."
    if after("usual", -RATE):
        return "The generator went uphill: its loss should fall."
    if after("swapped"):
        return "The labels are swapped: the generator learns to be found out."
    if len(players.seen) == 6 and after("still"):
        return "The discriminator was not in training mode: call it with training=True."
    if after("usual", 2 * RATE):
        return "The step is twice as long as it should be: is it done twice?"
    return (
        "The generator moved, but not by the gradient of generator_loss for the discriminator's "
        "logits: noise through the generator, fakes through the discriminator."
    )


@generator_step.case("only the generator moves", weight=2)
def _(student, reference, rng):
    ask_generator(student, rng, norm=False)


@generator_step.case("with batch normalization", weight=2)
def _(student, reference, rng):
    ask_generator(student, rng, norm=True)


@generator_step.case("a Sequential with another head, twice", weight=2, hidden=True)
def _(student, reference, rng):
    for norm in (True, False):
        ask_generator(student, rng, norm)
