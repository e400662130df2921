"""`check(...)` where a learner meets it: in IPython, in a script, in a notebook that stock
nbgrader validates, and on a file."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder import check, local, registry
from autograder.ingest import Refused
from autograder.local import CheckFailed, as_html, as_text, check_file
from autograder.spec import NOT_STARTED, Outcome, Verdict
from autograder.verdict import forbid

RIGHT = {
    "double": "def double(x):\n    return x + x",
    "row_sum": "def row_sum(x):\n    return x.sum(1)",
    "clip": "def clip(x, limit):\n    return np.clip(x, -limit, limit)",
}
WRONG = "def double(x):\n    return x"


@pytest.fixture
def shell(monkeypatch, tmp_path, light_built):
    """A new IPython shell that is the current one, and is gone after the test."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(config=config)
    yield made
    made.restore_sys_module_state()
    InteractiveShell.clear_instance()


@pytest.fixture
def no_shell(light_built):
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.clear_instance()


@pytest.fixture
def ruled(monkeypatch, light_built) -> None:
    """The exercise `double` may not use np.add."""
    checks = registry.checks_of("light")
    rule = forbid("add", says="double without np.add")
    monkeypatch.setitem(checks, "double", dataclasses.replace(checks["double"], rules=(rule,)))


class Ran:
    """What a few cells did: the last one's error, what was shown, what was printed."""

    def __init__(self, shell: Any, *cells: str):
        from IPython.utils.capture import capture_output

        with capture_output() as captured:
            for cell in ("import numpy as np\nfrom autograder import check", *cells):
                self.error = shell.run_cell(cell, store_history=True).error_in_exec
        self.shown = [output.data for output in captured.outputs]
        self.printed = captured.stdout + captured.stderr


def script(code: str) -> None:
    exec(compile(code, "script.py", "exec"), {"__name__": "__main__", "check": check})


@pytest.fixture
def file_of(light_built, tmp_path):
    """Write a notebook with code in its exercises; anything else comes from `change`."""

    def write(code: dict[str, str], change: Any = None) -> Path:
        path = light_built / "notebooks/00_light/light.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = code.get(name, cell.source)
        if change:
            change(notebook)
        (tmp_path / "work").mkdir(exist_ok=True)
        written = tmp_path / "work" / "light.ipynb"
        written.write_text(json.dumps(notebook), "utf-8")
        return written

    return write


def exit_of(monkeypatch, capsys, *arguments: str) -> tuple[int, str, str]:
    """The command's exit code, its output and its errors."""
    from autograder import cli

    monkeypatch.setattr(sys, "argv", ["autograder", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


# --- in IPython


def test_a_table_is_shown_as_html_and_text_when_a_notebook_checks(shell):
    ran = Ran(shell, RIGHT["double"], 'check("double")')
    assert ran.error is None
    assert ran.shown[0]["text/plain"] == "double: 1 of 1 cases\n  ✓ a vector"
    assert "<table" in ran.shown[0]["text/html"] and "✓" in ran.shown[0]["text/html"]


def test_the_table_names_the_cause_when_a_case_fails(shell):
    ran = Ran(shell, WRONG, 'check("double")')
    for kind in ("text/plain", "text/html"):
        assert "✗" in ran.shown[0][kind] and "You returned x itself." in ran.shown[0][kind]
    assert "a matrix" not in ran.shown[0]["text/plain"]


def test_one_line_without_frames_is_printed_when_a_case_fails(shell):
    ran = Ran(shell, WRONG, 'check("double")')
    assert isinstance(ran.error, CheckFailed) and isinstance(ran.error, AssertionError)
    assert ran.printed.strip() == "CheckFailed: double 0 of 1 cases"


def test_every_exercise_is_shown_when_several_are_named(shell):
    ran = Ran(shell, WRONG, RIGHT["clip"], 'check("double", "clip", "row_sum")')
    assert len(ran.shown) == 3
    assert str(ran.error) == "double 0 of 1 cases; row_sum 0 of 1 cases"


def test_the_known_names_are_told_when_an_exercise_is_misspelt(shell):
    ran = Ran(shell, 'check("duoble")')
    assert ran.printed.startswith(
        "CheckFailed: There is no exercise 'duoble'. Did you mean 'double'?"
    )
    assert "row_sum" in ran.printed and "Traceback" not in ran.printed


def test_the_nearest_name_is_told_when_a_function_is_misspelt(shell):
    ran = Ran(shell, "def dubble(x): return 2 * x", 'check("double")')
    assert "There is no `double` in the notebook. Did you mean 'dubble'?" in str(ran.shown[0])


def test_a_cell_that_was_not_run_is_asked_about_when_no_name_is_near(shell):
    ran = Ran(shell, RIGHT["clip"], 'check("double")')
    assert "There is no `double` in the notebook. Was the cell" in str(ran.shown[0])


def test_an_exercise_is_not_started_when_it_is_as_released(shell):
    ran = Ran(shell, "def double(x):\n    raise NotImplementedError()", 'check("double")')
    assert ran.shown[0]["text/plain"].startswith("double: not started\n")
    assert ran.printed.strip() == "CheckFailed: double not started"


def test_the_learners_own_line_is_shown_when_the_function_raises(shell):
    ran = Ran(shell, "def double(x):\n    return x.nothing + 1", 'check("double")')
    assert "Look at the line `return x.nothing + 1`." in ran.shown[0]["text/plain"]


def test_the_latest_function_is_checked_when_a_cell_was_run_again(shell):
    assert Ran(shell, WRONG, RIGHT["double"], 'check("double")').error is None


def test_the_learners_globals_stay_when_they_are_checked(shell):
    Ran(shell, "seen = []\ndef double(x):\n    seen.append(1)\n    return 2 * x", 'check("double")')
    assert shell.user_ns["seen"] == [1]


RULED = {
    "directly": ["def double(x): return np.add(x, x)"],
    "by an import": ["from numpy import add as plus", "def double(x): return plus(x, x)"],
    "by a name": ["plus = np.add", "def double(x): return plus(x, x)"],
    "by a helper": ["def two(x): return np.add(x, x)", "def double(x): return two(x)"],
    "below a magic": ["%%time\ndef double(x): return np.add(x, x)"],
}


@pytest.mark.parametrize("cells", RULED.values(), ids=RULED)
def test_the_rule_is_told_when_it_is_broken(shell, ruled, cells):
    ran = Ran(shell, *cells, 'check("double")')
    words = "The exercise asks you to double without np.add; your code uses `add`."
    assert str(ran.error) == f"double 1 of 1 cases. {words}"
    assert words in ran.shown[-1]["text/plain"]


def test_the_rule_is_kept_when_the_code_that_broke_it_was_replaced(shell, ruled):
    cells = ["def double(x): return np.add(x, x)", RIGHT["double"], 'check("double")']
    assert Ran(shell, *cells).error is None


# --- in a script


def test_the_table_is_printed_when_a_script_checks(no_shell, capsys):
    script(f'{RIGHT["double"]}\ncheck("double")')
    assert capsys.readouterr().out == "double: 1 of 1 cases\n  ✓ a vector\n"


def test_an_assertion_fails_when_a_script_is_wrong(no_shell, capsys):
    with pytest.raises(AssertionError, match=r"^double 0 of 1 cases$"):
        script(f'{WRONG}\ncheck("double")')
    assert "You returned x itself." in capsys.readouterr().out


def test_the_rule_is_told_when_a_script_on_disk_breaks_it(no_shell, ruled, tmp_path, capsys):
    import runpy

    path = tmp_path / "script.py"
    code = "def double(x):\n    import numpy as np\n    return np.add(x, x)\n"
    path.write_text(f'from autograder import check\n{code}check("double")\n')
    with pytest.raises(CheckFailed, match=r"double without np.add"):
        runpy.run_path(str(path), run_name="__main__")


# --- the table itself


def test_the_table_is_escaped_when_names_and_messages_hold_html():
    bad = "<script>alert(1)</script>"
    verdict = Verdict(bad, 0.0, 1.0, outcomes=(Outcome(bad, False, cause=bad),), reason=bad)
    assert "<script" not in as_html(verdict) and as_html(verdict).count("&lt;script&gt;") == 4


def test_text_and_html_say_the_same_when_an_exercise_is_not_started():
    verdict = Verdict("double", 0.0, 1.0, NOT_STARTED)
    for words in (as_text(verdict), as_html(verdict)):
        assert "not started" in words and "raise NotImplementedError()" in words


# --- stock nbgrader


@pytest.fixture(scope="module")
def validated(light_built, tmp_path_factory) -> dict[str, Any]:
    """What nbgrader's own Validate button says of a notebook: one right, one wrong, one not
    started. It runs the notebook with nbclient in an ordinary kernel."""
    from nbgrader.validator import Validator

    notebook = nbformat.read(light_built / "notebooks/00_light/light.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in ("double", "row_sum"):
            cell.source = {"double": RIGHT["double"], "row_sum": "def row_sum(x): return x"}[name]
    path = tmp_path_factory.mktemp("validated") / "light.ipynb"
    nbformat.write(notebook, path)
    return Validator().validate(str(path))


def test_nbgraders_validator_sees_what_failed_when_a_check_does(validated):
    failed = {cell["source"]: cell["error"] for cell in validated["failed"]}
    assert {'check("row_sum")', 'check("clip")'} <= set(failed)
    assert 'check("double")' not in failed


def test_nbgraders_validator_shows_one_line_when_a_check_fails(validated):
    errors = {cell["source"]: cell["error"].strip() for cell in validated["failed"]}
    assert errors['check("row_sum")'] == "CheckFailed: row_sum 0 of 1 cases"
    assert errors['check("clip")'] == "CheckFailed: clip not started"


# --- a file


def test_every_exercise_gets_points_when_a_file_is_checked(shell, file_of):
    verdicts = check_file(file_of({**RIGHT, "double": WRONG}))
    assert [(v.check, v.points, v.max_points) for v in verdicts] == [
        ("double", 0.0, 2.0), ("row_sum", 3.0, 3.0), ("clip", 1.0, 1.0),
    ]  # fmt: skip


def test_an_exercise_is_not_started_when_a_file_is_a_release(shell, file_of):
    assert [v.status for v in check_file(file_of({}))] == [NOT_STARTED] * 3


def test_the_working_directory_is_the_same_when_a_file_was_checked(shell, file_of):
    before = Path.cwd()
    check_file(file_of({**RIGHT, "clip": "import os\nopen('made', 'w').close()\n" + RIGHT["clip"]}))
    assert Path.cwd() == before and not (before / "made").exists()


def test_the_cells_error_is_told_when_it_did_not_run(shell, file_of):
    first, *_ = check_file(file_of({"double": "import no_such_module\n" + RIGHT["double"]}))
    assert first.reason.startswith("The cell itself did not run: ModuleNotFoundError")
    assert "line: import no_such_module" in first.reason and first.points == 0.0


def test_the_other_exercises_are_checked_when_one_cell_is_no_python(shell, file_of):
    verdicts = check_file(file_of({**RIGHT, "double": "def double(x) return"}))
    assert [v.points for v in verdicts] == [0.0, 3.0, 1.0]
    assert verdicts[0].reason.startswith("The cell itself did not run: SyntaxError")


def test_a_rule_costs_the_points_when_a_file_breaks_it(shell, ruled, file_of):
    code = {**RIGHT, "double": "def double(x): return np.add(x, x)"}
    first, *_ = check_file(file_of(code))
    assert first.points == 0.0 and "double without np.add" in first.reason


def test_a_demo_is_not_run_when_a_file_is_checked(shell, file_of):
    def add_demo(notebook: Any) -> None:
        demo = nbformat.v4.new_code_cell("ran = 1", metadata={"tags": ["demo"]})
        notebook.cells += [demo, nbformat.v4.new_code_cell("also = 1")]

    check_file(file_of(RIGHT, add_demo))
    assert "also" in shell.user_ns and "ran" not in shell.user_ns


def test_the_command_says_all_is_well_when_a_file_is_right(monkeypatch, capsys, shell, file_of):
    code, out, _ = exit_of(monkeypatch, capsys, "check", str(file_of(RIGHT)))
    assert code == 0 and out.endswith("6 of 6 points on the public cases.\n")


def test_the_command_fails_when_an_exercise_does(monkeypatch, capsys, shell, file_of):
    path = file_of({**RIGHT, "double": WRONG})
    code, out, _ = exit_of(monkeypatch, capsys, "check", str(path))
    assert code == 1 and "You returned x itself." in out and "4 of 6 points" in out


def no_checks(notebook: Any) -> None:
    notebook.cells = [nbformat.v4.new_code_cell("x = 1")]


def another_course(notebook: Any) -> None:
    marks = {"grade": True, "solution": False, "points": 1, "grade_id": "check_of_another_course"}
    notebook.cells = [nbformat.v4.new_code_cell("x", metadata={"nbgrader": marks})]


def broken_cells(notebook: Any) -> None:
    notebook["cells"] = [None, 3, {}, {"cell_type": "code", "metadata": None, "source": 1}]


@pytest.mark.parametrize("change", [no_checks, another_course, broken_cells])
def test_a_file_is_refused_when_it_is_not_of_this_course(shell, file_of, change):
    with pytest.raises(Refused, match=r"^light.ipynb"):
        check_file(file_of({}, change))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"nbformat": 3}', b"[]"])
def test_the_command_fails_in_one_line_when_a_file_is_no_notebook(
    monkeypatch, capsys, shell, tmp_path, content
):
    path = tmp_path / "light.ipynb"
    path.write_bytes(content)
    code, out, err = exit_of(monkeypatch, capsys, "check", str(path))
    assert code == 1 and out == "" and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["nothing.ipynb", "."])
def test_the_command_fails_in_one_line_when_there_is_no_file(
    monkeypatch, capsys, shell, tmp_path, name
):
    code, _, err = exit_of(monkeypatch, capsys, "check", str(tmp_path / name))
    assert code == 1 and len(err.strip().splitlines()) == 1 and "Traceback" not in err


def test_no_exercise_is_named_when_check_is_called_without_one(shell):
    ran = Ran(shell, "check()")
    assert isinstance(ran.error, CheckFailed) and "double" in str(ran.error)


def test_the_summary_is_the_error_when_a_verdict_has_a_reason():
    verdict = Verdict("double", 0.0, 1.0, outcomes=(Outcome("a", True),), reason="Why.")
    assert local.summary(verdict) == "1 of 1 cases. Why."
