"""Discriminant validity from correlations: HTMT, HTMT2 and the Fornell–Larcker comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError

Floats = NDArray[Any]


def htmt(
    correlation: Floats,
    blocks: Sequence[Sequence[int]],
    geometric: bool = False,
    signed: bool = False,
    single: float = np.nan,
) -> Floats:
    """Heterotrait–monotrait ratio of every pair of constructs.

    Mean absolute correlation between the items of two constructs, over the geometric mean of the two average
    absolute correlations within them. HTMT2 takes geometric means throughout, which does not assume equal loadings.

    Parameters
    ----------
    correlation : (..., p, p) correlations of the items. blocks : positions of each construct's items.
    geometric : HTMT2 instead of HTMT.
    signed : average the correlations as they are, as the first paper does, instead of their absolute values.
    single : what stands for the average correlation within a construct of one item; 1 lets it enter as itself.

    Returns
    -------
    array (..., m, m)
        Symmetric, ones on the diagonal; NaN where a construct has one item (see `single`) or the two share an item.

    Raises
    ------
    DataError
        if a block is empty.

    References
    ----------
    Henseler, Ringle & Sarstedt (2015), doi:10.1007/s11747-014-0403-8; Roemer, Schuberth & Henseler (2021),
    doi:10.1108/IMDS-02-2021-0082. In R: ``semTools::htmt(model, data, htmt2 = FALSE)``.

    Examples
    --------
    >>> r = np.full((4, 4), 0.3); r[:2, :2] = r[2:, 2:] = 0.6
    >>> htmt(r, [[0, 1], [2, 3]]).round(3).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    if any(len(block) == 0 for block in blocks):
        raise DataError("a construct without items has no HTMT")
    size = correlation if signed else np.abs(correlation)
    within = [_within(size, list(b), geometric, single) for b in blocks]
    out = np.zeros((*size.shape[:-2], len(blocks), len(blocks))) + np.eye(len(blocks))
    for i, first in enumerate(blocks):
        for j in range(i):
            second = blocks[j]
            between = _mean(
                size[..., list(first), :][..., list(second)].reshape(*size.shape[:-2], -1), geometric
            )
            scale = np.sqrt(np.maximum(within[i] * within[j], 0.0))
            defined = (scale > 0) & (not set(first) & set(second))
            ratio = np.divide(between, scale, out=np.full_like(scale, np.nan), where=defined)
            out[..., i, j] = out[..., j, i] = ratio
    return out


def fornell_larcker(ave: Floats, latent_correlation: Floats) -> Floats:
    """Square roots of the AVE on the diagonal, correlations of the constructs off it.

    A construct is distinct when its diagonal entry exceeds the absolute values of its row and column.

    Parameters
    ----------
    ave : (..., m) average variance extracted. latent_correlation : (..., m, m).

    Raises
    ------
    DataError
        if the sizes do not fit.

    References
    ----------
    Fornell & Larcker (1981), doi:10.1177/002224378101800104.

    Examples
    --------
    >>> fornell_larcker(np.array([0.64, 0.49]), np.array([[1.0, 0.5], [0.5, 1.0]])).round(2).tolist()
    [[0.8, 0.5], [0.5, 0.7]]
    """
    if latent_correlation.shape != (*ave.shape, ave.shape[-1]):
        raise DataError(
            f"{ave.shape[-1]} constructs need a matrix of that size, got {latent_correlation.shape}"
        )
    out = np.array(latent_correlation, dtype=float)
    with np.errstate(invalid="ignore"):
        np.einsum("...ii->...i", out)[...] = np.sqrt(ave)
    return out


def is_distinct(table: Floats) -> Floats:
    """For each construct, whether √AVE exceeds its correlations with all others (m,), from `fornell_larcker`.

    Examples
    --------
    >>> is_distinct(np.array([[0.8, 0.75], [0.75, 0.7]])).tolist()
    [True, False]
    """
    off = np.abs(table - np.diag(np.diagonal(table)))
    return np.diagonal(table) > off.max(axis=0, initial=0.0)


def _within(size: Floats, block: list[int], geometric: bool, single: float) -> Floats:
    """Average correlation (...) among the items of a construct; `single` for one item."""
    rows, columns = np.tril_indices(len(block), -1)
    values = size[..., block, :][..., block][..., rows, columns]
    return _mean(values, geometric) if len(rows) else np.full(size.shape[:-2], single)


def _mean(values: Floats, geometric: bool) -> Floats:
    if not geometric:
        return np.asarray(np.mean(values, axis=-1))
    positive = np.all(values > 0, axis=-1)
    logs = np.log(np.where(values > 0, values, 1.0)).mean(axis=-1)
    return np.where(positive, np.exp(logs), 0.0)
