"""Extraction, rotations, target rotation and scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlbc_stats import factor
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import columns_of, factor_names, matrix, named

ROTATIONS = {
    "varimax": ("varimax", {}),
    "varimax_raw": ("varimax", {"row_weights": "none"}),
    "promax": ("promax", {}),
    "oblimin": ("oblimin", {}),
    "oblimin_kaiser": ("oblimin", {"row_weights": "kaiser"}),
    "quartimin": ("quartimin", {}),
    "geominQ": ("geomin", {}),
    "geominT": ("geomin", {"orthogonal": True}),
    "bifactorT": ("bifactor", {}),
    "bifactorQ": ("biquartimin", {}),
    "quartimax": ("quartimax", {}),
    "equamax": ("equamax", {}),
    "entropy": ("entropy", {}),
    "infomaxQ": ("infomax", {}),
    "infomaxT": ("infomax", {"orthogonal": True}),
}
SCORES = {"regression": "regression", "Bartlett": "bartlett", "tenBerge": "tenberge", "Anderson": "anderson"}
STATISTICS = {
    "dof": "df",
    "objective": "objective",
    "chi_square": "chi_square",
    "p": "pvalue",
    "null_chi_square": "null_chi_square",
    "null_dof": "null_df",
    "tli": "tli",
    "rmsea": "rmsea",
    "bic": "bic",
    "rms": "rmsr",
    "crms": "rmsr_corrected",
    "fit_off": "fit_off",
}


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    expected = case["expected"]
    if "target" in expected:
        return _target(case, corpus)
    if set(expected) <= set(SCORES):
        return _scores(case, corpus)
    return _solution(case, corpus)


def _solution(case: Case, corpus: Corpus) -> dict[str, Any]:
    args, names = case["args"], case["expected"]["correlation"]["rownames"]
    data, call = columns_of(case, corpus, names), "\n".join(case["call"])
    kind = "polychoric" if "lavCor" in call else "spearman" if "spearman" in call else "pearson"
    fit = factor.fit(
        data, args["nfactors"], method=args["fm"], rotation="none", correlation=kind, errors="none"
    )
    r, unrotated = fit.sample.matrix, fit.extraction.loadings[0]
    sums = np.sum(unrotated**2, axis=0)
    return {
        "n": fit.n,
        "correlation": matrix(r, names, names),
        "eigenvalues": np.linalg.eigvalsh(r)[::-1].tolist(),
        "unrotated": matrix(unrotated, names, factor_names(args["nfactors"])),
        "uniquenesses": named(names, fit.uniqueness),
        "communalities": named(names, fit.communality),
        "objective": float(fit.extraction.value[0]),
        "ss_loadings": sums.tolist(),
        "proportion": (sums / len(names)).tolist(),
        "statistics": _statistics(fit),
        "residual_rms": fit.fit.rmsr,
        "rotations": {name: _rotation(unrotated, name, names) for name in args["rotations"]},
    }


def _statistics(fit: factor.FactorResult) -> dict[str, float]:
    """psych's own RMSEA, empirical χ² and `fit` (over all cells of R) from our residuals."""
    own = {theirs: float(getattr(fit.fit, ours)) for theirs, ours in STATISTICS.items()}
    p, squared = len(fit.items), float(np.sum(fit.residuals[~np.eye(len(fit.items), dtype=bool)] ** 2))
    common = fit.sample.matrix - fit.loadings @ fit.structure.T
    own["empirical_chi_square"] = squared * fit.n
    own["fit"] = 1 - float(np.sum(common**2)) / float(np.sum(fit.sample.matrix**2))
    return own | {"rms": float(np.sqrt(squared / (p * (p - 1))))}


def _rotation(unrotated: np.ndarray, name: str, names: list[str]) -> dict[str, Any]:
    rotation, options = ROTATIONS[name]
    found, factors = factor.rotate(unrotated, rotation, options), factor_names(unrotated.shape[1])
    return {
        "loadings": matrix(found.loadings, names, factors),
        "phi": matrix(found.phi, factors, factors),
        "criterion": found.criterion,
    }


def _target(case: Case, corpus: Corpus) -> dict[str, Any]:
    names = case["expected"]["start"]["rownames"]
    goal = np.array(case["expected"]["target"]["values"], dtype=float)
    factors, rows = factor_names(goal.shape[1]), list(map(str, range(1, len(goal) + 1)))
    columns = list(map(str, range(1, goal.shape[1] + 1)))
    fit = factor.fit(columns_of(case, corpus, names), goal.shape[1], rotation="varimax", errors="none")
    start = fit.loadings
    square = factor.rotate(start, "target", {"target": goal, "orthogonal": True})
    oblique = factor.rotate(start, "target", {"target": goal})
    wanted = case["expected"]
    square_signs = _signs(wanted["orthogonal"]["values"], square.loadings)
    return {
        "start": matrix(start, names, factors),
        "target": matrix(goal, rows, columns) | {"values": wanted["target"]["values"]},
        "orthogonal": matrix(square.loadings * square_signs, names, factors),
        "oblique": {
            "loadings": matrix(oblique.loadings, names, factors),
            "phi": matrix(oblique.phi, columns, columns),
        },
    }


def _signs(wanted: Any, got: np.ndarray) -> np.ndarray:
    """Signs that a target of zeros leaves open."""
    return np.where(np.sum(np.array(wanted) * got, axis=0) < 0, -1.0, 1.0)


def _scores(case: Case, corpus: Corpus) -> dict[str, Any]:
    names = case["expected"]["regression"]["weights"]["rownames"]
    text = "\n".join(case["call"])
    m = len(case["expected"]["regression"]["weights"]["colnames"])
    rotation = next(name for name in ROTATIONS if f"ROTS${name}(" in text)
    fit = factor.fit(columns_of(case, corpus, names), m, rotation=ROTATIONS[rotation][0], errors="none")
    return {name: _score_table(fit, SCORES[name], case["expected"][name]) for name in case["expected"]}


def _score_table(fit: factor.FactorResult, method: str, wanted: dict[str, Any]) -> dict[str, Any]:
    found, factors = factor.scores(fit, method=method), factor_names(fit.n_factors)
    head = len(wanted["head"]["rownames"])
    return {
        "weights": matrix(found.weights, fit.items, factors),
        "r2": np.sum(found.weights * fit.structure, axis=0).tolist(),
        "score_correlations": matrix(found.correlations, factors, factors),
        "head": matrix(found.scores[:head], wanted["head"]["rownames"], factors),
    }
