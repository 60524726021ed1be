"""Moments, their sampling covariance and weights that a user gives in place of rows: named, ordered, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.margins.moment_layout import make_layout
from mlbc_stats.moments.ordinal.moments import OrdinalMoments, moment_names
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.specification.parameter_table import ParameterTable


@dataclass(frozen=True, slots=True)
class Given:
    """What was given beside covariances and means, one entry a group; empty without.

    Attributes
    ----------
    thresholds : thresholds by ordinal variable.
    gamma, weight : NACOV and WLS_V, as given.
    """

    thresholds: tuple[dict[str, Floats], ...] = ()
    gamma: tuple[Any, ...] = ()
    weight: tuple[Any, ...] = ()


NOTHING = Given()


def read_given(sample_th: Any, gamma: Any, weight: Any, groups: int) -> Given:
    """The arguments sample_th, NACOV and WLS_V, a list where there are several groups.

    Examples
    --------
    >>> read_given({"u1|t1": -0.5, "u1|t2": 0.4, "u2|t1": 0.1}, None, None, 1).thresholds[0]["u1"].tolist()
    [-0.5, 0.4]
    """
    parts = [_per_group(value, name, groups) for value, name in ((gamma, "NACOV"), (weight, "WLS_V"))]
    cuts = tuple(map(_thresholds, _per_group(sample_th, "sample_th", groups)))
    return Given(cuts, parts[0], parts[1])


def _per_group(value: Any, name: str, groups: int) -> tuple[Any, ...]:
    if value is None:
        return ()
    held = list(value) if isinstance(value, list | tuple) and groups > 1 else [value]
    if groups == 1 and isinstance(value, list | tuple) and len(value) == 1:
        held = list(value)
    if len(held) != groups:
        raise ModelError(f"{name}: {groups} groups but {len(held)} entries; give one each, as a list")
    return tuple(held)


def _thresholds(given: Any) -> dict[str, Floats]:
    """Thresholds by variable, from ``{"u1|t1": ...}``, ``{"u1": [...]}``, a Series, or names with values."""
    if isinstance(given, Mapping) and set(given) == {"names", "values"}:
        given = dict(zip(given["names"], given["values"], strict=True))
    elif hasattr(given, "to_dict"):
        given = given.to_dict()
    if not isinstance(given, Mapping):
        raise ModelError(
            "sample_th: expected thresholds by name, such as {'u1|t1': -0.5, 'u1|t2': 0.4} or {'u1': [-0.5, 0.4]}"
        )
    found: dict[str, list[float]] = {}
    for name, value in given.items():
        found.setdefault(str(name).split("|")[0], []).extend(np.atleast_1d(np.asarray(value, float)).tolist())
    for name, cuts in found.items():
        if sorted(cuts) != cuts or len(set(cuts)) < len(cuts):
            raise DataError(f"sample_th: the thresholds of {name} do not ascend: {cuts}")
    return {name: np.array(cuts) for name, cuts in found.items()}


def given_ordinal_moments(
    table: ParameterTable, cov: Floats, mean: Floats | None, n: float, cuts: Mapping[str, Floats]
) -> SampleMoments:
    """Sample moments of one group from polychoric correlations, covariances, means and thresholds."""
    names = table.observed
    is_ordinal = np.isin(names, list(cuts))
    scale = np.sqrt(np.diagonal(cov))
    if not np.allclose(scale[is_ordinal], 1.0, atol=1e-6):
        off = [
            name
            for name, s, o in zip(names, scale, is_ordinal, strict=True)
            if o and not np.isclose(s, 1, atol=1e-6)
        ]
        raise DataError(
            f"sample_cov: ordinal variables have variance 1 (y*), which {', '.join(off)} have not"
        )
    if mean is None and not is_ordinal.all():
        raise ModelError("sample_mean is needed beside sample_th: some variables are continuous")
    centre = np.zeros(len(names)) if mean is None else np.where(is_ordinal, 0.0, mean)
    layout = make_layout(
        np.array([len(cuts[name]) + 1 if name in cuts else 0 for name in names], dtype=int), 0
    )
    first = [cuts[name] if name in cuts else centre[[i]] for i, name in enumerate(names)]
    columns, rows = np.triu_indices(len(names), 1)
    stacked = np.concatenate([*first, np.diagonal(cov)[~is_ordinal], cov[rows, columns]])
    found = OrdinalMoments(
        names,
        is_ordinal,
        (),
        tuple(np.arange(len(cuts[name]) + 1.0) if name in cuts else None for name in names),
        layout.threshold_variable,
        stacked,
        None,
        None,
        cov / np.outer(scale, scale),
        n,
        np.asarray(True),
        (),
    )
    return SampleMoments(names, cov, centre, n, "n", int(n), ordinal=found)


def with_given(
    moments: SampleMoments, given: Given, group: int, names: Sequence[str], method: Method
) -> SampleMoments:
    """The moments with NACOV and WLS_V in place of what rows would give.

    Without names NACOV and WLS_V are in the order of the stacked moments of the variables `names`.
    """
    if not (given.gamma or given.weight):
        return moments
    own = _moment_names(moments, moments.names)
    default = _moment_names(moments, names)
    gamma = _arranged(given.gamma[group], "NACOV", own, default) if given.gamma else None
    weight = _arranged(given.weight[group], "WLS_V", own, default) if given.weight else None
    if gamma is None and weight is not None and method.discrepancy == "WLS":
        gamma = np.linalg.pinv(weight)
    if moments.ordinal is not None:
        diagonal = None if gamma is None else np.diagonal(gamma).copy()
        held = replace(moments.ordinal, gamma=gamma, gamma_diagonal=diagonal)
        return replace(moments, ordinal=held, weight=weight)
    return replace(moments, gamma=gamma, weight=weight)


def _moment_names(moments: SampleMoments, names: Sequence[str]) -> list[str]:
    """Names of the stacked moments, had the variables this order."""
    if moments.ordinal is not None:
        found = moments.ordinal
        order = [found.names.index(name) for name in names if name in found.names]
        levels = tuple(found.levels[i] for i in order)
        places = np.concatenate(
            [np.full(1 if level is None else len(level) - 1, i, dtype=int) for i, level in enumerate(levels)]
        )
        asked = replace(
            found,
            names=tuple(names),
            ordinal=found.ordinal[order],
            levels=levels,
            threshold_variable=places,
        )
        return moment_names(asked)
    rows, cols = vech_indices(len(names))
    return [f"{name}~1" for name in names] + [
        f"{names[j]}~~{names[i]}" for i, j in zip(rows, cols, strict=True)
    ]


def _arranged(value: Any, what: str, own: list[str], default: list[str]) -> Floats:
    """A matrix over the moments in the order of `own`; zero for means that it leaves out."""
    if isinstance(value, Mapping) and "names" in value:
        names, values = [str(name) for name in value["names"]], value["values"]
    elif hasattr(value, "columns"):
        names, values = [str(name) for name in value.columns], value.to_numpy()
    else:
        names, values = default, value
    matrix = np.asarray(values, dtype=float)
    if matrix.shape != (len(matrix),) * 2 or not np.allclose(matrix, matrix.T, rtol=1e-6, atol=1e-8):
        raise DataError(
            f"{what} must be a symmetric matrix, one row a sample moment; got shape {matrix.shape}"
        )
    if names is default and len(matrix) != len(default):
        names = [name for name in default if not name.endswith("~1")]
    if len(matrix) != len(names):
        raise DataError(
            f"{what} is {len(matrix)} by {len(matrix)}, but there are {len(default)} sample moments"
        )
    place = {_key(name): at for at, name in enumerate(names)}
    lost = [name for name in own if _key(name) not in place and not name.endswith("~1")]
    if lost:
        raise DataError(f"{what} has no row for {', '.join(lost[:6])}")
    index = np.array([place.get(_key(name), -1) for name in own])
    out = np.where((index[:, None] < 0) | (index < 0), 0.0, matrix[np.ix_(index, index)])
    return np.asarray(out)


def _key(name: str) -> str:
    """One name for a covariance in either order."""
    return "~~".join(sorted(name.split("~~"))) if "~~" in name else name
