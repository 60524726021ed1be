"""Reliability of the sums of ordinal answers under a fitted model, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.latent_responses import read_responses
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.reliability.one_factor import normal_quantile
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.uncertainty import delta_errors

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult

STEP = 1e-5
"""Relative step of the central differences: errors of about 1e-9, far below a standard error."""


def score_reliability(
    result: SemResult, level: float = 0.95, draws: BootstrapResult | None = None
) -> pd.DataFrame:
    """Green & Yang's ω of the sum of each factor's ordinal items, with intervals.

    ω = Σ_ij Cov(y_i, y_j; ρ = λ_iλ_jψ) / Σ_ij Cov(y_i, y_j; implied ρ): what two parallel sums share through the
    factor, over the variance of one; with a general factor beside others it is ω hierarchical.

    Parameters
    ----------
    result : a converged model of ordinal items. level : coverage of the intervals.
    draws : ``sem.bootstrap(result)`` for percentile intervals; the delta method without.

    Returns
    -------
    DataFrame
        One row per factor (and group): n_items, omega_model with std_error, ci_lower, ci_upper; omega, over the
        variance of the sum that the sample's thresholds and polychoric correlations give (no interval: this
        variance moves with the sample beyond the model's parameters). NaN for single items and for sums that mix
        ordinal and continuous items. Codes count as given. With draws their number is in `draws`: a resample
        that did not converge or has a factor explain more than all of an item (no ω exists) is left out.

    Raises
    ------
    DataError
        if the model did not converge, has no ordinal items or has covariates, or the draws are of another fit.

    References
    ----------
    Green & Yang (2009), doi:10.1007/s11336-008-9099-3.
    In R: ``semTools::compRelSEM(fit, obs.var = FALSE)`` (omega_model) and ``TRUE`` (omega).

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> answers = np.digitize(rng.normal(size=(400, 1)) + rng.normal(size=(400, 4)), [-1, 0, 1])
    >>> fit = sem.cfa("f =~ a + b + c + d", dict(zip("abcd", answers.T)), ordered=True)
    >>> row = score_reliability(fit).loc["f"]
    >>> bool(row["ci_lower"] < row["omega_model"] < row["ci_upper"])
    True
    """
    import pandas as pd

    quantile = normal_quantile(level)
    parts = read_measurement(result)
    if parts[0].responses is None:
        raise DataError("the model has no ordinal items; use summary() for continuous ones")
    if draws is not None and draws.fit is not result:
        raise DataError("the draws are those of another fit: call sem.bootstrap(result) on this one")
    tables = []
    for g, part in enumerate(parts):
        value, observed = _point(part)
        if draws is None:
            error = _delta_errors(result, g, part)
            lower, upper = value - quantile * error, value + quantile * error
        else:
            drawn = _omegas(result, g, part, draws.theta[draws.converged])
            error, lower, upper = _percentiles(drawn, level)
        columns = {"n_items": [len(part.indicators(f)) for f in part.factors], "omega_model": value}
        columns |= {"std_error": error, "ci_lower": lower, "ci_upper": upper, "omega": observed}
        if draws is not None:
            columns["draws"] = np.sum(~np.isnan(drawn), axis=0)
        tables.append(pd.DataFrame(columns, index=pd.Index(part.factors, name="construct")))
    if len(tables) == 1:
        return tables[0]
    return pd.concat(tables, keys=[part.group for part in parts], names=["group", "construct"])


def _percentiles(drawn: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Standard deviation and ends of the interval (m,) over the draws that have an ω; NaN with fewer than two."""
    out = np.full((3, drawn.shape[1]), np.nan)
    for f, column in enumerate(drawn.T):
        kept = column[~np.isnan(column)]
        if len(kept) > 1:
            out[0, f] = kept.std(ddof=1)
            out[1:, f] = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return out[0], out[1], out[2]


def _point(part: Measurement) -> tuple[Floats, Floats]:
    model, observed = np.full((2, len(part.factors)), np.nan)
    for f, factor in enumerate(part.factors):
        items = part.indicators(factor)
        if _served(part, items):
            own = part.loadings[:, f]
            true = part.common_variance(np.outer(own, own) * part.phi[f, f], items)
            model[f], observed[f] = true / part.implied_variance(items), true / part.sample_variance(items)
    return model, observed


def _served(part: Measurement, items: list[int]) -> bool:
    return len(items) > 1 and part.is_ordinal(items)


def _omegas(result: SemResult, group: int, part: Measurement, theta: Floats) -> Floats:
    """ω (B, m) at theta (B, q)."""
    responses = read_responses(result, group, part.items, part.factors, theta)
    out = np.full((len(theta), len(part.factors)), np.nan)
    for f, factor in enumerate(part.factors):
        items = part.indicators(factor)
        if _served(part, items):
            out[:, f] = responses.omega(f, items)
    return out


def _delta_errors(result: SemResult, group: int, part: Measurement) -> Floats:
    theta = result.theta
    steps = np.diag(STEP * np.maximum(np.abs(theta), 1.0))
    up, down = (_omegas(result, group, part, theta + sign * steps) for sign in (1, -1))
    jacobian = (up - down) / (2 * np.diagonal(steps)[:, None])
    values = _point(part)[0]
    return np.where(np.isnan(values), np.nan, delta_errors(jacobian.T, values, result.uncertainty))
