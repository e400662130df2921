"""Judgements on disk: what names them, and what a damaged file does."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from autograder import store as store_module
from autograder.course import Assignment, CourseError
from autograder.spec import CellOutput, Judgement, Outcome, Verdict
from autograder.store import Store

ASSIGNMENT = Assignment("00_light", "light", "release", "source")
BASE = {"assignment": ASSIGNMENT, "handed_in": b"bytes", "seed": b"seed", "sandboxed": True}
JUDGEMENT = Judgement(
    "00_light",
    "light",
    (
        Verdict("double", 1 / 3, 2.0, outcomes=(Outcome("a", False, cause="é\ud800<b>"),)),
        Verdict("why", None, 3.0, "graded by hand"),
    ),
    cells=(CellOutput("double", "x = 1", "text", "error", ("iVBORw0KGgo",)),),
    answers=(("why", "Because."),),
    notices=("something",),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "judgements")


@pytest.fixture
def fresh_code_digest():
    """Our code's digest computed anew, before the test and after it."""
    store_module._our_code.cache_clear()
    yield
    store_module._our_code.cache_clear()


def key(**changed) -> str:
    return Store(Path("unused")).key(**{**BASE, **changed})


def file_of(store: Store, name: str) -> Path:
    (path,) = store.folder.rglob(f"{name[2:]}*")
    return path


def test_a_judgement_comes_back_equal_when_it_was_kept(store):
    store.put(key(), JUDGEMENT, 1.25)
    assert store.get(key()) == (JUDGEMENT, 1.25)


def test_nothing_comes_back_when_nothing_was_kept(store):
    assert store.get(key()) is None


def test_the_last_judgement_comes_back_when_two_were_kept(store):
    store.put(key(), JUDGEMENT, 1.0)
    other = dataclasses.replace(JUDGEMENT, refused="no notebook")
    store.put(key(), other, 2.0)
    assert store.get(key()) == (other, 2.0)


def test_the_key_is_the_same_when_nothing_changed():
    assert key() == key()


@pytest.mark.parametrize(
    "changed",
    [
        {"handed_in": b"other bytes"},
        {"seed": b"other seed"},
        {"sandboxed": False},
        {"assignment": dataclasses.replace(ASSIGNMENT, release="another release")},
        {"assignment": dataclasses.replace(ASSIGNMENT, source="another source")},
    ],
    ids=["bytes", "seed", "sandbox", "release", "source"],
)
def test_the_key_changes_when_an_ingredient_does(changed):
    assert key(**changed) != key()


def test_the_key_changes_when_bytes_move_from_the_seed_to_the_submission():
    assert key(seed=b"ab", handed_in=b"c") != key(seed=b"a", handed_in=b"bc")


def test_the_key_changes_when_text_moves_from_the_release_to_the_source():
    moved = dataclasses.replace(ASSIGNMENT, release="releasesou", source="rce")
    assert key(assignment=moved) != key()


@pytest.mark.parametrize("package", ["numpy", "keras", "ipython", "tensorflow"])
def test_the_key_changes_when_a_package_that_computes_does(package, monkeypatch, fresh_code_digest):
    before, real = key(), store_module.version
    store_module._our_code.cache_clear()
    monkeypatch.setattr(
        store_module, "version", lambda name: "0.0" if name == package else real(name)
    )
    assert key() != before


def test_the_key_changes_when_a_check_does(light_built, fresh_code_digest):
    path = light_built / "checks" / "light" / "__init__.py"
    before, text = key(), path.read_text("utf-8")
    store_module._our_code.cache_clear()
    path.write_text(text + "# one more line\n", "utf-8")
    try:
        assert key() != before
    finally:
        path.write_text(text, "utf-8")


def test_the_key_changes_when_the_backend_does(monkeypatch, fresh_code_digest):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    before = key()
    store_module._our_code.cache_clear()
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert key() != before


@pytest.mark.parametrize("share", [0, 1, 2, 10, 50, 99])
def test_a_judgement_is_made_again_when_its_file_is_half_written(store, share):
    store.put(key(), JUDGEMENT, 1.0)
    path = file_of(store, key())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * share // 100])
    assert store.get(key()) is None


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 100,
        b"\xff\xfe",
        b"null",
        b"[]",
        b"3",
        b"{}",
        b'{"judgement": "{}", "seconds": 1}',
        b'{"judgement": "[]", "seconds": 1}',
        b'{"judgement": "\\"text\\"", "seconds": 1}',
        b'{"judgement": null, "seconds": 1}',
    ],
)
def test_a_judgement_is_made_again_when_its_file_is_no_judgement(store, content):
    store.put(key(), JUDGEMENT, 1.0)
    file_of(store, key()).write_bytes(content)
    assert store.get(key()) is None


def test_a_judgement_is_made_again_when_an_older_version_wrote_it(store):
    store.put(key(), JUDGEMENT, 1.0)
    path = file_of(store, key())
    kept = json.loads(path.read_text("utf-8"))
    old = json.loads(kept["judgement"]) | {"colour": "red"}
    path.write_text(json.dumps(kept | {"judgement": json.dumps(old)}), "utf-8")
    assert store.get(key()) is None


def test_keeping_says_what_to_do_when_the_folder_cannot_be_written(tmp_path):
    (tmp_path / "judgements").write_text("a file where the folder should be")
    with pytest.raises(CourseError, match=r"judgements.*run the command again"):
        Store(tmp_path / "judgements").put(key(), JUDGEMENT, 1.0)


def test_nothing_half_written_stays_when_keeping_fails(store, monkeypatch):
    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CourseError, match="No space left"):
        store.put(key(), JUDGEMENT, 1.0)
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
