"""Two steps recover what holds, are one step where they can be, and their derivatives and errors are right."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.linalg import unvech, vech, vech_indices
from mlbc_stats.sem.simulation.power import given_moments
from mlbc_stats.sem.two_step.blocks import Block, item_places, outside_places, placed_blocks
from mlbc_stats.sem.two_step.influence import block_influence
from mlbc_stats.sem.two_step.latent import block_slopes, map_observed, sample_slopes
from mlbc_stats.sem.two_step.parts import take_apart

TRUTH = """f =~ 1*a1 + .8*a2 + 1.1*a3; g =~ 1*b1 + .7*b2 + .9*b3; h =~ 1*c1 + 1.2*c2 + .8*c3
a1 ~~ .5*a1; a2 ~~ .6*a2; a3 ~~ .4*a3; b1 ~~ .5*b1; b2 ~~ .7*b2; b3 ~~ .5*b3
c1 ~~ .4*c1; c2 ~~ .6*c2; c3 ~~ .5*c3; f ~~ 1.2*f; g ~~ .8*g; h ~~ .6*h; a2 ~~ .2*b2
g ~ .5*f + .2*x; h ~ .4*g; x ~~ 1*x; f ~~ .3*x"""
MODEL = """f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; h =~ c1 + c2 + c3; a2 ~~ b2
g ~ f + x; h ~ g; f ~~ x"""
SATURATED = "f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; h =~ c1 + c2 + c3; g ~ f; h ~ f + g"
GIVEN = given_moments(TRUTH)["sample_cov"]


def draw(rng: np.random.Generator, n: int, truth: pd.DataFrame = GIVEN) -> pd.DataFrame:
    root = np.linalg.cholesky(truth.to_numpy())
    return pd.DataFrame(rng.normal(size=(n, len(truth))) @ root.T, columns=list(truth.columns))


@pytest.mark.parametrize("method", ["local", "global"])
def test_exact_moments_give_the_parameters_back(method) -> None:
    fit = sem.sam(MODEL, sample_cov=GIVEN, sample_nobs=400, sam_method=method)
    stated = sem.fit(TRUTH, sample_cov=GIVEN, sample_nobs=400, kind="lavaan", fixed_x=False).parameters
    known = {(r.lhs, r.op, r.rhs): r.est for r in stated.itertuples()}
    for row in fit.parameters.itertuples():
        expected = known.get((row.lhs, row.op, row.rhs), known.get((row.rhs, row.op, row.lhs), 0.0))
        if row.op == "~~":
            expected *= 399 / 400
        assert row.est == pytest.approx(expected, abs=1e-6), (row.lhs, row.op, row.rhs)
    assert [block.table.latent for block in fit.measurement] == [("f", "g"), ("h",)]


@pytest.mark.parametrize("method", ["local", "global"])
def test_one_block_with_everything_is_one_step(method) -> None:
    """A structural model without restrictions leaves nothing to a second step."""
    data = draw(np.random.default_rng(1), 200)
    joint = sem.fit(SATURATED, data)
    fit = sem.sam(SATURATED, data, blocks=[["f", "g", "h"]], sam_method=method, se="joint")
    np.testing.assert_allclose(fit.theta, joint.theta, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fit.uncertainty.vcov, joint.uncertainty.vcov, rtol=1e-4, atol=1e-7)
    if method == "global":
        assert fit.tests[0].stat == pytest.approx(joint.tests[0].stat, rel=1e-6)
        assert fit.fit_measures["cfi"] == pytest.approx(joint.fit_measures["cfi"], rel=1e-6)


def test_latent_moments_move_as_their_derivatives_say() -> None:
    """The whole first step again at moved sample moments, away from the model."""
    data = draw(np.random.default_rng(2), 150)
    fit = sem.sam(MODEL, data)
    moments = fit.moments[0]
    parts = take_apart(fit.table)
    blocks = [Block(part, each, ()) for part, each in zip(parts.blocks, fit.measurement, strict=True)]
    table = parts.structural.table
    placed, outside = placed_blocks(blocks, table, moments, 0), outside_places(table, moments)
    mapping = map_observed(placed, outside, len(moments.names), len(table.observed))
    total = sample_slopes(mapping.weights)
    moved = block_slopes(placed, outside, moments.cov, moments.mean, len(table.observed))
    for block, slopes in zip(blocks, moved, strict=True):
        items = item_places(moments, block.part.table)
        total = total + slopes @ block_influence(block.fit.solution, items, moments, 0, observed=True)
    p, m = len(moments.names), len(table.observed)

    def again(change: np.ndarray) -> np.ndarray:
        cov = pd.DataFrame((moments.cov + change) * 150 / 149, moments.names, moments.names)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return vech(sem.sam(MODEL, sample_cov=cov, sample_nobs=150).structural.moments[0].cov)

    rng = np.random.default_rng(4)
    for _ in range(3):
        change = unvech(rng.normal(size=len(vech_indices(p)[0])) * 1e-4)
        slope = (again(change) - again(-change)) / 2
        np.testing.assert_allclose(total[m:, p:] @ vech(change), slope, rtol=1e-4, atol=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["local", "global"])
def test_two_step_errors_are_the_spread_of_the_estimates(method) -> None:
    """60 samples of 300, all structural parameters."""
    rng = np.random.default_rng(7)
    estimates, errors, rejected = [], [], 0
    for _ in range(60):
        fit = sem.sam(MODEL, draw(rng, 300), sam_method=method)
        rows = fit.structural_parameters
        estimates.append(rows["est"].to_numpy())
        errors.append(rows["se"].to_numpy())
        rejected += fit.tests[-1].pvalue < 0.05
    ratio = np.mean(errors, axis=0) / np.std(estimates, axis=0, ddof=1)
    assert ratio.min() > 0.75 and ratio.max() < 1.35  # the spread of 60 values is known to about 9 %
    assert abs(np.mean(ratio) - 1) < 0.08
    assert rejected <= 9  # at 5 % more than 9 of 60 come once in a thousand
