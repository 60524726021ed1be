"""The lines of a model text: factors, paths, and what a reader must know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mlbc_stats import bridge
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.theory.structural.columns import GROUP, OF_ORGANIZATIONS, can_be_made
from mlbc_stats.theory.structural.structures import COMPOSITES, StructuralModel

OUTCOME_SEPARATOR, PRODUCT_SEPARATOR, GROUP_SEPARATOR = "_on_", "_x_", "__"
PRODUCT_ARGUMENTS: Mapping[str, Any] = MappingProxyType({"interactions": "qml"})
"""How products of factors are estimated unless told otherwise."""


def reduced(model: StructuralModel, instrument: Instrument) -> StructuralModel:
    """The model without the constructs that the instrument does not hold, and without their paths.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.theory.structural.structures import MODELS
    >>> reduced(MODELS["S1"], survey.load_instrument("context")).paths
    ()
    """
    parcels = parcel_columns(instrument, model)
    factors = tuple(
        name
        for name in model.factors
        if (name in parcels if name in model.parcels else name in instrument.construct_ids)
    )
    columns = tuple(name for name in model.columns if can_be_made(name, instrument))
    held = {*factors, *columns}
    paths = (
        (outcome, tuple(name for name in names if set(name.split(":")) <= held))
        for outcome, names in model.paths
        if outcome in held
    )
    return replace(
        model,
        factors=factors,
        columns=columns,
        paths=tuple((outcome, names) for outcome, names in paths if names),
    )


def parcel_columns(instrument: Instrument, model: StructuralModel) -> dict[str, tuple[str, ...]]:
    """Factor → the scale means that measure it, as far as two of them or more were asked."""
    held = set(instrument.construct_ids)
    named = {
        factor: tuple(name for name in facet_ids(instrument, factor) if name in held)
        for factor in model.parcels
        if factor in held and factor in model.factors
    }
    return {factor: names for factor, names in named.items() if len(names) >= bridge.FEWEST}


def absence_notes(whole: StructuralModel, model: StructuralModel) -> tuple[str, ...]:
    """What the instrument does not hold of a model."""
    names = (*whole.factors, *whole.columns)
    absent = [name for name in names if name not in (*model.factors, *model.columns)]
    if not absent:
        return ()
    verb = "was" if len(absent) == 1 else "were"
    return (
        f"{model.id}: {', '.join(absent)} {verb} not asked by two items or more and left out; the coefficients of the "
        "others are not adjusted for what was left out.",
    )


def measurement_text(instrument: Instrument, model: StructuralModel, apart: bool = False) -> str:
    """The factors of a model: by items and facets, or by scale means where the model says so.

    Two loadings of one factor are equal, else the factor is not identified by itself.

    Parameters
    ----------
    apart : whether those are apart in each of the model's groups.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.theory.structural.structures import MODELS
    >>> print(measurement_text(survey.load_instrument("mlbc_alignment"), MODELS["S4"]).splitlines()[0])
    TC =~ TC_equal*tc_timing + TC_equal*tc_pace
    """
    parcels = parcel_columns(instrument, model)
    rest = [name for name in model.factors if name not in parcels]
    lines = [
        f"{factor} =~ "
        + " + ".join((_equal(model, factor, apart) if len(names) == 2 else "") + name for name in names)
        for factor, names in parcels.items()
    ]
    return "\n".join([*lines, *([bridge.measurement_model(instrument, rest)] if rest else [])])


def _equal(model: StructuralModel, factor: str, apart: bool) -> str:
    if not apart:
        return f"{factor}_equal*"
    return f"c({', '.join(f'{factor}_equal{GROUP_SEPARATOR}{group}' for group in model.groups)})*"


def structure_lines(model: StructuralModel) -> list[str]:
    """The regressions of a model, every path labelled; within and between organizations where it has levels."""
    regressions = [_regression(model, outcome, predictors) for outcome, predictors in model.paths]
    if not model.levels:
        return regressions
    within = [
        (outcome, [name for name in names if not name.startswith(OF_ORGANIZATIONS)])
        for outcome, names in model.paths
    ]
    return [
        "level: 1",
        *(f"  {outcome} ~ {' + '.join(names)}" for outcome, names in within if names),
        "level: 2",
        *(f"  {line}" for line in regressions),
    ]


def _regression(model: StructuralModel, outcome: str, predictors: Iterable[str]) -> str:
    def term(name: str) -> str:
        labels = path_labels(model, outcome, name)
        return f"{labels[0] if len(labels) == 1 else 'c(' + ', '.join(labels) + ')'}*{name}"

    return f"{outcome} ~ " + " + ".join(term(name) for name in predictors)


def path_labels(model: StructuralModel, outcome: str, predictor: str) -> tuple[str, ...]:
    """Labels of a path: one, or one for each group.

    Examples
    --------
    >>> from mlbc_stats.theory.structural.structures import MODELS
    >>> path_labels(MODELS["S3"], "aln_state", "FTC:TC")
    ('aln_state_on_FTC_x_TC',)
    """
    label = f"{outcome}{OUTCOME_SEPARATOR}{predictor.replace(':', PRODUCT_SEPARATOR)}"
    return tuple(f"{label}{GROUP_SEPARATOR}{group}" for group in model.groups) or (label,)


def fit_arguments(model: StructuralModel) -> Mapping[str, Any]:
    """What `sem.fit` must be told beside kind and std_lv."""
    products = dict(PRODUCT_ARGUMENTS) if model.products else {}
    groups = {"group": GROUP, "group_equal": "loadings"} if model.groups else {}
    return MappingProxyType(products | groups)


def model_notes(instrument: Instrument, model: StructuralModel) -> tuple[str, ...]:
    """What a reader of the model must know of it."""
    parcels = parcel_columns(instrument, model)
    plain = [name for name in model.factors if name in instrument.construct_ids and name not in parcels]
    counts = {factor: len(facet_ids(instrument, factor)) for factor in plain}
    higher = [factor for factor, count in counts.items() if count]
    equal = [factor for factor, count in counts.items() if count == 2]
    composites = [name for name in higher if instrument.construct(name).measurement == "composite"]
    notes = []
    if parcels:
        notes.append(f"{model.id}: {', '.join(parcels)} are measured by scale means of their parts.")
    if model.products and model.factors:
        notes.append(
            f"{model.id}: products of factors by quasi maximum likelihood, normal factors and complete units; fit with "
            'interactions="qml", or "lms" (incomplete units too) or "product" (product indicators).'
        )
    made = [name for name in model.columns if name.removeprefix(OF_ORGANIZATIONS) in COMPOSITES]
    if made:
        notes.append(
            f"{model.id}: {', '.join(made)} are observed composites, means of scale means with equal weights; "
            "measurement error is not taken out of them."
        )
    if model.groups:
        notes.append(
            f"{model.id}: groups {', '.join(model.groups)} in the column {GROUP}, rows in this order; loadings equal "
            'over groups (group_equal="loadings").'
        )
    if model.levels:
        notes.append(
            f"{model.id}: scale means as observed; paths of level 2 are those between organizations, and the column of "
            "organizations is the cluster."
        )
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


def facet_ids(instrument: Instrument, factor: str) -> tuple[str, ...]:
    """Ids of the facets of a construct."""
    instrument.construct(factor)
    return tuple(facet.id for facet in instrument.facets(factor))
