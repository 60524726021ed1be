"""How the models of a study are estimated."""

from __future__ import annotations

from mlbc_stats import bridge
from mlbc_stats.study.stages.material import Material, once
from mlbc_stats.theory.estimation import Chosen, settle


@once
def settled_of(material: Material) -> Chosen:
    """How models are estimated, and the units they are estimated from."""
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    columns = bridge.unit_columns(material.responses, material.screening)
    return settle(material.study.estimation.asked(material.study.seed), material.units[items], columns)
