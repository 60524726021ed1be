"""What the stages of one study share: what was answered, which cases are kept, and what is made of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mlbc_stats import bridge
from mlbc_stats.study.config import Study
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.model import Responses
from mlbc_stats.survey.screening.report import ScreeningReport
from mlbc_stats.theory.models import first_order, measured_factors

if TYPE_CHECKING:
    import pandas as pd

Made = TypeVar("Made")


@dataclass(frozen=True)
class Material:
    """The material of one study.

    Attributes
    ----------
    study : the study as its file states it.
    responses, screening : what was answered, which cases are flagged.
    fielded : (id, version) of every instrument file that was asked from.
    made : what was made of it `once`, by function.
    """

    study: Study
    responses: Responses
    screening: ScreeningReport
    fielded: tuple[tuple[str, str], ...] = ()
    made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def instrument(self) -> Instrument:
        """What was asked, in all files together."""
        return self.responses.instrument

    @property
    def synthetic(self) -> bool:
        """True when no respondent gave the answers."""
        return self.responses.synthetic

    @cached_property
    def units(self) -> pd.DataFrame:
        """Keyed items of the cases kept, averaged over the informants of a unit; one row per unit."""
        return bridge.unit_frame(self.responses, self.screening)

    @cached_property
    def asked(self) -> Instrument:
        """The instrument as far as it was asked and answered."""
        return bridge.asked_instrument(self.responses, self.units)

    def named(self, constructs: Iterable[object]) -> tuple[str, ...]:
        """Names of these constructs, given their ids."""
        return tuple(self.asked.construct(str(one)).name for one in constructs)

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """Constructs that the measurement model is about: those of S1 that were asked, else all."""
        return measured_factors(self.asked)

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """Those of them, or their facets, that carry items, in model order."""
        return first_order(self.asked, self.factors)

    @property
    def sources(self) -> tuple[Path, ...]:
        """Files of data that were read, and the screening policy."""
        policy = self.study.screening.policy
        return (*self.study.sources, *([self.study.folder / policy] if policy else []))


def once(make: Callable[[Material], Made]) -> Callable[[Material], Made]:
    """A function of a study's material that is carried out when first asked for, and once.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> material = study.open_study(study.load_study())
    >>> counted = once(lambda material: len(material.units))
    >>> counted(material), list(material.made.values())
    (571, [571])
    """
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def made(material: Material) -> Made:
        if name not in material.made:
            material.made[name] = make(material)
        found: Made = material.made[name]
        return found

    return made
