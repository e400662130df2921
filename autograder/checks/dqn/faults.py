"""What is wrong with an agent, by the values that it learned in the five worlds."""

from __future__ import annotations

import numpy as np

from .worlds import LIMIT, Table

# Of rewards from 1.6 to 2.4 our own agent misses no value by more than 0.01 on 30 seeds; a fault
# moves those of its world by 0.6 or more. Faults of other worlds leak through the hidden layer, so
# the simplest worlds forgive more.
NEAR = 0.25
FORGIVEN = {"value": 0.7, "discount": 0.4}


def close(found: np.ndarray, wanted: np.ndarray | float, near: float = NEAR) -> bool:
    return bool(np.all(np.abs(found - wanted) < near))


def why_wrong(q: np.ndarray, table: Table, discount: float) -> dict[str, str]:
    """Name of a world -> what its values say, for those that are wrong, the simplest first."""
    right = table.q(discount)
    wrong = [name for name, states in table.where.items() if off(name, q[states], right[states])]
    if not wrong:
        return {}
    first = wrong[0]
    reasons = {name: f"This may come from what is wrong in the world of {first}: begin there."
               for name in wrong}  # fmt: skip
    reasons[first] = WHY[first](q, right, table, discount)
    if not np.all(np.isfinite(q)) or np.abs(q).max() > 1000:
        reasons[first] = DIVERGED
    return reasons


def off(name: str, q: np.ndarray, right: np.ndarray) -> bool:
    """Whether the world is not learned. In the first two one learned action is enough: it is the
    world of action that asks for both."""
    if name in FORGIVEN:
        return not close(q.max(axis=1), right.max(axis=1), FORGIVEN[name])
    return not close(q, right)


DIVERGED = (
    "The values grow without end: the target network should stand still within a block of updates "
    "(two networks, and update_target only between blocks)."
)
NO_LEARNING = (
    "Q of the one-step world is off, and nothing else matters there: look at how the loss reaches "
    "the network. Does the Learner train the model that you return, with the rewards as they came?"
)


def of_value(every_q: np.ndarray, every_right: np.ndarray, table: Table, discount: float) -> str:
    states = table.where["value"]
    q, right = every_q[states], every_right[states]
    forever = table.q(discount, forever=True)[states]
    if close(q.max(), forever.max()) or q.max() > right.max() + FORGIVEN["value"]:
        return (
            "The one-step world is worth more than its only reward, as if it went on: does "
            "`terminated` reach the buffer?"
        )
    return NO_LEARNING


def of_discount(every_q: np.ndarray, every_right: np.ndarray, table: Table, discount: float) -> str:
    states = table.where["discount"]
    q, right = every_q[states], every_right[states]
    before, last = q[0].max(), right[1].max()
    steady = table.where["termination"]  # worth far more with a larger γ
    if (
        before > (1 + discount) / 2 * last
        and every_q[steady].max() > 1.5 * every_right[steady].max()
    ):
        return (
            "The reward comes one step late and is not discounted: γ should be settings.discount, "
            "and reach the Learner."
        )
    if not close(q[1].max(), last, FORGIVEN["discount"]):
        return (
            "The reward at the second step is not learned. Is that state's observation in the "
            "buffer? A world may write its next observation into the array it gave before: keep a "
            "copy for yourself."
        )
    return (
        "The second state is right, the first is not γ times it: is the target network renewed "
        "before a block of updates, and does the episode go on after its first step?"
    )


def of_action(every_q: np.ndarray, every_right: np.ndarray, table: Table, discount: float) -> str:
    states = table.where["action"]
    q, right = every_q[states], every_right[states]
    if np.abs(q[0, 0] - q[0, 1]) < NEAR:
        return (
            "Both actions got the same Q, though one costs and one pays: store the action that "
            "was really taken."
        )
    if close(q[0], right[0, ::-1]):
        return "The two actions are exchanged: which one is stored, which one taken?"
    return (
        "One action costs, the other pays, and your values do not tell them apart rightly: store "
        "the action that was really taken, and explore (ε), so that both are."
    )


def of_bootstrapping(
    every_q: np.ndarray, every_right: np.ndarray, table: Table, discount: float
) -> str:
    states = table.where["bootstrapping"]
    q, right = every_q[states], every_right[states]
    if not close(q[1:], right[1:]):
        return (
            "The two rooms are not learned. Are their observations in the buffer? A world may "
            "write its next observation into the array it gave before: keep a copy for yourself."
        )
    return (
        "The target takes the next state's value from the wrong place: next_observation is what "
        "step returned, before any reset; observation is what was there before the step."
    )


def of_termination(
    every_q: np.ndarray, every_right: np.ndarray, table: Table, discount: float
) -> str:
    states = table.where["termination"]
    q, right = every_q[states], every_right[states]
    cut = table.q(discount, cut=1 / LIMIT)[states]
    if np.all(q < right - NEAR) and np.all(np.abs(q - cut) < np.abs(q - right)):
        return (
            "This world is cut by the clock and never terminates, and your value is too small: "
            "truncation was treated as termination. Only `terminated` goes into the buffer."
        )
    return (
        "In this world nothing terminates: its value is reward / (1 − γ), and takes many "
        "renewals of the target network. Is it renewed before every block?"
    )


WHY = {
    "value": of_value,
    "discount": of_discount,
    "action": of_action,
    "bootstrapping": of_bootstrapping,
    "termination": of_termination,
}
