"""The table of GRADING.md: each row a submission that is really graded, between honest ones.

Of each attack three things are asked. Points: every exercise earns exactly what its honest part
earned, and the instructor is told why. Class: an honest submission graded after it gets the same
judgement as without it, byte for byte. Contained: nothing outside was changed, nothing lives on.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torture
from classwork import FULL, RIGHT, light, notebook, rows
from inside import eventually, running, warm_or_skip

from autograder import grade, judge, wire
from autograder.classroom import Options, grade_class
from autograder.course import Assignment, Course
from autograder.grade import grade_one
from autograder.judge import TimeLimits
from autograder.report import class_report, feedback
from autograder.spec import Judgement
from autograder.student import Lost

pytestmark = [
    pytest.mark.attack,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

SEED = b"s" * 32
MARKER = f"left-by-an-attack-{os.getpid()}"
WRONG = "def double(x):\n    return x"
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Attack:
    """One submission.

    Args:
        row: of the table; name: what it tries.
        texts: what stands in its exercises instead of the right answers; None: nothing is known.
        extra: a cell of its own after the given one.
        earns: the exercises that do not earn full marks, and what they earn.
        says: what the judgement must say somewhere.
        change: anything else that is done to the notebook.
        seconds: for a cell and for a check, where the attack uses all of them.
        at_most: whether `earns` is a limit: the attack may also have spoilt more of its own.
    """

    row: int
    name: str
    texts: dict[str, str] = field(default_factory=dict)
    extra: str = ""
    earns: dict[str, float] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    change: Callable[[Notebook], object] | None = None
    seconds: float = 0.0
    at_most: bool = False

    def handed_in(self, assignment: Assignment) -> bytes:
        made = notebook(assignment, **{**RIGHT, **self.texts})
        if self.extra:
            place = next(n for n, c in enumerate(made["cells"]) if c["cell_type"] == "code") + 1
            made["cells"].insert(place, code_cell(self.extra))
        if self.change:
            self.change(made)
        return json.dumps(made).encode()


def code_cell(source: str, **metadata: Any) -> Notebook:
    return {
        "cell_type": "code", "id": "mine", "metadata": metadata, "outputs": [],
        "execution_count": None, "source": source,
    }  # fmt: skip


@dataclass
class Bench:
    """The light course, what an honest submission gets, and what must stay as it is."""

    assignment: Assignment
    course: Path
    honest: str
    monkeypatch: pytest.MonkeyPatch

    def grade(self, handed_in: bytes, seconds: float = 0.0) -> Judgement:
        with self.monkeypatch.context() as patch:
            if seconds:
                short = TimeLimits(cell=seconds, check=seconds, grace=0.2)
                patch.setattr(grade, "judge", functools.partial(judge.judge, limits=short))
            return grade_one(self.assignment, handed_in, SEED).judgement

    def outside(self) -> dict[str, bytes]:
        """Every file of the course."""
        return {str(p): p.read_bytes() for p in self.course.rglob("*") if p.is_file()}


HONEST = Attack(0, "honest")


@pytest.fixture(scope="module")
def bench(light_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    warm_or_skip().close()
    root = Path(shutil.copytree(light_built, tmp_path_factory.mktemp("attacked") / "course"))
    course = Course.open(root)
    course.seed("bob", "00_light")  # writes the secret
    folder = root / "submitted" / "bob" / "00_light"
    folder.mkdir(parents=True)
    (folder / "light.ipynb").write_text("another submission")
    assignment = light(course)
    first = grade_one(assignment, HONEST.handed_in(assignment), SEED).judgement
    assert points(first) == FULL
    patch = pytest.MonkeyPatch()
    yield Bench(assignment, root, first.to_json(), patch)
    patch.undo()
    grade.close()


def points(judgement: Judgement) -> dict[str, float | None]:
    return {v.check: v.points for v in judgement.verdicts if v.check in FULL}


def held(bench: Bench, attack: Attack) -> Judgement:
    """Grade the attack and then an honest submission; ask everything that must hold."""
    torture.tried["attacks"] += 1
    before = bench.outside()
    judgement = bench.grade(attack.handed_in(bench.assignment), attack.seconds)
    after = bench.grade(HONEST.handed_in(bench.assignment))
    said = judgement.to_json()
    allowed = {**FULL, **attack.earns}
    if attack.at_most:
        assert all(earned <= allowed[name] for name, earned in points(judgement).items()), said
    else:
        assert points(judgement) == allowed, said
    for words in attack.says:
        assert words in said
    assert after.to_json() == bench.honest
    assert bench.outside() == before
    assert eventually(lambda: not running(MARKER))
    assert Judgement.from_json(said) == judgement and len(said) < 5_000_000
    torture.held["attacks"] += 1
    return judgement


def wrong(row: int, name: str, extra: str = "", **more: Any) -> Attack:
    """`double` gives its argument back, and `extra` tries to have that pass."""
    more = {"says": ("You returned x itself.",), **more}
    return Attack(
        row, name, {"double": WRONG, **more.pop("texts", {})}, extra, {"double": 0.0}, **more
    )


def double(row: int, name: str, body: str, *says: str, before: str = "", **more: Any) -> Attack:
    """`double` does `body`, and earns nothing."""
    lines = body.strip("\n").replace("\n", "\n    ")
    source = f"import os, sys\n{before}\ndef double(x):\n    {lines}"
    return Attack(row, name, {"double": source}, "", {"double": 0.0}, says, **more)


def right(row: int, name: str, source: str, **more: Any) -> Attack:
    """A right `double`, whatever else it does."""
    return Attack(row, name, {"double": source}, **more)


# --- 1 to 10: patches, tags, forged outputs ----------------------------------------------------


def tag_everything(made: Notebook) -> None:
    for cell in made["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "demo", "remove-cell"]
        cell["metadata"]["deletable"] = cell["metadata"]["editable"] = False


def forge_outputs(made: Notebook) -> None:
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            data = {"text/plain": "2.0"}
            cell["outputs"] = [
                {
                    "output_type": "execute_result",
                    "execution_count": 1,
                    "metadata": {},
                    "data": data,
                }
            ]


SHELL = "import autograder.shell as shell, autograder.wire as wire, autograder.answers as answers\n"
PATCHES = [
    wrong(1, "tags", change=tag_everything),
    wrong(2, "set_custom_exc", "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)"),
    wrong(2, "showtraceback", "get_ipython().showtraceback = lambda *a, **k: None"),
    wrong(
        3, "ast_transformers strip asserts",
        "import ast\nclass T(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(T())",
    ),
    wrong(
        4, "input_transformers drop the checks",
        "get_ipython().input_transformers_cleanup.append("
        "lambda lines: [x for x in lines if not x.startswith('check(')])",
    ),
    Attack(
        4, "input_transformers blank every cell",
        extra="get_ipython().input_transformers_cleanup.append(lambda lines: [])",
        earns=dict.fromkeys(FULL, 0.0), says=("There is no `double` in the notebook.",),
    ),
    Attack(
        5, "run_cell", extra="get_ipython().run_cell = lambda *a, **k: None",
        earns=dict.fromkeys(FULL, 0.0), says=("was stopped",),
    ),
    wrong(5, "run_code", "get_ipython().run_code = lambda *a, **k: True",
          at_most=True, says=("There is no `double` in the notebook.",)),
    wrong(5, "events", "get_ipython().events.register('pre_run_cell', lambda *a: 1 / 0)"),
    wrong(5, "builtins", "import builtins\nbuiltins.all = builtins.any = lambda *a: True",
          at_most=True, says=()),
    wrong(5, "isinstance", "import builtins\nbuiltins.isinstance = lambda *a: True",
          at_most=True, says=()),
    wrong(5, "sys.modules", "import sys\nsys.modules['keras'] = sys.modules['scipy'] = None"),
    double(6, "__eq__", "return Yes(1)", "What came back is a Yes",
           before="class Yes(float):\n    __eq__ = __le__ = __lt__ = lambda s, o: True"),
    double(6, "__array__", "return Yes(x)", "What came back is a Yes",
           before="class Yes:\n    def __init__(s, x): s.x = x\n"
                  "    __array__ = lambda s, *a, **k: s.x * 2"),
    double(6, "__float__", "return Yes()", "What came back is a Yes",
           before="class Yes:\n    __float__ = lambda s: 1.0\n    __len__ = lambda s: 3\n"
                  "    shape = (3,)\n    dtype = 'float64'"),
    double(6, "a module of TensorFlow's", "return Yes()", "What came back is",
           before="class Yes:\n    __module__ = 'tensorflow.python'\n    shape = (3,)\n"
                  "    numpy = lambda s: 1\n    __array__ = lambda s, *a, **k: 'x'"),
    double(6, "subclass of ndarray", "return (2 * x).view(Yes)", "What came back is a Yes",
           before="import numpy as np\nclass Yes(np.ndarray): pass"),
    wrong(7, "numpy.testing", "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\n"
          "np.testing.assert_allclose = lambda *a, **k: None"),
    wrong(7, "keras.ops", "keras.ops.all = keras.ops.isclose = lambda *a, **k: True"),
    wrong(8, "autograder", "import autograder.expect as e, autograder.verdict as v\n"
          "e.expect = e.require = v.run_check = lambda *a, **k: None\ncheck = print"),
    wrong(8, "threesteps", "import threesteps\nthreesteps.start = None"),
    Attack(8, "wire.encode", extra=f"{SHELL}answers.wire.encode = lambda *a, **k: b'{{}}'",
           earns=dict.fromkeys(FULL, 0.0), seconds=0.5),
    Attack(8, "a reply of its own", extra=f"{SHELL}keep = wire.encode\n"
           "answers.wire.encode = lambda *a, **k: keep({'value': None, 'points': 9})",
           earns=dict.fromkeys(FULL, 0.0)),
    wrong(9, "forged outputs", change=forge_outputs),
    double(9, "a result printed, then an exception", "print('2.0'); raise ValueError('no')",
           "Your code raised ValueError: no."),
    wrong(10, "scores printed", "from IPython.display import display\n"
          "for score in 'nan inf -inf -5 1e308'.split(): display(float(score)); print(score)"),
]  # fmt: skip


# --- 11 to 15: answers, looking around, staying behind -----------------------------------------

LOOK = """
import gc, inspect
for frame in inspect.stack():
    for name in ("expected", "reference", "case", "check", "causes"):
        if name in frame.frame.f_locals: return frame.frame.f_locals[name]
for thing in gc.get_objects():
    if isinstance(thing, dict) and "expected" in thing and "x" not in thing:
        return thing["expected"]
for name in os.listdir("/proc"):
    if name.isdigit() and name != "1": return 2 * x
raise LookupError("nothing there")
"""
IMPORT = """
import importlib, pkgutil
import autograder.checks
names = [m.name for m in pkgutil.iter_modules(autograder.checks.__path__)]
raise LookupError(f"checks: {names}")
"""


def reads(path: str) -> Attack:
    body = f"print(open({path!r}).read())\nreturn 2 * x"
    return double(13, f"reading {Path(path).name}", body, "Your code raised", "Error: [Errno")


def writes(path: str) -> Attack:
    body = f"""
open({path!r}, 'a').write('mine')
return 2 * x
"""
    return double(14, f"writing {Path(path).name}", body, "Your code raised", "Error: [Errno")


STAY = f"""
import subprocess, threading, time
def later():
    while True:
        time.sleep(0.05)
        for folder in ("/tmp", "/root", "/home", {str(Path(__file__).parent)!r}):
            try: open(folder + "/{MARKER}", "w")
            except OSError: pass
threading.Thread(target=later, daemon=True).start()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sh", ["sh", "-c", "sleep 9999; : {MARKER}"])
    os._exit(0)
subprocess.Popen(["sh", "-c", "trap '' TERM HUP; sleep 9999; : {MARKER}"], start_new_session=True)
"""
ANSWERS = [
    double(11, "NaN", "return x * float('nan')", "NaN came back"),
    double(11, "infinity", "return x / 0.0", "Infinity came back"),
    double(12, "stack, gc, /proc", LOOK, "LookupError: nothing there"),
    double(12, "In and Out", "return (In, Out, _)", "Return an array."),
    double(12, "the checks", IMPORT, "LookupError: checks: []"),
    right(14, "a thread, a process that try later", f"import os, sys\n{STAY}\n{RIGHT['double']}"),
    right(15, "in the function", "import os, sys\ndef double(x):"
          + STAY.replace("\n", "\n    ") + "\n    return 2 * x"),
]  # fmt: skip


# --- 16 to 24: ends, loops, bombs, floods, the network, strange types --------------------------

ENDED = "The process that ran your code ended"
SLOW = "It ran longer than its time limit."
SEGFAULT = "import ctypes; ctypes.string_at(0)"
ENDS = [
    double(16, "os._exit", "os._exit(0)", ENDED),
    double(16, "sys.exit", "sys.exit(0)", "SystemExit"),
    double(16, "segmentation fault", SEGFAULT, ENDED),
    double(16, "abort", "os.abort()", ENDED),
    double(16, "recursion", "return double(x)", "RecursionError"),
    right(16, "an exit in a cell", "import os; os._exit(0)", earns={"double": 0.0},
          says=("was stopped", ENDED)),
    right(16, "a segmentation fault in a cell", SEGFAULT, earns={"double": 0.0}, says=(ENDED,)),
    right(16, "an exit every time", "import os\ndef double(x): os._exit(1)\nrow_sum = double",
          earns={"double": 0.0}, says=(ENDED,)),
    double(17, "kill the parent", "os.kill(os.getppid(), 9)"),
    double(17, "kill process 1", "os.kill(1, 9)"),
    double(17, "kill everybody", "os.kill(-1, 9); os.killpg(0, 15)"),
    double(17, "stop", "os.kill(os.getpid(), 19); import signal; signal.pause()", seconds=4.0),
    double(18, "loop in a function", "while True: pass", SLOW, "while True: pass", seconds=4.0),
    right(18, "loop in a cell", f"{RIGHT['double']}\nwhile True: pass", says=("TimeLimit",),
          seconds=4.0),
    right(18, "sleep in a cell", "import time; time.sleep(9999)", earns={"double": 0.0},
          says=("TimeLimit",), seconds=4.0),
    double(19, "swallows interrupts", "import time\nwhile True:\n    try: time.sleep(9999)\n"
           "    except BaseException: pass", "It did not come back", seconds=4.0),
    double(19, "ignores signals", "import signal\nsignal.pthread_sigmask(0, range(1, 64))\n"
           "while True: pass", "It did not come back", seconds=4.0),
    double(20, "50 GB array", "import numpy as np\nreturn np.ones(50 * 2**27)", "MemoryError"),
    double(20, "memory bomb", "return [bytearray(10**9) for _ in range(50)]", "MemoryError"),
    double(20, "slow leak", "x = []\nwhile True: x.append(bytearray(10**7))", "MemoryError"),
    double(21, "fork bomb", "while True:\n    os.fork()", seconds=4.0, at_most=True),
    double(21, "a copy that answers too", "os.fork()\nreturn x", "You returned x itself."),
    double(21, "thread bomb", "import _thread, time\n"
           "while True: _thread.start_new_thread(time.sleep, (9999,))", "RuntimeError"),
    right(22, "50 MB on one line", f"print('x' * 50_000_000)\n{RIGHT['double']}",
          says=("more characters",)),
    right(22, "a million lines", f"for n in range(1_000_000): print(n)\n{RIGHT['double']}",
          says=("more characters",)),
    double(22, "1 GB as an answer", "import numpy as np\nreturn np.zeros(2**27)", "64 MiB"),
    double(22, "a text of 100 MB", "return 'x' * 10**8", "WireError"),
    double(22, "a million lists", "return [[] for _ in range(10**6)]", "WireError"),
    double(22, "a list in itself", "y = []; y.append(y); return y", "deep"),
    double(22, "a message of 100 MB", "raise ValueError('x' * 10**8)", "ValueError"),
    double(22, "a name of 10 MB", "raise type('E' * 10**7, (Exception,), {})()", "EEEE"),
    *[double(23, f"network: {name}", f"import socket\n{line}\nreturn 2 * x", "Your code raised")
      for name, line in {
          "TCP": "socket.create_connection(('127.0.0.1', PORT), 3)",
          "UDP": "socket.socket(2, 2).sendto(b'x', ('192.0.2.1', 53))",
          "DNS": "socket.gethostbyname('example.org')",
          "abstract": "socket.socket(1).connect('\\0threesteps')",
      }.items()],
    *[double(24, name, f"import numpy as np\nreturn {value}", "What came back is")
      for name, value in {
          "pickles": "type('P', (), {'__reduce__': lambda s: (os.system, ('id',))})()",
          "object array": "np.array([None, object()])",
          "masked array": "np.ma.array(2 * x)",
          "matrix": "np.matrix(2 * x)",
          "memmap": "np.memmap('/tmp/m', 'float64', 'w+', shape=x.shape)",
          "generator": "(2 * y for y in x)",
          "complex": "2 * x + 0j",
          "structured": "np.zeros(x.shape, 'i4,f8')",
          "text array": "np.full(x.shape, 'x')",
          "dates": "np.full(x.shape, 'NaT', 'datetime64[s]')",
          "a long integer": "10 ** 1000",
      }.items()],
]  # fmt: skip


# --- 25 to 39: the notebook, and right answers in strange clothes ------------------------------


def cells(made: Notebook, *names: str) -> list[Notebook]:
    marks = ((c, c["metadata"].get("nbgrader", {}).get("grade_id", "")) for c in made["cells"])
    return [cell for cell, name in marks if name in names]


def no_checks(made: Notebook) -> None:
    for cell in cells(made, "check_double", "check_row_sum", "check_clip"):
        made["cells"].remove(cell)


def other_checks(made: Notebook) -> None:
    for cell in cells(made, "check_double", "check_row_sum"):
        cell["source"] = "double = row_sum = lambda x: x"


def twice(made: Notebook) -> None:
    (cell,) = cells(made, "double")
    made["cells"].append({**cell, "id": "again", "source": WRONG})


def split(made: Notebook) -> None:
    (cell,) = cells(made, "double")
    place = made["cells"].index(cell)
    cell["source"] = "def half(x):\n    return x"
    made["cells"].insert(place + 1, code_cell("def double(x):\n    return 2 * half(x)"))


def merged(made: Notebook) -> None:
    first, second = cells(made, "double", "row_sum")
    first["source"] += "\n\n" + second["source"]
    made["cells"].remove(second)


def new_ids(made: Notebook) -> None:
    for number, cell in enumerate(made["cells"]):
        cell["id"] = f"new-{number}"


def without(made: Notebook) -> None:
    made["cells"].remove(*cells(made, "double"))


def markdown(made: Notebook) -> None:
    (cell,) = cells(made, "double")
    cell["cell_type"] = "markdown"


def marks(**changed: Any) -> Callable[[Notebook], None]:
    def change(made: Notebook) -> None:
        for cell in made["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"].update(changed)

    return change


def last_years(made: Notebook) -> None:
    (cell,) = cells(made, "double")
    cell["metadata"]["nbgrader"]["grade_id"] = cell["id"] = "twice"


STRUCTURE = [
    wrong(25, "checks deleted", change=no_checks),
    Attack(25, "checks edited", change=other_checks),
    Attack(25, "exercise twice", change=twice, says=("more than once; the first one counts",)),
    Attack(25, "exercise split", change=split),
    Attack(25, "exercises merged", change=merged, says=("'row_sum' is missing",)),
    Attack(25, "cell ids changed", change=new_ids),
    Attack(25, "moved", change=lambda made: made["cells"].reverse()),
    Attack(26, "deleted", change=without, earns={"double": 0.0}, says=("'double' is missing",)),
    Attack(26, "emptied", {"double": ""}, earns={"double": 0.0},
           says=("There is no `double` in the notebook.",)),
    Attack(26, "markdown", change=markdown, earns={"double": 0.0}, says=("no code cell any more",)),
    wrong(27, "schema 99", change=marks(schema_version=99)),
    wrong(27, "flags", change=marks(grade=True, solution=True, locked=False, task=True)),
    wrong(27, "points", change=marks(points=1e6)),
    wrong(27, "points that are none", change=marks(points="NaN", grade=[], solution={})),
    Attack(28, "last year's", change=last_years, says=("not judged: 'twice'",)),
    wrong(30, "kernelspec", change=lambda made: made["metadata"].update(
        kernelspec={"name": "../../evil", "language": "bash", "display_name": "<script>"})),
    wrong(30, "no metadata", change=lambda made: made.update(metadata={})),
]  # fmt: skip

NOISY = """
import os, sys, warnings, logging
def double(x):
    print("out"); print("err", file=sys.stderr); print("real", file=sys.__stderr__)
    os.write(1, b"one"); os.write(2, b"two"); os.system("echo program >&2")
    warnings.warn("careful"); logging.getLogger("tensorflow").error("tensorflow")
    return 2 * x
"""
HONEST_WORK = [
    right(31, "input", f"name = input()\n{RIGHT['double']}", earns={"double": 0.0},
          says=("end of file", "nobody is there")),
    right(31, "getpass", f"import getpass; getpass.getpass()\n{RIGHT['double']}",
          earns={"double": 0.0}, says=("end of file", "nobody is there")),
    right(31, "%debug", f"try:\n    1 / 0\nexcept ZeroDivisionError: pass\n%debug\n"
          f"{RIGHT['double']}"),
    right(32, "noise in a function", NOISY),
    right(32, "noise in a cell", f"{NOISY}\ndouble(1)\nimport tensorflow as tf; tf.constant([1.])",
          says=("program",)),
    *[double(33, f"pipe: {name}", f"{line}\nreturn x", at_most=True) for name, line in {
          "close": "os.close(3)",
          "dup2": "os.dup2(1, 3)",
          "write": "os.write(3, b'\\0' * 100)",
          "a reply": "os.write(3, b'\\0\\0\\0\\x1c\\0\\0\\0\\0{\"value\":true,\"arrays\":[]}  ')",
      }.items()],
    right(37, "slow", "import time\ndef double(x):\n    time.sleep(1)\n    return 2 * x"),
    right(37, "large", "import numpy as np\ndef double(x):\n    np.ones(10**8)\n    return 2 * x"),
    right(37, "loud", "def double(x):\n    print('x' * 10**6)\n    return 2 * x"),
    *[right(38, name, f"import numpy as np, keras, os, warnings\n{line}\n{RIGHT['double']}")
      for name, line in {
          "seed": "np.random.seed(7); keras.utils.set_random_seed(7)",
          "floatx": "keras.config.set_floatx('float16')",
          "policy": "keras.config.set_dtype_policy('mixed_float16')",
          "chdir": "os.chdir('/')",
          "seterr": "np.seterr(all='raise')",
          "warnings": "warnings.simplefilter('error')",
      }.items()],
    Attack(38, "print options", extra="np.set_printoptions(threshold=1, precision=1)"),
    right(39, "the argument", "def double(x):\n    x *= 2\n    return x"),
    Attack(40, "codes and markup", extra="print('\\x1b[31m<script>alert(1)</script>\\x00\\x07')",
           says=("<script>alert(1)</script>\\n",)),
]  # fmt: skip


def label(attack: Attack) -> str:
    return f"row {attack.row}: {attack.name}"


@pytest.mark.parametrize("attack", [*PATCHES, *ANSWERS, *ENDS, *STRUCTURE, *HONEST_WORK], ids=label)
def test_an_attack_earns_what_is_right_in_it_and_changes_nothing_else(bench, attack):
    held(bench, attack)


@pytest.mark.parametrize(
    "name",
    "gradebook.db .autograder/secret build/source/00_light/light.ipynb solutions/00_light/light.py"
    " checks/light/__init__.py submitted/bob/00_light/light.ipynb".split(),
)
def test_a_file_of_the_course_is_neither_read_nor_written(bench, name):
    path = bench.course / name
    if name.startswith("checks"):
        path = Path(os.environ["AUTOGRADER_CHECKS"], *Path(name).parts[1:])  # those in use
    assert path.is_file()
    held(bench, reads(str(path)))
    held(bench, writes(str(path)))


def test_nothing_is_heard_of_a_submission_on_the_network(bench):
    """Row 23, with somebody listening."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        body = f"import socket\nsocket.create_connection({server.getsockname()!r}, 3)\nreturn 2 * x"

        def listen() -> None:
            while not done.is_set():
                try:
                    heard.append(server.accept())
                except TimeoutError:
                    continue

        done = threading.Event()
        listener = threading.Thread(target=listen)
        listener.start()
        try:
            held(bench, double(23, "TCP", body, "Your code raised"))
        finally:
            done.set()
            listener.join()
    assert not heard


DEEP = b'{"nbformat": 4, "cells": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
UNREADABLE = {
    "empty": (b"", "not a notebook"),
    "cut": (b'{"cells": [', "not a notebook"),
    "a list": (b"[]", "not a notebook"),
    "no notebook": (b'{"a": 1}', "not a notebook"),
    "a picture": (b"\x89PNG\r\n" + bytes(100), "UTF-8"),
    "nbformat 3": (b'{"nbformat": 3, "worksheets": []}', "format 3"),
    "nbformat 5": (b'{"nbformat": 5, "cells": []}', "format 5"),
    "nbformat text": (b'{"nbformat": "4", "cells": []}', "format"),
    "byte-order mark": (b'\xef\xbb\xbf{"nbformat": 4, "cells": []}', "byte-order mark"),
    "UTF-16": ('{"nbformat": 4, "cells": []}'.encode("utf-16"), "UTF-8"),
    "Latin-1": ('{"nbformat": 4, "cells": ["é"]}'.encode("latin-1"), "UTF-8"),
    "null bytes": (bytes(1000), "not a notebook"),
    "200 MB": (b" " * 200_000_000, "190 MB"),
    "100,000 cells": (b'{"nbformat": 4, "cells": [' + b"{}," * 99_999 + b"{}]}", "100,000 cells"),
    "nested deep": (DEEP, "nested too deep"),
    "a long number": (b'{"nbformat": ' + b"4" * 10_000 + b', "cells": []}', "notebook"),
    "much text": (
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "' + b"x" * 10**6 + b'"}]}',
        "more than 200,000 characters",
    ),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_is_no_notebook_earns_nothing_and_is_told_why(bench, kind):
    """Row 29."""
    data, reason = UNREADABLE[kind]
    judgement = bench.grade(data)
    assert points(judgement) == dict.fromkeys(FULL, 0.0)
    assert reason in judgement.refused and "\n" not in judgement.refused
    assert len(judgement.refused) < 200
    assert bench.grade(HONEST.handed_in(bench.assignment)).to_json() == bench.honest


STRANGE_CELLS = {
    "no cells that are cells": [1, None, [], {}, {"cell_type": 5, "source": "x"}],
    "sources that are none": [{"cell_type": "code", "source": 5, "metadata": {}}],
    "metadata that is none": [{"cell_type": "code", "source": "x = 1", "metadata": []}],
    "lone surrogates": [{"cell_type": "code", "source": "x = '\ud800'", "metadata": {}}],
    "null byte": [{"cell_type": "code", "source": "x = 1\0", "metadata": {}}],
    "deep source": [{"cell_type": "code", "source": "(" * 20_000, "metadata": {}}],
    "long chain": [{"cell_type": "code", "source": "x" + ".a" * 50_000, "metadata": {}}],
    "long sum": [{"cell_type": "code", "source": "1" + "+1" * 50_000, "metadata": {}}],
    "a name of surrogates": [
        {"cell_type": "code", "source": "x", "id": "\udfff",
         "metadata": {"nbgrader": {"grade_id": "\ud800\x1b[31m"}}}
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", STRANGE_CELLS)
def test_a_strange_cell_costs_nothing_that_is_right_elsewhere(bench, kind):
    """Row 29: what is no cell is left out; what cannot run says so; all of it can be written."""

    def add(made: Notebook) -> None:
        made["cells"] += STRANGE_CELLS[kind]

    judgement = held(bench, Attack(29, kind, change=add))
    judgement.to_json().encode("utf-8")


def test_a_check_with_rules_survives_code_that_cannot_be_parsed():
    """The trusted process reads the learner's text; no text may end it."""
    from autograder.spec import Check
    from autograder.verdict import broken_rule, forbid

    check = Check("f", rules=(forbid("tanh", says="do without"),))
    for cell in (c for found in STRANGE_CELLS.values() for c in found if isinstance(c, dict)):
        source = str(cell.get("source"))
        assert broken_rule(check, [source, f"def f(x):\n    return {source}"]) == ""


# --- our own side ------------------------------------------------------------------------------


def test_a_warm_process_that_is_killed_costs_nobody_anything(bench):
    os.kill(grade._warm[True]._process.pid, 9)
    grade._warm[True]._process.wait()
    assert bench.grade(HONEST.handed_in(bench.assignment)).to_json() == bench.honest


def test_our_own_solution_that_is_killed_costs_nobody_anything(bench):
    (reference,) = grade._references.values()
    reference._session._shell.close()
    assert bench.grade(HONEST.handed_in(bench.assignment)).to_json() == bench.honest


@pytest.mark.parametrize("forks", [0, 1])
def test_a_shell_that_cannot_be_had_is_not_the_learners_zero(bench, monkeypatch, forks):
    real = grade._forker(True)
    left = [real] * forks

    def fork() -> Any:
        if not left:
            raise OSError("no more processes")
        return left.pop()()

    monkeypatch.setattr(grade, "_forker", lambda sandboxed: fork)
    with pytest.raises(OSError, match="no more processes"):
        last = {"clip": "import os\ndef clip(x, limit):\n    os._exit(0)"}
        bench.grade(Attack(16, "exit", last).handed_in(bench.assignment))


@dataclass
class Clock:
    """A shell whose cells take four seconds of a clock that only it moves, and whose calls end it;
    so does its second cell when it is run again."""

    now: float = 0.0
    asked: list[tuple[str, float]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def ask(self, request: bytes, seconds: float) -> bytes:
        asked = wire.decode(request)
        if asked["op"] == "run":
            again = any(source == asked["source"] for source, _ in self.asked)
            self.now += 4.0
        name = asked.get("source", "call")
        self.asked.append((name, asked["seconds"]))
        if name == "call" or (name == "second" and again):
            raise Lost("It ended.")
        return wire.encode({"text": ""})

    def close(self) -> None:
        self.asked.append(("closed", 0.0))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(judge, "time", made)
    return made


def call(session: judge.Session) -> None:
    session.ask(wire.encode({"op": "call", "target": ["f"], "args": [], "kwargs": {}}))


def test_running_cells_again_takes_no_time_from_what_is_asked_next(clock):
    session = judge.Session(lambda: clock, TimeLimits(cell=5.0, check=5.0, total=1000.0))
    for source in ("first", "second", "third"):
        session.run(source, learners=True)
    for _ in range(2):
        session.allow(5.0)
        with pytest.raises(Lost, match="It ended"):
            call(session)
    again = ["first", "second", "first", "third", "call"]
    assert [name for name, _ in clock.asked] == ["first", "second", "third", "call", *again]
    assert clock.asked[-1] == ("call", 5.0)


def test_running_cells_again_takes_its_time_from_the_submissions(clock):
    session = judge.Session(lambda: clock, TimeLimits(cell=5.0, check=5.0, total=20.0))
    for source in ("first", "third", "fourth"):
        session.run(source, learners=True)
    session.allow(5.0)
    for words in ("It ended", judge.NO_TIME, judge.NO_TIME, judge.NO_TIME):
        with pytest.raises(Lost, match=words):
            call(session)
    assert clock.now <= 20.0
    assert clock.asked[-1][0] == "closed"


def test_a_submission_that_exits_everywhere_ends_within_its_total(bench, monkeypatch):
    """Each exit restarts the shell and runs the cells again; that must not go on for ever."""
    texts = {name: f"import os\ndef {name}(*args): os._exit(1)" for name in FULL}
    attack = Attack(16, "exits", texts, extra="import time\ntime.sleep(1)")
    short = TimeLimits(cell=5.0, check=5.0, total=6.0)
    monkeypatch.setattr(grade, "judge", functools.partial(judge.judge, limits=short))
    judgement = bench.grade(attack.handed_in(bench.assignment))
    assert points(judgement) == dict.fromkeys(FULL, 0.0)
    assert "There was no time left" in judgement.to_json()


def test_without_the_sandbox_points_are_the_same_and_it_is_written_down(bench):
    data = HONEST.handed_in(bench.assignment)
    judgement = grade_one(bench.assignment, data, SEED, sandboxed=False).judgement
    assert judgement.sandbox == "off" and json.loads(bench.honest)["sandbox"] == "on"
    assert points(judgement) == FULL


def test_the_threat_model_lists_every_row_and_names_tests_that_exist():
    tests = Path(__file__).parent
    page = (tests.parent / "docs" / "threat-model.md").read_text("utf-8")
    listed = re.findall(r"(?m)^\| (\d+) \|", page)
    assert listed == [str(number + 1) for number in range(len(listed))]
    tried = {str(a.row) for a in (*PATCHES, *ANSWERS, *ENDS, *STRUCTURE, *HONEST_WORK)}
    assert tried <= set(listed)
    for name in re.findall(r"`(?:tests/)?(\w+\.py)`", page):
        assert (tests / name).is_file(), name


# --- the whole table, as one class -------------------------------------------------------------


def hand_in_class(course: Course, works: dict[str, bytes]) -> None:
    for student, data in works.items():
        folder = course.folder("submitted", student, "00_light")
        folder.mkdir(parents=True)
        (folder / "light.ipynb").write_bytes(data)


def left_over() -> set[str]:
    """What a grading run makes outside the course: scratch folders and mounts."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    there = Path(tempfile.gettempdir()).glob("*")  # Dask leaves a folder of locks there
    return {*mounts, *(str(p) for p in there if p.name != "dask-scratch-space")}


def graded(course: Course) -> dict[str, Judgement]:
    """As an instructor does it: two workers on Dask, the gradebook, feedback, the report."""
    before = left_over()
    found = grade_class(course, "00_light", Options(workers=2))["light"]
    assert not found.problems
    assert eventually(lambda: left_over() <= before), left_over() - before
    feedback(course, "00_light", sorted(found.judgements))
    page = course.root / "report.html"
    class_report(course, "00_light", found.judgements, found.seconds, page)
    return found.judgements


def test_the_whole_table_hurts_no_neighbour_in_a_class(light_built, bench, tmp_path, monkeypatch):
    """Every attack between two honest submissions, graded by two workers at once.

    With and without the attacks the honest ones get the same judgements, byte for byte, the same
    rows of the gradebook and the same pages.
    """
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    every = [a for a in (*PATCHES, *ANSWERS, *ENDS, *STRUCTURE, *HONEST_WORK) if a.row]
    attacks = [a for a in every if torture.ALL or not a.seconds]
    honest = {
        f"{n:03d} honest": HONEST.handed_in(bench.assignment) for n in range(len(attacks) + 1)
    }
    evil = {f"{n:03d} {a.row}": a.handed_in(bench.assignment) for n, a in enumerate(attacks)}
    found, pages, entered = {}, {}, {}
    for name, works in (("alone", honest), ("attacked", honest | evil)):
        shutil.copytree(light_built, tmp_path / name)
        (tmp_path / name / ".autograder").mkdir(mode=0o700, exist_ok=True)
        (tmp_path / name / ".autograder" / "secret").write_text("7" * 64)
        course = Course.open(tmp_path / name)
        hand_in_class(course, works)
        before = {path: path.read_bytes() for path in course.root.glob("build/**/*.ipynb")}
        found[name] = graded(course)
        assert {path: path.read_bytes() for path in before} == before
        pages[name] = {
            s: (course.folder("feedback", s, "00_light") / "light.html").read_bytes()
            for s in honest
        }
        entered[name] = {s: rows(course.root, student=s) for s in honest}
    torture.tried["attacks in a class"] += len(attacks)
    assert {s: found["attacked"][s].to_json() for s in honest} == {
        s: judgement.to_json() for s, judgement in found["alone"].items()
    }
    assert pages["attacked"] == pages["alone"] and entered["attacked"] == entered["alone"]
    for number, attack in enumerate(attacks):
        earned = points(found["attacked"][f"{number:03d} {attack.row}"])
        allowed = {**FULL, **attack.earns}
        assert all(earned[name] <= allowed[name] for name in FULL), label(attack)
        if not attack.at_most and not attack.seconds:
            assert earned == allowed, label(attack)
    assert eventually(lambda: not running(MARKER))
    torture.held["attacks in a class"] += len(attacks)
