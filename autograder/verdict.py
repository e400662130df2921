"""Ask a check's cases and collect the outcomes. One learner's code, one check, one verdict."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from functools import lru_cache
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

Statement = tuple[ast.stmt, list[str]]  # and the global names that it mentions

PUBLIC_SEED = b"public"
UNWRITTEN = "Your code raised NotImplementedError: this case is still to be written."
MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)


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
    outcomes, unanswered = [], 0
    for case in check.cases:
        if case.hidden and not hidden:
            continue
        rng = np.random.default_rng(seed_for(seed, check.name, case.name))
        student.last_call = ""
        try:
            ours = reference.at(check.name, case.name)
            outcomes.append(run_case(check.name, case, student, ours, rng))
        except NotStarted:
            unanswered += 1
            outcomes.append(Outcome(case.name, False, case.weight, case.hidden, cause=UNWRITTEN))
    if outcomes and unanswered == len(outcomes):
        return Verdict(check.name, 0.0, max_points, NOT_STARTED)
    points = 0.0 if broken else score(outcomes, max_points)
    return Verdict(check.name, points, max_points, outcomes=tuple(outcomes), reason=broken)


def run_case(
    exercise: str, case: Case, student: Student, reference: Any, rng: np.random.Generator
) -> Outcome:
    """The outcome of one case. Raises `NotStarted` when the exercise is not."""
    try:
        with np.errstate(all="ignore"):
            case.run(student, reference, rng)
        return Outcome(case.name, True, case.weight, case.hidden)
    except NotStarted:
        raise
    except Wrong as wrong:
        if wrong.unwritten.partition(".")[0] == exercise:  # a method of the class asked for
            raise NotStarted(exercise) from None
        found = wrong
    except Lost as lost:
        found = Wrong(str(lost))
    except OSError:
        raise  # a process of ours could not be had: nobody's answer is wrong
    except Exception as error:  # a check that trips over an answer nobody foresaw
        found = Wrong(f"The answer is of a kind this check cannot read ({type(error).__name__}).")
    if case.hidden:
        return Outcome(case.name, False, case.weight, True, cause=found.hidden_cause)
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
    definitions = _definitions(sources)
    nodes = [node for node, _ in _reachable({check.name}, definitions)]
    used = [name for node in nodes for name in _used(node)]
    foreign = [name.removeprefix(".") for name in used if name not in definitions]
    for rule in check.rules:
        for found in foreign:
            if found in rule.forbids:
                return f"The exercise asks you to {rule.says}; your code uses `{found}`."
    return ""


def reached(names: set[str], sources: list[str]) -> set[str]:
    """`names`, and what their definitions mention, directly or through other definitions."""
    return names.union(*(used for _, used in _reachable(names, _definitions(sources))))


def latest(cells: list[str]) -> list[str]:
    """Of cells in the order they were run, the top-level statements that still hold: the last
    one that bound each name."""
    found: dict[str, str] = {}
    for tree in filter(None, map(_parse, cells)):
        for statement in tree.body:
            found.update(dict.fromkeys(_bound(statement), ast.unparse(statement)))
    return list(dict.fromkeys(found.values()))


def _definitions(sources: list[str]) -> dict[str, list[Statement]]:
    """Name -> the top-level statements that bind it."""
    definitions: dict[str, list[Statement]] = {}
    for bound, statement in (both for source in sources for both in _statements(source)):
        for name in bound:
            definitions.setdefault(name, []).append(statement)
    return definitions


@lru_cache(1000)
def _statements(source: str) -> list[tuple[list[str], Statement]]:
    """Every top-level statement of a cell, with the names that it binds."""
    tree = _parse(source)
    return [(_bound(node), (node, _globals(node))) for node in tree.body] if tree else []


def _reachable(names: set[str], definitions: dict[str, list[Statement]]) -> Iterator[Statement]:
    waiting, seen = list(names), set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for statement in definitions.get(current, []):
            yield statement
            waiting += statement[1]


def _parse(source: str) -> ast.Module | None:
    """The syntax tree of a cell, without the lines that are IPython's, or None."""
    for text in (source, MAGIC.sub(r"\1pass", source)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # if both fail, the cell does not run either, and says so itself
    return None


def _bound(statement: ast.stmt) -> list[str]:
    """The names that a top-level statement binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    names = []
    for inner in ast.walk(statement):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(inner.name)
        elif isinstance(inner, (ast.Import, ast.ImportFrom)):
            names += [a.asname or a.name.partition(".")[0] for a in inner.names]
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            names.append(inner.id)
    return names


def _globals(statement: ast.stmt) -> list[str]:
    """The global names that a statement's code uses; a parameter `x` is not the notebook's `x`."""
    try:
        tables = [symtable.symtable(ast.unparse(statement), "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError):
        return sorted({n.id for n in ast.walk(statement) if isinstance(n, ast.Name)})
    names: set[str] = set()
    for table in tables:
        tables += table.get_children()
        top = table.get_type() == "module"
        names |= {s.get_name() for s in table.get_symbols() if top or s.is_global()}
    return sorted(names)


def _used(statement: ast.stmt) -> Iterator[str]:
    """What a rule may forbid: global names, attributes and imports (with a dot), and loops."""
    yield from _globals(statement)
    for inner in ast.walk(statement):
        if isinstance(inner, ast.Attribute):
            yield f".{inner.attr}"
        elif isinstance(inner, (ast.Import, ast.ImportFrom)):
            words = [alias.name for alias in inner.names]
            words.append(getattr(inner, "module", None) or "")
            yield from (f".{part}" for word in words for part in word.split("."))
        elif isinstance(inner, (ast.For, ast.AsyncFor, ast.While, ast.comprehension)):
            yield "a loop"


def forbid(*names: str, says: str) -> Rule:
    """A rule against attributes, imports and names that the learner did not define:
    `forbid("tanh", says="write tanh from exp")`.

    "a loop" stands for every `for`, `while` and comprehension.
    """
    return Rule(says, frozenset(names))
