"""Stage 6: what the data say about each proposition."""

from __future__ import annotations

from dataclasses import replace

from mlbc_stats.report import forest, verdict_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory import Outcome, TheoryResult

GATE = (
    "Before a verdict is believed, the scales must measure what they should: fit, loadings and discriminant "
    "validity stand with the measurement model. Invariance over groups is not tested yet."
)


def verdicts(material: Material) -> Stage:
    """The verdicts with the rule, the intervals and the smallest effect of interest behind them."""
    result = material.theory
    found = result.verdicts
    return Stage(
        name="verdicts",
        title="Verdicts",
        short=_sentence(result),
        text=(GATE, result.notes),
        tables=(verdict_table(found, result.decision_rule, synthetic=material.synthetic),),
        figures=(replace(forest(found, synthetic=material.synthetic), identifier="intervals"),),
        problems=tuple(f"{verdict.proposition}: {verdict.gate}" for verdict in found if verdict.gate),
    )


def _sentence(result: TheoryResult) -> str:
    """The propositions by their outcome."""
    by_outcome = {
        outcome.value: [v.proposition for v in result.verdicts if v.outcome is outcome] for outcome in Outcome
    }
    return "; ".join(f"{outcome}: {', '.join(names)}" for outcome, names in by_outcome.items() if names) + "."
