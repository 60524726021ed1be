"""Fit the models that propositions need, look at their gates, and say which propositions they cannot decide."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mlbc_stats import sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.parallel import Progress
from mlbc_stats.theory.estimation import Chosen
from mlbc_stats.theory.models import ModelText, observed
from mlbc_stats.theory.structural.columns import GROUP
from mlbc_stats.theory.structural.structures import StructuralModel
from mlbc_stats.theory.verdicts.gates import (
    Gate,
    construct_gates,
    invariance_gate,
    model_gates,
    structural_parameters,
)

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.fitting.sem_result import SemResult
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
            fits[name] = _fit(model, settled, starts.get(name), _part(progress, place, len(models)))
        except (DataError, ModelError, NotServedError) as error:
            failures[name] = textwrap.shorten(str(error), LONGEST, placeholder=" …")
    return FittedModels(fits, failures)


def look_at_gates(
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
        model = models[name]
        try:
            measured = _measured(model, settled) if model.measurement else None
        except (DataError, ModelError):
            measured = None
        part = _part(progress, place, len(fitted.fits))
        limits = _cutoffs(fit, cutoffs if model.plain else 0, seed, part)
        found += model_gates(name, fit, limits, measured if model.structure.products else None)
        if model.structure.groups:
            found.append(_loadings_gate(model, settled))
        if measured is not None:
            found += construct_gates(name, measured, paths_of_factors(model.structure))
    return tuple(found)


def paths_of_factors(model: StructuralModel) -> dict[str, tuple[str, ...]]:
    """Outcome → predictors of a model, factors alone."""
    return {
        outcome: tuple(name for name in names if name in model.factors)
        for outcome, names in model.paths
        if outcome in model.factors
    }


def _loadings_gate(model: ModelText, settled: Chosen) -> Gate:
    """Whether loadings are equal over the groups of a model, without which its paths cannot be compared."""
    structure = replace(model.structure, paths=())
    apart = replace(model, text=model.apart, structure=structure, arguments={"group": GROUP})
    equal = replace(model, text=model.measurement, structure=structure)
    try:
        fits = [_fit(one, settled) for one in (apart, equal)]
    except (DataError, ModelError) as error:
        return invariance_gate(model.id, failure=str(error))
    if not all(fit.converged for fit in fits):
        return invariance_gate(model.id, failure="a model with loadings apart or equal did not converge")
    first, second = (fit.fit_measures for fit in fits)
    return invariance_gate(model.id, second["cfi"] - first["cfi"], second["rmsea"] - first["rmsea"])


def testable_models(
    entries: Iterable[Proposition], models: Mapping[str, ModelText], lacking: Container[str]
) -> dict[str, ModelText]:
    """The models that some proposition can be decided by; those of propositions that lack something are not fitted."""
    wanted = {entry.model for entry in entries if entry.id not in lacking}
    return {name: model for name, model in models.items() if name in wanted}


def impossible(
    entries: Iterable[Proposition], lacking: Mapping[str, str], fitted: FittedModels
) -> dict[str, str]:
    """Proposition → why these answers cannot decide it: what it lacks, or why its model cannot be fitted."""
    failed = {
        entry.id: f"{entry.model} cannot be fitted: {fitted.failures[entry.model]}"
        for entry in entries
        if entry.model in fitted.failures
    }
    return failed | dict(lacking)


def data_of(model: ModelText, settled: Chosen) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The columns that a model is fitted to, and the arguments of `sem.fit` that suit them.

    Rows of a model with groups stand in the order of its groups. Columns made of several answers are never categories:
    ordered answers are those of the items alone, and a model without any is estimated as continuous.

    Raises
    ------
    DataError
        where no unit belongs to a group.
    """
    import pandas as pd

    items = observed(model.text)
    cluster = settled.arguments.get("cluster")
    arguments = settled.arguments | dict(model.arguments)
    if "interactions" in arguments:
        arguments["interactions"] = settled.interactions
    if settled.arguments.get("ordered"):
        ordered = [name for name in items if name not in model.columns]
        if not ordered or model.structure.products:
            arguments |= {"ordered": (), "estimator": "MLR", "missing": "fiml"}
        elif model.columns:
            arguments["ordered"] = ordered
    held = [*items, *([cluster] if cluster else []), *([GROUP] if model.structure.groups else [])]
    frame = settled.frame[held]
    if model.structure.groups:
        rows = [frame[frame[GROUP] == group] for group in model.structure.groups]
        frame = pd.concat(rows)
    return frame, arguments


def _fit(
    model: ModelText, settled: Chosen, start: SemResult | None = None, progress: Progress | None = None
) -> SemResult:
    frame, arguments = data_of(model, settled)
    if model.structure.products and model.structure.factors:
        arguments = _of_products(arguments)
    else:
        arguments |= {"start": start, "progress": progress}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(model.text, frame, kind="sem", std_lv=True, **arguments)


def _of_products(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that suit products of factors: errors are analytic, and QML takes complete units alone."""
    kept = {name: value for name, value in arguments.items() if name not in ("se", "bootstrap", "seed")}
    return kept | ({"missing": "listwise"} if kept["interactions"] == "qml" else {})


def _measured(model: ModelText, settled: Chosen) -> SemResult:
    """The factors of a model, all correlated and in one group."""
    whole = replace(model, text=model.measurement, structure=replace(model.structure, groups=(), paths=()))
    return _fit(replace(whole, arguments={}), settled)


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
