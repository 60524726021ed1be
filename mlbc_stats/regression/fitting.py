"""Regression of an observed outcome: `fit`, a table in, coefficients with robust errors out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, ModelError
from mlbc_stats.moments.columns.reading import read_columns, read_labels
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.regression.kernels import LINKS, Floats, Solved, binary, least_squares
from mlbc_stats.regression.result import RegressionResult

KINDS = ("linear", *LINKS)
FEW_CLUSTERS = 40
"""Clusters below which cluster-robust errors are too small on average (Cameron & Miller 2015)."""
SEPARATE = 1e-6
"""Chances all this near to the outcome mean that a predictor tells it without error."""


def fit(
    data: Any,
    outcome: str,
    predictors: Sequence[str],
    kind: str = "linear",
    *,
    cluster: str | None = None,
    errors: str = "robust",
) -> RegressionResult:
    """Regress an observed outcome on observed predictors.

    "linear" is least squares; "logit" and "cloglog" are maximum likelihood of an outcome of 0 and 1, the latter
    log(−log(1 − μ)) = xβ, the discrete form of a proportional hazard.

    Parameters
    ----------
    data : table of cases; those that lack a value are left out. outcome, predictors : columns; the intercept is added.
    kind : as above. cluster : column whose equal values belong together, as the waves of one unit do.
    errors : "robust": with clusters Σ_g s_g s_g' between the bread, times G/(G − 1) · (n − 1)/(n − k); else HC3 of a
        linear model and HC1 (n/(n − k)) of a chance. "model": of the information alone, σ² with divisor n − k.

    Returns
    -------
    RegressionResult

    Raises
    ------
    ModelError
        unknown kind or errors, a column named twice.
    DataError
        too few cases, collinear predictors, an outcome other than 0 and 1, one that a predictor tells without error.

    References
    ----------
    MacKinnon & White (1985), doi:10.1016/0304-4076(85)90158-7; Liang & Zeger (1986), doi:10.1093/biomet/73.1.13;
    Prentice & Gloeckler (1978), doi:10.2307/2529588. In R: ``lm``, ``glm(family = binomial("cloglog"))`` with
    ``sandwich::vcovHC`` or ``vcovCL``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=400)
    >>> data = {"x": x, "back": (rng.random(400) < 1 / (1 + np.exp(1 + x))).astype(float)}
    >>> found = fit(data, "back", ["x"], "logit")
    >>> bool(abs(found.value("x")[0] + 1) < 3 * found.value("x")[1])
    True
    """
    _check(outcome, predictors, kind, errors, cluster)
    names = ("(intercept)", *predictors)
    y, x, groups, kept = _rows(data, outcome, predictors, cluster)
    _check_rows(x, y, names, kind, outcome)
    solved = least_squares(x, y) if kind == "linear" else binary(x, y, kind)
    _refuse_separation(solved, y, kind, outcome)
    notes = _notes(solved, groups, outcome)
    for note in notes:
        warnings.warn(note, DataWarning if solved.converged else ConvergenceWarning, stacklevel=2)
    label, vcov = covariance(solved, y, groups, errors, kind)
    return RegressionResult(
        outcome,
        kind,
        label,
        names,
        solved.coefficients,
        vcov,
        len(y),
        0 if kind == "linear" else int(y.sum()),
        0 if groups is None else int(groups.max()) + 1,
        solved.loglik,
        solved.converged,
        kept,
        tuple(notes),
    )


def covariance(
    solved: Solved, y: Floats, groups: NDArray[np.intp] | None, errors: str, kind: str
) -> tuple[str, Floats]:
    """Name and covariance (k, k) of the coefficients."""
    n, k = solved.scores.shape
    if errors == "model":
        residual = y - solved.fitted
        return "model", solved.bread * (float(residual @ residual) / (n - k) if kind == "linear" else 1.0)
    if groups is not None:
        count = int(groups.max()) + 1
        sums = np.zeros((count, k))
        np.add.at(sums, groups, solved.scores)
        meat = sums.T @ sums * (count / (count - 1) * (n - 1) / (n - k))
        return "cluster", np.asarray(solved.bread @ meat @ solved.bread)
    if kind == "linear":
        scores = solved.scores / np.maximum(1 - solved.leverage, 1e-12)[:, None]
        return "HC3", np.asarray(solved.bread @ (scores.T @ scores) @ solved.bread)
    meat = solved.scores.T @ solved.scores * (n / (n - k))
    return "HC1", np.asarray(solved.bread @ meat @ solved.bread)


def _rows(
    data: Any, outcome: str, predictors: Sequence[str], cluster: str | None
) -> tuple[Floats, Floats, NDArray[np.intp] | None, NDArray[np.intp]]:
    values = read_columns(data, [outcome, *predictors])
    whole = ~np.isnan(values).any(axis=1)
    labels = None
    if cluster is not None:
        codes = read_labels(data, cluster)[0]
        whole &= codes >= 0
        labels = np.unique(codes[whole], return_inverse=True)[1].astype(np.intp)
    values = values[whole]
    x = np.column_stack([np.ones(len(values)), values[:, 1:]])
    return values[:, 0], x, labels, np.flatnonzero(whole)


def _check(outcome: str, predictors: Sequence[str], kind: str, errors: str, cluster: str | None) -> None:
    if isinstance(predictors, str):
        raise ModelError(f"predictors={predictors!r}: give a list, such as [{predictors!r}]")
    if len({outcome, *predictors}) < 1 + len(predictors):
        raise ModelError(
            f"outcome and predictors are different columns; got {outcome} and {', '.join(predictors)}"
        )
    if kind not in KINDS:
        raise ModelError(f"kind {kind!r} is not known{did_you_mean(kind, list(KINDS))}")
    if errors not in ("robust", "model"):
        raise ModelError(f"errors={errors!r}: expected 'robust' or 'model'")
    if cluster is not None and errors == "model":
        raise ModelError("errors='model' takes cases as independent; leave out cluster or the errors")


def _check_rows(x: Floats, y: Floats, names: Sequence[str], kind: str, outcome: str) -> None:
    n, k = x.shape
    if n < k + 2:
        raise DataError(f"{n} complete cases: a regression with {k} coefficients needs at least {k + 2}")
    if kind != "linear" and set(np.unique(y)) != {0.0, 1.0}:
        found = ", ".join(f"{value:g}" for value in np.unique(y)[:5])
        raise DataError(f"{outcome} of a {kind} regression must hold 0 and 1, and both; it holds {found}")
    if y.min() == y.max():
        raise DataError(f"{outcome} has one value ({y[0]:g}) in all complete cases")
    scale = np.linalg.norm(x, axis=0)
    root = np.abs(np.diagonal(np.linalg.qr(x / np.where(scale > 0, scale, 1))[1]))
    if root.min() < 1e-8:
        raise DataError(
            f"{names[int(root.argmin())]} has one value, or is a linear combination of the others; leave it out"
        )


def _refuse_separation(solved: Solved, y: Floats, kind: str, outcome: str) -> None:
    if kind != "linear" and np.max(np.abs(y - solved.fitted)) < SEPARATE:
        raise DataError(
            f"the predictors tell {outcome} without error, so that their coefficients have no finite value; "
            "take fewer predictors or more cases"
        )


def _notes(solved: Solved, groups: NDArray[np.intp] | None, outcome: str) -> list[str]:
    notes = []
    if not solved.converged:
        notes.append(
            f"the regression of {outcome} did not converge: some of its predictors tell it almost without error"
        )
    if groups is not None and groups.max() < 1:
        raise DataError("clusters: a single one; errors need many")
    if groups is not None and groups.max() + 1 < FEW_CLUSTERS:
        notes.append(
            f"{int(groups.max()) + 1} clusters are few: their errors are too small on average below {FEW_CLUSTERS}"
        )
    return notes
