"""Honest work from everywhere: other systems, other editors, other habits. Full marks for all."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pytest
from classwork import FULL, RIGHT, light, notebook
from inside import warm_or_skip

from autograder import grade
from autograder.course import Assignment, Course
from autograder.grade import grade_one
from autograder.spec import Judgement

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

Notebook = dict[str, Any]


@pytest.fixture(scope="module")
def assignment(light_built) -> Iterator[Assignment]:
    warm_or_skip().close()
    yield light(Course.open(light_built))
    grade.close()


@pytest.fixture(scope="module")
def plain(assignment: Assignment) -> Judgement:
    """The right answers as we would write them."""
    return judged(assignment, notebook(assignment, **RIGHT))


def judged(assignment: Assignment, handed_in: Notebook | bytes) -> Judgement:
    data = handed_in if isinstance(handed_in, bytes) else json.dumps(handed_in).encode()
    return grade_one(assignment, data, b"s" * 32).judgement


def points(judgement: Judgement) -> dict[str, float | None]:
    return {v.check: v.points for v in judgement.verdicts if v.check in FULL}


def cell(made: Notebook, name: str) -> Notebook:
    (found,) = (
        c for c in made["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    return found


def code(source: str, **metadata: Any) -> Notebook:
    return {
        "cell_type": "code", "metadata": metadata, "outputs": [], "execution_count": None,
        "source": source,
    }  # fmt: skip


# --- as other programs save it


def windows(made: Notebook) -> bytes:
    """Line ends of Windows in the file and in the cells, and its paths in what was printed."""
    for each in made["cells"]:
        each["source"] = "".join(each["source"]).replace("\n", "\r\n")
        if each["cell_type"] == "code":
            path = "C:\\Users\\Jörg\\AppData\\Local\\Temp\\ipykernel_1\\2.py:1: UserWarning"
            each["outputs"] = [{"output_type": "stream", "name": "stderr", "text": [path]}]
    return json.dumps(made, indent=1, ensure_ascii=False).replace("\n", "\r\n").encode()


def colab(made: Notebook) -> Notebook:
    """Colab's metadata and minor version, its form cells, and no cell ids."""
    made |= {"nbformat_minor": 0}
    made["metadata"] |= {
        "accelerator": "GPU", "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"a": {"state": {}}}},
    }  # fmt: skip
    for number, each in enumerate(made["cells"]):
        each.pop("id", None)
        each["metadata"] |= {"id": f"x{number}", "colab": {"base_uri": "https://localhost:8080/"}}
    form = '#@title A form { run: "auto", display-mode: "form" }\nsize = 3 #@param {type:"integer"}'
    made["cells"].insert(4, code(form, cellView="form", id="f"))
    return made


def vs_code(made: Notebook) -> Notebook:
    """VS Code's ids and language marks, and one of its interactive outputs."""
    made["metadata"] = {
        "kernelspec": {"display_name": ".venv (3.12.3)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.3"}, "orig_nbformat": 4,
    }  # fmt: skip
    for number, each in enumerate(made["cells"]):
        each["id"] = f"{number:08x}"
        each["metadata"]["vscode"] = {"languageId": "python"}
        if each["cell_type"] == "code":
            data = {"application/vnd.code.notebook.error": {"name": "x", "message": "y"}}
            each["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    return made


def classic(made: Notebook) -> Notebook:
    """Notebook 6: no cell ids, `collapsed`, and a table-of-contents extension's metadata."""
    made |= {"nbformat_minor": 2}
    made["metadata"] |= {"toc": {"nav_menu": {}}, "varInspector": {"cols": {}}, "celltoolbar": "x"}
    for each in made["cells"]:
        each.pop("id", None)
        each["metadata"] |= {"collapsed": True, "ExecuteTime": {"start_time": "2026-01-01"}}
    return made


def normalised(made: Notebook) -> Notebook:
    """Read and written again by nbformat, as a server does on every save."""
    return dict(json.loads(nbformat.writes(nbformat.reads(json.dumps(made), as_version=4))))


def in_lines(made: Notebook) -> Notebook:
    for each in made["cells"]:
        each["source"] = "".join(each["source"]).splitlines(keepends=True)
    return made


PROGRAMS: list[Callable[[Notebook], Notebook | bytes]] = [
    windows, colab, vs_code, classic, normalised, in_lines,
]  # fmt: skip


@pytest.mark.parametrize("saved_by", PROGRAMS, ids=lambda change: change.__name__)
def test_work_saved_by_another_program_has_full_marks(assignment, plain, saved_by):
    found = judged(assignment, saved_by(copy.deepcopy(notebook(assignment, **RIGHT))))
    assert points(found) == FULL and not found.notices
    assert found.verdicts == plain.verdicts


# --- habits


DOUBLE = "def double(x):\n    return x + x"
ABOVE = {  # in a cell of the learner's own, above the exercises
    "a drive": "from google.colab import drive\ndrive.mount('/content/drive')\n"
    "%cd /content/drive/MyDrive",
    "an upload": "from google.colab import files, output\nuploaded = files.upload()\n"
    "for name in uploaded: print(name)\nwith output.use_tags('x'): pass",
    "colab as a whole": "import google.colab\nimport google.colab.data_table as t\n"
    "t.enable_dataframe_formatter()",
    "an installation": "!pip install -q some-package\n%pip install another",
    "capture": "%%capture\nimport matplotlib.pyplot as plt\nprint(1)\nplt.plot([1, 2])",
    "time": "%%time\nsum(range(10))\n",
    "timeit": "%timeit -n 1 -r 1 sum(range(10))",
    "writefile": "%%writefile helper.py\ndef half(x): return x / 2\n",
    "shell": "%%bash\nls\necho done >&2",
    "inline plots": "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
    "autoreload": "%load_ext autoreload\n%autoreload 2",
    "a plot": "import matplotlib.pyplot as plt\nplt.figure(figsize=(9, 9))\n"
    "plt.plot([1, 2]); plt.show()",
    "a moving plot": "from IPython.display import clear_output, display\nfor n in range(3):\n"
    "    clear_output(wait=True); display(n)",
    "progress": "from tqdm import tqdm\nfor _ in tqdm(range(10)): pass",
    "progress, auto": "from tqdm.auto import trange\nfor _ in trange(10): pass",
    "progress, notebook": "from tqdm.notebook import tqdm\nfor _ in tqdm(range(10)): pass",
    "widgets": "import ipywidgets\nfrom IPython.display import display\n"
    "display(ipywidgets.IntSlider(3))\n@ipywidgets.interact(n=(0, 9))\ndef show(n=3): print(n)",
    "await at the top": "import asyncio\nawait asyncio.sleep(0)\nvalue = await asyncio.sleep(0, 7)",
    "asyncio.run": "import asyncio\nasync def seven(): return 7\nprint(asyncio.run(seven()))",
    "an error": "1 / 0",
    "a syntax error": "def (:",
    "an endless cell of comments": "# " + "note " * 10_000,
    "pandas": "import pandas as pd\npd.DataFrame({'a': [1, 2]}).describe()",
    "html": "%%html\n<b>bold</b>",
    "a question": "double?",
    "an environment variable": "import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '0'\n"
    "%env TF_CPP_MIN_LOG_LEVEL=3",
    "threads": "import tensorflow as tf\ntf.config.threading.set_intra_op_parallelism_threads(2)",
}
WRITTEN_AS = {  # what stands in the exercise's own cell
    "type hints": "from __future__ import annotations\nimport numpy.typing as npt\n"
    "def double(x: npt.NDArray[np.float64], /) -> npt.NDArray[np.float64]:\n    return x + x",
    "a helper above": "def add(a, b):\n    return a + b\n\n\ndef double(x):\n    return add(x, x)",
    "a helper below": "def double(x):\n    return add(x, x)\n\n\ndef add(a, b):\n    return a + b",
    "renamed variables": "def double(values):\n    return values + values",
    "a default": "def double(x, factor=2):\n    return factor * x",
    "a lambda": "double = lambda x: x * 2",
    "a partial": "import functools, operator\ndouble = functools.partial(operator.mul, 2)",
    "a decorator": "import functools\n@functools.lru_cache\ndef two(): return 2\n"
    "def double(x):\n    return two() * x",
    "a class": "class Double:\n    def __call__(self, x): return x + x\ndouble = Double()",
    "recursion": "def double(x, n=2):\n    return x if n == 1 else x + double(x, n - 1)",
    "a loop": "def double(x):\n    out = np.empty_like(x)\n"
    "    for place in np.ndindex(x.shape):\n        out[place] = 2 * x[place]\n    return out",
    "keras": "def double(x):\n    return keras.ops.multiply(keras.ops.convert_to_tensor(x), 2)",
    "a progress bar": "from tqdm.auto import tqdm\ndef double(x):\n"
    "    for _ in tqdm(range(3)): pass\n    return x + x",
    "a plot in it": "import matplotlib.pyplot as plt\ndef double(x):\n"
    "    plt.plot(np.ravel(x)); plt.show()\n    return x + x",
    "prints": "def double(x):\n    print('x is', x)\n    return x + x\nprint(double(np.ones(2)))",
    "tests below": f"{DOUBLE}\nassert double(2) == 4\n",
    "a failing test below": f"{DOUBLE}\nassert double(2) == 5\n",
    "time": f"%%time\n{DOUBLE}",
    "capture": f"%%capture\n{DOUBLE}",
    "colab above": f"from google.colab import drive\ndrive.mount('/content/drive')\n{DOUBLE}",
    "a form": "#@title My double { vertical-output: true }\nfactor = 2 #@param {type:'number'}\n"
    "def double(x):\n    return factor * x",
    "tabs": "def double(x):\n\treturn x + x",
    "other letters": "def double(größe):\n    '''Verdoppelt — ×2 🎓.'''\n    return größe + größe",
    "a global": "FACTOR = 2\ndef double(x):\n    global calls\n    calls = 1\n"
    "    return FACTOR * x",
    "the release's words kept": '"""Notes."""\n# YOUR CODE HERE\n' + DOUBLE,
    "a generator inside": "def double(x):\n    return np.array([2 * v for v in x])",
    "numpy's own": "double = np.vectorize(lambda v: 2.0 * v, otypes=[float])",
    "everything imported": f"from numpy import *  # noqa\n{DOUBLE}",
}


@pytest.mark.parametrize("habit", ABOVE)
def test_a_cell_above_that_is_nobodys_business_costs_nothing(assignment, plain, habit):
    made = notebook(assignment, **RIGHT)
    place = made["cells"].index(cell(made, "double"))
    made["cells"].insert(place, code(ABOVE[habit]))
    found = judged(assignment, made)
    assert points(found) == FULL, found.to_json()
    assert found.verdicts == plain.verdicts


@pytest.mark.parametrize("habit", WRITTEN_AS)
def test_right_work_has_full_marks_however_it_is_written(assignment, habit):
    found = judged(assignment, notebook(assignment, **{**RIGHT, "double": WRITTEN_AS[habit]}))
    assert points(found) == FULL, found.to_json()


def test_a_helper_in_a_file_of_its_own_is_imported(assignment):
    made = notebook(assignment, **{**RIGHT, "double": "from helper import double"})
    place = made["cells"].index(cell(made, "double"))
    made["cells"].insert(place, code(f"%%writefile helper.py\n{DOUBLE}"))
    assert points(judged(assignment, made)) == FULL


def test_a_notebook_that_imported_colab_does_not_start_to_install(assignment):
    """The first cell installs on Colab; nothing may take the grader for it."""
    made = notebook(assignment, **RIGHT)
    made["cells"].append(code("import sys\nprint('google.colab' in sys.modules)"))
    assert judged(assignment, made).cells[-1].text == "False\n"
