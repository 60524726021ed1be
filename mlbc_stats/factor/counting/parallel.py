"""Parallel analysis: eigenvalues beside those of items that have nothing in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.factor.correlation.product_moment import pair_correlations, ranked
from mlbc_stats.factor.correlation.sample import Correlations, correlate
from mlbc_stats.factor.counting.eigenvalues import components, factors, leading
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.parallel import chunks, one_blas_thread, run, spawn_generators
from mlbc_stats.showing import Shown

Array = NDArray[Any]

REFERENCES = ("normal", "permutation")
CHUNK, CELLS = 50, 4_000_000
"""Most data sets, and most answers, that are drawn at once."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ParallelAnalysis(Shown):
    """Observed eigenvalues and those of unrelated items.

    Attributes
    ----------
    components, factors : (p,) observed, of R and of R with communalities in its diagonal.
    component_means, component_quantiles, factor_means, factor_quantiles : (p,) of the unrelated items.
    n_components, n_factors : leading eigenvalues above the quantile.
    n_components_mean, n_factors_mean : above the mean (Horn's own rule).
    quantile, data_sets, reference, communality, correlation : how; n : cases.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 6))).add_prefix("x")
    >>> found = factor.parallel_analysis(items)
    >>> type(found).__name__
    'ParallelAnalysis'
    """

    components: Array
    factors: Array
    component_means: Array
    component_quantiles: Array
    factor_means: Array
    factor_quantiles: Array
    n_components: int
    n_factors: int
    n_components_mean: int
    n_factors_mean: int
    quantile: float
    data_sets: int
    reference: str
    communality: str
    correlation: str
    n: float


def parallel_analysis(
    data: Any,
    items: Sequence[str] | None = None,
    correlation: str = "pearson",
    missing: str = "listwise",
    n: int | None = None,
    data_sets: int = 100,
    quantile: float = 0.95,
    reference: str = "normal",
    communality: str = "smc",
    seed: int = 1,
) -> ParallelAnalysis:
    """Horn's parallel analysis of components and of factors.

    Parameters
    ----------
    data, items, correlation, missing, n : as in `fit`.
    data_sets : how many sets of unrelated items. quantile : of their eigenvalues, by linear interpolation (R's type 7).
    reference : "normal", unrelated normal items; or "permutation", each item's own answers in random order, which
        polychoric correlations take in any case: it is normal items cut into the observed categories.
    communality : in the diagonal for factors: "smc", or "one_factor" as in ``psych::fa.parallel``.
    seed : the same one gives the same numbers.

    Raises
    ------
    NotServedError
        permutation without answers, unknown names. DataError : a quantile that is no share.

    Notes
    -----
    For Pearson correlations and normal items no answers are drawn: the covariance matrix of n normal cases is Wishart,
    and Bartlett's decomposition gives it from p(p + 1)/2 numbers.

    References
    ----------
    Horn (1965), doi:10.1007/BF02289447; Glorfeld (1995), doi:10.1177/0013164495055003002; Timmerman & Lorenzo-Seva
    (2011), doi:10.1037/a0023353. In R: ``psych::fa.parallel(data, fm = "minres", n.iter = 100, quant = .95)``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 2))
    >>> data = pd.DataFrame(common[:, [0, 0, 0, 1, 1, 1]] + rng.normal(size=(300, 6))).add_prefix("x")
    >>> found = parallel_analysis(data)
    >>> found.n_components, found.n_factors
    (2, 2)
    """
    with one_blas_thread():
        sample = correlate(data, items, correlation, missing, n, gamma=False)
        return beside_unrelated(sample, data_sets, quantile, reference, communality, seed)


def beside_unrelated(
    sample: Correlations, data_sets: int, quantile: float, reference: str, communality: str, seed: int
) -> ParallelAnalysis:
    """Parallel analysis of correlations; arguments as in `parallel_analysis`."""
    if not 0 < quantile < 1:
        raise DataError(f"quantile={quantile!r}: expected a share between 0 and 1, such as 0.95")
    if data_sets < 1:
        raise DataError(f"data_sets={data_sets}: expected 1 or more")
    return compare(sample, unrelated(sample, data_sets, reference, seed), quantile, reference, communality)


def compare(
    sample: Correlations, drawn: Array, quantile: float, reference: str, communality: str
) -> ParallelAnalysis:
    """Observed eigenvalues beside those of given correlation matrices (B, p, p) of unrelated items."""
    own = components(sample.matrix[None])[0], factors(sample.matrix[None], communality)[0]
    null = components(drawn), factors(drawn, communality)
    means = [each.mean(axis=0) for each in null]
    limits = [np.quantile(each, quantile, axis=0) for each in null]
    return ParallelAnalysis(
        components=own[0],
        factors=own[1],
        component_means=means[0],
        component_quantiles=limits[0],
        factor_means=means[1],
        factor_quantiles=limits[1],
        n_components=leading(own[0], limits[0]),
        n_factors=leading(own[1], limits[1]),
        n_components_mean=leading(own[0], means[0]),
        n_factors_mean=leading(own[1], means[1]),
        quantile=quantile,
        data_sets=len(drawn),
        reference=reference,
        communality=communality,
        correlation=sample.kind,
        n=sample.n,
    )


def unrelated(sample: Correlations, data_sets: int, reference: str, seed: int) -> Array:
    """Correlations (B, p, p) of items that have nothing in common, in as many cases."""
    if reference not in REFERENCES:
        raise NotServedError(f"reference={reference!r} is not served; use one of {', '.join(REFERENCES)}")
    p, cases, x = len(sample.names), round(sample.n), sample.rows
    if sample.kind == "pearson" and reference == "normal":
        return wishart_correlations(data_sets, cases, p, np.random.default_rng(seed))
    if x is None:
        raise NotServedError(
            "reference='permutation' needs the answers themselves; use 'normal' with a matrix"
        )
    if sample.kind == "spearman":
        x = ranked(x, np.ones((1, len(x))))[0]  # ranks in another order are the ranks of that order
    parts = chunks(data_sets, max(min(CHUNK, CELLS // x.size), 1))
    make = _distinct_ranks if sample.kind == "spearman" and reference == "normal" else _reordered

    def draw(task: tuple[slice, np.random.Generator]) -> Array:
        part, generator = task
        drawn = make(x, part.stop - part.start, generator)
        return _polychoric(drawn, sample.names) if sample.kind == "polychoric" else pair_correlations(drawn)

    return np.concatenate(run(draw, list(zip(parts, spawn_generators(seed, len(parts)), strict=True))))


def wishart_correlations(count: int, n: int, p: int, generator: np.random.Generator) -> Array:
    """Correlations (count, p, p) of n unrelated normal cases: LL' with L lower triangular, normal, χ on its diagonal.

    With no more cases than items there is no such L, and L is (p, n − 1) of normal numbers.
    Bartlett (1933), doi:10.1017/S0370164600015674.

    Examples
    --------
    >>> wishart_correlations(2000, 50, 2, np.random.default_rng(1))[:, 0, 1].std().round(2)
    np.float64(0.14)
    """
    if n <= p:
        lower = generator.standard_normal((count, p, n - 1))
    else:
        lower = np.tril(generator.standard_normal((count, p, p)), -1)
        place = np.arange(p)
        lower[:, place, place] = np.sqrt(generator.chisquare(n - 1 - place, size=(count, p)))
    lower /= np.sqrt(np.sum(lower**2, axis=2, keepdims=True))
    return np.asarray(lower @ lower.mT)


def _reordered(x: Array, count: int, generator: np.random.Generator) -> Array:
    """(count, n, p) every item's answers in another order, gaps with them."""
    return np.asarray(generator.permuted(np.broadcast_to(x, (count, *x.shape)), axis=1))


def _distinct_ranks(x: Array, count: int, generator: np.random.Generator) -> Array:
    """(count, n, p) ranks of unrelated normal items, gaps where x has them."""
    gaps = np.isnan(x)
    drawn = np.where(gaps, np.inf, generator.standard_normal((count, *x.shape)))
    return np.where(gaps, np.nan, drawn.argsort(axis=1).argsort(axis=1) + 1.0)


def _polychoric(drawn: Array, names: tuple[str, ...]) -> Array:
    missing: Any = "pairwise" if np.isnan(drawn).any() else "listwise"
    items = range(len(names))
    return np.stack(
        [ordinal_moments(x, names, items, gamma="none", missing=missing).correlation for x in drawn]
    )
