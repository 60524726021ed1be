"""The mapping manifest as data: item and code on our side, column and code on the platform's.

Every export writes one, as JSON beside the files for the platform, and the reader takes it to turn the platform's
answers into ours. It stands by itself: who has the manifest needs neither the questionnaire nor the instrument files to
know what a column or a code means.

How a reader uses it
--------------------
1. A column of the data is the one of a `MappedQuestion` when its name is ``column``, or one of ``aliases``
   (names the same column bears in other exports of the platform), else when its id is ``import_id``, else when its
   heading is ``text`` in one of the languages. Columns of the platform itself and of the unit's token are named by
   ``system``, the one of consent by ``consent``.
2. A cell is a `MappedCode` when it equals ``platform`` (codes were exported) or the ``label`` in one of the
   languages (labels were exported). Where ``offered`` is False nobody could choose the code, but data may hold it.
3. A question of free text or numbers has no codes for answers; its codes are reasons for no answer. Platforms that take
   those beside the field have them in the column ``beside``: a code there is the answer to the question, and then the
   question's own column is blank.
4. A blank cell is ``not_reached`` by ``route``, else not answered.
5. Answers are stored as given: nobody turns ``reversed`` items when reading. ``expected`` of a check is our code.

What cannot be carried stands in ``losses``. A question of the questionnaire is in ``questions``, or a loss with its id
and aspect ``item`` says why not; each of its codes is in ``codes``, or a loss with the id and the code says why not.
"""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool, StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Informant, Language, Text, Version
from mlbc_stats.survey.instrument.item import Route
from mlbc_stats.survey.instrument.scale import Reason
from mlbc_stats.survey.mapping.loss import Loss

Target = Literal[
    "xlsform",
    "surveyjs",
    "limesurvey",
    "lss",
    "qualtrics",
    "qsf",
    "redcap",
    "google",
    "sav",
    "ddi",
    "printable",
    "own",
]
"""What was written; ``own`` is the package's own page."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MappedCode:
    """One code of a question, or one reason for no answer.

    Attributes
    ----------
    value : our code.
    platform : what the platform stores for it, as text; for platforms that store labels alone, the label in the first
        language.
    label : the words shown, per language, as they are on the platform.
    reason : why there is no answer, for missing codes; None for an answer.
    offered : whether a respondent can choose it.
    """

    value: StrictInt
    platform: str
    label: Text
    reason: Reason | None = None
    offered: StrictBool = True


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MappedQuestion:
    """One item or attention check on the platform.

    Attributes
    ----------
    id : our id.
    role : item or attention check.
    construct : what an item measures; empty for context and for checks.
    kind : of its scale; ``scale`` is the scale's id, ``lower`` and ``upper`` its bounds.
    block : the block (page) that it stands on.
    text : the words shown, per language, as they are on the platform.
    column : name of its column in the platform's data.
    import_id : the platform's own lasting id of the column (Qualtrics ImportId, such as ``QID3_1``); empty when it has
        none, or gives one only on import.
    aliases : other names of the column, in other exports of the same platform.
    codes : in the order shown, those for no answer last; of text and number questions only the latter.
    beside : name of a second column that holds the codes of a text or number question; empty when there is none.
    reversed : whether agreement speaks against the construct. The answers themselves are not turned.
    expected : our code that an attentive respondent chooses; None for items.
    route : our question and codes after which it is asked; always, when None.
    """

    id: Identifier
    role: Literal["item", "check"]
    construct: str = ""
    scale: Identifier
    kind: Literal["ordinal", "nominal", "text", "number"]
    lower: StrictInt | None = None
    upper: StrictInt | None = None
    block: Identifier
    text: Text
    column: str
    import_id: str = ""
    aliases: tuple[str, ...] = ()
    codes: tuple[MappedCode, ...] = ()
    beside: str = ""
    reversed: StrictBool = False
    expected: StrictInt | None = None
    route: Route | None = None

    def code(self, platform: str) -> MappedCode | None:
        """The code that the platform stores as this; None when there is no such code."""
        return next((code for code in self.codes if code.platform == platform), None)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Source:
    """An instrument file that the questionnaire was composed of."""

    id: Identifier
    version: Version


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MappedQuestionnaire:
    """Which questionnaire was fielded.

    Attributes
    ----------
    fingerprint : SHA-256 of its questions and codes, see `fingerprint.py`; the same in any order and language.
    instrument : id of the instrument asked first; its title per language.
    sources : all instrument files with their versions.
    informant, short_form, period, order, seed : as composed.
    """

    fingerprint: str
    instrument: Identifier
    title: Text
    sources: tuple[Source, ...]
    informant: Informant | None = None
    short_form: str = ""
    period: Text | None = None
    order: Literal["fixed", "items", "blocks", "both"] = "fixed"
    seed: StrictInt | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MappedLanguage:
    """A language on our side and the tag the platform has for it."""

    language: Language
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MappedConsent:
    """The question whether the respondent takes part.

    Attributes
    ----------
    column, import_id : as of a question.
    given, refused : what the platform stores for yes and for no; ``refused`` is empty where only yes can be ticked, and
        then any other cell is no consent.
    words : what is stored for yes where labels are exported, per language.
    """

    column: str
    import_id: str = ""
    aliases: tuple[str, ...] = ()
    given: str
    refused: str = ""
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class SystemColumns:
    """Columns that are no questions; empty where the platform has none.

    Attributes
    ----------
    unit : the token that the invitation carries, by which informants of one unit meet again.
    case : the platform's own id of a response.
    language : the language answered in, as the platform's tag.
    started, ended : date and time; ``seconds`` the time between.
    complete : whether the response was finished.
    """

    unit: str = ""
    case: str = ""
    language: str = ""
    started: str = ""
    ended: str = ""
    seconds: str = ""
    complete: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MappingManifest:
    """Item and code ↔ platform column and code, and what this platform cannot carry.

    Attributes
    ----------
    kind, format : say what this file is; ``format`` changes when a reader of the old one could not read the new one.
    target : what was written.
    questionnaire : which questionnaire, of which instrument versions.
    languages : those on the platform, its first one first.
    questions : in the order asked.
    consent : None where nobody is asked.
    system : columns that are no questions.
    losses : what is lost or changed, in the order asked.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> with TemporaryDirectory() as folder:
    ...     mapping = survey.export(survey.compose(["marker"]), "limesurvey", folder).mapping
    >>> isinstance(mapping, MappingManifest), mapping.question("marker_1").column
    (True, 'marker1[SQ001]')
    """

    kind: Literal["mapping"] = "mapping"
    format: Literal[1] = 1
    target: Target
    questionnaire: MappedQuestionnaire
    languages: tuple[MappedLanguage, ...]
    questions: tuple[MappedQuestion, ...]
    consent: MappedConsent | None = None
    system: SystemColumns = SystemColumns()
    losses: tuple[Loss, ...] = ()

    def question(self, question_id: str) -> MappedQuestion:
        """The question with our id; ResponseError when it is not in the export."""
        found = next((question for question in self.questions if question.id == question_id), None)
        if found is None:
            why = "; ".join(loss.detail for loss in self.losses if loss.question == question_id)
            raise ResponseError(f"{question_id} is not in this export for {self.target}. {why}".strip())
        return found
