"""Checks of exercises 8 and 9: ε-greedy, and learning from one step."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require, require_unchanged
from ...spec import Check, Wrong

epsilon_greedy = Check("epsilon_greedy")
q_learning_update = Check("q_learning_update")

# A share measured on n draws has a standard error of at most 0.5/√n; five of these, plus one draw,
# are missed about once in a million right answers.
DRAWS = 900


def generator(student: Any, seed: int) -> Any:
    """A NumPy generator in the learner's process."""
    return student["np"]["random"].default_rng(seed)


def drawn(student: Any, q: np.ndarray, epsilon: float, seed: int, num: int = DRAWS) -> np.ndarray:
    """Actions drawn one after the other with one generator."""
    rng, found = generator(student, seed), []
    with hint("q has the shape (actions,): one state's row."):
        for _ in range(num):
            found.append(student.epsilon_greedy(q, epsilon, rng))
            first = np.asarray(array(found[-1], (), "the action"))
            require(
                first == np.round(first) and 0 <= first < len(q),
                "Return the number of an action: a whole number from 0 to num_actions − 1.",
                got=found[-1],
            )
    return np.array(found, int)


def law(q: np.ndarray, epsilon: float, explore: Any = None) -> np.ndarray:
    best = q == q.max()
    every = np.full(len(q), 1 / len(q)) if explore is None else explore
    return np.asarray(epsilon * every + (1 - epsilon) * best / best.sum())


def near(found: np.ndarray, wanted: np.ndarray) -> bool:
    error = np.sqrt(wanted * (1 - wanted) / DRAWS)
    return bool(np.all(np.abs(found - wanted) <= 5 * error + 1 / DRAWS))


def ask_law(student: Any, q: np.ndarray, epsilon: float, seed: int) -> None:
    found = np.bincount(drawn(student, q, epsilon, seed), minlength=len(q)) / DRAWS
    right, best = law(q, epsilon), q == q.max()
    if near(found, right):
        return
    first, last = (np.eye(len(q))[k] for k in (q.argmax(), len(q) - 1 - q[::-1].argmax()))
    others = (~best / max((~best).sum(), 1)) if not best.all() else None
    powers = np.exp(q - q.max())
    known = [
        (law(q, 1 - epsilon), "The number ε is the wrong way round: with probability ε any action, "
         "else the best."),
        (law(-q, epsilon), "It prefers the worst action: the best one has the largest q."),
        (law(q, epsilon, others) if others is not None else None, "With probability ε take any "
         "action, the best one included: it gets ε / num_actions more."),
        ((1 - epsilon) * first + epsilon / len(q), "When several actions are best it always takes "
         "the same one of them: draw among them."),
        ((1 - epsilon) * last + epsilon / len(q), "When several actions are best it always takes "
         "the same one of them: draw among them."),
        (best / best.sum(), "It never explores: with probability ε take any action."),
        (first, "It never explores, and always takes the same of several best actions."),
        (np.full(len(q), 1 / len(q)), "All actions come equally often: with probability 1 − ε take "
         "the best."),
        (powers / powers.sum(), "This is a softmax of q. ε-greedy asks only which is largest."),
    ]  # fmt: skip
    words = "The actions do not come as often as they should: ε / num_actions for each, and the "\
        "rest shared by the best ones."  # fmt: skip
    words = next((says for wrong, says in known if wrong is not None and near(found, wrong)), words)
    if found[-1] == 0 and np.sum(found == 0) == 1 and epsilon > 0.15 and not best[-1]:
        words = "The last action never comes: rng.integers(n) is below n, n itself is not drawn."
    place = int(np.abs(found - right).argmax())
    raise Wrong(
        words,
        asked=f"{DRAWS} draws, ε = {epsilon:.2g}",
        got=f"action {place} in {found[place]:.1%}",
        expected=f"about {right[place]:.1%}",
    )


def some_q(rng: np.random.Generator, num_actions: int) -> np.ndarray:
    return np.asarray(rng.permutation(num_actions) - num_actions + 0.5)  # all negative, no ties


@epsilon_greedy.case("greedy without ε")
def _(student, reference, rng):
    q = some_q(rng, int(rng.integers(4, 7)))
    actions = drawn(student, q, 0.0, int(rng.integers(10_000)), 20)
    words = "With ε = 0 it should always take the action with the largest q, here a negative one."
    require(np.all(actions == q.argmax()), words, got=actions)


@epsilon_greedy.case("how often each action comes", weight=3)
def _(student, reference, rng):
    q = np.append(some_q(rng, 3), -9.0)
    ask_law(student, q, float(rng.uniform(0.65, 0.75)), int(rng.integers(10_000)))


@epsilon_greedy.case("several are best", weight=2)
def _(student, reference, rng):
    ask_law(student, np.array([1.0, 3.0, 0.0, 3.0, 3.0]), 0.0, int(rng.integers(10_000)))
    ask_law(student, np.zeros(4), 0.1, int(rng.integers(10_000)))


@epsilon_greedy.case("all chance comes from the generator")
def _(student, reference, rng):
    q, seed = some_q(rng, 5), int(rng.integers(10_000))
    first, again, other = (drawn(student, q, 0.8, s, 40) for s in (seed, seed, seed + 1))
    words = "The same generator should give the same actions: draw everything from `rng`."
    require(np.array_equal(first, again), words)
    words = "Another generator gave the same 40 actions: draw from the `rng` that was passed."
    require(not np.array_equal(first, other), words)


@epsilon_greedy.case("other numbers", weight=2, hidden=True)
def _(student, reference, rng):
    seed = int(rng.integers(10_000))
    ask_law(student, some_q(rng, 3), 0.2, seed)
    ask_law(student, np.array([0.5, 0.5, 0.1]), 0.6, seed + 1)
    ask_law(student, some_q(rng, 6), 1.0, seed + 2)


def updated(q: np.ndarray, job: Any, rate: float, target: float) -> np.ndarray:
    new = q.astype(float)
    new[job[0], job[1]] += rate * (target - q[job[0], job[1]])
    return new


def ask_update(student: Any, q: np.ndarray, job: Any, rate: float, discount: float) -> None:
    """`job`: state, action, reward, next_state, terminated."""
    state, action, reward, following, terminated = job
    best, old = q[following].max(), q[state, action]
    target = reward + (0.0 if terminated else discount * best)
    right = updated(q, job, rate, target)

    def by(wrong: float) -> Any:
        return updated(q, job, rate, wrong) if not np.isclose(wrong, target) else None

    whole = q.astype(float)
    whole[state] += rate * (target - q[state])
    elsewhere = q.astype(float)
    elsewhere[following, action] += rate * (target - q[following, action])
    cut = np.trunc(right) if q.dtype.kind == "i" else None
    causes = [
        (cut, "The new value was cut to a whole number, as q holds whole numbers: copy it as "
         "floats, np.array(q, float)."),
        (by(reward + discount * best) if terminated else None, "After a terminal state nothing is "
         "earned: when `terminated` is True the target is the reward alone."),
        (by(0.0) if terminated else None, "The reward for reaching the end is lost: the target is "
         "the reward alone, not 0."),
        (q if terminated else None, "Nothing was learned from the last step: its target is the "
         "reward."),
        (by(reward) if not terminated else None, "The value of the next state is missing from the "
         "target (it is left out only when `terminated` is True)."),
        (by(reward + best), "The discount is missing."),
        (by(discount * (reward + best)), "The reward counts in full: only the next state's value "
         "is discounted."),
        (by(reward + discount * q[following].mean()), "The best action of the next state counts, "
         "not the mean."),
        (by(reward + discount * q[following, action]), "The next state counts with its best "
         "action, not with the one just taken."),
        (by(reward + discount * q[state].max()), "The value looked up is that of `state`; it "
         "should be that of `next_state`."),
        (by(reward + discount * q.max()), "The maximum goes over the actions of the next state, "
         "not over the whole table."),
        (by(discount * best), "The reward is missing."),
        (updated(q, job, 1.0, target), "The learning rate is missing: move towards the target, do "
         "not jump there."),
        (updated(q, job, 1.0, old + rate * target), "The old value is missing from the error: "
         "target − q[state, action]."),
        (updated(q, job, -rate, target), "It moves away from the target."),
        (updated(q, job, 1 - rate, target), "The learning rate is the wrong way round: it is the "
         "share of the target."),
        (whole, "Only the action taken was tried: change one entry, not the state's whole row."),
        (elsewhere, "It changed the entry of `next_state`: what is learned is about `state`."),
        (lambda a: np.ndim(a) == 0, "Return the whole table, not the new value alone."),
    ]  # fmt: skip
    with hint("q has the shape (states, actions): q[state, action] is one entry."):
        answer = student.q_learning_update(q, *job, rate, discount)
    expect(answer, right, causes=causes, axes=("states", "actions"))


def some_job(rng: np.random.Generator, q: np.ndarray, terminated: bool) -> Any:
    """An experience in which every wrong target is another number."""
    state, following = rng.choice(len(q), 2, replace=False)
    action = int(q[following].argmin())
    return int(state), action, float(rng.uniform(1, 2)), int(following), terminated


def table(rng: np.random.Generator, num_states: int, num_actions: int) -> np.ndarray:
    return np.asarray(rng.normal(size=(num_states, num_actions)) + rng.choice([-3.0, 3.0]))


@q_learning_update.case("one step", weight=2)
def _(student, reference, rng):
    q = table(rng, 4, 3)
    ask_update(student, q, some_job(rng, q, False), 0.25, 0.5)


@q_learning_update.case("into a terminal state", weight=2)
def _(student, reference, rng):
    q = table(rng, 5, 3)
    ask_update(student, q, some_job(rng, q, True), 0.25, 0.5)


@q_learning_update.case("back to the same state")
def _(student, reference, rng):
    q = table(rng, 3, 4)
    state, _, reward, _, _ = some_job(rng, q, False)
    action = int(q[state].argmin())
    ask_update(student, q, (state, action, reward, state, False), 0.4, 0.7)


@q_learning_update.case("leaves its argument alone")
def _(student, reference, rng):
    q = table(rng, 3, 2)
    lent = student.lend(q)
    student.q_learning_update(lent, 0, 1, 1.0, 2, False, 0.5, 0.9)
    call = "q_learning_update(q, 0, 1, 1.0, 2, False, 0.5, 0.9)"
    require_unchanged("q", call, q, lent, "Copy it first: np.array(q, float).")


@q_learning_update.case("whole numbers, other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    ask_update(student, np.array([[0, 2], [4, 3]]), (0, 1, 1.0, 1, False), 0.25, 0.5)
    for num_states, num_actions in ((6, 2), (2, 5), (9, 4)):
        q = table(rng, num_states, num_actions)
        rate, discount = float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.6, 0.99))
        for terminated in (False, True):
            ask_update(student, q, some_job(rng, q, terminated), rate, discount)
