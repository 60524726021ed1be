"""The models in lavaan syntax, built from the instrument and the propositions they decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlbc_stats import bridge
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.structural.columns import GROUP, scale_items, sources
from mlbc_stats.theory.structural.model_lines import (
    absence_notes,
    facet_ids,
    fit_arguments,
    measurement_text,
    model_notes,
    parcel_columns,
    path_labels,
    reduced,
    structure_lines,
)
from mlbc_stats.theory.structural.structures import MODELS, StructuralModel

if TYPE_CHECKING:
    import pandas as pd

MARKER = "marker"
"""Construct that is unrelated to the theory by intention."""
LABEL = re.compile(r"\b\w+_on_\w+\b")


@dataclass(frozen=True, slots=True)
class ModelText:
    """A model ready to be fitted (with ``kind="sem"``, ``std_lv=True``) and what its reader must be told.

    Attributes
    ----------
    structure : the factors and paths that the instrument leaves of the model.
    measurement : its factors alone, all correlated; "" where it has none; apart : the same, apart in every group.
    columns : observed columns made of the answers; items : those behind them.
    arguments : further arguments of `sem.fit`.
    """

    id: str
    title: str
    text: str
    notes: tuple[str, ...]
    structure: StructuralModel
    measurement: str = ""
    apart: str = ""
    columns: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether it is one set of paths over one group and level, without products."""
        return not (self.structure.products or self.structure.groups or self.structure.levels)

    @property
    def linear(self) -> str:
        """The model without products, labels and definitions."""
        paths = (
            (outcome, [name for name in names if ":" not in name]) for outcome, names in self.structure.paths
        )
        return "\n".join([self.measurement, *(f"{one} ~ {' + '.join(names)}" for one, names in paths)]) + "\n"


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
    labels = {
        label for outcome, names in model.paths for one in names for label in path_labels(model, outcome, one)
    }
    defined = [
        text
        for entry in propositions
        if entry.model == name
        for text in entry.deciding
        if ":=" in text and labels.issuperset(LABEL.findall(text.split(":=", 1)[1]))
    ]
    measurement = measurement_text(instrument, model)
    lines = [
        *(["# measurement", measurement, "# structure"] if measurement else []),
        *structure_lines(model),
        *(["# defined", *dict.fromkeys(defined)] if defined else []),
    ]
    columns = (
        *(name for names in parcel_columns(instrument, model).values() for name in names),
        *model.columns,
    )
    behind = (construct for column in columns for construct in sources(column))
    return ModelText(
        id=name,
        title=model.title,
        text="\n".join(lines) + "\n",
        notes=(*absence_notes(whole, model), *model_notes(instrument, model)),
        structure=model,
        measurement=measurement,
        apart=measurement_text(instrument, model, apart=True) if model.groups else "",
        columns=(*columns, *([GROUP] if model.groups else [])),
        items=tuple(dict.fromkeys(item for one in behind for item in scale_items(instrument, one))),
        arguments=fit_arguments(model),
    )


def observed(text: str) -> tuple[str, ...]:
    """Names in a model text that are columns of the data.

    Examples
    --------
    >>> observed("f =~ a + b\\nf ~ size + g:f\\ng =~ c + d")
    ('a', 'b', 'size', 'c', 'd')
    """
    rows = [row for row in parse(text) if row.op in ("=~", "~", "~~")]
    latent = {row.lhs for row in rows if row.op == "=~"}
    names = [name for row in rows for side in (row.lhs, row.rhs) for name in side.split(":")]
    return tuple(dict.fromkeys(name for name in names if name not in latent and name not in ("", "1")))


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
    """The items of the models, and those behind their columns, in the order of the answers."""
    texts = tuple(models)
    named = {name for model in texts for name in observed(model.text) if name not in model.columns}
    wanted = named | {name for model in texts for name in model.items}
    return [str(name) for name in frame.columns if name in wanted]


def columns_of(models: Iterable[ModelText]) -> tuple[str, ...]:
    """The columns made of the answers that the models take as observed."""
    return tuple(dict.fromkeys(name for model in models for name in model.columns))


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
    return tuple(part for factor in factors for part in (facet_ids(instrument, factor) or (factor,)))


def measured_factors(instrument: Instrument) -> tuple[str, ...]:
    """Constructs that a measurement model of this survey is about: those of S1, and where none of them was asked all.

    Of a survey without S1's constructs: every construct with facets or with several items of its own that reflect it;
    the marker, single questions and indices are not.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> measured_factors(survey.load_instrument("mlbc_alignment"))
    ('TC', 'CS', 'FTC', 'OML', 'aln_state', 'CAP')
    >>> measured_factors(survey.load_instrument("ai_scaling_inventory"))
    ('dp', 'ti', 'am', 'gv', 'ac', 'os')
    """
    return reduced(MODELS["S1"], instrument).factors or tuple(
        entry.id for entry in instrument.constructs if entry.parent is None and _scale_of(instrument, entry)
    )


def _scale_of(instrument: Instrument, construct: Construct) -> bool:
    """Whether items reflect a construct, or its facets."""
    if facet_ids(instrument, construct.id):
        return True
    several = len(instrument.items_of(construct.id)) > 1
    return several and construct.measurement == "reflective" and construct.id != MARKER
