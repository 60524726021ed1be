"""One entry of the registry: a proposition, what decides it, and the data it needs."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.counted import counted
from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Sentence
from mlbc_stats.theory.structural.structures import COMPOSITES

Effect = Annotated[float, Field(gt=0, lt=1)]
Sign = Literal["positive", "negative", "unsigned"]
DecisionForm = Literal[
    "single",
    "intersection_union",
    "contrast",
    "non_inferiority",
    "ordered_steps",
    "necessity",
    "model_comparison",
    "hazard",
]
"""How quantities make a verdict; :mod:`mlbc_stats.theory.verdicts.decision_forms` states the rule of each."""
DERIVED = re.compile(r"\b(?:org_)?([A-Za-z]\w*?)(?:_spread|_level|_later|_earlier|_x_\w+)?\b")
"""A construct, or a column or an occasion of one."""
DIRECTION = {"positive": 1, "negative": -1, "unsigned": 0}


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Family:
    """Propositions whose errors are counted together."""

    role: Literal["confirmatory", "exploratory", "gate"]
    """Confirmatory families are adjusted by Holm, exploratory ones are not; a gate comes before the others."""
    about: Sentence
    """What holds the family together."""
    planned: StrictBool = False
    """Whether the family is confirmatory only where a power of .80 was planned, and exploratory elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Design:
    """The data a proposition needs before its verdict is more than an association."""

    unit: Literal["solution", "organization"] = "solution"
    """What is compared: solutions or organizations."""
    waves: Annotated[StrictInt, Field(ge=1)]
    """Number of measurement occasions."""
    informants: Literal["one", "several", "split"]
    """One informant a unit, several, or predictor and outcome from different ones."""
    groups: Annotated[StrictInt, Field(ge=1)] = 1
    """Number of groups compared."""
    by: Literal["phase"] | None = None
    """What makes the groups."""
    levels: Annotated[StrictInt, Field(ge=1, le=2)] = 1
    """2 where units must nest in organizations, with several units in many of them."""
    per_unit: Annotated[StrictInt, Field(ge=1)] = 1
    """Informants that each unit needs about the same construct."""
    further: tuple[Sentence, ...] = ()
    """What must be asked that no shipped instrument asks."""

    @property
    def needs(self) -> str:
        """The design in words.

        Examples
        --------
        >>> Design(waves=3, informants="several").needs
        'solutions in 3 waves'
        >>> Design(waves=1, informants="split", levels=2).needs
        'solutions, predictor and outcome from different informants, several solutions in each of many organizations'
        """
        parts = [
            f"{self.unit}s" + (f" in {counted(self.waves, 'wave')}" if self.waves > 1 else ""),
            "predictor and outcome from different informants" if self.informants == "split" else "",
            f"{self.groups} groups by {self.by or 'a column'}" if self.groups > 1 else "",
            "several solutions in each of many organizations" if self.levels > 1 else "",
            f"{self.per_unit} informants a {self.unit} or more" if self.per_unit > 1 else "",
            *(f"{wanted} asked" for wanted in self.further),
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Beside:
    """A quantity that is reported beside a verdict and never decides."""

    model: Identifier
    """The model that holds it."""
    quantity: Sentence
    """The quantity, written as a deciding one."""
    sign: Sign
    """The side on which it is expected."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED, repr=False)
class Proposition(Shown):
    """One statement of the theory and how data decide on it.

    Examples
    --------
    >>> from mlbc_stats import theory
    >>> found = theory.load_propositions().proposition("M8a")
    >>> isinstance(found, Proposition), found.sign, found.decision
    (True, 'negative', 'intersection_union')
    """

    id: Identifier
    """Short id, as in the theory (M1, M5r)."""
    statement: Sentence
    """The proposition in our own words."""
    source: Identifier
    """Key of the paper among the sources."""
    locator: Sentence
    """Sections and tables of the paper."""
    reading: Literal["literal", "derived"]
    """Whether the paper says it or we read it so."""
    model: Identifier
    """The model that decides, of those that the file names."""
    fragment: Sentence
    """What it says of the constructs, in lavaan syntax where a model in that syntax decides."""
    deciding: tuple[Sentence, ...]
    """Deciding quantities: paths ("y ~ x", "y ~ x:z"), defined ones ("name := expression of y_on_x labels"); of other
    forms necessity ("x -> y"), order ("a > b > c", "y: 1 < 2"), rivals ("stated < rival")."""
    beside: tuple[Beside, ...] = ()
    """Quantities reported beside the verdict, exploratory."""
    sign: Sign
    """The predicted side of every deciding quantity; unsigned where only an effect is predicted."""
    smallest_effect: Effect
    """Smallest effect of interest, standardized or on the scale of the form."""
    decision: DecisionForm
    """How the quantities make the verdict."""
    design: Design
    """Data it needs."""
    family: Identifier
    """Key of its family."""
    rivals: tuple[Identifier, ...] = ()
    """Propositions that explain the same data otherwise."""
    note: Sentence | None = None
    """What a reader of the verdict must know."""

    @property
    def direction(self) -> int:
        """The predicted sign as +1 or -1; 0 where no side is predicted."""
        return DIRECTION[self.sign]


def constructs_in(entry: Proposition, known: Container[str]) -> tuple[str, ...]:
    """Constructs that the fragment and the deciding quantities of a proposition name, in order.

    Examples
    --------
    >>> from mlbc_stats import theory
    >>> entry = theory.load_propositions().proposition("M16")
    >>> constructs_in(entry, {"aln_state", "ftc_expect", "TC"})
    ('aln_state', 'ftc_expect')
    """
    words = DERIVED.findall(" ".join((entry.fragment, *entry.deciding)))
    parts = (part for word in words for part in COMPOSITES.get(word, (word,)))
    return tuple(dict.fromkeys(part for part in parts if part in known))
