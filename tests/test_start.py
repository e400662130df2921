"""The first call of a notebook, and what importing the package costs."""

import os
import random
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

import threesteps
from threesteps import session, start

ROOT = Path(__file__).parents[1]


def draw():
    return random.random(), np.random.rand(), float(keras.random.normal(()))


def test_start_with_the_same_seed_repeats_every_generator():
    start(seed=5)
    first = draw()
    start(seed=5)
    assert draw() == first


def test_start_with_another_seed_changes_every_generator():
    start(seed=5)
    first = draw()
    start(seed=6)
    assert all(a != b for a, b in zip(first, draw(), strict=True))


def test_start_prints_one_line_with_device_backend_versions_and_seed(capsys):
    assert start(seed=7) is None
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert line.startswith("Device: ")
    for part in (f"Keras {keras.__version__}", f"NumPy {np.__version__}", "backend:", "seed 7"):
        assert part in line


def test_start_takes_whole_numbers_of_numpy():
    start(seed=np.int64(3))
    first = draw()
    start(seed=3)
    assert draw() == first


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", None, True])
def test_start_with_a_bad_seed_says_what_is_allowed(seed):
    with pytest.raises(ValueError, match=r"seed is .*; give a whole number from 0 to 4294967295"):
        start(seed=seed)


def test_start_lets_jax_take_memory_as_needed_unless_told_otherwise(monkeypatch):
    monkeypatch.setenv("XLA_PYTHON_CLIENT_PREALLOCATE", "")
    monkeypatch.delenv("XLA_PYTHON_CLIENT_PREALLOCATE")
    start()
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    monkeypatch.setenv("XLA_PYTHON_CLIENT_PREALLOCATE", "true")
    start()
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "true"


def tensorflow_with(gpus, grow):
    experimental = SimpleNamespace(
        set_memory_growth=grow, get_device_details=lambda gpu: {"device_name": "Some GPU"}
    )
    config = SimpleNamespace(list_physical_devices=lambda kind: gpus, experimental=experimental)
    return SimpleNamespace(config=config)


def test_start_lets_the_memory_of_every_gpu_grow():
    grown = []
    tf = tensorflow_with(["gpu 0", "gpu 1"], lambda gpu, on: grown.append((gpu, on)))
    assert session._tensorflow_device(tf) == "2 × Some GPU"
    assert grown == [("gpu 0", True), ("gpu 1", True)]


def test_start_after_the_gpu_was_used_says_so():
    def too_late(gpu, on):
        raise RuntimeError("already initialized")

    text = session._tensorflow_device(tensorflow_with(["gpu 0"], too_late))
    assert "restart and call start first" in text


def test_start_without_a_gpu_names_the_cpu():
    assert session._tensorflow_device(tensorflow_with([], None)).startswith("CPU (")


def test_start_names_the_device_of_jax():
    gpu = SimpleNamespace(platform="gpu", device_kind="Some GPU")
    assert session._jax_device(SimpleNamespace(devices=lambda: [gpu])) == "Some GPU"


def test_start_names_the_device_of_torch():
    cuda = SimpleNamespace(
        is_available=lambda: True, get_device_name=lambda place: "Some GPU", device_count=lambda: 1
    )
    assert session._torch_device(SimpleNamespace(cuda=cuda)) == "Some GPU"


def loaded_after(code):
    code += "; import sys; print(*sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "sklearn", "keras", "tensorflow", "jax", "torch"}


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import threesteps; dir(threesteps)", set()),
        ("from threesteps import start, gradients", set()),
        ("from threesteps import datasets; datasets.digits(16, quiet=True)", {"numpy"}),
        ("from threesteps import plots", {"numpy", "matplotlib"}),
    ],
)
def test_importing_a_part_loads_only_what_it_needs(code, allowed):
    assert loaded_after(code) & HEAVY == allowed


def test_the_package_offers_its_four_parts_and_no_others():
    assert threesteps.__all__ == ["datasets", "gradients", "plots", "start"]
    assert set(threesteps.__all__) <= set(dir(threesteps))
    with pytest.raises(AttributeError, match="no attribute 'optimisers'; it has"):
        _ = threesteps.optimisers
