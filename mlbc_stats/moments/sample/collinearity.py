"""Name the variables behind a covariance matrix that is singular or not positive definite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cholesky_flag, cov2cor

Array = NDArray[Any]

#: Share of a variable's variance left by the others, below which they determine it.
SINGULAR = 1e-10
#: Standardized weight below which a variable takes no part in a linear dependency.
PART = 1e-6


def singular_problem(cov: Array, names: Sequence[str]) -> str:
    """What keeps a covariance matrix [p, p] from being positive definite; "" when nothing does.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 2.0], [3.0, 1.0, 8.0], [2.0, 5.0, 14.0]])
    >>> singular_problem(np.cov(x.T), ["a", "b", "c"])
    'collinear variables: c = 2 a + 2 b; leave one of them out'
    """
    lower, ok = cholesky_flag(cov)
    if ok and (lower.diagonal() ** 2 > SINGULAR * cov.diagonal()).all():
        return ""
    return _describe(cov, names)


def _describe(cov: Array, names: Sequence[str]) -> str:
    start = "covariance matrix not positive definite: "
    variance = cov.diagonal()
    if (variance <= 0).any():
        worst = int(np.argmin(variance))
        return f"{start}the variance of {names[worst]} is {variance[worst]:.6g}"
    correlation = cov2cor(cov)
    values, vectors = np.linalg.eigh(correlation)
    if values[0] < -SINGULAR * len(values):
        off = np.abs(np.tril(correlation, -1))
        i, j = (int(k) for k in np.unravel_index(int(off.argmax()), off.shape))
        if off[i, j] > 1 + SINGULAR:
            return f"{start}the correlation of {names[j]} and {names[i]} is {correlation[i, j]:.6g}"
        combination = _combination(vectors[:, 0] / np.sqrt(variance), vectors[:, 0], names)
        return (
            f"{start}its smallest eigenvalue (as correlations) is {values[0]:.3g}, "
            f"so that {combination} would have a negative variance"
        )
    dependent = vectors[:, values < max(SINGULAR * len(values), 2 * values[0])]
    sets = "; ".join(_dependencies(dependent, np.sqrt(variance), names))
    return f"collinear variables: {sets}; leave one of {'them' if ';' not in sets else 'each set'} out"


def _dependencies(basis: Array, scale: Array, names: Sequence[str]) -> list[str]:
    """One equation a null vector, each for a later variable in terms of earlier ones (echelon form)."""
    work = basis.T.copy()
    pivots: list[int] = []
    for row in range(len(work)):
        free = np.abs(work[row:])
        column = max(np.flatnonzero(free.max(0) > PART * max(free.max(), PART)))
        best = row + int(free[:, column].argmax())
        work[[row, best]] = work[[best, row]]
        work[row] /= work[row, column]
        others = np.arange(len(work)) != row
        work[others] -= work[others, column, None] * work[row]
        pivots.append(int(column))
    return [_equation(work[row], column, scale, names) for row, column in enumerate(pivots)]


def _equation(weights: Array, pivot: int, scale: Array, names: Sequence[str]) -> str:
    standardized = np.where(np.arange(len(weights)) == pivot, 0.0, -weights)
    return f"{names[pivot]} = {_combination(standardized * scale[pivot] / scale, standardized, names)}"


def _combination(weights: Array, standardized: Array, names: Sequence[str]) -> str:
    """Signed sum of the variables whose standardized weight is not negligible."""
    part = np.flatnonzero(np.abs(standardized) > PART)
    terms = [
        f"{'-' if weights[k] < 0 else '+'} {_coefficient(abs(weights[k]))}{names[k]}" for k in part.tolist()
    ]
    text = " ".join(terms)
    return text[2:] if text.startswith("+") else text.replace("- ", "-", 1)


def _coefficient(value: float) -> str:
    return "" if abs(value - 1) < 5e-4 else f"{value:.3g} "
