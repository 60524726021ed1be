"""Segments whose constructs are explained best: PLS-POS."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.segments.equations_of_scores import check_segmentable, equations_of
from mlbc_stats.composites.segments.finite_mixture import TIMES, fimix
from mlbc_stats.composites.segments.hill_climbing import Climb, climb_up, spread_out
from mlbc_stats.composites.segments.predicting_result import PredictionSegments
from mlbc_stats.errors import ConvergenceWarning, DataError, MlbcError, MlbcWarning, ModelError
from mlbc_stats.near_names import did_you_mean

Array = NDArray[Any]


def pos(
    fit: CompositeResult,
    n_segments: int = 2,
    constructs: Sequence[str] | None = None,
    weighted: bool = True,
    starts: int = 10,
    seed: int = 1,
    smallest: int | None = None,
    depth: int = 50,
    max_moves: int | None = None,
) -> PredictionSegments:
    """Segments of cases, each with weights and paths of its own, that explain the endogenous constructs best.

    A partition (from `fimix`, or at random) is first improved by moving every case to the segment whose equations
    predict it best, then one case at a time while the objective rises: Σ_k Σ_j R²_kj, times n_k/n when weighted.

    Parameters
    ----------
    fit : from `composites.fit`, of complete numeric cases, without products and circles. Factors are not corrected.
    n_segments : K, from 2. constructs : those whose R² counts; all endogenous ones by default.
    weighted : whether segments count by their size; without, small segments with large R² pay off.
    starts : partitions to begin with, from `seed`; the best goes on to single moves.
    smallest : cases a segment keeps; by default ten per predictor of the largest equation.
    depth : candidates tried at once. max_moves : single moves at most, by default as many as cases.

    Returns
    -------
    PredictionSegments
        R² rises with the number of segments and in samples without any: compare it with `fimix` and the theory, not
        with zero.

    Raises
    ------
    ModelError, NotServedError : see the parameters. DataError : no start whose segments can be fitted.

    References
    ----------
    Becker, Rai, Ringle & Völckner (2013), doi:10.25300/MISQ/2013/37.3.01.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause, half = rng.normal(size=100), np.repeat([0.8, -0.8], 50)
    >>> data = {"x": cause, "y": half * cause + 0.3 * rng.normal(size=100)}
    >>> found = composites.pos(composites.fit("y ~ x", data), 2, starts=3)
    >>> bool(found.objective > 0.8), found.converged
    (True, True)
    """
    check_segmentable(fit, n_segments)
    own = _places(fit, constructs)
    if n_segments < 2 or starts < 1 or depth < 1:
        raise ModelError(
            f"n_segments={n_segments}, starts={starts}, depth={depth}: expected two segments or more, and the others "
            "from 1"
        )
    least = smallest or TIMES * max(len(sources) for _, sources in equations_of(fit.specification))
    if least * n_segments > fit.n:
        raise ModelError(
            f"{n_segments} segments of at least {least} cases need {least * n_segments}; there are {fit.n}: give "
            "fewer segments or smallest="
        )
    climb = Climb(fit, partial(_objective, places=own, n=fit.n if weighted else None), least, depth)
    begun = [spread_out(climb, label, n_segments) for label in _starts(fit, n_segments, starts, seed)]
    label, height = max(begun, key=lambda each: each[1])
    if not np.isfinite(height):
        raise DataError(
            f"none of {starts} partitions gives {n_segments} segments of {least} cases with a solution; try fewer "
            "segments or more starts"
        )
    label, history, done = climb_up(climb, label, n_segments, fit.n if max_moves is None else max_moves)
    if not done:
        text = f"the climb stopped after {len(history) - 1} moves while others would still raise R²; raise max_moves"
        warnings.warn(text, ConvergenceWarning, stacklevel=2)
    order = np.argsort(-np.bincount(label, minlength=n_segments), kind="stable")
    members = label == order[:, None]
    whole = float(climb.value(fit.estimates, np.array([fit.n]))[0])
    return PredictionSegments(
        fit,
        np.argsort(order)[label] + 1,
        climb.values(members)[1].estimates,
        history[-1],
        whole,
        tuple(history),
        done,
    )


def _places(fit: CompositeResult, constructs: Sequence[str] | None) -> Array:
    model = fit.specification
    chosen = model.endogenous if constructs is None else tuple(constructs)
    strange = [name for name in chosen if name not in model.endogenous]
    if strange or not chosen:
        told = strange[0] if strange else "none"
        raise ModelError(
            f"constructs: {told}; R² is that of {', '.join(model.endogenous)}{did_you_mean(told, model.endogenous)}"
        )
    return np.array([model.terms.index(name) for name in chosen])


def _objective(found: Estimates, size: Array, places: Array, n: int | None) -> Array:
    total = found.r2[:, places].sum(axis=1)
    return np.asarray(total if n is None else total * size / n)


def _starts(fit: CompositeResult, segments: int, starts: int, seed: int) -> list[Array]:
    """The likeliest segments of a mixture where there is one, then random partitions."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(np.arange(fit.n) % segments) for _ in range(starts)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        try:
            return [fimix(fit, segments, seed=seed).assigned - 1, *drawn[: starts - 1]]
        except MlbcError:
            return drawn
