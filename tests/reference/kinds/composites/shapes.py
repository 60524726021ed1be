"""Tables of a composite fit in the shapes of the cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from mlbc_stats.composites import CompositeResult
from mlbc_stats.composites.estimation import estimate, from_weights
from mlbc_stats.composites.quality.collinearity import predictor_inflation
from mlbc_stats.composites.quality.criteria import against_saturated
from mlbc_stats.composites.quality.measurement import reliabilities
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.iterate import Weights


def by_indicator(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{"construct": row.lhs, "indicator": row.rhs, "est": float(row.est)} for row in table.itertuples()]


def path_rows(fit: CompositeResult, column: str = "est") -> list[dict[str, Any]]:
    return [
        {"from": row["rhs"], "to": row["lhs"], "est": float(row[column])}
        for row in fit.paths.to_dict("records")
    ]


def matrix(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "rownames": [str(name) for name in frame.index],
        "colnames": [str(name) for name in frame.columns],
        "values": frame.to_numpy().tolist(),
    }


def scores_head(fit: CompositeResult) -> dict[str, Any]:
    frame = fit.scores.head(10)
    return matrix(frame.set_axis([str(k + 1) for k in range(len(frame))], axis=0))


def column(fit: CompositeResult, name: str) -> dict[str, float]:
    return {str(key): float(value) for key, value in fit.rsquare[name].items()}


def core(fit: CompositeResult) -> dict[str, Any]:
    """What every program gives."""
    return {
        "loadings": by_indicator(fit.loadings),
        "weights": by_indicator(fit.weights),
        "paths": path_rows(fit),
        "r2": column(fit, "r2"),
        "adj_r2": column(fit, "adj_r2"),
        "scores_head": scores_head(fit),
        "cross_loadings": matrix(fit.cross_loadings),
    }


def reliability_rows(fit: CompositeResult) -> list[dict[str, Any]]:
    return [
        {"construct": name, "alpha": row.alpha, "rhoC": row.rho_c, "AVE": row.ave, "rhoA": row.rho_a}
        for name, row in zip(fit.reliability.index, fit.reliability.itertuples(), strict=True)
    ]


def pairs(frames: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Cells of square tables by the names of both sides."""
    names = list(next(iter(frames.values())).index)
    return [
        {"a": a, "b": b} | {key: float(frame.loc[a, b]) for key, frame in frames.items()}
        for a in names
        for b in names
        if a != b
    ]


def criteria(fit: CompositeResult) -> dict[str, dict[str, float]]:
    names = ["aic", "aicc", "aicu", "bic", "fpe", "hq", "hqc"]
    return {name: column(fit, name) for name in names}


def effect_rows(fit: CompositeResult, name: str) -> list[dict[str, Any]]:
    """Effects by both ends, and by one text "to ~ from"."""
    rows = fit.effects.to_dict("records")
    found = []
    for row in rows:
        found.append({"from": row["rhs"], "to": row["lhs"], "est": float(row[name])})
        found.append({"effect": f"{row['lhs']} ~ {row['rhs']}", "est": float(row[name])})
    return found


def seminr_report(fit: CompositeResult) -> dict[str, Any]:
    """seminr shows everything but paths, R² and loadings from the scores, uncorrected."""
    scores = fit.composite_correlations
    larcker = scores.to_numpy().copy()
    np.fill_diagonal(larcker, np.sqrt(reliabilities(fit.estimates, fit.specification).ave[0]))
    vif = fit.weights.groupby("lhs", sort=False)
    return {
        "f2": path_rows(fit, "f2"),
        "reliability": reliability_rows(fit),
        "htmt": pairs({"absolute": fit.htmt("absolute"), "signed": fit.htmt("signed")}),
        "criteria": criteria(uncorrected(fit)),
        "fornell_larcker": matrix(pd.DataFrame(larcker, scores.index, scores.columns)),
        "vif_indicators": {name: dict(zip(rows["rhs"], rows["vif"], strict=True)) for name, rows in vif},
        "vif_antecedents": predictors_by_target(fit),
        "total_effects": effect_rows(fit, "total"),
        "total_indirect_effects": effect_rows(fit, "indirect"),
        "construct_correlations": matrix(scores),
    }


def uncorrected(fit: CompositeResult) -> CompositeResult:
    """The same weights without the correction for attenuation."""
    held = fit.estimates
    options = replace(fit.options, consistent=False)
    weights = Weights(held.weights, held.converged, held.iterations)
    found = from_weights(held.correlation, weights, fit.specification, options)
    return replace(fit, options=options, solved=replace(fit.solved, estimates=found))


def predictors_by_target(fit: CompositeResult) -> dict[str, dict[str, float]]:
    model = fit.specification
    vif = predictor_inflation(fit.estimates.composite_correlation, model)[0]
    return {
        target: {
            source: float(vif[model.terms.index(target), model.terms.index(source)])
            for source in model.predictors(target)
        }
        for target in model.endogenous
    }


def csem_report(fit: CompositeResult) -> dict[str, Any]:
    """cSEM's assess(): everything from the corrected correlations, tables of factors alone."""
    model = fit.specification
    factors = [name for name, flag in zip(model.names, model.factors, strict=True) if flag]
    larcker = fit.construct_correlations.loc[factors, factors] ** 2
    values = larcker.to_numpy().copy()
    np.fill_diagonal(values, fit.reliability.loc[factors, "ave"])
    reliability = dict(zip(model.names, fit.estimates.reliability[0].tolist(), strict=True))
    return {
        "construct_reliability": reliability,
        "construct_correlations": matrix(fit.construct_correlations),
        "reliability": reliability_rows(fit),
        "htmt": pairs({"est": fit.htmt("signed")}),
        "htmt2": pairs({"est": fit.htmt("htmt2")}),
        "fornell_larcker": matrix(pd.DataFrame(values, factors, factors)),
        "f2": path_rows(fit, "f2"),
        "vif_antecedents": path_rows(fit, "vif"),
        "total_effects": effect_rows(fit, "total"),
        "indirect_effects": effect_rows(fit, "indirect"),
        "fit": csem_fit(fit),
        "implied_indicator_correlations": matrix(fit.implied),
        "criteria": criteria(fit) | csem_saturated_criteria(fit),
        "polychoric": matrix(pd.DataFrame(fit.sample.correlation, fit.sample.names, fit.sample.names)),
    }


def csem_fit(fit: CompositeResult) -> dict[str, Any]:
    """Its GFI squares the cells of Σ⁻¹S − I where the index has the trace of the squared matrix."""
    table = fit.fit_measures
    parts = {}
    for kind in ("estimated", "saturated"):
        found = table[kind]
        parts[kind] = {
            "dULS": found["d_uls"], "dG": found["d_g"], "dG_log10": found["d_g"] / np.log(10) ** 2,
            "dML": found["d_ml"], "SRMR": found["srmr"], "chi_square": found["chi_square"],
        }  # fmt: skip
    own = table["estimated"]
    ratio = np.linalg.solve(fit.implied.to_numpy(), fit.estimates.correlation[0])
    gfi = 1 - np.sum((ratio - np.eye(len(ratio))) ** 2) / np.sum(ratio**2)
    names = ("df", "cfi", "cn", "ifi", "nfi", "nnfi", "rmsea", "rms_theta", "gof")
    return parts | {name: float(own[name]) for name in names} | {"gfi": float(gfi)}


def csem_saturated_criteria(fit: CompositeResult) -> dict[str, dict[str, float]]:
    """Geweke-Meese and Mallows' Cp against the model in which each construct has all before it as predictors."""
    model = fit.specification
    order = causal_order(model)
    paths = tuple((a, b) for k, b in enumerate(order) for a in order[:k])
    full = Specification(model.constructs, paths, model.error_pairs)
    r2 = estimate(fit.estimates.correlation, full, replace(fit.options, instruments={})).r2[0]
    saturated = np.array([r2[model.names.index(name)] for name in model.endogenous])
    table = fit.rsquare
    found = against_saturated(table["r2"].to_numpy(), saturated, fit.n, table["predictors"].to_numpy())
    return {name: dict(zip(model.endogenous, map(float, each), strict=True)) for name, each in found.items()}


def causal_order(model: Any) -> list[str]:
    order = [name for name in model.names if name not in model.endogenous]
    left = list(model.endogenous)
    while left:
        ready = [name for name in left if set(model.predictors(name)) <= set(order)] or left[:1]
        order += ready
        left = [name for name in left if name not in ready]
    return order
