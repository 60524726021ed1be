"""Categories of ordinal variables and the thresholds that cut a standard normal variable into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.errors import DataError
from mlbc_stats.moments.margins.bivariate_normal import FAR, TWO_PI

Array = NDArray[Any]

#: More categories than this are hardly ordinal answers, and their tables are nearly empty.
MOST = 15


def code_categories(
    x: Array, names: Sequence[str], levels: Sequence[Any] | None = None, label: str = ""
) -> tuple[Array, tuple[Array, ...]]:
    """Codes 0 ... C-1 of the categories observed in each column, or of the given ones.

    Parameters
    ----------
    x : array [n, v], NaN where missing.
    levels : per column the ascending category values; default those observed.
    label : name of the group, for the messages.

    Returns
    -------
    codes : int array [n, v]; -1 where missing.
    levels : tuple of v arrays.

    Raises
    ------
    DataError
        one category only, fractions instead of codes, too many categories, values that are none of the levels.

    Examples
    --------
    >>> code_categories(np.array([[1.0], [5.0], [np.nan], [2.0]]), ["x"])[0].ravel().tolist()
    [0, 2, -1, 1]
    """
    codes, found = np.empty(x.shape, np.intp), []
    for place, name in enumerate(names):
        values = x[:, place]
        seen = ~np.isnan(values)
        held = np.unique(values[seen]) if levels is None else np.asarray(levels[place], float)
        _check_levels(held, name, f"in group {label!r}: " if label else "")
        position = np.searchsorted(held, values)
        strange = seen & (held[np.minimum(position, len(held) - 1)] != values)
        if strange.any():
            row = int(strange.argmax())
            raise DataError(
                f"{name} is {values[row]:g} in row {row + 1}, which is none of its categories "
                f"({', '.join(f'{level:g}' for level in held)}); give the levels of all groups"
            )
        codes[:, place] = np.where(seen, position, -1)
        found.append(held)
    return codes, tuple(found)


def normal_thresholds(counts: Array, categories: Array) -> tuple[Array, Array]:
    """Thresholds from the counts of the categories.

    Parameters
    ----------
    counts : array [..., v, C], sums of weights in each category, zero beyond a variable's own.
    categories : int array [v], how many each variable has.

    Returns
    -------
    thresholds : array [..., v, C-1], τ_t = Φ⁻¹(share of the first t categories); 38.5 (all of the distribution)
        beyond a variable's own; NaN for a variable with an empty category.
    ok : bool array [..., v].

    Notes
    -----
    In R: ``qnorm(cumsum(prop.table(table(x))))``.

    Examples
    --------
    >>> normal_thresholds(np.array([[1.0, 1.0, 0.0]]), np.array([2]))[0].tolist()
    [[0.0, 38.5]]
    """
    own = np.arange(counts.shape[-1]) < categories[:, None]
    ok = np.asarray(((counts > 0) | ~own).all(-1))
    total = counts.sum(-1, keepdims=True)
    share = np.cumsum(counts, -1)[..., :-1] / np.where(total > 0, total, 1.0)
    cut = np.where(own[:, 1:], ndtri(np.where(own[:, 1:], share, 0.5)), FAR)
    return np.where(np.expand_dims(ok, -1), cut, np.nan), ok


def threshold_influence(counts: Array, thresholds: Array) -> Array:
    """What one case in category c adds to each threshold: (1[c ≤ t] - F_t) / (n φ(τ_t)).

    Parameters
    ----------
    counts : array [..., v, C].
    thresholds : array [..., v, C-1] of `normal_thresholds`.

    Returns
    -------
    influence : array [..., v, C-1, C]; zero beyond a variable's own thresholds. Over the cases it sums to zero.

    Examples
    --------
    >>> (threshold_influence(np.array([[2.0, 2.0]]), np.array([[0.0]])) / np.sqrt(2 * np.pi)).round(9).tolist()
    [[[0.125, -0.125]]]
    """
    total = counts.sum(-1)[..., None, None]
    share = (np.cumsum(counts, -1)[..., :-1] / np.where(total > 0, total, 1.0)[..., 0])[..., None]
    below = np.tri(thresholds.shape[-1], counts.shape[-1])[: thresholds.shape[-1]]
    density = np.exp(-0.5 * thresholds**2) / np.sqrt(TWO_PI)
    own = thresholds < FAR
    return np.where(own, 1.0 / np.where(own, density, 1.0), 0.0)[..., None] * (below - share) / total


def _check_levels(held: Array, name: str, where: str) -> None:
    if len(held) == 0:
        raise DataError(f"{where}{name} has no value in any row; leave it out or correct the data")
    if len(held) == 1:
        raise DataError(
            f"{where}{name} is {held[0]:g} in every row; an ordinal variable needs two categories or more, "
            "leave it out or correct the data"
        )
    odd_one = ~np.isfinite(held) | (held != np.round(held))
    if odd_one.any():
        odd = held[odd_one][0]
        raise DataError(
            f"{where}{name} holds {odd:.6g}; the categories of an ordinal variable are whole numbers, "
            "recode it or treat it as continuous"
        )
    if len(held) > MOST:
        raise DataError(
            f"{where}{name} has {len(held)} categories; at most {MOST} can be treated as ordinal, "
            "join some or treat it as continuous"
        )
