"""Two-level models: estimates, standardized solutions, fit and moments of both levels."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlbc_stats import sem
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.two_level.complete import CompleteClusters
from mlbc_stats.sem import SemResult
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.inference.chi_square import yuan_bentler
from tests.reference.adapter import RENAMED, translate
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import matrix, named
from tests.reference.kinds.sem.level_means import split_means

Shaped = dict[str, Any]
LOWER = 1e-6
"""How far our log-likelihood may lie above the reference's before it counts as that of another maximum."""


def result(case: Case, corpus: Corpus) -> Shaped:
    expected, fit = case["expected"], fitted(case, corpus)
    out: Shaped = {
        "converged": fit.converged,
        "ntotal": fit.nobs,
        "nobs": list(fit.group_nobs),
        "ngroups": fit.table.n_groups,
        "npar": fit.table.n_free,
        "logLik": float(fit.fit_measures["logl"]),
        "parameters": _rows(fit, fit.parameters, expected["parameters"]),
        "standardized": _rows(fit, fit.standardized, expected["standardized"]),
        "fit": _fit(fit),
        "tests": _tests(fit),
        "implied": _levels(fit, [(fit.sigma[g], fit.mu[g]) for g in range(len(fit.moments))]),
        "h1": _levels(fit, [(each.cov, _split(each)) for each in fit.moments]),
        "rsquare": _explained(fit),
        "vcov": matrix(fit.vcov.to_numpy(), list(fit.vcov.index), list(fit.vcov.columns)),
        "nclusters": _single([len(each.levels.data.cluster_sizes) for each in fit.moments]),
        "cluster_sizes": _by_label(fit, [each.levels.data.cluster_sizes.tolist() for each in fit.moments]),
        "icc": _intraclass(fit),
        "se_exact": [
            {"parameter": name, "se": float(error)}
            for name, error in zip(fit.vcov.index, fit.std_errors, strict=True)
        ],
    }
    return {name: value for name, value in out.items() if name in expected}


def _split(moments: SampleMoments) -> np.ndarray:
    """The means of the unrestricted model, divided over the levels as lavaan's steps happen to."""
    data, w = moments.levels.data, moments.levels.data.layout.n_within
    if isinstance(data, CompleteClusters):
        return np.concatenate(split_means(data.sums))
    inside = np.where(
        np.isin(data.layout.within, data.layout.between), data.cells.centre[:w], moments.mean[:w]
    )
    moved = np.where(data.layout.rows < w, data.cells.centre[np.minimum(data.layout.rows, w - 1)], 0.0)
    return np.concatenate([inside, moments.mean[w:] - moved])


def fitted(case: Case, corpus: Corpus) -> SemResult:
    """The case's fit; from the reference's estimates where that stands at a lower maximum than ours.

    The likelihood of a factor between clusters that lets go of half of its indicators has several maxima. Ours is the
    highest; what the reference found is compared where it stands.
    """
    arguments = {k: v for k, v in case["args"].items() if k not in ("fun", "model")}
    arguments = translate(arguments) | {"compat": "0.6"}  # 0.6-14 made the numbers
    data = corpus.table(case["data"]["file"])
    kind, model = case["args"].get("fun", "sem"), case["args"]["model"]
    fit = sem.fit(model, data, kind=kind, **arguments)
    reached = case["expected"]["logLik"]
    if fit.converged and fit.fit_measures["logl"] > reached + LOWER * abs(reached):
        fit = sem.fit(model, data, kind=kind, start=_starts(fit, case), **arguments)
    return _with_reference_test(fit) if fit.method.scaled else fit


def _with_reference_test(fit: SemResult) -> SemResult:
    """The fit with lavaan's scaled test, whose cluster scores leave out that means within move with covariate means."""
    standard, scaled = fit.tests
    spread = np.zeros_like(fit.uncertainty.inverse)
    for ram, moments, implied in zip(fit.solution.rams, fit.moments, fit.solution.implied(), strict=True):
        delta, layout = moment_jacobian(ram, implied), moments.levels.data.layout
        delta[: layout.n_within][np.isin(layout.within, layout.between)] = 0.0
        scores = moments.levels.data.scores(implied.sigma, implied.mu) @ delta
        spread[np.ix_(ram.free, ram.free)] += scores.T @ scores / fit.nobs
    fitted_trace = float(np.sum(fit.uncertainty.inverse * spread))
    counted = int(standard.df) + fit.npar
    test = yuan_bentler(
        standard, scaled.test, scaled.scaling_h1 * counted, fitted_trace, counted, len(fit.theta)
    )
    fit.__dict__["tests"] = (standard, test)
    fit.__dict__.pop("fit_measures", None)
    return fit


def _starts(fit: SemResult, case: Case) -> Any:
    """The reference's estimates as a table of starting values."""
    frame = fit.parameters.drop(columns=["est"])
    frame["est"] = [row["est"] for row in case["expected"]["parameters"]]
    return frame


def _rows(fit: SemResult, frame: Any, expected: list[Shaped]) -> list[Shaped]:
    """Rows under the stored names, with the columns that the stored rows have; groups as these name them."""
    frame = frame.rename(columns=RENAMED)
    _standardize_constraints(fit, frame)
    frame["block"] = [
        0 if not g else 2 * (g - 1) + level for g, level in zip(frame["group"], frame["level"], strict=True)
    ]
    named_groups = list(dict.fromkeys(row["group"] for row in expected if isinstance(row.get("group"), str)))
    rows = []
    for values in frame.to_dict("records"):
        if named_groups and values["group"]:  # lavaan takes blocks in their order, whatever group they name
            values["group"] = named_groups[values["group"] - 1]
        rows.append({name: _plain(values[name]) for name in expected[0] if name in values})
    return rows


def _standardize_constraints(fit: SemResult, frame: Any) -> None:
    """lavaan puts the constraint at the standardized values into its columns."""
    for column in {"std.lv", "std.all", "std.nox"} & set(frame.columns):
        known = {row.plabel: frame[column][i] for i, row in enumerate(fit.table.parameters) if row.group}
        known |= {
            row.label: frame[column][i]
            for i, row in enumerate(fit.table.parameters)
            if row.group and row.label
        }
        for i, row in enumerate(fit.table.parameters):
            if row.op in ("==", "<", ">") and row.expression is not None:
                frame.loc[i, column] = evaluate(row.expression, known)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _fit(fit: SemResult) -> Shaped:
    return {
        str(name).replace("_", ".").replace("srmr.", "srmr_"): float(v)
        for name, v in fit.fit_measures.items()
    }


def _tests(fit: SemResult) -> Shaped:
    return {
        each.test: {
            "test": each.test,
            "stat": float(each.stat),
            "df": float(each.df),
            "pvalue": float(each.pvalue),
            "scaling.factor": float(each.scaling_factor),
        }
        for each in fit.tests
    }


def _levels(fit: SemResult, moments: list[tuple[Any, Any]]) -> Any:
    within, between = fit.table.levels
    w, parts = len(within), []
    for cov, mean in moments:
        parts.append({"cov": matrix(cov[:w, :w], within, within), "mean": named(within, mean[:w])})
        parts.append({"cov": matrix(cov[w:, w:], between, between), "mean": named(between, mean[w:])})
    return dict(zip(("within", _second(fit)), parts, strict=True)) if len(moments) == 1 else parts


def _second(fit: SemResult) -> str:
    """lavaan calls the level between by the column of the clusters."""
    return str(fit.call["cluster"])


def _explained(fit: SemResult) -> Any:
    """By level, and group where there are several; a level without outcomes has none."""
    several = fit.table.n_groups > 1
    parts: dict[tuple[int, int], Shaped] = {}
    for key, value in fit.rsquare.items():
        parts.setdefault((key[2] if several else 1, key[1]), {})[key[0]] = float(value)
    if several:
        return [parts[key] for key in sorted(parts)]
    return {name: parts.get((1, level), []) for level, name in ((1, "within"), (2, _second(fit)))}


def _intraclass(fit: SemResult) -> Any:
    frame = fit.intraclass
    parts = [
        dict(zip(own["variable"], own["icc"], strict=True)) for _, own in frame.groupby("group", sort=False)
    ]
    return _by_label(fit, parts)


def _by_label(fit: SemResult, parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else dict(zip(fit.table.group_labels, parts, strict=True))


def _single(parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else parts
