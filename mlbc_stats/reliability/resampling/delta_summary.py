"""Delta-method intervals of what a fitted measurement model says about its constructs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.measurement import read_measurement
from mlbc_stats.reliability.resampling.construct_values import FROM_MODEL, construct_values, read_batch
from mlbc_stats.sem.fitting.sem_result import SemResult

if TYPE_CHECKING:
    import pandas as pd

STEP = 1e-5
"""Relative step of the central differences: their error is of the order of its square."""


def delta_summary(result: SemResult, level: float = 0.95) -> pd.DataFrame:
    """CR, AVE, ω and H of every construct with errors and intervals from the covariance of the estimates.

    g(θ̂) ± z √(J V Jᵀ), V the fit's own covariance of the estimates (robust, clustered or incomplete data included) and
    J the slopes of the index, by central differences in one batch. Nothing is refitted.

    Parameters
    ----------
    result : a converged model with latent variables measured by observed indicators.
    level : coverage of the intervals; they are symmetric and may pass 0 or 1.

    Returns
    -------
    DataFrame
        Rows construct by index (omega_model, cr, ave, maximal_h as in `reliability.summary`), with a column group for
        several groups; columns construct, index, est, se, ci_lower, ci_upper. NaN where the fit has no covariance of
        its estimates or the index is not defined.

    Raises
    ------
    DataError
        a level outside (0, 1); a model that did not converge or measures nothing.

    References
    ----------
    Raykov (2002), doi:10.1207/S15327906MBR3701_04; Raykov & Zinbarg (2011), doi:10.1177/1094428110366037. In R: the
    indices as definitions (``ave := ...``) in a ``lavaan`` model.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> found = delta_summary(sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items))
    >>> bool(found.query("index == 'ave'")["se"].between(0.01, 0.06).all())
    True
    """
    import pandas as pd

    if not 0 < level < 1:
        raise DataError(f"level={level}; expected a number between 0 and 1")
    parts = read_measurement(result)
    rows, columns = [], []
    theta, steps = _around(result.theta)
    for g, part in enumerate(parts):
        batch = read_batch(result, part, g, result.solution.rams[g], theta, None)
        for factor in part.factors:
            found = construct_values(batch, factor)
            rows += [
                {"group": part.group, "construct": factor, "index": name}
                for name in FROM_MODEL
                if name in found
            ]
            columns += [found[name] for name in FROM_MODEL if name in found]
    values = np.stack(columns, axis=-1)
    q = len(steps)
    jacobian = (values[1 : q + 1] - values[q + 1 :]) / (2 * steps[:, None])
    error = _errors(jacobian, np.asarray(result.vcov, dtype=float))
    reach = ndtri((1 + level) / 2) * error
    frame = pd.DataFrame(rows).assign(
        est=values[0], se=error, ci_lower=values[0] - reach, ci_upper=values[0] + reach
    )
    return frame if len(parts) > 1 else frame.drop(columns="group")


def _around(theta: Floats) -> tuple[Floats, Floats]:
    """θ (1 + 2q, q): the estimate, a step up and a step down along each parameter; steps (q,)."""
    steps = STEP * np.maximum(1.0, np.abs(theta))
    moves = np.diag(steps)
    return np.concatenate([theta[None], theta + moves, theta - moves]), steps


def _errors(jacobian: Floats, covariance: Floats) -> Floats:
    """√diag(JᵀVJ) (k,); NaN where it is not a number or negative."""
    with np.errstate(invalid="ignore"):
        variance = np.sum((covariance @ jacobian) * jacobian, axis=0)
        return np.where(variance >= 0, np.sqrt(np.maximum(variance, 0.0)), np.nan)
