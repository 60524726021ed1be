"""Tell whether a translation is complete: nothing missing, nothing stale, no placeholder lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.translation_file import STATUSES, Status, Translation
from mlbc_stats.survey.loading.texts import placeholders, source_hash, source_strings


@dataclass(frozen=True, slots=True, repr=False)
class TranslationReport(Shown):
    """What is done and what is not in the translation of one instrument file.

    Attributes
    ----------
    instrument, language : what was looked at.
    total : number of texts of the instrument file.
    counts : status → number of texts that have it.
    missing : paths without a translation.
    stale : paths whose source text has changed since.
    placeholders : path → what is lost or added.
    unknown : paths that the instrument does not have (any more).

    Examples
    --------
    >>> report = TranslationReport("marker", "de", 2, {"draft": 2}, (), (), {}, ())
    >>> report.complete, report.draft
    (True, True)
    """

    instrument: str
    language: str
    total: int
    counts: dict[str, int]
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    placeholders: dict[str, str]
    unknown: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every text has an up-to-date translation with its placeholders."""
        return not (self.missing or self.stale or self.placeholders)

    @property
    def draft(self) -> bool:
        """Whether anything is missing, stale or less than reviewed."""
        return not self.complete or self.counts.get("reviewed", 0) < self.total

    @property
    def status(self) -> Status:
        """The lowest status of any text."""
        return next((status for status in STATUSES if self.counts.get(status)), "draft")

    @property
    def problems(self) -> tuple[str, ...]:
        """One line per text that keeps the translation from being complete."""
        return (
            *(f"{path}: not translated" for path in self.missing),
            *(f"{path}: the source text has changed since it was translated" for path in self.stale),
            *(f"{path}: {problem}" for path, problem in self.placeholders.items()),
        )


def completeness(model: InstrumentFile, translation: Translation | None, language: str) -> TranslationReport:
    """Compare the texts of an instrument file with a translation; None stands for no translation at all."""
    sources = source_strings(model)
    strings = translation.strings if translation is not None else {}
    known = {path: string for path, string in strings.items() if path in sources}
    differences = {path: _difference(sources[path], string.text) for path, string in known.items()}
    return TranslationReport(
        instrument=model.id,
        language=language,
        total=len(sources),
        counts=dict(Counter(string.status for string in known.values())),
        missing=tuple(path for path in sources if path not in known),
        stale=tuple(path for path, string in known.items() if string.source != source_hash(sources[path])),
        placeholders={path: problem for path, problem in differences.items() if problem},
        unknown=tuple(path for path in strings if path not in sources),
    )


def _difference(source: str, target: str) -> str:
    """Placeholders lost and added, in words."""
    wanted, got = Counter(placeholders(source)), Counter(placeholders(target))
    lost, added = (", ".join((a - b).elements()) for a, b in ((wanted, got), (got, wanted)))
    return "; ".join(
        [f"placeholder lost: {lost}"] * bool(lost) + [f"placeholder added: {added}"] * bool(added)
    )
