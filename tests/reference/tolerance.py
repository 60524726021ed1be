"""How far a computed number may be from the stored one, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.leaves import Path


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Limits of one class of cases; `None` means that the class does not test that kind of number."""

    estimate: float  # absolute, times max(1, |value|)
    error: float | None  # relative, of standard errors
    chisq: float  # relative, of chi-squares and log-likelihoods
    index: float  # absolute, of fit indices and probabilities


# Complete data, smooth maximum, both sides at a gradient below 1e-10: what is left is the printed precision
# and, for standard errors, the numerical second derivatives of the other side.
TIGHT = Tolerance(1e-5, 1e-4, 1e-6, 1e-5)
# The saturated moments come from EM, whose stopping rule (1e-10 in the log-likelihood) enters the numbers.
FIML = Tolerance(5e-5, 5e-4, 1e-5, 5e-5)
# Nonlinear constraints: the other side meets them only to the tolerance of its augmented Lagrangian.
LOOSE = Tolerance(1e-3, 5e-3, 1e-4, 1e-3)
# A rotation criterion is flat near its optimum, and its errors are not compared at all.
EFA = Tolerance(2e-3, None, 1e-3, 2e-3)
# Each polychoric correlation is an optimum of its own, found by the other side to about 1e-8 only, and what is computed
# from hundreds of them is a looser copy; ours differ by less than 1e-6 where this has been measured.
ORDINAL = Tolerance(2e-4, 2e-3, 1e-3, 5e-4)
CLASSES = {"tight": TIGHT, "fiml": FIML, "loose": LOOSE, "efa": EFA, "ordinal": ORDINAL}

EXACT = 1e-6  # counts are whole numbers; only floating-point representation is allowed for
STANDARDIZED = 2.0  # a standardized value is a ratio of two estimates, so it may be off by both
FIXED_ERROR = 1e-7  # the standard error of what is fixed is zero up to rounding
P_RELATIVE = 1e-2  # a p-value below the absolute limit would otherwise never be tested
P_FLOOR = 1e-12  # below it both sides print rounding noise of 1 - cdf
Z_RESIDUAL = 100.0  # a standardized residual divides a moment's error by a standard error of about 0.01
SCORES = 10.0  # a factor score sums a dozen estimates times data of size ten
CRITICAL_95 = 1.959964

COUNTS = ("npar", "df", "baseline.df", "ntotal", "nobs", "norig", "ngroups", "ncon_eq_rank", "free", "exo")
STATISTICS = [
    "logl",
    "unrestricted.logl",
    "aic",
    "bic",
    "bic2",
    "logLik",
    "stat",
    "stat.group",
    "fmin",
    "df.scaled",
    "baseline.df.scaled",
]


def limit(path: Path, expected: Mapping[Path, Any], value: float, tol: Tolerance) -> float | None:
    """Largest allowed difference from `value`, the leaf at `path` of `expected`; None if not tested."""
    field, name = path[0], path[-1]
    if name in COUNTS and field != "rsquare":
        return EXACT
    if field in ("parameters", "standardized"):
        return _parameter_limit(path, expected, value, tol)
    if field in ("fit", "tests", "logLik"):
        return _fit_limit(name, value, tol)
    if field == "vcov":
        return _vcov_limit(path, expected, tol)
    size = max(1.0, abs(value))
    factor = {"rsquare": STANDARDIZED, "factor_scores": SCORES, "residuals": _residual_factor(path)}.get(
        field, 1.0
    )
    return _error(tol) * size if field == "modindices" else factor * tol.estimate * size


def _parameter_limit(path: Path, expected: Mapping[Path, Any], value: float, tol: Tolerance) -> float | None:
    """Estimates and errors have their own limit; z, p and the interval inherit theirs from both.

    With d the limit of the estimate and r the relative limit of its standard error s:
    z = est/s may be off by d/s + |z| r; the interval by d + 1.96 r s; p = 2(1 - Phi(|z|)) by that limit of z
    times twice the density at the z nearest to zero inside it.
    """
    name, row = path[-1], path[:-1]
    point_name = "est.std" if path[0] == "standardized" else "est"
    point, se = expected.get((*row, point_name), 0.0), expected.get((*row, "se"), 0.0)
    d = tol.estimate * max(1.0, abs(point)) * (STANDARDIZED if path[0] == "standardized" else 1.0)
    if name == point_name:
        return d
    if name.startswith("std."):
        return STANDARDIZED * tol.estimate * max(1.0, abs(value))
    if tol.error is None:
        return None
    if name == "se":
        return tol.error * value if value > FIXED_ERROR else FIXED_ERROR
    if name.startswith("ci."):
        return d + CRITICAL_95 * tol.error * se
    z = point / se if se > 0 else 0.0
    dz = d / se + abs(z) * tol.error if se > 0 else 0.0
    return dz if name == "z" else max(P_FLOOR, _normal_density(max(abs(z) - dz, 0.0)) * 2 * dz)


def _fit_limit(name: str, value: float, tol: Tolerance) -> float:
    size = max(1.0, abs(value))
    if "pvalue" in name:
        return min(tol.index, max(P_RELATIVE * value, P_FLOOR))
    if name in STATISTICS or "chisq" in name:
        return tol.chisq * size
    return tol.index * size


def _vcov_limit(path: Path, expected: Mapping[Path, Any], tol: Tolerance) -> float | None:
    """A covariance of estimates may be off by both standard errors' relative limits."""
    if tol.error is None:
        return None
    field, i, j = path
    variances = [max(expected.get((field, k, k), 0.0), 0.0) for k in (i, j)]
    return max(2 * tol.error * math.sqrt(variances[0] * variances[1]), FIXED_ERROR**2)


def _residual_factor(path: Path) -> float:
    return Z_RESIDUAL if len(path) > 1 and path[1] in ("normalized", "standardized") else STANDARDIZED


def _error(tol: Tolerance) -> float:
    return tol.error if tol.error is not None else tol.index


def _normal_density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
