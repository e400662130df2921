"""What students hand in, and the notebook that is made of it: rows 1 and 25 to 30 of the table
of hostile submissions, and the ways in which honest files differ from ours."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import ingest
from autograder.ingest import (
    CHECK,
    DEMO,
    EXERCISE,
    EXTRA,
    GIVEN,
    TEXT,
    WRITTEN,
    Refused,
    Submission,
    cells_of,
    read_notebook,
    rebuild,
)

MINE = {
    "double": "def double(x):\n    return x + x",
    "row_sum": "def row_sum(x):\n    return x.sum(1)",
}
Notebook = dict[str, Any]


@pytest.fixture(scope="module")
def release(light_built) -> Notebook:
    text = (light_built / "notebooks/00_light/light.ipynb").read_text("utf-8")
    return nbformat.reads(text, as_version=4)


@pytest.fixture(scope="module")
def ours(release) -> tuple[ingest.Cell, ...]:
    return cells_of(release)


@pytest.fixture
def mine(release) -> Notebook:
    """The release with two exercises solved: what an honest student hands in."""
    notebook = copy.deepcopy(release)
    for name, source in MINE.items():
        cell(notebook, name)["source"] = source
    return notebook


@pytest.fixture(scope="module")
def rebuilt(ours) -> Callable[[Any], Submission]:
    return lambda handed_in: rebuild(
        handed_in if isinstance(handed_in, bytes) else json.dumps(handed_in).encode(), ours
    )


def cell(notebook: Notebook, name: str) -> dict[str, Any]:
    (found,) = (
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    return found


def place(notebook: Notebook, name: str) -> int:
    return notebook["cells"].index(cell(notebook, name))


def code(source: Any, **more: Any) -> dict[str, Any]:
    empty = {
        "cell_type": "code",
        "id": "new",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    return {**empty, "source": source, **more}


def sources(submission: Submission, kind: str = EXERCISE) -> dict[str, str]:
    return {c.name: c.source for c in submission.cells if c.kind == kind}


def order(submission: Submission) -> list[str]:
    """What would run, by name; the learner's own cells by their text."""
    kinds = (GIVEN, EXERCISE, CHECK, EXTRA)
    return [c.source if c.kind == EXTRA else c.name for c in submission.cells if c.kind in kinds]


def without_code(submission: Submission) -> list[tuple[str, str, float]]:
    return [(c.kind, c.name, c.points) for c in submission.cells if c.kind != EXTRA]


# --- honest work


def test_a_release_comes_back_when_nothing_was_changed(rebuilt, release, ours):
    assert rebuilt(release) == Submission(ours)


def test_the_learners_code_is_in_its_place_when_exercises_were_solved(rebuilt, mine, ours):
    submission = rebuilt(mine)
    assert MINE.items() <= sources(submission).items() and submission.notices == ()
    assert without_code(submission) == [(c.kind, c.name, c.points) for c in ours]


def test_every_kind_of_cell_is_known_when_the_release_is_read(ours):
    assert {c.kind for c in ours} == {GIVEN, DEMO, EXERCISE, CHECK, WRITTEN, TEXT}
    assert {c.name: c.points for c in ours if c.points} == {
        "check_double": 2, "check_row_sum": 3, "check_clip": 1, "why": 3,
    }  # fmt: skip


def test_the_written_answer_is_taken_when_there_is_one(rebuilt, mine):
    cell(mine, "why")["source"] = "Because."
    assert sources(rebuilt(mine), WRITTEN) == {"why": "Because."}


def test_pictures_pasted_into_a_written_answer_are_kept_and_nothing_else_is(rebuilt, mine):
    cell(mine, "why")["source"] = "![](attachment:a.png)"
    cell(mine, "why")["attachments"] = {
        "a.png": {"image/png": "iVBORw0KGgo="},
        "b.jpg": {"image/jpeg": "/9j/4AAQ"},
        "c.svg": {"image/svg+xml": "PHN2Zz4="},
        "d.png": {"image/png": "no base64"},
        "e.png": {"image/png": "A" * (ingest.MAX_PICTURE + 1)},
        "f.png": ["image/png"],
        "g\n.png": {"image/png": "iVBORw0KGgo="},
    }
    submission = rebuilt(mine)
    (why,) = (c for c in submission.cells if c.kind == WRITTEN)
    assert why.pictures == (
        ("a.png", "image/png", "iVBORw0KGgo="), ("b.jpg", "image/jpeg", "/9j/4AAQ"),
    )  # fmt: skip
    (notice,) = submission.notices
    assert notice.startswith("5 of the files pasted into 'why' were left out")


@pytest.mark.parametrize("attached", [7, [], {}, {"a": {}}, {"a": {"image/png": 7}}])
def test_attachments_of_any_shape_do_no_harm(rebuilt, mine, attached):
    cell(mine, "why")["attachments"] = attached
    (why,) = (c for c in rebuilt(mine).cells if c.kind == WRITTEN)
    assert why.pictures == ()


def test_a_written_answer_is_taken_when_it_stands_in_a_code_cell(rebuilt, mine):
    cell(mine, "why").update(code("Because."), metadata=cell(mine, "why")["metadata"])
    assert sources(rebuilt(mine), WRITTEN) == {"why": "Because."}


def test_a_source_is_joined_when_it_is_a_list_of_lines(rebuilt, mine):
    for one in mine["cells"]:
        one["source"] = one["source"].splitlines(keepends=True)
    assert MINE.items() <= sources(rebuilt(mine)).items()


def test_line_ends_are_ours_when_the_file_was_saved_on_windows(rebuilt, mine):
    for one in mine["cells"]:
        one["source"] = one["source"].replace("\n", "\r\n")
    submission = rebuilt(json.dumps(mine, indent=1).replace("\n", "\r\n").encode())
    assert MINE.items() <= sources(submission).items() and submission.notices == ()


def colab(notebook: Notebook) -> None:
    notebook.update(nbformat_minor=0)
    notebook["metadata"] |= {"colab": {"provenance": [], "gpuType": "T4"}, "accelerator": "GPU"}
    for number, one in enumerate(notebook["cells"]):
        del one["id"]
        one["metadata"] |= {"id": f"x{number}", "outputId": "y", "colab": {"base_uri": "https://"}}
        one["source"] = one["source"].splitlines(keepends=True)


def vs_code(notebook: Notebook) -> None:
    notebook["metadata"]["language_info"] |= {"version": "3.12.1", "file_extension": ".py"}
    for number, one in enumerate(notebook["cells"]):
        one["id"] = f"{number:08x}"
        one["metadata"] |= {"vscode": {"languageId": "python"}}


def jupyter(notebook: Notebook) -> None:
    for number, one in enumerate(notebook["cells"]):
        one["metadata"] |= {"editable": True, "deletable": True, "scrolled": True, "tags": []}
        if one["cell_type"] == "code":
            one["execution_count"] = number
            one["outputs"] = [{"output_type": "stream", "name": "stderr", "text": ["warning\n"]}]


@pytest.mark.parametrize("edited", [colab, vs_code, jupyter])
def test_work_is_taken_when_another_editor_saved_it(rebuilt, mine, ours, edited):
    edited(mine)
    submission = rebuilt(mine)
    assert MINE.items() <= sources(submission).items() and submission.notices == ()
    assert without_code(submission) == [(c.kind, c.name, c.points) for c in ours]
    assert not [c for c in submission.cells if c.kind == EXTRA]


def test_cells_of_their_own_keep_their_place_when_they_stand_anywhere(rebuilt, mine):
    mine["cells"].insert(0, code("top = 1"))
    mine["cells"].insert(place(mine, "double"), code("above = 2"))
    mine["cells"].insert(place(mine, "check_double"), code("between = 3"))
    mine["cells"].insert(place(mine, "check_double") + 1, code("below = 4"))
    mine["cells"].append(code("last = 5"))
    found = order(rebuilt(mine))
    assert found[0] == "top = 1" and found[-1] == "last = 5"
    assert found[2:7] == ["above = 2", "double", "between = 3", "check_double", "below = 4"]


def test_cells_of_their_own_keep_their_order_when_several_stand_together(rebuilt, mine):
    at = place(mine, "row_sum")
    mine["cells"][at:at] = [code("a = 1"), code("b = a"), code("c = b")]
    found = order(rebuilt(mine))
    assert found[found.index("row_sum") - 3 :][:3] == ["a = 1", "b = a", "c = b"]


def test_a_cell_of_their_own_keeps_its_place_when_it_follows_a_copy_of_ours(rebuilt, mine, ours):
    imports = next(c.source for c in ours if c.kind == GIVEN)
    mine["cells"] += [code(imports), code("after = 1")]
    assert order(rebuilt(mine))[-2:] == [imports, "after = 1"]


def test_a_cell_of_their_own_keeps_its_place_when_it_follows_a_copied_check(rebuilt, mine):
    copied = {**copy.deepcopy(cell(mine, "check_double")), "id": "copied"}
    mine["cells"] += [copied, code("after = 1")]
    assert order(rebuilt(mine))[-1] == "after = 1"


def test_their_own_empty_and_text_cells_are_left_out_when_there_are_some(rebuilt, mine, ours):
    mine["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": "# Mine"})
    mine["cells"] += [code(" \n"), {"cell_type": "raw", "metadata": {}, "source": "x"}]
    assert len(rebuilt(mine).cells) == len(ours)


def test_work_is_taken_when_a_picture_was_pasted_into_a_text_cell(rebuilt, mine):
    picture = "![](data:image/png;base64," + "A" * 1_000_000 + ")"
    mine["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": picture})
    assert MINE.items() <= sources(rebuilt(mine)).items()


def test_a_long_written_answer_is_cut_when_the_code_is_fine(rebuilt, mine):
    cell(mine, "why")["source"] = "x" * (2 * ingest.MAX_SOURCE)
    submission = rebuilt(mine)
    assert MINE.items() <= sources(submission).items()
    assert len(sources(submission, WRITTEN)["why"]) == ingest.MAX_SOURCE


def test_large_outputs_are_not_read_when_they_are_in_the_file(rebuilt, mine):
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 10**7}}
    cell(mine, "double")["outputs"] = [output]
    assert MINE.items() <= sources(rebuilt(mine)).items()


def test_code_can_be_written_as_utf8_when_the_file_holds_half_a_character(rebuilt, mine):
    cell(mine, "double")["source"] = "x = '\ud83d'"
    assert sources(rebuilt(mine))["double"] == "x = '?'"


# --- row 1, 27, 30: tags, metadata, flags, kernels


@pytest.mark.parametrize(
    "tags", [["skip-execution"], ["raises-exception"], ["demo"], ["hide"], "demo", None, {"a": 1}]
)
def test_tags_are_ignored_when_cells_have_them(rebuilt, mine, tags):
    expected = rebuilt(mine)
    for one in mine["cells"]:
        one["metadata"]["tags"] = tags
    assert rebuilt(mine) == expected


@pytest.mark.parametrize(
    "flags",
    [
        {"schema_version": 99},
        {"points": 1000},
        {"points": "NaN"},
        {"points": None},
        {"grade": True, "solution": True, "points": 50},
        {"grade": False},
        {"solution": False},
        {"locked": False, "task": True},
        {"checksum": "0" * 32},
        {"cell_type": "markdown"},
    ],
    ids=repr,
)
def test_nbgraders_flags_are_ignored_when_they_were_changed(rebuilt, mine, flags):
    expected = rebuilt(mine)
    for one in mine["cells"]:
        if "nbgrader" in one["metadata"]:
            one["metadata"]["nbgrader"] |= flags
    assert rebuilt(mine) == expected


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        None,
        [],
        "x",
        {"kernelspec": {"name": "evil; rm -rf /", "language": "sh", "display_name": "<b>"}},
        {"kernelspec": None},
        {"kernelspec": {"name": "x" * 10**6}},
    ],
    ids=lambda value: repr(value)[:40],
)
def test_the_kernel_is_ignored_when_it_is_evil_or_missing(rebuilt, mine, metadata):
    expected = rebuilt(mine)
    mine["metadata"] = metadata
    assert rebuilt(mine) == expected


@pytest.mark.parametrize("metadata", [None, [], "x", 3, {"nbgrader": None}, {"nbgrader": ["a"]}])
def test_a_cell_is_found_by_its_id_when_its_metadata_is_broken(rebuilt, mine, metadata):
    expected = rebuilt(mine)
    for one in mine["cells"]:
        one["metadata"] = metadata
    assert rebuilt(mine) == expected


@pytest.mark.parametrize("grade_id", [None, 3, ["double"], {"a": 1}, "", "x" * 10**6])
def test_a_cell_is_found_by_its_id_when_its_grade_id_is_broken(rebuilt, mine, grade_id):
    cell(mine, "double")["metadata"]["nbgrader"]["grade_id"] = grade_id
    assert sources(rebuilt(mine))["double"] == MINE["double"]


# --- row 25: cells deleted, moved, edited, duplicated, split, merged, renamed


def test_our_cells_come_back_when_they_were_deleted(rebuilt, mine, ours):
    mine["cells"] = [cell(mine, "double"), cell(mine, "row_sum")]
    submission = rebuilt(mine)
    assert MINE.items() <= sources(submission).items()
    assert without_code(submission) == [(c.kind, c.name, c.points) for c in ours]


def test_our_cells_are_ours_when_they_were_edited(rebuilt, mine, ours):
    for one in mine["cells"]:
        if one["metadata"].get("nbgrader", {}).get("solution") is not True:
            one["source"] = "raise SystemExit"
    submission = rebuilt(mine)
    for kind in (GIVEN, CHECK, DEMO, TEXT):
        assert [c for c in submission.cells if c.kind == kind] == [
            c for c in ours if c.kind == kind
        ]
    assert not [c for c in submission.cells if "SystemExit" in c.source]


def test_our_order_is_kept_when_cells_were_moved(rebuilt, mine, ours):
    mine["cells"].reverse()
    submission = rebuilt(mine)
    assert without_code(submission) == [(c.kind, c.name, c.points) for c in ours]
    assert MINE.items() <= sources(submission).items()


def test_the_first_one_counts_when_an_exercise_is_there_twice(rebuilt, mine):
    copied = {**copy.deepcopy(cell(mine, "double")), "id": "copied", "source": "def double(x): 1/0"}
    mine["cells"].append(copied)
    submission = rebuilt(mine)
    assert sources(submission)["double"] == MINE["double"]
    assert submission.notices == (
        "The cell 'double' is there more than once; the first one counts.",
    )


def test_the_first_half_counts_when_an_exercise_was_split(rebuilt, mine):
    first = cell(mine, "double")
    second = {**copy.deepcopy(first), "id": "second", "source": "double(1)"}
    mine["cells"].insert(place(mine, "double") + 1, second)
    submission = rebuilt(mine)
    assert sources(submission)["double"] == MINE["double"] and len(submission.notices) == 1


def test_the_other_exercises_are_judged_when_two_were_merged(rebuilt, mine):
    merged = MINE["double"] + "\n" + MINE["row_sum"]
    cell(mine, "double")["source"] = merged
    mine["cells"].remove(cell(mine, "row_sum"))
    submission = rebuilt(mine)
    assert sources(submission)["double"] == merged and sources(submission)["row_sum"] == ""
    assert submission.notices == ("The cell 'row_sum' is missing.",)


def test_exercises_are_found_by_grade_id_when_cell_ids_were_changed(rebuilt, mine):
    expected = rebuilt(mine)
    for one, number in zip(mine["cells"], range(100), strict=False):
        one["id"] = f"other-{number}"
    assert rebuilt(mine) == expected


def test_the_grade_id_decides_when_cell_ids_were_swapped(rebuilt, mine):
    expected = sources(rebuilt(mine))
    cell(mine, "double")["id"], cell(mine, "row_sum")["id"] = "row_sum", "double"
    assert sources(rebuilt(mine)) == expected


# --- row 26: an exercise deleted, emptied, made text


def test_an_exercise_is_empty_when_its_cell_was_deleted(rebuilt, mine):
    mine["cells"].remove(cell(mine, "double"))
    submission = rebuilt(mine)
    assert sources(submission)["double"] == "" and sources(submission)["row_sum"] == MINE["row_sum"]
    assert submission.notices == ("The cell 'double' is missing.",)


def test_an_exercise_is_empty_when_its_cell_was_emptied(rebuilt, mine):
    cell(mine, "double")["source"] = ""
    submission = rebuilt(mine)
    assert sources(submission)["double"] == "" and sources(submission)["row_sum"] == MINE["row_sum"]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_exercise_is_empty_when_its_cell_is_code_no_more(rebuilt, mine, kind):
    cell(mine, "double")["cell_type"] = kind
    submission = rebuilt(mine)
    assert sources(submission)["double"] == "" and "no code cell" in submission.notices[0]


# --- row 28: another release


def test_what_matches_is_judged_when_the_release_is_an_old_one(rebuilt, mine):
    old = cell(mine, "row_sum")
    old["metadata"]["nbgrader"]["grade_id"] = old["id"] = "row_total"
    submission = rebuilt(mine)
    assert sources(submission)["double"] == MINE["double"]
    assert any("'row_total'" in notice and "old version" in notice for notice in submission.notices)
    assert "The cell 'row_sum' is missing." in submission.notices


def test_the_notice_is_short_when_every_cell_is_of_another_release(rebuilt):
    marks = [{"nbgrader": {"grade_id": f"\x1b[31m{n}" + "x" * 1000}} for n in range(1000)]
    cells = [code("1", metadata=mark, id=str(n)) for n, mark in enumerate(marks)]
    notices = rebuilt({"nbformat": 4, "metadata": {}, "cells": cells}).notices
    assert max(map(len, notices)) < 500 and not any("\x1b" in notice for notice in notices)


# --- row 29: what is no notebook


def nested(depth: int) -> bytes:
    return b'{"nbformat": 4, "cells": ' + b"[" * depth + b"]" * depth + b"}"


REFUSED = {
    "empty": b"",
    "text": b"Dear teacher,",
    "half a notebook": b'{"nbformat": 4, "cells": [{"cell_type": "co',
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "zip": b"PK\x03\x04" + bytes(64),
    "null bytes": bytes(1000),
    "null bytes at the end": b'{"nbformat": 4, "cells": []}' + bytes(8),
    "byte-order mark": b'\xef\xbb\xbf{"nbformat": 4, "cells": []}',
    "UTF-16": '{"nbformat": 4, "cells": []}'.encode("utf-16"),
    "Latin-1": '{"nbformat": 4, "cells": [], "é": 1}'.encode("latin-1"),
    "list": b"[]",
    "number": b"1",
    "null": b"null",
    "string": b'"{}"',
    "long number": b"9" * 10_000,
    "no cells": b'{"nbformat": 4}',
    "cells are a dict": b'{"nbformat": 4, "cells": {}}',
    "cells are null": b'{"nbformat": 4, "cells": null}',
    "format 3": b'{"nbformat": 3, "worksheets": [{"cells": []}]}',
    "format 3 with cells": b'{"nbformat": 3, "cells": []}',
    "format 5": b'{"nbformat": 5, "cells": []}',
    "format in words": b'{"nbformat": "4", "cells": []}',
    "format is huge": b'{"nbformat": 1' + b"0" * 4000 + b', "cells": []}',
    "format is nested": b'{"nbformat": ' + b"[" * 400 + b"]" * 400 + b', "cells": []}',
    "format with colours": b'{"nbformat": "\\u001b[31m", "cells": []}',
    "no format": b'{"cells": []}',
    "nested 10,000 deep": nested(10_000),
    "nested 1,000,000 deep": nested(1_000_000),
    "100,000 cells": b'{"nbformat": 4, "cells": [' + b"{}," * 99_999 + b"{}]}",
    "200 MB": bytes(200 * 2**20),
    "a million lists": b'{"nbformat": 4, "cells": [' + b"[]," * ingest.MAX_BRACKETS + b"[]]}",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_in_one_short_line_when_it_is_no_notebook(rebuilt, data):
    with pytest.raises(Refused) as caught:
        rebuilt(data)
    words = str(caught.value)
    assert 10 < len(words) < 200 and words.isprintable() and words.endswith(".")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("byte-order mark", "byte-order mark"),
        ("Latin-1", "not UTF-8"),
        ("format 3", "format 3"),
        ("format 5", "format 5"),
        ("100,000 cells", "100,000 cells; the limit is 2,000"),
        ("200 MB", "200 MB; clear the outputs"),
        ("nested 10,000 deep", "nested too deep"),
        ("half a notebook", "not a notebook"),
    ],
)
def test_the_reason_names_what_is_wrong_when_a_file_is_refused(rebuilt, name, words):
    with pytest.raises(Refused, match=words):
        rebuilt(REFUSED[name])


def test_a_notebook_is_refused_when_its_code_is_too_long(rebuilt, mine):
    mine["cells"] += [code("x" * 1000)] * 201
    with pytest.raises(Refused, match="200,000 characters of code"):
        rebuilt(mine)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        3,
        "x",
        [],
        {},
        {"cell_type": "code"},
        {"cell_type": None, "source": "x"},
        {"cell_type": ["code"], "source": "x"},
        {"cell_type": "code", "source": None},
        {"cell_type": "code", "source": {"a": "b"}},
        {"cell_type": "code", "source": ["x", 3]},
        {"cell_type": "heading", "source": "x"},
    ],
    ids=repr,
)
def test_the_rest_is_judged_when_one_cell_is_no_cell(rebuilt, mine, broken):
    mine["cells"].insert(0, broken)
    submission = rebuilt(mine)
    assert MINE.items() <= sources(submission).items()
    assert submission.notices == ("Cell 1 of the file is not a cell and was left out.",)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
names = st.sampled_from(["double", "check_double", "why", "cell-000", "cell-001", "nothing"])
marks = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": names | json_values,
        "grade": st.booleans(),
        "solution": st.booleans(),
        "points": json_values,
    },
)
any_cell = json_values | st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | json_values,
        "source": st.text(max_size=30) | st.lists(st.text(max_size=5), max_size=3) | json_values,
    },
    optional={
        "id": names | json_values,
        "metadata": json_values
        | st.fixed_dictionaries(
            {}, optional={"nbgrader": marks | json_values, "tags": json_values}
        ),
    },
)
any_notebook = json_values | st.fixed_dictionaries(
    {"nbformat": st.just(4) | json_values, "cells": st.lists(any_cell, max_size=8) | json_values}
)


@settings(max_examples=300)
@given(any_notebook)
def test_a_submission_or_a_reason_comes_back_when_the_json_is_arbitrary(rebuilt, ours, notebook):
    try:
        submission = rebuilt(notebook)
    except Refused:
        return
    assert without_code(submission) == [(c.kind, c.name, c.points) for c in ours]
    given_by_us = {c.name: c.source for c in ours if c.kind in (GIVEN, CHECK, DEMO, TEXT)}
    assert given_by_us == {c.name: c.source for c in submission.cells if c.name in given_by_us}
    "".join(c.source for c in submission.cells).encode("utf-8")


@given(st.binary(max_size=200))
def test_a_submission_or_a_reason_comes_back_when_the_bytes_are_arbitrary(rebuilt, data):
    with pytest.raises(Refused):
        rebuilt(data)


@settings(max_examples=300)
@given(any_notebook)
def test_the_cells_of_a_learners_own_file_are_read_when_its_json_is_arbitrary(notebook):
    try:
        cells = cells_of(read_notebook(json.dumps(notebook).encode()))
    except Refused:
        return
    assert all(type(c.source) is str and type(c.points) is float for c in cells)
