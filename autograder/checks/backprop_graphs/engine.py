"""Checks of exercises 14 and 15: the walk through a graph.

The graphs are made in the learner's process of the notebook's `Node` and `weighted_sum`, which use
none of the learner's functions: a mistake in `multiply_backward` is not shown here a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...expect import expect, require
from ...spec import Check, Wrong
from ...student import Remote

topological_order, backward = Check("topological_order"), Check("backward")


@dataclass
class Plan:
    """A graph: its inputs, and for every further node its parents and their factors."""

    inputs: dict[str, Any]
    sums: dict[str, list[tuple[str, float]]]

    def in_words(self) -> str:
        return "; ".join(
            f"{name} = " + " + ".join(f"{factor:.3g}·{parent}" for parent, factor in terms)
            for name, terms in self.sums.items()
        )

    def built(self, student: Any) -> dict[str, Any]:
        """The graph in the learner's process."""
        nodes = {name: student.Node(value) for name, value in self.inputs.items()}
        for name, terms in self.sums.items():
            parents = [nodes[parent] for parent, _ in terms]
            nodes[name] = student.weighted_sum(parents, [factor for _, factor in terms])
        return nodes

    def values(self) -> dict[str, float]:
        found = dict(self.inputs)
        for name, terms in self.sums.items():
            found[name] = sum(factor * found[parent] for parent, factor in terms)
        return found

    def slopes(self) -> dict[str, float]:
        """How fast the last node changes with each: the sum over all paths, forwards."""
        last = list(self.sums)[-1]
        found = {name: 0.0 for name in [*self.inputs, *self.sums]}
        for start in found:
            reach = {name: 0.0 for name in found} | {start: 1.0}
            for name, terms in self.sums.items():
                if name != start:
                    reach[name] = sum(factor * reach[parent] for parent, factor in terms)
            found[start] = reach[last]
        return found

    def parents(self) -> dict[str, list[str]]:
        own = {name: [parent for parent, _ in terms] for name, terms in self.sums.items()}
        return {name: [] for name in self.inputs} | own


def factors(rng: np.random.Generator, count: int) -> list[float]:
    """Numbers with two decimals."""
    return [float(f) for f in rng.uniform(1.5, 3, count).round(2)]


def chain(rng: np.random.Generator) -> Plan:
    f = factors(rng, 3)
    return Plan({"a": 1.07}, {"b": [("a", f[0])], "c": [("b", f[1])], "y": [("c", f[2])]})


def shared(rng: np.random.Generator) -> Plan:
    """b is used by t and by y, as in the text."""
    f = factors(rng, 4)
    sums = {"t": [("a", f[0]), ("b", f[1])], "y": [("t", f[2]), ("b", f[3])]}
    return Plan({"a": 2.03, "b": 1.07}, sums)


def diamond(rng: np.random.Generator) -> Plan:
    """Two diamonds: what arrives late must still be sent on."""
    f = factors(rng, 8)
    sums = {
        "l": [("a", f[0])], "r": [("l", f[1])], "m": [("a", f[2]), ("r", f[3])],
        "u": [("m", f[4])], "v": [("m", f[5])], "y": [("u", f[6]), ("v", f[7]), ("l", 1.25)],
    }  # fmt: skip
    return Plan({"a": 1.07}, sums)


def twice(rng: np.random.Generator) -> Plan:
    """One node uses the same parent twice."""
    f = factors(rng, 3)
    return Plan({"a": 1.07}, {"t": [("a", f[0]), ("a", f[1])], "y": [("t", f[2])]})


PLANS = {"a chain": chain, "a shared parent": shared, "diamonds": diamond, "used twice": twice}


def names_of(order: Any, plan: Plan) -> list[str]:
    """Which nodes came back; they are told apart by their values, which all differ."""
    require(isinstance(order, (list, tuple)), "Return a list of Nodes.", got=order)
    found = []
    for node in order:
        require(isinstance(node, Remote), "The list holds something that is no Node.", got=order)
        value = float(np.ravel(node["value"])[0])
        near = [name for name, own in plan.values().items() if np.isclose(own, value, rtol=1e-9)]
        require(near, "The list holds a Node that is not of this graph.", got=value)
        found.append(near[0])
    return found


def ask_order(student: Any, plan: Plan) -> None:
    nodes = plan.built(student)
    last, parents = list(plan.sums)[-1], plan.parents()
    asked = f"topological_order(y) for {plan.in_words()}"
    found = names_of(student.topological_order(nodes[last]), plan)
    expected = [name for name, slope in plan.slopes().items() if slope or name == last]
    words = ""
    if len(found) != len(set(found)):
        words = "A node stands in line twice. Whoever is in line already is not put there again."
    elif found[::-1] and set(found) == set(expected) and _fits(found[::-1], parents):
        words = "The line is the other way round: parents come first, y is the last."
    elif last not in found:
        words = "The node itself is missing: it is the last in its own line."
    elif set(found) != set(expected):
        words = "Nodes are missing: go on from each parent to its own parents."
    elif not _fits(found, parents):
        words = (
            "A node stands before one of its parents. First put all of its parents in line, then "
            "the node itself."
        )
    if words:
        raise Wrong(
            words, asked=asked, got=", ".join(found), expected=f"such as {', '.join(expected)}"
        )


def _fits(names: list[str], parents: dict[str, list[str]]) -> bool:
    return all(names.index(p) < names.index(n) for n in names for p in parents[n] if p in names)


for _name, _plan in PLANS.items():

    def _order(student, reference, rng, plan=_plan):
        ask_order(student, plan(rng))

    topological_order.case(_name)(_order)


@topological_order.case("an input alone", hidden=True)
def _(student, reference, rng):
    order = student.topological_order(student.Node(1.0))
    require(isinstance(order, (list, tuple)) and len(order) == 1, "A node without parents is a "
            "line of one.", got=order)  # fmt: skip


def gradients(nodes: dict[str, Any]) -> dict[str, Any]:
    return {name: np.asarray(node["gradient"]) for name, node in nodes.items()}


def ask_backward(student: Any, plan: Plan, times: int = 1) -> None:
    nodes = plan.built(student)
    for _ in range(times):
        student.backward(nodes[list(plan.sums)[-1]])
    expected, found = plan.slopes(), gradients(nodes)
    asked = f"backward(y) for {plan.in_words()}"
    parents, last = plan.parents(), list(plan.sums)[-1]
    uses = {name: sum(line.count(name) for line in parents.values()) for name in expected}
    if found[last] == 0:
        raise Wrong("The node y itself got no gradient: it changes as fast "
                    "as itself, so it gets 1.",
                    asked=asked, got="0", expected="1")  # fmt: skip
    for name in reversed(list(expected)):
        if np.allclose(found[name], expected[name], rtol=1e-6):
            continue
        small = np.abs(found[name]).max() < abs(expected[name])
        if np.all(found[name] == 0):
            words = f"Nothing arrived at `{name}`."
        elif times > 1 and not small:
            words = (
                f"The second call added to what the first had left in `{name}`. Set every gradient "
                "to zeros at the start."
            )
        elif small and uses[name] > 1:
            words = (
                f"Node `{name}` is used {uses[name]} times, and what arrives from them adds up. "
                "Is there an = where += belongs?"
            )
        elif small:
            words = (
                f"Too little arrived at `{name}`: a node above it sent its gradient on before it "
                "had got everything. Walk in reversed topological order."
            )
        else:
            words = (
                f"Too much arrived at `{name}`: a node sent its gradient on more than once. Walk "
                "in reversed topological order, each node once."
            )
        raise Wrong(words, asked=asked, got=f"{float(found[name].ravel()[0]):.4g} at {name}",
                    expected=f"{expected[name]:.4g}")  # fmt: skip


for _name, _plan in PLANS.items():

    def _back(student, reference, rng, plan=_plan):
        ask_backward(student, plan(rng))

    backward.case(_name)(_back)


@backward.case("called twice")
def _(student, reference, rng):
    ask_backward(student, shared(rng), times=2)


@backward.case("arrays", hidden=True)
def _(student, reference, rng):
    values = rng.normal(size=3)
    a, b = student.Node(values), student.Node(values * 2)
    t = student.weighted_sum([a, b], [1.0, 1.0])
    u = student.weighted_sum([t, a], [1.0, 2.0])
    y = student.weighted_sum([student.weighted_sum([u, b], [3.0, 1.0])], [1.0])
    student.backward(y)
    found = [np.asarray(node["gradient"]) for node in (a, b, t)]
    expected = [np.full(3, value) for value in (9.0, 4.0, 3.0)]
    causes = [(lambda g: np.shape(g) != (3,), "A gradient has the shape of its value.")]
    for name, got, wanted in zip("abt", found, expected, strict=True):
        expect(got, wanted, asked=f"the gradient of {name}", causes=causes)
