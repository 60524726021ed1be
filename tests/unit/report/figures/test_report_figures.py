"""Likert charts, heat maps and interval plots."""

import struct

import numpy as np
import pandas as pd
import pytest
from lxml import etree
from PIL import Image

from mlbc_stats.errors import DataError
from mlbc_stats.report import distribution_chart, forest, likert_chart, likert_counts, loadings_heatmap
from mlbc_stats.report.figures.raster import png_bytes
from mlbc_stats.report.figures.svg import finish_svg, own_ids, view_box
from tests.examples.report_examples import SCALE, answers, coefficient, loadings, verdict, verdicts

MAKERS = {
    "likert": lambda **kw: likert_chart(answers(), SCALE, {"q1": "A", "q2": "B", "q3": "A"}, **kw),
    "distributions": lambda **kw: distribution_chart(scores(), {"q": (1, 5)}, {"q": "Pace"}, **kw),
    "heatmap": lambda **kw: loadings_heatmap(loadings(), **kw),
    "forest": lambda **kw: forest(verdicts(), **kw),
}


def scores():
    rng = np.random.default_rng(1)
    return pd.DataFrame({"q": rng.integers(1, 6, 80).astype(float), "s": rng.normal(size=80)})


def texts(figure):
    tree = etree.fromstring(figure.svg)
    return ["".join(found.itertext()) for found in tree.iter("{*}text")]


@pytest.mark.parametrize("kind", MAKERS)
def test_a_figure_is_one_scalable_described_drawing(kind):
    figure = MAKERS[kind](synthetic=True, title="A < B")
    tree = etree.fromstring(figure.svg)
    assert tree.get("viewBox") and tree.get("width") is None
    assert tree.get("role") == "img"
    assert tree.findtext("{*}title") == "A < B"
    assert tree.findtext("{*}desc") == f"SYNTHETIC data. {figure.description}"
    assert not list(tree.iter("{*}style", "{*}script", "{*}metadata", "{*}image"))


@pytest.mark.parametrize("kind", MAKERS)
def test_only_a_synthetic_figure_is_stamped(kind):
    assert "SYNTHETIC" in texts(MAKERS[kind](synthetic=True))
    assert "SYNTHETIC" not in MAKERS[kind]().svg
    assert MAKERS[kind]().synthetic is None


@pytest.mark.parametrize("kind", MAKERS)
def test_the_same_input_gives_the_same_drawing(kind):
    assert MAKERS[kind]().svg == MAKERS[kind]().svg


@pytest.mark.parametrize("kind", MAKERS)
def test_pixels_are_three_hundred_to_the_inch(kind, tmp_path):
    figure = MAKERS[kind](synthetic=True)
    path = figure.save(tmp_path / "figure.png")
    pixels = path.read_bytes()
    _, _, wide, tall = view_box(figure.svg)
    assert struct.unpack(">II", pixels[16:24]) == pytest.approx((wide * 300 / 72, tall * 300 / 72), abs=4)
    with Image.open(path) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        colours = picture.convert("RGB").getcolors(1 << 20)
    assert len(colours) > 50, "the drawing is blank"


def test_pixels_have_letters_without_any_font_of_the_machine():
    blank, drawn = (
        png_bytes(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 20">{inner}</svg>')
        for inner in ("", '<text x="5" y="15" font-family="Helvetica, sans-serif">β = −0.46</text>')
    )
    assert len(drawn) > 2 * len(blank)


def test_drawing_leaves_no_trace_in_pyplot():
    import matplotlib as mpl
    from matplotlib import pyplot

    before = dict(mpl.rcParams)
    for make in MAKERS.values():
        make()
    assert pyplot.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_a_figure_is_saved_by_its_ending(tmp_path):
    figure = MAKERS["heatmap"]()
    assert figure.save(tmp_path / "a.svg").read_text(encoding="utf-8") == figure.svg
    with pytest.raises(DataError, match=r"cannot write a\.jpg: expected .*\.png"):
        figure.save(tmp_path / "a.jpg")


def test_counts_and_codes_give_the_same_chart():
    counts = likert_counts(answers(), SCALE)
    assert counts.sum(axis=1).to_list() == answers().notna().sum().to_list()
    assert likert_chart(counts, SCALE).svg == likert_chart(answers(), SCALE).svg


def test_shares_are_of_the_answers_given():
    frame = pd.DataFrame({"q": [1, 1, 3, 5, np.nan]})
    assert likert_chart(frame, SCALE).description == "q: 50% below the middle, 25% above, n = 4."


def test_an_even_scale_has_no_middle():
    frame = pd.DataFrame({"q": [1, 2, 3, 4]})
    chart = likert_chart(frame, {1: "a", 2: "b", 3: "c", 4: "d"})
    assert chart.description == "q: 50% below the middle, 50% above, n = 4."


def test_items_of_a_facet_stay_together_under_its_heading():
    found = texts(MAKERS["likert"]())
    assert found.index("A") < found.index("q1") < found.index("q3") < found.index("B") < found.index("q2")


def test_question_texts_are_wrapped_and_escaped():
    chart = likert_chart(answers()[["q1"]], SCALE, texts={"q1": "We <decide> & act. " * 8})
    assert max(len(line) for line in texts(chart)) < 70
    assert "We <decide> & act." in " ".join(texts(chart))


def test_codes_off_the_scale_are_all_named():
    frame = answers().assign(q2=9.0, q4=0.0)
    with pytest.raises(DataError, match=r"not on the scale \[1, 2, 3, 4, 5\]: q2: \[9.0\]; q4: \[0.0\]"):
        likert_chart(frame, SCALE)


def test_an_item_without_answers_is_named():
    with pytest.raises(DataError, match="item 'q3' has no answers"):
        likert_chart(answers().assign(q3=np.nan), SCALE)


def test_every_loading_is_printed_and_empty_cells_are_not():
    found = texts(loadings_heatmap(loadings()))
    values = [text for text in found if text.count(".") == 1 and len(text) <= 5]
    assert {"0.80", "−0.60", "0.70", "0.50", "0.90", "0.65"} <= set(values)
    assert "nan" not in " ".join(found)


def test_many_factors_widen_the_map_and_long_names_are_cut():
    names = [f"a_factor_with_a_name_{j}" for j in range(14)]
    wide = pd.DataFrame(np.eye(14) * 0.5 + 0.1, index=[name * 2 for name in names], columns=names)
    figure = loadings_heatmap(wide)
    assert figure.min_width > 14 * 0.4 * 72
    found = texts(figure)
    assert set(names) <= set(found)
    assert all(len(text) <= 24 for text in found)
    assert loadings_heatmap(loadings()).min_width == 0


def test_a_table_without_loadings_is_refused():
    with pytest.raises(DataError, match="no number to draw"):
        loadings_heatmap(loadings() * np.nan)


def test_the_forest_names_every_quantity_with_its_verdict():
    found = texts(forest(verdicts()))
    assert {"0.28  supported", "0.01  negligible", "−0.25  opposite", "0.12  part: undecided"} <= set(found)
    assert "Together: undecided" in " ".join(found) and "M13  indirect_OML" in " ".join(found)
    assert "0.15  supported" not in found and "part of a joint verdict" in found


def test_a_quantity_without_estimate_keeps_its_row():
    lost = verdict("M1", "undecided", coefficient("b", float("nan"), float("nan"), "undecided"))
    assert "—  undecided" in texts(forest([lost, *verdicts()]))
    assert "—  undecided" in texts(forest([lost]))


def test_verdicts_without_quantities_are_refused():
    with pytest.raises(DataError, match="no verdict holds a coefficient"):
        forest([verdict("M1", "undecided")])


def test_ids_and_references_get_the_prefix_and_nothing_else_changes():
    drawing = (
        '<svg viewBox="0 0 1 1"><path id="a"/><use xlink:href="#a" clip-path="url(#a)"/><b href="#x"/></svg>'
    )
    assert own_ids(drawing, "f") == drawing.replace('"a"', '"f--a"').replace("#a", "#f--a").replace(
        "#x", "#f--x"
    )


@pytest.mark.parametrize("broken", ["no drawing", "<svg></svg>"])
def test_what_is_no_drawing_is_refused(broken):
    with pytest.raises(DataError, match="<svg> element"):
        finish_svg(broken, "t", "d")


def test_distributions_have_a_bar_per_code_and_say_what_they_show():
    frame = pd.DataFrame({"q": [1.0, 2.0, 2.0, np.nan], "same": 3.0})
    figure = distribution_chart(frame, {"q": (1, 4)}, {"q": "Pace"})
    assert figure.description.startswith("q: n = 3, M = 1.67, SD = 0.58")
    assert "same: n = 4" in figure.description
    assert {"Pace", "1", "4"} <= set(texts(figure))


def test_distributions_refuse_empty_columns_and_values_out_of_bounds():
    with pytest.raises(DataError, match="'q' has no values"):
        distribution_chart(pd.DataFrame({"q": [np.nan]}))
    with pytest.raises(DataError, match="'q' has values from 1 to 9, outside 1 to 5"):
        distribution_chart(pd.DataFrame({"q": [1, 9]}), {"q": (1, 5)})
