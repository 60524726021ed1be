"""Segments that explain best: recovery, a climb that only rises, what a partition is worth by refitting it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.composites.segments.predicting_result import PredictionSegments
from mlbc_stats.errors import ConvergenceWarning, ModelError
from tests.unit.composites.segments.segment_samples import TEXT, two_segments

EXACT = 1e-8
"""The same partition fitted twice."""


@cache
def small() -> tuple[dict[str, np.ndarray], np.ndarray]:
    return two_segments(200, 6)


@cache
def found() -> PredictionSegments:
    return composites.pos(composites.fit(TEXT, small()[0]), 2, seed=1)


def test_two_known_segments_are_found_and_explain_more():
    assert found().converged and found().objective > found().whole + 0.5
    same = np.mean(found().assigned - 1 == small()[1])
    assert max(same, 1 - same) > 0.8
    signs = np.sign(found().paths.set_index(["lhs", "rhs"]).loc[("d", "c"), ["segment_1", "segment_2"]])
    assert sorted(signs) == [-1, 1]


def test_the_climb_only_rises_and_ends_where_no_single_move_helps():
    assert np.all(np.diff(found().history) > 0)
    rng = np.random.default_rng(1)
    for case in rng.choice(200, size=10, replace=False):
        label = found().assigned.copy()
        label[case] = 3 - label[case]
        assert _objective(label) <= found().objective + EXACT


def test_the_objective_is_that_of_the_segments_fitted_alone():
    assert _objective(found().assigned) == pytest.approx(found().objective, abs=EXACT)
    for k in (1, 2):
        own = composites.fit(TEXT, {name: x[found().assigned == k] for name, x in small()[0].items()})
        assert found().rsquare[f"segment_{k}"].to_numpy() == pytest.approx(
            own.rsquare.r2.to_numpy(), abs=1e-6
        )
        mine = found().weights[f"segment_{k}"].abs().to_numpy()
        assert mine == pytest.approx(own.weights.est.abs().to_numpy(), abs=1e-6)
    assert found().whole == pytest.approx(found().fit.rsquare.r2.sum())


def test_one_construct_alone_may_count_and_moves_may_end():
    fit = found().fit
    alone = composites.pos(fit, 2, constructs=["d"], seed=1, starts=2)
    assert alone.objective >= _objective(found().assigned, ["d"]) - 0.05
    with pytest.warns(ConvergenceWarning, match="raise max_moves"):
        assert not composites.pos(fit, 2, seed=1, starts=1, max_moves=1).converged


def test_constructs_of_higher_order_and_weights_of_cases_are_served():
    text = "a <~ a1 + a2; b <~ b1 + b2; top <~ a + b; d <~ d1 + d2; d ~ top"
    fit = composites.fit(text, small()[0])
    split = composites.pos(fit, 2, starts=2)
    assert split.converged and split.objective > split.whole and list(split.rsquare.index) == ["d"]
    weighted = composites.fit(TEXT, small()[0] | {"w": np.ones(200)}, sampling_weights="w")
    plain = composites.pos(found().fit, 2, starts=2)
    assert composites.pos(weighted, 2, starts=2).objective == pytest.approx(plain.objective)


def test_what_cannot_be_is_refused():
    fit = found().fit
    with pytest.raises(ModelError, match="R² is that of c, d"):
        composites.pos(fit, 2, constructs=["a"])
    with pytest.raises(ModelError, match="two segments or more"):
        composites.pos(fit, 1)
    with pytest.raises(ModelError, match="need 240"):
        composites.pos(fit, 2, smallest=120)


def _objective(label, constructs=("c", "d")):
    total = 0.0
    for k in (1, 2):
        own = composites.fit(TEXT, {name: x[label == k] for name, x in small()[0].items()})
        total += own.rsquare.r2[list(constructs)].sum() * np.mean(label == k)
    return total
