"""Draw the pictures of the README's table: one figure of every notebook, as the notebook draws it.

    .venv/bin/autograder build && .venv/bin/python docs/pictures.py [NOTEBOOK ...]

Each solved notebook runs up to the cell that draws its figure, without its checks: four minutes for
all of them. Writes docs/pictures/<notebook>.png. (grading.png is drawn by benchmarks/overhead.py.)
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, COLOURS = 360, 240, 128

# notebook -> (words in the cell that draws the figure, which part of its width is shown)
FIGURES = {
    "perceptron_xor": ('title="XOR, with three neurons"', (0, 1)),
    "backprop_graphs": ('draw(y, ["a", "b"])', (0, 1)),
    "optimizers": ("SGD: sixty starts", (0, 0.43)),
    "learning_recipe": ('title="200 fits")\naxes[3].legend', (0.5, 0.75)),
    "cnn": ('"ink to the left"', (0, 1)),
    "seeing": ("favourites of the ten classes", (0, 1)),
    "rnn": ("ax.plot_surface", (0.05, 0.44)),
    "sequences": ("center left", (0, 1)),
    "attention": ('"learned")', (0, 1 / 3)),
    "memory": ('["hop 1", "hop 2"]', (0, 1 / 3)),
    "autoencoder": ('"deep autoencoder, two numbers"', (0.5, 1)),
    "word_vectors": ('xlabel="first component"', (0, 1)),
    "gan": ("between two random drawings", (0, 1)),
    "planning": ("best policy, slip", (0, 0.48)),
    "dqn": ('ylabel="mean of 10 greedy episodes"', (0, 1)),
}


def figure_of(path: Path, words: str) -> bytes:
    """The last picture, PNG, of the first cell that contains some words.

    Raises:
        LookupError: if no cell does, or it draws nothing.
    """
    notebook = nbformat.read(path, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    code = [c for c in code if not c.source.startswith("check(")]
    last = next((place for place, cell in enumerate(code) if words in cell.source), None)
    if last is None:
        raise LookupError(f"{path.name}: no cell holds {words!r}")
    notebook.cells = code[: last + 1]
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    pictures = [o.data["image/png"] for o in code[last].outputs if "image/png" in o.get("data", {})]
    if not pictures:
        raise LookupError(f"{path.name}: the cell with {words!r} draws nothing")
    return base64.b64decode(pictures[-1])


def thumbnail(data: bytes, part: tuple[float, float]) -> Image.Image:
    """A part of a picture, as large as fits, in few colours."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    left, right = (round(edge * image.width) for edge in part)
    image = image.crop((left, 0, right, image.height))
    image.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return image.quantize(COLOURS)


def main(wanted: list[str]) -> None:
    for notebook, (words, part) in FIGURES.items():
        if wanted and notebook not in wanted:
            continue
        (path,) = (ROOT / "build" / "source").glob(f"*/{notebook}.ipynb")
        target = ROOT / "docs" / "pictures" / f"{notebook}.png"
        target.parent.mkdir(exist_ok=True)
        thumbnail(figure_of(path, words), part).save(target, optimize=True)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
