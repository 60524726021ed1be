"""Ceilings by definition, their symmetries, and what users meet."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import linregress

from mlbc_stats import necessity
from mlbc_stats.errors import DataError, DataWarning, ModelError
from mlbc_stats.necessity.ceilings import CEILINGS
from mlbc_stats.necessity.effect import Scope, ceiling_zone, step_sizes


def triangle(n=200, seed=2, digits=None):
    """Synthetic cases below the line y = x, another condition that bounds nothing."""
    rng = np.random.default_rng(seed)
    x, w = rng.uniform(size=(2, n))
    y = x * rng.uniform(size=n)
    out = {"x": x, "w": w, "y": y}
    return out if digits is None else {name: np.round(v, digits) for name, v in out.items()}


def peers(x, y):
    """Cases that no other case dominates: no more of x, no less of y, one of them strictly."""
    beaten = [
        any((x[j] <= x[i]) and (y[j] >= y[i]) and (x[j] < x[i] or y[j] > y[i]) for j in range(len(x)))
        for i in range(len(x))
    ]
    return ~np.array(beaten)


def below_grid(height, scope, cells=2000):
    """Area above a ceiling, by the midpoint rule."""
    x = scope.x_low + (np.arange(cells) + 0.5) / cells * (scope.x_high - scope.x_low)
    gap = scope.y_high - np.clip(height(x), scope.y_low, scope.y_high)
    return gap.mean() * (scope.x_high - scope.x_low)


@pytest.mark.parametrize("digits", [None, 1])
def test_ceilings_are_those_of_undominated_cases(digits):
    data = triangle(digits=digits)
    x, y = data["x"], data["y"]
    top = peers(x, y)
    steps, line = CEILINGS["ce_fdh"](x, y), CEILINGS["cr_fdh"](x, y)
    assert set(zip(steps.x, steps.y, strict=True)) == set(zip(x[top], y[top], strict=True))
    wanted = linregress(x[top], y[top])
    assert (line.slope, line.intercept) == pytest.approx((wanted.slope, wanted.intercept))


@pytest.mark.parametrize("name", CEILINGS)
def test_the_zone_is_the_area_above_the_ceiling(name):
    data = triangle()
    scope = Scope(data["x"].min(), data["x"].max(), data["y"].min(), data["y"].max())
    ceiling = CEILINGS[name](data["x"], data["y"])
    assert ceiling_zone(ceiling, scope) == pytest.approx(below_grid(ceiling.height, scope), abs=2e-3)


@pytest.mark.parametrize("name", ["ce_fdh", "ce_vrs", "cols", "c_lp"])
def test_no_case_lies_above_an_enveloping_ceiling(name):
    data = triangle()
    found = necessity.fit(data, ["x", "w"], "y", ceilings=[name])
    assert (found.table["above"] == 0).all() and (found.table["accuracy"] == 100).all()


def test_a_concave_envelope_is_below_the_steps_nowhere():
    data = triangle()
    grid = np.linspace(data["x"].min(), data["x"].max(), 500)
    steps, hull = (CEILINGS[name](data["x"], data["y"]) for name in ("ce_fdh", "ce_vrs"))
    assert (hull.height(grid) >= steps.height(grid) - 1e-12).all()
    assert (np.diff(np.diff(hull.y) / np.diff(hull.x)) < 0).all()


def test_a_bound_is_found_and_its_absence_too():
    found = necessity.fit(triangle(1000), ["x", "w"], "y", permutations=500, seed=3).table
    sizes = found.set_index(["condition", "ceiling"])["effect_size"]
    pvalues = found.set_index(["condition", "ceiling"])["pvalue"]
    assert sizes["x", "cr_fdh"] == pytest.approx(0.5, abs=0.05)
    assert pvalues["x", "ce_fdh"] == 0 and pvalues["w", "ce_fdh"] > 0.05


def test_under_independence_p_values_are_uniform():
    """200 synthetic samples of 40, both variables unrelated: 5 % below .05, within three binomial errors."""
    rng = np.random.default_rng(5)
    below = 0
    for seed in range(200):
        x, y = rng.uniform(size=(2, 40))
        found = necessity.fit({"x": x, "y": y}, "x", "y", permutations=99, seed=seed)
        below += found.conditions["x"].p_value("ce_fdh") <= 0.05
    assert abs(below / 200 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 200)


def test_permutations_are_the_analysis_of_each_order():
    data = triangle(25, digits=1)
    orders = np.random.default_rng(1).permuted(np.tile(np.arange(25), (20, 1)), axis=1)
    tested = necessity.fit(data, "x", "y", orders=orders).conditions["x"]
    for at, order in enumerate(orders):
        again = necessity.fit({"x": data["x"], "y": data["y"][order]}, "x", "y").conditions["x"]
        for name in ("ce_fdh", "cr_fdh"):
            assert tested.permuted[name][at] == pytest.approx(
                again.effects[name].size, abs=1e-12, nan_ok=True
            )


def test_the_other_corners_are_this_one_turned():
    data = triangle()
    mirrored = {"x": -data["x"], "y": data["y"]}
    one = necessity.fit(data, "x", "y").table
    other = necessity.fit(mirrored, "x", "y", corner="upper_right").table
    for column in ("effect_size", "accuracy", "relative_inefficiency"):
        assert other[column].to_numpy() == pytest.approx(one[column].to_numpy())


def test_units_do_not_matter_and_a_wider_scope_enlarges_the_empty_corner():
    data = triangle()
    scaled = {name: 7 + 100 * v for name, v in data.items()}
    one, other = (necessity.fit(d, "x", "y").table["effect_size"].to_numpy() for d in (data, scaled))
    assert one == pytest.approx(other)
    wide = necessity.fit(data, "x", "y", scope={"x": (0, 1), "y": (0, 1)})
    assert wide.table["effect_size"][0] > one[0] and wide.table["scope"][0] == 1


def test_a_bottleneck_is_the_ceiling_read_from_the_outcome():
    data = triangle()
    found = necessity.fit(data, "x", "y", ceilings=["ce_fdh", "cr_fdh"])
    line = found.conditions["x"].ceilings["cr_fdh"]
    table = found.bottleneck("cr_fdh", 5, x_unit="actual", y_unit="actual")
    inside = np.isfinite(table["x"])
    assert (line.intercept + line.slope * table["x"])[inside].to_numpy() == pytest.approx(
        table["y"][inside].to_numpy()
    )
    steps = found.bottleneck("ce_fdh", 5, x_unit="actual", y_unit="actual")
    for x, y in steps[["x", "y"]].dropna().to_numpy():
        assert data["x"][data["y"] >= y].min() == pytest.approx(x)
    cases = found.bottleneck("ce_fdh", 5, x_unit="percentile", y_unit="percentage.max")
    assert cases["x"].dropna().between(0, 100).all()


def test_a_single_corner_gives_no_line():
    data = {"x": [0.0, 1, 2, 3], "y": [3.0, 2, 1, 0]}
    found = necessity.fit(data, "x", "y", permutations=20, seed=1)
    assert found.table["effect_size"][0] == 0 and np.isnan(found.table["effect_size"][1])
    assert np.isnan(step_sizes(np.arange(3.0), np.array([2.0, 1, 0]), Scope(0, 2, 0, 2))[1])


def test_gaps_are_told(data=None):
    data = triangle(50)
    data["x"][:3] = np.nan
    with pytest.warns(DataWarning, match="3 of 50 cases"):
        found = necessity.fit(data, "x", "y")
    assert found.n == 47 and "x" in repr(found) and found._repr_html_()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"conditions": "z"}, DataError, "z"),
        ({"conditions": ["x", "x"]}, ModelError, "different conditions"),
        ({"conditions": "y"}, ModelError, "different conditions"),
        ({"ceilings": ["cefdh"]}, ModelError, "did you mean 'ce_fdh'"),
        ({"ceilings": "ce_fdh"}, ModelError, "give a list"),
        ({"corner": "top"}, ModelError, "upper_left"),
        ({"scope": {"x": (0.4, 1)}}, DataError, "beyond its scope"),
        ({"scope": {"x": (1, 0)}}, ModelError, "lowest, highest"),
        ({"permutations": -1}, ModelError, "positive"),
        ({"orders": [[0, 1]]}, ModelError, "orders"),
        ({"conditions": "same"}, DataError, "one value"),
    ],
)
def test_bad_input_is_named(options, error, words):
    data = triangle() | {"same": np.ones(200)}
    with pytest.raises(error, match=words):
        necessity.fit(data, **{"conditions": "x", "outcome": "y", **options})


def test_bottlenecks_of_what_was_not_asked_for_are_refused():
    found = necessity.fit(triangle(), "x", "y")
    with pytest.raises(ModelError, match="not asked for"):
        found.bottleneck("ce_vrs")
    with pytest.raises(ModelError, match="x_unit"):
        found.bottleneck(x_unit="pounds")
    with pytest.raises(ModelError, match="upper-left"):
        necessity.fit(triangle(), "x", "y", corner="lower_left").bottleneck()
    with pytest.raises(DataError, match="at least 3"):
        necessity.fit({"x": [0.0, 1], "y": [0.0, 1]}, "x", "y")
