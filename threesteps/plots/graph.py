"""A calculation drawn as a graph: a box per node, an arrow per use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from .style import HALO, INK, new_axes, styled

__all__ = ["graph"]

COLUMN, ROW = 2.3, 1.15  # distance of neighbouring columns and rows; 1 is about an inch
BEND = 0.28  # of an arrow that would run through a box, or beside another one

Entry = tuple[str, Sequence[str], str, Sequence[str]]


@styled
def graph(nodes: Sequence[Any], ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a calculation from left to right, and what flows back along its arrows.

    Args:
        nodes: (name, parents, text) or (name, parents, text, flows), parents first: parents are
            names of earlier nodes, in the order in which they are used and twice if used twice;
            text is written into the box; flows are texts, one per parent, written on the arrows
            with an arrow head that points back.
        ax: axes to draw into.
        title: text above.

    Returns:
        The axes.

    Raises:
        ValueError: if a name occurs twice, a parent does not come earlier, or the number of flows
            is not that of the parents.
    """
    entries = _checked(nodes)
    places = _places(entries)
    columns = max(x for x, _ in places.values())
    rows = max(abs(y) for _, y in places.values())
    if ax is None:
        ax = new_axes(COLUMN * columns + 1.9, 2 * ROW * rows + 1.3)
    for name, parents, text, flows in entries:
        _box(ax, places[name], text)
        for number, parent in enumerate(parents):
            flow = flows[number] if flows else ""
            bend = _bend(places, parent, name, number, list(parents))
            _arrow(ax, places[parent], places[name], flow, bend)
    ax.set(xlim=(-0.95, COLUMN * columns + 0.95), ylim=(-ROW * rows - 0.65, ROW * rows + 0.65))
    ax.set(title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def _checked(nodes: Sequence[Any]) -> list[Entry]:
    entries: list[Entry] = []
    seen: set[str] = set()
    for node in nodes:
        name, parents, text, *rest = node
        flows = rest[0] if rest else ()
        if name in seen:
            raise ValueError(f"node {name!r} is there twice; give every node a name of its own")
        late = [parent for parent in parents if parent not in seen]
        if late:
            raise ValueError(f"node {name!r} comes before its parents {late}; parents first")
        if flows and len(flows) != len(parents):
            raise ValueError(f"node {name!r} has {len(parents)} parents and {len(flows)} flows")
        seen.add(name)
        entries.append((name, parents, text, flows))
    return entries


def _places(entries: list[Entry]) -> dict[str, tuple[float, float]]:
    """Columns by the longest way from an input; in a column, near the parents."""
    column: dict[str, int] = {}
    for name, parents, *_ in entries:
        column[name] = 1 + max((column[parent] for parent in parents), default=-1)
    for name, *_ in reversed(entries):  # inputs stand just before their first use
        uses = [column[child] for child, parents, *_ in entries if name in parents]
        if uses and not dict((n, p) for n, p, *_ in entries)[name]:
            column[name] = min(uses) - 1
    members: dict[int, list[str]] = defaultdict(list)
    for name, *_ in entries:
        members[column[name]].append(name)
    places: dict[str, tuple[float, float]] = {}
    for number in sorted(members):
        names = members[number]
        for row, name in enumerate(names):
            places[name] = (number, (len(names) - 1) / 2 - row)
    return places


def _bend(places: Any, parent: str, child: str, number: int, parents: list[str]) -> float:
    """How far an arrow leaves the straight line: where it is used twice or would hit a box."""
    if parents.count(parent) > 1:
        return BEND * (1 if number == parents.index(parent) else -1)
    (x0, y0), (x1, y1) = places[parent], places[child]
    for name, (x, y) in places.items():
        between = name not in (parent, child) and x0 < x < x1
        if between and abs(y0 + (y1 - y0) * (x - x0) / (x1 - x0) - y) < 0.45:
            return BEND if y >= (y0 + y1) / 2 else -BEND
    return 0.0


def _box(ax: Axes, place: tuple[float, float], text: str) -> None:
    style = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK, "lw": 1.4}
    ax.text(
        COLUMN * place[0], ROW * place[1], text, ha="center", va="center", size=10, bbox=style,
        zorder=3,
    )  # fmt: skip


def _arrow(ax: Axes, start: Any, end: Any, flow: str, bend: float) -> None:
    a, b = np.array(start) * (COLUMN, ROW), np.array(end) * (COLUMN, ROW)
    along = (b - a) / np.linalg.norm(b - a)
    ax.add_patch(
        FancyArrowPatch(
            tuple(a), tuple(b - 0.62 * along * abs(along[0]) - 0.3 * along * abs(along[1])),
            arrowstyle="-|>", mutation_scale=10, shrinkA=34, shrinkB=0, color=INK, lw=1.1,
            connectionstyle=f"arc3,rad={bend}", zorder=1,
        )
    )  # fmt: skip
    if flow:
        across = np.array([along[1], -along[0]])
        middle = a + 0.5 * (b - a) + 0.5 * bend * np.linalg.norm(b - a) * across
        below = bend * across[1] < 0
        ax.text(
            middle[0], middle[1] + (-0.06 if below else 0.06), f"← {flow}", ha="center",
            va="top" if below else "bottom", size=9.5,
            style="italic", path_effects=HALO, zorder=4,
        )  # fmt: skip
