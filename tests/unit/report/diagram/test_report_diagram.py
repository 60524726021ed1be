"""Path diagrams: what is drawn, where it lies, that nothing hides anything."""

from functools import cache
from itertools import combinations

import pandas as pd
import pytest
from lxml import etree

from mlbc_stats.errors import DataError
from mlbc_stats.report import path_diagram
from mlbc_stats.report.diagram.arrows import route
from mlbc_stats.report.diagram.curves import border, frame, straight
from mlbc_stats.report.diagram.layers import arrange
from mlbc_stats.report.diagram.layout import Box, lay_out
from mlbc_stats.report.diagram.nodes import read_diagram
from tests.examples.report_examples import FACETS, NAMES, parameters, row, second_order_model

DEMOCRACY = pd.DataFrame(
    [
        *(row("ind60", "=~", f"x{j}", 0.9) for j in (1, 2, 3)),
        *(row("dem60", "=~", f"y{j}", 0.8) for j in (1, 2, 3, 4)),
        *(row("dem65", "=~", f"y{j}", 0.8) for j in (5, 6, 7, 8)),
        row("dem60", "~", "ind60", 0.447),
        row("dem65", "~", "ind60", 0.182, 0.1),
        row("dem65", "~", "dem60", 0.885),
        *(row(a, "~~", b, 0.3) for a, b in (("y1", "y5"), ("y2", "y4"), ("y4", "y8"))),
    ]
)
RECIPROCAL = pd.DataFrame(
    [
        row("y1", "~", "x1", 0.3),
        row("y1", "~", "y2", 0.2),
        row("y2", "~", "y1", 0.25),
        row("y2", "~", "x2", 0.4),
        row("x1", "~~", "x2", 0.3),
    ]
)
FACTORS = pd.DataFrame(
    [
        *(row(f, "=~", f"{f}{j}", 0.7) for f in ("visual", "textual", "speed") for j in (1, 2, 3)),
        *(row(a, "~~", b, 0.4) for a, b in combinations(("visual", "textual", "speed"), 2)),
    ]
)
MODELS = {
    "second order": (second_order_model(), "structural"),
    "second order with facets": (second_order_model(), "facets"),
    "second order, complete": (second_order_model(), "measurement"),
    "democracy": (DEMOCRACY, "measurement"),
    "reciprocal": (RECIPROCAL, "structural"),
    "factors": (FACTORS, "measurement"),
}


@cache
def drawn(name):
    rows, show = MODELS[name]
    diagram = read_diagram(rows, show)
    layout = lay_out(diagram, NAMES)
    return diagram, layout, route(diagram, layout)


@pytest.mark.parametrize("name", MODELS)
def test_no_box_lies_on_another(name):
    _, layout, _ = drawn(name)
    hidden = [
        (a.name, b.name) for a, b in combinations(layout.boxes.values(), 2) if frame(a).overlap(frame(b)) > 0
    ]
    assert hidden == []


@pytest.mark.parametrize("name", MODELS)
def test_no_label_lies_on_a_box_or_on_another_label(name):
    _, layout, routes = drawn(name)
    on_boxes = [
        (path.lines, box.name)
        for path in routes
        for box in layout.boxes.values()
        if path.room.overlap(frame(box)) > 0
    ]
    on_labels = [(a.lines, b.lines) for a, b in combinations(routes, 2) if a.room.overlap(b.room) > 12]
    assert on_boxes == []
    assert on_labels == []


@pytest.mark.parametrize("name", MODELS)
def test_every_line_joins_its_two_boxes_and_runs_through_no_third(name):
    _, layout, routes = drawn(name)
    for path in routes:
        ends = (path.curve.at(0), path.curve.at(1))
        pair = {path.arrow.source, path.arrow.target}
        for box in layout.boxes.values():
            touched = sum(frame(box, -1.0).holds(point) for point in path.curve.samples())
            if box.name in pair:
                assert any(frame(box, 0.5).holds(end) for end in ends), (pair, box.name)
            else:
                assert touched == 0, (pair, box.name)


def test_causes_stand_left_of_their_effects():
    diagram, layout, _ = drawn("second order, complete")
    for arrow in diagram.arrows:
        if arrow.kind == "regression":
            assert layout.boxes[arrow.source].x < layout.boxes[arrow.target].x


def test_each_view_shows_its_part_of_the_model():
    rows = second_order_model()
    structural, facets, complete = (
        set(lay_out(read_diagram(rows, show)).boxes) for show in ("structural", "facets", "measurement")
    )
    assert structural == {*FACETS, "aln_state"}
    assert facets - structural == {facet for group in FACETS.values() for facet in group}
    assert len(complete) == 6 + 13 + 56


def test_shapes_follow_what_a_variable_is():
    rows = pd.concat(
        [DEMOCRACY, pd.DataFrame([row("index", "<~", "z1", 0.5), row("dem65", "~", "index", 0.1)])]
    )
    tree = etree.fromstring(path_diagram(rows, "measurement").svg)
    count = {name: len(list(tree.iter(f"{{*}}{name}"))) for name in ("ellipse", "polygon")}
    assert count == {"ellipse": 3, "polygon": 1}
    boxes = lay_out(read_diagram(rows, "measurement")).boxes
    assert sum(box.shape == "rectangle" for box in boxes.values()) == 12


def test_an_interval_with_zero_is_dashed_and_printed():
    paths = {a.source: a for a in read_diagram(DEMOCRACY).arrows if a.target == "dem65"}
    assert paths["ind60"].dashed and not paths["dem60"].dashed
    svg = path_diagram(DEMOCRACY).svg
    assert svg.count("stroke-dasharray") == 1
    assert "[−0.02, 0.38]" in svg


def test_unstandardized_intervals_decide_on_dashes_but_are_not_printed_beside_standardized_values():
    frame_ = parameters()
    figure = path_diagram(frame_)
    assert "[" not in figure.svg.partition("</desc>")[2]
    assert figure.svg.count("stroke-dasharray") == path_diagram(second_order_model()).svg.count(
        "stroke-dasharray"
    )
    assert "[" in path_diagram(frame_, value="est").svg.partition("</desc>")[2]


def test_a_fixed_loading_is_never_dashed_and_a_fixed_zero_covariance_not_drawn():
    rows = pd.DataFrame(
        [row("f", "=~", "x", 1.0, 0.0), row("f", "=~", "y", 0.0, 0.0), row("f", "~~", "g", 0.0, 0.0)]
    )
    arrows = read_diagram(pd.concat([rows, pd.DataFrame([row("g", "=~", "z", 0.5)])]), "measurement").arrows
    assert [arrow.kind for arrow in arrows] == ["loading"] * 3
    assert not any(arrow.dashed for arrow in arrows)


def test_explained_variance_stands_in_endogenous_nodes():
    assert read_diagram(second_order_model()).explained == {
        "aln_state": pytest.approx(0.38),
        "CAP": pytest.approx(0.45),
    }
    assert "R² 0.38" in path_diagram(second_order_model()).svg


def test_variances_intercepts_and_definitions_have_no_arrow():
    rows = [
        row("y", "~", "x", 0.3),
        row("y", "~1", "", 2.0),
        row("y", "~~", "y", 0.9),
        row("a", ":=", "b*c", 0.1),
    ]
    assert [arrow.kind for arrow in read_diagram(pd.DataFrame(rows)).arrows] == ["regression"]


def test_one_group_at_a_time():
    both = pd.concat([DEMOCRACY, DEMOCRACY.assign(group=2, est_std=0.11)])
    assert "dem60 on ind60: 0.11" in path_diagram(both, group=2).description
    assert "0.11" not in path_diagram(both).description


def test_the_description_says_what_the_drawing_shows_with_the_printed_names():
    text = path_diagram(second_order_model(), labels=NAMES, synthetic=True).description
    assert "Alignment on Temporal complexity: −0.28 95% CI [−0.38, −0.18]." in text


def test_names_are_escaped():
    rows = pd.DataFrame([row("y", "~", "x", 0.3)])
    tree = etree.fromstring(path_diagram(rows, labels={"x": 'a<b> & "c"'}).svg)
    assert 'a<b> & "c"' in "".join(tree.itertext())


@pytest.mark.parametrize(
    ("rows", "settings", "message"),
    [
        (DEMOCRACY, {"show": "everything"}, r"show='everything', expected one of structural"),
        (DEMOCRACY.drop(columns="est_std"), {}, "no column std_all"),
        (DEMOCRACY, {"value": "std_lv"}, "no column std_lv"),
        (DEMOCRACY, {"group": 3}, "no loading, path or covariance of group 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(rows, settings, message):
    with pytest.raises(DataError, match=message):
        path_diagram(rows, **settings)


def test_a_cycle_loses_one_edge_and_long_edges_get_waypoints():
    found = arrange(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "b"), ("a", "c")])
    assert found.backward == {("c", "b")}
    assert found.columns == (("a",), ("b", "a→c@1"), ("c",))


def test_order_within_columns_avoids_crossings():
    found = arrange(["a", "b", "y", "z"], [("a", "z"), ("b", "y")])
    left, right = found.columns
    assert (left.index("a") < left.index("b")) == (right.index("z") < right.index("y"))


def test_a_chain_of_equals_is_drawn():
    rows = pd.DataFrame([row(f"y{t + 1}", "~", f"y{t}", 0.5) for t in range(8)])
    assert len(read_diagram(rows).structural) == 9
    assert len(arrange([f"y{t}" for t in range(9)], [(f"y{t}", f"y{t + 1}") for t in range(8)]).columns) == 9


@pytest.mark.parametrize("shape", ["oval", "rectangle", "hexagon"])
@pytest.mark.parametrize("toward", [(10.0, 0.0), (0.0, -9.0), (7.0, 5.0), (-3.0, 8.0)])
def test_lines_meet_the_border_of_a_shape(shape, toward):
    box = Box("b", 0.0, 0.0, 4.0, 2.0, shape, ("b",), 10.0)
    x, y = border(box, toward)
    reach = (x / 2) ** 2 + y**2 if shape == "oval" else max(abs(x) / 2, abs(y))
    assert reach == pytest.approx(1.0)
    assert x * toward[1] == pytest.approx(y * toward[0])


def test_a_straight_line_is_halved_in_its_middle():
    assert straight((0.0, 0.0), (2.0, 4.0)).at(0.5) == pytest.approx((1.0, 2.0))
