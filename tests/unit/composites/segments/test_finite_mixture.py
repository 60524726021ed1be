"""Segments by a finite mixture: recovery, a climb that never falls, a maximum that another program finds too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from mlbc_stats import composites
from mlbc_stats.composites.segments.finite_mixture import _mixture
from mlbc_stats.composites.segments.segment_starts import starting_shares
from mlbc_stats.errors import DataError, DataWarning, ModelError, NotServedError
from mlbc_stats.mixtures.search.expectation_maximization import posterior
from tests.unit.composites.segments.segment_samples import ONWARD, PATHS, TEXT, fitted, two_segments

HEIGHT = 1e-6
"""Log-likelihoods of two optimizers; the gain at which EM ends is 1e-11 of about 1,000."""
PLACE = 1e-4
"""Paths of two optimizers."""


def test_two_known_segments_are_found():
    found = composites.fimix(fitted(), 2, seed=1)
    member = two_segments()[1]
    assert found.converged and not found.warnings and found.reached > 5
    assert found.shares == pytest.approx([0.6, 0.4], abs=0.05)
    assert np.mean(found.assigned - 1 == member) > 0.8  # cases near the origin fit both
    deviation = fitted().scores.std()  # of the standardized scores: one; the true ones follow from the blocks
    assert deviation.to_numpy() == pytest.approx(1.0)
    scale = {
        name: np.std(two_segments()[0][f"{name}1"] + two_segments()[0][f"{name}2"]) / 2 for name in "abcd"
    }
    raw = found.coefficients * np.array(
        [[scale["c"] / scale[each] for each in "abcd"], [scale["d"] / scale[each] for each in "abcd"]]
    )
    assert raw[:, 0, :2] == pytest.approx(PATHS, abs=0.1)
    assert raw[:, 1, 2] == pytest.approx(ONWARD, abs=0.1)


def test_the_criteria_choose_two_and_are_what_they_say():
    table = composites.compare_segments(fitted(), (1, 2, 3), starts=20)
    assert table[["aic4", "bic", "caic", "mdl5"]].idxmin().tolist() == [2, 2, 2, 2]
    assert table.en[2] > 0.5 and np.isnan(table.en[1]) and table.nec[2] < table.nec[3]
    n, lnl = 400, table.lnl
    assert table.npar.tolist() == [5, 11, 17]  # K − 1 shares, three paths and two variances a segment
    for name, cost in {
        "aic": 2.0, "aic3": 3.0, "aic4": 4.0, "bic": np.log(n), "caic": np.log(n) + 1,
        "hq": 2 * np.log(np.log(n)), "mdl5": 5 * np.log(n),
    }.items():  # fmt: skip
        assert table[name].to_numpy() == pytest.approx((-2 * lnl + cost * table.npar).to_numpy())


def test_one_segment_is_least_squares():
    found = composites.fimix(fitted(), 1)
    assert found.paths.segment_1.to_numpy() == pytest.approx(fitted().paths.est.to_numpy(), abs=1e-10)
    assert found.paths["all"].to_numpy() == pytest.approx(fitted().paths.est.to_numpy(), abs=1e-10)
    assert found.r2[0] == pytest.approx(fitted().rsquare.r2.to_numpy(), abs=1e-10)
    z = fitted().scores
    gap = [z.c - z[["a", "b"]] @ found.coefficients[0, 0, :2], z.d - z.c * found.coefficients[0, 1, 2]]
    expected = sum(norm.logpdf(e, scale=np.sqrt(np.mean(e**2))).sum() for e in gap)
    assert found.criteria.lnl == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("segments", [2, 3])
def test_no_step_lowers_the_likelihood(segments):
    mixture = _mixture(fitted(), True)
    shares = starting_shares(mixture.x, segments, 8, 3, mixture.fewest)
    heights = []
    for _ in range(40):
        shares, rows = posterior(mixture.log_joint(mixture.parameters(shares)))
        heights.append(rows @ mixture.weights)
    climb = np.diff(np.array(heights), axis=0)
    assert np.isfinite(climb).all() and climb.min() > -1e-8


@pytest.mark.parametrize("intercepts", [False, True])
def test_a_direct_maximization_ends_at_the_same_place(intercepts):
    """The mixture's likelihood, written again equation by equation, by scipy's quasi-Newton method."""
    found = composites.fimix(fitted(), 2, seed=1, intercepts=intercepts)
    z = fitted().scores

    def height(theta):
        blocks = theta[1:].reshape(2, 7)
        log_share = [-np.logaddexp(0, -theta[0]), -np.logaddexp(0, theta[0])]
        joint = []
        for (to_c1, to_c2, to_d, u, v, level_c, level_d), share in zip(blocks, log_share, strict=True):
            levels = (level_c, level_d) if intercepts else (0.0, 0.0)
            c = norm.logpdf(z.c, levels[0] + to_c1 * z.a + to_c2 * z.b, np.exp(u))
            joint.append(share + c + norm.logpdf(z.d, levels[1] + to_d * z.c, np.exp(v)))
        return -np.logaddexp(*joint).sum()

    rough = np.array([0.3, 0.5, 0.2, 0.5, -0.5, -0.5, 0, 0, -0.2, 0.5, -0.4, -0.5, -0.5, 0, 0])
    best = minimize(height, rough, method="BFGS", options={"gtol": 1e-6, "maxiter": 2000})
    assert -best.fun == pytest.approx(found.criteria.lnl, abs=HEIGHT)
    blocks = best.x[1:].reshape(2, 7)[:: 1 if best.x[0] > 0 else -1]
    mine = np.column_stack([found.coefficients[:, 0, :2], found.coefficients[:, 1, 2]])
    assert blocks[:, :3] == pytest.approx(mine, abs=PLACE)
    assert np.exp(2 * blocks[:, 3:5]) == pytest.approx(found.variances, abs=PLACE)
    if intercepts:
        assert blocks[:, 5:] == pytest.approx(found.intercepts, abs=PLACE)


def test_the_order_of_cases_does_not_matter():
    order = np.random.default_rng(1).permutation(400)
    other = composites.fit(TEXT, {name: x[order] for name, x in two_segments()[0].items()}, weights="unit")
    one, two = composites.fimix(fitted(), 2, seed=1), composites.fimix(other, 2, seed=1)
    assert two.criteria.lnl == pytest.approx(one.criteria.lnl, abs=HEIGHT)
    assert two.posterior == pytest.approx(one.posterior[order], abs=PLACE)


def test_weights_of_cases_count_them():
    data, _ = two_segments()
    weight = np.tile([1.0, 2.0], 200)
    repeated = {name: np.repeat(x, weight.astype(int)) for name, x in data.items()}
    one = composites.fit(TEXT, data | {"w": weight}, weights="unit", sampling_weights="w")
    two = composites.fit(TEXT, repeated, weights="unit")
    first, second = composites.fimix(one, 2, seed=1), composites.fimix(two, 2, seed=1)
    assert first.shares == pytest.approx(second.shares, abs=2e-3)
    assert first.coefficients == pytest.approx(second.coefficients, abs=5e-3)  # scores differ by n − 1


def test_starts_on_a_plane_are_counted_and_left_out():
    rng = np.random.default_rng(2)
    x = rng.normal(size=80)
    y = np.where(np.arange(80) < 15, x, rng.normal(size=80))  # fifteen cases without a residual
    found = composites.fimix(composites.fit("y ~ x", {"x": x, "y": y}), 2, 30, intercepts=True)
    assert found.degenerate > 0 and found.starts + found.degenerate == 30
    assert np.isfinite(found.criteria.lnl) and found.variances.min() > 1e-6
    with pytest.raises(DataError, match="fewer than 2 segments"):  # half of them, which no start escapes
        y = np.where(np.arange(80) < 40, x, rng.normal(size=80))
        composites.fimix(composites.fit("y ~ x", {"x": x, "y": y}), 2, 10, intercepts=True)


def test_small_segments_are_told_and_homogeneous_samples_stay_whole():
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    fit = composites.fit("y ~ x", {"x": x, "y": 0.5 * x + rng.normal(size=300)})
    table = composites.compare_segments(fit, (1, 2, 3), starts=20)
    assert table[["bic", "caic", "mdl5"]].idxmin().tolist() == [1, 1, 1]
    odd = {"x": x, "y": np.where(np.arange(300) < 6, 30 * x, 0.5 * x + 0.1 * rng.normal(size=300))}
    with pytest.warns(DataWarning, match="outliers"):
        composites.fimix(composites.fit("y ~ x", odd), 2)


def test_what_cannot_be_segmented_is_refused():
    fit = fitted()
    with pytest.raises(ModelError, match="can make 1 to"):
        composites.fimix(fit, 200)
    with pytest.raises(ModelError, match="starts=0"):
        composites.fimix(fit, 2, starts=0)
    with pytest.raises(NotServedError, match="score of every case"):
        composites.fimix(replace(fit, sample=replace(fit.sample, ordered=("a1",))), 2)
    lone = composites.fit("a <~ a1 + a2; b <~ b1 + b2", two_segments()[0], weights="unit")
    with pytest.raises(ModelError, match="nothing to differ"):
        composites.fimix(lone, 2)
    moderated = composites.fit("c1 ~ a1 + b1 + a1:b1", two_segments()[0])
    with pytest.raises(NotServedError, match="products"):
        composites.fimix(moderated, 2)
    x = np.random.default_rng(1).normal(size=40)
    with pytest.raises(DataError, match="fewer than 3 segments"):
        composites.fimix(composites.fit("y ~ x", {"x": x, "y": 2 * x}), 3)
