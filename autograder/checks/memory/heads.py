"""Checks of exercises 10 and 11: write with erase and add, and copy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require, require_unchanged
from ...spec import Check, Wrong
from .addressing import placed

written_memory = Check("written_memory")


def written(memory: Any, weights: Any, erase: Any, add: Any) -> np.ndarray:
    """The formula, one number at a time."""
    out = np.array(memory, float)
    for i, k in np.ndindex(out.shape):
        out[i, k] = memory[i, k] * (1 - weights[i] * erase[k]) + weights[i] * add[k]
    return out


def ask_write(student: Any, memory: Any, weights: Any, erase: Any, add: Any) -> None:
    nothing, everything = np.zeros_like(erase), np.ones_like(erase)
    late = (memory + np.outer(weights, add)) * (1 - np.outer(weights, erase))
    causes = [
        (written(memory, weights, nothing, add), "Nothing was erased: first take the share "
         "w_i · e_k away."),
        (written(memory, weights, erase, nothing), "Nothing was added."),
        (late, "Erase first, then add: what is added must not be erased."),
        (written(memory, weights, everything, add), "Everything was erased; `erase` says for each "
         "unit how much."),
        (memory * (1 - erase) + np.outer(weights, add), "Erasing is weighted as well: a row loses "
         "w_i · e_k, not e_k."),
        (memory * (1 - weights[:, None]) + np.outer(weights, add), "The vector `erase` is missing: "
         "unit k of a row loses w_i · e_k."),
        (memory * (1 - np.outer(weights, erase)) + add, "Adding is weighted as well: row i gets "
         "w_i · a."),
        (memory - np.outer(weights, erase) + np.outer(weights, add), "Erasing multiplies: "
         "M · (1 − w e), not M − w e."),
        (memory * np.outer(weights, erase) + np.outer(weights, add), "Multiply by 1 − w e: what "
         "is left, not what is erased."),
        (written(memory, weights, add, erase), "The vectors `erase` and `add` are mixed up."),
        (memory, "The memory came back as it was."),
    ]  # fmt: skip
    with hint("Axes: memory (rows, units), weights (rows,), erase and add (units,)."):
        answer = student.written_memory(memory, weights, erase, add)
    right = written(memory, weights, erase, add)
    expect(answer, right, causes=causes, axes=("rows", "units"))


def job(rng: np.random.Generator, rows: int, units: int) -> tuple[Any, Any, Any, Any]:
    """A memory, weights that sum to 1, erase and add."""
    weights = rng.uniform(0.1, 1, rows)
    memory, add = rng.normal(size=(rows, units)) + 2, rng.normal(size=units) + 3
    return memory, weights / weights.sum(), rng.uniform(0.1, 0.9, units), add


@written_memory.case("some of everything", weight=2)
def _(student, reference, rng):
    ask_write(student, *job(rng, int(rng.integers(4, 6)), 3))


@written_memory.case("replace one row")
def _(student, reference, rng):
    memory, _, _, add = job(rng, int(rng.integers(4, 6)), 3)
    ask_write(student, memory, np.eye(len(memory))[1], np.ones(3), add)


@written_memory.case("leaves its argument alone")
def _(student, reference, rng):
    memory, weights, erase, add = job(rng, 4, 3)
    lent = student.lend(memory)
    student.written_memory(lent, weights, erase, add)
    call = "written_memory(memory, weights, erase, add)"
    require_unchanged("memory", call, memory, lent, "Return a new array: no `memory *= …`.")


@written_memory.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for rows, units in ((1, 4), (9, 2), (3, 8), (5, 5)):
        ask_write(student, *job(rng, rows, units))


copy_by_heads = Check("copy_by_heads")


def copied(
    items: Any, mark: Any, rows: int, shift: Any, gamma: float, *, jump: bool = True,
    erase: float = 1.0, walk: bool = True, beta: float = 50.0,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The program by the formulas; one thing in it may be wrong, for causes.

    jump: the first read looks for the mark, else it walks on; walk: the head moves while writing.
    """
    units = len(mark)
    memory, weights, path, copies = np.zeros((rows, units)), np.eye(rows)[0], [], []
    for number, vector in enumerate([mark, *items]):
        if number and walk:
            weights = placed(memory, weights, mark, beta, 0.0, shift, gamma)
        memory = written(memory, weights, np.full(units, erase), vector)
        path.append(weights)
    for number in range(len(items)):
        gate = 1.0 if number == 0 and jump else 0.0
        weights = placed(memory, weights, mark, beta, gate, shift, gamma)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)


def ask_copy(
    student: Any, items: Any, mark: Any, rows: int, shift: Any = None, gamma: float = 1.0
) -> None:
    given = {} if shift is None else {"shift": shift, "gamma": gamma}
    shift = np.array([0.0, 0.0, 1.0]) if shift is None else shift
    job = items, mark, rows, shift, gamma
    copies, path = copied(*job)
    steps = len(items)
    plain = copied(items, mark, rows, np.array([0.0, 0.0, 1.0]), 1.0)
    causes = [
        (lambda a: not isinstance(a, (tuple, list)), "Return two things: the copies and the "
         "path of the head."),
        ((path, copies), "The order is turned around: first the copies, then the path."),
        (lambda a: len(a[0]) == steps + 1, "The mark is no item: the first read is at the row "
         "after it, and there are as many reads as items."),
        (lambda a: len(a[1]) == steps, "The path holds the places of all writes and then of all "
         "reads: steps + 1 + steps rows."),
        (lambda a: len(a[1]) == 2 * steps, "The path holds steps + 1 writes (the mark is one) and "
         "then the reads."),
        (copied(*job, jump=False), "The head does not go back: the first read has gate 1, which "
         "looks for the mark."),
        (copied(*job, walk=False), "The head stands still while it writes: walk one row on before "
         "every item."),
        (copied(*job, erase=0.0), "Rows are not erased before they are written: erase with ones."),
        (plain if given else -1, "The arguments `shift` and `gamma` are not used: pass them on "
         "whenever the head moves."),
        (copied(*job[:4], 1.0) if gamma != 1 else -1, "The argument `gamma` is not used: pass "
         "it on whenever the head moves."),
        (copied(*job[:3], np.array([0.0, 0.0, 1.0]), gamma) if given else -1, "The argument "
         "`shift` is not used: pass it on whenever the head moves."),
        (lambda a: np.allclose(a[0], items) and np.shape(a[1]) == path.shape
         and not np.allclose(copies, items), "The copies are perfect although the head is "
         "blurred: read them from the memory, weights @ memory."),
        (lambda a: np.allclose(a[0][0], mark, atol=0.01), "The first read returns the mark: look "
         "for it and shift by one in the same address, before you read."),
        (lambda a: np.allclose(a[0][:-1], copies[1:]), "The copies are one item late: was an "
         "address skipped before the first read?"),
        (lambda a: np.shape(a[0]) == copies.shape and np.allclose(a[0][1:], np.repeat(a[0][:1],
         steps - 1, axis=0), atol=1e-3), "Every read returns the same: after the first one the "
         "head walks on with gate 0."),
        (lambda a: np.allclose(a[1][:steps + 1], path[:steps + 1], atol=1e-4), "The writes are at "
         "the right places; look at the reads, where the head goes and what it multiplies."),
    ]  # fmt: skip
    with hint("Axes: items (steps, units), a head's weights (rows,), memory (rows, units)."):
        answer = student.copy_by_heads(items, mark, rows, **given)
    # float32 in some forty addresses: each keeps six digits, and γ multiplies what is lost.
    expect(answer, (copies, path), causes=causes, rtol=1e-3, atol=1e-3)


def tape(rng: np.random.Generator, steps: int, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Items and a mark that is at right angles to all of them."""
    items = np.pad(rng.uniform(0.2, 1, (steps, units)), ((0, 0), (0, 1)))
    return items, np.eye(units + 1)[units]


@copy_by_heads.case("what was written is read", weight=2)
def _(student, reference, rng):
    steps, units = int(rng.integers(4, 6)), 3
    items, mark = tape(rng, steps, units)
    answer = student.copy_by_heads(items, mark, steps + 3)
    words = "Return two things: the copies and the path of the head."
    require(isinstance(answer, (tuple, list)) and len(answer) == 2, words, got=answer)
    copies = answer[0]
    ask_copy(student, items, mark, steps + 3)
    if np.shape(copies) == items.shape and not np.allclose(array(copies), items, atol=1e-3):
        raise Wrong("The copies are not the items.")


@copy_by_heads.case("an unsure shift", weight=2)
def _(student, reference, rng):
    items, mark = tape(rng, int(rng.integers(4, 6)), 3)
    ask_copy(student, items, mark, 9, np.array([0.05, 0.15, 0.8]), 1.0)


@copy_by_heads.case("an unsure shift, sharpened")
def _(student, reference, rng):
    items, mark = tape(rng, int(rng.integers(4, 6)), 3)
    ask_copy(student, items, mark, 9, np.array([0.05, 0.15, 0.8]), 2.0)


@copy_by_heads.case("other lengths", weight=2, hidden=True)
def _(student, reference, rng):
    for steps, units, rows in ((1, 4, 3), (6, 2, 7), (7, 5, 20)):
        ask_copy(student, *tape(rng, steps, units), rows)
        ask_copy(student, *tape(rng, steps, units), rows, np.array([0.1, 0.0, 0.9]), 3.0)
