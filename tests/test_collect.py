"""Collecting: archives as Canvas and Moodle make them, folders, and archives that mean harm."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import stat
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import classwork
import pytest
from classwork import NAME
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import archive, ingest
from autograder.collect import Collected, assignment_of, collect
from autograder.course import Course, CourseError
from autograder.roster import COLUMNS, Roster

ROSTER = [
    ("jdoe", "Jane", "Doe", "jane@example.org", "4711"),
    ("asmith", "Ann Mary", "Smith-Jones", "", "4712"),
    ("rgarcia", "Raúl", "García", "", ""),
    ("twin1", "Kim", "Lee", "", ""),
    ("twin2", "Kim", "Lee", "", "9002"),
]
CANVAS = "doejane_4711_90210_light.ipynb"
MOODLE = "Jane Doe_123456_assignsubmission_file_/light.ipynb"
NOON = (2026, 3, 1, 12, 0, 0)


@pytest.fixture
def course(light_course: Path) -> Course:
    with (light_course / "roster.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *ROSTER])
    return Course.open(light_course)


@pytest.fixture
def roster(course: Course) -> Roster:
    return Roster.read(course.root / "roster.csv")


def zipped(path: Path, files: dict[str, bytes] | list[tuple[Any, bytes]]) -> Path:
    """An archive; a name may be a ZipInfo."""
    items = files.items() if isinstance(files, dict) else files
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in items:
            made.writestr(name if isinstance(name, zipfile.ZipInfo) else info(name), data)
    return path


def info(name: str, time: tuple[int, ...] = NOON, utc: int | None = None) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, time)  # type: ignore[arg-type]
    made.compress_type = zipfile.ZIP_DEFLATED
    if utc is not None:
        made.extra = struct.pack("<HHBi", 0x5455, 5, 1, utc)
    return made


def there(course: Course) -> dict[str, bytes]:
    """Every notebook in submitted/, by student."""
    folder = course.folder("submitted")
    return {
        path.relative_to(folder).parts[0]: path.read_bytes() for path in folder.rglob("*.ipynb")
    }


def stamp(course: Course, student: str) -> datetime | None:
    return course.directory.get_existing_timestamp(str(course.folder("submitted", student, NAME)))


def due(course: Course, when: str) -> None:
    classwork.sql(course.root, f"update assignment set duedate = '{when}'")


def reasons(done: Collected) -> dict[str, str]:
    return dict(done.refused)


# --- what Canvas and Moodle make


def test_canvas_knows_its_students_by_number_and_by_name(course, roster, tmp_path):
    files = {
        CANVAS: b"jane",
        "whoever_LATE_4712_90211_light-2.ipynb": b"ann",
        "garciaraul_77_90212_light (1).ipynb": b"raul",
    }
    done = collect(course, zipped(tmp_path / "a.zip", files), roster, NAME)
    assert there(course) == {"jdoe": b"jane", "asmith": b"ann", "rgarcia": b"raul"}
    assert sorted(done.taken) == [("asmith", "light"), ("jdoe", "light"), ("rgarcia", "light")]
    assert not done.refused and not done.unchanged


@pytest.mark.parametrize(
    "name",
    [
        MOODLE,
        "Jane Doe_123456_assignsubmission_file/light.ipynb",
        "Jane Doe_123456_assignsubmission_file_light.ipynb",
        "Doe Jane_123456_assignsubmission_file_/Copy of light.ipynb",
        "JANE  DOE_1_assignsubmission_file_/light-Copy1.ipynb",
        "Jane Doe_123456_assignsubmission_file_/my work/light.ipynb",
        "Nobody_4711_assignsubmission_file_/anything.ipynb",
    ],
)
def test_moodle_knows_its_students_by_number_and_by_name(course, roster, tmp_path, name):
    done = collect(course, zipped(tmp_path / "a.zip", {name: b"jane"}), roster, NAME)
    assert there(course) == {"jdoe": b"jane"} and not done.refused


def test_a_folder_holds_a_folder_per_student(course, roster, tmp_path):
    for name in ("jdoe/light.ipynb", f"rgarcia/{NAME}/light.ipynb", "asmith/light/light.ipynb"):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_bytes(b"mine")
    done = collect(course, tmp_path / "in", roster, NAME)
    assert there(course) == {"jdoe": b"mine", "rgarcia": b"mine"}
    assert reasons(done) == {"asmith/light/light.ipynb": f"lies deeper than asmith/{NAME}/"}


def test_everything_that_is_left_out_is_listed_with_the_reason(course, roster, tmp_path):
    files = {
        CANVAS: b"jane",
        "leekim_1_2_light.ipynb": b"?",
        "stranger_1_3_light.ipynb": b"?",
        "doejane_4711_90209_light.ipynb": b"earlier",
        "doejane_4711_90213_notes.pdf": b"?",
        "light.ipynb": b"?",
        "JDOE/light.ipynb": b"?",
        "jdоe/light.ipynb": b"the o is Cyrillic",
        "Jane Doe_1_assignsubmission_onlinetext_/onlinetext.html": b"?",
        "__MACOSX/._light.ipynb": b"",
        "jdoe/.DS_Store": b"",
    }
    done = collect(course, zipped(tmp_path / "a.zip", files), roster, NAME)
    assert there(course) == {"jdoe": b"jane"}
    assert reasons(done) == {
        "leekim_1_2_light.ipynb": "may belong to twin1, twin2: give them lms_user_id in the roster",
        "stranger_1_3_light.ipynb": "belongs to nobody on the roster",
        "doejane_4711_90209_light.ipynb": "is an earlier one; the latest counts",
        "doejane_4711_90213_notes.pdf": "is not a notebook",
        "light.ipynb": (
            "has no name that Canvas or Moodle gives, and no student's folder around it"
        ),
        "JDOE/light.ipynb": "belongs to nobody on the roster",
        "jdоe/light.ipynb": "belongs to nobody on the roster",
        "Jane Doe_1_assignsubmission_onlinetext_/onlinetext.html": (
            "is not a file that was handed in"
        ),
    }


def test_the_latest_of_several_counts_in_any_order(course, roster, tmp_path):
    early, late = info(MOODLE, NOON), info(MOODLE.replace("_/", "_/again/"), (2026, 3, 2, 0, 0, 0))
    for number, files in enumerate(([(early, b"1"), (late, b"2")], [(late, b"2"), (early, b"1")])):
        done = collect(course, zipped(tmp_path / f"{number}.zip", files), roster, NAME)
        assert there(course) == {"jdoe": b"2"}
        assert reasons(done) == {MOODLE: "is an earlier one; the latest counts"}


# --- when it was handed in


def test_the_time_of_a_file_is_kept_as_utc(course, roster, tmp_path):
    made = zipped(tmp_path / "a.zip", [(info(MOODLE, utc=1772366400), b"jane")])
    collect(course, made, roster, NAME)
    assert stamp(course, "jdoe") == datetime(2026, 3, 1, 12, 0, 0)


def test_collecting_again_changes_nothing_and_never_goes_back(course, roster, tmp_path):
    new = zipped(tmp_path / "new.zip", [(info(MOODLE, utc=2000), b"new")])
    old = zipped(tmp_path / "old.zip", [(info(MOODLE, utc=1000), b"old")])
    assert collect(course, new, roster, NAME).taken
    assert collect(course, new, roster, NAME).unchanged
    assert collect(course, old, roster, NAME).unchanged
    assert there(course) == {"jdoe": b"new"}
    assert stamp(course, "jdoe") == datetime(1970, 1, 1, 0, 33, 20)


def test_canvas_never_makes_late_what_it_calls_in_time(course, roster, tmp_path):
    late = info("smith_LATE_4712_2_light.ipynb", utc=1772366400)
    soon = info("garciaraul_LATE_4711_3_light.ipynb", utc=1772000000)
    files = [(info(CANVAS.replace("4711", "4711"), utc=1772366400), b"1"), (late, b"2")]
    collect(course, zipped(tmp_path / "a.zip", files), roster, NAME)
    assert stamp(course, "jdoe") is None and stamp(course, "asmith") is None  # nothing is due
    due(course, "2026-02-28 10:00:00.000000")
    collect(course, zipped(tmp_path / "b.zip", [(n, d + b"!") for n, d in files]), roster, NAME)
    assert stamp(course, "jdoe") == datetime(2026, 2, 28, 10)
    assert stamp(course, "asmith") == datetime(2026, 3, 1, 12)
    collect(course, zipped(tmp_path / "c.zip", [(soon, b"3")]), roster, NAME)
    assert stamp(course, "jdoe") == datetime(2026, 2, 28, 10)


# --- archives that mean harm (row 35)


def link(name: str) -> zipfile.ZipInfo:
    made = info(name)
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made


STRANGE: list[tuple[str, Any, str]] = [
    ("up", f"../../{MOODLE}", "leads out of the archive"),
    ("up from inside", "jdoe/../../light.ipynb", "leads out of the archive"),
    ("absolute", "/jdoe/light.ipynb", "is an absolute path, or one of Windows"),
    ("drive", "C:/jdoe/light.ipynb", "is an absolute path, or one of Windows"),
    ("backslash", "jdoe\\light.ipynb", "is an absolute path, or one of Windows"),
    ("link", link("jdoe/light.ipynb"), "is a link or a device, not a file"),
    ("control", "jdoe/\x1b[2Jlight.ipynb", "has a name that no file should have"),
    ("300 characters", f"jdoe/{'x' * 300}.ipynb", "has a name that no file should have"),
    ("no name", zipfile.ZipInfo(""), "has a name that no file should have"),
    ("empty id", "/light.ipynb", "is an absolute path, or one of Windows"),
    ("dot id", "./light.ipynb", "belongs to nobody on the roster"),
]


@pytest.mark.parametrize(("name", "entry", "reason"), STRANGE, ids=[row[0] for row in STRANGE])
def test_an_entry_that_means_harm_is_refused_by_name(course, roster, tmp_path, name, entry, reason):
    before = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    good = "Raúl García_1_assignsubmission_file_/light.ipynb"
    made = zipped(tmp_path / "a.zip", [(entry, b"evil"), (good, b"good")])
    done = collect(course, made, roster, NAME)
    (found,) = done.refused
    assert found[1] == reason
    assert there(course) == {"rgarcia": b"good"}
    after = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    assert after - before == {made}


def test_names_that_differ_in_case_only_and_names_that_come_twice(course, roster, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        made = zipped(
            tmp_path / "a.zip",
            [("jdoe/light.ipynb", b"1"), ("jdoe/Light.ipynb", b"2"), ("jdoe/light.ipynb", b"3")],
        )
    done = collect(course, made, roster, NAME)
    assert there(course) == {"jdoe": b"3"}
    assert done.refused == [
        ("jdoe/light.ipynb", "is in the archive more than once; the last one counts"),
        ("jdoe/Light.ipynb", "differs from jdoe/light.ipynb only in upper and lower case"),
    ]


def test_a_bomb_is_not_unpacked(course, roster, tmp_path):
    zeros = bytes(ingest.MAX_BYTES + 1)
    made = zipped(tmp_path / "a.zip", {MOODLE: zeros})
    assert made.stat().st_size < 100_000
    done = collect(course, made, roster, NAME)
    assert reasons(done) == {MOODLE: "has 32 MB; the limit is 32"} and not there(course)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(course, roster, tmp_path):
    made = zipped(tmp_path / "a.zip", {MOODLE: bytes(ingest.MAX_BYTES * 2)})
    data = made.read_bytes().replace(
        struct.pack("<I", ingest.MAX_BYTES * 2), struct.pack("<I", 1000)
    )
    made.write_bytes(data)
    done = collect(course, made, roster, NAME)
    assert reasons(done) == {MOODLE: "is damaged"} and not there(course)


def test_an_encrypted_or_damaged_file_costs_the_others_nothing(course, roster, tmp_path):
    good = "Raúl García_1_assignsubmission_file_/light.ipynb"
    made = zipped(tmp_path / "a.zip", {MOODLE: os.urandom(5000), good: b"good"})
    data = bytearray(made.read_bytes())
    data[200:300] = bytes(100)
    made.write_bytes(data)
    done = collect(course, made, roster, NAME)
    assert reasons(done) == {MOODLE: "is damaged"} and there(course) == {"rgarcia": b"good"}
    locked = bytearray(zipped(tmp_path / "b.zip", {MOODLE: b"x"}).read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + flags] |= 1
    (tmp_path / "b.zip").write_bytes(locked)
    done = collect(course, tmp_path / "b.zip", roster, NAME)
    assert reasons(done) == {MOODLE: "is encrypted"}


def test_a_crowd_of_entries_is_refused(course, roster, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 2)
    made = zipped(tmp_path / "a.zip", {f"jdoe/{n}.txt": b"" for n in range(3)})
    with pytest.raises(CourseError, match="more than 2 files"):
        collect(course, made, roster, NAME)


def test_links_pipes_and_second_names_in_a_folder_are_refused(course, roster, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("another's")
    folders = {name: tmp_path / "in" / name for name in ("jdoe", "rgarcia", "asmith", "twin1")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    os.symlink(secret, folders["jdoe"] / "light.ipynb")
    os.mkfifo(folders["rgarcia"] / "light.ipynb")
    os.link(secret, folders["asmith"] / "light.ipynb")
    os.symlink(tmp_path, folders["twin1"] / "elsewhere")
    done = collect(course, tmp_path / "in", roster, NAME)
    found = reasons(done)
    assert not there(course) and len(found) == 4
    assert "cannot be read" in found["jdoe/light.ipynb"]
    assert "not a regular file" in found["rgarcia/light.ipynb"]
    assert "hard link" in found["asmith/light.ipynb"]
    assert found["twin1/elsewhere"] == "is a link to another folder"


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300), place=st.integers(0, 400), cut=st.integers(0, 60))
def test_a_damaged_archive_is_refused_or_read_and_nothing_else(tmp_path, data, place, cut):
    path = tmp_path / "a.zip"
    whole = zipped(path, {CANVAS: b"x" * 200}).read_bytes()
    path.write_bytes((whole[:place] + data + whole[place + len(data) :])[: len(whole) - cut])
    try:
        with archive.entries(path) as found:
            for entry in found:
                with contextlib.suppress(ingest.Refused):
                    assert len(entry.read()) <= ingest.MAX_BYTES + 1
    except CourseError as error:
        assert "damaged" in str(error)


# --- the roster


def roster_file(folder: Path, rows: list[tuple[str, ...]], head: tuple[str, ...] = COLUMNS) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    (folder / "roster.csv").write_text(text.getvalue(), "utf-8")
    return folder / "roster.csv"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("../x",)], "line 2: '../x' cannot be the name of a folder"),
        ([("a",), ("",)], "line 3: the column id is empty"),
        ([("a",), ("b",), ("A",)], "line 4: the same id as in line 2"),
        ([("x" * 300,)], "line 2: an id of 300 characters"),
        ([("a\u202eb",)], "cannot be the name of a folder"),
        ([("..",)], "cannot be the name of a folder"),
    ],
)
def test_an_id_that_is_no_folders_name_is_refused_with_its_line(tmp_path, rows, words):
    with pytest.raises(CourseError) as error:
        Roster.read(roster_file(tmp_path, rows))
    assert words in str(error.value)


def test_a_roster_of_excel_is_read(tmp_path):
    text = "\ufeffid,first_name,last_name\r\n jdoe ,Jane,Doe\r\n"
    (tmp_path / "roster.csv").write_bytes(text.encode("utf-8"))
    found = Roster.read(tmp_path / "roster.csv").with_id("jdoe")
    assert found is not None and found.first_name == "Jane"


def test_a_roster_that_is_not_there_or_no_text_says_what_to_do(tmp_path):
    with pytest.raises(CourseError, match="columns id, first_name"):
        Roster.read(tmp_path / "roster.csv")
    (tmp_path / "roster.csv").write_bytes(b"id\n\xff\xfe")
    with pytest.raises(CourseError, match="UTF-8"):
        Roster.read(tmp_path / "roster.csv")


# --- the command


def test_the_assignment_follows_from_the_names(course, tmp_path):
    assert assignment_of(course, zipped(tmp_path / "a.zip", {CANVAS: b""})) == NAME
    with pytest.raises(CourseError, match=f"--assignment; there are: {NAME}"):
        assignment_of(course, zipped(tmp_path / "b.zip", {"jdoe/work.ipynb": b""}))


@pytest.mark.parametrize("what", ["nothing.zip", "text.zip"])
def test_what_is_no_archive_is_one_line(course, roster, tmp_path, what):
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(CourseError, match=r"There is no archive|is not a ZIP archive"):
        collect(course, tmp_path / what, roster, NAME)


def test_the_command_says_what_it_took_and_what_it_left(course, tmp_path, monkeypatch, capfd):
    from autograder.cli import main

    made = zipped(tmp_path / "a.zip", {CANVAS: b"{}", "x\x1b[2J_1_2_light.ipynb": b"{}"})
    monkeypatch.setattr("sys.argv", ["autograder", "collect", str(made)])
    monkeypatch.chdir(course.root)
    with pytest.raises(SystemExit) as end:
        main()
    said = capfd.readouterr()
    assert end.value.code == 0
    assert f"{NAME}: 1 taken, 0 there already, 1 left out." in said.out
    assert "has a name that no file should have" in said.err and "\x1b[2J" not in said.err
