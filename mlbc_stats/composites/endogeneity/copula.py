"""The Gaussian copula approach to endogenous predictors."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats import parallel
from mlbc_stats.composites.endogeneity.terms import copula_terms, normality
from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.resampling.counts import Counts, draw_counts
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.solving import solve
from mlbc_stats.composites.stages.products import covariances, standardized
from mlbc_stats.composites.weighting.inner import regress
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

MOST = 6
"""Predictors of an equation whose sets are all tried."""


def gaussian_copula(
    fit: CompositeResult,
    target: str,
    replications: int = 1000,
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> pd.DataFrame:
    """The equation of a construct again with copula terms, which catch what a predictor shares with the error.

    For every set of predictors the term Φ⁻¹(H(score)) of each joins the regression of the target's scores. A copula
    term that differs from zero points at endogeneity; then the path beside it is the corrected one. Identified only
    where the predictor is clearly not normal and the error is.

    Parameters
    ----------
    fit : from `composites.fit`, of complete numeric cases and without products. target : an endogenous construct.
    replications, seed : of the bootstrap behind the errors, which estimates weights and terms anew.

    Returns
    -------
    DataFrame
        terms (predictors with a copula term, "" for the plain equation), predictor, kind ("path" or "copula"), est, se,
        t, pvalue (two-sided, normal), and of the predictor's scores skewness, excess_kurtosis and normality_pvalue
        (Anderson and Darling). All in standard deviations of the scores; factors are not corrected for attenuation.

    Raises
    ------
    ModelError, NotServedError

    References
    ----------
    Park & Gupta (2012), doi:10.1287/mksc.1120.0718; Hult, Hair, Proksch, Sarstedt, Pinkwart & Ringle (2018),
    doi:10.1509/jim.17.0151; Becker, Proksch & Ringle (2022), doi:10.1007/s11747-021-00805-y.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> hidden = rng.normal(size=800)
    >>> cause = np.exp(0.8 * (0.7 * hidden + rng.normal(size=800)))
    >>> data = {"x": cause, "y": 0.3 * cause + hidden + rng.normal(size=800)}
    >>> found = composites.gaussian_copula(composites.fit("y ~ x", data), "y", 200, seed=1)
    >>> found[["terms", "kind"]].agg(" ".join, axis=1).tolist(), bool(found["pvalue"].iloc[-1] < 0.01)
    ([' path', 'x path', 'x copula'], True)
    """
    import pandas as pd

    _check(fit, target)
    predictors = fit.specification.predictors(target)
    sets = list(
        chain.from_iterable(combinations(range(len(predictors)), k) for k in range(len(predictors) + 1))
    )

    def one(make: Counts) -> Array:
        return _equations(fit, make(), target, sets)

    whole = _equations(fit, np.ones((1, fit.n)), target, sets)[0]
    parts = parallel.run(one, draw_counts(fit.n, replications, seed), workers=workers, progress=progress)
    drawn = np.concatenate(parts)
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    error = drawn.std(axis=0, ddof=1) if len(drawn) > 1 else np.full(len(whole), np.nan)
    t = whole / np.where(error > 0, error, np.nan)
    table = pd.DataFrame(_names(predictors, sets))
    return table.assign(est=whole, se=error, t=t, pvalue=2 * ndtr(-np.abs(t))).merge(_shapes(fit, predictors))


def _equations(fit: CompositeResult, counts: Array, target: str, sets: list[tuple[int, ...]]) -> Array:
    """(B, k) paths and copula coefficients of all sets of terms, set by set."""
    found = solve(fit.sample, counts, fit.plan, fit.options, fit.solved)
    mass = counts if fit.sample.weights is None else counts * fit.sample.weights
    names = fit.specification.names
    places = [names.index(name) for name in (target, *fit.specification.predictors(target))]
    weights = np.where(found.estimates.converged[:, None, None], found.score_weights[:, places], np.nan)
    good = finite(weights)
    scores = standardized(fit.sample.rows, mass) @ np.where(good[:, None, None], weights, 0.0).mT
    terms = copula_terms(scores[..., 1:], mass)
    cov = covariances(np.concatenate([scores, terms], axis=-1), mass)
    k = len(places) - 1
    columns = [regress(cov, 0, np.array([*range(1, k + 1), *(k + 1 + j for j in own)])) for own in sets]
    return np.where(good[:, None], np.concatenate(columns, axis=1), np.nan)


def _names(predictors: tuple[str, ...], sets: list[tuple[int, ...]]) -> list[dict[str, str]]:
    rows = []
    for own in sets:
        terms = ", ".join(predictors[j] for j in own)
        rows += [{"terms": terms, "predictor": name, "kind": "path"} for name in predictors]
        rows += [{"terms": terms, "predictor": predictors[j], "kind": "copula"} for j in own]
    return rows


def _shapes(fit: CompositeResult, predictors: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    scores = fit.scores[list(predictors)].to_numpy()
    z = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    columns = {
        "predictor": predictors,
        "skewness": np.mean(z**3, axis=0),
        "excess_kurtosis": np.mean(z**4, axis=0) - 3,
        "normality_pvalue": [normality(column)[1] for column in scores.T],
    }
    return pd.DataFrame(columns)


def _check(fit: CompositeResult, target: str) -> None:
    known = fit.specification.endogenous
    if target not in known:
        hint = did_you_mean(target, known)
        raise ModelError(f"target={target!r}: no path leads to it; targets are {', '.join(known)}{hint}")
    if len(fit.specification.predictors(target)) > MOST:
        raise NotServedError(
            f"{target} has more than {MOST} predictors; all sets of copula terms are not served"
        )
    if fit.plan.by_cases or fit.sample.ordered or np.isnan(fit.sample.rows).any():
        raise NotServedError(
            "the copula approach with products, ordinal indicators or gaps is not served: it needs scores of all cases"
        )
