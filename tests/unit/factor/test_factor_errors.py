"""Errors and tests of exploratory loadings beside R's (`tests/reference/R/factor_errors.R`)."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from mlbc_stats import factor
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.factor.correlation.normal_theory import normal_gamma
from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.factor.inference.analytic import varimax_behind
from mlbc_stats.factor.turning.names import promax_solution
from tests.reference.corpus import HERE, read_table

STORED = json.loads((HERE / "expected" / "factor_errors.json").read_text(encoding="utf-8"))
ITEMS = [f"x{i}" for i in range(1, 10)]
CONTINUOUS = {name: read_table("data/HolzingerSwineford1939.csv")[name] for name in ITEMS}
ORDINAL = {name: read_table("data/HS_ord4.csv")[name] for name in ITEMS}
# R's programs stop their rotations at a gradient of about 1e-7, and errors come from numeric derivatives of them.
ESTIMATE, ERROR, TEST = 2e-5, 5e-4, 1e-5
ORDINAL_CASES = {"ulsmv_oblimin": "minres", "wlsmv_oblimin": "dwls", "wls_oblimin": "wls"}


def of_categories(name: str) -> factor.FactorResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return factor.fit(ORDINAL, 3, method=ORDINAL_CASES[name], correlation="polychoric")


def columns(loadings: np.ndarray, stored: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Stored loadings in our order and signs, and the order."""
    values = np.array(stored).reshape(3, 9).T
    _, order = linear_sum_assignment(-np.abs(loadings.T @ values))
    return values[:, order] * np.sign(np.sum(loadings * values[:, order], axis=0)), order


@pytest.mark.parametrize("errors", ["normal", "robust"])
@pytest.mark.parametrize("rotation", ["oblimin", "geomin", "varimax"])
def test_loadings_and_errors_are_those_of_the_delta_method_in_r(rotation: str, errors: str) -> None:
    stored = STORED[f"ml_{rotation}"]
    result = factor.fit(CONTINUOUS, 3, method="ml", rotation=rotation, errors=errors)
    values, order = columns(result.loadings, stored["loadings"])
    assert result.loadings == pytest.approx(values, abs=ESTIMATE)
    wanted = np.array(stored[errors]).reshape(3, 9).T[:, order]
    assert result.std_errors == pytest.approx(wanted, rel=ERROR)


@pytest.mark.parametrize("name", ORDINAL_CASES)
def test_loadings_of_categories_are_those_of_lavaan(name: str) -> None:
    loadings = of_categories(name).loadings
    assert loadings == pytest.approx(columns(loadings, STORED[name]["loadings"])[0], abs=ESTIMATE)


@pytest.mark.parametrize("name", ["ulsmv_oblimin", "wlsmv_oblimin"])
def test_the_scaled_test_is_that_of_lavaan(name: str) -> None:
    stored, fit = STORED[name]["fit"], of_categories(name).fit
    n = len(ORDINAL["x1"])  # lavaan's statistic has n - 1
    assert fit.scaled_chi_square == pytest.approx(stored["chisq.scaled"], rel=2 / n)
    assert fit.df == stored["df"]


def test_the_weighted_test_is_that_of_lavaan() -> None:
    fit, n = of_categories("wls_oblimin").fit, len(ORDINAL["x1"])
    assert fit.scaled_chi_square == pytest.approx(
        STORED["wls_oblimin"]["fit"]["chisq"] * n / (n - 1), rel=TEST
    )


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.DataWarning")
@pytest.mark.parametrize("rotation", ["oblimin", "varimax", "promax", "geomin", "none"])
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_errors_are_those_of_the_numeric_delta_method(rotation: str, method: str) -> None:
    """The whole way from correlations to loadings, differentiated numerically where factors fit exactly."""
    true = np.zeros((9, 3))
    true[np.arange(9), np.arange(9) // 3] = np.random.default_rng(5).uniform(0.5, 0.8, 9)
    true[:, 0] += 0.2
    r = true @ true.T
    np.fill_diagonal(r, 1.0)
    result = factor.fit(r, 3, method=method, rotation=rotation, n=200)

    def slope(a: int, b: int, step: float = 1e-4) -> np.ndarray:
        moved = []
        for sign in (1, -1):
            near = r.copy()
            near[a, b] = near[b, a] = r[a, b] + sign * step
            got = factor.fit(
                near, 3, method=method, rotation=rotation, n=200, errors="none", starts=5
            ).loadings
            match = np.abs(got.T @ result.loadings).argmax(axis=0)
            moved.append(got[:, match] * np.sign(np.sum(got[:, match] * result.loadings, axis=0)))
        return (moved[0] - moved[1]).ravel() / (2 * step)

    jacobian = np.array([slope(a, b) for a, b in zip(*below(9), strict=True)]).T
    spread = jacobian @ normal_gamma(r) @ jacobian.T / 200
    assert result.std_errors.ravel() == pytest.approx(np.sqrt(np.diagonal(spread)), rel=2e-3)


@pytest.mark.parametrize("options", [{"promax_power": 3}, {"promax.power": 3}, {"row_weights": "none"}])
def test_errors_of_promax_start_from_the_varimax_behind_it(options: dict[str, object]) -> None:
    result = factor.fit(CONTINUOUS, 3, rotation="promax", rotation_args=options, errors="none")
    unrotated = result.extraction.loadings[0]
    varimax = unrotated @ varimax_behind(result.rotated, unrotated, options)
    loadings, phi = promax_solution(varimax, options)
    assert loadings == pytest.approx(result.loadings, abs=1e-8) and phi == pytest.approx(result.phi, abs=1e-8)
    usual = factor.rotate(unrotated, "promax").loadings
    assert not np.allclose(loadings, usual, atol=1e-3)
