"""The Gaussian copula approach."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mlbc_stats import composites
from mlbc_stats.composites.endogeneity.terms import copula_terms, normality
from mlbc_stats.errors import ModelError, NotServedError
from tests.unit.composites.samples import drawn, model


def test_terms_are_normal_quantiles_of_ranks() -> None:
    x = np.round(np.random.default_rng(1).exponential(size=(2, 60, 3)), 1)
    wanted = stats.norm.ppf(stats.rankdata(x, method="max", axis=1) / 61)
    assert copula_terms(x, np.ones((2, 60))) == pytest.approx(wanted)


def test_weights_of_cases_are_repeated_cases() -> None:
    x, counts = np.random.default_rng(1).normal(size=(1, 20, 1)), np.arange(20) % 3
    wanted = copula_terms(np.repeat(x, counts, axis=1), np.ones((1, counts.sum())))
    assert np.repeat(copula_terms(x, counts[None].astype(float)), counts, axis=1) == pytest.approx(wanted)


def test_anderson_and_darling_agree_with_statsmodels() -> None:
    from statsmodels.stats.diagnostic import normal_ad

    rng = np.random.default_rng(2)
    for x in (
        rng.normal(size=80),
        rng.exponential(size=80),
        rng.uniform(size=50),
        rng.standard_t(4, size=200),
    ):
        assert normality(x) == pytest.approx(normal_ad(x), rel=1e-6)


def test_an_equation_with_copulas_is_a_regression_of_scores() -> None:
    fit = composites.fit(model(), drawn())
    table = composites.gaussian_copula(fit, "stay", 20, seed=1).set_index(["terms", "predictor", "kind"])[
        "est"
    ]
    assert table["", "fame", "path"] == pytest.approx(
        fit.paths.set_index(["lhs", "rhs"]).loc[("stay", "fame"), "est"]
    )
    scores = fit.scores
    term = stats.norm.ppf(scores["trust"].rank(method="max") / 251)
    x = np.column_stack([np.ones(250), scores[["fame", "trust"]], term])
    slopes = np.linalg.lstsq(x, scores["stay"].to_numpy(), rcond=None)[0]
    assert [table["trust", "trust", "path"], table["trust", "trust", "copula"]] == pytest.approx(slopes[2:])
    assert len(table) == 2 + 3 + 3 + 4


def test_a_hidden_cause_is_found_and_the_path_corrected() -> None:
    """Twenty samples: the plain path is biased upwards, the one beside the copula is not."""
    plain, corrected = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        hidden, own = rng.normal(size=(2, 600))
        cause = stats.gamma.ppf(stats.norm.cdf(0.6 * hidden + 0.8 * own), 1.0)
        y = 0.5 * cause + hidden + 0.5 * rng.normal(size=600)
        found = composites.gaussian_copula(composites.fit("y ~ x", {"x": cause, "y": y}), "y", 2, seed=1)
        scale = y.std(ddof=1) / cause.std(ddof=1)
        plain.append(found["est"].iloc[0] * scale)
        corrected.append(found["est"].iloc[1] * scale)
    assert np.mean(plain) > 0.85
    assert np.mean(corrected) == pytest.approx(0.5, abs=0.06)


def test_what_is_refused() -> None:
    fit = composites.fit(model(), drawn())
    with pytest.raises(ModelError, match="no path leads to it"):
        composites.gaussian_copula(fit, "fame")
    product = "f <~ fame1 + fame2; h <~ care1 + care2; g <~ trust1 + trust2; g ~ f + h + f:h"
    with pytest.raises(NotServedError, match="products"):
        composites.gaussian_copula(composites.fit(product, drawn()), "g")
    with pytest.raises(ModelError, match="at least one"):
        composites.gaussian_copula(fit, "stay", 0)
