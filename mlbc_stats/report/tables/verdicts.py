"""The table of verdicts on propositions, with the numbers that decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import format_level
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from mlbc_stats.theory.verdicts.decision import Verdict

HEADER = (
    "Proposition",
    "Verdict",
    "Statement",
    "Predicted",
    "Estimate",
    "Interval",
    "Level",
    "p",
    "Inner interval",
    "Smallest effect",
    "Power",
    "Quantity",
)
FORMATS = (
    "text",
    "text",
    "text",
    "text",
    "estimate",
    "interval",
    "text",
    "p",
    "interval",
    "estimate",
    "bounded",
    "text",
)


def verdict_table(
    verdicts: Iterable[Verdict],
    decision_rule: Mapping[str, str] | None = None,
    title: str = "Verdicts on the propositions",
    notes: tuple[str, ...] = (),
    synthetic: bool | None = None,
    identifier: str = "verdicts",
) -> Table:
    """One row per deciding quantity: statement, estimate, both intervals, smallest effect, power and verdict.

    Parameters
    ----------
    verdicts : what `theory.test` returns.
    decision_rule : form → rule in words, printed as notes.
    title, notes, synthetic, identifier : as in `Table`.

    Raises
    ------
    DataError
        when there is no verdict.

    Notes
    -----
    "Interval" decides, at the level in its row (Holm's within a confirmatory family); "Inner interval" must lie
    within ± the smallest effect for a negligible one. Gates that closed are printed as notes.

    Examples
    --------
    >>> from types import SimpleNamespace as Box
    >>> found = Box(name="ALN ~ TC", estimate=-0.3, level=0.95, lower=-0.4, upper=-0.2, pvalue=0.0,
    ...             inner_lower=-0.38, inner_upper=-0.22, power=0.8, outcome="supported")
    >>> verdict = Box(proposition="M1", statement="TC lowers ALN", outcome="supported", sign=-1, gate="",
    ...               coefficients=(found,), smallest=0.1, label="associational")
    >>> verdict_table([verdict]).sheet().rows[0][4:8]
    ('-0.300', '[-0.400, -0.200]', '95%', '< .001')
    """
    found = list(verdicts)
    if not found:
        raise DataError("no verdicts to print: test at least one proposition")
    rows = [row for verdict in found for row in _rows(verdict)]
    return Table(
        title=title,
        header=HEADER,
        columns=tuple(zip(*rows, strict=True)),
        formats=FORMATS,
        notes=(*_notes(found), *(decision_rule or {}).values(), *notes),
        synthetic=synthetic,
        identifier=identifier,
    )


def _rows(verdict: Verdict) -> list[tuple[object, ...]]:
    """One row per coefficient; a verdict without one keeps its row."""
    sign = "+" if verdict.sign > 0 else "−"
    outcome = str(verdict.outcome)
    several = len(verdict.coefficients) > 1
    if not verdict.coefficients:
        first = (verdict.proposition, outcome, verdict.statement, sign)
        return [(*first, None, None, None, None, None, verdict.smallest, None, None)]
    return [
        (
            verdict.proposition,
            f"{outcome} (this part: {part.outcome})" if several else outcome,
            verdict.statement,
            sign,
            part.estimate,
            (part.lower, part.upper),
            format_level(part.level),
            part.pvalue,
            (part.inner_lower, part.inner_upper),
            verdict.smallest,
            part.power,
            part.name,
        )
        for part in verdict.coefficients
    ]


def _notes(verdicts: list[Verdict]) -> list[str]:
    gates = [f"{verdict.proposition}: {verdict.gate}" for verdict in verdicts if verdict.gate]
    claims = sorted({verdict.label for verdict in verdicts if verdict.label})
    return [*gates, *([f"Kind of claim: {', '.join(claims)}."] if claims else [])]
