"""Give an instrument the languages asked for, from its translation files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.loading.completeness import completeness
from mlbc_stats.survey.loading.texts import with_language
from mlbc_stats.survey.loading.translation_files import (
    current_translation,
    translated_languages,
    translation_path,
)

SHOWN = 5  # problems named in a message


def translated(
    models: Sequence[InstrumentFile], files: Sequence[str], languages: Iterable[str]
) -> tuple[tuple[InstrumentFile, ...], tuple[str, ...]]:
    """The instrument files with these languages added, and those of the languages that are drafts.

    Raises
    ------
    InstrumentError
        when a translation is missing or incomplete, or when two files translate the labels of one scale
        differently.
    """
    done, drafts = list(models), []
    for language in dict.fromkeys(languages):
        steps = [_with(model, Path(file), language) for model, file in zip(done, files, strict=True)]
        done = [model for model, _ in steps]
        if any(draft for _, draft in steps):
            drafts.append(language)
    _same_scales(done, files)
    return tuple(done), tuple(drafts)


def _with(model: InstrumentFile, file: Path, language: str) -> tuple[InstrumentFile, bool]:
    """One file with one language, and whether that is a draft; as it is where it has the language itself."""
    if language in model.languages:
        return model, False
    translation = current_translation(file, model, language)
    if translation is None:
        known = ", ".join((*model.languages, *translated_languages(file)))
        raise InstrumentError(
            f"instrument {model.id}: no translation into {language!r}; there is: {known}. Begin one with "
            f"'mlbc instruments translation export {model.id} --language {language}'"
        )
    report = completeness(model, translation, language)
    if not report.complete:
        named = "\n".join(f"  {problem}" for problem in report.problems[:SHOWN])
        more = len(report.problems) - SHOWN
        rest = f"\n  and {more} more" if more > 0 else ""
        raise InstrumentError(
            f"{translation_path(file, language)}: the translation is incomplete, so "
            f"nobody should be asked in {language!r}:\n{named}{rest}\n"
            f"  'mlbc instruments translation check {model.id}' names all of them"
        )
    texts = {path: string.text for path, string in translation.strings.items()}
    return with_language(model, language, texts), report.draft


def _same_scales(models: Sequence[InstrumentFile], files: Sequence[str]) -> None:
    """Labels of one scale must be the same wherever it is used, in every language."""
    first: dict[str, tuple[object, str]] = {}
    for model, file in zip(models, files, strict=True):
        for scale in model.scales:
            known, where = first.setdefault(scale.id, (scale, file))
            if known != scale:
                raise InstrumentError(
                    f"{file}: scale {scale.id!r} is translated in other words than in {where}; make them equal"
                )
