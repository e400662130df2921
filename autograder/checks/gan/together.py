"""Check of exercise 8: one loss, whose gradient moves each network by its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, hint
from ...spec import Check, Wrong
from .losses import log_d
from .players import Players, d_loss, g_loss, logits, new_players, same, stepped

game_loss = Check("game_loss")

RATE = 0.3
NO_NOISE = np.zeros((1, 3))


def new_game(student: Any, rng: np.random.Generator, norm: bool) -> tuple[Players, Any]:
    """A Game whose generator makes only its bias, whatever the noise."""
    players = new_players(student, rng, norm)
    players.made[0] = np.zeros_like(players.made[0])
    players.generator.set_weights(players.made)
    game = student.Game(players.generator, players.discriminator, 3)
    game.compile(optimizer=student["keras"]["optimizers"].SGD(RATE), run_eagerly=True)
    return players, game


def ask_game(student: Any, rng: np.random.Generator, num: int) -> None:
    """One step of SGD."""
    players, game = new_game(student, rng, norm=False)
    real = (rng.normal(size=(num, 2)) + 1.5).astype("float32")
    asked = f"a Game with SGD({RATE}), one step on {num} real samples"
    words = "game_loss should return a scalar tensor, calculated with keras.ops."
    with hint(words, asked=asked):
        game.train_on_batch(real)
    made, seen = players.moved()
    fake = np.tile(np.asarray(players.made[1], float), (num, 1))
    d_right = stepped(lambda w: d_loss(w, real, fake), players.seen, RATE)
    of_discriminator = why_discriminator(players, seen, d_right, real, fake)
    for words in (why_generator(players, made[1]), of_discriminator):
        if words:
            raise Wrong(words, asked=asked)


def made_by(players: Players, loss: Any, rate: float = RATE) -> np.ndarray:
    """The generator's bias after a step of `loss(made)`."""
    return stepped(lambda w: loss([players.made[0], w[0]]), players.made[1:], rate)[0]


def why_generator(players: Players, bias: np.ndarray) -> str:
    """What is wrong with the generator's step; empty if nothing is."""

    def after(*ways: tuple[str, float]) -> bool:
        def loss(made: Any) -> float:
            return sum(s * g_loss(players.seen, made, NO_NOISE, way) for way, s in ways)

        return same([bias], [made_by(players, loss)])

    if after(("usual", 1.0)):
        return ""
    if same([bias], [np.asarray(players.made[1], float)]):
        return (
            "The generator gets no gradient: only the fakes of the discriminator's part are "
            "stopped; those of the generator's part are not."
        )
    if after(("usual", 1.0), ("swapped", 1.0)) or after(("swapped", 1.0)):
        return (
            "The discriminator's loss moves the generator: a gradient flows through the fakes that "
            "should be stopped (ops.stop_gradient)."
        )
    if after(("saturating", 1.0)):
        return "The generator moves by the saturating loss; -log D was asked for."
    if after(("usual", -1.0)):
        return "The generator goes uphill: the sign of its loss is turned."
    return "The generator does not move by the gradient of generator_loss of its fakes."


def why_discriminator(
    players: Players,
    seen: list[np.ndarray],
    right: list[np.ndarray],
    real: np.ndarray,
    fake: np.ndarray,
) -> str:
    """What is wrong with the discriminator's step; empty if nothing is."""
    if same(seen, right):
        return ""
    floats = [np.asarray(w, float) for w in players.seen]

    def of_generator(weights: Any) -> float:
        return g_loss(weights, players.made, NO_NOISE)

    def only_real(weights: Any) -> float:
        return float(-log_d(logits(weights, real)).mean())

    pull = [a - b for a, b in zip(stepped(of_generator, floats, RATE), floats, strict=True)]
    if same(seen, floats):
        return "The discriminator gets no gradient: stop the fakes, not the discriminator's logits."
    if same(seen, [a + b for a, b in zip(right, pull, strict=True)]):
        return (
            "The generator's loss moves the discriminator, which so learns to be fooled: take that "
            "part away again, with the logits of the stopped fakes."
        )
    if same(seen, [a - b for a, b in zip(right, pull, strict=True)]):
        return (
            "The generator's loss moves the discriminator, the wrong way round: "
            "L_G of the stopped fakes is taken away once."
        )
    if same(seen, stepped(lambda w: d_loss(w, fake, real), floats, RATE)):
        return "The labels are swapped: the discriminator learns that the fakes are real."
    learned = stepped(only_real, floats, RATE)
    if same(seen, learned) or same(seen, [a + b for a, b in zip(learned, pull, strict=True)]):
        return (
            "The fakes do not teach the discriminator: stop the fakes before they go in, not the "
            "logits that come out."
        )
    return "The discriminator does not move by the gradient of discriminator_loss(real, fake)."


@game_loss.case("one step", weight=2)
def _(student, reference, rng):
    ask_game(student, rng, int(rng.integers(3, 8)))


@game_loss.case("one real sample")
def _(student, reference, rng):
    ask_game(student, rng, 1)


@game_loss.case("batches by themselves", weight=2)
def _(student, reference, rng):
    """With batch normalization, which a mixed batch or moving statistics would betray."""
    players, game = new_game(student, rng, norm=True)
    real = (rng.normal(size=(6, 2)) + 1.5).astype("float32")
    fake = np.tile(np.asarray(players.made[1], float), (6, 1))
    value = float(array(game.test_on_batch(real), (), "the loss"))
    apart = d_loss(players.seen, real, fake)
    for way, words in [
        ("mixed", "Real and fake are normalized as one batch: call the discriminator on each by "
         "itself."),
        ("still", "The discriminator is not in training mode: call it with training=True."),
    ]:  # fmt: skip
        other = d_loss(players.seen, real, fake, way)
        both = other + fooled(players.seen, real, fake, way)
        if np.isclose(value, other, atol=1e-3) or np.isclose(value, both, atol=1e-3):
            raise Wrong(words, asked="the loss of a Game, a discriminator with batch normalization")
    either = (apart, apart + fooled(players.seen, real, fake, "apart"))
    if not any(np.isclose(value, right, rtol=1e-3, atol=1e-3) for right in either):
        raise Wrong(
            "The value is wrong. As the last two terms cancel, it should be that of "
            "discriminator_loss (or L_D + L_G, if you stop the gradient in another way).",
            asked="the loss of a Game, a discriminator with batch normalization",
        )


def fooled(seen: Any, real: np.ndarray, fake: np.ndarray, way: str) -> float:
    """The generator's loss for these fakes, normalized that way."""
    units = seen[0].shape[1]
    if way == "mixed":
        answers = logits(seen, np.concatenate([real, fake]))[len(real) :]
    else:
        still = (np.full(units, 0.5), np.full(units, 3.0)) if way == "still" else None
        answers = logits(seen, fake, still)
    return float(-log_d(answers).mean())


@game_loss.case("other networks", weight=2, hidden=True)
def _(student, reference, rng):
    for num in (2, 11):
        ask_game(student, rng, num)
