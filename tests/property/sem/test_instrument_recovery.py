"""Instruments recover what holds, their derivatives are those of the whole estimator, their tests keep their level."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.linalg import unvech, vech, vech_indices
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.instrumental.equations import equations
from mlbc_stats.sem.instrumental.errors import influence
from mlbc_stats.sem.instrumental.least_squares import two_stage
from mlbc_stats.sem.simulation.power import given_moments

MEASURED = """f =~ 1*a1 + .8*a2 + 1.1*a3; g =~ 1*b1 + .7*b2 + .9*b3; h =~ 1*c1 + 1.2*c2 + .8*c3
a1 ~~ .5*a1; a2 ~~ .6*a2; a3 ~~ .4*a3; b1 ~~ .5*b1; b2 ~~ .7*b2; b3 ~~ .5*b3
c1 ~~ .4*c1; c2 ~~ .6*c2; c3 ~~ .5*c3; f ~~ 1.2*f; g ~~ .8*g; h ~~ .6*h"""
PATHS = "f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; h =~ c1 + c2 + c3"
TRUTHS = {
    "chain": (MEASURED + "; g ~ .5*f; h ~ .3*f + .4*g; a2 ~~ .2*b2", PATHS + "; g ~ f; h ~ f + g; a2 ~~ b2"),
    "cross-loading": (MEASURED + "; g ~ .5*f; h ~ .4*g; g =~ .3*a3", PATHS + "; g ~ f; h ~ g; g =~ a3"),
    "second order": (
        MEASURED + "; w =~ 1*f + .7*g + .9*h; w ~~ .5*w",
        PATHS + "; w =~ f + g + h",
    ),
    "nonrecursive": (
        "x ~~ 1*x; z ~~ 1*z; x ~~ .3*z; y ~ .5*x + .3*v; v ~ .6*z + .2*y; y ~~ 1*y; v ~~ 1*v; y ~~ .4*v",
        "y ~ x + v; v ~ z + y; y ~~ v",
    ),
    "scaled by another number": (
        MEASURED.replace("1*a1", "2*a1") + "; f ~~ .3*g; f ~~ .2*h; g ~~ .1*h",
        PATHS.replace("f =~ a1", "f =~ 2*a1"),
    ),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_exact_moments_give_the_parameters_back(name) -> None:
    truth, model = TRUTHS[name]
    fit = sem.fit(model, sample_nobs=500, estimator="IV", **given_moments(truth))
    stated = sem.fit(truth, sample_nobs=500, kind="lavaan", **given_moments(truth), fixed_x=False).parameters
    known = {(r.lhs, r.op, r.rhs): r.est for r in stated.itertuples()}
    for row in fit.parameters.itertuples():
        expected = known.get((row.lhs, row.op, row.rhs), known.get((row.rhs, row.op, row.lhs), 0.0))
        assert row.est == pytest.approx(expected, abs=2e-7), (row.lhs, row.op, row.rhs)
    assert (fit.sargan["stat"].abs() < 1e-8).all()


@pytest.mark.parametrize("name", TRUTHS)
def test_influence_is_the_derivative_of_the_whole_estimator(name) -> None:
    """At moments that the model fits exactly, where first-order theory is exact."""
    truth, model = TRUTHS[name]
    given = given_moments(truth)
    fit = sem.fit(model, sample_nobs=500, estimator="IV", **given)
    first = {int(i) for each in fit.equations for i in each.equation.parameters}
    later = np.array([i for i in range(len(fit.theta)) if i not in first])
    (got,) = influence(fit.solution, later, None, fit.equations, fit.moments)
    names = list(fit.table.observed)
    cov = given["sample_cov"].loc[names, names].to_numpy()

    def refit(change: np.ndarray) -> np.ndarray:
        moved = pd.DataFrame(cov + change, names, names)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sem.fit(model, sample_cov=moved, sample_nobs=500, estimator="IV").theta

    rng = np.random.default_rng(4)
    rows, _ = vech_indices(len(names))
    for _ in range(4):
        change = unvech(rng.normal(size=len(rows)) * 1e-4)
        slope = (refit(change) - refit(-change)) / 2
        np.testing.assert_allclose(got @ vech(change), slope, rtol=2e-4, atol=2e-8)


def test_sargan_keeps_its_level() -> None:
    """2,000 normal samples of 300 in which the model holds; limits are three standard errors of the simulation."""
    truth, model = TRUTHS["chain"]
    given = given_moments(truth)["sample_cov"]
    fit = sem.fit(model, sample_cov=given, sample_nobs=300, estimator="IV")
    names = list(fit.table.observed)
    root = np.linalg.cholesky(given.loc[names, names].to_numpy())
    rng = np.random.default_rng(6)
    replications, n = 2000, 300
    draws = rng.normal(size=(replications, n, len(names))) @ root.T
    draws -= draws.mean(axis=1, keepdims=True)
    covs = draws.mT @ draws / (n - 1)
    for each in fit.equations:
        own = each.equation
        got = two_stage(covs, own.outcome, own.regressors, each.instruments.places)
        stat = (n - 1 - len(own.rhs)) * got.explained
        critical = {1: 3.841, 2: 5.991, 3: 7.815, 4: 9.488, 5: 11.070, 6: 12.592, 7: 14.067}[each.df]
        assert abs(np.mean(stat > critical) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / replications) + 0.005, own.lhs
        assert abs(np.mean(stat) - each.df) < 3 * np.sqrt(2 * each.df / replications) + 0.02 * each.df, (
            own.lhs
        )


@pytest.mark.slow
def test_joint_errors_are_the_spread_of_the_estimates() -> None:
    """60 samples of 400: standard errors of everything, and of a product over two equations, in the mean."""
    truth, model = TRUTHS["chain"]
    model = model.replace("g ~ f", "g ~ p*f").replace("h ~ f + g", "h ~ f + q*g") + "; pq := p*q"
    given = given_moments(truth)["sample_cov"]
    names, root = list(given.columns), np.linalg.cholesky(given.to_numpy())
    rng = np.random.default_rng(10)
    estimates, errors = [], []
    for _ in range(60):
        data = pd.DataFrame(rng.normal(size=(400, len(names))) @ root.T, columns=names)
        rows = sem.fit(model, data, estimator="IV", se="robust.sem.nt").parameters
        estimates.append(rows["est"].to_numpy())
        errors.append(rows["se"].to_numpy())
    moving = np.mean(errors, axis=0) > 0
    ratio = np.mean(errors, axis=0)[moving] / np.std(estimates, axis=0, ddof=1)[moving]
    assert ratio.min() > 0.75 and ratio.max() < 1.35  # the spread of 60 values is known to about 9 %
    assert abs(np.mean(ratio) - 1) < 0.06


def test_equations_are_those_of_the_model() -> None:
    fit = sem.fit(
        TRUTHS["second order"][1], sample_nobs=500, estimator="IV", **given_moments(TRUTHS["second order"][0])
    )
    (ram,) = compile_table(fit.table)
    assert [each.lhs for each in equations(ram)] == ["a2", "a3", "b2", "b3", "c2", "c3", "g", "h"]
