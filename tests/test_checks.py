"""Every check told right answers from wrong ones: the proof that the grading is worth something.

The right answer is the solution, the others are in `mistakes.py` beside it. All of them are asked
in this process, over the same messages as in a notebook and in the judge.
"""

from __future__ import annotations

import linecache
import os
import pkgutil
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

jupytext = pytest.importorskip("jupytext")

from autograder import checks, registry  # noqa: E402
from autograder.answers import Answerer  # noqa: E402
from autograder.spec import JUDGED, NOT_STARTED, Check, Verdict  # noqa: E402
from autograder.student import Student  # noqa: E402
from autograder.variants import Variant, variants_of  # noqa: E402
from autograder.verdict import PUBLIC_SEED, run_check  # noqa: E402

SOLUTIONS = Path(__file__).parents[1] / "solutions"
SEEDS = (PUBLIC_SEED, b"a secret", b"another", b"a third", b"a fourth")
POINTS = 4.0
# The course's own; other tests put checks of theirs beside them.
NOTEBOOKS = [m.name for m in pkgutil.iter_modules([str(Path(str(checks.__file__)).parent)])]


def source_of(notebook: str) -> Path:
    """The solution that a notebook's checks belong to."""
    (path,) = SOLUTIONS.glob(f"*/{notebook}.py")
    return path


@cache
def code_cells(notebook: str) -> list[tuple[str | None, str]]:
    """(exercise name or None, source) of every cell that runs when grading."""
    cells = jupytext.read(source_of(notebook), fmt="py:percent").cells
    return [
        (cell.metadata.get("exercise"), cell.source)
        for cell in cells
        if cell.cell_type == "code"
        and "demo" not in cell.metadata.get("tags", [])
        and "check" not in cell.metadata
        and "google.colab" not in cell.source
    ]


@cache
def check_cells(notebook: str) -> tuple[str, ...]:
    """The names in the notebook's check cells, in order."""
    cells = jupytext.read(source_of(notebook), fmt="py:percent").cells
    return tuple(cell.metadata["check"] for cell in cells if "check" in cell.metadata)


@cache
def answers_of(notebook: str) -> tuple[Variant, ...]:
    """The cells of mistakes.py that are about this notebook's exercises."""
    variants = variants_of(source_of(notebook).with_name("mistakes.py"))
    return tuple(v for v in variants if v.exercise in registry.checks_of(notebook))


@cache
def compiled(source: str) -> CodeType:
    """Compiled, its lines kept where an error's own line is looked up."""
    name = f"<cell {abs(hash(source))}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return compile(source, name, "exec")


def notebook_with(notebook: str, **exercises: str) -> tuple[dict[str, Any], list[str]]:
    """The names and the exercise cells of the solved notebook, some exercises exchanged."""
    namespace: dict[str, Any] = {"__name__": "__main__", "get_ipython": lambda: None}
    sources = []
    for exercise, source in code_cells(notebook):
        source = exercises.get(exercise, source) if exercise else source
        exec(compiled(source), namespace)
        if exercise:
            sources.append(source)
    return namespace, sources


@cache
def reference_of(notebook: str) -> Student:
    return Student(Answerer(notebook_with(notebook)[0]).answer)


def nobody(message: bytes) -> bytes:
    """The reference of a check that trains: asking it is an error, for the build skips it."""
    raise AssertionError("a check that trains must not ask the reference")


def verdict_on(check: Check, notebook: str, source: str | None, seed: bytes) -> Verdict:
    """Judge the solution with one exercise exchanged, hidden cases too."""
    exercises = {} if source is None else {check.name: source}
    namespace, sources = notebook_with(notebook, **exercises)
    reference = reference_of(notebook) if check.seconds is None else Student(nobody)
    return run_check(
        check, Student(Answerer(namespace).answer), reference,
        seed=seed, hidden=True, max_points=POINTS, sources=sources,
    )  # fmt: skip


def seeds_for(check: Check, trained: int) -> tuple[bytes, ...]:
    """All seeds; for checks that train, which say so by a limit of their own, only some."""
    return SEEDS if check.seconds is None else SEEDS[:trained]


def described(verdict: Verdict) -> str:
    lines = [f"{verdict.points} of {verdict.max_points} {verdict.status} {verdict.reason}"]
    lines += [f"  {o.case}: {o.message()}" for o in verdict.outcomes if not o.passed]
    return "\n".join(lines)


def trains(notebook: str, answer: Variant) -> bool:
    """Whether the answer is trained when it is checked, which takes seconds."""
    return registry.checks_of(notebook)[answer.exercise].seconds is not None


CHECKS = [
    pytest.param(notebook, check, id=f"{notebook}-{check.name}")
    for notebook in NOTEBOOKS
    for check in registry.checks_of(notebook).values()
]
ANSWERS = [
    pytest.param(
        notebook,
        answer,
        id=f"{answer.exercise}: {answer.title}",
        marks=[pytest.mark.slow] * trains(notebook, answer),
    )
    for notebook in NOTEBOOKS
    for answer in answers_of(notebook)
]
MISTAKES = [param for param in ANSWERS if not param.values[1].right]
ALTERNATIVES = [param for param in ANSWERS if param.values[1].right]


def test_names_of_checks_are_unique_across_the_course():
    names = [c.name for n in NOTEBOOKS for c in registry.checks_of(n).values()]
    assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_checks_are_those_of_the_notebook_in_its_order(notebook):
    exercises = [name for name, _ in code_cells(notebook) if name]
    assert list(registry.checks_of(notebook)) == list(check_cells(notebook)) == exercises


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_mistakes_are_all_about_exercises_of_the_assignment(notebook):
    folder = source_of(notebook).parent
    known = {
        name for n in NOTEBOOKS if source_of(n).parent == folder for name in registry.checks_of(n)
    }
    assert {variant.exercise for variant in variants_of(folder / "mistakes.py")} <= known


@pytest.mark.parametrize(("notebook", "check"), CHECKS)
def test_cases_are_few_named_and_weighted(notebook, check):
    names = [case.name for case in check.cases]
    assert 3 <= len(names) <= 6
    assert len(set(names)) == len(names)
    assert all(case.weight in (1, 2, 3, 4) for case in check.cases)


@pytest.mark.parametrize(("notebook", "check"), CHECKS)
def test_wrong_and_other_right_answers_are_enough(notebook, check):
    answers = [answer for answer in answers_of(notebook) if answer.exercise == check.name]
    assert sum(not answer.right for answer in answers) >= 4
    assert sum(answer.subtle for answer in answers) >= 2
    assert sum(answer.right for answer in answers) >= 2
    assert len({answer.title for answer in answers}) == len(answers)


@pytest.mark.parametrize(("notebook", "check"), CHECKS)
def test_solution_earns_full_marks_with_every_seed(notebook, check):
    for seed in seeds_for(check, trained=1):  # test_course.py judges it with another one
        verdict = verdict_on(check, notebook, None, seed)
        assert verdict.solved and verdict.points == POINTS, described(verdict)


@pytest.mark.parametrize(("notebook", "check"), CHECKS)
def test_stub_earns_nothing_and_counts_as_not_started(notebook, check):
    stub = f"def {check.name}(*args, **kwargs):\n    raise NotImplementedError()"
    verdict = verdict_on(check, notebook, stub, PUBLIC_SEED)
    assert (verdict.points, verdict.status) == (0.0, NOT_STARTED)


@pytest.mark.parametrize(("notebook", "answer"), ALTERNATIVES)
def test_other_right_answer_earns_full_marks(notebook, answer):
    check = registry.checks_of(notebook)[answer.exercise]
    for seed in seeds_for(check, trained=1):
        verdict = verdict_on(check, notebook, answer.source, seed)
        assert verdict.solved and verdict.points == POINTS, described(verdict)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_other_right_answers_work_together(notebook, seed):
    """What is right by itself must do for the exercises that build on it, too."""
    answers = [answer for answer in answers_of(notebook) if answer.right]
    random.Random(seed).shuffle(answers)
    namespace, sources = notebook_with(notebook, **{a.exercise: a.source for a in answers})
    student = Student(Answerer(namespace).answer)
    for check in registry.checks_of(notebook).values():
        if check.seconds is None:  # those that train: `make demo`
            verdict = run_check(
                check, student, reference_of(notebook),
                seed=PUBLIC_SEED, hidden=True, max_points=POINTS, sources=sources,
            )  # fmt: skip
            chosen = {a.exercise: a.title for a in answers}
            assert verdict.solved, f"{check.name} {described(verdict)} {chosen}"


@pytest.mark.parametrize(("notebook", "answer"), MISTAKES)
def test_mistake_is_rejected_in_its_cases_and_named(notebook, answer):
    check = registry.checks_of(notebook)[answer.exercise]
    for seed in seeds_for(check, trained=1):
        verdict = verdict_on(check, notebook, answer.source, seed)
        assert verdict.status == JUDGED and verdict.points < POINTS and answer.says
        if answer.rule:
            assert verdict.points == 0.0
            assert answer.says in verdict.reason
            continue
        failed = [outcome for outcome in verdict.outcomes if not outcome.passed]
        assert [outcome.case for outcome in failed] == list(answer.fails), described(verdict)
        assert any(answer.says in outcome.cause for outcome in failed), described(verdict)
        assert not verdict.reason


@pytest.mark.parametrize(("notebook", "answer"), MISTAKES)
def test_words_for_a_mistake_are_short_and_hold_no_numbers_of_a_hidden_case(notebook, answer):
    check = registry.checks_of(notebook)[answer.exercise]
    if answer.rule or check.seconds is not None:
        return
    verdict = verdict_on(check, notebook, answer.source, SEEDS[1])
    for outcome in verdict.outcomes:
        if outcome.passed:
            continue
        ours, _, _raised = outcome.cause.partition("Your code raised")
        assert len(ours) <= 260, outcome.cause
        assert re.fullmatch(r"[A-Z].*[.?)]", outcome.cause, re.DOTALL), outcome.cause
        assert "  " not in ours, outcome.cause
        if outcome.hidden:
            assert not (outcome.asked or outcome.got or outcome.expected)
            assert not re.search(r"\d\.\d{3}", ours), outcome.cause
