"""Lower bounds and split halves, the greatest lower bound, second-order factors.

With an odd number of items psych's splitHalf goes through the first half of all splits only.
"""

from __future__ import annotations

import re
from math import ceil, comb
from typing import Any

import numpy as np

from mlbc_stats import reliability, sem
from mlbc_stats.reliability.bounds.guttman import bounds_of_cov
from mlbc_stats.reliability.items import read_items
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.selection import model_text, selected


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    expected = case["expected"]
    if "reliabilityL2" in expected or "compRelSEM" in expected:
        return _second_order(case, corpus)
    return _glb(case, corpus) if "communalities" in expected else _bounds(case, corpus)


def _bounds(case: Case, corpus: Corpus) -> dict[str, Any]:
    """On correlations, as psych has them unless told otherwise: pairwise ones for the bounds."""
    import pandas as pd

    items, text = selected(case, corpus), "".join(case["call"])
    standardized = "covar = TRUE" not in text
    found = bounds_of_cov(pd.DataFrame(items).corr().to_numpy() if standardized else read_items(items).cov)
    keyed = items if "check.keys = FALSE" in text else _turned(items)
    values = reliability.split_halves(keyed, missing="pairwise", standardized=standardized).reliabilities
    half = comb(len(items), len(items) // 2) / 2
    looked_at = values[: ceil(half)]
    return {
        **{f"lambda{k}": getattr(found, f"lambda{k}") for k in (1, 2, 3, 5, 6)},
        "lambda4": float(looked_at.max()),
        "alpha": found.lambda3,
        "max_split": float(looked_at.max()),
        "min_split": float(looked_at.min()),
        "beta": float(looked_at.min()),
        "mean_split": float(
            looked_at.sum() / half
        ),  # psych's mean: with an odd number of items not quite one
        "n_splits": len(looked_at),
        "tenberge_mu": list(found.mu),
    }


def _turned(items: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """psych's splitHalf turns items that run against the first component, unless told not to."""
    turned = reliability.against_first_component(items, missing="pairwise")
    return {name: -column if name in turned else column for name, column in items.items()}


def _glb(case: Case, corpus: Corpus) -> dict[str, Any]:
    items = selected(case, corpus)
    found = reliability.greatest_lower_bound(
        items, standardized=True, n_factors=case["expected"].get("n_factors")
    )
    algebraic = "glb.algebraic" in "".join(case["call"])
    return {
        "glb": found.glb if algebraic else found.by_factors,
        "communalities": dict(zip(items, found.communalities, strict=True)),
        "n_factors": found.n_factors,
    }


def _second_order(case: Case, corpus: Corpus) -> dict[str, Any]:
    text = "\n".join(case["call"])
    fit = sem.cfa(model_text(case), corpus.table(case["data"]["file"]), std_lv="std.lv = TRUE" in text)
    named = re.search(r'(?:reliabilityL2\(\w+, *|higher = )"(\w+)"', text)
    assert named is not None
    (found,) = reliability.second_order_omega(fit, named[1])
    constructs = reliability.summary(fit).constructs
    by_model = "obs.var = FALSE" in text
    omega = constructs["omega_model" if by_model else "omega"]
    rows = fit.standardized.rename(columns={"est_std": "est.std"})
    return {
        "reliabilityL2": {
            "omegaL1": found.level1,
            "omegaL2": found.level2,
            "partialOmegaL1": found.partial_level1,
        },
        "compRelSEM": {
            **omega.to_dict(),
            named[1]: found.level1 if by_model else found.level1_observed,
        },
        "standardized": rows[["lhs", "op", "rhs", "est.std"]].to_dict("records"),
    }
