"""What the stages of one study share: responses, screening, and the models fitted once."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats import bridge, reliability, sem, theory
from mlbc_stats.errors import MlbcWarning, StudyError
from mlbc_stats.study.config import Study
from mlbc_stats.study.model_screening import screen
from mlbc_stats.study.preregistration.registered import read_preregistration
from mlbc_stats.study.sources import read_sources
from mlbc_stats.study.stages.sections.resamples import Resampled, resample, resampled_ratios
from mlbc_stats.study.stages.sections.scales import Scales, read_scales
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.model import Responses
from mlbc_stats.survey.screening.report import ScreeningReport
from mlbc_stats.theory.composite_engine import CompositeVerdicts
from mlbc_stats.theory.estimation import Chosen, settle
from mlbc_stats.theory.models import first_order, measured_factors, measurement_only
from mlbc_stats.theory.verdicts.results import TheoryResult

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability.construct_summary import ReliabilitySummary
    from mlbc_stats.sem.fitting.sem_result import SemResult


@dataclass(frozen=True)
class Material:
    """The material of one study; what is costly is made when first asked for, and once.

    Attributes
    ----------
    study : the study as its file states it.
    responses, screening : what was answered, which cases are flagged.
    fielded : (id, version) of every instrument file that was asked from.
    """

    study: Study
    responses: Responses
    screening: ScreeningReport
    fielded: tuple[tuple[str, str], ...] = ()

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
    def cfa_text(self) -> str:
        """The measurement model in lavaan syntax."""
        return measurement_only(self.asked, self.factors) + "\n"

    @cached_property
    def settled(self) -> Chosen:
        """How models are estimated, and the units they are estimated from."""
        items = [item.id for name in self.facets for item in self.asked.items_of(name)]
        columns = bridge.unit_columns(self.responses, self.screening)
        return settle(self.study.estimation.asked(self.study.seed), self.units[items], columns)

    @cached_property
    def cfa(self) -> SemResult:
        """The measurement model with correlated facets."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            return sem.fit(
                self.cfa_text, self.settled.frame, kind="cfa", std_lv=True, **self.settled.arguments
            )

    @cached_property
    def second_order(self) -> SemResult:
        """The same items with every construct of facets as a second-order factor, all constructs correlated."""
        text = bridge.measurement_model(self.asked, self.factors)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            return sem.fit(text, self.settled.frame, kind="cfa", std_lv=True, **self.settled.arguments)

    @cached_property
    def scales(self) -> Scales:
        """α, ω and score of every facet."""
        return read_scales(self.units, self.asked, self.facets)

    @cached_property
    def validity(self) -> ReliabilitySummary:
        """Reliability and validity of the factors of the measurement model."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            return reliability.summary(self.cfa)

    @cached_property
    def ratios(self) -> tuple[pd.DataFrame | None, str]:
        """HTMT of every pair of facets with its intervals, and what a reader must know of them."""
        scales = {name: [item.id for item in self.asked.items_of(name)] for name in self.facets}
        settled, study = self.settled, self.study
        return resampled_ratios(settled.frame, scales, settled.arguments, study.resamples, study.seed)

    @cached_property
    def s1_draws(self) -> Resampled:
        """Resamples of S1, whose indirect effects need them."""
        if "S1" not in self.theory.fits:
            return Resampled(None, "No indirect effects: S1 was not fitted.")
        text, settled, study = self.theory.models["S1"].text, self.settled, self.study
        return resample(text, settled.frame, "sem", settled.arguments, study.resamples, study.seed)

    @cached_property
    def theory(self) -> TheoryResult:
        """Verdicts on the study's propositions with the models behind them."""
        return theory.test(
            self.responses,
            self.study.propositions or None,
            self.screening,
            planned=self.planned,
            **self.study.estimation.arguments(),
            seed=self.study.seed,
        )

    @property
    def planned(self) -> tuple[str, ...]:
        """Families whose power was planned, as the preregistration has it."""
        registered = read_preregistration(self.study)
        return () if registered is None else registered.planned_families

    @cached_property
    def composites(self) -> CompositeVerdicts:
        """The same propositions by composite models."""
        return theory.by_composites(self.responses, self.theory, self.screening, seed=self.study.seed)

    @property
    def sources(self) -> tuple[Path, ...]:
        """Files of data that were read, and the screening policy."""
        policy = self.study.screening.policy
        return (*self.study.sources, *([self.study.folder / policy] if policy else []))


def open_study(study: Study) -> Material:
    """Read the files of a study, join them by unit and screen the cases.

    Raises
    ------
    StudyError
        when responses cannot be found, or screening takes out every case.
    InstrumentError, ResponseError
        for what is wrong in the files, with line and item.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> material = open_study(study.load_study())
    >>> material.synthetic
    True
    """
    answers = read_sources(study)
    screening = screen(answers.responses, **study.screening.arguments(study.folder))
    if not screening.kept.any():
        raise StudyError(_nobody_left(screening))
    return Material(study, answers.responses, screening, answers.fielded)


def _nobody_left(screening: ScreeningReport) -> str:
    table = screening.table()
    hit = table[table["excludes"] & (table["flagged"] > 0)]
    rules = ", ".join(f"{rule} {count}" for rule, count in zip(hit["rule"], hit["flagged"], strict=True))
    return (
        f"screening takes out all of the {len(screening.kept)} cases ({rules}); look at what these rules measure, and "
        "change their thresholds or exclude under screening in the study"
    )
