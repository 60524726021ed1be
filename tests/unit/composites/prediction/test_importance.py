"""Importance and performance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import DataError, ModelError, NotServedError
from tests.unit.composites.samples import drawn, model

WIDE = (-9.0, 9.0)


def found(ranges: Any = WIDE) -> composites.CompositeImportance:
    return composites.importance(composites.fit(model(), drawn()), ranges)


def test_importance_is_the_slope_of_scores_in_points() -> None:
    scores = found().scores
    x = np.column_stack([np.ones(250), scores[["fame", "trust"]]])
    slopes = np.linalg.lstsq(x, scores["stay"].to_numpy(), rcond=None)[0]
    onward = np.linalg.lstsq(
        np.column_stack([np.ones(250), scores[["fame", "care"]]]), scores["trust"], rcond=None
    )[0]
    table = found().constructs("stay").set_index("construct")["importance"]
    assert table["trust"] == pytest.approx(slopes[2])
    assert table["fame"] == pytest.approx(slopes[1] + slopes[2] * onward[1])
    assert table["care"] == pytest.approx(slopes[2] * onward[2])


def test_performance_is_the_mean_score() -> None:
    result = found()
    assert result.performance == pytest.approx(result.scores.mean().to_numpy())
    assert result.weights.sum(axis=1) == pytest.approx(1.0)
    assert ((result.scores >= 0) & (result.scores <= 100)).all().all()


def test_scales_do_not_matter_when_their_ends_are_given() -> None:
    names = list(drawn())
    data = {name: 5 + (k + 1) * drawn()[name] for k, name in enumerate(names)}
    ranges = {name: (5 - 9.0 * (k + 1), 5 + 9.0 * (k + 1)) for k, name in enumerate(names)}
    other = composites.importance(composites.fit(model(), data), ranges)
    assert other.effects == pytest.approx(found().effects, abs=1e-7)
    assert other.performance == pytest.approx(found().performance, abs=1e-7)


def test_indicators_share_the_importance_of_their_construct() -> None:
    result = found()
    summed = result.indicators("stay").groupby("construct")["importance"].sum()
    table = result.constructs("stay").set_index("construct")["importance"]
    assert summed[table.index].to_numpy() == pytest.approx(table.to_numpy())


def test_combined_with_what_is_necessary() -> None:
    result = found()
    table = result.combined("stay", {"trust": 50.0}).set_index("construct")
    assert table.loc["trust", "below"] == pytest.approx((result.scores["trust"] < 50).mean())
    assert table.loc["fame", "below"] == 0
    with pytest.raises(ModelError, match="required names stay"):
        result.combined("stay", {"stay": 1.0})


def test_observed_ranges_are_told() -> None:
    result = found(None)
    assert "smallest and largest answer" in repr(result)
    assert "target" in result._repr_html_()


def test_higher_order_counts_columns_once() -> None:
    text = (
        "fame <~ fame1 + fame2 + fame3\ncare <~ care1 + care2 + care3\nview <~ fame + care\n"
        "trust <~ trust1 + trust2 + trust3\ntrust ~ view"
    )
    fit = composites.fit(text, drawn())
    assert composites.importance(fit, WIDE).constructs()["construct"].tolist() == ["view"]


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        ((0, 1), "answers beyond their range: fame1"),
        ((1, 1), "not below the highest"),
        ({"fame1": (0, 1)}, "no range is given for fame2"),
        ({"fame": (0, 1)}, "did you mean"),
        (5, "expected \\(lowest, highest\\)"),
    ],
)
def test_ranges_that_are_refused(ranges: Any, told: str) -> None:
    with pytest.raises(DataError, match=told):
        found(ranges)


def test_models_that_are_refused() -> None:
    product = "f <~ fame1 + fame2; h <~ care1 + care2; g <~ trust1 + trust2; g ~ f + h + f:h"
    with pytest.raises(NotServedError, match="products"):
        composites.importance(composites.fit(product, drawn()), WIDE)
    with pytest.raises(ModelError, match="no path leads to it"):
        found().constructs("fame")
    data = {**drawn(), "fame2": -drawn()["fame2"], "fame3": -drawn()["fame3"]}
    turned = composites.fit(model(), data, dominant={"fame": "fame1"})
    with pytest.raises(DataError, match="weights of fame"):
        composites.importance(turned, WIDE)
    milder = composites.fit(model(), {**drawn(), "fame3": -drawn()["fame3"]})
    assert "negative weights (fame3 of fame)" in composites.importance(milder, WIDE).notes[0]
