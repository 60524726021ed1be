"""Stone and Geisser's Q² by blindfolding, and the effect sizes q² of paths."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.prediction.blindfold_result import CompositeBlindfold
from mlbc_stats.composites.prediction.predicting import check_predictable
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.solving import by_correlations
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.stages.plan import Plan
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.linalg import cov2cor

Array = NDArray[Any]


def blindfold(fit: CompositeResult, distance: int = 7) -> CompositeBlindfold:
    """Q² = 1 − ΣSSE/ΣSSO of every construct: each answer of its block is left out once and predicted by the rest.

    Going down the columns of a block, every `distance`-th answer is replaced by the mean of those that remain, the
    model is fitted, and loadings take a score back to the answers left out: the score that predecessors predict
    (redundancy), or the construct's own (communality).

    Parameters
    ----------
    fit : from `composites.fit`, of complete numeric cases, without products and constructs of higher order. Factors are
        not corrected.
    distance : omission distance; five to twelve are usual. The number of cases must not be a multiple of it, or whole
        cases would be left out.

    Raises
    ------
    ModelError, NotServedError

    Notes
    -----
    This predicts answers of cases whose other answers helped to estimate the model. `composites.predict` predicts cases
    that did not, and has replaced it (Shmueli et al., 2016, doi:10.1016/j.jbusres.2016.03.049; 2019,
    doi:10.1108/EJM-02-2019-0189). SSO is that of answers standardized over all cases.

    References
    ----------
    Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x; Geisser (1974), doi:10.1093/biomet/61.1.101; Tenenhaus, Vinzi,
    Chatelin & Lauro (2005), doi:10.1016/j.csda.2004.03.005.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> composites.blindfold(fit).table["q2"].round(2).to_dict()
    {'f': nan, 'g': 0.13}
    """
    check_predictable(fit)
    if fit.options.instruments:
        raise NotServedError("blindfolding of equations with instruments is not served")
    if not 2 <= distance < fit.n:
        raise ModelError(f"distance={distance}: expected 2 to {fit.n - 1}; five to twelve are usual")
    if fit.n % distance == 0:
        raise ModelError(
            f"distance={distance} divides the {fit.n} cases, so that whole cases would be left out; use "
            f"{_near(distance, fit.n)}"
        )
    z = _standard(fit.sample.rows, fit.sample.weights)
    sums = {name: _sums(fit, fit.plan, name, z, distance) for name in fit.specification.names}
    without = {path: _without(fit, path, z, distance, sums) for path in fit.specification.paths}
    return CompositeBlindfold(fit, distance, sums, without)


def _near(distance: int, n: int) -> int:
    return next(d for step in range(1, n) for d in (distance + step, distance - step) if d > 1 and n % d)


def _sums(fit: CompositeResult, plan: Plan, name: str, z: Array, distance: int) -> tuple[float, float, float]:
    """Squares (SSO) and squared errors by redundancy and by communality (SSE) of one construct; NaN without them."""
    model = plan.model
    j = model.names.index(name)
    block = list(model.blocks[j])
    filled, out = _omitted(z, block, distance, fit.sample.weights)
    mass = np.ones(len(z)) if fit.sample.weights is None else fit.sample.weights
    mean = np.einsum("n,bnp->bp", mass, filled) / mass.sum()
    gap = filled - mean[:, None]
    cov = (gap * mass[:, None]).mT @ gap / mass.sum()
    options = replace(fit.options, consistent=False)
    found = by_correlations(cov2cor(cov), plan, options, None).estimates
    spread = np.sqrt(np.einsum("bii->bi", cov))
    scores = gap / spread[:, None] @ found.weights.mT
    squares = float(np.sum(mass[:, None] * z[:, block] ** 2))
    predicted = {
        "redundancy": scores @ found.paths[:, j, :, None] if name in model.endogenous else None,
        "communality": scores[..., j, None] if len(block) > 1 else None,
    }
    errors = [
        np.nan if each is None else _error(each, found, (j, block), (z, out, mass), (mean, spread))
        for each in predicted.values()
    ]
    return squares, float(errors[0]), float(errors[1])


def _omitted(z: Array, block: list[int], distance: int, weights: Array | None) -> tuple[Array, Array]:
    """Data of each round (D, n, p) with means in the place of what is left out, and what is (D, n, k)."""
    n = len(z)
    cell = np.arange(len(block))[None, :] * n + np.arange(n)[:, None]
    out = cell % distance == np.arange(distance)[:, None, None]
    held = ~out if weights is None else ~out * weights[:, None]
    mean = np.sum(held * z[:, block], axis=1) / held.sum(axis=1)
    filled = np.repeat(z[None], distance, axis=0)
    filled[..., block] = np.where(out, mean[:, None], z[:, block])
    return filled, out


def _error(
    score: Array, found: Estimates, place: tuple[int, list[int]], data: tuple[Array, ...], scale: tuple[Array, ...]
) -> float:  # fmt: skip
    """Σ(z − ẑ)² over all answers left out; NaN if a round has no solution."""
    (j, block), (z, out, mass), (mean, spread) = place, data, scale
    fitted = mean[:, None, block] + spread[:, None, block] * score * found.loadings[:, None, j, block]
    if not found.converged.all():
        return float("nan")
    return float(np.sum(np.where(out, (z[:, block] - fitted) ** 2, 0.0) * mass[:, None]))


def _without(
    fit: CompositeResult,
    path: tuple[str, str],
    z: Array,
    distance: int,
    sums: dict[str, tuple[float, float, float]],
) -> float:
    """SSE by redundancy of the target of a path in the model without it; SSO where it was the only one.

    A predictor that no other path joins leaves the model with its path.
    """
    source, target = path
    model = fit.specification
    if model.predictors(target) == (source,):
        return sums[target][0]
    paths = tuple(each for each in model.paths if each != path)
    left = any(source in each for each in paths)
    constructs = tuple(each for each in model.constructs if left or each.name != source)
    less = Specification(constructs, paths, model.error_pairs)
    dominant = {name: item for name, item in fit.options.dominant.items() if name in less.names}
    trimmed = replace(fit, options=replace(fit.options, dominant=dominant))
    columns = [model.indicators.index(name) for name in less.indicators]
    return _sums(trimmed, replace(fit.plan, model=less), target, z[:, columns], distance)[1]


def _standard(x: Array, weights: Array | None) -> Array:
    """Columns with mean zero and variance one, divisor n."""
    mass = np.ones(len(x)) if weights is None else weights
    gap = x - mass @ x / mass.sum()
    return np.asarray(gap / np.sqrt(mass @ gap**2 / mass.sum()))
