"""What is handed to translators and comes back, whatever the format of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.fields import LANGUAGE
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.translation_file import Status, Translation
from mlbc_stats.survey.loading.texts import source_hash, source_strings


@dataclass(frozen=True, slots=True)
class ExchangeString:
    """One text on its way to translators or back.

    Attributes
    ----------
    path : its stable path.
    source, target : the words in both languages; an empty target says that there is no translation yet.
    status : how far it has come; None without a target.
    stale : whether the target was made from another source text and nobody has looked at it since.
    back : back translation, if any.
    notes : (category, words) pairs for translators.
    line : 1-based line of the file read; 0 when it comes from no file.
    """

    path: str
    source: str
    target: str = ""
    status: Status | None = None
    stale: bool = False
    back: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """All texts of one instrument file in two languages."""

    instrument: str
    version: str
    source_language: str
    language: str
    strings: tuple[ExchangeString, ...]


def prepare(
    model: InstrumentFile,
    language: str,
    current: Translation | None,
    notes: dict[str, tuple[tuple[str, str], ...]],
) -> Exchange:
    """The texts of an instrument file with what is translated so far; InstrumentError for its own language, or none."""
    if not re.fullmatch(LANGUAGE, language):
        raise InstrumentError(f"{language!r} is no language tag (BCP 47); expected one such as sv or pt-BR")
    if language in model.languages:
        raise InstrumentError(
            f"instrument {model.id}: its own file has its texts in {language!r}; choose another language"
        )
    known = current.strings if current is not None else {}
    strings = []
    for path, source in source_strings(model).items():
        entry = known.get(path)
        stale = entry is not None and entry.source != source_hash(source)
        strings.append(
            ExchangeString(
                path=path,
                source=source,
                target=entry.text if entry else "",
                status=("draft" if stale else entry.status) if entry else None,
                stale=stale,
                back=(entry.back or "") if entry else "",
                notes=notes.get(path, ()),
            )
        )
    return Exchange(model.id, model.version, model.languages[0], language, tuple(strings))
