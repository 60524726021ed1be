"""Qualtrics QSF: blocks, flow and questions as JSON, with routing, shuffling and translations.

The format is not documented by Qualtrics. Keys are those that its own exports have; what they mean is known from
them alone, so import the file into a survey of its own and look through it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any

from mlbc_stats.survey.exporters.plan.escaping import one_line
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import CONSENT, UNIT, Place, has_beside
from mlbc_stats.survey.exporters.qualtrics.advanced import SYSTEM
from mlbc_stats.survey.exporters.qualtrics.elements import consent, expression, questions, tag, words
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.mapping.model import MappingManifest

Json = dict[str, Any]
SURVEY, OWNER, ANSWERS = "SV_mlbcstats000001", "UR_mlbcstats000001", "RS_mlbcstats000001"
WORDS = 9000
"""Numbers of texts between questions start here, behind those of all questions."""


def write_qsf(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """One block per page, joined by a flow that ends for those who do not agree."""
    blocks = list(_blocks(form, mapping))
    asked = [question for _, members in blocks for question in members]
    elements = [
        _element("BL", "Survey Blocks", [_block(name, members) for name, members in blocks] + [TRASH]),
        _element("FL", "Survey Flow", _flow(form, mapping, [name for name, _ in blocks])),
        _element("PROJ", "CORE", {"ProjectCategory": "CORE", "SchemaVersion": "1.1.0"}, third="1.1.0"),
        _element("QC", "Survey Question Count", None, second=str(len(asked))),
        _element("RS", ANSWERS, None, second="Default Response Set"),
        _element("SO", "Survey Options", _options(form)),
        *(
            _element("SQ", question["QuestionID"], question, second=question["QuestionDescription"])
            for question in asked
        ),
    ]
    title = one_line(form.instrument.title[form.languages[0]])
    survey = {"SurveyEntry": ENTRY | {"SurveyName": title, "SurveyLanguage": tag(form.languages[0])}}
    text = json.dumps(survey | {"SurveyElements": elements}, ensure_ascii=False, indent=1)
    return {".qsf": text.encode()}


ENTRY = {
    "SurveyID": SURVEY,
    "SurveyDescription": "",
    "SurveyOwnerID": OWNER,
    "SurveyBrandID": "",
    "DivisionID": None,
    "SurveyActiveResponseSet": ANSWERS,
    "SurveyStatus": "Inactive",
    "SurveyStartDate": "0000-00-00 00:00:00",
    "SurveyExpirationDate": "0000-00-00 00:00:00",
    "SurveyCreationDate": "0000-00-00 00:00:00",
    "CreatorID": OWNER,
    "LastModified": "0000-00-00 00:00:00",
    "LastAccessed": "0000-00-00 00:00:00",
    "LastActivated": "0000-00-00 00:00:00",
    "Deleted": None,
}
TRASH = {"Type": "Trash", "Description": "Trash / Unused Questions", "ID": "BL_trash"}


def _element(
    kind: str, first: str, payload: Any, second: str | None = None, third: str | None = None
) -> Json:
    return {
        "SurveyID": SURVEY,
        "Element": kind,
        "PrimaryAttribute": first,
        "SecondaryAttribute": second,
        "TertiaryAttribute": third,
        "Payload": payload,
    }


def _blocks(form: Form, mapping: MappingManifest) -> Iterator[tuple[str, list[Json]]]:
    """Name of each block and its questions."""
    number = count(WORDS)
    if mapping.consent is not None and form.consent is not None:
        text = words(form, f"QID{next(number)}", "consent_text", form.consent)
        yield CONSENT, [text, consent(form, mapping)]
    for page in form.pages:
        members = [
            words(form, f"QID{next(number)}", f"{page.id}_words_{place}", text)
            for place, text in enumerate(page.words, 1)
        ]
        for run in page.runs:
            members += questions(form, mapping, page, run)
        yield page.id, members


def _block(name: str, members: Sequence[Json]) -> Json:
    asked = [{"Type": "Question", "QuestionID": question["QuestionID"]} for question in members]
    return {
        "Type": "Standard",
        "SubType": "",
        "Description": name,
        "ID": f"BL_{name}",
        "BlockElements": asked,
    }


def _flow(form: Form, mapping: MappingManifest, blocks: Sequence[str]) -> Json:
    """The token from the address, consent, then the blocks; neighbours that move are a randomizer."""
    number = count(2)

    def entry(kind: str, **more: Any) -> Json:
        return {"Type": kind, "FlowID": f"FL_{next(number)}", **more}

    token = {
        "Description": mapping.system.unit,
        "Type": "Recipient",
        "Field": mapping.system.unit,
        "VariableType": "String",
        "DataVisibility": [],
        "AnalyzeText": False,
    }
    flow = [entry("EmbeddedData", EmbeddedData=[token])]
    if mapping.consent is not None:
        flow.append(entry("Standard", ID=f"BL_{CONSENT}", Autofill=[]))
        refused = expression([f"q://{mapping.consent.import_id}/SelectableChoice/2"], "Selected")
        end = entry("EndSurvey")
        flow.append(entry("Branch", Description="No consent", BranchLogic=refused, Flow=[end]))
    for (_, moves), run in groupby(form.pages, key=lambda page: (page.module, page.moves)):
        members = [entry("Standard", ID=f"BL_{page.id}", Autofill=[]) for page in run]
        if moves and len(members) > 1:
            flow.append(
                entry("BlockRandomizer", SubSet=str(len(members)), EvenPresentation=False, Flow=members)
            )
        else:
            flow += members
    return {"Type": "Root", "FlowID": "FL_1", "Flow": flow, "Properties": {"Count": next(number) - 1}}


def _options(form: Form) -> Json:
    return {
        "BackButton": "true",
        "SaveAndContinue": "true",
        "SurveyProtection": "PublicSurvey",
        "BallotBoxStuffingPrevention": "false",
        "NoIndex": "Yes",
        "SecureResponseFiles": "true",
        "SurveyExpiration": "None",
        "SurveyTermination": "DefaultMessage",
        "Header": "",
        "Footer": "",
        "ProgressBarDisplay": "Text",
        "PartialData": "+1 week",
        "ValidationMessage": "",
        "PreviousButton": "",
        "NextButton": "",
        "AnonymizeResponse": "Yes",
        "AvailableLanguages": {tag(language): [] for language in form.languages},
        "NewScoring": 1,
    }


def _places(form: Form, limits: Limits) -> dict[str, Place]:
    """Columns are called after the items; a question has one number, rows and texts theirs behind it."""
    taken: set[str] = set()
    number = count(2)
    found = {UNIT: Place(limits.name(UNIT, taken)), CONSENT: Place(limits.name(CONSENT, taken), "QID1")}
    for _, run in form.runs:
        qid = f"QID{next(number)}"
        ends = {"text": "_TEXT", "number": "_TEXT"}
        for row, question in enumerate(run.questions, 1):
            end = f"_{row}" if run.name else ends.get(run.scale.kind, "")
            beside = ""
            if has_beside(run.scale, limits):
                next(number)
                beside = limits.name(f"{question.id}_none", taken)
            found[question.id] = Place(limits.name(question.id, taken), f"{qid}{end}", beside=beside)
    return found


QSF = Target(
    name="qsf",
    platform="Qualtrics (QSF)",
    limits=Limits(longest_name=200, blocks_shuffled=True, rows_shuffled=True),
    write=write_qsf,
    places=_places,
    system=SYSTEM,
    tag=tag,
    by_route=True,
)
