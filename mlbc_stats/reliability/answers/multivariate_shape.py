"""Whether answers are jointly normal, and which cases lie far out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaincc, ndtr

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.reliability.answers.henze_zirkler import ROWS, henze_zirkler
from mlbc_stats.reliability.items import Floats, read_items
from mlbc_stats.showing import Shown

COLLINEAR = 1e12
"""Condition number of the correlations from which an inverse is rounding."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MultivariateShape(Shown):
    """Mardia's coefficients, Henze and Zirkler's test and Mahalanobis distances of complete cases.

    Attributes
    ----------
    n, k : complete cases and items.
    skewness : b₁ = n⁻² Σᵢⱼ (zᵢ'zⱼ)³; chisq = n b₁/6 with df = k(k+1)(k+2)/6, skewness_pvalue.
    kurtosis : b₂ = n⁻¹ Σᵢ (zᵢ'zᵢ)²; z = (b₂ − k(k+2))/√(8k(k+2)/n), kurtosis_pvalue (both tails).
    henze_zirkler, henze_zirkler_pvalue : their statistic, sensitive to every departure from joint normality.
    distances : (n,) squared Mahalanobis distances, covariances with divisor n − 1.
    pvalues : (n,) their upper tails of χ²(k).
    complete : (N,) which rows of the table are complete.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = multivariate_shape(dict(zip("abcd", rng.normal(size=(4, 300)))))
    >>> isinstance(found, MultivariateShape), found.outliers(0.0001)
    (True, 0)
    """

    n: int
    k: int
    skewness: float
    chisq: float
    df: int
    skewness_pvalue: float
    kurtosis: float
    z: float
    kurtosis_pvalue: float
    henze_zirkler: float
    henze_zirkler_pvalue: float
    distances: Floats
    pvalues: Floats
    complete: Floats

    def outliers(self, level: float = 0.001) -> int:
        """Cases whose distance is beyond this tail of χ²(k)."""
        return int((self.pvalues < level).sum())


def multivariate_shape(data: Any, items: Sequence[str] | None = None) -> MultivariateShape:
    """Mardia's multivariate skewness and kurtosis, Henze and Zirkler's test, and every case's distance from the centre.

    Parameters
    ----------
    data : table (n, k); rows with a missing answer are left out. items : columns; all by default.

    Raises
    ------
    DataError
        fewer complete cases than items and one more, constant or collinear items.

    References
    ----------
    Mardia (1970), doi:10.1093/biomet/57.3.519 (divisor n, no correction for small samples); Henze & Zirkler (1990),
    doi:10.1080/03610929008830400. In R: ``psych::mardia(data)``, ``MVN::mvn(data, mvnTest = "hz")``,
    ``stats::mahalanobis(data, colMeans(data), cov(data))``.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> normal = rng.normal(size=(3, 400))
    >>> one, other = (multivariate_shape(dict(zip("abc", x))) for x in (normal, np.exp(normal)))
    >>> bool(one.kurtosis_pvalue > 0.01 > other.kurtosis_pvalue)
    True
    """
    scale = read_items(data, items)
    n, k = scale.answers.shape
    if n <= k + 1:
        raise DataError(f"{n} complete cases for {k} items: joint shape needs more cases than items")
    deviation = scale.answers - scale.answers.mean(axis=0)
    if np.linalg.cond(scale.correlation) > COLLINEAR:
        raise DataError(
            f"the items {', '.join(scale.names)} are collinear: they have no joint shape; leave some out"
        )
    root = np.linalg.cholesky(scale.cov * (n - 1) / n)
    z = np.linalg.solve(root, deviation.T).T
    skewness = float(_third_moments(z) / n**2)
    own = np.sum(z**2, axis=1)
    kurtosis = float(np.mean(own**2))
    df = k * (k + 1) * (k + 2) // 6
    statistic = float((kurtosis - k * (k + 2)) / np.sqrt(8 * k * (k + 2) / n))
    distances = own * (n - 1) / n
    henze, henze_pvalue = henze_zirkler(z)
    return MultivariateShape(
        n=n,
        k=k,
        skewness=skewness,
        chisq=n * skewness / 6,
        df=df,
        skewness_pvalue=float(gammaincc(df / 2, n * skewness / 12)),
        kurtosis=kurtosis,
        z=statistic,
        kurtosis_pvalue=float(2 * ndtr(-abs(statistic))),
        henze_zirkler=henze,
        henze_zirkler_pvalue=henze_pvalue,
        distances=distances,
        pvalues=gammaincc(k / 2, distances / 2),
        complete=np.asarray(np.isfinite(read_columns(data, scale.names)).all(axis=1)),
    )


def _third_moments(z: Floats) -> float:
    """Σᵢⱼ (zᵢ'zⱼ)³ over blocks of rows."""
    parts = (z[start : start + ROWS] for start in range(0, len(z), ROWS))
    return sum(float(np.sum((part @ z.T) ** 3)) for part in parts)
