"""Read a correlation or covariance matrix that a user gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import cov2cor

Array = NDArray[Any]

SYMMETRIC = 1e-8


def read_matrix(data: Any, items: Sequence[str] | None, n: int) -> tuple[Array, tuple[str, ...]]:
    """Correlations (p, p) and names of a matrix, turned from covariances where its diagonal is not one.

    Raises
    ------
    DataError
        not square, not symmetric, a variance that is not positive, a correlation beyond one, n below 3.

    Examples
    --------
    >>> read_matrix([[4.0, 1.0], [1.0, 1.0]], ["a", "b"], 50)[0].tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    table = np.asarray(data, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise DataError(
            f"n={n} says that data is a correlation matrix, but its shape is {table.shape}; give a square matrix, or "
            "leave n out when data holds cases"
        )
    names = tuple(items or map(str, getattr(data, "columns", [f"x{i + 1}" for i in range(len(table))])))
    if len(names) != len(table):
        raise DataError(f"{len(names)} names for a matrix of {len(table)} items")
    if n < 3:
        raise DataError(f"n={n}: a correlation matrix of at least 3 cases is needed")
    if not np.isfinite(table).all() or np.abs(table - table.T).max() > SYMMETRIC * np.abs(table).max():
        raise DataError("the matrix is not symmetric or holds values that are not finite; correct it")
    if (np.diagonal(table) <= 0).any():
        flat = names[int(np.flatnonzero(np.diagonal(table) <= 0)[0])]
        raise DataError(f"{flat} has a variance of {table.diagonal().min():g}; expected above zero")
    r = cov2cor((table + table.T) / 2)
    if np.abs(r).max() > 1 + SYMMETRIC:
        raise DataError(f"a correlation of {np.abs(r).max():.4g} is impossible; correct the matrix")
    return r, names
