"""Merge what translators send back into a translation, without losing better work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.translation_file import STATUSES, TranslatedString, Translation
from mlbc_stats.survey.loading.texts import source_hash, source_strings
from mlbc_stats.survey.translation.exchange import Exchange, ExchangeString
from mlbc_stats.survey.yaml.finding import Finding, raise_findings


@dataclass(frozen=True, slots=True, repr=False)
class TranslationImport(Shown):
    """A translation after the return of a file.

    Attributes
    ----------
    translation : everything known now; paths the instrument no longer has are kept.
    changed : paths whose words or status are new.
    kept : paths for which the file had less than is known (an empty text, a lower status), left as they were.
    unknown : paths of the file that the instrument does not have.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> done = survey.import_translation("no_such_file.xlf")
    Traceback (most recent call last):
    mlbc_stats.errors.InstrumentError: no_such_file.xlf: no such file; correct the path
    >>> isinstance(None, TranslationImport)
    False
    """

    translation: Translation
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    unknown: tuple[str, ...]


def merge(
    model: InstrumentFile, current: Translation | None, incoming: Exchange, file: str
) -> TranslationImport:
    """The current translation with the texts of a returned file.

    A text that comes back with a lower status than the one known does not replace it, unless the known one is
    stale. A text translated from words that have changed meanwhile stays stale, whatever its status. What no
    translation file can hold (control characters, more than 4,000 characters) is an InstrumentError.
    """
    sources = source_strings(model)
    known = dict(current.strings) if current is not None else {}
    texts = _texts(incoming, file)
    merged, changed, kept = dict(known), [], []
    for string in incoming.strings:
        old, new = known.get(string.path), texts[string.path]
        if string.path not in sources or (new is None and old is None) or new == old:
            continue
        if new is None or (old is not None and _is_worse(old, new, string, sources)):
            kept += [string.path] * (old is not None and not _untouched(old, string))
            continue
        merged[string.path] = new
        changed.append(string.path)
    translation = _translation(model, current, incoming, _ordered(merged, sources))
    unknown = tuple(string.path for string in incoming.strings if string.path not in sources)
    return TranslationImport(translation, tuple(changed), tuple(kept), unknown)


def _texts(incoming: Exchange, file: str) -> dict[str, TranslatedString | None]:
    """Path → text, or an InstrumentError that names every text that cannot be kept."""
    found: dict[str, TranslatedString | None] = {}
    findings = []
    for string in incoming.strings:
        try:
            found[string.path] = _translated(string)
        except ValidationError as error:
            problem = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in error.errors())
            findings.append(Finding(file, string.line, string.path, problem))
    raise_findings(findings)
    return found


def _translated(string: ExchangeString) -> TranslatedString | None:
    if string.status is None:
        return None
    return TranslatedString(
        status=string.status, source=source_hash(string.source), text=string.target, back=string.back or None
    )


def _untouched(old: TranslatedString, string: ExchangeString) -> bool:
    """A stale text that came back as it went out."""
    return string.stale and string.target == old.text


def _is_worse(
    old: TranslatedString, new: TranslatedString, string: ExchangeString, sources: Mapping[str, str]
) -> bool:
    if _untouched(old, string):
        return True
    old_is_stale = old.source != source_hash(sources[string.path])
    new_is_stale = new.source != source_hash(sources[string.path])
    if old_is_stale or new_is_stale:
        return new_is_stale and not old_is_stale
    return STATUSES.index(new.status) < STATUSES.index(old.status)


def _ordered(merged: dict[str, TranslatedString], sources: Mapping[str, str]) -> dict[str, TranslatedString]:
    """In the order of the instrument; what it no longer has comes last."""
    return {path: merged[path] for path in (*sources, *merged) if path in merged}


def _translation(
    model: InstrumentFile,
    current: Translation | None,
    incoming: Exchange,
    strings: dict[str, TranslatedString],
) -> Translation:
    if current is not None:
        return replace(current, version=model.version, strings=strings)
    return Translation(
        kind="translation",
        instrument=model.id,
        version=model.version,
        source_language=model.languages[0],
        language=incoming.language,
        license=model.license,
        strings=strings,
    )
