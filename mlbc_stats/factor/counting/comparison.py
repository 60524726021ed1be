"""Comparison data: populations with the items' own distributions and a known number of factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.errors import DataError
from mlbc_stats.factor.correlation.sample import Correlations, correlate
from mlbc_stats.factor.counting.eigenvalues import components
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.showing import Shown

Array = NDArray[Any]

POPULATION, TRIALS = 10_000, 5
"""Cases of a population; attempts that may fail to bring its correlations closer to those observed."""

CELLS = 4_000_000
"""Answers that are drawn at once."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ComparisonData(Shown):
    """Distances of observed eigenvalues from those of samples with 1, 2, … factors.

    Attributes
    ----------
    n_factors : the last number that comes significantly closer than the one before.
    distances : (M,) mean root mean square distance for 1 … M factors; pvalues : (M,) of one-sided rank tests against
        one factor fewer, the first NaN.
    samples, alpha : how.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(200, 1)) + rng.normal(size=(200, 6))).add_prefix("x")
    >>> found = factor.comparison_data(items, samples=50)
    >>> type(found).__name__
    'ComparisonData'
    """

    n_factors: int
    distances: Array
    pvalues: Array
    samples: int
    alpha: float


def comparison_data(
    data: Any,
    items: Sequence[str] | None = None,
    samples: int = 500,
    alpha: float = 0.3,
    seed: int = 1,
) -> ComparisonData:
    """The number of factors whose samples have eigenvalues like those observed.

    For m = 1, 2, … a population of 10,000 cases gets the items' own distributions and, by an m-factor model, nearly
    their correlations. Samples of n cases give eigenvalues; m counts as long as their distances from the observed
    ones are smaller than with m − 1 (Mann-Whitney, one-sided, at a lenient level).

    Parameters
    ----------
    data, items : complete cases (rows with a missing answer are left out). samples : per population.
    alpha : level of the tests. seed : the same one gives the same numbers.

    Raises
    ------
    DataError
        a level that is no share; degenerate items.

    References
    ----------
    Ruscio & Roche (2012), doi:10.1037/a0025697. In R: ``EFAtools::CD(data)``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 2))
    >>> items = pd.DataFrame(common[:, [0, 0, 0, 0, 1, 1, 1, 1]] + rng.normal(size=(300, 8))).add_prefix("x")
    >>> comparison_data(items, samples=100).n_factors
    2
    """
    return beside_known(correlate(data, items, gamma=False), samples, alpha, seed)


def beside_known(
    sample: Correlations, samples: int = 500, alpha: float = 0.3, seed: int = 1
) -> ComparisonData:
    """Correlations of complete cases beside those of populations with known factors; as in `comparison_data`."""
    if not 0 < alpha < 1:
        raise DataError(f"alpha={alpha!r}: expected a share between 0 and 1, such as 0.3")
    x = sample.rows
    if x is None:
        raise DataError("comparison data need the answers themselves: give cases instead of a matrix")
    p, observed = x.shape[1], components(sample.matrix[None])[0]
    most = max(m for m in range(1, p) if (p - m) ** 2 >= p + m)
    generator = np.random.default_rng(seed)
    distances: list[Array] = []
    pvalues = [float("nan")]
    with one_blas_thread():
        for m in range(1, most + 1):
            drawn = _eigenvalues(_population(x, sample.matrix, m, generator), len(x), samples, generator)
            distances.append(np.sqrt(np.mean((drawn - observed) ** 2, axis=1)))
            if m > 1:
                pvalues.append(smaller_pvalue(distances[-1], distances[-2]))
                if pvalues[-1] >= alpha:
                    break
    found = len(distances) - 1 if pvalues[-1] >= alpha else len(distances)
    means = np.array([each.mean() for each in distances])
    return ComparisonData(found, means, np.array(pvalues), samples, alpha)


def smaller_pvalue(one: Array, other: Array) -> float:
    """P value of the Mann-Whitney test that `one` is smaller, by its normal approximation.

    Examples
    --------
    >>> smaller_pvalue(np.arange(10.0), np.arange(10.0) + 5) < 0.01
    True
    """
    from scipy.stats import rankdata

    n, m = len(one), len(other)
    ranks = rankdata(np.concatenate([one, other]))
    statistic = ranks[:n].sum() - n * (n + 1) / 2
    return float(ndtr((statistic - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)))


def _population(x: Array, r: Array, m: int, generator: np.random.Generator) -> Array:
    """(POPULATION, p) answers: ranks from an m-factor model, values from the items; its target moves until met."""
    p = x.shape[1]
    values = np.sort(x[generator.integers(len(x), size=(POPULATION, p)), np.arange(p)], axis=0)
    shared, unique = generator.standard_normal((POPULATION, m)), generator.standard_normal((POPULATION, p))
    target, best, closest, pace, failed = r.copy(), values, np.inf, 1.0, 0
    kept = target
    while failed < TRIALS:
        loadings = extract(target[None], m, "minres").loadings[0]
        spread = np.sqrt(np.maximum(1 - np.sum(loadings**2, axis=1), 0.0))
        latent = shared @ loadings.T + unique * spread
        place = np.argsort(np.argsort(latent, axis=0), axis=0)
        trial = np.take_along_axis(values, place, axis=0)
        gap = r - np.corrcoef(trial, rowvar=False)
        distance = float(np.sqrt(np.mean(gap[np.tril_indices(p, -1)] ** 2)))
        if distance < closest - 1e-6:
            best, closest, kept, failed, pace = trial, distance, target, 0, 1.0
            residual = gap
        else:
            failed, pace = failed + 1, pace / 2
        target = np.clip(kept + pace * residual, -0.99, 0.99)
        np.fill_diagonal(target, 1.0)
    return best


def _eigenvalues(population: Array, n: int, samples: int, generator: np.random.Generator) -> Array:
    """(samples, p) eigenvalues of samples of n cases, some at a time."""
    p, out = population.shape[1], []
    size = max(CELLS // (n * p), 1)
    for start in range(0, samples, size):
        count = min(size, samples - start)
        rows = population[generator.integers(len(population), size=(count, n))]
        rows = rows - rows.mean(axis=1, keepdims=True)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(length > 0, length, 1.0)
        out.append(components(rows.mT @ rows))
    return np.concatenate(out)
