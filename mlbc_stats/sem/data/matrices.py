"""Read covariance matrices and means as a user gives them, with the names of their variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.sem.arrays import Floats


def as_groups(value: Any) -> list[Any]:
    """One entry a group."""
    return list(value) if isinstance(value, list | tuple) else [value]


def named_matrices(matrices: Sequence[Any]) -> tuple[tuple[str, ...], tuple[Floats, ...]]:
    """Names of the variables, in the first matrix's order, and every matrix in it."""
    names: tuple[str, ...] = ()
    out = []
    for matrix in matrices:
        if isinstance(matrix, Mapping) and "names" in matrix:
            own, values = matrix["names"], matrix["values"]
        elif hasattr(matrix, "columns"):
            own, values = matrix.columns, matrix.to_numpy()
        else:
            raise ModelError(
                "sample_cov needs variable names: give a DataFrame or {'names': [...], 'values': [[...]]}"
            )
        cov = np.asarray(values, dtype=float)
        if cov.ndim != 2 or cov.shape[0] != cov.shape[1] or cov.shape[0] != len(own):
            raise DataError(
                f"sample_cov must be square with one name per row, got shape {cov.shape}, {len(own)} names"
            )
        if not np.allclose(cov, cov.T, rtol=1e-8, atol=1e-10):
            raise DataError("sample_cov is not symmetric; check the matrix")
        names = names or tuple(str(name) for name in own)
        order = [[str(name) for name in own].index(name) for name in names]
        out.append(cov[np.ix_(order, order)])
    return names, tuple(out)


def mean_vectors(sample_mean: Any, names: tuple[str, ...], groups: int) -> list[Floats | None]:
    """Means of each group in the order of the names, None where none were given."""
    if sample_mean is None:
        return [None] * groups
    single = groups == 1 and not (isinstance(sample_mean, list | tuple) and np.ndim(sample_mean[0]) > 0)
    given = [sample_mean] if single else list(sample_mean)
    if len(given) != groups:
        raise ModelError(f"{groups} covariance matrices but {len(given)} mean vectors; give one each")
    return [_named_vector(mean, names) for mean in given]


def _named_vector(mean: Any, names: tuple[str, ...]) -> Floats:
    if isinstance(mean, Mapping) and "values" in mean:
        mean = dict(zip(mean["names"], mean["values"], strict=True))
    if hasattr(mean, "to_dict"):
        mean = mean.to_dict()
    if isinstance(mean, Mapping):
        return np.array([float(mean[name]) for name in names])
    values = np.asarray(mean, dtype=float).ravel()
    if len(values) != len(names):
        raise DataError(f"sample_mean has {len(values)} values for {len(names)} variables")
    return values
