"""Find, read and write translation files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from mlbc_stats.errors import InstrumentError
from mlbc_stats.resources import resource
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.translation_file import TranslatedString, Translation
from mlbc_stats.survey.instrument.validation import build
from mlbc_stats.survey.yaml.file import read_yaml
from mlbc_stats.survey.yaml.finding import raise_findings

FOLDER = "translations"
HEADER = "# yaml-language-server: $schema=../schema/translation.schema.json\n"
WIDTH = 110


def read_translation(path: str | Path) -> Translation:
    """Read a translation file; InstrumentError with every finding by line and path."""
    source = read_yaml(path)
    model, findings = build(source, "translation")
    raise_findings((*source.findings, *findings))
    return model


def write_translation(translation: Translation, path: str | Path, overwrite: bool = False) -> Path:
    """Write a translation file, which `read_translation` gives back unchanged; comments are not kept.

    Raises
    ------
    InstrumentError
        when the file is there and `overwrite` is False.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> with TemporaryDirectory() as folder:
    ...     file = survey.export_translation("marker", "sv", Path(folder) / "marker.sv.po")
    ...     done = survey.import_translation(file)
    ...     write_translation(done.translation, Path(folder) / "marker.sv.yaml").name
    'marker.sv.yaml'
    """
    place = Path(path)
    if place.exists() and not overwrite:
        raise InstrumentError(
            f"{place}: exists already; choose another name or pass overwrite=True (--force)"
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(as_yaml(translation), encoding="utf-8", newline="\n")
    return place


def as_yaml(translation: Translation) -> str:
    """The text of a translation file."""
    head = ("kind", "instrument", "version", "source_language", "language", "license")
    quoted = ("version",)
    data: dict[str, Any] = {
        name: _quoted(getattr(translation, name)) if name in quoted else getattr(translation, name)
        for name in head
    }
    data["strings"] = {path: _entry(string) for path, string in translation.strings.items()}
    yaml = YAML()
    yaml.width = WIDTH
    yaml.allow_unicode = True
    stream = io.StringIO()
    yaml.dump(data, stream)
    return HEADER + stream.getvalue()


def translation_path(instrument: Path, language: str) -> Path | None:
    """The translation of an instrument file: in ``translations/`` beside it, else the shipped one, else None."""
    name = f"{instrument.stem}.{language}.yaml"
    places = (instrument.parent / FOLDER / name, resource("instruments") / FOLDER / name)
    return next((place for place in places if place.is_file()), None)


def current_translation(instrument: Path, model: InstrumentFile, language: str) -> Translation | None:
    """The translation of an instrument file that there is, or None.

    InstrumentError when the file says that it translates something else than its name promises.
    """
    place = translation_path(instrument, language)
    if place is None:
        return None
    found = read_translation(place)
    promised = {"instrument": model.id, "source_language": model.languages[0], "language": language}
    wrong = [
        f"{name} is {getattr(found, name)!r}, expected {wanted!r}"
        for name, wanted in promised.items()
        if getattr(found, name) != wanted
    ]
    if wrong:
        raise InstrumentError(f"{place}: {'; '.join(wrong)}; correct the file or its name")
    return found


def translated_languages(instrument: Path) -> tuple[str, ...]:
    """Languages into which an instrument file has a translation, sorted."""
    folders = (instrument.parent / FOLDER, resource("instruments") / FOLDER)
    found = {language for folder in folders for language in _languages(folder, instrument.stem)}
    return tuple(sorted(found))


def _languages(folder: Path, stem: str) -> Iterator[str]:
    for path in folder.glob("*.yaml"):
        name, _, language = path.stem.rpartition(".")
        if name == stem:
            yield language


def _entry(string: TranslatedString) -> dict[str, Any]:
    entry = {"status": string.status, "source": _quoted(string.source), "text": _quoted(string.text)}
    return entry if string.back is None else {**entry, "back": _quoted(string.back)}


def _quoted(text: str) -> DoubleQuotedScalarString:
    """Always in quotes, so that no word can be taken for a number or a date."""
    return DoubleQuotedScalarString(text)
