"""mistakes.py: what a cell's marker says, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.spec import Check
from autograder.variants import Variant, variants_of

TEXT = """# %% [markdown]
# What people write.

# %%
import numpy as np

# %% Sums everything mistake="row_sum" fails=["a batch", "one row"] says="keep" subtle=true
def row_sum(x): return x.sum()

# %% Uses np.tanh mistake="tanh" rule=true says="np.exp"
def tanh(x): return np.tanh(x)

# %% With a loop alternative="row_sum"
def row_sum(x): return np.array([r.sum() for r in x])
"""

CHECK = Check("row_sum")
for name, weight in (("a batch", 2.0), ("one row", 1.0), ("empty", 1.0)):
    CHECK.case(name, weight=weight)(lambda student, reference, rng: None)


@pytest.fixture
def read(tmp_path):
    def variants(text: str) -> list[Variant]:
        path = Path(tmp_path / "mistakes.py")
        path.write_text(text, "utf-8")
        return variants_of(path)

    return variants


def test_a_mistake_says_what_it_must_get_when_it_is_read(read):
    assert read(TEXT)[0] == Variant(
        "row_sum", "Sums everything", "def row_sum(x): return x.sum()", False,
        ("a batch", "one row"), "keep", True,
    )  # fmt: skip


def test_a_mistake_may_break_a_rule_when_it_fails_no_case(read):
    variant = read(TEXT)[1]
    assert (variant.rule, variant.right, variant.fails) == (True, False, ())


def test_an_alternative_is_right_when_it_is_read(read):
    variant = read(TEXT)[2]
    assert (variant.right, variant.fails, variant.subtle) == (True, (), False)


def test_cells_without_a_marker_are_left_out_when_the_file_is_read(read):
    assert len(read(TEXT)) == 3


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ('A mistake="double"', "'A' of double says no case"),
        ('A mistake="double" fails=[]', "'A' of double says no case"),
        ('A mistake="double" fails="a batch"', "fails is a list of cases"),
        ('A mistakes="double" fails=["a"]', "no mistake and no alternative"),
        ('A alternative="x" mistake="x" fails=["a"]', "no mistake and no alternative"),
        ("A title alone", "no mistake and no alternative"),
    ],
)
def test_reading_says_what_is_missing_when_a_marker_is_broken(read, marker, words):
    with pytest.raises(ValueError, match=f"^mistakes.py: .*{words}"):
        read(f"# %% {marker}\nx = 1\n")


@pytest.mark.parametrize(
    ("fails", "share"),
    [(("a batch",), 0.5), (("one row",), 0.75), (("a batch", "one row", "empty"), 0.0)],
)
def test_the_share_is_what_the_passed_cases_weigh_when_some_fail(fails, share):
    assert Variant("row_sum", "", "", False, fails).share(CHECK) == share


def test_the_share_is_everything_when_the_answer_is_right():
    assert Variant("row_sum", "", "", True).share(CHECK) == 1.0


def test_the_share_is_nothing_when_a_rule_is_broken():
    assert Variant("row_sum", "", "", False, rule=True).share(CHECK) == 0.0


def test_the_share_is_refused_when_a_case_is_misspelt():
    with pytest.raises(ValueError, match="row_sum has no case a bach"):
        Variant("row_sum", "A", "", False, ("a bach",)).share(CHECK)
