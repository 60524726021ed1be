"""Rotate loadings from many starts and say how many distinct optima they met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.factor.turning.names import SCALE, criterion_of, power_of, promax
from mlbc_stats.rotation.choice import choose, settle
from mlbc_stats.rotation.criteria import Criterion
from mlbc_stats.rotation.search import random_starts, rotated, search_rotations
from mlbc_stats.showing import Shown

Array = NDArray[Any]

STARTS = 30
"""Random starts besides the unrotated solution."""


@dataclass(frozen=True, slots=True, repr=False)
class Rotated(Shown):
    """Rotated loadings of p items on m factors.

    Attributes
    ----------
    loadings : (p, m); phi : (m, m) correlations of the factors; matrix : (m, m) T, loadings are ΛT⁻ᵀ and phi TᵀT.
    rotation : its name. criterion : value of the criterion at the minimum (promax: of its varimax); NaN for "none".
    optima : distinct local minima that the starts met; reached : share of the starts that met the lowest.
    converged : whether the criterion's gradient vanishes there.

    Examples
    --------
    >>> from mlbc_stats import factor
    >>> found = factor.rotate([[0.7, 0.3], [0.6, 0.4], [0.4, -0.5], [0.3, -0.6]], "oblimin")
    >>> type(found).__name__, found.optima
    ('Rotated', 1)
    """

    loadings: Array
    phi: Array
    matrix: Array
    rotation: str
    criterion: float
    optima: int
    reached: float
    converged: bool


def rotate(
    loadings: Any,
    rotation: str = "oblimin",
    rotation_args: Mapping[str, Any] | None = None,
    starts: int = STARTS,
    seed: int = 1,
) -> Rotated:
    """Rotate loadings to the lowest minimum of a criterion that many starts find.

    Parameters
    ----------
    loadings : (p, m), unrotated, of uncorrelated factors.
    rotation : none, varimax, quartimax, equamax, oblimin, quartimin, promax, geomin, target, bifactor (orthogonal
        bi-quartimin), biquartimin, bigeomin, infomax, entropy. varimax and promax weight rows by Kaiser's
        normalization.
    rotation_args : `orthogonal`, `row_weights` ("none", "kaiser"), `geomin_epsilon` (0.01), `oblimin_gamma` (0),
        `promax_power` (4), `target` (p rows, m columns, NaN where free).
    starts, seed : random starts besides the unrotated loadings.

    Returns
    -------
    Rotated
        Factors by falling sums of squares, each with loadings whose sum is not negative; a target keeps its order and
        signs, a general factor is the first.

    Raises
    ------
    DataError, ModelError, NotServedError
        for loadings that are not finite, unknown names, targets of another shape.

    References
    ----------
    Browne (2001), doi:10.1207/S15327906MBR3601_05; Jennrich & Bentler (2011), doi:10.1007/s11336-011-9218-4. In R:
    ``GPArotation::oblimin(L)``, ``geominQ(L)``, ``bifactorT(L)``, ``targetQ(L, Target = T)``.

    Examples
    --------
    >>> found = rotate([[0.7, 0.3], [0.6, 0.4], [0.4, -0.5], [0.3, -0.6]], "quartimin")
    >>> found.loadings.round(2).tolist()
    [[0.75, 0.06], [0.72, -0.07], [0.08, 0.63], [-0.06, 0.67]]
    """
    raw = np.asarray(loadings, dtype=float)
    if raw.ndim != 2 or not np.isfinite(raw).all():
        raise DataError(
            f"loadings of shape {raw.shape}: expected finite numbers, items in rows, factors in columns"
        )
    p, m = raw.shape
    if rotation == "none" or m == 1:
        return Rotated(raw, np.eye(m), np.eye(m), "none", float("nan"), 1, 1.0, True)
    criterion = criterion_of(rotation, p, m, rotation_args)
    found = search_rotations(
        weighted(raw, criterion), criterion.complexity, criterion.orthogonal, random_starts(m, starts, seed)
    )
    choice = choose(found)
    if rotation != "promax":
        matrix = settle(raw, choice.matrix, criterion, by="sumofsquares")
    else:
        matrix = _promaxed(raw, choice.matrix, rotation_args)
    orthogonal = criterion.orthogonal and rotation != "promax"
    return Rotated(
        loadings=rotated(raw, matrix, orthogonal),
        phi=np.eye(m) if orthogonal else matrix.T @ matrix,
        matrix=matrix,
        rotation=rotation,
        criterion=SCALE.get(criterion.name, 1.0) * choice.value,
        optima=choice.optima,
        reached=choice.reached,
        converged=choice.converged,
    )


def weighted(raw: Array, criterion: Criterion) -> Array:
    """Loadings as they enter the criterion: rows of length 1 under Kaiser's normalization.

    Examples
    --------
    >>> weighted(np.array([[0.6, 0.8], [0.3, 0.4]]), criterion_of("varimax", 2, 2)).round(1).tolist()
    [[0.6, 0.8], [0.6, 0.8]]
    """
    if criterion.row_weights != "kaiser":
        return raw
    size = np.sqrt(np.sum(raw**2, axis=-1, keepdims=True))
    return raw / np.where(size > 0, size, 1.0)


def _promaxed(raw: Array, varimax: Array, options: Mapping[str, Any] | None) -> Array:
    turn = varimax @ promax(raw @ varimax, power_of(options))
    matrix = np.linalg.inv(turn).T
    oblique = criterion_of("oblimin", *raw.shape)  # orders and reflects as an oblique rotation does
    return settle(raw, matrix, oblique, by="sumofsquares")
