"""The models S1 and S2 in lavaan syntax, built from the instrument and the propositions they decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlbc_stats import bridge
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.theory.entries import Proposition

if TYPE_CHECKING:
    import pandas as pd

OUTCOME_SEPARATOR = "_on_"
LABEL = re.compile(r"\b\w+_on_\w+\b")


@dataclass(frozen=True, slots=True)
class StructuralModel:
    """Factors and paths of a model before an instrument gives it items.

    ``factors`` are construct ids; one whose construct has facets becomes a second-order factor over them.
    ``paths`` holds one (outcome, predictors) pair per regression.
    """

    id: str
    title: str
    factors: tuple[str, ...]
    paths: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ModelText:
    """A model ready to be fitted (with ``kind="sem"``, ``std_lv=True``) and what its reader must be told.

    ``structure`` holds the factors and paths that the instrument leaves of the model.
    """

    id: str
    title: str
    text: str
    notes: tuple[str, ...]
    structure: StructuralModel


MODELS: Mapping[str, StructuralModel] = MappingProxyType(
    {
        "S1": StructuralModel(
            id="S1",
            title="Alignment on structure and practices, capability on alignment and practices",
            factors=("TC", "CS", "FTC", "OML", "aln_state", "CAP"),
            paths=(
                ("aln_state", ("TC", "CS", "FTC", "OML")),
                ("CAP", ("aln_state", "FTC", "OML")),
            ),
        ),
        "S2": StructuralModel(
            id="S2",
            title="Rivals: practices reduce complexity and sensitivity themselves",
            factors=("TC", "FTC", "cs_task", "cs_org", "cs_env", "oml_learn", "oml_data"),
            paths=(
                ("TC", ("FTC",)),
                ("cs_task", ("oml_learn", "oml_data")),
                ("cs_org", ("oml_learn", "oml_data")),
                ("cs_env", ("oml_learn", "oml_data")),
            ),
        ),
    }
)


def build_model(name: str, instrument: Instrument, propositions: Iterable[Proposition] = ()) -> ModelText:
    """One model in lavaan syntax, every path labelled ``outcome_on_predictor``.

    Constructs with facets enter as second-order factors; one with two facets holds their loadings equal,
    since it is not identified alone. With ``std_lv=True`` all disturbances of facets are one, so that equal
    loadings mean equal standardized loadings, whatever the marker or the scale of an item. Quantities that
    propositions define (``:=``) are added at the end.

    Raises
    ------
    ModelError
        an unknown model.

    Notes
    -----
    Constructs that the instrument does not hold are left out, with a note.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> model = build_model("S2", survey.load_instrument("mlbc_alignment"))
    >>> [line for line in model.text.splitlines() if line.startswith("TC")]
    ['TC =~ TC_equal*tc_timing + TC_equal*tc_pace', 'TC ~ TC_on_FTC*FTC']
    """
    if name not in MODELS:
        raise ModelError(f"unknown model {name!r}; served: {', '.join(MODELS)}")
    whole = MODELS[name]
    model = reduced(whole, instrument)
    labels = {f"{outcome}{OUTCOME_SEPARATOR}{one}" for outcome, names in model.paths for one in names}
    defined = [
        text
        for entry in propositions
        if entry.model == name
        for text in entry.deciding
        if ":=" in text and labels.issuperset(LABEL.findall(text.split(":=", 1)[1]))
    ]
    lines = [
        "# measurement",
        bridge.measurement_model(instrument, model.factors),
        "# structure",
        *(_regression(outcome, predictors) for outcome, predictors in model.paths),
        *(["# defined", *dict.fromkeys(defined)] if defined else []),
    ]
    notes = (*_absences(whole, model), *_notes(instrument, model))
    return ModelText(name, model.title, "\n".join(lines) + "\n", notes, model)


def build_models(instrument: Instrument, propositions: Iterable[Proposition]) -> dict[str, ModelText]:
    """The models in lavaan syntax that decide these propositions, by id; other models have deciders of their own.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.theory import load_propositions
    >>> list(build_models(survey.load_instrument("mlbc_alignment"), [load_propositions().proposition("M5r")]))
    ['S2']
    """
    needed = tuple(propositions)
    models = {entry.model for entry in needed}
    return {name: build_model(name, instrument, needed) for name in MODELS if name in models}


def items_of(models: Iterable[ModelText], frame: pd.DataFrame) -> list[str]:
    """The items of the models, in the order of the answers."""
    wanted = {row.rhs for model in models for row in parse(model.text) if row.op == "=~"}
    return [str(name) for name in frame.columns if name in wanted]


def reduced(model: StructuralModel, instrument: Instrument) -> StructuralModel:
    """The model without the constructs that the instrument does not hold, and without their paths.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> reduced(MODELS["S1"], survey.load_instrument("context")).paths
    ()
    """
    held = set(instrument.construct_ids)
    paths = (
        (outcome, tuple(name for name in names if name in held))
        for outcome, names in model.paths
        if outcome in held
    )
    return replace(
        model,
        factors=tuple(name for name in model.factors if name in held),
        paths=tuple((outcome, names) for outcome, names in paths if names),
    )


def _absences(whole: StructuralModel, model: StructuralModel) -> tuple[str, ...]:
    absent = [name for name in whole.factors if name not in model.factors]
    if not absent:
        return ()
    verb = "was" if len(absent) == 1 else "were"
    return (
        f"{model.id}: {', '.join(absent)} {verb} not asked by two items or more and left out; the coefficients of the "
        "others are not adjusted for what was left out.",
    )


def measurement_only(instrument: Instrument, factors: Iterable[str]) -> str:
    """The correlated-facets measurement model of the same constructs: every facet a factor, no second order.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> measurement_only(survey.load_instrument("mlbc_alignment"), ["TC"]).count("=~")
    2
    """
    return bridge.measurement_model(instrument, factors, higher_order=False)


def first_order(instrument: Instrument, factors: Iterable[str]) -> tuple[str, ...]:
    """Ids of the constructs that carry items: the facets where there are any, else the construct itself.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> first_order(survey.load_instrument("mlbc_alignment"), ["TC", "aln_state"])
    ('tc_timing', 'tc_pace', 'aln_state')
    """
    return tuple(part for factor in factors for part in (_facets(instrument, factor) or (factor,)))


def _facets(instrument: Instrument, factor: str) -> tuple[str, ...]:
    instrument.construct(factor)
    return tuple(facet.id for facet in instrument.facets(factor))


def _regression(outcome: str, predictors: Iterable[str]) -> str:
    return f"{outcome} ~ " + " + ".join(f"{outcome}{OUTCOME_SEPARATOR}{name}*{name}" for name in predictors)


def _notes(instrument: Instrument, model: StructuralModel) -> tuple[str, ...]:
    counts = {factor: len(_facets(instrument, factor)) for factor in model.factors}
    higher = [factor for factor, count in counts.items() if count]
    equal = [factor for factor, count in counts.items() if count == 2]
    composites = [name for name in higher if instrument.construct(name).measurement == "composite"]
    notes = []
    if higher:
        notes.append(f"{model.id}: {', '.join(higher)} enter as second-order factors of their facets.")
    if composites:
        notes.append(
            f"{model.id}: the theory reads {', '.join(composites)} as composites; the "
            "reflective second-order form still stands in for them."
        )
    if equal:
        notes.append(f"{model.id}: the two facets of {', '.join(equal)} are held to equal loadings (std_lv).")
    return tuple(notes)
