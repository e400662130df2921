"""Checks of the exercises Momentum and Nesterov: optimizers that remember one velocity."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from .steps import rates, remember
from .walks import StepRule, Walks


def momenta(rng: np.random.Generator) -> dict[str, Any]:
    return {**rates(rng), "momentum": float(rng.choice([0.6, 0.8, 0.95]))}


def momentum_mistakes(settings: dict[str, Any]) -> list[tuple[StepRule, str]]:
    rate, r = settings["learning_rate"], settings["momentum"]

    def old(m: dict[str, Any]) -> Any:
        return m.get("v", 0.0)

    def averaged(m: dict[str, Any], w: Any, g: Any) -> Any:
        return w + remember(m, "v", r * old(m) - (1 - r) * rate * g)

    def late(m: dict[str, Any], w: Any, g: Any) -> Any:
        before = old(m)
        remember(m, "v", r * before - rate * g)
        return w + before

    def resisted(m: dict[str, Any], w: Any, g: Any) -> Any:
        return w + remember(m, "v", (1 - r) * old(m) - rate * g)

    return [
        (lambda m, w, g: w - rate * g, "There is no memory in it: this is plain SGD. Is the "
         "velocity kept in `self.velocity`?"),
        (averaged, "The new gradient is weighted with 1 − r. Here it counts in full: r·v − η·g."),
        (late, "The weights move by the velocity of the step before; update v first, then w."),
        (resisted, "r is the share of the velocity that is kept, not the share that is lost."),
        (lambda m, w, g: w + remember(m, "v", old(m) - rate * g), "The velocity never slows: "
         "keep only the share r of it."),
        (lambda m, w, g: w + remember(m, "v", r * (old(m) - rate * g)), "Here r multiplies the "
         "new gradient as well; it slows the old velocity only."),
        (lambda m, w, g: w - remember(m, "v", r * old(m) - rate * g), "This goes uphill: "
         "v ← r·v − η·g, and then w ← w + v."),
        (lambda m, w, g: w + rate * remember(m, "v", r * old(m) - rate * g), "The learning rate "
         "is in it twice: v contains it already."),
        (lambda m, w, g: w + remember(m, "v", r * old(m) - g), "The learning rate is missing."),
        (lambda m, w, g: w + r * remember(m, "v", r * old(m) - rate * g) - rate * g,
         "This is Nesterov's step, which looks ahead; here w ← w + v."),
        (lambda m, w, g: w + remember(m, "v", 0.9 * old(m) - rate * g), "r is always 0.9: use "
         "self.momentum."),
    ]  # fmt: skip


_momentum = Walks("Momentum", keras.optimizers.SGD, momenta, momentum_mistakes)
_momentum.by_hand(learning_rate=0.1, momentum=0.9)
_momentum.beside_keras()
_momentum.tidy()
_momentum.hidden()
Momentum = _momentum.check


def nesterov_mistakes(settings: dict[str, Any]) -> list[tuple[StepRule, str]]:
    rate, r = settings["learning_rate"], settings["momentum"]

    def old(m: dict[str, Any]) -> Any:
        return m.get("v", 0.0)

    def new(m: dict[str, Any], g: Any) -> Any:
        return remember(m, "v", r * old(m) - rate * g)

    def before(m: dict[str, Any], w: Any, g: Any) -> Any:
        v = old(m)
        remember(m, "v", r * v - rate * g)
        return w + r * v - rate * g

    def look_back(m: dict[str, Any], w: Any, g: Any) -> Any:
        v = old(m)
        return w - r * v + (1 + r) * new(m, g) + rate * g

    return [
        (before, "With the old v, w + r·v − η·g is plain momentum: update v first, then look ahead "
         "with the new one."),
        (lambda m, w, g: w + r * new(m, g), "The gradient is missing in the second line: "
         "w + r·v − η·g."),
        (lambda m, w, g: w + new(m, g) - rate * g, "The velocity is not slowed down in the second "
         "line: w + r·v − η·g."),
        (lambda m, w, g: w - r * new(m, g) - rate * g, "The sign of the velocity is wrong: add "
         "r·v."),
        (lambda m, w, g: w + r * new(m, g) - g, "The learning rate is missing in the second line."),
        (lambda m, w, g: w + (1 + r) * new(m, g), "This takes the whole velocity and then a part "
         "of it again: w + r·v − η·g."),
        (look_back, "The look-ahead was taken back with the wrong velocity."),
        (lambda m, w, g: w + r * remember(m, "v", r * old(m) - (1 - r) * rate * g) - rate * g,
         "The new gradient is weighted with 1 − r; in the velocity it counts in full."),
        (lambda m, w, g: w - rate * g, "There is no memory in it: this is plain SGD."),
        *momentum_mistakes(settings),
        (lambda m, w, g: w + new(m, g), "This is plain momentum; Nesterov's step looks ahead."),
    ]  # fmt: skip


def nesterov(**settings: Any) -> Any:
    return keras.optimizers.SGD(nesterov=True, **settings)


_nesterov = Walks("Nesterov", nesterov, momenta, nesterov_mistakes)
_nesterov.by_hand(learning_rate=0.1, momentum=0.9)
_nesterov.beside_keras()
_nesterov.tidy()
_nesterov.hidden()
Nesterov = _nesterov.check
