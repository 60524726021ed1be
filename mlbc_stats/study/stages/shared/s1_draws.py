"""Resamples of S1, whose indirect effects need them."""

from __future__ import annotations

from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.sections.resamples import Resampled, resample
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.study.stages.shared.verdicts import theory_of


def draws_of_s1(material: Material) -> Resampled:
    """Draws of S1 as the study asks for them, or why there are none."""
    if "S1" not in theory_of(material).fits:
        return Resampled(None, "No indirect effects: S1 was not fitted.")
    text, settled, study = theory_of(material).models["S1"].text, settled_of(material), material.study
    return resample(text, settled.frame, "sem", settled.arguments, study.resamples, study.seed)
