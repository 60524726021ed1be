"""The flow of cases as a drawing."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.report import FlowStep, flow_chart

STEPS = [
    FlowStep(("Read", "600 cases"), ("29 set aside", "27: " + "a reason with many words " * 5)),
    FlowStep(("Kept <b>", "571 cases")),
    FlowStep(("Used", "571 units", "544 complete")),
]


def test_boxes_and_arrows_stand_inside_the_drawing_and_below_one_another() -> None:
    svg = flow_chart(STEPS, synthetic=True).svg
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    boxes = [
        {name: float(rect.attrib[name]) for name in ("x", "y", "width", "height")}
        for rect in root.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert len(boxes) == 4
    assert all(box["x"] + box["width"] <= width and box["y"] + box["height"] <= height for box in boxes)
    main = [box for box in boxes if box["x"] < 100]
    assert all(one["y"] + one["height"] < two["y"] for one, two in pairwise(main))
    assert "Kept &lt;b&gt;" in svg and "SYNTHETIC" in svg


def test_every_line_fits_its_box() -> None:
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", flow_chart(STEPS).svg)
    assert max(map(len, texts)) <= 43


@pytest.mark.parametrize("steps", [STEPS[:1], [FlowStep(()), FlowStep(("a",))]])
def test_a_flow_needs_two_steps_with_text(steps: list[FlowStep]) -> None:
    with pytest.raises(DataError, match="two steps"):
        flow_chart(steps)
