"""Fit the models that propositions need, look at their gates, and say which propositions they cannot decide."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlbc_stats import bridge, sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.parallel import Progress
from mlbc_stats.theory.deciders.seam import Given
from mlbc_stats.theory.estimation import Chosen
from mlbc_stats.theory.models import ModelText
from mlbc_stats.theory.obstacles import (
    absent_constructs,
    design_obstacle,
    not_asked,
    unmodelled_obstacle,
)
from mlbc_stats.theory.verdicts.gates import (
    Gate,
    construct_gates,
    model_gates,
    structural_parameters,
)

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.theory.entries import Proposition

LONGEST = 300
"""Characters of a reason why a model cannot be fitted."""


@dataclass(frozen=True, slots=True)
class FittedModels:
    """Fits by model, and of the others why these answers cannot carry them."""

    fits: Mapping[str, SemResult]
    failures: Mapping[str, str]


def fit_models(
    models: Mapping[str, ModelText],
    settled: Chosen,
    starts: Mapping[str, SemResult] = MappingProxyType({}),
    progress: Progress | None = None,
) -> FittedModels:
    """Every model once; warnings stay on the results, where the gates read them.

    Parameters
    ----------
    starts : fits of the same models to begin the search from; progress : of the resamples, where there are some.
    """
    fits: dict[str, SemResult] = {}
    failures: dict[str, str] = {}
    for place, (name, model) in enumerate(models.items()):
        if not model.structure.paths:
            failures[name] = "none of its paths was asked about"
            continue
        try:
            fits[name] = _fit(model.text, settled, starts.get(name), _part(progress, place, len(models)))
        except (DataError, ModelError) as error:
            failures[name] = textwrap.shorten(str(error), LONGEST, placeholder=" …")
    return FittedModels(fits, failures)


def look_at_gates(
    instrument: Instrument,
    models: Mapping[str, ModelText],
    fitted: FittedModels,
    settled: Chosen,
    cutoffs: int,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Gate, ...]:
    """Every gate of every model that was fitted; cutoffs from so many simulated samples, 0 for conventional ones."""
    found: list[Gate] = []
    for place, (name, fit) in enumerate(fitted.fits.items()):
        found += model_gates(
            name, fit, _cutoffs(fit, cutoffs, seed, _part(progress, place, len(fitted.fits)))
        )
        model = models[name].structure
        try:
            measured = _fit(bridge.measurement_model(instrument, model.factors), settled)
        except (DataError, ModelError):
            continue
        found += construct_gates(name, measured, dict(model.paths))
    return tuple(found)


def impossible(
    entries: Iterable[Proposition], models: Mapping[str, ModelText], fitted: FittedModels, given: Given
) -> dict[str, str]:
    """Proposition → why these answers cannot decide it; only those that they cannot."""
    reasons = {entry.id: _obstacle(entry, models, fitted, given) for entry in entries}
    return {name: reason for name, reason in reasons.items() if reason}


def _obstacle(entry: Proposition, models: Mapping[str, ModelText], fitted: FittedModels, given: Given) -> str:
    if entry.model not in models:
        lacking = unmodelled_obstacle(entry, given)
        return lacking.reason if lacking else ""
    absent = absent_constructs(entry, models[entry.model].structure)
    if absent:
        return not_asked(absent)
    lacking = design_obstacle(entry, given.responses, given.screening)
    if lacking:
        return lacking.reason
    if entry.model in fitted.failures:
        return f"{entry.model} cannot be fitted: {fitted.failures[entry.model]}"
    return ""


def _fit(
    text: str, settled: Chosen, start: SemResult | None = None, progress: Progress | None = None
) -> SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(
            text,
            settled.frame,
            kind="sem",
            std_lv=True,
            start=start,
            progress=progress,
            **settled.arguments,
        )


def _part(progress: Progress | None, place: int, parts: int) -> Progress | None:
    """Progress of one of several parts as that of the whole."""
    if progress is None:
        return None
    return lambda done, total: progress(place * total + done, parts * total)


def _cutoffs(
    fit: SemResult, replications: int, seed: int, progress: Progress | None
) -> sem.FitCutoffs | None:
    """Simulated cutoffs; None where they are not wanted or cannot be had."""
    if not replications or not fit.converged or fit.nobs < structural_parameters(fit.table):
        return None
    try:
        return sem.fit_cutoffs(fit, replications, seed=seed, progress=progress)
    except (ModelError, NotServedError):
        return None
