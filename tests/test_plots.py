"""The figures: what they show without colour, what they refuse, and what they leave alone."""

import warnings
from itertools import pairwise

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.text import Text

from threesteps import datasets, plots
from threesteps.plots import curves, diagram, style

X, Y = datasets.truth_table("XOR", quiet=True)
MANY, LABELS = datasets.two_moons(quiet=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(points):
    return sigmoid(3 * points[:, 0] - 1.5)


def bend(points):
    return sigmoid(5 * points @ np.array([[1.0, -1.0], [1.0, -1.0]]) + [-2.5, 7.5])


CALLS = {
    "decision_regions": lambda ax: plots.decision_regions(slope, X, Y, ax=ax),
    "warped_plane": lambda ax: plots.warped_plane(bend, X, Y, ax=ax, line=([5, 5], -7.5)),
    "learning_curves": lambda ax: plots.learning_curves({"a": [3, 2, 1], "b": [1]}, ax=ax),
    "images": lambda ax: plots.images(np.eye(4)[None], ["eye"], ax=ax),
    "network": lambda ax: plots.network([2, 2, 1], ax=ax),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_a_figure_is_drawn_into_the_given_axes(draw):
    _, (ax, other) = plt.subplots(1, 2)
    assert draw(ax) is ax
    assert ax.has_data() or ax.patches
    assert not other.has_data()
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_a_figure_without_axes_gets_its_own_and_draws_without_a_warning(draw):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = np.ravel(draw(None))
        axes[0].figure.canvas.draw()
    width, height = axes[0].figure.get_size_inches()
    assert width < 10
    assert height < 7


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_a_figure_leaves_the_global_settings_alone(draw):
    matplotlib.rcdefaults()  # so that an earlier test has left nothing behind
    before = dict(matplotlib.rcParams)
    draw(None)
    assert dict(matplotlib.rcParams) == before


def test_classes_differ_in_shape_and_in_lightness():
    looks = style.MARKERS[:2]
    assert looks[0]["marker"] != looks[1]["marker"]
    light = [np.dot(to_rgb(look["facecolor"]), [0.299, 0.587, 0.114]) for look in looks]
    assert abs(light[0] - light[1]) > 0.5


def test_decision_regions_name_the_classes_and_hatch_where_the_score_is_high():
    ax = plots.decision_regions(slope, X, Y, title="A slope")
    assert ax.get_title(loc="left") == "A slope"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]
    hatched = [c for c in ax.collections if getattr(c, "hatches", [None])[0]]
    assert len(hatched) == 1
    left = hatched[0].get_paths()[0].vertices[:, 0].min()
    assert left == pytest.approx(0.5, abs=0.02)  # where 3 x - 1.5 = 0


def test_decision_regions_label_a_wide_slope_only():
    assert {"0.1", "0.9"} <= set(words(plots.decision_regions(slope, X, Y)))
    steep = plots.decision_regions(lambda points: (points[:, 0] > 0.5) * 1.0, X, Y)
    assert words(steep) == []


def test_decision_regions_take_what_a_keras_model_returns():
    ax = plots.decision_regions(lambda points: slope(points)[:, None], X, Y)
    assert words(ax) == words(plots.decision_regions(slope, X, Y))


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
def test_decision_regions_of_a_constant_draw_without_a_warning(score):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots.decision_regions(lambda points: np.full(len(points), score), X, Y)


def test_decision_regions_ask_for_points_that_cover_the_data_with_room():
    asked = []
    plots.decision_regions(lambda points: asked.append(points) or slope(points), MANY, LABELS)
    assert (asked[0].min(axis=0) < MANY.min(axis=0)).all()
    assert (asked[0].max(axis=0) > MANY.max(axis=0)).all()


@pytest.mark.parametrize(
    ("predict", "x", "y", "says"),
    [
        (slope, X[:, :1], Y, r"x has shape \(4, 1\); give points in the plane"),
        (slope, X, Y[:3], r"y has shape \(3,\) for 4 points"),
        (slope, X, Y + 7, "labels must be 0 to 3"),
        (slope, X * np.nan, Y, "x holds NaN"),
        (lambda points: points, X, Y, r"predict returned shape \(\d+, 2\)"),
        (lambda points: points[:, 0], X, Y, "predict returned scores from -0.5 to 1.5"),
        (lambda points: points[:, 0] * np.nan, X, Y, "predict returned scores from nan"),
    ],
)
def test_decision_regions_of_misfits_say_what_to_give(predict, x, y, says):
    with pytest.raises(ValueError, match=says):
        plots.decision_regions(predict, x, y)


def test_warped_plane_shows_before_and_after():
    before, after = plots.warped_plane(bend, X, Y, title="XOR")
    assert (before.get_title(loc="left"), after.get_title(loc="left")) == ("XOR, before", "after")
    assert len(before.lines) == len(after.lines) == 26
    assert {line.get_linestyle() for line in before.lines} == {"-", "--"}


def test_warped_plane_names_points_by_where_they_stood_and_joins_those_that_meet():
    before, after = plots.warped_plane(bend, X, Y)
    assert sorted(words(before)) == ["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"]
    assert sorted(words(after)) == ["(0, 0)", "(0, 1)\n(1, 0)", "(1, 1)"]


def test_warped_plane_hatches_the_same_points_before_and_after():
    before, after = plots.warped_plane(bend, X, Y, line=([1, 1], -1.5))
    for ax, inside, outside in ((before, (0, 1), (0, 0)), (after, bend(X)[1], bend(X)[0])):
        hatched = next(c for c in ax.collections if getattr(c, "hatches", [None])[0])
        holds = [
            any(p.contains_point(spot) for p in hatched.get_paths()) for spot in (inside, outside)
        ]
        assert holds == [True, False]


def test_warped_plane_draws_into_a_pair_of_axes():
    _, pair = plt.subplots(1, 2)
    assert plots.warped_plane(bend, MANY, LABELS, ax=pair) is pair


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"transform": slope}, r"transform returned shape \(4,\) for points of shape \(4, 2\)"),
        ({"ax": 3}, "ax is 3; give one axes, a pair"),
        ({"line": ([1, 1, 1], 0)}, r"line has weights of shape \(3,\)"),
    ],
)
def test_warped_plane_of_misfits_says_what_to_give(arguments, says):
    with pytest.raises(ValueError, match=says):
        plots.warped_plane(**{"transform": bend, "x": X, "y": Y, **arguments})


def test_learning_curves_start_at_epoch_one_and_carry_their_names():
    ax = plots.learning_curves({"train": [3.0, 2.0, 1.5], "test": [3.0, 2.5, 2.4]}, ylabel="loss")
    assert words(ax) == ["train", "test"]
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert ax.lines[0].get_ydata().tolist() == [3, 2, 1.5]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_learning_curves_differ_without_colour_however_many():
    ax = plots.learning_curves({str(k): [k, k + 1.5, k] for k in range(12)})
    looks = {
        (
            line.get_linestyle(),
            str(line._unscaled_dash_pattern),
            line.get_marker(),
            line.get_color(),
        )
        for line in ax.lines
    }
    assert len(looks) == 12
    first = [(str(line._unscaled_dash_pattern), line.get_marker()) for line in ax.lines[:5]]
    assert len(set(first)) == 5


def test_learning_curves_that_end_together_have_names_apart():
    ax = plots.learning_curves({f"run {k}": [1.0, 0.5 + k / 1000] for k in range(6)})
    ax.figure.canvas.draw()
    boxes = sorted((Text.get_window_extent(text) for text in ax.texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))


def test_learning_curves_of_several_runs_show_their_median():
    ax = plots.learning_curves({"runs": [[1, 2], [5, 2], [3, 8]]})
    assert ax.lines[0].get_ydata().tolist() == [3, 2]
    assert len(ax.collections) == 1


def test_learning_curves_that_leave_the_numbers_say_where():
    ax = plots.learning_curves({"wild": [1, 5, 1e9, np.inf, np.nan], "calm": [1, 1, 1, 1, 1]})
    assert "wild (not finite after 3)" in words(ax)


@pytest.mark.parametrize(
    ("values", "log", "says"),
    [
        ([], False, r"curves\['a'\] has shape \(0,\)"),
        ([[[1.0]]], False, r"curves\['a'\] has shape \(1, 1, 1\)"),
        ([np.nan], False, "holds no finite number"),
        ([1, 0], True, "falls to 0, which has no place on a logarithmic axis"),
    ],
)
def test_learning_curves_that_cannot_be_drawn_are_named(values, log, says):
    with pytest.raises(ValueError, match=says):
        plots.learning_curves({"a": values}, log=log)


@pytest.mark.parametrize("given_curves", [{}, [1, 2, 3]])
def test_learning_curves_without_names_are_refused(given_curves):
    with pytest.raises(ValueError, match="give at least one, as in"):
        plots.learning_curves(given_curves)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.01, 0.2))
def test_names_are_pushed_apart_in_order_around_their_middle(wanted, gap):
    wanted = np.array(wanted)
    placed = curves._apart(wanted, gap)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) >= gap - 1e-3).all()
    assert placed.mean() == pytest.approx(wanted.mean(), abs=1e-6)


def test_images_stand_in_rows_with_their_titles():
    ax = plots.images(np.zeros((10, 8, 8)), titles=range(10), columns=4)
    assert len(ax.images) == 10
    assert words(ax) == [str(k) for k in range(10)]
    lefts = [picture.get_extent()[0] for picture in ax.images]
    tops = [picture.get_extent()[3] for picture in ax.images]
    assert len(set(lefts)) == 4
    assert len(set(tops)) == 3


@pytest.mark.parametrize(
    ("images", "limits"),
    [
        (np.full((2, 3, 3), 0.5), (0, 1)),
        (np.full((2, 3, 3), 7, np.uint8), (0, 255)),
        (np.linspace(-2, 3, 18).reshape(2, 3, 3), (-2, 3)),
        (np.ones((2, 3, 3, 1)), (0, 1)),
        (np.ones((3, 3)), (0, 1)),
        (np.eye(3, dtype=bool), (0, 1)),
    ],
)
def test_images_of_one_figure_share_their_range(images, limits):
    assert {picture.get_clim() for picture in plots.images(images).images} == {limits}


def test_images_show_ink_dark():
    picture = plots.images(np.array([[0.0, 1.0]])).images[0]
    paper, ink = picture.to_rgba(picture.get_array())[0, :, 0]
    assert (paper, ink) == (1, 0)


@pytest.mark.parametrize("images", [np.ones((2, 4, 4, 3)), np.ones((2, 4, 4, 3)) * 9 - 4])
def test_images_in_colour_are_drawn(images):
    plots.images(images).figure.canvas.draw()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"images": np.ones(256)}, r"images has shape \(256,\).*x.reshape\(-1, 16, 16\)"),
        ({"images": np.ones((0, 8, 8))}, r"images has shape \(0, 8, 8\)"),
        ({"images": np.ones((2, 8, 8)), "titles": ["one"]}, "titles has 1 entries for 2 images"),
        ({"images": np.ones((2, 8, 8)), "columns": 0}, "columns is 0"),
        ({"images": np.full((1, 2, 2), np.nan)}, "images holds NaN"),
    ],
)
def test_images_that_do_not_fit_say_what_to_give(arguments, says):
    with pytest.raises(ValueError, match=says):
        plots.images(**arguments)


def parts(ax, kind):
    return [patch for patch in ax.patches if isinstance(patch, kind)]


@pytest.mark.parametrize(
    ("sizes", "circles", "arrows"),
    [([2, 1], 3, 2), ([2, 3, 1], 6, 9), ([6, 1], 7, 6), ([256, 64, 10], 12, 32)],
)
def test_a_network_has_a_circle_per_unit_and_an_arrow_per_weight(sizes, circles, arrows):
    ax = plots.network(sizes)
    assert len(parts(ax, Circle)) == circles
    assert len(parts(ax, FancyArrowPatch)) == arrows


def test_a_network_writes_weights_biases_and_activations():
    layers = [(np.array([[20, -20], [20, -20]]), np.array([-10, 30])), np.array([[1.5], [0.25]])]
    ax = plots.network([2, 2, 1], layers, [[0, 1], [0.98, 0.12], [0.5]])
    written = words(ax)
    for text in ("20", "−20", "b = −10", "b = 30", "1.50", "0.25", "0.98", "0.12", "0.50"):
        assert text in written


def test_a_network_dashes_negative_weights_and_thickens_large_ones():
    ax = plots.network([2, 1], [np.array([[4.0], [-1.0]])])
    strong, weak = parts(ax, FancyArrowPatch)
    assert (strong.get_linestyle(), weak.get_linestyle()) == ("-", "--")
    assert strong.get_linewidth() > weak.get_linewidth()


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (4, 4), (1, 4), (4, 1)])
def test_a_network_writes_no_weight_over_another(shape):
    weights = np.random.default_rng(0).normal(size=shape)
    ax = plots.network(shape, [weights])
    ax.figure.canvas.draw()
    labels = [text for text in ax.texts if text.get_bbox_patch()]
    boxes = [text.get_window_extent() for text in labels]
    assert len(boxes) == weights.size
    for place, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:place])


SHARED = [
    ("a", [], "a = 2"),
    ("b", [], "b = 1"),
    ("t", ["a", "b"], "add", ["1", "1"]),
    ("y", ["t", "b"], "multiply", ["1", "3"]),
]


def test_a_graph_has_a_box_per_node_and_an_arrow_per_use():
    ax = plots.graph(SHARED)
    words = [text.get_text() for text in ax.texts]
    assert sorted(words) == sorted(
        ["a = 2", "b = 1", "add", "multiply", "← 1", "← 1", "← 1", "← 3"]
    )
    assert len(parts(ax, FancyArrowPatch)) == 4


def test_a_graph_draws_a_node_that_is_used_twice_with_two_arrows_apart():
    ax = plots.graph([("x", [], "x"), ("y", ["x", "x"], "x · x")])
    first, second = parts(ax, FancyArrowPatch)
    assert first.get_connectionstyle().rad == -second.get_connectionstyle().rad != 0


def test_a_graph_leads_an_arrow_around_a_box_in_its_way():
    chain = [("a", [], "a"), ("b", ["a"], "b"), ("c", ["b", "a"], "c")]
    straight, other, around = parts(plots.graph(chain), FancyArrowPatch)
    assert straight.get_connectionstyle().rad == other.get_connectionstyle().rad == 0
    assert around.get_connectionstyle().rad != 0


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ([("a", [], ""), ("a", [], "")], "is there twice"),
        ([("b", ["a"], ""), ("a", [], "")], "parents first"),
        ([("a", [], ""), ("b", ["a"], "", ["1", "2"])], "1 parents and 2 flows"),
    ],
)
def test_a_graph_that_is_none_says_what_to_give(nodes, says):
    with pytest.raises(ValueError, match=says):
        plots.graph(nodes)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"sizes": [2]}, r"sizes is \[2\]; give at least two"),
        ({"sizes": [2, 0]}, "sizes is"),
        ({"sizes": [2, 1.5]}, "sizes is"),
        ({"weights": []}, "weights has 0 entries for 2 layers; give 1"),
        (
            {"weights": [np.ones((1, 2))]},
            r"weights\[0\] has shape \(1, 2\); give a kernel \(2, 1\)",
        ),
        ({"weights": [(np.ones((2, 1)), np.ones(2))]}, r"bias \(1,\)"),
        ({"activations": [[1, 2]]}, r"activations has shapes \[\(2,\)\]"),
    ],
)
def test_a_network_that_does_not_fit_says_what_to_give(arguments, says):
    with pytest.raises(ValueError, match=says):
        plots.network(**{"sizes": [2, 1], **arguments})


@pytest.mark.parametrize(
    ("value", "text"),
    [(20, "20"), (-10.0, "−10"), (0.982, "0.98"), (-0.5, "−0.50"), (1e7, "1.0e+07"), (0, "0")],
)
def test_numbers_are_printed_short(value, text):
    assert style.number(value) == text


def test_labels_of_a_lone_arrow_stand_at_the_usual_place():
    place = diagram._label_places(np.array([[[0.0, 0.0], [1.0, 0.0]]]))[0]
    assert place[0] == pytest.approx(diagram.LABEL_AT, abs=0.02)
