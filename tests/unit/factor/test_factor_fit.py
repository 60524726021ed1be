"""Extraction, degenerate input, Heywood cases, missing answers, bootstrap and the kinds of correlation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import factor, sem
from mlbc_stats.errors import (
    DataError,
    DataWarning,
    InadmissibleWarning,
    MlbcWarning,
    ModelError,
    NotServedError,
)
from mlbc_stats.factor.correlation.resamples import resampled
from mlbc_stats.factor.correlation.sample import correlate
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.factor.extraction.spectral import DISCREPANCIES
from tests.examples.plain_statistics import named
from tests.reference.corpus import read_table

ITEMS = [f"x{i}" for i in range(1, 10)]
HS = {name: np.array(read_table("data/HolzingerSwineford1939.csv")[name]) for name in ITEMS}


def answers(n: int = 300, p: int = 8, m: int = 2, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, m))[:, np.arange(p) % m] + rng.normal(size=(n, p))


@pytest.mark.parametrize("name", DISCREPANCIES)
@pytest.mark.parametrize("m", [1, 3])
def test_slopes_and_curvature_of_a_discrepancy(name: str, m: int) -> None:
    rng = np.random.default_rng(2)
    r = np.corrcoef(answers(80, 9, 3), rowvar=False)[None]
    x = rng.uniform(0.3, 0.8, (1, 9))
    x = x if name == "minres" else np.log(x)
    at, step = DISCREPANCIES[name](r, x, m), 1e-6
    for k in range(9):
        up, down = (DISCREPANCIES[name](r, x + sign * step * np.eye(9)[k], m) for sign in (1, -1))
        assert at.gradient[0, k] == pytest.approx((up.value - down.value)[0] / (2 * step), abs=1e-7)
        assert at.hessian[0, k] == pytest.approx((up.gradient - down.gradient)[0] / (2 * step), abs=1e-6)


def test_a_batch_is_its_elements() -> None:
    r = np.array([np.corrcoef(answers(100, 8, 2, seed), rowvar=False) for seed in range(6)])
    for method in DISCREPANCIES:
        together = extract(r, 2, method)
        for k in range(6):
            alone = extract(r[k : k + 1], 2, method)
            assert alone.loadings[0] == pytest.approx(together.loadings[k], abs=1e-7)


def test_principal_axes_end_at_the_minimum_of_minres() -> None:
    r = np.corrcoef(np.array(list(HS.values())))
    unique = 1 / np.diagonal(np.linalg.inv(r))
    for _ in range(2000):
        values, vectors = np.linalg.eigh(r - np.diag(unique))
        loadings = vectors[:, -3:] * np.sqrt(values[-3:])
        unique = 1 - np.sum(loadings**2, axis=1)
    assert factor.fit(HS, 3, method="pa").uniqueness == pytest.approx(unique, abs=1e-7)


def test_rotated_solutions_reproduce_the_same_correlations() -> None:
    wanted = factor.fit(HS, 3, rotation="none", errors="none")
    for rotation in ("varimax", "promax", "geomin", "bigeomin", "quartimax", "equamax"):
        result = factor.fit(HS, 3, rotation=rotation, errors="none")
        assert result.communality == pytest.approx(wanted.communality, abs=1e-10)
        assert result.residuals == pytest.approx(wanted.residuals, abs=1e-10)


def test_a_partial_target_needs_its_zeros_only() -> None:
    goal = np.full((9, 3), np.nan)
    for k in range(3):
        goal[np.arange(9) // 3 != k, k] = 0
    result = factor.fit(HS, 3, rotation="target", rotation_args={"target": goal})
    assert (np.abs(result.loadings).argmax(axis=1) == np.arange(9) // 3).all()
    assert np.isfinite(result.std_errors).all()


def test_several_optima_are_told() -> None:
    rng = np.random.default_rng(3)
    loadings = rng.normal(size=(20, 5)) / 2
    found = factor.rotate(loadings, "geomin", starts=50)
    assert found.optima > 1 and 0 < found.reached < 1
    r = loadings @ loadings.T
    r = r / r.max() / 2
    np.fill_diagonal(r, 1.0)
    with pytest.warns(DataWarning, match="local minima"):
        factor.fit(r, 5, rotation="geomin", n=500, errors="none")


def test_a_heywood_case_is_flagged_and_told() -> None:
    table = read_table("data/heywood60.csv")
    r = np.array([[1, 0.9, 0.2, 0.1], [0.9, 1, 0.3, 0.2], [0.2, 0.3, 1, 0.1], [0.1, 0.2, 0.1, 1]])
    with pytest.warns(InadmissibleWarning, match=r"x2 is at its bound of 0.005"):
        result = factor.fit(r, 1, method="ml", n=100)
    assert result.heywood == ("x2",) and result.uniqueness.min() == pytest.approx(0.005)
    assert len(table) > 1


@pytest.mark.parametrize("method", ["minres", "ml", "gls", "dwls"])
def test_errors_beside_a_bound_stay_finite(method: str) -> None:
    r = np.array([[1, 0.9, 0.2, 0.1], [0.9, 1, 0.3, 0.2], [0.2, 0.3, 1, 0.1], [0.1, 0.2, 0.1, 1]])
    with pytest.warns(InadmissibleWarning):
        result = factor.fit(r, 1, method=method, n=100)
    assert np.isfinite(result.std_errors).all()


@pytest.mark.parametrize(
    ("change", "problem", "message"),
    [
        (lambda x: x[:, :2], DataError, "factors need three or more"),
        (lambda x: np.column_stack([x, np.ones(len(x))]), DataError, "x9 is constant"),
        (lambda x: np.column_stack([x, np.full(len(x), np.nan)]), DataError, "no row has a value for each"),
        (lambda x: x[:6], DataError, "need more cases than items"),
        (lambda x: np.column_stack([x, x[:, 0]]), DataError, r"closest items are x1 and x9 \(r = 1\)"),
    ],
)
def test_degenerate_items_get_a_message(change, problem, message) -> None:
    with pytest.raises(problem, match=message):
        factor.fit(named(change(answers())), 1, method="ml")


def test_more_factors_than_are_identified_get_a_message() -> None:
    with pytest.raises(ModelError, match=r"5 factors of 8 items are not identified.*carry at most 4"):
        factor.fit(named(answers()), 5)
    with pytest.raises(ModelError, match="expected a whole number"):
        factor.fit(named(answers()), 0)


def test_no_degrees_of_freedom_give_no_test() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)  # several minima, perhaps
        result = factor.fit(named(answers(p=6)), 3, errors="none")
    assert result.fit.df == 0 and np.isnan(result.fit.chi_square) and np.isnan(result.fit.rmsea)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "alpha"}, "method='alpha' is not served"),
        ({"rotation": "oblimim"}, r"did you mean 'oblimin'\?"),
        ({"rotation": "bifactor"}, "two or more group factors"),
        ({"correlation": "kendall"}, "correlation='kendall'"),
        ({"missing": "fiml"}, "missing='fiml'"),
        ({"correlation": "spearman", "errors": "robust"}, "use 'bootstrap'"),
        ({"correlation": "polychoric", "errors": "normal"}, "use 'auto'"),
        ({"missing": "two.stage", "errors": "bootstrap"}, "bootstrap needs the answers"),
        ({"level": 95}, "level=95"),
    ],
)
def test_what_is_not_served_is_told(arguments, message) -> None:
    with pytest.raises((NotServedError, ModelError, DataError), match=message):
        factor.fit(named(answers()), 2, **arguments)


def test_a_matrix_takes_the_place_of_cases() -> None:
    x = answers()
    cases = factor.fit(named(x), 2, method="ml")
    matrix = factor.fit(np.cov(x, rowvar=False), 2, method="ml", n=300)
    assert matrix.loadings == pytest.approx(cases.loadings, abs=1e-8)
    assert matrix.std_errors == pytest.approx(cases.std_errors, abs=1e-8)
    with pytest.raises(DataError, match="is a correlation matrix, but its shape"):
        factor.fit(x, 2, n=300)


def test_missing_answers_three_ways() -> None:
    rng = np.random.default_rng(7)
    x = answers(400)
    x[rng.random(x.shape) < 0.05] = np.nan
    with pytest.warns(DataWarning, match="rows left out: an answer is missing"):
        listwise = factor.fit(named(x), 2)
    staged = factor.fit(named(x), 2, missing="two.stage")
    with pytest.warns(DataWarning, match=r"pairs of items rest on \d+ to \d+ cases"):
        pairwise = factor.fit(named(x), 2, missing="pairwise")
    assert pairwise.n > listwise.n
    assert pairwise.loadings == pytest.approx(staged.loadings, abs=0.05)
    assert pairwise.std_errors == pytest.approx(staged.std_errors, rel=0.15)
    assert staged.std_errors.mean() < listwise.std_errors.mean()


def test_bootstrap_keeps_factors_and_comes_near_the_robust_errors() -> None:
    robust = factor.fit(HS, 3, errors="robust")
    drawn = factor.fit(HS, 3, errors="bootstrap", bootstrap=400)
    assert drawn.resamples is not None and len(drawn.resamples) > 380
    assert drawn.std_errors == pytest.approx(robust.std_errors, rel=0.45)
    again = factor.fit(HS, 3, errors="bootstrap", bootstrap=400)
    assert (again.intervals == drawn.intervals).all()


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("correlation", ["pearson", "spearman"])
def test_correlations_of_a_resample_are_those_of_repeated_rows(correlation: str, gaps: bool) -> None:
    x = np.round(answers(60, 4))
    if gaps:
        x[np.random.default_rng(2).random(x.shape) < 0.1] = np.nan
    sample = correlate(named(x), correlation=correlation, missing="pairwise")
    counts = np.random.default_rng(3).multinomial(60, np.full(60, 1 / 60), size=5).astype(float)
    for r, row in zip(resampled(sample, counts), counts, strict=True):
        rows = np.repeat(x, row.astype(int), axis=0)
        assert r == pytest.approx(correlate(named(rows), correlation=correlation, missing="pairwise").matrix)


@pytest.mark.parametrize("correlation", ["pearson", "spearman"])
def test_an_item_that_is_constant_in_a_resample_has_no_correlations_there(correlation: str) -> None:
    x = answers(60, 4)
    x[:, 0] = 0.1
    x[0, 0] = 0.3
    counts = np.ones((2, 60))
    counts[1, :2] = 0, 2
    r = resampled(correlate(named(x), correlation=correlation), counts)
    assert np.isfinite(r[0]).all() and np.isnan(r[1, 0, 1:]).all() and np.isfinite(r[1, 1:, 1:]).all()


@pytest.mark.parametrize("correlation", ["spearman", "polychoric"])
def test_bootstrap_of_ranks_and_categories(correlation: str) -> None:
    x = np.digitize(answers(250, 6), [-1, 0, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        result = factor.fit(named(x), 2, correlation=correlation, errors="bootstrap", bootstrap=60)
    assert np.isfinite(result.std_errors).all()
    assert (result.intervals[..., 0] < result.loadings).all()


def test_errors_of_a_fit_are_those_of_the_models_room() -> None:
    text = " + ".join(f'efa("e")*f{k}' for k in (1, 2, 3)) + " =~ " + " + ".join(ITEMS)
    rows = sem.cfa(text, HS, rotation="oblimin").standardized
    own = factor.fit(HS, 3, method="ml").parameters
    wanted = rows[rows["op"] == "=~"]["se"]
    assert sorted(own[own["op"] == "=~"]["se"]) == pytest.approx(sorted(wanted), rel=1e-6)


def test_scores_of_cases_with_missing_answers_are_missing() -> None:
    result = factor.fit(named(answers()), 2)
    x = answers(5)
    x[2, 3] = np.nan
    found = factor.scores(result, {f"x{k + 1}": x[:, k] for k in range(8)})
    assert np.isnan(found.scores[2]).all() and np.isfinite(np.delete(found.scores, 2, axis=0)).all()
