"""The class of `make demo`: who is in it, and what each of them must get."""

from __future__ import annotations

import random
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from inside import warm_or_skip

from autograder import build, demo, pupils, registry
from autograder.course import CONFIG, Course
from autograder.variants import Variant, variants_of

ROOT = Path(__file__).resolve().parent.parent
NAME, NOTEBOOK = "02_backprop_graphs", "backprop_graphs"  # nothing in it trains for long


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of one assignment."""
    root = tmp_path_factory.mktemp("demo") / "course"
    shutil.copytree(ROOT / "solutions" / NAME, root / "solutions" / NAME)
    for name in ("pyproject.toml", CONFIG):
        shutil.copy(ROOT / name, root / name)
    build.build(root)
    return root


@pytest.fixture
def maker(root) -> pupils.Maker:
    (one,) = Course.open(root).assignment(NAME)
    variants = variants_of(root / "solutions" / NAME / "mistakes.py")
    return pupils.Maker(one, variants, random.Random(1))


def kinds(made: list[pupils.Pupil]) -> list[str]:
    return [pupil.name.partition("-")[0] for pupil in made]


@pytest.mark.parametrize("size", [12, 20, 60])
def test_the_class_has_its_size_and_every_kind_of_student(maker, size):
    made = pupils.make_class(maker, size)
    assert len(made) == size == len({pupil.name for pupil in made})
    assert set(kinds(made)) == set("right mistaken half hostile broken empty missing".split())
    assert kinds(made).count("right") == size // 4 <= kinds(made).count("mistaken")


def test_mistakes_of_another_notebook_of_the_assignment_are_nobodys(root):
    (one,) = Course.open(root).assignment(NAME)
    elsewhere = [Variant("fool", "Wrong", "", False), Variant("fool", "Right", "", True)]
    made = pupils.Maker(one, elsewhere, random.Random(1))
    assert made.mistakes == made.alternatives == []


def test_what_needs_a_wrong_exercise_through_a_given_cell_is_left_out(maker):
    """The given class `Node` calls `unbroadcast`, so every network does."""
    (wrong,) = (v for v in maker.mistakes if (v.exercise, v.title) == ("unbroadcast", "Averages"))
    points = maker.pupil("mistaken-1", {"unbroadcast": wrong}).points
    share = wrong.share(registry.checks_of(NOTEBOOK)["unbroadcast"])
    assert points["unbroadcast"] == pytest.approx(points["matmul_backward"] * share, abs=0.005)
    assert points["mlp"] == points["train_step"] == points["train"] == 0
    assert points["gradient_sizes"] == 0  # its check hands over a given function that does
    assert points["he_parameters"] > 0 and points["topological_order"] > 0


@pytest.mark.parametrize("seed", range(20))
def test_no_mistake_of_a_student_builds_on_another(maker, seed):
    maker._rng = random.Random(seed)
    chosen = maker.some_mistakes(5)
    assert len(chosen) == 5
    spoilt = maker._spoilt(chosen)
    assert spoilt >= set(chosen)
    for exercise, variant in chosen.items():
        assert variant and not maker._builds_on(exercise, variant.source) & spoilt


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
def test_every_score_of_a_small_class_is_the_expected_one(root):
    warm_or_skip().close()
    said: list[str] = []
    wrong = demo.play(
        root, None, 12, 2, lambda name: nullcontext(lambda what, count: None), said.append
    )
    assert wrong == []
    assert "Every score is the expected one." in said[-1]
    folder = root / demo.FOLDER
    assert (folder / f"report_{NOTEBOOK}.html").stat().st_size > 10_000
    assert len((folder / "grades.csv").read_text("utf-8").splitlines()) == 1 + 12
    assert len(list((folder / "feedback").rglob("*.html"))) == 12
