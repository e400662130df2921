"""Checks of the light assignment: a hidden case, and shares of a point that end on no decimal."""

from autograder.expect import expect
from autograder.spec import Check

double = Check("double")


@double.case("a vector")
def _(student, reference, rng):
    x = rng.normal(size=rng.integers(2, 6))
    expect(student.double(x), x + x, causes=[(x, "You returned x itself."), (x**2, "You squared.")])


@double.case("a matrix", hidden=True)
def _(student, reference, rng):
    x = rng.normal(size=(3, rng.integers(2, 6)))
    expect(student.double(x), reference.double(x))


row_sum = Check("row_sum")


@row_sum.case("a batch", weight=2)
def _(student, reference, rng):
    x = rng.normal(size=(rng.integers(2, 5), rng.integers(5, 8)))
    expect(student.row_sum(x), reference.row_sum(x), axes=("batch",))


@row_sum.case("one row", hidden=True)
def _(student, reference, rng):
    x = rng.normal(size=(1, rng.integers(5, 8)))
    expect(student.row_sum(x), x.sum(axis=1), axes=("batch",))


clip = Check("clip")


@clip.case("nothing to do")
def _(student, reference, rng):
    x = rng.uniform(-1, 1, size=rng.integers(3, 7))
    expect(student.clip(x, 2.0), x)


@clip.case("above")
def _(student, reference, rng):
    x = rng.uniform(1, 2, size=rng.integers(3, 7))
    expect(student.clip(x, 0.5), 0 * x + 0.5)


@clip.case("below")
def _(student, reference, rng):
    x = rng.uniform(-2, -1, size=rng.integers(3, 7))
    expect(student.clip(x, 0.5), 0 * x - 0.5)


CHECKS = (double, row_sum, clip)
