"""Coverage-guided fuzzing of everything that reads what a stranger wrote; `make torture` runs it.

    python tests/fuzz.py [runs]

Each target is one process of atheris (libFuzzer): it ends with an error at the first exception
that is not the module's own, at ten seconds for one input, and at 2 GB of memory.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["autograder.wire", "autograder.ingest", "zipfile"]):
    from autograder import archive, ingest, wire
    from autograder.course import CourseError

PLAIN = (type(None), bool, int, float, str, list, tuple, dict, wire.np.ndarray, wire.Handle)
NOTEBOOK = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {},
    "cells": [
        {"cell_type": "code", "id": "a", "source": ["x = 1\n"], "outputs": [],
         "execution_count": None, "metadata": {"nbgrader": {"grade_id": "f", "solution": True}}},
        {"cell_type": "code", "id": "b", "source": "check('f')", "outputs": [],
         "execution_count": None,
         "metadata": {"nbgrader": {"grade_id": "check_f", "grade": True, "points": 2}}},
        {"cell_type": "markdown", "id": "c", "source": "words",
         "attachments": {"p.png": {"image/png": "iVBORw0KGgo="}},
         "metadata": {"nbgrader": {"grade_id": "why", "grade": True, "solution": True}}},
    ],
}  # fmt: skip
OURS = ingest.cells_of(NOTEBOOK)


def read_message(data: bytes) -> None:
    """The lengths in front are made right, or nearly all inputs would end there."""
    size = wire.LENGTHS.size
    head, _, body = data[size:].partition(b"\n\n")
    try:
        value = wire.decode(wire.LENGTHS.pack(len(head), len(body)) + head + body)
    except wire.WireError:
        return
    assert type(value) in PLAIN


def read_notebook(data: bytes) -> None:
    try:
        found = ingest.rebuild(data, OURS)
    except ingest.Refused:
        return
    mine = [(c.kind, c.name, c.points) for c in found.cells if c.kind != ingest.EXTRA]
    assert mine == [(c.kind, c.name, c.points) for c in OURS]


def read_archive(data: bytes) -> None:
    path = Path(tempfile.gettempdir()) / "fuzzed.zip"
    path.write_bytes(data)
    try:
        with archive.entries(path) as found:
            for entry in found:
                try:
                    assert len(entry.read()) <= ingest.MAX_BYTES + 1
                except ingest.Refused:
                    continue
    except CourseError:
        return


def small_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("doejane_1_2_light.ipynb", "{}")
        file.writestr("jdoe/light.ipynb", "x" * 100)
    return made.getvalue()


def message() -> bytes:
    whole = wire.encode({"value": [1.5, (None, True), wire.np.ones((2, 3))], "a": "b"})
    size = wire.LENGTHS.size
    end = size + wire.LENGTHS.unpack(whole[:size])[0]
    return whole[:end] + b"\n\n" + whole[end:]


TARGETS: dict[str, tuple[Callable[[bytes], None], bytes, float]] = {
    "messages": (read_message, message(), 1.0),
    "notebooks": (read_notebook, json.dumps(NOTEBOOK).encode(), 1.0),
    "archives": (read_archive, small_zip(), 0.02),
}


def main(runs: int) -> None:
    done = 0
    for name, (_, seed, share) in TARGETS.items():
        with tempfile.TemporaryDirectory() as corpus:
            (Path(corpus) / "seed").write_bytes(seed)
            limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096", "-seed=1"]
            command = [sys.executable, __file__, name, f"-runs={int(runs * share)}", *limits]
            found = subprocess.run(
                [*command, f"-artifact_prefix={corpus}/", corpus], capture_output=True, text=True
            )
        if found.returncode:
            raise SystemExit(f"{name}:\n{found.stdout[-2000:]}{found.stderr[-4000:]}")
        done += int(runs * share)
        print(f"{name}: {int(runs * share):,} executions, {found.stderr.strip().splitlines()[-1]}")
    print(f"fuzzing: {done:,} executions")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in TARGETS:
        target = TARGETS[sys.argv.pop(1)][0]
        atheris.Setup(sys.argv, target)
        atheris.Fuzz()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
