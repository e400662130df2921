"""Checks of exercises 6 to 8: optimizers that give every weight a step of its own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from .steps import rates, remember
from .walks import StepRule, Walks

EPSILON = 1e-7


def plain(rate: float) -> tuple[StepRule, str]:
    return (
        lambda m, w, g: w - rate * g,
        "There is no memory in it: this is plain SGD. Is what the object remembers kept in `self`?",
    )


def adagrad_mistakes(settings: dict[str, Any]) -> list[tuple[StepRule, str]]:
    rate, initial = settings["learning_rate"], settings.get("initial", 0.1)

    def h(m: dict[str, Any], g: Any, start: Any = initial) -> Any:
        """The sum of squares, this gradient's included."""
        return remember(m, "h", m.get("h", start) + g**2)

    def before(m: dict[str, Any], w: Any, g: Any) -> Any:
        old = m.get("h", initial)
        h(m, g)
        return w - rate * g / np.sqrt(old + EPSILON)

    def over(start: float, power: float = 0.5, rate: float = rate) -> StepRule:
        return lambda m, w, g: w - rate * g / (h(m, g, start) + EPSILON) ** power

    def averaged(m: dict[str, Any], w: Any, g: Any) -> Any:
        m["h"] = 0.9 * m.get("h", initial) + 0.1 * g**2
        return w - rate * g / np.sqrt(m["h"] + EPSILON)

    return [
        (over(0.0), "The sum starts at 0, as in the paper. Keras starts it at 0.1: `initial`."),
        (over(1.0), "The sum starts at 1; it starts at `initial`."),
        *([(over(0.1), "The sum starts at 0.1, whatever was asked: use `initial`.")]
          if initial != 0.1 else []),
        (lambda m, w, g: w - rate * g / (np.sqrt(h(m, g)) + EPSILON), "Keras has ε under the root "
         "here: √(h + ε)."),
        (lambda m, w, g: w - rate * g / np.sqrt(h(m, g)), "There is no ε under the root."),
        (before, "The step uses the sum before this gradient came in: add its square first."),
        (over(initial, 1.0), "The root is missing: divide by √(h + ε)."),
        (averaged, "Old squares fade away: that is RMSProp. AdaGrad adds all of them up."),
        (lambda m, w, g: w - rate * g / np.sqrt(remember(m, "h", m.get("h", initial) + np.abs(g))
         + EPSILON), "Add up the squares of the gradients, not their sizes."),
        (lambda m, w, g: w - rate * g / np.sqrt(remember(m, "h", m.get("h", initial) + g)
         + EPSILON), "Add up the squares of the gradients, not the gradients."),
        (lambda m, w, g: w - rate * g / np.sqrt(initial + g**2 + EPSILON), "The sum forgets: only "
         "this gradient's square is in it. Keep it in `self`."),
        (lambda m, w, g: w - rate * g / np.sqrt(h(m, np.linalg.norm(g)) + EPSILON), "All weights "
         "share one sum. Each has its own: no norm, no sum over the array."),
        (over(initial, 0.5, -rate), "This goes uphill: subtract the step."),
        plain(rate),
    ]  # fmt: skip


def adagrad(learning_rate: float, initial: float) -> Any:
    return keras.optimizers.Adagrad(learning_rate, initial_accumulator_value=initial)


def accumulators(rng: np.random.Generator) -> dict[str, Any]:
    return {**rates(rng), "initial": float(rng.choice([0.2, 0.5]))}


_adagrad = Walks("AdaGrad", adagrad, accumulators, adagrad_mistakes)
_adagrad.by_hand(learning_rate=0.1, initial=0.1)
_adagrad.beside_keras()
_adagrad.sized("very small gradients", 1e-4, initial=1e-7, learning_rate=0.1)
_adagrad.tidy()
_adagrad.hidden()
AdaGrad = _adagrad.check


def rmsprop_mistakes(settings: dict[str, Any]) -> list[tuple[StepRule, str]]:
    rate, rho = settings["learning_rate"], settings["rho"]

    def h(
        m: dict[str, Any], g: Any, kept: float = rho, new: float = 1 - rho, start: float = 0.0
    ) -> Any:
        """The average of squares, this gradient's included."""
        return remember(m, "h", kept * m.get("h", start) + new * g**2)

    def over(rate: float = rate, power: float = 0.5, **changed: Any) -> StepRule:
        return lambda m, w, g: w - rate * g / (h(m, g, **changed) + EPSILON) ** power

    def before(m: dict[str, Any], w: Any, g: Any) -> Any:
        old = m.get("h", 0.0)
        h(m, g)
        return w - rate * g / np.sqrt(old + EPSILON)

    def corrected(m: dict[str, Any], w: Any, g: Any) -> Any:
        return w - rate * g / np.sqrt(h(m, g) / (1 - rho ** m["t"]) + EPSILON)

    return [
        (over(kept=1.0, new=1.0), "Nothing is forgotten: that is AdaGrad. Keep only the share ρ."),
        (over(kept=1.0, new=1.0, start=0.1), "Nothing is forgotten: that is AdaGrad. Keep only the "
         "share ρ."),
        (over(new=1.0), "The new square counts in full; it should count 1 − ρ."),
        (over(kept=1 - rho, new=rho), "Keep the share ρ of the old and add 1 − ρ of the new; you "
         "have them the other way round."),
        (over(start=0.1), "The average starts at 0 here; 0.1 is AdaGrad's."),
        (over(start=1.0), "The average starts at 0 here, not at 1."),
        (lambda m, w, g: w - rate * g / (np.sqrt(h(m, g)) + EPSILON), "Keras has ε under the root "
         "here: √(h + ε)."),
        (before, "The step uses the average before this gradient came in: update it first."),
        (corrected, "You corrected for the start, as Adam does. Keras's RMSProp does not."),
        (over(power=1.0), "The root is missing: divide by √(h + ε)."),
        (over(kept=0.9, new=0.1), "The share ρ is always 0.9: use self.rho."),
        (lambda m, w, g: w - rate * g / np.sqrt(g**2 + EPSILON), "The average forgets everything: "
         "keep it in `self`."),
        (lambda m, w, g: w - rate * g / np.sqrt(h(m, np.linalg.norm(g)) + EPSILON), "All weights "
         "share one average. Each has its own: no norm, no mean over the array."),
        (over(-rate), "This goes uphill: subtract the step."),
        plain(rate),
    ]  # fmt: skip


def shares(rng: np.random.Generator) -> dict[str, Any]:
    return {**rates(rng), "rho": float(rng.choice([0.6, 0.8, 0.85]))}


_rmsprop = Walks("RMSProp", keras.optimizers.RMSprop, shares, rmsprop_mistakes)
_rmsprop.by_hand(learning_rate=0.1, rho=0.9)
_rmsprop.beside_keras()
_rmsprop.sized("very small gradients", 1e-4)
_rmsprop.tidy()
_rmsprop.hidden()
RMSProp = _rmsprop.check


def adam_mistakes(settings: dict[str, Any]) -> list[tuple[StepRule, str]]:
    rate, b1, b2 = settings["learning_rate"], settings["beta_1"], settings["beta_2"]

    def moments(m: dict[str, Any], g: Any, b1: float = b1, b2: float = b2) -> tuple[Any, Any]:
        first = remember(m, "m", b1 * m.get("m", 0.0) + (1 - b1) * g)
        return first, remember(m, "v", b2 * m.get("v", 0.0) + (1 - b2) * g**2)

    def general(
        sign: float = 1.0, mean: bool = True, square: bool = True, late: int = 0,
        paper: float = 0.0, under: float = 0.0, swapped: bool = False, always: bool = False,
        root: float = 0.5, rate: float = rate,
    ) -> StepRule:  # fmt: skip
        """Adam with something changed; `paper` is an ε beside the corrected root."""

        def rule(m: dict[str, Any], w: Any, g: Any) -> Any:
            first, second = (b2, b1) if swapped else (0.9, 0.999) if always else (b1, b2)
            a, v = moments(m, g, first, second)
            t = 1 if late < 0 else max(m["t"] - late, 0.5)
            down, scale = (1 - first**t if mean else 1.0), (1 - second**t if square else 1.0)
            if paper:
                return w - rate * (a / down) / ((v / scale) ** root + paper)
            step = rate * scale**root / down
            if under:
                return w - sign * step * a / (v + under) ** root
            return w - sign * step * a / (v**root + EPSILON)

        return rule

    def raw(m: dict[str, Any], w: Any, g: Any) -> Any:
        _a, v = moments(m, g)
        t = m["t"]
        return w - rate * np.sqrt(1 - b2**t) / (1 - b1**t) * g / (np.sqrt(v) + EPSILON)

    def not_squared(m: dict[str, Any], w: Any, g: Any) -> Any:
        a = moments(m, g)[0]
        v = remember(m, "u", b2 * m.get("u", 0.0) + (1 - b2) * np.abs(g))
        t = m["t"]
        return w - rate * np.sqrt(1 - b2**t) / (1 - b1**t) * a / (np.sqrt(v) + EPSILON)

    def kept(m: dict[str, Any], w: Any, g: Any) -> Any:
        """The corrected averages are stored and averaged again."""
        a, v = moments(m, g)
        t = m["t"]
        m["m"], m["v"] = a / (1 - b1**t), v / (1 - b2**t)
        return w - rate * m["m"] / (np.sqrt(m["v"]) + EPSILON)

    return [
        (general(paper=1e-7), "Here ε stands beside the corrected root, as in the paper's "
         "Algorithm 1. Keras corrects the learning rate instead and adds ε to √v itself."),
        (general(paper=1e-8), "This is the paper's ε, 1e-8 beside the corrected root. Keras has "
         "1e-7, beside √v itself."),
        (general(under=EPSILON), "Here ε is under the root; in Adam it stands beside it: √v + ε."),
        (general(mean=False, square=False), "The correction for the start is missing: m and v "
         "begin at 0 and are too small at first."),
        (general(mean=False), "The first average m is not corrected: divide by 1 − β₁ᵗ."),
        (general(square=False), "The second average v is not corrected: divide by 1 − β₂ᵗ."),
        (general(late=-1), "The correction always uses t = 1: count the steps in `self`."),
        (general(late=1), "The count of the steps begins one too low: t is 1 in the first step."),
        (general(swapped=True), "Here β₁ and β₂ are swapped: β₁ belongs to the gradients, β₂ to "
         "their squares."),
        (kept, "The corrected averages were stored in place of m and v; correct copies of them."),
        (general(root=1.0), "The root is missing: divide by √v + ε."),
        (raw, "The step uses the gradient itself; it should use its average m."),
        (not_squared, "The second average is of the squares of the gradients."),
        (general(always=True), "Always 0.9 and 0.999, whatever was asked: use beta_1 and beta_2."),
        (general(sign=-1.0), "This goes uphill: subtract the step."),
        plain(rate),
    ]  # fmt: skip


def betas(rng: np.random.Generator) -> dict[str, Any]:
    return {
        **rates(rng),
        "beta_1": float(rng.choice([0.5, 0.7, 0.8])),
        "beta_2": float(rng.choice([0.9, 0.93, 0.95])),
    }


_adam = Walks("Adam", keras.optimizers.Adam, betas, adam_mistakes)
_adam.by_hand(learning_rate=0.1, beta_1=0.9, beta_2=0.999)
_adam.beside_keras()
_adam.sized("very small gradients", 1e-6)
_adam.tidy()
_adam.hidden()
Adam = _adam.check
