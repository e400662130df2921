"""The notebook cnn on larger images: the path of SCALE = "full", and real MNIST digits."""

from pathlib import Path

import jupytext
import numpy as np
import pytest

from threesteps import datasets

ROOT = Path(__file__).parents[1]
REAL_MNIST = ROOT.parent / "shared" / "datasets" / "mnist-t10k"
SOURCE = ROOT / "solutions" / "04_cnn" / "cnn.py"


def run_at_full_scale(monkeypatch, loaded):
    """Run what the notebook runs when SCALE is "full", with `loaded` for MNIST; all its names.

    Args:
        loaded: ((x_train, y_train), (x_test, y_test)), bytes, as keras.datasets.mnist gives.
    """
    import keras

    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: loaded)
    names = {"check": lambda name: None}
    for cell in jupytext.read(SOURCE).cells:
        wanted = "datasets.mnist()" in cell.source
        given = cell.cell_type == "code" and "demo" not in cell.metadata.get("tags", [])
        if (given or wanted) and "get_ipython" not in cell.source and "check" not in cell.metadata:
            source = cell.source.replace('SCALE = "small"', 'SCALE = "full"')
            exec(compile(source, str(SOURCE), "exec"), names)
    return names


def as_bytes(x):
    return np.round(255 * x).astype(np.uint8)


def test_full_scale_reads_28_by_28_with_the_same_network(monkeypatch):
    made = datasets.digits(28, quiet=True)
    few = (as_bytes(made.x_train[:128]), made.y_train[:128].astype(np.uint8))
    names = run_at_full_scale(monkeypatch, (few, few))
    assert names["digits"].source.startswith("MNIST")
    assert names["x_new"].shape == (128, 28, 28, 1)
    assert names["model"].count_params() <= 35_000
    probs = np.asarray(names["keras"].ops.convert_to_numpy(names["model"](names["x_new"])))
    assert probs.shape == (128, 10)
    assert np.allclose(probs.sum(axis=1), 1, atol=1e-4)


@pytest.mark.slow
def test_8000_real_digits_are_enough_for_983_in_1000(monkeypatch):
    """Measured on five seeds: see the notebook."""
    if not REAL_MNIST.is_dir():
        pytest.skip("real MNIST files are not beside the project (../shared/datasets)")
    x, y = datasets.from_idx(
        REAL_MNIST / "t10k-images-idx3-ubyte.gz", REAL_MNIST / "t10k-labels-idx1-ubyte.gz"
    )
    order = np.random.default_rng(0).permutation(len(x))
    x, y = as_bytes(x[order]), y[order].astype(np.uint8)
    names = run_at_full_scale(monkeypatch, ((x[:8000], y[:8000]), (x[8000:], y[8000:])))
    digits = names["digits"]
    assert names["share_right"](names["model"], names["x_new"], digits.y_test) >= 0.983
