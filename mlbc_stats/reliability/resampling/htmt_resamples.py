"""HTMT with bootstrap intervals straight from the items: no model is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.distinctness import htmt
from mlbc_stats.errors import DataError
from mlbc_stats.linalg import deviations
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.moments.incomplete.patterns import resample_patterns
from mlbc_stats.moments.incomplete.resampled import resampled_moments
from mlbc_stats.moments.sample import SampleMoments, from_incomplete, from_raw, resample
from mlbc_stats.moments.weights import bootstrap_weights
from mlbc_stats.reliability.answers.clustering import cluster_codes
from mlbc_stats.reliability.items import Floats
from mlbc_stats.sem.inference.intervals import intervals

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 250
RATIOS = ("htmt", "htmt2")


def htmt_intervals(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    replications: int = 1000,
    *,
    seed: int | None = None,
    cluster: Sequence[Any] | None = None,
    interval: str = "percentile",
    level: float = 0.95,
    missing: str = "listwise",
    progress: parallel.Progress | None = None,
) -> pd.DataFrame:
    """HTMT and HTMT2 of every pair of scales with bootstrap intervals.

    Parameters
    ----------
    data : table of keyed items.
    scales : construct → its items, two at least.
    replications : resamples; seed : of these.
    cluster : (n,) cluster of every row; whole clusters are resampled, a row without a name alone.
    interval, level : percentile, basic, normal or bc.
    missing : "listwise" leaves rows with a missing answer out; "fiml" takes the saturated moments of all rows, of the
        data and of every resample.
    progress : called with (done, total) parts of the resamples.

    Returns
    -------
    DataFrame
        One row per pair: one, other, n (rows used), then est, lower and upper of each: htmt, htmt_lower,
        htmt_upper, htmt2, htmt2_lower, htmt2_upper. Resamples in which a ratio is not defined are left out of its
        interval; ``frame.attrs`` holds replications, seed and undefined (largest number left out).

    Raises
    ------
    DataError
        fewer than two scales, a scale of one item, too few complete rows, constant items, or bca intervals.

    References
    ----------
    Henseler, Ringle & Sarstedt (2015), doi:10.1007/s11747-014-0403-8; Roemer, Schuberth & Henseler (2021),
    doi:10.1108/IMDS-02-2021-0082. The estimates in R: ``semTools::htmt(model, data, htmt2 = FALSE)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> found = htmt_intervals(items, {"one": "abc", "two": "def"}, 200, seed=1)
    >>> bool(found["htmt_upper"][0] < 0.4), found.attrs["undefined"]
    (True, 0)
    """
    import pandas as pd

    names, blocks = _layout(scales)
    if interval == "bca":
        raise DataError("bca intervals refit without each case; use percentile, basic, normal or bc here")
    if missing not in ("listwise", "fiml"):
        raise DataError(f"missing={missing!r} is not known; use 'listwise' or 'fiml'")
    x = read_columns(data, names)
    used = np.isfinite(x).all(axis=1) if missing == "listwise" else np.isfinite(x).any(axis=1)
    x = x[used]
    if len(x) < 3:
        raise DataError(f"{len(x)} complete rows on the items {', '.join(names)}; three are needed")
    constant = [
        name
        for name, spread in zip(names, np.nanmax(x, axis=0) - np.nanmin(x, axis=0), strict=True)
        if not spread > 0
    ]
    if constant:
        raise DataError(
            f"constant: {', '.join(constant)}; constant items have no correlations, leave them out"
        )
    groups = None if cluster is None else cluster_codes(cluster)[used]
    whole = from_incomplete(x, names) if np.isnan(x).any() else from_raw(x, names)
    draws = _draws(x, whole, blocks, replications, seed, groups, progress)
    estimate = _ratios(whole.cov[None], blocks)[0]
    pairs = list(combinations(scales, 2))
    table: dict[str, Any] = {
        "one": [a for a, _ in pairs],
        "other": [b for _, b in pairs],
        "n": len(x),
    }
    for k, ratio in enumerate(RATIOS):
        ends = [_ends(estimate[i, k], draws[:, i, k], interval, level) for i in range(len(pairs))]
        table |= {
            ratio: estimate[:, k],
            f"{ratio}_lower": [low for low, _ in ends],
            f"{ratio}_upper": [high for _, high in ends],
        }
    frame = pd.DataFrame(table)
    undefined = int(np.isnan(draws).sum(axis=0).max(initial=0))
    frame.attrs |= {"replications": replications, "seed": seed, "undefined": undefined}
    return frame


def _layout(scales: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[int]]]:
    """Every item once, and the places of those of each scale."""
    single = [name for name, items in scales.items() if len(items) < 2]
    if len(scales) < 2 or single:
        raise DataError(
            f"HTMT needs two scales of two items or more; got {len(scales)}"
            + (f", of which {', '.join(single)} with fewer items" if single else "")
        )
    names = list(dict.fromkeys(item for items in scales.values() for item in items))
    return names, [[names.index(item) for item in items] for items in scales.values()]


def _draws(
    x: Floats,
    whole: SampleMoments,
    blocks: list[list[int]],
    replications: int,
    seed: int | None,
    groups: np.ndarray | None,
    progress: parallel.Progress | None,
) -> Floats:
    """Ratios (B, pairs, 2) of the resamples."""
    if replications < 1:
        raise DataError(f"replications={replications}; at least one is needed")
    parts = parallel.chunks(replications, CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))

    def one(task: tuple[slice, np.random.Generator]) -> Floats:
        part, rng = task
        weights = bootstrap_weights(rng, len(x), part.stop - part.start, groups)
        return _ratios(_covariances(x, whole, weights), blocks)

    return np.concatenate(parallel.run(one, list(zip(parts, streams, strict=True)), progress=progress))


def _covariances(x: Floats, whole: SampleMoments, weights: Floats) -> Floats:
    """Covariances (B, p, p) of resamples; NaN where incomplete ones give none."""
    if whole.patterns is None or whole.mean is None:
        return resample(x, weights).cov
    drawn = resample_patterns(x, whole.patterns, weights)
    _, cov, converged = resampled_moments(drawn, whole.mean, whole.cov)
    return np.where(converged[:, None, None], cov, np.nan)


def _ratios(cov: Floats, blocks: list[list[int]]) -> Floats:
    """HTMT and HTMT2 (B, pairs, 2) of covariances (B, p, p)."""
    scale = deviations(np.einsum("bii->bi", cov))
    correlation = cov / (scale[:, :, None] * scale[:, None, :])
    first, second = np.triu_indices(len(blocks), 1)
    both = [htmt(correlation, blocks, geometric)[:, first, second] for geometric in (False, True)]
    return np.stack(both, axis=-1)


def _ends(estimate: float, draws: Floats, interval: str, level: float) -> tuple[float, float]:
    known = draws[np.isfinite(draws)]
    if not np.isfinite(estimate):
        return np.nan, np.nan
    low, high = intervals(np.array([estimate]), known[:, None], interval, level)
    return float(low[0]), float(high[0])
