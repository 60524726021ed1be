"""Segments by a finite mixture of the structural equations: FIMIX-PLS."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.segments.equations_of_scores import check_segmentable, equations_of, fewest_cases
from mlbc_stats.composites.segments.regression_mixture import RegressionMixture, SegmentParameters
from mlbc_stats.composites.segments.segment_criteria import criteria_of
from mlbc_stats.composites.segments.segment_starts import starting_shares
from mlbc_stats.composites.segments.segments_result import CompositeSegments
from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, MlbcWarning, ModelError
from mlbc_stats.mixtures.search.expectation_maximization import Arrival, search

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

TIMES = 10
"""Cases per predictor of the largest equation below which a segment is called small."""
STILL = 1e-10
"""Gain of the log-likelihood, relative to it, at which EM ends; residual variances spread its steps thin."""


def fimix(
    fit: CompositeResult,
    n_segments: int = 2,
    starts: int = 40,
    seed: int = 1,
    intercepts: bool = False,
) -> CompositeSegments:
    """Segments of cases with paths of their own, by maximum likelihood of a mixture of the structural equations.

    The scores of the whole sample stay; each segment has its share, its paths and a residual variance per equation.

    Parameters
    ----------
    fit : from `composites.fit`, of complete numeric cases, without products and circles. Scores are composites: paths
        of factors are not corrected here.
    n_segments : K. starts : of the EM algorithm, from few random cases a segment and from clusters. seed : of these.
    intercepts : let segments differ in level too. Hahn et al. leave them out.

    Returns
    -------
    CompositeSegments
        The likelihood has no bound where a segment shrinks onto a plane; such starts are left out and counted.

    Raises
    ------
    ModelError, NotServedError : see the parameters. DataError : every start degenerates.

    References
    ----------
    Hahn, Johnson, Herrmann & Huber (2002), doi:10.1007/BF03396655; Sarstedt, Becker, Ringle & Schwaiger (2011),
    doi:10.1007/BF03396886. One equation alone in R: ``flexmix::flexmix(y ~ x - 1, k = 2)``.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause, half = rng.normal(size=200), np.repeat([0.8, -0.8], 100)
    >>> data = {"x": cause, "y": half * cause + 0.3 * rng.normal(size=200)}
    >>> found = composites.fimix(composites.fit("y ~ x", data), 2, seed=1)
    >>> sorted(found.paths[["segment_1", "segment_2"]].iloc[0].round(1).tolist())
    [-0.9, 0.9]
    """
    check_segmentable(fit, n_segments)
    if starts < 1:
        raise ModelError(f"starts={starts}; at least one is needed")
    mixture = _mixture(fit, intercepts)
    begun = starting_shares(mixture.x, n_segments, starts, seed, mixture.fewest)
    found = search(mixture, begun, mixture.weights, still=STILL)
    if not np.isfinite(found.loglik):  # those that led shrank onto planes; others may not
        found = search(mixture, begun, mixture.weights, len(begun), STILL)
    if not np.isfinite(found.loglik):
        raise DataError(
            f"each of {starts} starts ends with a segment of too few cases or without residuals; try fewer than "
            f"{n_segments} segments"
        )
    best = mixture.parameters(found.shares[None])
    single = found
    if n_segments > 1:
        single = search(mixture, np.ones((1, fit.n, 1)), mixture.weights)
    order = np.argsort(-best.shares[0], kind="stable")
    told = _told(fit, found, best.shares[0, order], len(begun))
    return CompositeSegments(
        fit, best.shares[0, order], found.shares[:, order], best.paths[0, order], best.intercepts[0, order],
        best.variances[0, order], (1 - best.variances / best.totals)[0, order],
        criteria_of(found.loglik, single.loglik, _count(best, mixture), found.shares, mixture.weights),
        found.converged, found.reached, found.alive, len(begun) - found.alive, told,
    )  # fmt: skip


def _mixture(fit: CompositeResult, intercepts: bool) -> RegressionMixture:
    weights = np.ones(fit.n) if fit.sample.weights is None else fit.sample.weights
    x = fit.scores.to_numpy()[:, [fit.specification.names.index(name) for name in fit.specification.terms]]
    return RegressionMixture(
        x, equations_of(fit.specification), weights, intercepts, fewest_cases(fit.specification)
    )


def _count(found: SegmentParameters, mixture: RegressionMixture) -> int:
    """K − 1 shares, and in each segment paths, residual variances and intercepts."""
    segments, equations = found.variances.shape[1:]
    paths = sum(len(sources) for _, sources in mixture.equations)
    return segments - 1 + segments * (paths + equations * (2 if mixture.intercepts else 1))


def _told(fit: CompositeResult, found: Arrival, shares: Array, starts: int) -> tuple[str, ...]:
    told = []
    if not found.converged:
        told.append("the mixture did not converge; the shares still move")
    if len(shares) > 1 and starts > 3 and found.reached == 1:
        told.append(
            f"one of {found.alive} starts alone reached the highest likelihood; raise starts to see whether it is the "
            "best"
        )
    for text in told:
        warnings.warn(text, ConvergenceWarning, stacklevel=4)
    need = TIMES * (fewest_cases(fit.specification) - 2)
    if len(shares) > 1 and shares[-1] * fit.n < need:
        text = (
            f"the smallest segment has {shares[-1] * fit.n:.0f} cases; its equations want about {need}: take it for "
            "outliers rather than for a group, or try fewer segments"
        )
        warnings.warn(text, DataWarning, stacklevel=4)
        told.append(text)
    return tuple(told)


def compare_segments(
    fit: CompositeResult,
    n_segments: Iterable[int] = (1, 2, 3, 4, 5),
    starts: int = 40,
    seed: int = 1,
    intercepts: bool = False,
) -> pd.DataFrame:
    """Solutions of `fimix` side by side: criteria, smallest share, starts that reached it; NaN where there is none.

    In simulations AIC3 and CAIC were right most often where they chose the same number, as were AIC4 and BIC; AIC
    chooses too many and MDL5 too few, between which the number should lie (Sarstedt et al., 2011). `en` above .5 tells
    segments apart.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause, half = rng.normal(size=200), np.repeat([0.8, -0.8], 100)
    >>> data = {"x": cause, "y": half * cause + 0.3 * rng.normal(size=200)}
    >>> composites.compare_segments(composites.fit("y ~ x", data), (1, 2, 3), starts=10)["caic"].idxmin()
    2
    """
    import pandas as pd

    rows = [_row(fit, k, starts, seed, intercepts) for k in n_segments]
    return pd.DataFrame(rows).set_index("segments")


def _row(fit: CompositeResult, k: int, starts: int, seed: int, intercepts: bool) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        try:
            found = fimix(fit, k, starts, seed, intercepts)
        except (DataError, ModelError) as error:
            if k < 1:
                raise
            return {"segments": k, "lnl": float("nan"), "why": str(error)}
    held = {name: getattr(found.criteria, name) for name in found.criteria.__slots__}
    return {
        "segments": k, **held, "smallest": float(found.shares[-1]), "reached": found.reached,
        "starts": found.starts, "degenerate": found.degenerate, "why": "; ".join(found.warnings),
    }  # fmt: skip
