"""Understand an export by the mapping manifest that was written with the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files.columns import Column
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.mapping import MappingManifest, fingerprint
from mlbc_stats.survey.privacy.consent import ConsentRule
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.mapped.cells import Problems, our_cells
from mlbc_stats.survey.readers.mapped.columns import Finder
from mlbc_stats.survey.responses.model import question_scale

PLATFORM = {
    **{"xlsform": "odk", "surveyjs": "surveyjs", "redcap": "redcap", "google": "google"},
    **{"limesurvey": "limesurvey", "lss": "limesurvey", "qualtrics": "qualtrics", "qsf": "qualtrics"},
}
"""Target of an export → platform of the answers; others come back as plain tables."""
ROLES = {
    "started": "started",
    "ended": "ended",
    "seconds": "duration",
    "complete": "finished",
    "language": "language",
}
"""Names of the manifest's columns of the platform → our names of records of answering."""
SPARSE = ("surveyjs",)
"""Targets whose answers name only questions that were answered."""
LISTED = 5


def platform_of(mapping: MappingManifest) -> str:
    """The platform whose exports the answers come in."""
    return PLATFORM.get(mapping.target, "plain")


def by_mapping(
    export: Export, mapping: MappingManifest, instrument: Instrument, given: Mapping[str, str]
) -> tuple[Export, dict[str, str]]:
    """The export with our codes in its cells, and column → question for every question found.

    A column is found by its name or one of its other names, else by its lasting id on the platform, else by the words
    of the question in any language, else by its name without marks and case, which SPSS files change; notes count what
    was not found by its name. A cell counts as the code that the platform stores, or as the label.

    Parameters
    ----------
    given : column → question, as the user says; counts before the manifest.

    Raises
    ------
    ResponseError
        when the manifest belongs to other questions than the instrument, or a question has two columns.
    """
    told = check_questions(mapping, instrument)
    finder = Finder(export, mapping, given)
    found = finder.questions()
    unanswered = _unanswered(mapping, found)
    export = replace(
        export, table=export.table.with_columns(dict.fromkeys(unanswered.values(), _empty(export)))
    )
    found |= unanswered
    silent = [f"nobody answered {', '.join(unanswered)}, which the file leaves out"] if unanswered else []
    changed: dict[str, Column] = {}
    problems: list[tuple[int, str]] = []
    notes: list[str] = []
    used: set[str] = set()
    for question in mapping.questions:
        if question.id not in found:
            continue
        column = found[question.id]
        beside = finder.named(question.beside, ())
        used |= {beside} - {""}
        result = our_cells(export, question, column, beside)
        changed[column] = result.column
        problems += result.problems
        notes += result.notes
    paradata = {
        role: place
        for name, role in ROLES.items()
        if role not in export.paradata and (place := finder.named(getattr(mapping.system, name), ()))
    }
    units = finder.named(mapping.system.unit, ())
    case = finder.named(mapping.system.case, ())
    consent = _consent(finder, mapping)
    absent = _absent(mapping, bool(units), consent is not None)
    return replace(
        export,
        table=export.table.with_columns(changed),
        paradata={**export.paradata, **paradata},
        ids=(*filter(None, [case]), *export.ids),
        units=(*filter(None, [units]), *export.units),
        consent=consent,
        used=frozenset(used | ({consent.column} if consent else set())),
        problems=_once(problems),
        notes=(*export.notes, *told, *absent, *finder.notes(found), *silent, *notes),
    ), {column: question for question, column in found.items()}


def _unanswered(mapping: MappingManifest, found: Mapping[str, str]) -> dict[str, str]:
    """Question → column of what nobody answered, where the target's answers leave such questions out.

    A file that lacks most of the questions is taken for another file.
    """
    if mapping.target not in SPARSE or 2 * len(found) < len(mapping.questions):
        return {}
    return {question.id: question.column for question in mapping.questions if question.id not in found}


def _empty(export: Export) -> Column:
    return Column(("",), np.zeros(export.table.n, dtype=np.int32))


def check_questions(mapping: MappingManifest, instrument: Instrument) -> tuple[str, ...]:
    """Refuse a manifest of other questions or other codes; a note where only words or keying may have changed."""
    known = {question.id for question in instrument.sequence}
    strange = [question.id for question in mapping.questions if question.id not in known]
    if strange:
        raise ResponseError(
            f"the mapping was written for {mapping.questionnaire.instrument} and holds "
            f"{counted(len(strange), 'question')} that {instrument.id} has not: "
            f"{', '.join(strange[:LISTED])}; name what was asked: {_asked(mapping)}"
        )
    for question in mapping.questions:
        scale = question_scale(instrument, question.id)
        ours = {*scale.values, *(code.value for code in scale.missing)}
        theirs = {code.value for code in question.codes}
        if not theirs <= ours:
            raise ResponseError(
                f"question {question.id} has codes {', '.join(map(str, sorted(theirs - ours)))} in the mapping that "
                f"scale {scale.id} has not; take the version of the instrument that was asked"
            )
    if fingerprint(instrument) == mapping.questionnaire.fingerprint or len(mapping.questions) < len(known):
        return ()
    return (
        "the questionnaire is not word by word the one that the mapping was written for; questions and codes agree",
    )


def _asked(mapping: MappingManifest) -> str:
    """What the manifest says was asked, in words."""
    made = mapping.questionnaire
    parts = [", ".join(f"{source.id} {source.version}" for source in made.sources)]
    parts += [f"informant {made.informant}"] if made.informant else []
    parts += [f"short form {made.short_form}"] if made.short_form else []
    options = [f"-i {source.id}" for source in made.sources]
    options += [f"--informant {made.informant}"] if made.informant else []
    options += ["--short"] if made.short_form else []
    return f"{', '.join(parts)} (on the command line: {' '.join(options)})"


def _consent(finder: Finder, mapping: MappingManifest) -> ConsentRule | None:
    asked = mapping.consent
    if asked is None:
        return None
    column = finder.named(asked.column, asked.aliases) or finder.imported(asked.import_id)
    if not column:
        return None
    given = {asked.given, *asked.words.values()}
    return ConsentRule(column, frozenset(text.strip().casefold() for text in given))


def _absent(mapping: MappingManifest, has_units: bool, has_consent: bool) -> tuple[str, ...]:
    """What the mapping says and the file lacks, so that neither units nor consent get lost unseen."""
    out = []
    if mapping.consent is not None and not has_consent:
        out.append(
            f"the file has no column {mapping.consent.column}, where the mapping has the consent: nobody can be set "
            "aside for want of it; export that column too, or name another as consent='COLUMN' (--consent)"
        )
    if mapping.system.unit and not has_units:
        out.append(
            f"the file has no column {mapping.system.unit}, where the mapping has the unit: answers about one unit "
            "meet only by another column, named as unit_column='COLUMN' (--unit-column)"
        )
    return tuple(out)


def _once(problems: Problems) -> Problems:
    return list(dict.fromkeys(problems))
