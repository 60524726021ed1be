"""One file of answers as a study declares it: where it is, how it is read, who answered which questionnaire."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Informant, Language, Sentence, Text

READING = (
    "platform",
    "encoding",
    "delimiter",
    "decimal",
    "id_column",
    "unit_column",
    "columns",
    "allow_absent",
    "language",
    "personal",
    "consent",
)
"""Fields that are arguments of `survey.read`."""
PLACES = ("key_file", "mapping")
"""Fields that name a file, relative to the study file."""
COMPOSING = ("short", "period", "order", "seed")
"""Fields that make a composed questionnaire of an instrument."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ResponseFile:
    """Where answers are, and what was asked of whom.

    Examples
    --------
    >>> ResponseFile(path="technical.csv", informant="technical", short=True).composed
    True
    """

    path: Sentence
    """File with the responses, relative to the study file."""
    instruments: tuple[Sentence, ...] = ()
    """What was asked; the instruments of the study when left out. Several make a composed questionnaire."""
    informant: Informant | None = None
    """Group that answered, and for which the questionnaire was composed; the question ``informant`` tells."""
    wave: Annotated[StrictInt, Field(ge=1)] = 1
    """Wave of a panel."""
    short: StrictBool | Identifier = False
    """Whether the short form was asked, or the name of another."""
    period: StrictBool | Sentence | Text = False
    """Period between the waves in the words that were shown; true for the instruments' own."""
    order: Literal["fixed", "items", "blocks", "both"] | None = None
    """What was shuffled when the questionnaire was composed."""
    seed: StrictInt | None = None
    """Seed of the shuffling."""
    platform: Identifier = "auto"
    """The platform that exported it; found out when left out."""
    encoding: Sentence | None = None
    """Encoding of the file; a byte-order mark or UTF-8 when left out."""
    language: Language | None = None
    """Language of labels and question texts; the instrument's own when left out."""
    delimiter: str | None = None
    """Separator of its columns; found from the header when left out."""
    decimal: Literal[".", ","] | None = None
    """Mark before decimals; the cells tell when left out."""
    id_column: Sentence | None = None
    """Column of case ids; a usual name is found when left out."""
    unit_column: Sentence | None = None
    """Column of the solution or organization; a usual name is found when left out."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Column → item, for columns that are not named after their item."""
    allow_absent: StrictBool = False
    """Accept a file that lacks items; they count as not asked."""
    personal: Literal["drop", "hash", "keep"] = "drop"
    """What becomes of columns that tell who answered."""
    key_file: Sentence | None = None
    """File with the key of the hash, relative to the study file."""
    mapping: Sentence | None = None
    """Mapping manifest that the export of the questionnaire wrote, relative to the study file."""
    consent: Sentence | None = None
    """Column that says who agreed to take part, or COLUMN=VALUE; a usual name is found when left out."""

    @property
    def reading(self) -> dict[str, Any]:
        """How the file is to be read, as arguments of `survey.read`."""
        return {name: getattr(self, name) for name in READING}

    @property
    def composed(self) -> bool:
        """Whether what was asked is more, or less, than one instrument as it stands."""
        given = any(getattr(self, name) not in (None, False) for name in COMPOSING)
        return given or self.informant is not None or len(self.instruments) > 1


FIELDS = tuple(field.name for field in fields(ResponseFile))
"""Names of all fields."""
