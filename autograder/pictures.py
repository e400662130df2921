"""Figures for the class report, drawn by matplotlib, as SVG that lives inside a page.

Text stays text and takes the page's font; every colour is a variable of the page, so that one
picture serves light, dark and print. Kinds of bars differ in hatching and lightness too.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

# What the page's style sheet calls them -> the colour in which matplotlib draws.
INK, PAPER, SOLVED, PARTLY, FAILED, NOTHING, LINE = (
    "#010101", "#020202", "#030303", "#040404", "#050505", "#060606", "#070707",
)  # fmt: skip
VARIABLES = {
    INK: "--ink", PAPER: "--paper", SOLVED: "--solved", PARTLY: "--partly",
    FAILED: "--failed", NOTHING: "--nothing", LINE: "--line",
}  # fmt: skip
STATES = {
    "solved": (SOLVED, ""),
    "partly": (PARTLY, "..."),
    "failed": (FAILED, "///"),
    "not started": (NOTHING, ""),
}
WIDTH = 4.7
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "three steps",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.8,
    "text.parse_math": False,
}


def histogram(values: Sequence[float], most: float, label: str, name: str, alt: str) -> Markup:
    """How often each value occurs, from 0 to `most`, with the median marked."""

    def draw(axes: Any) -> None:
        bins = np.linspace(0, most or 1, 21)
        axes.hist(values, bins=bins, color=SOLVED, edgecolor=PAPER, linewidth=1)
        middle = float(np.median(values))
        axes.axvline(middle, color=FAILED, linewidth=1.6, linestyle=(0, (4, 2)))
        left = middle < (most or 1) / 2
        axes.annotate(
            f"median {middle:.4g}", (middle, 1), (4 if left else -4, 4), color=INK,
            xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="left" if left else "right", annotation_clip=False,
        )  # fmt: skip
        axes.set(xlabel=label, ylabel="students", xlim=(0, most or 1))
        axes.yaxis.get_major_locator().set_params(integer=True)

    return _svg(draw, 2.5, name, alt)


def shares(table: Mapping[str, Mapping[str, int]], name: str, alt: str) -> Markup:
    """A bar per exercise, divided into solved, partly, failed, not started.

    Args:
        table: exercise -> state -> number of students; exercises from the top.
    """

    def draw(axes: Any) -> None:
        left = np.zeros(len(table))
        total = np.array([max(sum(row.values()), 1) for row in table.values()])
        for state, (color, hatch) in STATES.items():
            part = np.array([row.get(state, 0) for row in table.values()]) / total * 100
            bars = axes.barh(
                range(len(table)), part, left=left, color=color, hatch=hatch, label=state,
                edgecolor=PAPER, linewidth=1, height=0.72,
            )  # fmt: skip
            if state == "solved":
                axes.bar_label(
                    bars, [f"{p:.0f} %" if p >= 14 else "" for p in part],
                    label_type="center", color=PAPER,
                )  # fmt: skip
            left += part
        axes.legend(
            ncols=2, loc="lower left", bbox_to_anchor=(-0.02, 1), frameon=False,
            handlelength=1.2, columnspacing=1.2, borderaxespad=0.1,
        )  # fmt: skip
        axes.set(xlabel="share of the submissions read, %", xlim=(0, 100))
        _names(axes, list(table))

    return _svg(draw, 1.3 + 0.27 * len(table), name, alt)


def bars(table: Mapping[str, float], label: str, name: str, alt: str) -> Markup:
    """A bar per exercise, with its number."""

    def draw(axes: Any) -> None:
        drawn = axes.barh(
            range(len(table)), list(table.values()), color=FAILED, hatch="///",
            edgecolor=PAPER, linewidth=0, height=0.6,
        )  # fmt: skip
        axes.bar_label(drawn, [f"{value:.2f}" for value in table.values()], padding=3, color=INK)
        axes.set(xlabel=label, xlim=(0, 1.15 * max([*table.values(), 0.1])))
        _names(axes, list(table))

    return _svg(draw, 0.85 + 0.27 * len(table), name, alt)


def _names(axes: Any, names: list[str]) -> None:
    short = [name if len(name) <= 22 else f"{name[:21]}…" for name in names]
    axes.set_yticks(range(len(names)), short)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def _svg(draw: Callable[[Any], None], height: float, name: str, alt: str) -> Markup:
    """Draw on fresh axes, and make the result fit for a page.

    Args:
        height: in inches.
        name: sets the ids of this picture apart from those of the others.
        alt: what it shows, in a sentence.
    """
    import matplotlib
    from matplotlib.figure import Figure

    buffer = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.add_subplot())
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{name}-", text)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    for color, variable in VARIABLES.items():
        text = text.replace(color, f"var({variable})")
    box = re.search(r'viewBox="[^"]*"', text)
    head = (
        f'<svg class="picture" role="img" aria-label="{html.escape(alt)}" {box[0] if box else ""}'
    )
    head += ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return Markup(head + text[text.index(">") + 1 :])
