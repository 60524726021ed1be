"""What is fielded: instruments and how they are composed, the same for every group of informants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from pydantic import TypeAdapter

from mlbc_stats.errors import FieldError
from mlbc_stats.survey.questionnaire.composition import compose
from mlbc_stats.survey.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Fielding:
    """Everything from which the questionnaire of each group is composed again, today as on the last day.

    Attributes
    ----------
    instruments : shipped names or paths, in the order asked.
    languages : besides the source.
    short : name of the short form; empty for the full form.
    period : the period between waves, per language; None for a single wave.
    order, seed : what is shuffled, and by which seed.
    controller, retention : who is responsible for the data, with an address, and how long they are kept, per language;
        both stand at the end of the text of consent.

    Examples
    --------
    >>> fielding = Fielding(("mlbc_alignment",), languages=("de",), seed=1)
    >>> fielding.questionnaire("technical").informant
    'technical'
    """

    instruments: tuple[str, ...]
    languages: tuple[str, ...] = ()
    short: str = ""
    period: Mapping[str, str] | None = None
    order: str | None = None
    seed: int | None = None
    controller: Mapping[str, str] | None = None
    retention: Mapping[str, str] | None = None

    def questionnaire(self, informant: str | None) -> Questionnaire:
        """What one group is asked; everybody when None.

        Raises
        ------
        FieldError
            when no instrument brings a text of information and consent: nobody is asked without one.
        InstrumentError
            for what cannot be composed.
        """
        made = compose(
            self.instruments,
            informant=informant,
            short=self.short,
            period=self.period or False,
            languages=self.languages,
            order=self.order,
            seed=self.seed,
            controller=self.controller,
            retention=self.retention,
        )
        if made.instrument.consent is None:
            raise FieldError(
                f"{', '.join(self.instruments)}: no text of information and consent, and nobody is asked without one; "
                "write `consent:` into the instrument's file, or field it together with one that has it"
            )
        return made

    def text(self) -> str:
        """The settings as JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Fielding:
        """The settings from what `text` gave."""
        return TypeAdapter(cls).validate_json(text)


def wording_digest(questionnaire: Questionnaire) -> str:
    """SHA-256 of what a respondent reads and how it is coded: words in every language, order, codes, routes.

    Examples
    --------
    >>> fielding = Fielding(("mlbc_alignment",))
    >>> one, other = fielding.questionnaire(None), fielding.questionnaire("technical")
    >>> wording_digest(one) == wording_digest(one), wording_digest(one) == wording_digest(other)
    (True, False)
    """
    instrument = questionnaire.instrument
    scales = {scale.id: asdict(scale) for scale in instrument.scales}
    content = {
        "texts": [instrument.title, instrument.consent, instrument.introduction],
        "blocks": [asdict(block) for block in questionnaire.blocks],
        "questions": [
            (question.id, question.text, scales[question.scale], asdict(question).get("route"))
            for question in questionnaire.questions
        ],
    }
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
