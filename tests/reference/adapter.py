"""Run a stored case through `mlbc_stats.sem` and hand back its result in the stored shape."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.moments.ordinal.moments import (
    OrdinalMoments,
    cut_names,
    cut_points,
    intercepts,
    residual_covariance,
    slopes,
)
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem import SemResult
from mlbc_stats.sem.inference.ordinal_correction import ordinal_pair
from tests.reference.corpus import Case, read_table

Shaped = dict[str, Any]
# Our columns under the names of the stored rows.
RENAMED = {"ci_lower": "ci.lower", "ci_upper": "ci.upper", "std_lv": "std.lv", "std_all": "std.all",
           "std_nox": "std.nox", "est_std": "est.std", "sepc_lv": "sepc.lv", "sepc_all": "sepc.all",
           "sepc_nox": "sepc.nox"}  # fmt: skip
# Arguments that only steer the R side's optimizer.
R_ONLY = {"optim.attempts": None, "control": "max_iter"}


def fit_case(case: Case, compat: str = "0.7") -> SemResult:
    """The case's model, data and arguments through `sem.fit`; expected warnings stay quiet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return run_case(case, compat)


def run_case(case: Case, compat: str = "0.7") -> SemResult:
    """The case's model, data and arguments through `sem.fit`."""
    data = read_table(case["data"]["file"]) if case.get("data") else None
    arguments = translate(case["fit"]["args"] or {})
    return sem.fit(case["fit"]["model"], data, kind=case["fit"]["fun"], compat=compat, **arguments)


def translate(arguments: dict[str, Any]) -> dict[str, Any]:
    """lavaan's arguments as ours: dots become underscores, a named matrix becomes a frame."""
    import pandas as pd

    out: dict[str, Any] = {}
    for name, value in arguments.items():
        if name == "sample.cov":
            out["sample_cov"] = pd.DataFrame(value["values"], index=value["names"], columns=value["names"])
        elif name == "control":
            out["max_iter"] = value["iter.max"]
        elif name not in R_ONLY:
            out[name.replace(".", "_")] = value
    return out


def shape_result(result: SemResult, fields: list[str]) -> Shaped:
    """The result as a dictionary of the shape of a case's `expected`, for the fields asked for."""
    return {field: SHAPERS[field](result) for field in fields if field in SHAPERS}


def _parameters(result: SemResult) -> list[Shaped]:
    rows = _rows(result.parameters)
    added = set(result.table.auxiliary)
    own = [parameter for parameter in result.table.parameters if not {parameter.lhs, parameter.rhs} & added]
    covariates = {parameter.lhs for parameter in own if parameter.exo}
    for row, parameter in zip(rows, own, strict=True):
        given = result.method.ordinal and parameter.op == "~" and parameter.rhs in covariates
        row["exo"] = int((parameter.exo and parameter.lhs not in result.table.block_of) or given)
        if result.table.two_level:
            row["block"] = 2 * (parameter.group - 1) + parameter.level if parameter.group else 0
    return rows


def _rows(frame: Any) -> list[Shaped]:
    names = [RENAMED.get(name, name) for name in frame.columns]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in frame.itertuples(index=False)]


def _unrotated(result: SemResult) -> SemResult:
    """lavaan counts the parameters of a rotated solution before rotation."""
    return result if result.rotation is None else result.rotation.unrotated


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _fit(result: SemResult) -> Shaped:
    stored = {"rmr_nomean", "srmr_bentler", "srmr_bentler_nomean", "crmr_nomean", "srmr_mplus",
              "srmr_mplus_nomean", "srmr_within", "srmr_between",
              "cn_05", "cn_01", "gfi_lisrel", "agfi_lisrel"}  # fmt: skip
    measures = {str(name): float(value) for name, value in result.fit_measures.items()}
    return {(name if name in stored else name.replace("_", ".")): value for name, value in measures.items()}


def _tests(result: SemResult) -> Shaped:
    method = result.method
    out: Shaped = {}
    for test in result.tests:
        known = test.test != "standard" or not test.df or method.discrepancy not in method.rules.unreferenced
        entry: Shaped = {name: float(getattr(test, name)) for name in ("stat", "df", "pvalue")}
        entry |= {"test": test.test, "label": test.label, "stat.group": list(map(float, test.group_stats))}
        entry |= {"scaling.factor": float(test.scaling_factor), "shift.parameter": float(test.shift)}
        out[test.test] = entry | {"refdistr": "chisq" if known else "unknown"}
    return out


def _matrix(values: Any, rows: Any, columns: Any = None) -> Shaped:
    columns = rows if columns is None else columns
    return {"rownames": list(rows), "colnames": list(columns), "values": np.asarray(values, float).tolist()}


def _by_group(result: SemResult, parts: list[Shaped]) -> Shaped:
    labels = result.table.group_labels
    return dict(zip(labels, parts, strict=True)) if result.table.n_groups > 1 else parts[0]


def _moments(names: tuple[str, ...], cov: Any, mean: Any) -> Shaped:
    out: Shaped = {"cov": _matrix(cov, names)}
    if mean is not None:
        out["mean"] = dict(zip(names, map(float, mean), strict=True))
    return out


def _ordinal_moments(found: OrdinalMoments, moments: SampleMoments) -> Shaped:
    """Thresholds, means and covariances, or with covariates those of the residuals beside the covariates' own."""
    names = found.names
    cuts = dict(zip(cut_names(found), cut_points(found).tolist(), strict=True))

    out = _moments(names, residual_covariance(found), intercepts(found)) | {"th": cuts}
    if not found.covariates:
        return out
    at = [moments.names.index(name) for name in found.covariates]
    return {
        "res.cov": out["cov"],
        "res.int": out["mean"],
        "res.th": cuts,
        "res.slopes": _matrix(slopes(found), names, found.covariates),
        "cov.x": _matrix(moments.cov[np.ix_(at, at)], found.covariates),
        "mean.x": dict(zip(found.covariates, moments.mean[at].tolist(), strict=True)),
    }


def _implied_ordinal(result: SemResult, g: int) -> Shaped:
    """The implied moments in the scale of the sample's; lavaan leaves means in that of the model."""
    moments, implied = result.moments[g], result.solution.implied()[g]
    out = _ordinal_moments(ordinal_pair(moments, implied)[1], moments)
    at = [moments.names.index(name) for name in moments.ordinal.names]
    means = "mean" if "mean" in out else "res.int"
    out[means] = dict(zip(moments.ordinal.names, implied.mu[at].tolist(), strict=True))
    return out


def _by_level(result: SemResult, moments: list[tuple[Any, Any]]) -> Any:
    """Means and covariances of each level, the second under the name of the clusters; of several groups a list."""
    w, parts = result.table.n_within, []
    for cov, mean in moments:
        for names, own in zip(result.table.levels, (slice(None, w), slice(w, None)), strict=True):
            parts.append(_moments(names, cov[own, own], mean[own]))
    return _named_levels(result, parts)


def _named_levels(result: SemResult, parts: list[Any]) -> Any:
    single = result.table.n_groups == 1
    return dict(zip(("within", str(result.call["cluster"])), parts, strict=True)) if single else parts


def _fit_by_level(result: SemResult) -> Shaped:
    frame = sem.level_fit(result)
    rows = {name: frame.loc[level].to_dict() for level, name in ((1, "within"), (2, "between"))}
    return {name: {key: float(value) for key, value in row.items()} for name, row in rows.items()}


def _implied(result: SemResult) -> Shaped:
    if result.table.two_level:
        return _by_level(result, list(zip(result.sigma, result.mu, strict=True)))
    if result.method.ordinal:
        return _by_group(result, [_implied_ordinal(result, g) for g in range(result.table.n_groups)])
    means = result.mu or [None] * len(result.sigma)
    names = result.table.observed
    return _by_group(result, [_moments(names, s, m) for s, m in zip(result.sigma, means, strict=True)])


def _sampstat(result: SemResult) -> Shaped:
    if result.table.two_level:
        return _by_level(result, [(each.cov, each.mean) for each in result.moments])
    if result.method.ordinal:
        return _by_group(result, [_ordinal_moments(m.ordinal, m) for m in result.moments])
    shown = result.mu is not None
    return _by_group(result, [_moments(m.names, m.cov, m.mean if shown else None) for m in result.moments])


def _rsquare(result: SemResult) -> Shaped:
    values: dict[Any, float] = {key: float(value) for key, value in result.rsquare.items()}
    if result.table.two_level:
        blocks = [(g, level) for g in range(1, result.table.n_groups + 1) for level in (1, 2)]
        parts = [{k[0]: v for k, v in values.items() if (*k, 1)[1:3] == (level, g)} for g, level in blocks]
        return _named_levels(result, parts)
    if result.table.n_groups == 1:
        return values
    labels = result.table.group_labels
    return {
        label: {name: value for (name, group), value in values.items() if group == g}
        for g, label in enumerate(labels, start=1)
    }


def _vcov(result: SemResult) -> Shaped:
    return _matrix(result.vcov.to_numpy(), list(result.vcov.index))


def _modindices(result: SemResult) -> list[Shaped]:
    return _rows(sem.modification_indices(result))


def _residuals(result: SemResult) -> Shaped:
    out = {}
    for kind in ("raw", "cor", "normalized", "standardized"):
        groups = sem.residuals(result, kind)
        parts = [_moments(tuple(g.cov.index), g.cov, g.mean) for g in groups]
        if result.method.ordinal:
            parts = [part | {"th": dict(g.thresholds)} for part, g in zip(parts, groups, strict=True)]
        out[kind] = _by_group(result, parts)
    return out


def _factor_scores(result: SemResult) -> Shaped:
    out = {}
    for method, name in (("regression", "regression"), ("bartlett", "Bartlett")):
        scores = sem.factor_scores(result, method=method)
        if "group" in scores:  # stored group after group
            order = scores["group"].map(result.table.group_labels.index)
            scores = scores.iloc[np.argsort(order, kind="stable")].drop(columns="group")
        values, names = scores.to_numpy(), list(scores.columns)
        out[name] = {
            "head": {"rownames": None, "colnames": names, "values": values[:30].tolist()},
            "colmeans": dict(zip(names, values.mean(axis=0).tolist(), strict=True)),
            "cov": _matrix(np.cov(values.T).reshape(len(names), -1), names),
            "n": len(values),
        }
    return out


SHAPERS: dict[str, Callable[[SemResult], Any]] = {
    "converged": lambda r: bool(r.converged),
    "nobs": lambda r: list(r.group_nobs),
    "ntotal": lambda r: r.nobs,
    "norig": lambda r: sum(m.n_original for m in r.moments),
    "ngroups": lambda r: r.table.n_groups,
    "group_labels": lambda r: list(r.table.group_labels) if r.table.n_groups > 1 else [],
    "npar": lambda r: len(_unrotated(r).theta),
    "ncon_eq_rank": lambda r: len(_unrotated(r).theta) - r.npar,
    "parameters": _parameters,
    "standardized": lambda r: _rows(r.standardized),
    "fit": _fit,
    "fit_by_level": _fit_by_level,
    "logLik": lambda r: float(r.fit_measures.get("logl", math.nan)),
    "tests": _tests,
    "implied": _implied,
    "sampstat": _sampstat,
    "rsquare": _rsquare,
    "vcov": _vcov,
    "modindices": _modindices,
    "residuals": _residuals,
    "factor_scores": _factor_scores,
}
