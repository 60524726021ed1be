"""Refuse sample moments that no model can use, naming the variables; warn about the doubtful ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.checks import constant_text, listed
from mlbc_stats.moments.sample.collinearity import singular_problem
from mlbc_stats.moments.sample.moments import SampleMoments

Array = NDArray[Any]
#: A variance below this share of the squared mean is rounding noise of a constant.
CONSTANT = 1e-20
#: lavaan's limit: variances that differ by more make the optimizer's work hard.
WIDE = 1000.0


def check_sample(moments: SampleMoments, label: str = "", definite: bool = True) -> tuple[str, ...]:
    """Check one group's moments before a model is fitted to them.

    Parameters
    ----------
    moments : of one group (no batch axes).
    label : name of the group, for the messages.
    definite : whether the estimator needs a positive-definite covariance matrix (ML and GLS do, ULS does
        not); when false, small samples and collinear variables are warnings.

    Returns
    -------
    warnings : texts for `DataWarning`; empty when nothing is doubtful.

    Raises
    ------
    DataError
        one case, constant variables, fewer cases than variables, collinear variables.

    Examples
    --------
    >>> from mlbc_stats.moments.sample.complete import from_raw
    >>> check_sample(from_raw(np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]]), ["a", "b"]))
    Traceback (most recent call last):
    mlbc_stats.errors.DataError: b is constant (5 in every case); leave it out or correct the data
    >>> check_sample(from_raw(np.array([[1.0, 9e3], [2.0, 1e3], [4.0, 5e3]]), ["a", "b"]))[0][:42]
    'variances differ by a factor of 6,857,142:'
    """
    where = f"in group {label!r}: " if label else ""
    n, names = int(moments.n), moments.names
    if n < 2:
        raise DataError(f"{where or 'the data hold '}a single case; a covariance matrix needs more")
    _refuse_constant(moments, where)
    found = []
    if n <= len(names):
        text = f"{where}{n} cases for {len(names)} variables ({listed(names)})"
        if definite:
            raise DataError(
                f"{text}: the covariance matrix cannot be positive definite; "
                "collect more cases, use fewer variables, or estimator='ULS'"
            )
        found.append(f"{text}: the covariance matrix is singular")
    elif (problem := singular_problem(moments.cov, names)) and definite:
        raise DataError(where + problem)
    elif problem:
        found.append(where + problem)
    return (*found, *_wide(moments, where))


def check_covariance(cov: Array, names: Sequence[str], label: str = "") -> None:
    """Refuse a given covariance matrix that is not positive definite.

    Raises
    ------
    DataError
        names the variance that is not positive, the impossible correlation or the impossible combination.

    Examples
    --------
    >>> check_covariance(np.array([[1.0, 1.2], [1.2, 1.0]]), ["a", "b"])
    Traceback (most recent call last):
    mlbc_stats.errors.DataError: covariance matrix not positive definite: the correlation of a and b is 1.2
    """
    where = f"in group {label!r}: " if label else ""
    if problem := singular_problem(np.asarray(cov, float), names):
        raise DataError(where + problem)


def _refuse_constant(moments: SampleMoments, where: str) -> None:
    variance = moments.cov.diagonal()
    mean = np.zeros(len(variance)) if moments.mean is None else moments.mean
    flat = np.flatnonzero(variance <= CONSTANT * mean**2)
    if len(flat):
        raise DataError(constant_text([moments.names[k] for k in flat.tolist()], mean[flat], where))


def _wide(moments: SampleMoments, where: str) -> list[str]:
    variance = moments.cov.diagonal()
    low, high = int(variance.argmin()), int(variance.argmax())
    if variance[high] <= WIDE * variance[low]:
        return []
    ratio = int(variance[high] / variance[low])
    return [
        f"{where}variances differ by a factor of {ratio:,}: {moments.names[high]} {variance[high]:.6g}, "
        f"{moments.names[low]} {variance[low]:.6g}; rescale one so that they are alike"
    ]
