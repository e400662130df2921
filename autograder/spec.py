"""The words of the domain: check, case, outcome, verdict, judgement.

Everything here is plain data or a plain function. Nothing of ours is imported, and nothing
but the standard library: this module is on the learner's path.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Case_function = Callable[[Any, Any, Any], None]

NOT_STARTED = "not started"
JUDGED = "judged"
MANUAL = "graded by hand"


class Wrong(Exception):
    """A case found the answer wrong. Its fields are what the learner will read.

    Args:
        cause: the likely cause and where to look, in a sentence or two. It is shown for hidden
            cases too, so it must not contain their numbers, unless there is a
        hidden_cause: what is shown instead for a hidden case.
        asked, got, expected: what was asked, what came back, what was expected, printed small.
        unwritten: the function, or `Class.method`, that raised NotImplementedError, if one did.
    """

    def __init__(
        self,
        cause: str = "",
        *,
        asked: str = "",
        got: str = "",
        expected: str = "",
        hidden_cause: str = "",
        unwritten: str = "",
    ):
        super().__init__(cause)
        # A judgement is written as JSON: what a check shows is text, whatever it was given.
        self.cause, self.asked = cause, str(asked)
        self.got, self.expected = str(got), str(expected)
        self.hidden_cause = hidden_cause or cause
        self.unwritten = unwritten


class NotStarted(Exception):
    """The exercise still raises NotImplementedError."""


@dataclass(frozen=True)
class Rule:
    """What an exercise forbids, enforced on the syntax tree of the learner's code.

    Args:
        says: the rule in words, shown to the learner: "write it with NumPy's exp".
        forbids: attribute, function or module names that break it, as in `np.tanh` -> "tanh".
    """

    says: str
    forbids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """One question that a check asks.

    Args:
        name: a few words, "large logits".
        run: `run(student, reference, rng)`; returns when the answer is right, raises `Wrong`.
        weight: its share of the exercise's points, relative to the other cases.
        hidden: asked only by the judge; its numbers are shown to nobody.
    """

    name: str
    run: Case_function
    weight: float = 1.0
    hidden: bool = False


@dataclass(frozen=True)
class Check:
    """The cases of one exercise; `check("softmax")` in a notebook, `Check("softmax")` here.

    Args:
        name: the name of the exercise, which is the name of the learner's function.
        rules: what the learner's code may not use.
        seconds: for all calls of the check when grading; None for the usual limit.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    seconds: float | None = None
    cases: list[Case] = field(default_factory=list)

    def case(
        self, name: str, *, weight: float = 1.0, hidden: bool = False
    ) -> Callable[[Case_function], Case_function]:
        """Decorate `function(student, reference, rng)` to add it as a case."""

        def add(run: Case_function) -> Case_function:
            self.cases.append(Case(name, run, weight, hidden))
            return run

        return add


@dataclass(frozen=True)
class Outcome:
    """What one case found. `asked`, `got` and `expected` are empty for a hidden case."""

    case: str
    passed: bool
    weight: float = 1.0
    hidden: bool = False
    asked: str = ""
    got: str = ""
    expected: str = ""
    cause: str = ""

    def message(self) -> str:
        """What was asked, what came back, what was expected, the likely cause: one line."""
        parts = [f"{self.asked}:"] if self.asked else []
        if self.got and self.expected:
            parts.append(f"got {self.got}, expected {self.expected}.")
        elif self.got:
            parts.append(f"got {self.got}.")
        elif self.expected:
            parts.append(f"expected {self.expected}.")
        return " ".join([*parts, self.cause]).strip()


@dataclass(frozen=True)
class Verdict:
    """The outcomes of one check.

    Args:
        check: the name of the check, which is the name of the exercise.
        points, max_points: what it earned of what it is worth; `points` is None while a written
            question waits to be graded by hand.
        status: "judged", "not started" or "graded by hand".
        reason: why nothing could be asked, or which rule was broken; empty otherwise.
    """

    check: str
    points: float | None
    max_points: float
    status: str = JUDGED
    outcomes: tuple[Outcome, ...] = ()
    reason: str = ""

    @property
    def solved(self) -> bool:
        return self.status == JUDGED and not self.reason and all(o.passed for o in self.outcomes)


@dataclass(frozen=True)
class CellOutput:
    """What a cell of the submission printed, raised and drew, capped.

    Args:
        cell: the grade id of the cell, or "after <grade id>" for a cell the learner added.
        source: the text that ran.
        text: standard output and error.
        error: the exception, one line, empty if none.
        figures: PNG images, base64.
    """

    cell: str
    source: str = ""
    text: str = ""
    error: str = ""
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Everything decided about one submission. Graded twice, it is the same to the bit.

    Args:
        assignment, notebook: names, as "01_perceptron_xor" and "perceptron_xor".
        verdicts: one per exercise and written question, in notebook order.
        cells: what the submission's own cells printed, raised and drew.
        answers: grade id of each written question -> the learner's text.
        notices: what was refused, repaired or stopped, and why, for learner and instructor.
        refused: why nothing of the submission could be read; empty otherwise.
        sandbox: "on", or "off" when grading ran with --no-sandbox.
    """

    assignment: str
    notebook: str
    verdicts: tuple[Verdict, ...]
    cells: tuple[CellOutput, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    refused: str = ""
    sandbox: str = "on"

    @property
    def points(self) -> float:
        """Points earned so far; written questions count once they are graded."""
        return round(sum(v.points or 0.0 for v in self.verdicts), 2)

    @property
    def max_points(self) -> float:
        return sum(v.max_points for v in self.verdicts)

    def to_json(self) -> str:
        """Canonical JSON: equal judgements give equal text."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, indent=1)

    @staticmethod
    def from_json(text: str) -> Judgement:
        data = json.loads(text)
        verdicts = tuple(
            Verdict(**{**v, "outcomes": tuple(Outcome(**o) for o in v["outcomes"])})
            for v in data.pop("verdicts")
        )
        cells = tuple(
            CellOutput(**{**c, "figures": tuple(c["figures"])}) for c in data.pop("cells")
        )
        answers = tuple((name, text) for name, text in data.pop("answers"))
        notices = tuple(data.pop("notices"))
        return Judgement(verdicts=verdicts, cells=cells, answers=answers, notices=notices, **data)


def score(outcomes: Sequence[Outcome], max_points: float) -> float:
    """Points for a check: all, or the passed cases' share of the weights to two decimals."""
    if outcomes and all(outcome.passed for outcome in outcomes):
        return max_points
    total = sum(outcome.weight for outcome in outcomes)
    passed = sum(outcome.weight for outcome in outcomes if outcome.passed)
    return round(max_points * passed / total, 2) if total else 0.0


def seed_for(*parts: str | bytes) -> int:
    """A 128-bit seed from names; the same names always give the same seed."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return int.from_bytes(digest.digest()[:16], "big")


def plain(text: Any, limit: int) -> str:
    """Text from a learner's process as a person may see it: capped, no control characters, and
    no memory addresses, which differ from run to run."""
    text = text[:limit] if isinstance(text, str) else ""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    text = re.sub(r"[^\n\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    return re.sub(r" at 0x[0-9a-fA-F]{6,}", "", text)


def nearest(name: str, names: Iterable[str]) -> str:
    """ " Did you mean 'softmax'?" where `names` holds something close, else an empty string."""
    import difflib

    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.7)
    return f" Did you mean '{close[0]}'?" if close else ""
