"""The measurement model: its text, its fit, its second-order form, its reliability and validity."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from mlbc_stats import bridge, reliability, sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.study.stages.material import Material, once
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.theory.models import measurement_only

if TYPE_CHECKING:
    from mlbc_stats.reliability.construct_summary import ReliabilitySummary
    from mlbc_stats.sem.fitting.sem_result import SemResult


@once
def measurement_fit(material: Material) -> SemResult:
    """The measurement model with correlated facets."""
    return _fit(measurement_text(material), material)


def measurement_text(material: Material) -> str:
    """The measurement model in lavaan syntax."""
    return measurement_only(material.asked, material.factors) + "\n"


@once
def second_order_fit(material: Material) -> SemResult:
    """The same items with every construct of facets as a second-order factor, all constructs correlated."""
    return _fit(bridge.measurement_model(material.asked, material.factors), material)


@once
def validity_of(material: Material) -> ReliabilitySummary:
    """Reliability and validity of the factors of the measurement model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return reliability.summary(measurement_fit(material))


def _fit(text: str, material: Material) -> SemResult:
    settled = settled_of(material)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(text, settled.frame, kind="cfa", std_lv=True, **settled.arguments)
