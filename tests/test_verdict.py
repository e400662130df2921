"""One check, one learner, one verdict: points, cases, seeds and the rules of an exercise."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.answers import Answerer
from autograder.expect import expect
from autograder.spec import JUDGED, NOT_STARTED, Check, Verdict, Wrong
from autograder.student import Lost, Student
from autograder.verdict import broken_rule, forbid, latest, reached, run_check

# A check with four cases: two public, two hidden, of weights 1, 2, 3 and 4.
square = Check("square")


@square.case("one")
def _(student, reference, rng):
    expect(student.square(1.0), 1.0)


@square.case("negative", weight=2)
def _(student, reference, rng):
    x = -rng.uniform(1, 9)
    expect(student.square(x), x * x, causes=[(-x * x, "The sign is wrong.")])


@square.case("vector", weight=3, hidden=True)
def _(student, reference, rng):
    x = rng.uniform(1, 9, size=5)
    expect(student.square(x), x * x)


@square.case("zero", weight=4, hidden=True)
def _(student, reference, rng):
    expect(student.square(0.0), reference.square(0.0))


def student_of(code: str) -> Student:
    namespace: dict[str, Any] = {"__name__": "__main__", "np": np}
    exec(code, namespace)
    return Student(Answerer(namespace).answer)


REFERENCE = student_of("def square(x): return x * x")


def verdict_of(body: str, **options: Any) -> Verdict:
    student = student_of(f"def square(x):\n    {body}")
    return run_check(square, student, REFERENCE, **{"hidden": True, "max_points": 10.0, **options})


def passed(verdict: Verdict) -> list[bool]:
    return [outcome.passed for outcome in verdict.outcomes]


# --- points


@pytest.mark.parametrize(
    ("body", "points"),
    [
        ("return x * x", 10.0),
        ("return abs(x) * x", 8.0),
        ("return x * x if np.ndim(x) == 0 else x", 7.0),
        ("return x * x if np.ndim(x) else x", 8.0),
        ("return -x * x", 4.0),
        ("return 5.0", 0.0),
        ("pass", 0.0),
    ],
)
def test_points_are_the_weights_that_passed_when_some_cases_fail(body, points):
    assert verdict_of(body).points == points


def test_points_are_rounded_to_two_decimals_when_a_share_has_no_end():
    check = Check("square")
    for name in "abc":
        check.case(name)(lambda student, reference, rng, name=name: _fail_unless(name == "a"))
    assert run_check(check, REFERENCE, REFERENCE, max_points=1.0).points == 0.33


def _fail_unless(condition: bool) -> None:
    if not condition:
        raise Wrong("no")


def test_the_public_cases_are_the_whole_when_hidden_ones_are_not_asked():
    verdict = verdict_of("return x * x", hidden=False)
    assert [o.case for o in verdict.outcomes] == ["one", "negative"] and verdict.points == 10.0


def test_an_exercise_is_solved_when_every_case_passes():
    assert verdict_of("return x * x").solved
    assert not verdict_of("return abs(x) * x").solved


# --- cases


def test_a_case_that_shows_something_other_than_text_can_still_be_written_down():
    check = Check("square")

    @check.case("shows an array")
    def _(student, reference, rng):
        raise Wrong("no", got=np.array(False), expected=np.float32(2))

    (outcome,) = run_check(check, REFERENCE, REFERENCE).outcomes
    assert json.loads(json.dumps(vars(outcome)))["got"] == "False"


@pytest.mark.parametrize(
    "body",
    [
        "return 1 / 0",
        "raise SystemExit",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
        "return square(x)",
        "return None",
        "return print",
        "return np.ma.masked_array([x])",
        "return {1: [object()]}",
        "return 10 ** 5000",
        "return [[]] * 10**6",
    ],
)
def test_every_case_is_asked_when_each_of_them_goes_wrong(body):
    verdict = verdict_of(body)
    assert passed(verdict) == [False] * 4
    assert all(outcome.cause for outcome in verdict.outcomes)


def test_the_other_cases_pass_when_one_raises():
    verdict = verdict_of("return 1 / 0 if np.ndim(x) else x * x")
    assert passed(verdict) == [True, True, False, True]


def test_the_other_cases_are_asked_when_the_process_is_lost_in_one():
    answers = Answerer({"__name__": "__main__", "square": lambda x: x * x}).answer
    asked = []

    def ask(message: bytes) -> bytes:
        asked.append(message)
        if len(asked) == 2:
            raise Lost("It did not come back.")
        return answers(message)

    verdict = run_check(square, Student(ask), REFERENCE, hidden=True)
    assert passed(verdict) == [True, False, True, True]
    assert verdict.outcomes[1].cause == "It did not come back."


@pytest.mark.parametrize("reply", [b"", b"noise", b"\x00" * 8])
def test_a_case_is_wrong_when_the_reply_is_no_message(reply):
    verdict = run_check(square, Student(lambda message: reply), REFERENCE)
    assert passed(verdict) == [False, False]
    assert "could not be read" in verdict.outcomes[0].cause


@pytest.mark.parametrize(
    "reply",
    [
        1,
        [],
        {"error": 1},
        {"error": {}},
        {"error": {"type": ["x"], "message": 3, "line": None}},
        {"error": {"type": "no such name", "names": 3}},
        {"error": {"type": "no such name", "names": {"a": 1}}},
        {"error": {"type": "no such name", "names": [1, None, "square_"]}},
        {"nothing": 1},
    ],
    ids=repr,
)
def test_a_case_is_wrong_when_the_reply_is_forged(reply):
    from autograder import wire

    verdict = run_check(square, Student(lambda message: wire.encode(reply)), REFERENCE)
    assert passed(verdict) == [False, False]
    assert all("cannot read" not in outcome.cause for outcome in verdict.outcomes)


def test_a_case_is_wrong_when_the_check_itself_trips_over_the_answer():
    check = Check("square")
    check.case("trips")(lambda student, reference, rng: student.square(2.0)["key"])
    verdict = run_check(check, REFERENCE, REFERENCE)
    assert verdict.outcomes[0].cause.startswith("The answer is of a kind this check cannot read")


def test_the_learners_line_is_named_when_the_code_raises():
    verdict = verdict_of("return x.no_such_thing")
    assert "AttributeError" in verdict.outcomes[0].cause


def test_the_nearest_name_is_told_when_the_function_is_missing():
    student = student_of("def sqare(x): return x * x")
    cause = run_check(square, student, REFERENCE).outcomes[0].cause
    assert "There is no `square`" in cause and "Did you mean 'sqare'?" in cause


def test_what_was_asked_is_shown_when_a_public_case_fails():
    outcome = verdict_of("return 0.0").outcomes[0]
    assert outcome.message() == "square(1): got 0, expected 1. The value is wrong."


def test_the_likely_cause_is_shown_when_the_mistake_is_known():
    assert verdict_of("return -x * x").outcomes[1].cause == "The sign is wrong."


# --- hidden cases


@pytest.mark.parametrize(
    "body", ["return 0 * x + 7.5", "return x[:2]", "return [1.0]", "return None", "return 1 / 0"]
)
def test_a_hidden_case_shows_no_numbers_when_it_fails(body):
    outcome = verdict_of(body).outcomes[2]
    assert not outcome.passed and outcome.hidden
    assert (outcome.asked, outcome.got, outcome.expected) == ("", "", "")
    assert not set(outcome.message()) & set("0123456789")


@pytest.mark.parametrize("expected", ["the secret", 3.25, [3.25], {"a": 3.25}, np.full(3, 3.25)])
def test_a_hidden_case_tells_no_expected_value_when_the_answer_is_another(expected):
    check = Check("square")
    check.case("x", hidden=True)(lambda s, r, rng: expect(s.square(1.0), expected))
    for answer in ["'a'", "1.0", "[1.0]", "{'a': 1.0}", "np.ones(3)", "None", "{}"]:
        student = student_of(f"def square(x): return {answer}")
        (outcome,) = run_check(check, student, REFERENCE, hidden=True).outcomes
        assert not outcome.passed
        assert "secret" not in outcome.message() and "3.25" not in outcome.message()


# --- not started


def test_an_exercise_is_not_started_when_every_case_meets_not_implemented():
    verdict = verdict_of("raise NotImplementedError()")
    assert (verdict.status, verdict.points, verdict.solved) == (NOT_STARTED, 0.0, False)
    assert verdict.outcomes == ()


def test_an_exercise_is_started_when_only_one_case_meets_not_implemented():
    verdict = verdict_of("if np.ndim(x): raise NotImplementedError()\n    return x * x")
    assert passed(verdict) == [True, True, False, True] and verdict.points == 7.0
    assert "NotImplementedError" in verdict.outcomes[2].cause


def test_an_exercise_is_started_when_a_library_has_not_implemented_what_it_calls():
    """Keras says so when a loop runs over a tensor without numbers."""
    verdict = verdict_of("import asyncio\n    return asyncio.AbstractEventLoop().run_forever()")
    assert verdict.status == JUDGED and verdict.points == 0.0
    assert "raised NotImplementedError" in verdict.outcomes[0].cause


BOXES = """
class Lid:
    def close(self): raise NotImplementedError()

class Box:
    def fill(self): raise NotImplementedError()
    def fill_and_count(self): return self.fill()
    def close(self): return Lid().close()
"""
# What is asked of the exercise Box -> whether it is started, and the words.
ASKED_OF_A_BOX = [
    (lambda box: box.fill(), NOT_STARTED, ""),
    (lambda box: box.fill_and_count(), NOT_STARTED, ""),
    (lambda box: box.close(), JUDGED, "It calls `Lid.close`, which is not started yet."),
    (lambda box: box.empty(), JUDGED, "Your code raised AttributeError"),
]


@pytest.mark.parametrize(("ask", "status", "words"), ASKED_OF_A_BOX)
def test_a_class_is_not_started_when_a_method_of_its_own_is_still_to_be_written(ask, status, words):
    check = Check("Box")
    check.case("asked")(lambda student, reference, rng: ask(student.Box()))
    verdict = run_check(check, student_of(BOXES), REFERENCE)
    assert verdict.status == status
    assert all(words in outcome.cause for outcome in verdict.outcomes)
    assert all(outcome.asked.startswith("Box.") for outcome in verdict.outcomes)


# --- seeds


def numbers_of(check_name: str = "square", case: str = "one", **options: Any) -> list[float]:
    seen: list[float] = []
    check = Check(check_name)
    check.case(case)(lambda student, reference, rng: seen.extend(rng.random(3)))
    run_check(check, REFERENCE, REFERENCE, **options)
    return seen


def test_the_numbers_are_the_same_when_the_public_seed_is_used_again():
    assert numbers_of() == numbers_of()


def test_the_numbers_are_those_that_were_recorded_when_the_seed_is_public():
    # The answers recorded at build time belong to these numbers, on every machine.
    assert np.allclose(numbers_of(), [0.25525778, 0.51154156, 0.83024453])


def test_the_numbers_differ_when_the_seed_is_secret():
    assert numbers_of(seed=b"secret") != numbers_of()


def test_the_numbers_differ_when_the_student_is_another():
    assert numbers_of(seed=b"ann") != numbers_of(seed=b"bob")


def test_the_numbers_differ_when_the_case_or_the_check_is_another():
    assert len({tuple(numbers_of(*names)) for names in [("a", "b"), ("a", "c"), ("b", "b")]}) == 3


def test_the_numbers_of_a_case_stay_when_other_cases_are_added():
    alone = numbers_of()
    check, seen = Check("square"), []
    check.case("before")(lambda student, reference, rng: rng.random(100))
    check.case("one")(lambda student, reference, rng: seen.extend(rng.random(3)))
    run_check(check, REFERENCE, REFERENCE)
    assert seen == alone


@given(st.binary(max_size=40))
def test_the_verdict_is_the_same_when_it_is_asked_twice(seed):
    student = student_of("def square(x): return abs(x) * x")
    first = run_check(square, student, REFERENCE, seed=seed, hidden=True)
    assert first == run_check(square, student, REFERENCE, seed=seed, hidden=True)


# --- rules

no_tanh = Check("f", rules=(forbid("tanh", "expit", "scipy", says="write it with exp"),))
no_loop = Check("f", rules=(forbid("a loop", says="write no loop"),))
no_sum = Check("f", rules=(forbid("sum", says="add by hand"),))

BREAKS = {
    "attribute": ["def f(x): return np.tanh(x)"],
    "attribute chain": ["def f(x): return tf.math.special.tanh(x)"],
    "keras op": ["import keras.ops as K", "def f(x): return K.tanh(x)"],
    "imported alias": ["from numpy import tanh as t", "def f(x): return t(x)"],
    "imported name": ["from numpy import tanh", "def f(x): return tanh(x)"],
    "imported in the function": ["def f(x):\n    from numpy import tanh as t\n    return t(x)"],
    "imported module": ["import scipy.special as s", "def f(x): return s.anything(x)"],
    "imported from a module": ["from scipy.special import gamma", "def f(x): return gamma(x)"],
    "star import": ["from numpy import *", "def f(x): return tanh(x)"],
    "assigned alias": ["t = np.tanh", "def f(x): return t(x)"],
    "alias of an alias": ["t = np.tanh", "u = t", "def f(x): return u(x)"],
    "lambda": ["f = lambda x: np.tanh(x)"],
    "assigned itself": ["f = np.tanh"],
    "helper in another cell": ["def help(x): return np.tanh(x)", "def f(x): return help(x)"],
    "helper after it": ["def f(x): return help(x)", "def help(x): return np.tanh(x)"],
    "helper of a helper": [
        "def a(x): return np.tanh(x)",
        "def b(x): return a(x)",
        "def f(x): return b(x)",
    ],
    "method": ["class C:\n    def go(self, x): return np.tanh(x)", "def f(x): return C().go(x)"],
    "default": ["def f(x, t=np.tanh): return t(x)"],
    "decorator": ["def d(g): return np.tanh", "@d\ndef f(x): return x"],
    "inner function": ["def f(x):\n    def g(y): return np.tanh(y)\n    return g(x)"],
    "class for a function": ["class f:\n    def __new__(cls, x): return np.tanh(x)"],
    "under an if": ["if True:\n    def help(x): return np.tanh(x)", "def f(x): return help(x)"],
    "in a try": [
        "try:\n    from numpy import tanh as t\nexcept ImportError: pass",
        "def f(x): return t(x)",
    ],
    "beside a magic": ["%matplotlib inline\ndef f(x): return np.tanh(x)"],
    "below a cell magic": ["%%time\ndef f(x): return np.tanh(x)"],
    "beside a shell line": ["!ls\ndef f(x):\n    return np.tanh(x)"],
    "beside a question": ["np.exp?\ndef f(x): return np.tanh(x)"],
    "with await in the cell": ["await g()\ndef f(x): return np.tanh(x)"],
    "second definition": ["def f(x): return x", "def f(x): return np.tanh(x)"],
}

KEEPS = {
    "exp": ["def f(x): return np.exp(x)"],
    "text": ["def f(x):\n    'not np.tanh'\n    # np.tanh\n    return 'tanh'"],
    "own function of that name": ["def tanh(x): return np.exp(x)", "def f(x): return tanh(x)"],
    "parameter of that name": ["def f(x, tanh=2): return x * tanh"],
    "local of that name": ["def f(x):\n    tanh = x\n    return tanh"],
    "used elsewhere": ["def g(x): return np.tanh(x)", "def f(x): return x"],
    "used by a cell's own lines": ["print(np.tanh(1))", "def f(x): return x"],
    "another x of the notebook": ["x = np.tanh(3)", "def f(x): return x"],
    "another local": ["y = np.tanh(3)", "def f(x):\n    y = x\n    return y"],
    "another loop variable": ["i = np.tanh(3)", "def f(x): return [i for i in x]"],
    "broken cell": ["def f(x) return np.tanh(x)"],
    "null byte": ["def f(x): return np.tanh(x)\x00"],
    "nothing": [],
}


@pytest.mark.parametrize("sources", BREAKS.values(), ids=BREAKS)
def test_a_rule_is_broken_when_the_exercise_reaches_what_it_forbids(sources):
    said = broken_rule(no_tanh, sources)
    assert said.startswith("The exercise asks you to write it with exp; your code uses `")


@pytest.mark.parametrize("sources", KEEPS.values(), ids=KEEPS)
def test_a_rule_is_kept_when_the_exercise_does_not_reach_what_it_forbids(sources):
    assert broken_rule(no_tanh, sources) == ""


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    for i in x: pass",
        "def f(x):\n    while x: pass",
        "def f(x): return [i for i in x]",
        "def f(x): return {i: i for i in x}",
        "def f(x): return sum(i for i in x)",
        "async def f(x):\n    async for i in x: pass",
    ],
)
def test_the_rule_against_loops_is_broken_when_there_is_one(code):
    assert broken_rule(no_loop, [code]) == (
        "The exercise asks you to write no loop; your code uses `a loop`."
    )


def test_the_rule_against_loops_is_kept_when_the_loop_is_outside():
    assert broken_rule(no_loop, ["for i in range(3): print(f(i))", "def f(x): return x"]) == ""


def test_a_rule_is_broken_when_a_builtin_is_forbidden():
    assert "`sum`" in broken_rule(no_sum, ["def f(x): return sum(x)"])


def test_the_first_rule_is_told_when_two_are_broken():
    check = Check("f", rules=(forbid("cosh", says="a"), forbid("tanh", "sinh", says="b")))
    code = ["def f(x): return np.tanh(x) + np.sinh(x) + np.cosh(x)"]
    assert broken_rule(check, code) == "The exercise asks you to a; your code uses `cosh`."


def test_nothing_is_earned_when_a_rule_is_broken():
    check = Check("square", rules=(forbid("power", says="multiply"),), cases=square.cases)
    code = "def square(x): return np.power(x, 2)"
    verdict = run_check(check, student_of(code), REFERENCE, sources=[code], max_points=10.0)
    assert verdict.points == 0.0 and not verdict.solved
    assert verdict.reason == "The exercise asks you to multiply; your code uses `power`."
    assert passed(verdict) == [True, True]


@given(st.lists(st.text(max_size=60), max_size=3))
def test_rules_are_read_when_the_cells_hold_any_text(sources):
    assert broken_rule(no_tanh, sources) == ""


@pytest.mark.parametrize(
    "nested", ["(" * 5000, "-" * 100_000 + "1", "[" * 50_000, "f" + "()" * 5000]
)
def test_rules_are_read_when_a_cell_is_nested_too_deep(nested):
    assert broken_rule(no_tanh, [f"def f(x): return {nested}"]) == ""


def test_the_last_definition_holds_when_a_cell_was_run_again():
    cells = ["def f(x): return np.tanh(x)", "y = 1", "def f(x): return np.exp(x)"]
    assert latest(cells) == ["def f(x):\n    return np.exp(x)", "y = 1"]


def test_what_is_not_python_is_left_out_when_a_cell_was_run():
    assert latest(["%matplotlib inline\nx = 1", "def f(x", "print(1)"]) == ["x = 1"]


def test_what_a_definition_builds_on_is_found_through_others():
    cells = ["def f(x):\n    y = g(x)\n    return 'h'", "class G:\n    def m(self): return k()"]
    cells += ["g = G", "def k(h): return h", "def other(): return z"]
    assert reached({"f"}, cells) & set("fghkxz") == {"f", "g", "k"}
