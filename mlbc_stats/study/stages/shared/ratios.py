"""HTMT of the facets with its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.study.stages.material import Material, once
from mlbc_stats.study.stages.sections.resamples import resampled_ratios
from mlbc_stats.study.stages.shared.settled import settled_of

if TYPE_CHECKING:
    import pandas as pd


@once
def ratios_of(material: Material) -> tuple[pd.DataFrame | None, str]:
    """HTMT of every pair of facets with its intervals, and what a reader must know of them."""
    scales = {name: [item.id for item in material.asked.items_of(name)] for name in material.facets}
    settled, study = settled_of(material), material.study
    return resampled_ratios(settled.frame, scales, settled.arguments, study.resamples, study.seed)
