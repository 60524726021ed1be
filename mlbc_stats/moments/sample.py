"""Sample moments: the mean vector and covariance matrix that complete cases or a printed matrix give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import symmetrize, unvech, vech_indices
from mlbc_stats.moments.weights import normalize_weights

if TYPE_CHECKING:
    from mlbc_stats.moments.incomplete.patterns import Patterns
    from mlbc_stats.moments.ordinal.ordinal_moments import OrdinalMoments

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SampleMoments:
    """Sufficient statistics of one group (n cases used, p variables).

    Attributes
    ----------
    names : the p variables, in the order of every array here.
    cov : array [..., p, p], covariance matrix with the divisor below; with missing data the EM estimate.
    mean : array [..., p], or None when a covariance matrix came without means.
    n : cases used (with resampling weights an array [...] of their sums).
    divisor : "n" or "n-1", of ``cov``.
    n_original : rows of the input before any was dropped.
    raw : array [n, p] of the rows kept, NaN where missing; None when only moments were given.
    weights : array [n], sampling weights (over all groups they sum to the cases); None without.
    rows : int array [n], 0-based input row of every row kept.
    patterns : missing-data patterns; None with complete data.
    cluster : int array [n], codes of the clusters; None without clusters.
    ordinal : thresholds, correlations and their sampling covariance where variables are ordinal; ``cov`` and ``mean``
        then are those of the responses y* behind the categories, with unit variance given the covariates.
    """

    names: tuple[str, ...]
    cov: Array
    mean: Array | None
    n: Any
    divisor: str
    n_original: int
    raw: Array | None = None
    weights: Array | None = None
    rows: Array | None = None
    patterns: Patterns | None = None
    cluster: Array | None = None
    ordinal: OrdinalMoments | None = None

    @property
    def dropped(self) -> int:
        """Rows of the input that were not used."""
        return 0 if self.rows is None else self.n_original - len(self.rows)

    @property
    def total_weight(self) -> Any:
        """Sum of the sampling weights, or the number of cases; the groups' shares of a likelihood."""
        return self.n if self.weights is None else self.weights.sum()


def from_raw(
    x: Array,
    names: Sequence[str],
    weights: Array | None = None,
    cluster: Array | None = None,
    likelihood: str = "normal",
    rows: Array | None = None,
    normalize: bool = True,
) -> SampleMoments:
    """Moments of the complete rows of a data matrix (listwise deletion).

    Parameters
    ----------
    x : array [n, p]; rows with a NaN are dropped and counted.
    names : the p variables.
    weights : array [n] of sampling weights.
    cluster : int array [n] of cluster codes.
    likelihood : "normal" (divisor n) or "wishart" (divisor n-1).
    rows : int array [n], input row of every row of ``x`` when it is itself a part of a table.
    normalize : rescale the weights of the rows kept to sum to their number. With several groups lavaan
        rescales over all groups together: do so first and pass False.

    Returns
    -------
    moments : with m = Σ w_i x_i / Σ w_i, S = Σ w_i (x_i - m)(x_i - m)' / d and d = Σ w_i, or Σ w_i - 1.

    Raises
    ------
    DataError
        when no complete row is left, or weights are negative, missing or all zero.

    Notes
    -----
    In R: ``cov(x) * (n - 1) / n``; weighted ``cov.wt(x, w, method = "ML")`` (as lavaan).

    Examples
    --------
    >>> sample = from_raw(np.array([[1.0, 2.0], [3.0, 6.0], [np.nan, 1.0]]), ["a", "b"])
    >>> sample.cov.tolist(), sample.mean.tolist(), sample.n, sample.dropped
    ([[1.0, 2.0], [2.0, 4.0]], [2.0, 4.0], 2, 1)
    """
    x = np.asarray(x, float)
    rows = np.arange(len(x)) if rows is None else np.asarray(rows)
    kept = np.asarray(~np.isnan(x).any(axis=1))
    if not kept.all():
        x, rows = x[kept], rows[kept]
    if not len(x):
        raise DataError(_nothing_left(kept, names))
    mass = None if weights is None else np.asarray(weights, float)[kept]
    if mass is not None and normalize:
        mass = normalize_weights(mass)
    mean, cov = _moments(x, mass, divisor := divisor_of(likelihood))
    return SampleMoments(
        tuple(names), cov, mean, len(x), divisor, len(kept), x, mass, rows,
        cluster=None if cluster is None else np.asarray(cluster)[kept],
    )  # fmt: skip


def from_cov(
    cov: Array,
    names: Sequence[str],
    n: int,
    mean: Array | None = None,
    divisor: str = "n-1",
    likelihood: str = "normal",
) -> SampleMoments:
    """Moments of a covariance matrix found in a publication.

    Parameters
    ----------
    cov : array [p, p].
    names : the p variables.
    n : number of cases behind it.
    mean : array [p], optional.
    divisor : "n-1" (what software prints) or "n", of ``cov`` as given.
    likelihood : "normal" rescales to divisor n, as lavaan's ``sample.cov.rescale``; "wishart" to n-1.

    Raises
    ------
    DataError
        shapes that do not fit the names, an asymmetric matrix, missing values, n below 2.

    Examples
    --------
    >>> from_cov([[2.0]], ["a"], n=4).cov.tolist()
    [[1.5]]
    """
    cov, mean = np.asarray(cov, float), None if mean is None else np.asarray(mean, float)
    _check_given(cov, names, n, mean)
    target = divisor_of(likelihood)
    factor = {"n": 1.0, "n-1": (n - 1) / n}
    cov = symmetrize(cov) * (factor[divisor] / factor[target])
    return SampleMoments(tuple(names), cov, mean, n, target, n)


def resample(
    x: Array, weights: Array, likelihood: str = "normal", names: Sequence[str] = ()
) -> SampleMoments:
    """Moments of many reweighted samples by one matrix product.

    Parameters
    ----------
    x : array [n, p], complete.
    weights : array [B, n], how often (or how much) case i counts in resample b.
    likelihood : "normal" (divisor Σw) or "wishart" (divisor Σw - 1).

    Returns
    -------
    moments : cov [B, p, p], mean [B, p], n [B] (the sums of the weights).

    Notes
    -----
    With Z = [x, vech(xx')] (columns centred at the full-sample mean first, against cancellation),
    W Z holds every sum that the B samples need.

    Examples
    --------
    >>> moments = resample(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 0.0]]))
    >>> moments.mean.ravel().tolist(), moments.cov.ravel().round(6).tolist()
    ([2.0, 1.0], [0.666667, 0.0])
    """
    x = np.asarray(x, float)
    p = x.shape[1]
    centre = x.mean(0)
    deviation = x - centre
    i, j = vech_indices(p)
    z = np.concatenate([deviation, deviation[:, i] * deviation[:, j]], axis=1)
    total = weights.sum(-1, dtype=float)
    sums = (np.asarray(weights, float) @ z) / total[:, None]
    shift, products = sums[:, :p], sums[:, p:]
    products -= shift[:, i] * shift[:, j]
    if (divisor := divisor_of(likelihood)) == "n-1":
        products *= (total / (total - 1))[:, None]
    labels = tuple(names) or tuple(f"x{k + 1}" for k in range(p))
    return SampleMoments(labels, unvech(products), centre + shift, total, divisor, len(x))


def split_groups(codes: Array, labels: Sequence[str]) -> tuple[Array, ...]:
    """Row numbers of every group, in the order of ``labels``; rows with code -1 belong to none.

    Raises
    ------
    DataError
        when a group has no rows.

    Examples
    --------
    >>> [rows.tolist() for rows in split_groups(np.array([0, 1, -1, 0]), ["a", "b"])]
    [[0, 3], [1]]
    """
    groups = tuple(np.flatnonzero(codes == code) for code in range(len(labels)))
    empty = [label for label, rows in zip(labels, groups, strict=True) if not len(rows)]
    if empty:
        raise DataError(f"no rows in group {', '.join(empty)}; drop the label or the group")
    return groups


def divisor_of(likelihood: str) -> str:
    """Divisor of the covariance matrix under a likelihood: "n" (normal) or "n-1" (wishart).

    Examples
    --------
    >>> divisor_of("wishart")
    'n-1'
    """
    try:
        return {"normal": "n", "wishart": "n-1"}[likelihood]
    except KeyError:
        raise DataError(f"likelihood {likelihood!r} is unknown; use 'normal' or 'wishart'") from None


def _moments(x: Array, weights: Array | None, divisor: str) -> tuple[Array, Array]:
    total = len(x) if weights is None else weights.sum()
    weighted = x if weights is None else x * weights[:, None]
    mean = weighted.sum(0) / total
    deviation = x - mean
    weighted = deviation if weights is None else deviation * weights[:, None]
    products = deviation.T @ weighted
    return mean, symmetrize(products) / (total if divisor == "n" else max(total - 1, 1))


def _nothing_left(kept: Array, names: Sequence[str]) -> str:
    if not len(kept):
        return "the data have no rows; expected one per case"
    return (
        f"no complete row: each of the {len(kept)} rows misses at least one of {', '.join(names)}; "
        "use missing='fiml' or leave out the emptiest variable"
    )


def _check_given(cov: Array, names: Sequence[str], n: int, mean: Array | None) -> None:
    p = len(names)
    if cov.shape != (p, p):
        raise DataError(
            f"covariance matrix is {' x '.join(map(str, cov.shape))}; expected {p} x {p} ({', '.join(names)})"
        )
    if mean is not None and mean.shape != (p,):
        raise DataError(f"{mean.size} means for {p} variables; expected one each ({', '.join(names)})")
    if not np.isfinite(cov).all() or (mean is not None and not np.isfinite(mean).all()):
        raise DataError(
            "the covariance matrix or the means hold missing or infinite values; give every entry"
        )
    scale = np.sqrt(np.abs(np.outer(cov.diagonal(), cov.diagonal()))) + 1e-300
    gap = np.abs(cov - cov.T) / scale
    if gap.max() > 1e-6:
        i, j = np.unravel_index(gap.argmax(), gap.shape)
        raise DataError(
            f"the covariance matrix is not symmetric: [{names[i]}, {names[j]}] is {cov[i, j]}"
            f" but [{names[j]}, {names[i]}] is {cov[j, i]}; fill both triangles alike"
        )
    if n < 2:
        raise DataError(f"the number of cases is {n}; a covariance matrix needs at least 2")
