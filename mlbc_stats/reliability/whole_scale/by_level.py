"""Reliability of scales within and between clusters, from a two-level measurement model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import norm

from mlbc_stats.errors import ModelError
from mlbc_stats.reliability.internal_consistency import alpha_of_cov
from mlbc_stats.reliability.items import Floats
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.results.levels import require_continuous, require_fixed_slopes
from mlbc_stats.sem.specification.levels import level_of, plain

if TYPE_CHECKING:
    import pandas as pd

STEP = 1e-30


@dataclass(frozen=True, slots=True)
class _Scale:
    """One factor of one level: its place and those of its items among the variables."""

    name: str
    factor: int
    items: tuple[int, ...]


def by_level(fit: SemResult, level: float = 0.95) -> pd.DataFrame:
    """ω, α and the largest reliability of every factor's scale at its level of a two-level model.

    ω = (Σλ)²φ/(1'Σ_l 1) over the implied covariances Σ_l of the items at the level; α = k/(k − 1)(1 − tr S_l/1'S_l 1)
    from the unrestricted covariances of the level; the weighted sum that is most reliable has H = c/(1 + c),
    c = φ Σλ²/θ. Between clusters they describe latent cluster means, which observed means of few cases fall short of.

    Parameters
    ----------
    fit : a model with `level: 1` and `level: 2` blocks. level : of the intervals.

    Returns
    -------
    DataFrame
        One row per group ("" for a single one), level and factor: group, level, factor, n_items, omega with se,
        ci_lower, ci_upper (delta method), alpha, maximal_h. NaN where a residual variance is not positive (maximal_h)
        or a factor's is negative.

    Raises
    ------
    ModelError : a model of one level, one that did not converge, or without factors of two items.

    References
    ----------
    Geldhof, Preacher & Zyphur (2014), doi:10.1037/a0032138. In R: ``semTools::reliability(fit)``, whose alpha and
    omega these are.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(2)
    >>> team = np.repeat(np.arange(60), 8)
    >>> shared = (rng.normal(size=60) * 0.7)[team] + rng.normal(size=480)
    >>> data = {name: shared + rng.normal(size=480) + 0.3 * rng.normal(size=60)[team] for name in "abc"} | {"t": team}
    >>> text = "level: 1\\nw =~ a + b + c\\nlevel: 2\\nv =~ a + b + c"
    >>> by_level(sem.cfa(text, data, cluster="t"))[["level", "factor"]].to_numpy().tolist()
    [[1, 'w'], [2, 'v']]
    """
    import pandas as pd

    if not fit.table.two_level:
        raise ModelError("the model has one level; use reliability.summary, or write level: 1 and level: 2")
    require_fixed_slopes(fit, "reliabilities", "fit the measurement model by itself")
    require_continuous(fit, "omega and alpha", "analyse the codes as continuous with estimator='MLR'")
    if not fit.converged:
        raise ModelError("the fit did not converge; reliability needs estimates")
    rows = [
        {"group": label if fit.table.n_groups > 1 else "", **_row(fit, g, scale, level)}
        for g, label in enumerate(fit.table.group_labels)
        for scale in _scales(fit, fit.solution.rams[g])
    ]
    if not rows:
        raise ModelError("no factor of the model has two items, so there is no scale to judge")
    return pd.DataFrame(rows)


def _scales(fit: SemResult, ram: Ram) -> list[_Scale]:
    place = {name: at for at, name in enumerate(ram.variables)}
    observed = set(ram.variables[: ram.n_observed])
    found: dict[str, list[int]] = {}
    for row in fit.table.parameters:
        if row.op == "=~" and row.group <= 1 and row.rhs in observed:
            found.setdefault(row.lhs, []).append(place[row.rhs])
    return [_Scale(name, place[name], tuple(items)) for name, items in found.items() if len(items) > 1]


def _row(fit: SemResult, g: int, scale: _Scale, level: float) -> dict[str, Any]:
    ram, theta = fit.solution.rams[g], fit.theta
    omega = float(_omega(ram, theta, scale))
    steps = theta.astype(complex) + 1j * STEP * np.eye(len(theta))
    slope = np.imag(_omega(ram, steps, scale)) / STEP
    error = float(np.sqrt(max(float(slope @ fit.uncertainty.vcov @ slope), 0.0)))
    reach = norm.ppf(0.5 + level / 2) * error
    return {
        "level": level_of(scale.name),
        "factor": plain(scale.name),
        "n_items": len(scale.items),
        "omega": omega,
        "se": error,
        "ci_lower": omega - reach,
        "ci_upper": omega + reach,
        "alpha": _alpha(fit, g, scale),
        "maximal_h": _maximal(ram, theta, scale),
    }


def _omega(ram: Ram, theta: Floats, scale: _Scale) -> Floats:
    """ω (...,) at theta (..., q), complex ones too."""
    implied, items = imply(ram, theta), np.array(scale.items)
    common = implied.paths[..., items, scale.factor].sum(axis=-1) ** 2 * _variance(implied, scale)
    return np.asarray(common / implied.sigma[..., items[:, None], items].sum(axis=(-2, -1)))


def _variance(implied: Any, scale: _Scale) -> Floats:
    return np.asarray(implied.variances[..., scale.factor])


def _alpha(fit: SemResult, g: int, scale: _Scale) -> float:
    """From the unrestricted covariances of the level; NaN where these have no maximum."""
    levels = fit.solution.moments[g].levels
    found = None if levels is None else levels.unrestricted
    if found is None:
        return float("nan")
    items = np.array(scale.items)
    return float(alpha_of_cov(np.asarray(found.sigma)[items[:, None], items]))


def _maximal(ram: Ram, theta: Floats, scale: _Scale) -> float:
    implied, items = imply(ram, theta), np.array(scale.items)
    residual = np.diagonal(implied.disturbance)[items]
    variance = float(_variance(implied, scale))
    if variance < 0 or (residual <= 0).any():
        return float("nan")
    carried = variance * float(np.sum(implied.paths[items, scale.factor] ** 2 / residual))
    return carried / (1 + carried)
