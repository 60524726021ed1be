"""Many samples fitted as one batch give what each gives by itself, errors of standardized values among it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.simulation.sample_fits import SampleFitter
from mlbc_stats.sem.simulation.standardized_quantities import find_quantity, standardized_quantities

MODEL = """f =~ a + b + c
g =~ l*d + l*e
h =~ u + v + w
h ~ k*f + m*g
f ~ s*g
both := s*k
difference := k - m^2"""
WANTED = ("h ~ f", "h ~ g", "both := s*k", "difference := k - m^2")
NAMES = list("abcdeuvw")
AGREEMENT = {"rtol": 2e-5, "atol": 1e-8}
"""A batch stops at a Newton decrement of 1e-11, one fit at 1e-15."""


def draw(rng: np.random.Generator, size: int, n: int) -> np.ndarray:
    g = rng.normal(size=(size, n, 1))
    f = 0.4 * g + rng.normal(size=(size, n, 1))
    h = 0.4 * f - 0.2 * g + rng.standard_t(6, size=(size, n, 1))
    factors = np.concatenate([f, f, f, g, g, h, h, h], axis=-1)
    return factors * [1, 0.8, 0.9, 1, 1, 1, 0.7, 0.8] + rng.normal(size=(size, n, 8))


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return draw(np.random.default_rng(1), 3, 240)


def reference(**arguments) -> sem.SemResult:
    big = pd.DataFrame(draw(np.random.default_rng(2), 1, 4000)[0], columns=NAMES)
    return sem.fit(MODEL, big, std_lv=True, estimator="MLR", **arguments)


@pytest.fixture(scope="module")
def fitter() -> SampleFitter:
    return SampleFitter(reference(), WANTED)


def one_by_one(x: np.ndarray, **arguments) -> tuple[np.ndarray, np.ndarray]:
    frame = pd.DataFrame(x, columns=NAMES)
    if "cluster" in arguments:
        frame["team"] = arguments["cluster"]
        arguments["cluster"] = "team"
    found = sem.fit(MODEL, frame, std_lv=True, estimator="MLR", **arguments).standardized.set_index(
        ["lhs", "op", "rhs"]
    )
    keys = [("h", "~", "f"), ("h", "~", "g"), ("both", ":=", "s*k"), ("difference", ":=", "k-m^2")]
    at = [found.loc[key] for key in keys]
    return np.array([row["est_std"] for row in at]), np.array([row["se"] for row in at])


def assert_same(got, x: np.ndarray, **arguments) -> None:
    assert got.converged.all()
    for k, sample in enumerate(x):
        estimates, errors = one_by_one(sample, **arguments)
        assert np.isfinite(errors).all()
        np.testing.assert_allclose(got.estimates[k], estimates, **AGREEMENT)
        np.testing.assert_allclose(got.errors[k], errors, **AGREEMENT)


def test_complete_samples(fitter: SampleFitter, rows: np.ndarray) -> None:
    assert_same(fitter.fit(rows), rows)


def test_clusters(fitter: SampleFitter, rows: np.ndarray) -> None:
    team = np.arange(240) // 4
    assert_same(fitter.fit(rows, team), rows, cluster=team)


def test_missing_answers(rows: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    x = np.where(rng.random(rows.shape) < 0.05, np.nan, rows)
    assert_same(SampleFitter(reference(missing="fiml"), WANTED).fit(x), x, missing="fiml")


def test_slopes_of_standardized_values_by_differences(fitter: SampleFitter) -> None:
    fit = fitter.reference
    wanted = [find_quantity(fit.table, name) for name in WANTED]
    ram = fit.solution.rams[0]
    exact = standardized_quantities(fit.table, ram, fit.theta[None], wanted)
    step = 1e-6
    moved = fit.theta + step * np.concatenate([np.eye(len(fit.theta)), -np.eye(len(fit.theta))])
    values = standardized_quantities(fit.table, ram, moved, wanted).estimates
    half = len(fit.theta)
    np.testing.assert_allclose(
        exact.slopes[0], (values[:half] - values[half:]).T / (2 * step), rtol=1e-6, atol=1e-7
    )


def test_a_sample_without_a_solution_has_no_numbers(fitter: SampleFitter, rows: np.ndarray) -> None:
    broken = rows.copy()
    broken[1, :, 0] = broken[1, :, 1]
    got = fitter.fit(broken)
    alone = fitter.fit(rows[2:])
    assert not got.converged[1]
    assert np.isnan(got.estimates[1]).all()
    np.testing.assert_allclose(got.errors[2], alone.errors[0], rtol=1e-9)


def test_what_is_not_served_is_refused(fitter: SampleFitter) -> None:
    with pytest.raises(ModelError, match="expected once"):
        find_quantity(fitter.reference.table, "h ~ q")
    cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    with pytest.raises(NotServedError, match="ML or MLR"):
        SampleFitter(sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=90, estimator="GLS"), ())
