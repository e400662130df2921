"""What an otter test file of a benchmark calls: our check, asked in the learner's own process.

`peers.py` gives this file to otter as a support file, with the answers of our solution beside it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder import registry
from autograder.answers import Answerer
from autograder.spec import Verdict
from autograder.student import Student
from autograder.verdict import latest, run_check


class Answers(registry.Recorded):
    """The answers of our solution to every case, hidden ones included."""

    def __init__(self, path: Path):
        self._answers = json.loads(path.read_text("utf-8"))


verdicts: dict[str, Verdict] = {}


def ask(check: str, case: str, env: dict[str, Any]) -> None:
    """Raise AssertionError, with what a learner would read, unless a case is right.

    Args:
        check, case: their names.
        env: the names of the learner's notebook.
    """
    if check not in verdicts:
        verdicts[check] = _verdict(check, env)
    verdict = verdicts[check]
    outcome = next((one for one in verdict.outcomes if one.case == case), None)
    assert outcome is not None and not verdict.reason, verdict.reason or "not started"
    assert outcome.passed, outcome.message()


def _verdict(check: str, env: dict[str, Any]) -> Verdict:
    notebook = registry.notebook_of(check)
    assert notebook is not None
    cells = list(env["get_ipython"]().history_manager.input_hist_raw)
    return run_check(
        registry.checks_of(notebook)[check],
        Student(Answerer(env).answer),
        Answers(Path("answers.json")),
        hidden=True,
        sources=latest(cells),
    )
