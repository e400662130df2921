"""The stories: answers follow from their facts, and fours are what one hop cannot tell apart."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threesteps import datasets

SETTINGS = st.tuples(st.integers(1, 2), st.integers(1, 4), st.integers(0, 2**40))


def told(data: datasets.Stories, number: int) -> tuple[dict[str, str], dict[str, str]]:
    """Who has each thing and where each person is, read from the text of a story."""
    text = " ".join(data.sentences(number))
    has = {thing: who for who, thing in re.findall(r"(\w+) got the (\w+) from", text)}
    return has, dict(re.findall(r"(\w+) went back to the (\w+)\.", text))


@settings(max_examples=25, deadline=None)
@given(given=SETTINGS)
def test_every_answer_follows_from_the_story(given):
    facts, gifts, seed = given
    data = datasets.stories(8, facts, gifts, seed, quiet=True)
    for number in range(8):
        has, where = told(data, number)
        assert len(set(where.values())) == len(where) == 2 * gifts == 2 * len(has)
        words = data.asked(number).rstrip("?").split()
        who = has[words[3]] if facts == 2 else words[2]
        assert data.words[data.answer[number]] == where[who]
        needed = [data.sentences(number)[k] for k in data.facts[number]]
        assert needed[-1] == f"{who} went back to the {where[who]}."
        assert len(needed) == facts
        if facts == 2:
            assert needed[0].startswith(f"{who} got the {words[3]} from ")


@settings(max_examples=25, deadline=None)
@given(given=SETTINGS)
def test_four_stories_exchange_gift_and_places_and_nothing_else(given):
    facts, gifts, seed = given
    data = datasets.stories(12, facts, gifts, seed, quiet=True)
    for first in range(0, 12, 4):
        a, b, c, d = data.story[first : first + 4]
        np.testing.assert_array_equal(data.question[first : first + 4], data.question[[first] * 4])
        assert data.answer[first] != data.answer[first + 1]
        pattern = [0, 1, 1, 0] if facts == 2 else [0, 1, 0, 1]
        assert (
            data.answer[first : first + 4].tolist()
            == data.answer[first + np.array(pattern)].tolist()
        )
        places, gift = (a != b).any(axis=1), (a != c).any(axis=1)
        assert places.sum() == 2
        assert gift.sum() == 1
        assert not (places & gift).any()
        np.testing.assert_array_equal(d, np.where(gift[:, None], c, b))
        np.testing.assert_array_equal(np.sort(a.ravel()), np.sort(c.ravel()))


def test_the_second_fact_shares_no_word_with_the_question_but_the():
    data = datasets.stories(400, quiet=True)
    for story, question, facts in zip(data.story, data.question, data.facts, strict=True):
        shared = set(story[facts[1]]) & set(question)
        assert [data.words[n] for n in shared] == ["the"]


def test_shapes_and_types_are_those_promised():
    data = datasets.stories(20, gifts=3, seed=1, quiet=True)
    shapes = [part.shape for part in (data.story, data.question, data.answer, data.facts)]
    assert shapes == [(20, 9, 6), (20, 4), (20,), (20, 2)]
    assert data.story.dtype == data.question.dtype == data.answer.dtype == np.int64
    assert data.story.min() >= 0
    assert data.story.max() < len(data.words) == 31


def test_stories_depend_on_the_seed_only_and_say_what_they_are(capsys):
    first, again = datasets.stories(8, seed=5), datasets.stories(8, seed=5)
    np.testing.assert_array_equal(first.story, again.story)
    assert np.any(first.story != datasets.stories(8, seed=6, quiet=True).story)
    words = "Stories: 8 stories of 6 sentences, 2 needed for each, made here in fours (seed 5).\n"
    assert capsys.readouterr().out == 2 * words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"num": 6}, "give a multiple of 4"),
        ({"num": 0}, "num is 0; give a whole number, at least 4"),
        ({"gifts": 5}, "names for 4 at most"),
        ({"gifts": 0}, "gifts is 0; give a whole number, at least 1"),
        ({"facts": 3}, r"give 1 \(where is Mary now\) or 2"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_arguments_out_of_range_are_refused_with_the_remedy(given, words):
    with pytest.raises(ValueError, match=words):
        datasets.stories(**given)
