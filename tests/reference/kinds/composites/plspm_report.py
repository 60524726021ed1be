"""plspm's summary: communality, redundancy, unidimensionality, GoF, tests of paths on the scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from mlbc_stats.composites import CompositeResult
from tests.reference.kinds.composites.shapes import matrix


def report(fit: CompositeResult) -> dict[str, Any]:
    model = fit.specification
    loadings = fit.estimates.loadings[0]
    r2 = np.nan_to_num(fit.estimates.r2[0])
    squares = {
        name: float(loadings[j, model.indicators.index(name)] ** 2)
        for j, construct in enumerate(model.constructs)
        for name in construct.indicators
    }
    owner = {name: j for j, construct in enumerate(model.constructs) for name in construct.indicators}
    redundancy = {name: value * float(r2[owner[name]]) for name, value in squares.items()}
    frame = fit.scores.head(10)
    n = fit.n
    return {
        "communality": squares,
        "redundancy": redundancy,
        "inner_summary": [_inner(fit, j, squares, redundancy, float(r2[j])) for j in range(len(model.names))],
        "unidimensionality": [_unidimensional(fit, j) for j in range(len(model.names))],
        "gof": _gof(fit, squares),
        "path_t": {name: _tests(fit, name) for name in model.endogenous},
        "effects": _effects(fit),
        "scores_head": matrix(
            (frame * np.sqrt(n / (n - 1))).set_axis([str(k + 1) for k in range(len(frame))], axis=0)
        ),
    }


def _inner(
    fit: CompositeResult, j: int, squares: dict[str, float], redundancy: dict[str, float], r2: float
) -> dict[str, Any]:
    construct = fit.specification.constructs[j]
    mean = float(np.mean([squares[name] for name in construct.indicators]))
    return {
        "construct": construct.name,
        "type": "Endogenous" if construct.name in fit.specification.endogenous else "Exogenous",
        "r2": r2,
        "block_communality": mean,
        "mean_redundancy": float(np.mean([redundancy[name] for name in construct.indicators])),
        "ave": 0.0 if construct.mode == "modeB" else mean,
    }


def _unidimensional(fit: CompositeResult, j: int) -> dict[str, Any]:
    """Dillon-Goldstein's rho from correlations with the first component."""
    construct, own = fit.specification.constructs[j], list(fit.specification.blocks[j])
    r = fit.estimates.correlation[0][np.ix_(own, own)]
    values, vectors = np.linalg.eigh(r)
    component = vectors[:, -1] * np.sqrt(values[-1])
    common, formative = component.sum() ** 2, construct.mode == "modeB"
    return {
        "construct": construct.name,
        "mode": "B" if formative else "A",
        "n_indicators": len(own),
        "alpha": 0.0 if formative else float(fit.reliability["alpha"].iloc[j]),
        "dg_rho": 0.0 if formative else float(common / (common + np.sum(1 - component**2))),
        "first_eigenvalue": float(values[-1]),
        "second_eigenvalue": float(values[-2]) if len(own) > 1 else 0.0,
    }


def _gof(fit: CompositeResult, squares: dict[str, float]) -> float:
    several = [name for c in fit.specification.constructs if len(c.indicators) > 1 for name in c.indicators]
    return float(np.sqrt(np.mean([squares[name] for name in several]) * fit.rsquare["r2"].mean()))


def _tests(fit: CompositeResult, target: str) -> list[dict[str, Any]]:
    """A least-squares regression on the scores."""
    model = fit.specification
    sources = list(model.predictors(target))
    scores = fit.scores * np.sqrt(fit.n / (fit.n - 1))
    x = np.column_stack([np.ones(fit.n), scores[sources].to_numpy()])
    y = scores[target].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    df = fit.n - x.shape[1]
    se = np.sqrt(np.sum((y - x @ b) ** 2) / df * np.diag(inverse))
    return [
        {
            "term": term,
            "est": float(e),
            "se": float(s),
            "t": float(e / s),
            "p": float(2 * stats.t.sf(abs(e / s), df)),
        }
        for term, e, s in zip(["Intercept", *sources], b, se, strict=True)
    ]


def _effects(fit: CompositeResult) -> list[dict[str, Any]]:
    """All pairs in the order of the constructs, also those that nothing joins."""
    table = fit.effects.set_index(["rhs", "lhs"])
    names = fit.specification.names
    rows = []
    for i, start in enumerate(names):
        for end in names[i + 1 :]:
            found = table.loc[(start, end)] if (start, end) in table.index else {}
            rows.append(
                {"path": f"{start} -> {end}"}
                | {key: float(found.get(key, 0.0)) for key in ("direct", "indirect", "total")}
            )
    return rows
