"""Sample moments of incomplete data: the saturated estimates, with the patterns behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.incomplete.patterns import Patterns, coverage, find_patterns
from mlbc_stats.moments.incomplete.saturated import saturated_moments, unbounded_somewhere
from mlbc_stats.moments.sample.held import held
from mlbc_stats.moments.sample.moments import SampleMoments
from mlbc_stats.moments.weights import normalize_weights

Array = NDArray[Any]

#: lavaan's limit: pairs observed together in a smaller share of the cases carry little information.
SPARSE = 0.1


@held
def from_incomplete(
    x: Array,
    names: Sequence[str],
    weights: Array | None = None,
    cluster: Array | None = None,
    rows: Array | None = None,
    normalize: bool = True,
    label: str = "",
    require: bool = True,
) -> SampleMoments:
    """Moments of data with missing values, for full-information or two-stage estimation.

    Parameters
    ----------
    x : array [n, p], NaN where missing; rows without any value are dropped and counted.
    names : the p variables.
    weights, cluster : arrays [n], sampling weights and codes of clusters.
    rows : int array [n], input row of every row of ``x`` when it is itself a part of a table.
    normalize : rescale the weights of the rows kept to sum to their number, as in
        `mlbc_stats.moments.sample.complete.from_raw`.
    label : name of the group, for the messages.
    require : whether there must be saturated estimates; else moments of data that leave them no maximum, though no
        variables are collinear, are ``provisional``.

    Returns
    -------
    moments : cov and mean are the saturated maximum-likelihood estimates (divisor n), ``patterns`` is set.

    Raises
    ------
    DataError
        variables without values or without variation, a single case, no estimates because the likelihood has no
        maximum.

    Notes
    -----
    In R: ``lavInspect(fit, "sampstat")`` of a fit with ``missing = "ml"``.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [3.0, 3.0], [2.0, 4.0], [5.0, np.nan], [np.nan, np.nan]])
    >>> sample = from_incomplete(x, ["a", "b"])
    >>> sample.n, sample.dropped, sample.mean.round(4).tolist()
    (4, 1, [2.75, 3.375])
    """
    x = np.asarray(x, float)
    rows = np.arange(len(x)) if rows is None else np.asarray(rows)
    kept = np.asarray(np.equal(x, x).any(axis=1))
    check_columns(x[kept], names, label)
    x, rows = x[kept], rows[kept]
    mass = None if weights is None else np.asarray(weights, float)[kept]
    if mass is not None and normalize:
        mass = normalize_weights(mass)
    patterns = find_patterns(x, mass)
    found = saturated_moments(patterns)
    if not found.converged and (require or not unbounded_somewhere(patterns)):
        raise DataError(f"{unbounded_note(patterns, names, label)}; use fewer variables or more cases")
    codes = None if cluster is None else np.asarray(cluster)[kept]
    moments = SampleMoments(
        tuple(names), found.cov, found.mean, len(x), "n", len(kept), x, mass, rows, patterns, codes
    )
    return moments if found.converged else _provisional(moments, patterns)


def _provisional(moments: SampleMoments, patterns: Patterns) -> SampleMoments:
    """Moments without saturated estimates: known are those of variables that every case has."""
    whole = np.asarray(patterns.observed.all(axis=0))
    return replace(
        moments,
        cov=np.where(whole[:, None] & whole, moments.cov, np.nan),
        mean=np.where(whole, np.asarray(moments.mean), np.nan),
        provisional=moments,
    )


def sparse_pairs(patterns: Patterns, names: Sequence[str]) -> tuple[str, ...]:
    """Warnings about variables that are observed together in fewer than a tenth of the cases.

    In R: lavaan's warning about low coverage.

    Examples
    --------
    >>> sparse_pairs(find_patterns(np.array([[1.0, np.nan], [np.nan, 2.0]])), ["a", "b"])
    ('a and b are observed together in 0 % of the cases',)
    """
    share = coverage(patterns)
    i, j = np.nonzero(np.tril(share < SPARSE))
    return tuple(
        f"{names[b]} is observed in {share[a, b]:.2g} of the cases"
        if a == b
        else f"{names[b]} and {names[a]} are observed together in {100 * share[a, b]:.3g} % of the cases"
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
    )


SHOWN = 6
"""Variables that a message names."""


def unbounded_note(patterns: Patterns, names: Sequence[str], label: str = "") -> str:
    """Why there are no saturated estimates, in words.

    Examples
    --------
    >>> unbounded_note(find_patterns(np.array([[1.0, np.nan], [np.nan, 2.0]])), ["a", "b"])[:81]
    'no maximum-likelihood means and covariances for these incomplete data (a and b ar'
    """
    where = f"in group {label!r}: " if label else ""
    sparse = sparse_pairs(patterns, names)
    complete = float(patterns.n @ patterns.observed.all(1))
    why = f" ({'; '.join(sparse[:3])})" if sparse else ""
    return (
        f"{where}no maximum-likelihood means and covariances for these incomplete data{why}: {complete:g} of "
        f"{float(patterns.total):g} cases are complete on {len(names)} variables ({', '.join(names[:SHOWN])}"
        f"{', …' if len(names) > SHOWN else ''})"
    )
