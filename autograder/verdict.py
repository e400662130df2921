"""Ask a check's cases and collect the outcomes. One learner's code, one check, one verdict."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from .spec import (
    NOT_STARTED,
    Case,
    Check,
    NotStarted,
    Outcome,
    Rule,
    Verdict,
    Wrong,
    score,
    seed_for,
)
from .student import Lost, Student

PUBLIC_SEED = b"public"


def run_check(
    check: Check,
    student: Student,
    reference: Any,
    *,
    seed: bytes = PUBLIC_SEED,
    hidden: bool = False,
    max_points: float = 1.0,
    sources: list[str] | None = None,
) -> Verdict:
    """Every case asked, none hiding another.

    Args:
        student: the learner's namespace.
        reference: `reference.at(check, case)` answers like `student`, from our own solution or
            from its recording.
        seed: the cases' numbers follow from it, the check's name and the case's name.
        hidden: whether hidden cases are asked too.
        max_points: what the exercise is worth.
        sources: the learner's cells, for the rules; None where the text is not known.
    """
    broken = broken_rule(check, sources or [])
    outcomes = []
    for case in check.cases:
        if case.hidden and not hidden:
            continue
        rng = np.random.default_rng(seed_for(seed, check.name, case.name))
        student.last_call = ""
        try:
            outcomes.append(run_case(case, student, reference.at(check.name, case.name), rng))
        except NotStarted:
            return Verdict(check.name, 0.0, max_points, NOT_STARTED)
    points = 0.0 if broken else score(outcomes, max_points)
    return Verdict(check.name, points, max_points, outcomes=tuple(outcomes), reason=broken)


def run_case(case: Case, student: Student, reference: Any, rng: np.random.Generator) -> Outcome:
    """The outcome of one case. Raises `NotStarted` when the exercise is."""
    try:
        with np.errstate(all="ignore"):
            case.run(student, reference, rng)
        return Outcome(case.name, True, case.weight, case.hidden)
    except NotStarted:
        raise
    except Wrong as wrong:
        found = wrong
    except Lost as lost:
        found = Wrong(str(lost))
    except Exception as error:  # a check that trips over an answer nobody foresaw
        found = Wrong(f"The answer is of a kind this check cannot read ({type(error).__name__}).")
    if case.hidden:
        return Outcome(case.name, False, case.weight, True, cause=found.cause)
    asked = found.asked or student.last_call
    return Outcome(
        case.name, False, case.weight, False, asked, found.got, found.expected, found.cause
    )


def broken_rule(check: Check, sources: list[str]) -> str:
    """The first rule that the exercise's code breaks, in words, or an empty string.

    The exercise's code is the function of the check's name and every top-level definition in the
    learner's cells that it mentions, directly or through another.
    """
    if not check.rules:
        return ""
    nodes = list(_reachable(check.name, sources))
    for rule in check.rules:
        for found in (name for node in nodes for name in _used(node)):
            if found in rule.forbids:
                return f"The exercise asks you to {rule.says}; your code uses `{found}`."
    return ""


def _reachable(name: str, sources: list[str]) -> Iterator[ast.AST]:
    definitions: dict[str, list[ast.AST]] = {}
    for tree in filter(None, map(_parse, sources)):
        for statement in tree.body:
            for bound in _bound(statement):
                definitions.setdefault(bound, []).append(statement)
    waiting, seen = [name], set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for statement in definitions.get(current, []):
            yield statement
            waiting += [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)]


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # the cell will not run either, and says so itself


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [a.asname or a.name.partition(".")[0] for a in statement.names]
    return [
        n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]


def _used(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.ImportFrom):
            yield from (alias.name for alias in inner.names)
        elif isinstance(inner, (ast.For, ast.While, ast.comprehension)):
            yield "a loop"


def forbid(*names: str, says: str) -> Rule:
    """A rule against attributes or imported names: `forbid("tanh", says="write tanh from exp")`.

    "a loop" stands for every `for`, `while` and comprehension.
    """
    return Rule(says, frozenset(names))
