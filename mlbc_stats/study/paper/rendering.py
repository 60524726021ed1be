"""Fill the placeholders of a manuscript for one kind of file."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlbc_stats.errors import StudyError
from mlbc_stats.report.text.paragraphs import SYNTHETIC
from mlbc_stats.report.text.results import Results, Shown
from mlbc_stats.study.paper.exhibits import Exhibit, Exhibits
from mlbc_stats.study.paper.source import Source
from mlbc_stats.study.paper.standards import standard_table
from mlbc_stats.study.paper.targets import Target
from mlbc_stats.study.paper.views import ResultsView, TextView, finished, writers

TEMPLATE = "<template>"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A manuscript in Markdown for one kind of file: text, exhibits, numbers, and those typed with a reason."""

    text: str
    exhibits: tuple[Exhibit, ...]
    numbers: tuple[Shown, ...]
    typed: tuple[tuple[str, str], ...]


def render(source: Source, results: Results, target: Target) -> Rendered:
    """The text for one kind of file; a first pass finds the numbers of exhibits that are referred to before they come.

    Raises
    ------
    StudyError
        for a placeholder that the results do not fill, with its line.
    """
    first = _pass(source, results, target, {})
    known = {exhibit.place: exhibit.label for exhibit in first.exhibits}
    results.book.clear()
    return _pass(source, results, target, known)


def _pass(source: Source, results: Results, target: Target, known: Mapping[str, str]) -> Rendered:
    exhibits = Exhibits(results, source.results, dict(known))
    typed: list[tuple[str, str]] = []
    names = _names(exhibits, results, target, typed, bool(known))
    text = _filled(source, names)
    return Rendered(text, tuple(exhibits.shown), tuple(results.book), tuple(typed))


def _names(
    exhibits: Exhibits, results: Results, target: Target, typed: list[tuple[str, str]], last: bool
) -> dict[str, Any]:
    """What placeholders can name."""

    def table(place: str, caption: str = "", columns: Any = ()) -> str:
        return target.exhibit(exhibits.add_table(place, caption, columns))

    def figure(place: str, caption: str = "") -> str:
        return target.exhibit(exhibits.add_figure(place, caption))

    def standard(name: str) -> str:
        return target.exhibit(exhibits.add_own(name, standard_table(name, results)))

    def ref(place: str) -> str:
        label = exhibits.label_of(place)
        if last and not label:
            raise StudyError(f"reference to {place!r}, which this paper does not show")
        anchored = Exhibit(label.partition(" ")[0] or "Table", 0, place, None)  # type: ignore[arg-type]
        return target.reference(anchored.anchor, label or "Table 0")

    def written(text: str, reason: str) -> str:
        typed.append((text, reason))
        return text

    return {
        "results": ResultsView(results),
        "text": TextView(results),
        "manifest": results.manifest,
        "synthetic": results.synthetic,
        "synthetic_note": target.notice(SYNTHETIC) if results.synthetic else "",
        "has": results.has,
        "shows": lambda place: place in results.figures,
        "table": table,
        "figure": figure,
        "standard": standard,
        "ref": ref,
        "notice": target.notice,
        "typed": written,
    }


def _filled(source: Source, names: dict[str, Any]) -> str:
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=finished,
        keep_trailing_newline=True,
        comment_start_string="{~",
        comment_end_string="~}",
    )
    environment.filters |= writers()  # type: ignore[arg-type]
    try:
        return environment.from_string(source.body).render(**names)
    except (StudyError, TemplateError) as error:
        raise StudyError(f"{source.path}, line {_line(error) + source.lines}: {error}") from None


def _line(error: Exception) -> int:
    """The line of the text that an error came from."""
    told = getattr(error, "lineno", None)
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == TEMPLATE
    ]
    return int(told or (lines[-1] if lines else 0) or 0)
