"""Fit an item response model: answers, curves, maximum of the marginal likelihood, errors, in this order."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, IdentificationWarning, MlbcWarning
from mlbc_stats.irt.answers.reading import Answers, read_answers
from mlbc_stats.irt.curves.families import UNFOLDING
from mlbc_stats.irt.estimation.climb import STEEP, Climb, climb
from mlbc_stats.irt.estimation.marginal import Problem
from mlbc_stats.irt.estimation.starts import start, unfolding_starts
from mlbc_stats.irt.models import model_of, problem_of
from mlbc_stats.irt.result import IrtResult
from mlbc_stats.parallel import one_blas_thread

Array = NDArray[Any]
Told = tuple[str, type[MlbcWarning]]
NODES, REACH = 61, 6.0
"""Nodes of the integral, equally spaced over this many standard deviations to either side."""


def fit(
    data: Any,
    model: str = "graded",
    items: Sequence[str] | None = None,
    nodes: int = NODES,
    reach: float = REACH,
    level: float = 0.95,
    seed: int = 1,
) -> IrtResult:
    """An item response model by marginal maximum likelihood, with errors from the observed information.

    Parameters
    ----------
    data : table (cases, items), ordered categories; missing answers are left out of their case's likelihood.
    model : "graded" (Samejima), "gpcm" (generalized partial credit), "pcm" (partial credit: slopes 1, free variance),
        "2pl", "1pl" (one common slope), "rasch" (slopes 1 and free variance), "ggum" (unfolding: answers fall off on
        both sides of an item; turned so that the last item stands to the right of the first). Slopes are of the logit,
        without 1.7.
    items : columns to take, all by default. level : coverage of the intervals.
    nodes, reach : points of the integral over θ, equally spaced over ±reach standard deviations.
    seed : of the starts of "ggum", whose likelihood has several maxima.

    Returns
    -------
    IrtResult

    Raises
    ------
    DataError
        items with one category in use, continuous items, items with three categories for a model of two.
    NotServedError
        an unknown model.

    Notes
    -----
    EM first (Bock & Aitkin, 1981, doi:10.1007/BF02293801), then Newton steps with the exact observed information until
    less than 1e-11 of log-likelihood is to be gained. In R: ``mirt(data, 1, itemtype = "graded", SE = TRUE,
    SE.type = "Oakes")`` with `TOL` small.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(500, 1))
    >>> data = pd.DataFrame(np.digitize(theta + rng.logistic(size=(500, 4)), [-1, 1])).add_prefix("x")
    >>> result = fit(data, "graded")
    >>> result.converged, result.npar
    (True, 12)
    """
    model_of(model)
    if not 0 < level < 1:
        raise DataError(f"level={level!r}: expected a share between 0 and 1, such as 0.95")
    if nodes < 11 or not reach > 0:
        raise DataError(f"nodes={nodes!r}, reach={reach!r}: expected 11 nodes or more and a positive reach")
    answers = read_answers(data, items)
    problem = problem_of(answers, model, np.linspace(-reach, reach, nodes))
    with one_blas_thread():
        best = _best(problem, answers, seed)
    vcov = _covariance(best)
    told = _told(answers, problem, best, vcov)
    for text, category in told:
        warnings.warn(text, category, stacklevel=2)
    return IrtResult(model, answers, problem, best, vcov, level, tuple(text for text, _ in told))


def _best(problem: Problem, answers: Answers, seed: int) -> Climb:
    """One climb; of unfolding curves the highest of several."""
    if problem.layout.family != UNFOLDING:
        gamma = start(problem.layout, answers.patterns, answers.counts)
        return climb(problem, free_start(problem, gamma))
    starts = unfolding_starts(problem.layout, answers.patterns, answers.counts, seed)
    best = max((climb(problem, each) for each in starts), key=lambda found: found.expectation.loglik)
    return _left_to_right(problem, best)


def _left_to_right(problem: Problem, best: Climb) -> Climb:
    """Unfolding curves with positive discrimination, the last item to the right of the first: the same model."""
    first = np.array([problem.layout.parameters_of(j)[0] for j in range(len(problem.layout.categories))])
    theta = best.theta.copy()
    falling = first[theta[first] < 0]
    theta[falling] *= -1
    theta[falling + 1] *= -1
    place = theta[first + 1] / theta[first]
    if place[-1] < place[0]:
        theta[first + 1] *= -1
    return best if np.array_equal(theta, best.theta) else climb(problem, theta, em_cycles=0)


def free_start(problem: Problem, gamma: Array) -> Array:
    """Free parameters nearest to these item parameters, the latent ones at 0."""
    own = np.linalg.lstsq(problem.free, gamma - problem.fixed, rcond=None)[0]
    return np.concatenate([own, np.zeros(problem.size - len(own))])


def _covariance(best: Climb) -> Array:
    values = np.linalg.eigvalsh(best.information)
    if not values[0] > 1e-10 * values[-1]:
        return np.full(best.information.shape, np.nan)
    return np.asarray(np.linalg.inv(best.information))


def _told(answers: Answers, problem: Problem, best: Climb, vcov: Array) -> tuple[Told, ...]:
    told: list[Told] = [(note, DataWarning) for note in answers.notes]
    slope = np.array(
        [problem.items(best.theta)[problem.layout.parameters_of(j)[0]] for j in range(len(answers.names))]
    )
    steep = [name for name, a in zip(answers.names, slope, strict=True) if abs(a) > STEEP]
    if steep:
        told.append(
            (
                f"the slope of {', '.join(steep)} runs away (beyond {STEEP:g}): answers to it separate the cases. No "
                "estimate; leave the item out or join its categories",
                ConvergenceWarning,
            )
        )
    elif not best.converged:
        told.append(
            (
                f"no convergence after {best.iterations} steps (largest gradient {np.abs(best.gradient).max():.2g}): "
                "the estimates are not the maximum",
                ConvergenceWarning,
            )
        )
    if np.isnan(vcov).any() and not steep:
        told.append(
            (
                "the observed information is singular or not positive definite, so there are no standard errors: the "
                "answers do not determine all parameters",
                IdentificationWarning,
            )
        )
    falling = [name for name, a in zip(answers.names, slope, strict=True) if a < 0]
    if falling and problem.layout.family != UNFOLDING:
        told.append(
            (
                f"negative slope: {', '.join(falling)}; first reverse the items that are worded the other way",
                DataWarning,
            )
        )
    return tuple(told)
