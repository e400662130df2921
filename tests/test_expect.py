"""What a learner reads when an answer is wrong, and which answers are right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.expect import array, expect, require, show
from autograder.spec import Wrong
from autograder.student import Remote
from autograder.wire import Handle

MATRIX = np.arange(6.0).reshape(2, 3)


def remote(words: str = "a generator") -> Remote:
    return Remote(None, Handle(0, words))  # type: ignore[arg-type]


def wrong(answer: Any, expected: Any, **options: Any) -> Wrong:
    with pytest.raises(Wrong) as caught:
        expect(answer, expected, **options)
    return caught.value


# --- right answers


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (1.5, np.float64(1.5)),
        (np.array(1.5), 1.5),
        (1.5, np.array(1.5)),
        (2, 2.0),
        (2.0, 2),
        (np.float32(2), 2),
        (True, True),
        (np.array(True), True),
        (True, np.bool_(True)),
        (MATRIX.astype("float32"), MATRIX),
        (MATRIX.astype("int8"), MATRIX),
        (MATRIX > 2, (MATRIX > 2).astype(float)),
        ((1, 2), [1, 2]),
        ([1, 2], (1, 2)),
        ({"a": [MATRIX, 1]}, {"a": (MATRIX, 1.0)}),
        ("text", "text"),
        (None, None),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (math.inf, math.inf),
        (np.array([math.nan]), np.array([math.nan])),
    ],
)
def test_an_answer_is_right_when_only_its_type_of_number_differs(answer, expected):
    expect(answer, expected)


@given(hnp.arrays("float64", (3,), elements=st.floats(-1e6, 1e6)))
def test_an_answer_is_right_when_it_is_rounded_to_float32(expected):
    expect(expected.astype("float32"), expected)


def test_an_answer_is_right_when_it_is_at_the_tolerance():
    expect(1.00009, 1.0)
    expect(1.04, 1.0, rtol=0.05)
    expect(0.09, 0.0, atol=0.1)


@pytest.mark.parametrize(
    ("answer", "options"),
    [(1.00012, {}), (1.06, {"rtol": 0.05}), (0.11, {"rtol": 0, "atol": 0.1}), (2e-6, {})],
)
def test_an_answer_is_wrong_when_it_is_over_the_tolerance(answer, options):
    assert wrong(answer, float(round(answer)), **options).cause == "The value is wrong."


# --- shapes


def test_the_cause_names_the_axes_when_the_shape_is_wrong():
    found = wrong(np.zeros((2, 4)), MATRIX, axes=("batch", "units"))
    assert found.cause == "The shape should be (batch, units)."
    assert (found.got, found.expected) == ("shape (2, 4)", "shape (2, 3)")


def test_the_cause_says_transposed_when_the_axes_are_swapped():
    assert "transposed" in wrong(MATRIX.T, MATRIX, axes=("batch", "units")).cause


def test_the_cause_says_summed_when_an_axis_is_gone():
    assert "summed or averaged over an axis" in wrong(MATRIX.sum(0), MATRIX).cause


def test_the_cause_says_summed_when_a_number_came_instead_of_an_array():
    assert "summed or averaged over axes" in wrong(3.0, MATRIX).cause


@pytest.mark.parametrize("shape", [(1, 2, 3), (2, 1, 3), (2, 3, 1)])
def test_the_cause_says_one_too_many_when_an_axis_of_length_1_stayed(shape):
    assert "one axis of length 1 too many" in wrong(MATRIX.reshape(shape), MATRIX).cause


def test_the_cause_speaks_of_no_axis_of_length_1_when_there_is_none():
    assert "length 1" not in wrong(MATRIX, np.arange(6.0)).cause


def test_the_cause_asks_for_a_number_when_an_array_came():
    assert wrong(np.array([1.0]), 1.0).cause == "Return a single number; an array came back."


def test_the_cause_holds_no_digits_when_only_shapes_differ():
    for shape in [(3, 2), (2,), (2, 3, 1), (2, 4), ()]:
        cause = wrong(np.zeros(shape), MATRIX, axes=("batch", "units")).cause
        assert not set(cause.replace("length 1", "")) & set("0123456789")


# --- types


@pytest.mark.parametrize("answer", [[0.0, 1.0], (0.0, 1.0), []])
def test_the_cause_names_np_array_when_a_list_came(answer):
    cause = wrong(answer, np.array([0.0, 1.0])).cause
    assert cause.startswith("Return an array.") and "np.array" in cause


@pytest.mark.parametrize("expected", [MATRIX, 1.0, True, [1], {"a": 1}, "text"])
def test_the_cause_asks_for_a_return_when_nothing_came(expected):
    assert "Is the `return` missing?" in wrong(None, expected).cause


@pytest.mark.parametrize("expected", [MATRIX, 1.0, True])
def test_the_cause_says_what_came_when_it_is_no_data(expected):
    assert "What came back is a generator." in wrong(remote(), expected).cause


@pytest.mark.parametrize("expected", [[1], {"a": 1}, "text", None])
def test_an_object_is_wrong_when_data_is_expected(expected):
    assert wrong(remote(), expected).got == "a generator"


@pytest.mark.parametrize("answer", ["1.0", {"a": 1}])
def test_the_cause_says_what_came_when_a_number_is_expected(answer):
    found = wrong(answer, 1.0)
    assert found.cause == f"Return a single number. What came back is a {type(answer).__name__}."


@pytest.mark.parametrize("answer", [1, 1.0, np.array(1), np.array(0.0)])
def test_the_cause_asks_for_true_or_false_when_a_number_came(answer):
    assert wrong(answer, True).cause == "Return True or False, not a number."


def test_an_integer_is_wrong_when_it_is_too_long_to_print():
    assert "63 bits" in wrong(10**5000, 1.0).cause


def test_a_text_is_wrong_when_it_is_another():
    found = wrong("cat", "dog")
    assert (found.got, found.expected) == ("'cat'", "'dog'") and "dog" not in found.cause


@pytest.mark.parametrize("answer", [0, False, "", [], np.array(None, object)])
def test_an_answer_is_wrong_when_it_should_be_none(answer):
    assert wrong(answer, None)


# --- values


def test_the_cause_explains_when_nan_came_back():
    cause = wrong(np.array([1, math.nan]), np.array([1.0, 2.0])).cause
    assert cause.startswith("NaN came back")


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_the_cause_explains_when_infinity_came_back(value):
    assert wrong(value, 2.0).cause.startswith("Infinity came back")


def test_an_answer_is_wrong_when_its_infinity_has_the_other_sign():
    assert wrong(-math.inf, math.inf)


def test_the_cause_tells_some_from_all_when_values_are_wrong():
    expected = np.array([1.0, 2.0])
    assert wrong(np.array([1.0, 3.0]), expected).cause == "Some values are wrong, others right."
    assert wrong(np.array([5.0, 3.0]), expected).cause == "Every value is wrong."


def test_the_first_wrong_value_is_shown_when_an_array_is_long():
    expected = np.zeros((4, 5))
    answer = expected.copy()
    answer[2, 3] = 7
    found = wrong(answer, expected)
    assert (found.got, found.expected) == ("7 at [2, 3]", "0 there")


def test_the_value_shown_is_one_over_the_tolerance_when_the_check_has_its_own():
    expected = np.ones(20)
    answer = expected + 0.001
    answer[4] = 3
    assert wrong(answer, expected, rtol=0.01).got == "3 at [4]"


def test_the_value_shown_is_wrong_when_the_check_is_stricter_than_usual():
    expected = np.ones(20)
    answer = expected.copy()
    answer[4] += 1e-5
    assert wrong(answer, expected, rtol=1e-8, atol=0).got.endswith("at [4]")


# --- containers


def test_the_cause_names_the_place_when_one_part_of_a_list_is_wrong():
    cause = wrong([MATRIX, MATRIX.T], [MATRIX, MATRIX]).cause
    assert cause.startswith("In the list, number 2: ") and "transposed" in cause


def test_the_cause_names_the_key_when_one_value_of_a_dict_is_wrong():
    assert wrong({"loss": 2.0}, {"loss": 1.0}).cause == "In the dict, 'loss': The value is wrong."


def test_the_cause_blames_no_return_when_a_part_is_none():
    assert wrong([None], [1.0]).cause == "In the list, number 1: it is None."


@pytest.mark.parametrize("answer", [MATRIX, 1.0, "ab", {"a": 1}])
def test_the_cause_asks_for_a_list_when_something_else_came(answer):
    assert wrong(answer, [1, 2]).cause == "Return a list of 2."


def test_the_cause_names_both_lengths_when_a_tuple_is_too_long():
    assert wrong((1, 2, 3), (1, 2)).cause == "Return a tuple of 2, not of 3."


def test_the_cause_names_the_keys_when_a_dict_has_others():
    assert wrong({"a": 1}, {"b": 1}).cause == "The keys should be ['b']."


# --- causes


def test_the_first_cause_that_fits_is_told_when_several_do():
    causes = [(MATRIX + 1, "first"), (MATRIX * 2, "second"), (MATRIX * 2, "third")]
    assert wrong(MATRIX * 2, MATRIX, causes=causes).cause == "second"


def test_the_general_cause_is_told_when_none_fits():
    assert wrong(MATRIX - 1, MATRIX, causes=[(MATRIX + 1, "no")]).cause == "Every value is wrong."


def test_a_cause_fits_when_its_function_says_so():
    causes = [(lambda answer: answer.sum() > 100, "no"), (lambda answer: answer[0] == 5, "five")]
    assert wrong(np.array([5.0]), np.array([1.0]), causes=causes).cause == "five"


@pytest.mark.parametrize("answer", [None, 3.0, "text", [1], {}, np.zeros(()), np.zeros((9, 9, 9))])
def test_a_cause_does_not_fit_when_its_function_cannot_read_the_answer(answer):
    causes = [
        (lambda a: a[4, 4] > 0, "no"),
        (lambda a: a["key"] > 0, "no"),
        (lambda a: 1 // len(a) // 0, "no"),
        (lambda a: a.shape[7] == 1, "no"),
        (lambda a: np.linalg.inv(a).any(), "no"),
    ]
    assert wrong(answer, MATRIX, causes=causes).cause != "no"


def test_a_cause_does_not_fit_when_its_function_is_given_an_object():
    assert "generator" in wrong(remote(), MATRIX, causes=[(lambda a: a, "no")]).cause


def test_causes_are_not_asked_when_the_answer_is_right():
    expect(MATRIX, MATRIX, causes=[(MATRIX, "the mistake gives the same here")])


def test_a_cause_may_be_of_another_shape_when_the_mistake_gives_that():
    assert wrong(MATRIX.sum(), MATRIX, causes=[(15.0, "summed all")]).cause == "summed all"


def test_a_cause_may_be_nan_when_the_mistake_gives_that():
    causes = [(np.full((2, 3), math.nan), "overflow")]
    assert wrong(np.full((2, 3), math.nan), MATRIX, causes=causes).cause == "overflow"


def test_what_was_asked_is_told_when_the_check_says_it():
    assert wrong(1.0, 2.0, asked="after training").asked == "after training"


# --- require and array


@pytest.mark.parametrize("condition", [True, np.True_, 1, np.array([True])])
def test_nothing_happens_when_a_requirement_holds(condition):
    require(condition, "cause")


def test_the_cause_and_the_answer_are_told_when_a_requirement_fails():
    with pytest.raises(Wrong) as caught:
        require(np.False_, "cause", asked="asked", got=MATRIX)
    found = caught.value
    assert (found.cause, found.asked, found.got) == ("cause", "asked", show(MATRIX))


def test_a_requirement_fails_when_its_condition_is_an_object_of_the_learners():
    with pytest.raises(Wrong, match="neither true nor false"):
        require(remote(), "cause")


def test_an_object_of_the_learners_is_wrong_when_it_is_unpacked():
    with pytest.raises(Wrong, match="not a list"):
        _, _ = remote()


@pytest.mark.parametrize("answer", [1, 1.5, True, np.float32(1), MATRIX.astype("int8")])
def test_an_answer_becomes_floats_when_a_check_goes_on_computing(answer):
    assert array(answer).dtype == np.float64


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "return"),
        ([1.0], "np.array"),
        ("1", "str"),
        (remote(), "generator"),
        (np.array([math.nan]), "NaN"),
        (math.inf, "infinity"),
        (10**400, "63 bits"),
    ],
)
def test_a_check_does_not_go_on_when_the_answer_is_no_finite_array(answer, words):
    with pytest.raises(Wrong, match=words):
        array(answer)


def test_a_check_does_not_go_on_when_the_shape_is_another():
    with pytest.raises(Wrong, match=r"The kernel should have shape \(3, 2\)") as caught:
        array(MATRIX, (3, 2), "the kernel")
    assert caught.value.got == "shape (2, 3)"


# --- show


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.3333"),
        (1e-20, "1e-20"),
        (-0.0, "-0"),
        (7, "7"),
        (True, "True"),
        (None, "None"),
        (math.nan, "nan"),
        (np.float32(0.1), "0.1"),
        (np.int64(3), "3"),
        (np.array(2.0), "2"),
        (np.array([1.0, 2.25]), "[1, 2.25]"),
        (np.array([True, False]), "[True, False]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.zeros(13), "an array of shape (13,)"),
        (np.zeros((0, 2)), "an array of shape (0, 2)"),
        ([1.0, np.zeros(20)], "[1, an array of shape (20,)]"),
        ((1,), "(1,)"),
        (list(range(7)), "a list of 7"),
        ("x", "'x'"),
        (remote(), "a generator"),
        pytest.param(10**5000, "an integer of 16610 bits", id="long integer"),
    ],
)
def test_a_value_is_shown_small_when_it_is_put_in_words(value, text):
    assert show(value) == text


shown = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        [np.full(12, -(2**63) + 1), 10**500, "x" * 10_000, "\x1b[31m" * 50, np.zeros((1,) * 30)]
    )
    | hnp.arrays(
        st.sampled_from(["float64", "int64", "bool", "uint8"]),
        hnp.array_shapes(min_dims=0, max_side=6),
    ),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(max_size=300) | st.integers(), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(shown)
def test_what_is_shown_is_one_short_line_when_the_value_is_anything(value):
    text = show(value)
    assert len(text) <= 200 and "\n" not in text and "\x1b" not in text


@given(shown, shown)
def test_a_message_is_short_when_answer_and_expectation_are_anything(answer, expected):
    try:
        expect(answer, expected)
    except Wrong as found:
        assert max(map(len, (found.cause, found.got, found.expected))) <= 500
