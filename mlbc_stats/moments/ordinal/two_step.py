"""Moments of ordinal and mixed data in two steps: thresholds, means, slopes, variances, correlations, and their Γ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.margins.contingency import STANDARD, Filling
from mlbc_stats.moments.margins.moment_layout import Layout, make_layout
from mlbc_stats.moments.margins.thresholds import code_categories
from mlbc_stats.moments.ordinal.casewise_steps import moments_by_cases
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.ordinal.notes import make_notes
from mlbc_stats.moments.ordinal.problem import Problem, Steps
from mlbc_stats.moments.ordinal.table_steps import moments_by_tables
from mlbc_stats.moments.weights import normalize_weights
from mlbc_stats.parallel import chunks, run

Array = NDArray[Any]
#: Numbers held at once by one chunk of resamples.
HELD = 1 << 22


def ordinal_moments(
    x: Array,
    names: Sequence[str],
    ordinal: Sequence[int],
    covariates: Sequence[str] = (),
    weights: Array | None = None,
    gamma: Literal["full", "diagonal", "none"] = "full",
    missing: Literal["listwise", "pairwise"] = "listwise",
    levels: Sequence[Any] | None = None,
    z: Array | None = None,
    label: str = "",
    cluster: Array | None = None,
    filling: Filling = STANDARD,
) -> OrdinalMoments:
    """Two-step moments of ordinal and mixed data, as the weighted least squares family needs them.

    Parameters
    ----------
    x : array [n, p]; NaN is missing and allowed with ``missing="pairwise"`` only.
    names : of the p variables.
    ordinal : positions of the ordinal variables; their values are whole numbers in the order of the categories.
    covariates : names of the columns of ``z``.
    weights : None, sampling weights [n] (rescaled to sum to n), or resampling weights [B, n], each row a resample
        with its cases counted so often.
    gamma : what to compute of Γ.
    missing : "pairwise" takes each threshold from all cases of its variable and each correlation from all cases
        of its pair; rows without any value are left out.
    levels : per variable the category values (None for continuous ones), for groups and resamples; default those
        observed. Without a case in one of them the result is NaN there and ``ok`` is false.
    z : array [n, k], complete.
    label : name of the group, for the messages.
    cluster : int array [n] of cluster codes, for Γ of a sample of clusters; not with resampling weights.
    filling : what is added to empty cells of the tables of pairs; where cases are looked at one by one (covariates,
        continuous variables) there are no tables.

    Returns
    -------
    moments : `OrdinalMoments`. First step: thresholds Φ⁻¹ of the cumulated shares, or ordered probit;
        means, regressions and variances (divisor n). Second step: each correlation by maximum likelihood given
        the first. Γ = n Σ w IF IF' (divisor n throughout; w² with sampling weights; of clusters the sums of w IF
        within them, times J/(J-1), while `gamma_diagonal` stays that of single cases, the weight of DWLS), where IF =
        (Σ w s s')⁻¹ s in the first step and (s - A_i IF_i - A_j IF_j)/Σ w s² in the second: the information is
        estimated by cross products of scores in both, also for continuous variables.

    Raises
    ------
    DataError
        missing values in listwise data or covariates; one category, fractions or more than 15 categories; a constant
        or collinear covariate.

    References
    ----------
    Muthén (1984), https://doi.org/10.1007/BF02294210; Olsson (1979), https://doi.org/10.1007/BF02296207

    Notes
    -----
    In R: ``lavInspect(fit, "wls.obs")`` and ``lavInspect(fit, "gamma")`` of a fit with ``ordered``, where means
    have the opposite sign.

    Examples
    --------
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [20, 10, 10, 20], axis=0)
    >>> found = ordinal_moments(x, ["a", "b"], [0, 1])
    >>> found.moments.round(6).tolist(), found.gamma.diagonal().round(3).tolist()
    ([0.0, 0.0, 0.5], [1.571, 1.571, 1.645])
    """
    names, covariates = tuple(names), tuple(covariates)
    x = np.asarray(x, float)
    z = np.zeros((len(x), 0)) if z is None else np.asarray(z, float).reshape(len(x), -1)
    _check(x, names, z, covariates, missing)
    is_ordinal = np.isin(np.arange(len(names)), np.asarray(ordinal, int))
    given = None if levels is None else [levels[v] for v in np.flatnonzero(is_ordinal).tolist()]
    own = [name for name, flag in zip(names, is_ordinal, strict=True) if flag]
    continuous = [name for name, flag in zip(names, is_ordinal, strict=True) if not flag]
    if continuous:
        check_columns(x[:, ~is_ordinal], continuous, label)
    codes, found = code_categories(x[:, is_ordinal], own, given, label)
    categories = np.zeros(len(names), int)
    categories[is_ordinal] = [len(level) for level in found]
    layout = make_layout(categories, z.shape[1])
    some = ~np.asarray(
        np.isnan(x).all(1)
    )  # a row without any value says nothing; as in lavaan it is not a case
    rows, meat = _weights(weights, some)
    x, z, codes = x[some], z[some], codes[some]
    clusters = None if cluster is None else np.asarray(cluster)[some]
    problem = Problem(x, codes, layout, z, gamma, clusters, filling)
    solve = moments_by_tables if problem.by_tables else moments_by_cases
    parts = run(lambda part: solve(problem, *part), _split(problem, rows, meat))
    steps = parts[0] if len(parts) == 1 else _join(parts)
    remaining = iter(found)
    held = tuple(next(remaining) if flag else None for flag in is_ordinal)
    single = weights is None or np.ndim(weights) == 1
    notes = make_notes(names, layout, steps, _present(codes, layout, rows), single, filling)
    return _result((names, covariates, held), layout, steps, notes, single, len(x))


def _result(
    labels: tuple[Any, Any, Any],
    layout: Layout,
    steps: Steps,
    notes: tuple[str, ...],
    single: bool,
    cases: int,
) -> OrdinalMoments:
    def pick(part: Array | None) -> Any:
        return part if part is None or not single else part[0]

    names, covariates, levels = labels
    total = cases if single else steps.total
    diagonal = steps.gamma_diagonal
    if diagonal is None and steps.gamma is not None:
        diagonal = np.einsum("bii->bi", steps.gamma).copy()
    return OrdinalMoments(
        names,
        layout.ordinal,
        covariates,
        levels,
        layout.threshold_variable,
        pick(steps.moments),
        pick(steps.gamma),
        pick(diagonal),
        pick(steps.correlation),
        total,
        np.asarray(pick(steps.ok)),
        notes,
    )


def _present(codes: Array, layout: Layout, rows: Array | None) -> Array:
    """Whether every category of each variable has a case that counts (in the first row of weights)."""
    out = np.ones(len(layout.categories), bool)
    counting = codes if rows is None else codes[rows[0] > 0]
    for place, v in enumerate(np.flatnonzero(layout.ordinal)):
        seen = np.unique(counting[:, place])
        out[v] = (seen >= 0).sum() == layout.categories[v]
    return out


def _weights(weights: Array | None, some: Array) -> tuple[Array | None, Array | None]:
    """Rows [B, n] that multiply scores, and what multiplies products of influences (None: the same)."""
    n = len(some)
    if weights is None:
        return None, None
    weights = np.asarray(weights, float)
    if weights.shape[-1] != n or weights.ndim > 2:
        raise DataError(f"weights have shape {weights.shape}; expected ({n},) or (resamples, {n})")
    if weights.ndim == 2:
        return weights[:, some], None
    scaled = normalize_weights(weights[some])[None]
    return scaled, scaled**2


def _split(problem: Problem, rows: Array | None, meat: Array | None) -> list[tuple[Any, Any]]:
    if rows is None:
        return [(None, None)]
    size = max(HELD // problem.held_by_one(), 1)
    return [(rows[part], None if meat is None else meat[part]) for part in chunks(len(rows), size)]


def _join(parts: list[Steps]) -> Steps:
    def joined(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values)

    return Steps(*(joined(name) for name in Steps.__dataclass_fields__))


def _check(x: Array, names: tuple[str, ...], z: Array, covariates: tuple[str, ...], missing: str) -> None:
    if x.ndim != 2 or x.shape[1] != len(names):
        raise DataError(f"data have shape {x.shape}; expected one column for each of {', '.join(names)}")
    if z.shape[1] != len(covariates):
        raise DataError(f"{z.shape[1]} columns of covariates for {len(covariates)} names; expected one each")
    if missing not in ("listwise", "pairwise"):
        raise DataError(f"missing={missing!r} is unknown for ordinal data; use 'listwise' or 'pairwise'")
    if missing == "listwise" and np.isnan(x).any():
        row, column = np.argwhere(np.isnan(x))[0]
        raise DataError(
            f"{names[column]} is missing in row {row + 1}; drop incomplete rows or use missing='pairwise'"
        )
    if np.isnan(z).any():
        row, column = np.argwhere(np.isnan(z))[0]
        raise DataError(
            f"covariate {covariates[column]} is missing in row {row + 1}; drop the rows without covariates"
        )
    if z.shape[1]:
        _check_covariates(z, covariates)


def _check_covariates(z: Array, covariates: tuple[str, ...]) -> None:
    for column, name in enumerate(covariates):
        if (z[:, column] == z[0, column]).all():
            raise DataError(f"covariate {name} is {z[0, column]:g} in every row; leave it out")
        centred = z - z.mean(0)
        scaled = centred[:, : column + 1] / np.linalg.norm(centred[:, : column + 1], axis=0)
        if np.linalg.svd(scaled, compute_uv=False)[-1] < 1e-10:
            raise DataError(
                f"covariate {name} is a combination of {', '.join(covariates[:column])}; leave it out"
            )
