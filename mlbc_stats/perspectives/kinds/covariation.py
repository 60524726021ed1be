"""Fit as covariation: predictors go together in one pattern, and the pattern has the effect."""

from __future__ import annotations

from typing import Any

import pandas as pd

from mlbc_stats import sem
from mlbc_stats.perspectives.asked import Answer, Asked, complete_scores
from mlbc_stats.perspectives.kinds.latent import fitted
from mlbc_stats.theory.verdicts.judging import standardized
from mlbc_stats.theory.verdicts.quantity import Quantity

PATTERN = "coalignment"
LEAST_CFI = 0.95
"""Comparative fit below which the predictors are no single pattern."""
MEASURES = ("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "bic")


def covariation(asked: Asked) -> Answer:
    """A common factor of the predictors (of the second order with measures) against their direct effects.

    Target coefficient: χ² of the direct model over χ² of the pattern, of measured predictors (Marsh & Hocevar 1985).
    """
    data, notes = (asked.data, ()) if asked.latent else complete_scores(asked, 20)
    controls = "".join(f" + {name}" for name in asked.controls)
    parts = " + ".join(asked.predictors)
    one = f"{asked.measurement()}{PATTERN} =~ {parts}\n{asked.outcome} ~ {PATTERN}{controls}\n"
    direct = f"{asked.measurement()}{asked.outcome} ~ {parts}{controls}\n"
    pattern, doubts, more = fitted(lambda: sem.fit(one, data, estimator="MLR", fixed_x=False, std_lv=False))
    rival, _, _ = fitted(lambda: sem.fit(direct, data, estimator="MLR", fixed_x=False))
    quantity = Quantity(PATTERN, *standardized(pattern, f"{asked.outcome} ~ {PATTERN}"))
    table = pd.DataFrame([_row("pattern", pattern, asked), _row("direct effects", rival, asked)])
    doubts = (*doubts, *_doubts(pattern, asked))
    found = {"pattern": pattern, "direct": rival}
    return Answer(quantity, int(pattern.nobs), table, found, doubts, (*notes, *more), _target(table))


def _row(name: str, fit: Any, asked: Asked) -> dict[str, Any]:
    explained = fit.rsquare
    values = {key: float(fit.fit_measures[key]) for key in MEASURES}
    return {"model": name, **values, "r2": float(explained[asked.outcome])}


def _doubts(pattern: Any, asked: Asked) -> tuple[str, ...]:
    doubts = []
    cfi = float(pattern.fit_measures["cfi"])
    if not cfi >= LEAST_CFI:
        doubts.append(f"the predictors are no single pattern: CFI {cfi:.3f} is below {LEAST_CFI}")
    table = pattern.standardized
    loadings = table[(table["op"] == "=~") & (table["lhs"] == PATTERN)]
    if (loadings["est_std"] <= 0).any():
        names = ", ".join(loadings.loc[loadings["est_std"] <= 0, "rhs"])
        doubts.append(f"{names} goes against the pattern: turn it round or leave it out")
    return tuple(doubts)


def _target(table: pd.DataFrame) -> tuple[str, ...]:
    pattern, direct = table["chisq"]
    if not direct > 0 or not pattern > 0 or table["df"].iloc[1] == 0:
        return ()
    return (
        f"target coefficient {direct / pattern:.2f}: the share of the direct model's χ² in the pattern's",
    )
