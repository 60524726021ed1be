"""Bootstrap intervals of every coefficient of one scale, straight from its items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import DataError
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.linalg import deviations, spd_inverse_logdet
from mlbc_stats.loading_shares import maximal_reliability, omega_total
from mlbc_stats.moments.sample import resample
from mlbc_stats.moments.weights import bootstrap_weights, jackknife_weights
from mlbc_stats.reliability.answers.clustering import cluster_codes
from mlbc_stats.reliability.bounds.greatest_lower_bound import glb_of_covs
from mlbc_stats.reliability.internal_consistency import alphas_of_covs
from mlbc_stats.reliability.items import Floats, judge_keying, read_items
from mlbc_stats.sem.inference.intervals import KINDS, intervals

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 250


def scale_intervals(
    data: Any,
    items: Sequence[str] | None = None,
    replications: int = 2000,
    *,
    coefficients: Sequence[str] = ("alpha", "omega", "gap"),
    interval: str = "bca",
    level: float = 0.95,
    seed: int | None = None,
    cluster: Sequence[Any] | None = None,
    progress: parallel.Progress | None = None,
) -> pd.DataFrame:
    """Bootstrap errors and intervals of α, ω and the other coefficients of one scale, all from the same resamples.

    Parameters
    ----------
    data : table (n, k) of keyed items; cases with a missing answer are left out. items : columns; all by default.
    replications : resamples; seed : of these.
    coefficients : any of alpha; standardized (α of the correlations); lambda2; lambda6; glb (greatest lower bound);
        omega (one-factor maximum likelihood); gap (ω − α, how much α falls short); maximal_h.
    interval, level : bca (leaves each case, or cluster, out once), percentile, basic, normal or bc.
    cluster : (n,) cluster of every row; whole clusters are resampled, a row without a name alone.
    progress : called with (done, total) parts of the resamples.

    Returns
    -------
    DataFrame
        Index: coefficient. Columns: est, se, bias (mean of the resamples less the estimate), ci_lower, ci_upper, draws
        (resamples in which it exists; one with a constant item or, for ω and H, without a converged model does not
        count). The items need not be normal. A greatest lower bound is biased by chance, and more so in resamples: its
        interval says how much it varies, not where the reliability is.

    Raises
    ------
    DataError
        as in `alpha`; items that covary negatively on average; an unknown coefficient or interval, replications below
        2, a level outside (0, 1).

    References
    ----------
    Kelley & Pornprasertmanit (2016), doi:10.1037/a0040086 (bca for ω); Padilla, Divers & Newton (2012),
    doi:10.1177/0146621612445470. In R: ``psych::alpha(items, n.iter = 2000)``, ``MBESS::ci.reliability(items,
    type = "omega", interval.type = "bca")``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scale = dict(zip("abcd", rng.normal(size=200) + rng.normal(size=(4, 200))))
    >>> found = scale_intervals(scale, replications=200, seed=1)
    >>> list(found.index), bool((found["ci_lower"] < found["est"]).all())
    (['alpha', 'omega', 'gap'], True)
    """
    import pandas as pd

    _check(coefficients, interval, replications, level)
    scale = read_items(data, items)
    judge_keying(scale.names, scale.cov)
    groups = None if cluster is None else _groups(cluster, data, scale.names)
    estimate = _values(scale.cov[None], coefficients)[0]
    draws = _draws(scale.answers, coefficients, replications, seed, groups, progress)
    left_out = _left_out(scale.answers, coefficients, groups) if interval == "bca" else None
    rows = [
        _row(estimate[j], draws[:, j], None if left_out is None else left_out[:, j], interval, level)
        for j in range(len(coefficients))
    ]
    columns = ["est", "se", "bias", "ci_lower", "ci_upper", "draws"]
    frame = pd.DataFrame(rows, index=pd.Index(list(coefficients), name="coefficient"), columns=columns)
    frame.attrs |= {
        "n": scale.n,
        "replications": replications,
        "seed": seed,
        "interval": interval,
        "level": level,
    }
    return frame


def one_factor_loadings(covs: Floats) -> Floats:
    """Maximum-likelihood loadings (B, k) of one factor; equal ones for two items, NaN where there is no solution.

    Examples
    --------
    >>> a = np.array([0.8, 0.7, 0.6])
    >>> one_factor_loadings((np.outer(a, a) + np.diag(1 - a**2))[None]).round(6).tolist()
    [[0.8, 0.7, 0.6]]
    """
    k = covs.shape[-1]
    if k == 2:
        with np.errstate(invalid="ignore"):
            return np.repeat(np.sqrt(covs[:, 0, 1])[:, None], 2, axis=1)
    spread = deviations(np.einsum("bii->bi", covs))
    usable = spd_inverse_logdet(covs)[2] & np.isfinite(covs).all(axis=(1, 2))
    out = np.full((len(covs), k), np.nan)
    if usable.any():
        scale = spread[usable]
        found = extract(covs[usable] / (scale[:, :, None] * scale[:, None, :]), 1, "ml")
        loadings = found.loadings[:, :, 0] * scale
        out[usable] = np.where(found.converged[:, None], loadings, np.nan)
    return out


def _lambda2(covs: Floats) -> Floats:
    k, total = covs.shape[-1], covs.sum(axis=(1, 2))
    own = np.einsum("bii->bi", covs)
    squares = np.sum(covs**2, axis=(1, 2)) - np.sum(own**2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 - own.sum(axis=1) / total + np.sqrt(k / (k - 1) * squares) / total
    return np.where(total > 0, found, np.nan)


def _lambda6(covs: Floats) -> Floats:
    inverse, _, definite = spd_inverse_logdet(covs)
    total = covs.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 - np.sum(1 / np.einsum("bii->bi", inverse), axis=1) / total
    return np.where(definite & (total > 0), found, np.nan)


def _standardized(covs: Floats) -> Floats:
    spread = deviations(np.einsum("bii->bi", covs))
    return alphas_of_covs(covs / (spread[:, :, None] * spread[:, None, :]))


def _omega(covs: Floats) -> Floats:
    """ω over the variance of the sum in the model."""
    loadings = one_factor_loadings(covs)
    error = np.einsum("bii->b", covs) - np.sum(loadings**2, axis=1)
    return np.asarray(omega_total(loadings, 1.0, loadings.sum(axis=1) ** 2 + error))


def _maximal_h(covs: Floats) -> Floats:
    return np.asarray(maximal_reliability(one_factor_loadings(covs) / deviations(np.einsum("bii->bi", covs))))


COEFFICIENTS: dict[str, Callable[[Floats], Floats]] = {
    "alpha": alphas_of_covs,
    "standardized": _standardized,
    "lambda2": _lambda2,
    "lambda6": _lambda6,
    "glb": glb_of_covs,
    "omega": _omega,
    "gap": lambda covs: _omega(covs) - alphas_of_covs(covs),
    "maximal_h": _maximal_h,
}
"""Coefficients (B,) of a batch of covariances (B, k, k)."""


def _check(coefficients: Sequence[str], interval: str, replications: int, level: float) -> None:
    unknown = [name for name in coefficients if name not in COEFFICIENTS]
    if unknown or not coefficients:
        raise DataError(f"coefficients={list(coefficients)!r}: expected some of {', '.join(COEFFICIENTS)}")
    if interval not in KINDS:
        raise DataError(f"interval={interval!r} is not known; use one of {', '.join(KINDS)}")
    if replications < 2:
        raise DataError(f"replications={replications}: expected two or more, 2000 for an interval")
    if not 0 < level < 1:
        raise DataError(f"level={level!r}: expected a share between 0 and 1, such as 0.95")


def _groups(cluster: Sequence[Any], data: Any, names: tuple[str, ...]) -> np.ndarray:
    from mlbc_stats.moments.columns import read_columns

    values = read_columns(data, names)
    if len(cluster) != len(values):
        raise DataError(f"{len(cluster)} names of clusters for {len(values)} rows; give one a row")
    return cluster_codes(cluster)[np.isfinite(values).all(axis=1)]


def _values(covs: Floats, coefficients: Sequence[str]) -> Floats:
    """Coefficients (B, c); NaN for a resample in which an item is constant."""
    varies = (np.einsum("bii->bi", covs) > 0).all(axis=1)
    out = np.full((len(covs), len(coefficients)), np.nan)
    if varies.any():
        out[varies] = np.stack([COEFFICIENTS[name](covs[varies]) for name in coefficients], axis=1)
    return out


def _draws(
    x: Floats,
    coefficients: Sequence[str],
    replications: int,
    seed: int | None,
    groups: np.ndarray | None,
    progress: parallel.Progress | None,
) -> Floats:
    parts = parallel.chunks(replications, CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))

    def one(task: tuple[slice, np.random.Generator]) -> Floats:
        part, rng = task
        weights = bootstrap_weights(rng, len(x), part.stop - part.start, groups)
        return _values(resample(x, weights).cov, coefficients)

    return np.concatenate(parallel.run(one, list(zip(parts, streams, strict=True)), progress=progress))


def _left_out(x: Floats, coefficients: Sequence[str], groups: np.ndarray | None) -> Floats:
    """Coefficients (n, c) without each case or cluster."""
    weights = jackknife_weights(len(x), groups)
    parts = [weights[start : start + CHUNK] for start in range(0, len(weights), CHUNK)]
    return np.concatenate([_values(resample(x, part).cov, coefficients) for part in parts])


def _row(estimate: float, draws: Floats, left_out: Floats | None, interval: str, level: float) -> list[float]:
    known = draws[np.isfinite(draws)]
    jackknife = None if left_out is None else left_out[np.isfinite(left_out)][:, None]
    if len(known) < 2 or not np.isfinite(estimate) or (jackknife is not None and not len(jackknife)):
        return [estimate, np.nan, np.nan, np.nan, np.nan, len(known)]
    low, high = intervals(np.array([estimate]), known[:, None], interval, level, jackknife)
    return [
        estimate,
        float(known.std(ddof=1)),
        float(known.mean()) - estimate,
        float(low[0]),
        float(high[0]),
        len(known),
    ]
