"""Read every file of a study and join them by unit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlbc_stats import survey
from mlbc_stats.errors import StudyError
from mlbc_stats.showing import Shown
from mlbc_stats.study.config import Study
from mlbc_stats.study.response_files import ResponseFile
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_with_parts
from mlbc_stats.survey.responses.model import Responses

SHORTEST_KEY = 16
"""Characters of the key of a hash."""


@dataclass(frozen=True, slots=True, repr=False)
class Answers(Shown):
    """The answers of a study.

    Attributes
    ----------
    responses : of all files, joined by unit.
    fielded : (id, version) of every instrument file that was asked from.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> answers = study.read_sources(study.load_study())
    >>> isinstance(answers, Answers), answers.fielded[0]
    (True, ('mlbc_alignment', '1.3.0'))
    """

    responses: Responses
    fielded: tuple[tuple[str, str], ...]


def read_sources(study: Study) -> Answers:
    """The answers of every file, joined by unit; files are read in the order of the study.

    Raises
    ------
    StudyError
        when a file cannot be found, or is listed twice.
    InstrumentError, ResponseError
        for what is wrong in the files, with line and item, and for files that cannot be joined.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> read_sources(study.load_study()).responses.n
    600
    """
    parts, fielded = [], dict[tuple[str, str], None]()
    twice = [path for path, count in Counter(study.sources).items() if count > 1]
    if twice:
        raise StudyError(f"{twice[0]}: is listed twice among the responses; list every file once")
    for path in study.sources:
        if not path.is_file():
            raise StudyError(
                f"{path}: {'is a folder, not a' if path.is_dir() else 'no such'} file of responses; correct the path "
                "in the study or the command"
            )
    for file, path in zip(study.files, study.sources, strict=True):
        instrument, versions = questionnaire(study, file)
        beside: dict[str, Any] = {"key": _key(study, file), "mapping": _mapping(study, file)}
        parts.append(survey.read(path, instrument, **file.reading, **beside))
        fielded |= dict.fromkeys(versions)
    joined = survey.join(
        parts,
        informants=[file.informant for file in study.files],
        waves=[file.wave for file in study.files],
        design=study.declared_design,
    )
    return Answers(joined, tuple(fielded))


def questionnaire(study: Study, file: ResponseFile) -> tuple[Instrument, tuple[tuple[str, str], ...]]:
    """What one file was asked, and the instrument files it is made of, by id and version.

    A key informant is asked everything, so there is nothing to leave out for a group.
    """
    names = [_place(study, name) for name in file.instruments or study.instruments]
    languages = [file.language] if file.language else []
    if not file.composed and len(names) == 1:
        instrument, parts = load_with_parts(names[0], languages)
        return instrument, tuple((part.id, part.version) for part in parts)
    made = survey.compose(
        names,
        informant=None if study.design == "key_informant" else file.informant,
        short=file.short,
        period=file.period,
        languages=languages,
        order=file.order,
        seed=file.seed,
    )
    return made.instrument, made.sources


def _key(study: Study, file: ResponseFile) -> str | None:
    """The key of the hash, from its own file, so that it stands in no study and no list of commands."""
    if file.key_file is None:
        return None
    place = study.folder / file.key_file
    if not place.is_file():
        raise StudyError(f"{place}: no such file with a key; write a long random text into it, and keep it")
    key = place.read_text(encoding="utf-8").strip()
    if len(key) < SHORTEST_KEY:
        raise StudyError(f"{place}: the key has {len(key)} characters; at least {SHORTEST_KEY} keep it safe")
    return key


def _mapping(study: Study, file: ResponseFile) -> Path | None:
    return None if file.mapping is None else study.folder / file.mapping


def _place(study: Study, name: str) -> str:
    """A path from the study file where there is such a file, else the name of a shipped instrument."""
    local = study.folder / name
    return str(local) if local.is_file() else name
