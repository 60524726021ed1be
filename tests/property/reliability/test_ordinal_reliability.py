"""Green and Yang's omega against simulated answers, the continuous omega, and covariances computed otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError
from mlbc_stats.loading_shares import composite_reliability
from mlbc_stats.reliability.latent_responses import Responses
from mlbc_stats.reliability.score_covariance import score_covariance

N = 400_000
DRAWN = 4 / np.sqrt(N)  # four standard errors of a correlation near zero; those here are smaller
LOADINGS = np.array([0.8, 0.6, 0.7, 0.5])
FINE = 2e-3  # what 60 categories of width 0.1 still take from the reliability


def responses(cuts: np.ndarray, steps: np.ndarray) -> Responses:
    correlation = np.outer(LOADINGS, LOADINGS)
    np.fill_diagonal(correlation, 1.0)
    return Responses(np.ones(4, bool), LOADINGS[:, None], np.ones((1, 1)), correlation, cuts, steps)


@pytest.mark.parametrize("seed", [1, 2])
def test_parallel_sums_correlate_as_much_as_the_formula_says(seed: int) -> None:
    """Two answers to each item with independent errors: the correlation of their sums is the reliability."""
    rng = np.random.default_rng(seed)
    cuts = np.array([[-1.0, 0.5, 1.2], [0.3, np.inf, np.inf], [-2.0, -1.0, 0.0], [0.0, 1.5, np.inf]])
    steps = np.array([[1.0, 1.0, 2.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [1.0, 3.0, 0.0]])
    factor = rng.normal(size=(N, 1))
    sums = []
    for _ in range(2):
        y = LOADINGS * factor + np.sqrt(1 - LOADINGS**2) * rng.normal(size=(N, 4))
        sums.append(((y[:, :, None] > cuts) * steps).sum(axis=(1, 2)))
    part = responses(cuts, steps)
    assert abs(float(part.omega(0, [0, 1, 2, 3])) - np.corrcoef(sums)[0, 1]) < DRAWN
    assert abs(float(part.total([0, 1, 2, 3])) / np.var(sums) - 1) < 4 * DRAWN


def test_a_second_order_factor_explains_what_parallel_sums_share_through_it() -> None:
    """Level 1: new answers and new first-order disturbances, the same second-order factor."""
    rng = np.random.default_rng(3)
    general = rng.normal(size=(4000, 1))

    def answers() -> np.ndarray:
        facets = 0.8 * general + 0.6 * rng.normal(size=(4000, 3))
        y = 0.8 * np.repeat(facets, 3, axis=1) + 0.6 * rng.normal(size=(4000, 9))
        return np.digitize(y, [-0.8, 0.8])

    first, second = answers(), answers()
    model = "u =~ a + b + c\nv =~ d + e + f\nw =~ g + h + i\nall =~ u + v + w"
    fit = sem.cfa(model, dict(zip("abcdefghi", first.T, strict=True)), ordered=True)
    found = reliability.second_order_omega(fit, "all")[0]
    assert abs(found.level1 - np.corrcoef(first.sum(1), second.sum(1))[0, 1]) < 4 / np.sqrt(4000)
    assert np.isnan(found.partial_level1)


def test_with_many_categories_it_is_the_continuous_omega() -> None:
    cuts = np.tile(np.linspace(-3, 3, 61), (4, 1))
    part = responses(cuts, np.ones((4, 61)))
    assert abs(float(part.omega(0, [0, 1, 2, 3])) - composite_reliability(LOADINGS)) < FINE


def test_variances_are_those_of_the_answers() -> None:
    cut = np.array([[-0.5, 1.0]])
    got = score_covariance(cut, np.array([[1.0, 2.0]]), np.ones((1, 1)), same=True)
    from scipy.special import ndtr

    share = np.diff([0.0, *ndtr(cut[0]), 1.0])
    code = np.array([0.0, 1.0, 3.0])
    assert got[0, 0] == pytest.approx(share @ code**2 - (share @ code) ** 2, abs=1e-14)


def test_delta_and_bootstrap_errors_agree() -> None:
    rng = np.random.default_rng(5)
    y = np.digitize(rng.normal(size=(500, 1)) + rng.normal(size=(500, 4)), [-1, 0.5])
    fit = sem.cfa("f =~ a + b + c + d", dict(zip("abcd", y.T, strict=True)), ordered=True)
    draws = sem.bootstrap(fit, 400, seed=1)
    delta = reliability.score_reliability(fit).loc["f"]
    drawn = reliability.score_reliability(fit, draws=draws).loc["f"]
    assert drawn["std_error"] == pytest.approx(
        delta["std_error"], rel=0.15
    )  # four errors of a spread from 400 draws
    assert drawn["ci_lower"] < drawn["omega_model"] < drawn["ci_upper"]
    assert 390 <= drawn["draws"] <= 400


def test_resamples_beyond_the_admissible_are_counted_and_left_out() -> None:
    rng = np.random.default_rng(8)
    y = np.digitize(rng.normal(size=(200, 1)) * [1.5, 0.7, 0.7] + rng.normal(size=(200, 3)), [0])
    fit = sem.cfa("f =~ a + b + c", dict(zip("abc", y.T, strict=True)), ordered=True)
    row = reliability.score_reliability(fit, draws=sem.bootstrap(fit, 200, seed=1)).loc["f"]
    assert 0 < row["draws"] < 200 and row["ci_lower"] < row["ci_upper"]


def test_the_direct_call_equals_the_fitted_model() -> None:
    rng = np.random.default_rng(8)
    y = np.digitize(rng.normal(size=(300, 1)) + rng.normal(size=(300, 3)), [0, 1])
    answers = dict(zip("abc", y.T, strict=True))
    fit = sem.cfa("f =~ a + b + c", answers, ordered=True)
    row, direct = reliability.score_reliability(fit).loc["f"], reliability.ordinal_omega(answers)
    assert direct.omega == pytest.approx(row["omega_model"], abs=1e-6)
    assert direct.std_error == pytest.approx(row["std_error"], rel=1e-4)
    assert reliability.ordinal_omega(answers, ["a", "b"]).df == 0


def test_what_is_not_served_is_said() -> None:
    rng = np.random.default_rng(8)
    y = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    x = dict(zip("abcd", y.T, strict=True))
    with pytest.raises(DataError, match="no ordinal items"):
        reliability.score_reliability(sem.cfa("f =~ a + b + c", x))
    x |= {"a": np.digitize(y[:, 0], [0]), "b": np.digitize(y[:, 1], [0])}
    mixed = reliability.summary(sem.cfa("f =~ a + b + c", x, ordered=["a", "b"])).constructs.loc["f"]
    assert mixed["metric_of_omega"] == "mixed" and np.isnan(mixed["omega"])
    x["c"] = np.digitize(y[:, 2], [0])
    with pytest.raises(DataError, match="covariates"):
        reliability.summary(sem.fit("f =~ a + b + c\nf ~ d", x, ordered=["a", "b", "c"]))
