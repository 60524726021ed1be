"""The noncentrality behind what a method factor could have found is that of fits to samples."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.reliability.method_variance.marker_texts import plain_factors
from mlbc_stats.reliability.method_variance.method_factor import method_factor_text

TEXT = "one =~ a + b + c\ntwo =~ d + e + f\nthree =~ g + h + i"


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_power_of_a_method_factor_is_that_of_simulated_fits(share: float) -> None:
    names, n, runs = list("abcdefghi"), 300, 400
    phi = np.array([[1, 0.2, 0.4], [0.2, 1, 0.1], [0.4, 0.1, 1]])
    loadings = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6]]))
    r = loadings @ phi @ loadings.T
    np.fill_diagonal(r, 1.0)
    fit = sem.cfa(TEXT, sample_cov={"names": names, "values": r}, sample_nobs=n)
    told = reliability.detectable_method_variance(fit, shares=(0, 0.2), replications=2, seed=1).rates
    population = {"names": names, "values": (1 - share) * r + share}
    text = method_factor_text(TEXT, plain_factors(TEXT, ""), equal=True)
    truth = sem.cfa(text, sample_cov=population, sample_nobs=n, std_lv=True)
    both = sem.monte_carlo(truth, n, runs, seed=3)
    plain = sem.monte_carlo(truth, n, runs, model=TEXT, kind="cfa", std_lv=True, seed=3)
    gain = np.where(both.converged, plain.chisq - both.chisq, 0.0)  # no gain where its loadings go to zero
    expected = told.loc[share, "method_factor"]
    assert plain.converged.all()
    assert abs(np.mean(gain > 3.841) - expected) < 3 * np.sqrt(expected * (1 - expected) / runs) + 0.02
