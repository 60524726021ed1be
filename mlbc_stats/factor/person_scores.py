"""Scores of persons on exploratory factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.factor.result import FactorResult
from mlbc_stats.moments.columns.reading import read_columns
from mlbc_stats.showing import Shown

Array = NDArray[Any]

METHODS = ("regression", "bartlett", "tenberge", "anderson")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FactorScores(Shown):
    """Scores of n cases on m factors.

    Attributes
    ----------
    scores : (n, m), NaN where an answer is missing; None without answers.
    weights : (p, m), of items standardized with divisor n − 1.
    correlations : (m, m) of the scores. validity : (m,) correlation of each score with its factor.
    determinacy : (m,) squared multiple correlation of each factor with the items, the most that any score can reach.
    method : how the weights were chosen.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))).add_prefix("x")
    >>> result = factor.fit(items, 1)
    >>> type(factor.scores(result)).__name__
    'FactorScores'
    """

    scores: Array | None
    weights: Array
    correlations: Array
    validity: Array
    determinacy: Array
    method: str


def scores(result: FactorResult, data: Any = None, method: str = "regression") -> FactorScores:
    """Scores ZW of standardized items Z on the factors of a solution.

    With structure S = ΛΦ: regression W = R⁻¹S (Thurstone); Bartlett W = Ψ⁻¹Λ(Λ'Ψ⁻¹Λ)⁻¹, unbiased given the factors; ten
    Berge W = R^−½ C Φ^½ with C the orthonormal part of R^−½ΛΦ^½, scores that correlate as the factors do; Anderson and
    Rubin W = Ψ⁻¹Λ(Λ'Ψ⁻¹RΨ⁻¹Λ)^−½, uncorrelated scores.

    Parameters
    ----------
    data : the answers to score, items as columns; those of the analysis by default.
    method : "regression", "bartlett", "tenberge" or "anderson".

    Raises
    ------
    DataError
        when the correlations have no inverse. NotServedError : for an unknown method.

    References
    ----------
    ten Berge, Krijnen, Wansbeek & Shapiro (1999), doi:10.1016/S0024-3795(97)10007-6; Grice (2001),
    doi:10.1037/1082-989X.6.4.430. In R: ``psych::factor.scores(x, f, method = "tenBerge")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))).add_prefix("x")
    >>> result = factor.fit(items, 1)
    >>> scores(result).validity.round(1).tolist()
    [0.9]
    """
    if method not in METHODS:
        raise NotServedError(f"method={method!r} is not served; use one of {', '.join(METHODS)}")
    r, structure = result.sample.matrix, result.structure
    if np.linalg.eigvalsh(r)[0] <= 1e-10:
        raise DataError(
            "the correlation matrix has no inverse, so scores have no weights; leave out items that say the same"
        )
    weights = _weights(method, r, result.loadings, result.phi, result.uniqueness)
    between = weights.T @ r @ weights
    size = np.sqrt(np.diagonal(between))
    return FactorScores(
        scores=_applied(result, data, weights),
        weights=weights,
        correlations=between / np.outer(size, size),
        validity=np.sum(weights * structure, axis=0) / size,
        determinacy=np.sum(structure * np.linalg.solve(r, structure), axis=0),
        method=method,
    )


def _weights(method: str, r: Array, loadings: Array, phi: Array, uniqueness: Array) -> Array:
    if method == "regression":
        return np.asarray(np.linalg.solve(r, loadings @ phi))
    if method == "tenberge":
        root, back = _power(phi, 0.5), _power(r, -0.5)
        goal = back @ loadings @ root
        return back @ goal @ _power(goal.T @ goal, -0.5) @ root
    turned = loadings / uniqueness[:, None]
    if method == "bartlett":
        return np.asarray(turned @ np.linalg.inv(loadings.T @ turned))
    return turned @ _power(turned.T @ r @ turned, -0.5)


def _power(matrix: Array, exponent: float) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**exponent) @ vectors.T)


def _applied(result: FactorResult, data: Any, weights: Array) -> Array | None:
    own = result.sample.rows
    x = own if data is None else read_columns(data, result.items)
    if x is None:
        return None
    basis = x if own is None else own
    z = (x - np.nanmean(basis, axis=0)) / np.nanstd(basis, axis=0, ddof=1)
    return np.asarray(z @ weights)
