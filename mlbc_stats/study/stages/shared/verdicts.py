"""The verdicts of a study, with the models behind them."""

from __future__ import annotations

from mlbc_stats import theory
from mlbc_stats.study.preregistration.registered import read_preregistration
from mlbc_stats.study.stages.material import Material, once
from mlbc_stats.theory.verdicts.results import TheoryResult


@once
def theory_of(material: Material) -> TheoryResult:
    """Verdicts on the study's propositions with the models behind them."""
    study = material.study
    return theory.test(
        material.responses,
        study.propositions or None,
        material.screening,
        planned=_planned(material),
        **study.estimation.arguments(),
        seed=study.seed,
    )


def _planned(material: Material) -> tuple[str, ...]:
    """Families whose power was planned, as the preregistration has it."""
    registered = read_preregistration(material.study)
    return () if registered is None else registered.planned_families
