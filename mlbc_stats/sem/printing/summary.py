"""A fitted model as plain text and as HTML; the only place of this room that rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from math import isfinite
from textwrap import wrap
from typing import TYPE_CHECKING

from mlbc_stats.sem.printing.parameters import notes, parameter_sections, raw_sections, rsquare_sections
from mlbc_stats.sem.printing.sections import Probability, Row, Section, Value, fit_sections

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

WIDTH = 100
ROUNDING_NOISE = 1e-10
"""What is nearer to zero than this is shown as zero: the statistic of a saturated model, say."""

NO_SOLUTION = "NOT A SOLUTION: values where the optimizer stopped, not estimates"

MANY_SOLUTIONS = "ONE OF MANY SOLUTIONS: other values fit just as well"

STYLE = (
    "<style>.mlbc-sem{font-size:90%;max-width:60em}.mlbc-sem table{border-collapse:collapse;margin:0 0 .8em}"
    ".mlbc-sem caption{text-align:left;font-weight:bold;padding:.3em 0}"
    ".mlbc-sem td,.mlbc-sem th{text-align:right;padding:.1em .6em;white-space:nowrap;background:none}"
    ".mlbc-sem td:first-child,.mlbc-sem th:first-child{text-align:left;white-space:pre}"
    ".mlbc-sem .warning{border-left:4px solid #b00020;padding:.3em .8em;margin:.4em 0;font-weight:bold}"
    ".mlbc-sem .scroll{overflow-x:auto}</style>"
)


def summary_text(
    result: FittedModel, fit_measures: bool = True, standardized: bool = True, rsquare: bool = False
) -> str:
    """The fit as plain text: warnings first, then data, method, test, indices and estimates.

    A fit that did not converge, or that the data do not determine, shows its warnings and raw values only, so marked.
    Without `fit_measures` the baseline, the indices and the likelihood are left out, without `standardized` the last
    two columns; `rsquare` adds the explained shares of variance.
    In R: ``summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = FALSE, ci = TRUE)``.
    """
    lines = [_headline(result), ""]
    for warning in result.warnings:
        lines += [*wrap(f"WARNING: {warning}", WIDTH, initial_indent="!! ", subsequent_indent="!! "), ""]
    facts, estimates, remarks = _content(result, fit_measures, standardized, rsquare)
    for part in (facts, estimates):
        written = [_written(section) for section in part]
        widths = {shape: _widths(shape, written) for shape in {_shape(section) for section in written}}
        for section in written:
            lines += _text_section(section, widths[_shape(section)])
    return "\n".join([*lines, *remarks]).rstrip() + "\n"


def summary_html(result: FittedModel) -> str:
    """The same summary as a self-contained piece of HTML, every text escaped."""
    facts, estimates, remarks = _content(result)
    warnings = "".join(f'<p class="warning">Warning: {escape(text)}</p>' for text in result.warnings)
    tables = "".join(_html_section(section) for section in (*facts, *estimates))
    below = "".join(f"<p>{escape(remark)}</p>" for remark in remarks)
    title = f"<p><strong>{escape(_headline(result))}</strong></p>"
    return f'{STYLE}<div class="mlbc-sem">{title}{warnings}{tables}{below}</div>'


def format_number(value: Value) -> str:
    """Text of one cell: three decimals, whole numbers as they are, p values as ``< .001``, a dash for NaN.

    A number too small or too large for three decimals is written with a power of ten.

    Examples
    --------
    >>> format_number(0.5), format_number(24), format_number(Probability(1e-9)), format_number((0.1, 2.0))
    ('0.500', '24', '< .001', '[0.100, 2.000]')
    >>> format_number(2.5e-6), format_number(float("nan")), format_number(None)
    ('2.50e-06', '-', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Probability):
        return "< .001" if 0 <= value.value < 0.001 else format_number(value.value)
    if isinstance(value, tuple):
        return f"[{format_number(value[0])}, {format_number(value[1])}]" if isfinite(sum(value)) else "-"
    if isinstance(value, int):
        return str(value)
    if not isfinite(value):
        return "-" if value != value else str(value)
    value = 0.0 if abs(value) < ROUNDING_NOISE else value
    plain = value == 0 or 0.0005 <= abs(value) < 1e9
    return f"{value:.3f}" if plain else f"{value:.2e}"


def _headline(result: FittedModel) -> str:
    state = "" if result.converged else " DID NOT CONVERGE"
    return f"Structural equation model, {result.method.estimator}, {result.nobs} cases{state}"


def _content(
    result: FittedModel, fit_measures: bool = True, standardized: bool = True, rsquare: bool = False
) -> tuple[Sequence[Section], Sequence[Section], Sequence[str]]:
    if not result.converged:
        return (Section(NO_SOLUTION, (), ()),), raw_sections(result), (NO_SOLUTION + ".",)
    if not result.identified:
        loose = ". Not determined: ".join([MANY_SOLUTIONS, ", ".join(result.undetermined)])
        return (Section(loose, (), ()),), raw_sections(result), (MANY_SOLUTIONS + ".",)
    explained = rsquare_sections(result) if rsquare else ()
    return (
        fit_sections(result, fit_measures),
        (*parameter_sections(result, standardized), *explained),
        notes(result.table),
    )


def _text_section(section: Section, widths: Sequence[int]) -> list[str]:
    head = [_text_row(section.columns, widths)] if any(section.columns) else []
    body = [_text_row(row, widths) for row in section.rows]
    notes = [
        line
        for note in section.notes
        for line in wrap(note, WIDTH, initial_indent="  ", subsequent_indent="    ")
    ]
    return [section.title, *head, *body, *(section.notes if section.rows else notes), ""]


def _written(section: Section) -> Section:
    return replace(section, rows=tuple(tuple(format_number(value) for value in row) for row in section.rows))


def _text_row(row: Row, widths: Sequence[int]) -> str:
    name, *cells = (str(text) for text in row)
    right = "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=False))
    return f"  {name:<{widths[0]}}{right}".rstrip()


def _widths(shape: int, sections: Sequence[Section]) -> list[int]:
    """Width of each column over the written sections of one shape, so that they align one below another."""
    rows = [row for each in sections if _shape(each) == shape for row in (each.columns, *each.rows)]
    least = [20] + [8] * (shape - 1)
    return [max([least[i], *(len(str(row[i])) for row in rows if len(row) > i)]) for i in range(shape)]


def _shape(section: Section) -> int:
    return max((len(row) for row in (section.columns, *section.rows)), default=1)


def _html_section(section: Section) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in section.columns) if any(section.columns) else ""
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    body = "".join(_html_row(row, _shape(section)) for row in section.rows)
    below = "".join(f"<p>{escape(note)}</p>" for note in section.notes)
    table = f"<table><caption>{escape(section.title)}</caption>{head}<tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>{below}'


def _html_row(row: Row, width: int) -> str:
    cells = [escape(format_number(value)) for value in row] + [""] * (width - len(row))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
