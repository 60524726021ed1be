"""Hand an instrument to translators, take it back, check it and lay the languages side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.loading.completeness import TranslationReport, completeness
from mlbc_stats.survey.loading.load import LoadedFiles, constructs_of, find_instrument, load_files
from mlbc_stats.survey.loading.texts import source_strings
from mlbc_stats.survey.loading.translation_files import current_translation, translated_languages
from mlbc_stats.survey.translation.exchange import Exchange, prepare
from mlbc_stats.survey.translation.merging import TranslationImport, merge
from mlbc_stats.survey.translation.notes import translator_notes
from mlbc_stats.survey.translation.po import to_po
from mlbc_stats.survey.translation.po_reader import from_po_file
from mlbc_stats.survey.translation.xliff import to_xliff
from mlbc_stats.survey.translation.xliff_reader import from_xliff_file
from mlbc_stats.survey.yaml.finding import raise_findings

if TYPE_CHECKING:
    import pandas as pd

FORMATS = {".xlf": "xliff", ".xliff": "xliff", ".po": "po"}
MAX_BYTES = 10_000_000


def export_translation(
    instrument: str | Path, language: str, path: str | Path, overwrite: bool = False
) -> Path:
    """Write the texts of one instrument file for translators, with what is translated so far.

    Parameters
    ----------
    instrument : shipped name or path; its modules are files of their own and exported one by one.
    language : BCP 47 tag of the language to translate into.
    path : file to make; ``.xlf`` or ``.xliff`` gives XLIFF 2.1, ``.po`` gives PO.
    overwrite : replace a file that is there already.

    Returns
    -------
    Path of the file. Every text has notes: what it measures, how it is answered, what must stay.

    Raises
    ------
    InstrumentError
        unknown instrument or ending, a file that exists, or the language of the instrument itself.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = export_translation("marker", "sv", Path(folder) / "marker.sv.po")
    ...     "I like rainy days." in file.read_text(encoding="utf-8")
    True
    """
    place = Path(path)
    form = _format(place)
    if place.exists() and not overwrite:
        raise InstrumentError(
            f"{place}: exists already; choose another name or pass overwrite=True (--force)"
        )
    if not place.parent.is_dir():
        raise InstrumentError(f"{place.parent}: no such folder; make it first")
    loaded = _loaded(instrument)
    model = _main(loaded)
    notes = translator_notes(model, constructs_of(loaded))
    exchange = prepare(
        model, language, current_translation(Path(loaded.sources[0].file), model, language), notes
    )
    place.write_bytes(to_xliff(exchange) if form == "xliff" else to_po(exchange).encode("utf-8"))
    return place


def import_translation(path: str | Path, instrument: str | Path | None = None) -> TranslationImport:
    """Read a file that comes back from translators and merge it with the translation there is.

    Nothing is written; `write_translation` saves the result. A text that comes back worse than the one known
    (empty, or of a lower status) does not replace it, see `TranslationImport`.

    Parameters
    ----------
    path : XLIFF 2.0 or 2.1 (``.xlf``, ``.xliff``) or PO (``.po``).
    instrument : shipped name or path of the instrument; the one that the file names by default.

    Raises
    ------
    InstrumentError
        with file, line and text for all that is wrong: broken XML or PO, document types and entities, units
        given twice, another instrument, another source language.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = export_translation("marker", "sv", Path(folder) / "marker.sv.po")
    ...     text = file.read_text(encoding="utf-8")
    ...     done = text.replace('days."\\nmsgstr ""', 'days."\\nmsgstr "Jag gillar regniga dagar."')
    ...     _ = file.write_text(done, encoding="utf-8")
    ...     import_translation(file).translation.strings["item/marker_1/text"].text
    'Jag gillar regniga dagar.'
    """
    place = Path(path)
    form = _format(place)
    if not place.is_file():
        raise InstrumentError(f"{place}: no such file; correct the path")
    if place.stat().st_size > MAX_BYTES:
        raise InstrumentError(
            f"{place}: larger than the {MAX_BYTES:,} bytes allowed; no instrument needs as much"
        )
    content = place.read_bytes()
    read = from_xliff_file if form == "xliff" else from_po_file
    incoming = read(content, str(place))
    loaded = _loaded(instrument if instrument is not None else incoming.instrument)
    model = _main(loaded)
    _belongs(incoming, model, place)
    return merge(
        model,
        current_translation(Path(loaded.sources[0].file), model, incoming.language),
        incoming,
        str(place),
    )


def check_translation(
    instrument: str | Path, languages: Sequence[str] | None = None
) -> tuple[TranslationReport, ...]:
    """Completeness of the translations of an instrument file and of its modules.

    Parameters
    ----------
    instrument : shipped name or path.
    languages : those to check; all that any of the files has a translation into by default.

    Returns
    -------
    One report per file and language; a file without a translation counts as wholly missing.

    Raises
    ------
    InstrumentError
        when there is no such instrument, or it or a translation file is broken.

    Examples
    --------
    >>> [(report.instrument, report.complete) for report in check_translation("marker", ["sv"])]
    [('marker', False)]
    """
    loaded = _loaded(instrument)
    files = [source.file for source in loaded.sources]
    wanted = languages or sorted(
        {language for file in files for language in translated_languages(Path(file))}
    )
    pairs = [(model, file) for model, file in zip(loaded.models, files, strict=True) if model is not None]
    return tuple(
        completeness(model, current_translation(Path(file), model, language), language)
        for language in wanted
        for model, file in pairs
        if language not in model.languages
    )


def compare_translations(instrument: str | Path, languages: Sequence[str] | None = None) -> pd.DataFrame:
    """The texts of one instrument file in its own and other languages, side by side.

    Columns: path, the source language, and per language its words and ``<language> status``: missing, stale,
    or the status of the text.

    Examples
    --------
    >>> compare_translations("marker", ["sv"]).columns.tolist()
    ['path', 'en', 'sv', 'sv status']
    """
    import pandas as pd

    loaded = _loaded(instrument)
    model, file = _main(loaded), loaded.sources[0].file
    wanted = languages or translated_languages(Path(file))
    rows = [{"path": path, model.languages[0]: text} for path, text in source_strings(model).items()]
    for language in wanted:
        current = current_translation(Path(file), model, language)
        report = completeness(model, current, language)
        stale, missing = set(report.stale), set(report.missing)
        for row in rows:
            string = current.strings.get(row["path"]) if current is not None else None
            row[language] = string.text if string else ""
            word = "missing" if row["path"] in missing else "stale" if row["path"] in stale else ""
            row[f"{language} status"] = word or (string.status if string else "")
    return pd.DataFrame(rows)


def _format(path: Path) -> str:
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(FORMATS)
        raise InstrumentError(f"{path}: the ending {path.suffix!r} says no format; expected one of: {known}")
    return form


def _loaded(instrument: str | Path) -> LoadedFiles:
    loaded = load_files(find_instrument(instrument))
    raise_findings(loaded.findings)
    return loaded


def _main(loaded: LoadedFiles) -> InstrumentFile:
    model = loaded.models[0]
    if model is None:
        raise InstrumentError(f"{loaded.sources[0].file}: cannot be read as an instrument")
    return model


def _belongs(incoming: Exchange, model: InstrumentFile, place: Path) -> None:
    """The file is about this instrument, from its language into another."""
    if incoming.instrument != model.id:
        raise InstrumentError(
            f"{place}: translates instrument {incoming.instrument!r}, expected {model.id!r}"
        )
    if incoming.source_language != model.languages[0]:
        raise InstrumentError(
            f"{place}: translates from {incoming.source_language!r}; the source language of {model.id} is "
            f"{model.languages[0]!r}"
        )
    if not incoming.language or incoming.language in model.languages:
        raise InstrumentError(
            f"{place}: names {incoming.language!r} as the language translated into; expected one that the "
            "instrument file does not have itself"
        )
