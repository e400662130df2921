"""The README's table of notebooks says what the notebooks say, and its pictures are there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jupytext
import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SOURCES = sorted(p for p in (ROOT / "solutions").glob("*/*.py") if p.stem != "mistakes")
ROWS = [line for line in README.splitlines() if line.startswith("| <img")]
NAMES = [path.stem for path in SOURCES]


def row_of(name: str) -> list[str]:
    """The fields of a notebook's row."""
    (row,) = (row for row in ROWS if f"/{name}.ipynb)" in row)
    return [field.strip() for field in row.strip("|").split("|")]


def markdown(source: Path) -> str:
    cells = jupytext.read(source, fmt="py:percent").cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_every_notebook_has_its_row_in_the_order_of_the_assignments():
    numbers = [re.search(r"notebooks/(\d\d)_", row) for row in ROWS]
    found = [int(number[1]) for number in numbers if number]
    assert len(ROWS) == len(SOURCES) and found == sorted(found)


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_row_says_title_minutes_and_difficulty_of_its_notebook(source):
    _, what, minutes, difficulty, seconds, _ = row_of(source.stem)
    text = markdown(source)
    exercises = re.findall(r"\(difficulty ([123]), (\d+) minutes\)", text)
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    assert title and f"[{title[1]}](" in what
    assert int(minutes) == sum(int(one) for _, one in exercises)
    counts = [sum(level == k for level, _ in exercises) for k in "123"]
    assert difficulty == " · ".join(map(str, counts))
    assert re.fullmatch(r"\d+ s", seconds)


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_row_has_a_small_picture_and_a_way_to_colab(source):
    picture, *_, badge = row_of(source.stem)
    found = re.search(r'src="([^"]+)" width="\d+" alt="([^"]{10,})"', picture)
    assert found and 1000 < (ROOT / found[1]).stat().st_size < 60_000
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    repository = project["urls"]["Repository"].removeprefix("https://github.com/")
    place = f"{repository}/blob/main/notebooks/{source.parent.name}/{source.stem}.ipynb"
    assert badge.endswith(f"(https://colab.research.google.com/github/{place})")


def test_every_picture_is_small_has_words_and_is_drawn_by_something():
    shown = re.findall(r'<img src="docs/pictures/(\w+)\.png" width="\d+" alt="[^"]{10,}">', README)
    kept = sorted(path.stem for path in (ROOT / "docs" / "pictures").glob("*.png"))
    assert sorted(shown) == kept == sorted([*NAMES, "grading"])
    assert 1000 < (ROOT / "docs" / "pictures" / "grading.png").stat().st_size < 60_000
    assert '"grading.png"' in (ROOT / "benchmarks" / "overhead.py").read_text("utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_notebook_sends_its_reader_on(source):
    """Near its end every notebook names the next one, or the assignment that it is in."""
    order = [re.search(r"notebooks/(\d\d)_\w+/(\w+)\.ipynb", row) for row in ROWS]
    names = [(found[1], found[2]) for found in order if found]
    place = [name for _, name in names].index(source.stem)
    if place + 1 < len(names):
        number, name = names[place + 1]
        last = markdown(source).split("\n## References")[0][-1500:]
        assert f"`{name}`" in last or re.search(rf"[Aa]ssignment,? {number}|, {number},", last)
