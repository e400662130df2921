"""Compare an answer with what was expected and say, kindly, what is wrong with it.

Checks are written with two functions: `expect(answer, expected, causes=...)` where there is a
right answer, `require(condition, cause)` where there is a property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .spec import Wrong

Cause = tuple[Any, str]

RTOL, ATOL = 1e-4, 1e-6
# What NumPy and Keras raise when an array is used as if it were something else.
SHAPES = ("ValueError", "TypeError", "IndexError", "UnboundLocalError", "InvalidArgumentError")
# And what Keras says to a loop over a tensor that holds no numbers yet.
HINTED = (*SHAPES, "NotImplementedError")


def expect(
    answer: Any,
    expected: Any,
    *,
    causes: Sequence[Cause] = (),
    axes: Sequence[str] = (),
    rtol: float = RTOL,
    atol: float = ATOL,
    asked: str = "",
) -> None:
    """Raise `Wrong` unless `answer` has the type, shape and values of `expected`.

    Args:
        answer: what came back: plain data, or anything else, which is wrong.
        expected: array, number, bool, str, None, or a list, tuple or dict of these. Where an
            array is expected an array (NumPy or Keras, any real dtype) must come back; where a
            number is expected, a Python number or an array of shape () will do.
        causes: pairs (wrong, words). `wrong` is the value that a known mistake would give, or a
            function answer -> bool. The words of the first pair that fits are shown.
        axes: names of the axes of `expected`, for messages about shapes: ("batch", "units").
        rtol, atol: |answer - expected| <= atol + rtol * |expected|. The default, 1e-4 relative,
            is what float32 keeps after a few hundred roundings.
        asked: what was asked, when the student's last call does not say it.
    """
    problem = _difference(answer, expected, axes, rtol, atol)
    if problem is None:
        return
    words = next((words for wrong, words in causes if _fits(wrong, answer, rtol, atol)), problem)
    got, wanted = _show_both(answer, expected, rtol, atol)
    raise Wrong(words, asked=asked, got=got, expected=wanted)


def require(condition: Any, cause: str, *, asked: str = "", got: Any = None) -> None:
    """Raise `Wrong(cause)` unless `condition` is true; `got` is shown when it is given."""
    if not bool(condition):
        raise Wrong(cause, asked=asked, got="" if got is None else show(got))


def require_unchanged(name: str, call: str, before: np.ndarray, lent: Any, remedy: str) -> None:
    """Raise `Wrong` if the array lent as argument `name` is no longer what it was `before`.

    Args:
        call: what was asked, for the message.
        lent: what `student.lend(before)` gave.
        remedy: how not to write into the array.
    """
    require(
        np.array_equal(np.asarray(lent.tolist()), before),
        f"Your function changed its argument `{name}` itself, and the caller's array with it. "
        f"{remedy}",
        asked=call,
    )


@contextmanager
def hint(words: str, asked: str = "") -> Iterator[None]:
    """Where the learner's code raises one of HINTED, add to the exception what to look for."""
    try:
        yield
    except Wrong as wrong:
        if not wrong.cause.startswith(tuple(f"Your code raised {kind}" for kind in HINTED)):
            raise
        hidden = f"{wrong.hidden_cause} {words}"
        raise Wrong(f"{wrong.cause} {words}", asked=asked, hidden_cause=hidden) from None


def array(answer: Any, shape: Sequence[int] | None = None, what: str = "the answer") -> np.ndarray:
    """`answer` as a float64 array, for checks that go on computing with it.

    Raises:
        Wrong: if it is not a real array or number, not finite, or not of the given shape.
    """
    problem = _not_an_array(answer)
    if problem:
        raise Wrong(f"{_capital(what)} should be an array. {problem}", got=show(answer))
    values = np.asarray(answer, np.float64)
    if shape is not None and values.shape != tuple(shape):
        words = f"{_capital(what)} should have shape {tuple(shape)}."
        raise Wrong(words, got=f"shape {values.shape}")
    if not np.all(np.isfinite(values)):
        raise Wrong(f"{_capital(what)} contains NaN or infinity.", got=show(answer))
    return values


def show(value: Any, limit: int = 60) -> str:
    """`value` printed small: four digits, and shapes instead of long arrays."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        return _show_array(value, 3 * limit)
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return _digits(value)
    if isinstance(value, (list, tuple, dict)):
        return _show_container(value, limit)
    if isinstance(value, int) and abs(value) >= 10**limit:
        return f"an integer of {value.bit_length()} bits"  # Python refuses to print long ones
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _show_container(value: list[Any] | tuple[Any, ...] | dict[Any, Any], limit: int) -> str:
    if len(value) <= 6:
        if isinstance(value, dict):
            inside = ", ".join(f"{show(k, limit)}: {show(v, limit)}" for k, v in value.items())
        else:
            inside = ", ".join(show(item, limit) for item in value)
        if len(inside) <= 2 * limit:
            if isinstance(value, tuple):
                return f"({inside},)" if len(value) == 1 else f"({inside})"
            return f"[{inside}]" if isinstance(value, list) else f"{{{inside}}}"
    return f"a {type(value).__name__} of {len(value)}"


def _show_array(values: np.ndarray, limit: int) -> str:
    if 0 < values.size <= 12:
        kinds: Any = {"float_kind": _digits, "int_kind": str, "bool": str}
        text = " ".join(np.array2string(values, separator=", ", formatter=kinds).split())
        if len(text) <= limit:
            return text
    return f"an array of shape {values.shape}"


def _difference(
    answer: Any, expected: Any, axes: Sequence[str], rtol: float, atol: float
) -> str | None:
    """What is wrong with `answer`, in words, or None."""
    if answer is None and expected is not None:
        return "Your function returned nothing. Is the `return` missing?"
    if isinstance(expected, (list, tuple, dict)):
        return _difference_of_containers(answer, expected, axes, rtol, atol)
    if expected is None or isinstance(expected, str):
        if type(answer) is not type(expected):
            return "Return nothing." if expected is None else "Return a text."
        return None if answer == expected else "The text is another one."
    problem = _not_an_array(answer)
    wants_array = isinstance(expected, np.ndarray) and expected.ndim > 0
    if problem:
        kind = "an array" if wants_array else "a single number"
        return f"Return {kind}. {problem}"
    values, target = np.asarray(answer), np.asarray(expected)
    if values.shape != target.shape:
        return _shape_words(values, target, axes)
    return _difference_of_values(values, target, rtol, atol)


def _difference_of_containers(
    answer: Any, expected: Any, axes: Sequence[str], rtol: float, atol: float
) -> str | None:
    name = type(expected).__name__
    sequence = isinstance(expected, (list, tuple))
    if not (isinstance(answer, (list, tuple)) if sequence else isinstance(answer, dict)):
        return f"Return a {name} of {len(expected)}."
    if len(answer) != len(expected):
        return f"Return a {name} of {len(expected)}, not of {len(answer)}."
    if not sequence and set(answer) != set(expected):
        return f"The keys should be {show(sorted(map(str, expected)))}."
    for key in range(len(expected)) if sequence else expected:
        problem = _difference(answer[key], expected[key], axes, rtol, atol)
        if answer[key] is None and problem:
            problem = "it is None."
        if problem:
            place = f"number {key + 1}" if sequence else f"'{key}'"
            return f"In the {name}, {place}: {problem}"
    return None


def _difference_of_values(
    values: np.ndarray, target: np.ndarray, rtol: float, atol: float
) -> str | None:
    if target.dtype == bool and values.dtype != bool:
        return "Return True or False, not a number."
    floats, wanted = values.astype(np.float64), target.astype(np.float64)
    if np.any(np.isnan(floats) & ~np.isnan(wanted)):
        return "NaN came back: somewhere inf/inf, inf - inf, 0/0 or log of a negative number."
    if np.any(np.isinf(floats) & ~np.isinf(wanted)):
        return "Infinity came back: an exponential overflowed, or something was divided by zero."
    close = np.isclose(floats, wanted, rtol=rtol, atol=atol, equal_nan=True)
    if np.all(close):
        return None
    if target.size > 1:
        return "Some values are wrong, others right." if close.any() else "Every value is wrong."
    return "The value is wrong."


def _not_an_array(answer: Any) -> str:
    """Why `answer` is not numbers, or an empty string."""
    if answer is None:
        return "Nothing came back: is the `return` missing?"
    if isinstance(answer, np.ndarray):
        return ""
    if isinstance(answer, int) and abs(answer) >= 2**63:
        return "What came back is an integer of more than 63 bits."
    if isinstance(answer, (bool, int, float, np.number, np.bool_)):
        return ""
    if isinstance(answer, (list, tuple)):
        return f"A Python {type(answer).__name__} came back: np.array(...) makes it an array."
    described = getattr(answer, "described", None) or f"a {type(answer).__name__}"
    return f"What came back is {described}."


def _shape_words(values: np.ndarray, target: np.ndarray, axes: Sequence[str]) -> str:
    """What is wrong with a shape. No numbers: they are shown beside, and hidden cases show none."""
    named = axes and len(axes) == target.ndim
    words = f"The shape should be ({', '.join(axes)})." if named else "The shape is wrong."
    if target.ndim == 0:
        return "Return a single number; an array came back."
    if values.ndim == target.ndim and values.shape == target.shape[::-1]:
        return words + " The axes are swapped: is something transposed?"
    if any(_without(values.shape, axis) == target.shape for axis in range(values.ndim)):
        return words + " There is one axis of length 1 too many."
    if values.ndim < target.ndim:
        gone = "an axis" if target.ndim - values.ndim == 1 else "axes"
        return words + f" You summed or averaged over {gone} that should stay."
    return words


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """`shape` without that axis, if its length is 1."""
    return shape[:axis] + shape[axis + 1 :] if shape[axis] == 1 else shape


def _fits(wrong: Any, answer: Any, rtol: float, atol: float) -> bool:
    """Whether a known mistake would have given this answer."""
    if isinstance(wrong, Callable):  # type: ignore[arg-type]
        try:
            return bool(wrong(answer))
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, Wrong):
            return False  # the mistake has another type or shape than this answer
    return _difference(answer, wrong, (), rtol, atol) is None


def _show_both(answer: Any, expected: Any, rtol: float, atol: float) -> tuple[str, str]:
    """Answer and expectation, printed small: shapes where these differ, and the first wrong
    value where the arrays are too long to print."""
    if isinstance(answer, np.ndarray) and isinstance(expected, np.ndarray):
        if answer.shape != expected.shape:
            return f"shape {answer.shape}", f"shape {expected.shape}"
        if answer.size > 12:
            floats = answer.astype(float), expected.astype(float)
            bad = ~np.isclose(*floats, rtol=rtol, atol=atol, equal_nan=True)
            at = tuple(int(i) for i in np.argwhere(bad)[0]) if bad.any() else (0,) * answer.ndim
            place = ", ".join(map(str, at))
            return f"{_digits(answer[at])} at [{place}]", f"{_digits(expected[at])} there"
    return show(answer), show(expected)


def _digits(number: Any) -> str:
    return f"{float(number):.4g}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
