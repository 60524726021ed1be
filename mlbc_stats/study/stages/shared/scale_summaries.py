"""The scales, for every stage that shows them."""

from __future__ import annotations

from mlbc_stats.study.stages.material import Material, once
from mlbc_stats.study.stages.sections.scales import Scales, read_scales


@once
def scales_of(material: Material) -> Scales:
    """α, ω and score of every facet."""
    return read_scales(material.units, material.asked, material.facets)
