"""The models S1 and S2 in lavaan syntax, built from the instrument and the propositions they decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mlbc_stats import bridge
from mlbc_stats.errors import ModelError
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.theory.propositions import Proposition

OUTCOME_SEPARATOR = "_on_"


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
    """A model ready to be fitted (with ``kind="sem"``, ``std_lv=True``) and what its reader must be told."""

    id: str
    title: str
    text: str
    notes: tuple[str, ...]


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
    InstrumentError
        a construct that the instrument does not hold.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> model = build_model("S2", survey.load_instrument("mlbc_alignment"))
    >>> [line for line in model.text.splitlines() if line.startswith("TC")]
    ['TC =~ TC_equal*tc_timing + TC_equal*tc_pace', 'TC ~ TC_on_FTC*FTC']
    """
    if name not in MODELS:
        raise ModelError(f"unknown model {name!r}; served: {', '.join(MODELS)}")
    model = MODELS[name]
    defined = [
        text for entry in propositions if entry.model == name for text in entry.deciding if ":=" in text
    ]
    lines = [
        "# measurement",
        bridge.measurement_model(instrument, model.factors),
        "# structure",
        *(_regression(outcome, predictors) for outcome, predictors in model.paths),
        *(["# defined", *dict.fromkeys(defined)] if defined else []),
    ]
    return ModelText(name, model.title, "\n".join(lines) + "\n", _notes(instrument, model))


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
            f"{model.id}: the theory reads {', '.join(composites)} as composites; until composites are "
            "served the reflective second-order form stands in for them."
        )
    if equal:
        notes.append(f"{model.id}: the two facets of {', '.join(equal)} are held to equal loadings (std_lv).")
    return tuple(notes)
