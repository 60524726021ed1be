"""The same propositions by composite models."""

from __future__ import annotations

from mlbc_stats import theory
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.verdicts import theory_of
from mlbc_stats.theory.composite_engine import CompositeVerdicts


def composites_of(material: Material) -> CompositeVerdicts:
    """Verdicts of composite models on the propositions of the study."""
    return theory.by_composites(
        material.responses, theory_of(material), material.screening, seed=material.study.seed
    )
