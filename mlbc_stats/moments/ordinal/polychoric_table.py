"""The public way to polychoric, tetrachoric and polyserial correlations of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.access import column_names
from mlbc_stats.moments.columns.reading import read_columns
from mlbc_stats.moments.margins.moment_layout import Layout, make_layout
from mlbc_stats.moments.ordinal.full_likelihood_matrix import joint_matrix
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.ordinal.polychoric_result import PolychoricResult
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.parallel import one_blas_thread

Array = NDArray[Any]


def polychoric(
    data: Any,
    names: Sequence[str] | None = None,
    ordered: Sequence[str] | None = None,
    method: Literal["two.step", "ml"] = "two.step",
    missing: Literal["listwise", "pairwise"] = "listwise",
    gamma: bool = False,
) -> PolychoricResult:
    """Polychoric correlations of ordinal variables, polyserial ones where some are continuous.

    Parameters
    ----------
    data : DataFrame or mapping of columns; the codes of ordinal variables are whole numbers in the order of
        their categories, however spaced.
    names : columns to use, default all.
    ordered : which of them are ordinal, default all; the others count as continuous.
    method : "two.step", thresholds from the margins and then each correlation by maximum likelihood given them; or
        "ml", thresholds and correlation together, pair by pair.
    missing : "listwise" leaves rows with a missing value out, "pairwise" uses all values of each variable and pair.
    gamma : whether to compute the asymptotic covariance matrix (two-step only).

    Returns
    -------
    result : `PolychoricResult`. Standard errors are those of Muthén (1984), the estimated thresholds
        accounted for; with ``method="ml"`` from the observed information.

    Raises
    ------
    DataError
        fewer than two variables; one category, fractions or more than 15 categories; no complete row.

    References
    ----------
    Olsson (1979), https://doi.org/10.1007/BF02296207; Muthén (1984), https://doi.org/10.1007/BF02294210;
    Olsson, Drasgow & Dorans (1982), https://doi.org/10.1007/BF02294164

    Notes
    -----
    In R: ``lavaan::lavCor(data, ordered = TRUE)``, and for "ml" ``polycor::polychor(x, y, ML = TRUE)`` (with a
    tighter ``control = list(reltol = 1e-16)``; by default it stops before the maximum). An empty cell of a 2 x 2
    table is filled by one half, margins kept, as in lavaan.

    Examples
    --------
    >>> data = {"a": [0] * 30 + [1] * 30, "b": [0] * 20 + [1] * 10 + [0] * 10 + [1] * 20}
    >>> polychoric(data).correlations.round(6).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    names = column_names(data) if names is None else tuple(names)
    ordered = names if ordered is None else tuple(ordered)
    _check(names, ordered, method, missing, gamma)
    x = read_columns(data, names)
    kept = ~np.isnan(x).any(1) if missing == "listwise" else ~np.isnan(x).all(1)
    if not kept.any():
        raise DataError(
            f"no row has a value for each of {', '.join(names)}; use missing='pairwise' or leave out the emptiest"
        )
    ordinal = [place for place, name in enumerate(names) if name in ordered]
    wanted: Literal["full", "diagonal"] = "full" if gamma or len(ordinal) < len(names) else "diagonal"
    with one_blas_thread():
        found = ordinal_moments(x[kept], names, ordinal, gamma=wanted, missing=missing)
        result = _two_step(found, x[kept], gamma) if method == "two.step" else joint(found, x[kept])
    return _with_notes(result, len(x) - int(kept.sum()), len(x), missing)


def joint(found: OrdinalMoments, x: Array) -> PolychoricResult:
    """Result of the joint method, started from the two-step estimates.

    Examples
    --------
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [20, 10, 10, 20], axis=0)
    >>> joint(ordinal_moments(x, ["a", "b"], [0, 1]), x).correlations.round(6).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    first = _two_step(found, x, False)
    pairs = joint_matrix(x, found)
    known = " ".join(first.notes)  # perfect dependence is said already
    names = [f"{j} and {i}" for j, i in pairs.lost if f"{j} and {i}" not in known]
    lost = (f"no joint maximum for {', '.join(names)}: two-step estimate, error unknown",) if names else ()
    return PolychoricResult(
        found.names,
        found.ordinal,
        found.levels,
        first.thresholds,
        pairs.correlations,
        pairs.std_errors,
        None,
        pairs.thresholds,
        first.n,
        first.n_pairs,
        "ml",
        first.converged and not lost,
        (*first.notes, *lost),
    )


def _two_step(found: OrdinalMoments, x: Array, gamma: bool) -> PolychoricResult:
    p, n = len(found.names), int(found.n)
    layout = make_layout(_categories(found), 0)
    observed = (~np.isnan(x)).astype(float)
    full, variances = _of_correlations(found, layout)
    errors = np.zeros((p, p))
    errors[layout.i, layout.j] = errors[layout.j, layout.i] = np.sqrt(variances / n)
    cuts = tuple(
        found.moments[: len(layout.threshold_variable)][layout.threshold_variable == v] if flag else None
        for v, flag in enumerate(found.ordinal)
    )
    return PolychoricResult(
        found.names,
        found.ordinal,
        found.levels,
        cuts,
        found.correlation,
        errors,
        full if gamma else None,
        None,
        n,
        (observed.T @ observed).astype(int),
        "two.step",
        bool(found.ok),
        found.notes,
    )


def _categories(found: OrdinalMoments) -> Array:
    return np.array([0 if level is None else len(level) for level in found.levels])


def _of_correlations(found: OrdinalMoments, layout: Layout) -> tuple[Array | None, Array]:
    """Γ of thresholds, means and correlations, and its diagonal for the correlations: ρ = s_ij / √(s_ii s_jj)."""
    if found.gamma is None:
        diagonal = found.gamma_diagonal if found.gamma_diagonal is not None else found.moments * np.nan
        return None, diagonal[layout.first :]
    t, pairs = len(layout.threshold_variable), len(layout.i)
    jacobian = np.zeros((t + pairs, len(found.moments)))
    jacobian[:t, :t] = np.eye(t)
    place, variance = np.full(len(layout.categories), -1), np.ones(len(layout.categories))
    place[~layout.ordinal] = t + np.arange((~layout.ordinal).sum())
    variance[~layout.ordinal] = found.moments[t : layout.first]
    rho = found.correlation[layout.i, layout.j]
    row = t + np.arange(pairs)
    jacobian[row, layout.first + np.arange(pairs)] = 1.0 / np.sqrt(variance[layout.i] * variance[layout.j])
    for side in (layout.i, layout.j):
        own = place[side] >= 0
        jacobian[row[own], place[side][own]] = (-0.5 * rho / variance[side])[own]
    full = jacobian @ found.gamma @ jacobian.T
    return full, full.diagonal()[t:]


def _with_notes(result: PolychoricResult, dropped: int, rows: int, missing: str) -> PolychoricResult:
    notes = list(result.notes)
    if dropped:
        why = "a value is missing" if missing == "listwise" else "every value is missing"
        notes.insert(0, f"{dropped} of {rows} rows left out: {why}")
    if not result.positive_definite and np.isfinite(result.correlations).all():
        notes.append(
            f"the correlations do not form a positive-definite matrix (smallest eigenvalue "
            f"{result.smallest_eigenvalue:.4g}): pairs are estimated one by one; collect more cases or join rare "
            "categories"
        )
    values = {name: getattr(result, name) for name in PolychoricResult.__dataclass_fields__}
    return PolychoricResult(**(values | {"notes": tuple(notes)}))


def _check(names: Sequence[str], ordered: Sequence[str], method: str, missing: str, gamma: bool) -> None:
    if len(names) < 2:
        raise DataError(f"{len(names)} variables; correlations need two or more")
    strange = [name for name in ordered if name not in names]
    if strange:
        raise DataError(f"ordered names {', '.join(strange)}, not among the variables {', '.join(names)}")
    if method not in ("two.step", "ml"):
        raise DataError(f"method {method!r} is unknown; use 'two.step' or 'ml'")
    if missing not in ("listwise", "pairwise"):
        raise DataError(f"missing={missing!r} is unknown for ordinal data; use 'listwise' or 'pairwise'")
    if gamma and method == "ml":
        raise DataError("gamma is computed for method='two.step' only; leave one of the two out")
