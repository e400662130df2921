"""Written dates: what is written is what is meant, and the marks say where it stands."""

import re
from datetime import date

import numpy as np
import pytest

from threesteps import datasets
from threesteps.datasets import written as module


@pytest.fixture(scope="module")
def some():
    return datasets.dates(3000, seed=1, quiet=True)


def read(text):
    """The day that a text means, by a way of reading that has nothing to do with the writing."""
    if "/" in text:
        month, day, year = map(int, text.split("/"))
    elif "." in text:
        day, month, year = map(int, text.split("."))
    else:
        words = re.findall(r"[A-Za-z]{3,}", text)
        (month,) = {k for k, m in enumerate(module.MONTHS, 1) for w in words if w[:3] == m[:3]}
        numbers = [int(number) for number in re.findall(r"\d+", text)]
        day, year = reversed(numbers) if numbers[0] > 31 else numbers
    if year < 100:
        year += 2000 if year < 50 else 1900
    return date(year, month, day)


def test_sources_mean_their_targets(some):
    assert [read(source).isoformat() for source in some.sources] == some.targets


def test_weekdays_are_right(some):
    named = [
        (source, day)
        for source, day in zip(some.sources, map(date.fromisoformat, some.targets), strict=True)
        if source.split()[0].rstrip(",") in {w[:n] for w in module.WEEKDAYS for n in (3, 9)}
    ]
    assert len(named) > 300
    assert all(source.startswith(module.WEEKDAYS[day.weekday()][:3]) for source, day in named)


def test_numbers_spell_the_texts(some):
    for x, text in zip(some.x, some.sources, strict=True):
        spelled = "".join(some.source_characters[k] for k in x)
        assert spelled.rstrip("\0") == text
    assert ["".join(some.target_characters[k] for k in y) for y in some.y] == some.targets
    assert some.x.shape == (3000, 28)
    assert some.y.shape == (3000, 10)
    assert (some.y > 0).all()


def test_determining_characters_write_the_field(some):
    assert some.determining.shape == (3000, 10, 28)
    for source, target, marks in zip(some.sources, some.targets, some.determining, strict=True):
        marked = ["".join(np.array(list(source.ljust(28)))[row]) for row in marks]
        assert marked[0] == marked[3] and int(marked[0]) % 100 == int(target[:4]) % 100
        assert marked[8] == marked[9] and int(marked[8].rstrip("sthndr")) == int(target[8:])
        month = marked[5]
        if month.isdigit():
            assert int(month) == int(target[5:7])
        else:
            assert module.MONTHS[int(target[5:7]) - 1].startswith(month) and len(month) >= 3
        assert marked[4] == marked[7] == ""


def test_every_form_is_written_for_the_same_day():
    forms = {"".join(t for t, _ in module._pieces(f, date(2016, 11, 2))) for f in module.TEMPLATES}
    assert forms == {
        "Nov 2, 2016", "2016 November 2", "2 November 2016", "2-Nov-16", "11/02/16", "11/2/2016",
        "2.11.2016", "the 2nd of November, 2016", "Wednesday, 2 November 2016", "Wed Nov 02 2016",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "word"),
    [(1, "1st"), (3, "3rd"), (11, "11th"), (13, "13th"), (22, "22nd"), (30, "30th")],
)
def test_endings_of_days(day, word):
    assert module._pieces("%o", date(2016, 1, day))[1] == (word, "d")


def test_all_days_occur_once_and_fit():
    everything = datasets.dates(module.NUM_DAYS, quiet=True)
    assert len(set(everything.targets)) == len(everything) == 36_525
    assert max(map(len, everything.sources)) == module.LONGEST


def test_the_same_seed_gives_the_same_dates():
    first, again, other = (datasets.dates(50, seed, quiet=True) for seed in (3, 3, 4))
    assert first.sources == again.sources != other.sources


def test_one_line_says_what_was_returned(capsys):
    datasets.dates(5)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Dates: 5 dates in 10 written forms") and "seed 0" in line


@pytest.mark.parametrize("num", [0, -1, 36_526, 2.5, None, True])
def test_a_number_of_dates_that_cannot_be_is_refused(num):
    with pytest.raises(ValueError, match="num is"):
        datasets.dates(num)
