"""Little's test of values missing completely at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from mlbc_stats.moments.incomplete.fiml import pattern_inverses
from mlbc_stats.moments.incomplete.patterns import Patterns
from mlbc_stats.moments.sample.incomplete import from_incomplete


@dataclass(frozen=True, slots=True)
class LittleTest:
    """Result of Little's test.

    Attributes
    ----------
    chisq : sum of squared distances of the patterns' means from the estimated mean.
    df : Σ_k p_k - p.
    pvalue : upper tail; NaN when ``df`` is 0 (complete data).
    n_patterns : number of patterns K.
    n : cases with at least one value.
    """

    chisq: float
    df: int
    pvalue: float
    n_patterns: int
    n: int


def little_mcar(x: NDArray[Any]) -> LittleTest:
    """Test whether the means differ between missing-data patterns.

    Parameters
    ----------
    x : array [n, p], NaN where missing; rows without any value are left out.

    Returns
    -------
    test : d² = Σ_k n_k (m_k - μ_k)'Σ_k⁻¹(m_k - μ_k) with the maximum-likelihood μ and Σ (divisor n).

    Raises
    ------
    DataError
        variables without values or variation, or no maximum-likelihood estimates.

    References
    ----------
    Little (1988), https://doi.org/10.1080/01621459.1988.10478722

    Notes
    -----
    In R: ``naniar::mcar_test(data)`` (which stops EM earlier).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(50, 2))
    >>> x[rng.random(50) < 0.3, 1] = np.nan
    >>> test = little_mcar(x)
    >>> test.df, test.n_patterns, 0 < test.pvalue < 1
    (1, 2, True)
    """
    moments = from_incomplete(x, [f"x{k + 1}" for k in range(np.shape(x)[1])])
    patterns: Patterns = moments.patterns  # type: ignore[assignment]
    inverse, _, _ = pattern_inverses(patterns, moments.cov)
    deviation = np.where(patterns.observed, patterns.mean - moments.mean, 0.0)
    distance = np.einsum("ki,kij,kj->k", deviation, inverse, deviation)
    chisq = float(patterns.n @ distance)
    df = int(patterns.observed.sum()) - patterns.observed.shape[1]
    pvalue = float(gammaincc(df / 2, chisq / 2)) if df > 0 else float("nan")
    return LittleTest(chisq, df, pvalue, len(patterns.observed), int(moments.n))
