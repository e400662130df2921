"""What honest notebooks do in the shell that judges them, and what the shell keeps of it."""

from __future__ import annotations

import base64
import os
import sys

import pytest
from inside import run, warm_or_skip

from autograder import wire
from autograder.processes import Warm
from autograder.shell import MAX_TEXT, CappedText
from autograder.spec import plain
from autograder.student import Lost, Student

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shell is Linux's")


@pytest.fixture(scope="module")
def warm():
    started = warm_or_skip("numpy", "matplotlib.pyplot", "pandas", "keras")
    yield started
    started.close()


@pytest.fixture
def shell(warm):
    started = warm.fork()
    yield started
    started.close()


def shown(shell, code: str) -> str:
    reply = run(shell, code)
    assert "error" not in reply, reply["error"]
    return reply["text"]


def raised(shell, code: str) -> str:
    error = run(shell, code)["error"]
    return f"{error['type']}: {error['message']}"


def student_of(shell) -> Student:
    def ask(message: bytes) -> bytes:
        return shell.ask(wire.encode({**wire.decode(message), "seconds": 10.0}), 11)

    return Student(ask)


# --- what a notebook may do --------------------------------------------------------------------


def test_a_commands_output_is_shown_in_its_place(shell):
    code = """
    print("before")
    !echo from a program; echo and its errors >&2
    print("after")
    """
    assert shown(shell, code) == "before\nfrom a program\nand its errors\nafter\n"


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.system('echo text')",
        "import os; os.write(1, b'text\\n');",
        "import os; os.write(2, b'text\\n');",
        "import sys; print('text', file=sys.stderr)",
        "import sys; print('text', file=sys.__stdout__)",
        "import subprocess; subprocess.run(['echo', 'text']);",
        "import logging; logging.warning('text')",
        "from ctypes import CDLL; l = CDLL(None); l.puts(b'text'); l.fflush(None);",
        "%%bash\necho text",
        "%%capture out\nprint('text')\n",
        "import warnings; warnings.warn('text')",
    ],
)
def test_output_is_shown_whatever_way_it_goes(shell, code):
    said = shown(shell, code)
    assert "text" in said or "capture" in code
    if "capture" in code:
        assert shown(shell, "print(out.stdout)") == "text\n\n"


def test_magics_work(shell):
    shown(shell, "%matplotlib inline\n%config InlineBackend.figure_format = 'png'")
    shown(shell, "%load_ext autoreload\n%autoreload 2")
    assert "loop" in shown(shell, "%timeit -n1 -r1 sum(range(9))")
    assert "Wall time" in shown(shell, "%%time\nx = 1")
    shown(shell, "%env HELLO=there")
    assert shown(shell, "import os; print(os.environ['HELLO'])") == "there\n"
    shown(shell, "%%writefile mine.py\ny = 2")
    assert shown(shell, "import sys; sys.path.insert(0, '.')\nfrom mine import y\ny") == "2\n"
    assert shown(shell, "files = !ls mine.py\nfiles[0]") == "'mine.py'\n"


def test_await_at_the_top_of_a_cell_works(shell):
    code = """
    import asyncio
    async def three():
        await asyncio.sleep(0)
        return 3
    await three()
    """
    assert shown(shell, code) == "3\n"


def test_figures_come_back_as_png_and_do_not_pile_up(shell):
    code = "import matplotlib.pyplot as plt\nfor _ in range({}): plt.figure(); plt.plot([1, 2]);"
    reply = run(shell, code.format(1))
    assert base64.b64decode(reply["figures"][0]).startswith(b"\x89PNG")
    assert len(run(shell, "%matplotlib inline\n" + code.format(9))["figures"]) == 4
    assert run(shell, "plt.show()")["figures"] == []


def test_a_figure_that_cannot_be_drawn_is_no_figure_and_no_error(shell):
    code = "import matplotlib.pyplot as plt\nplt.title('$\\\\nonsense{$')\nplt.plot([1])"
    assert "error" not in run(shell, code)


def test_html_and_tables_are_shown_as_text(shell):
    code = "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>x</b>'))"
    assert "HTML object" in shown(shell, code)
    assert "1" in shown(shell, "import pandas as pd\npd.DataFrame({'a': [1]})")


def test_a_semicolon_hides_the_last_value(shell):
    assert shown(shell, "1 + 1;") == ""
    assert shown(shell, "1 + 1") == "2\n"


def test_a_progress_bar_is_no_error(shell):
    code = """
    import keras, numpy as np
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2)
    bar = keras.utils.Progbar(3)
    for step in range(3): bar.update(step + 1)
    """
    assert "loss" in shown(shell, code)


def test_tqdm_is_no_error(shell):
    pytest.importorskip("tqdm")
    assert "3/3" in shown(shell, "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass")


# --- what nobody is there for ------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    ["input('name? ')", "import getpass; getpass.getpass()", "import sys; input()"],
)
def test_asking_for_input_is_the_end_of_the_file_and_says_so(shell, code):
    assert raised(shell, code).startswith("EOFError: end of file: when this is graded, nobody")
    assert shown(shell, "print(1)") == "1\n"


@pytest.mark.parametrize("code", ["breakpoint()", "import pdb; pdb.set_trace()", "%debug 1/0"])
def test_a_debugger_gets_no_answer_and_the_shell_goes_on(shell, code):
    run(shell, "def f():\n    x = 1\n    " + code if "%" not in code else code)
    run(shell, "f()")
    assert shown(shell, "print(1)") == "1\n"


def test_reading_standard_input_finds_its_end(shell):
    assert shown(shell, "import sys\nprint(repr(sys.stdin.read()))") == "''\n"


# --- what is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "print('x' * 50_000_000)",
        "!head -c 50000000 /dev/zero | tr '\\000' x",
        "import sys; sys.stderr.write('x' * 50_000_000);",
        "for _ in range(1_000_000): print('x' * 49)",
        "from IPython.display import display\nfor _ in range(20_000): display('x' * 2500)",
    ],
)
def test_output_is_cut_and_says_by_how_much(shell, code):
    said = shown(shell, code)
    assert len(said) < MAX_TEXT + 100
    kept, more = said.rsplit("\n… ", 1)
    assert set(kept) <= set("x\n'") and 49_900_000 < int(more.split()[0]) < 51_000_000


def test_a_million_things_displayed_are_cut(shell):
    code = "from IPython.display import display\nfor n in range(30_000): display(n)"
    assert "more characters" in shown(shell, code)


def test_output_is_not_carried_over_to_the_next_cell(shell):
    shown(shell, "import os; os.write(1, b'first')")
    assert shown(shell, "print('second')") == "second\n"


def test_what_a_function_under_check_prints_reaches_nobody(shell):
    code = """
    import os, warnings
    def noisy(x):
        print("printed"); os.write(2, b"written"); warnings.warn("warned")
        os.system("echo program")
        return 2 * x
    """
    shown(shell, code)
    assert student_of(shell).noisy(21) == 42
    assert shown(shell, "print('next')") == "next\n"


def test_an_answer_of_a_gigabyte_is_refused_and_the_next_one_comes(shell):
    shown(shell, "import numpy as np\ndef big(): return np.zeros(2**27)\ndef small(): return 1")
    with pytest.raises(Exception, match="64 MiB"):
        student_of(shell).big()
    assert student_of(shell).small() == 1


def test_memory_addresses_are_cut_so_that_two_runs_say_the_same(warm):
    code = "class Thing: pass\nprint(Thing(), [Thing()], lambda: 0)\nThing()"
    two = []
    for _ in range(2):
        shell = warm.fork()
        two.append(plain(run(shell, f"pad = [object()] * {9 ** len(two)}\n{code}")["text"], 20_000))
        shell.close()
    assert two[0] == two[1]
    assert "0x" not in two[0] and "Thing object" in two[0]


def test_logs_of_tensorflow_are_left_out_since_they_tell_the_time(shell):
    lines = (
        "2026-01-02 03:04:05.678901: I tensorflow/core/x.cc:210] This binary is optimized",
        "I0000 00:00:1763661111.123456     123 service.cc:146] XLA service initialized",
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
        "mine",
    )
    text = "\n".join(lines) + "\n"
    assert shown(shell, f"import os\nos.write(2, {text.encode()!r});") == "mine\n"


# --- what one cell does to the next ------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "look", "as_before"),
    [
        ("import os; os.chdir('/')", "import os; print(os.getcwd())", "/scratch"),
        ("import numpy as np; np.seterr(all='raise')", "print(np.geterr()['divide'])", "warn"),
        ("import keras; keras.config.set_floatx('float16')", "print(keras.config.floatx())",
         "float32"),
        ("import keras; keras.config.set_dtype_policy('float16')",
         "print(keras.config.dtype_policy().name)", "float32"),
        ("import keras; keras.config.set_image_data_format('channels_first')",
         "print(keras.config.image_data_format())", "channels_last"),
        ("import warnings; warnings.simplefilter('error')", "warnings.warn('x')\nprint(1)", "1"),
    ],
)  # fmt: skip
def test_a_setting_that_everything_shares_is_put_back(shell, change, look, as_before):
    shown(shell, change)
    assert shown(shell, look).strip().endswith(as_before)


def test_a_setting_of_the_courses_own_cell_stays(shell):
    run(shell, "import keras; keras.config.set_floatx('float64')", learners=False)
    assert shown(shell, "print(keras.config.floatx())") == "float64\n"


TRAIN = """
import keras, numpy as np
keras.utils.set_random_seed(3)
x = np.random.normal(size=(40, 3))
model = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x[:, :1] ** 2, epochs=4, batch_size=8, verbose=0)
print([round(float(np.sum(w)), 4) for w in model.get_weights()])
"""


def test_a_training_ends_where_it_does_with_graphs_rewritten(warm):
    option = "tensorflow.config.optimizer.{}_experimental_options({})"
    plain, rewritten = warm.fork(), warm.fork()
    try:
        asked = "import tensorflow; print(" + option.format("get", "") + ")"
        assert "'disable_meta_optimizer': True" in shown(plain, asked)
        change = option.format("set", "{'disable_meta_optimizer': False}")
        shown(rewritten, f"import tensorflow; {change}")
        assert shown(plain, TRAIN) == shown(rewritten, TRAIN)
    finally:
        plain.close()
        rewritten.close()


def test_the_input_of_a_training_is_not_tuned(shell):
    code = """
    import tensorflow as tf
    iterator = iter(tf.data.Dataset.range(3))
    print([int(number) for number in iterator], iterator._dataset.options().autotune.enabled)
    """
    assert shown(shell, code) == "[0, 1, 2] False\n"


def test_random_numbers_start_from_the_same_place_in_every_shell(warm):
    code = "import random, numpy as np, keras\nprint(random.random(), np.random.rand())\n"
    code += "print(float(keras.random.uniform(())))"
    two = []
    for _ in range(2):
        shell = warm.fork()
        two.append(shown(shell, code))
        shell.close()
    assert two[0] == two[1]


# --- time, and the pipe ------------------------------------------------------------------------


def test_a_loop_is_stopped_at_its_line_and_the_shell_goes_on(shell):
    error = run(shell, "x = 1\nwhile True:\n    x += 1", seconds=0.5)["error"]
    assert error["type"] == "TimeLimit" and error["line"] in ("while True:", "x += 1")
    assert int(shown(shell, "print(x)")) > 1


@pytest.mark.parametrize(
    "code",
    [
        "import time\nwhile True:\n    try: time.sleep(9999)\n    except BaseException: pass",
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        "import signal\nsignal.pthread_sigmask(0, range(1, 64))\nwhile True: pass",
    ],
)
def test_a_loop_that_does_not_want_to_be_stopped_is_killed(shell, code):
    with pytest.raises(Lost, match="did not come back"):
        run(shell, code, seconds=1.0)


@pytest.mark.parametrize(
    "code",
    [
        "os.close(3)",
        "os.dup2(1, 3)",
        "os.write(3, b'\\xff' * 1000)",
        "os.write(3, (2**31).to_bytes(4, 'big') * 2)",
        "os.write(3, b'\\0\\0\\0\\4\\0\\0\\0\\0null')",
        "os.fork()",
    ],
)
def test_playing_with_the_pipe_loses_the_shell_or_nothing(warm, shell, code):
    try:
        run(shell, f"import os\n{code}", seconds=3.0)
        run(shell, "print(1)", seconds=3.0)
    except (Lost, wire.WireError):
        pass
    fresh = warm.fork()
    assert shown(fresh, "print(2)") == "2\n"
    fresh.close()


def test_a_copy_of_the_shell_answers_nothing(shell):
    shown(shell, "import os, time\npid = os.fork()\nif pid == 0: time.sleep(0.2)")
    for number in range(5):
        assert shown(shell, f"import time; time.sleep(0.1); print({number})") == f"{number}\n"


def test_a_program_does_not_hold_the_pipe_open(shell):
    found = shown(shell, "import os\nos.system('ls -l /proc/self/fd');")
    assert ".output" in found
    assert "socket" not in found


def test_without_the_sandbox_output_is_caught_too():
    warm = Warm(sandboxed=False, imports=("IPython.core.interactiveshell",))
    shell = warm.fork()
    try:
        assert shown(shell, "import os\nos.system('echo text')\nprint(1)") == "text\n1\n"
    finally:
        shell.close()
        warm.close()


# --- CappedText alone --------------------------------------------------------------------------


def test_capped_text_keeps_the_beginning_and_counts_the_rest():
    out = CappedText()
    out.write("a" * (MAX_TEXT - 1))
    out.write("bcd")
    assert out.text() == "a" * (MAX_TEXT - 1) + "b\n… 2 more characters"


def test_capped_text_survives_a_closed_descriptor():
    read, write = os.pipe()
    os.close(read)
    os.close(write)
    out = CappedText(write)
    out.write("text")
    assert out.text() == "text"
