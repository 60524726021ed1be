"""Scales without each item, correlations with gaps, and items that run against the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, DataWarning

EXACT = 1e-10
RNG = np.random.default_rng(8)
ANSWERS = np.round(3 + RNG.normal(size=(60, 1)) + 0.9 * RNG.normal(size=(60, 5)))
NAMES = list("abcde")


def table(values: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(NAMES, values.T, strict=False))


def test_each_row_is_the_scale_without_the_item() -> None:
    found = reliability.dropped_statistics(table(ANSWERS))
    for name in NAMES:
        rest = reliability.alpha(table(ANSWERS), [other for other in NAMES if other != name])
        row = found.loc[name]
        for column in (
            "alpha",
            "standardized",
            "lambda6",
            "average_r",
            "signal_noise",
            "std_error",
            "median_r",
        ):
            assert row[column] == pytest.approx(getattr(rest, column), rel=EXACT), (name, column)


def test_lambda6_of_standardized_answers_is_guttmans() -> None:
    z = (ANSWERS - ANSWERS.mean(0)) / ANSWERS.std(0)
    bounds = reliability.guttman_bounds(table(z))
    assert reliability.alpha(table(ANSWERS)).lambda6 == pytest.approx(bounds.lambda6, rel=EXACT)


def test_two_items_have_no_rest() -> None:
    with pytest.raises(DataError, match="no scale is left"):
        reliability.dropped_statistics(table(ANSWERS[:, :2]))


def test_items_that_are_the_same_have_no_lambda6() -> None:
    with pytest.warns(DataWarning, match="perfectly correlated: a and b"):
        same = reliability.alpha(table(np.repeat(ANSWERS[:, :1], 3, axis=1)))
    assert np.isnan(same.lambda6) and np.isnan(same.signal_noise)
    assert same.alpha == pytest.approx(1, abs=EXACT)


def test_an_item_is_correlated_with_the_mean_of_what_was_answered() -> None:
    gaps = ANSWERS.copy()
    gaps[:6, 1] = gaps[10, 3] = np.nan
    gaps[20] = np.nan
    found = reliability.item_statistics(table(gaps), missing="pairwise")["raw_r"]
    means = np.array([np.nanmean(row) if np.isfinite(row).any() else np.nan for row in gaps])
    for place, name in enumerate(NAMES):
        seen = np.isfinite(gaps[:, place])
        assert found[name] == pytest.approx(np.corrcoef(gaps[seen, place], means[seen])[0, 1], rel=EXACT)


@pytest.mark.parametrize("turned", [(), ("b",), ("a", "d")])
def test_turned_items_are_found_in_any_unit(turned: tuple[str, ...]) -> None:
    data = {name: (7 - column if name in turned else column) for name, column in table(ANSWERS).items()}
    data["c"] = 10 * data["c"] + 3
    assert reliability.against_first_component(data) == turned


def test_halves_that_run_against_one_another_are_refused() -> None:
    x = ANSWERS[:, 0]
    with pytest.raises(DataError, match="half of the items"):
        reliability.against_first_component({"a": x, "b": -x})


def test_item_correlations_of_three_kinds() -> None:
    common = np.random.default_rng(3).normal(size=(2000, 1))
    latent = common + np.random.default_rng(4).normal(size=(2000, 3))  # correlations of .5
    cut = np.digitize(latent, [-1.5, 0.5]).astype(float)
    pearson, spearman, polychoric = (
        reliability.item_correlations(table(cut), method=method)
        for method in ("pearson", "spearman", "polychoric")
    )
    assert pearson.attrs["mean"] == pytest.approx(reliability.alpha(table(cut)).average_r, abs=EXACT)
    assert polychoric.attrs["mean"] == pytest.approx(0.5, abs=0.04)
    assert pearson.attrs["highest"] < polychoric.attrs["lowest"]
    answers = table(latent[:50])
    ranks = pd.DataFrame(answers).rank()
    found = reliability.item_correlations(answers, method="spearman")
    assert found.to_numpy() == pytest.approx(ranks.corr().to_numpy(), abs=EXACT)
    assert spearman.attrs["n"] == 2000


def test_item_correlations_refuse_what_they_do_not_know() -> None:
    with pytest.raises(DataError, match="expected one of pearson"):
        reliability.item_correlations(table(ANSWERS), method="kendall")
    with pytest.raises(DataError, match="pairwise' is for pearson"):
        reliability.item_correlations(table(ANSWERS), method="spearman", missing="pairwise")
