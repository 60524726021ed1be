"""Two tables of verdicts on propositions: what was found, and how each was reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import format_level
from mlbc_stats.report.tables.naming import meaning
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from mlbc_stats.theory.verdicts.decision import Coefficient, Verdict

SIGNS = {1: "+", -1: "−", 0: "±"}
FOUND = {
    "Proposition": "text",
    "Verdict": "text",
    "Predicted": "text",
    "Quantity": "text",
    "Estimate": "estimate",
    "Interval": "interval",
}
REACHED = {
    "Quantity": "text",
    "Proposition": "text",
    "This part": "text",
    "Level": "text",
    "p": "p",
    "Inner interval": "interval",
    "Smallest effect": "estimate",
    "Power": "bounded",
}


def verdict_table(
    verdicts: Iterable[Verdict],
    names: Mapping[str, str] | None = None,
    title: str = "Verdicts on the propositions",
    notes: tuple[str, ...] = (),
    synthetic: bool | None = None,
    identifier: str = "verdicts",
) -> Table:
    """One row per deciding quantity; what a proposition says, and its verdict, stand once.

    Parameters
    ----------
    verdicts : what `theory.test` returns.
    names : id → name of the constructs, to say what each quantity is.
    title, notes, synthetic, identifier : as in `Table`.

    Raises
    ------
    DataError
        when there is no verdict.

    Notes
    -----
    "Interval" decides, at the level that `decision_table` gives. Gates that closed are printed as notes.

    Examples
    --------
    >>> from types import SimpleNamespace as Box
    >>> found = Box(name="ALN ~ TC", estimate=-0.3, level=0.95, lower=-0.4, upper=-0.2, pvalue=0.0,
    ...             inner_lower=-0.38, inner_upper=-0.22, power=0.8, outcome="supported")
    >>> verdict = Box(proposition="M1", statement="TC lowers ALN", outcome="supported", sign=-1, gate="",
    ...               coefficients=(found,), smallest=0.1, label="associational")
    >>> verdict_table([verdict]).sheet().rows[0]
    ('M1\\nTC lowers ALN', 'supported', '−', 'ALN ~ TC', '-0.300', '[-0.400, -0.200]')
    """
    pairs = _pairs(verdicts)
    rows = [
        (
            verdict.proposition,
            str(verdict.outcome),
            SIGNS[verdict.sign],
            part and part.name,
            part and part.estimate,
            part and (part.lower, part.upper),
        )
        for verdict, part in pairs
    ]
    return Table(
        title=title,
        header=tuple(FOUND),
        columns=tuple(zip(*rows, strict=True)),
        formats=tuple(FOUND.values()),
        notes=(*_notes(pairs), *notes),
        synthetic=synthetic,
        identifier=identifier,
        glosses={0: [verdict.statement for verdict, _ in pairs], 3: _meanings(pairs, names)},
        merged=3,
    )


def decision_table(
    verdicts: Iterable[Verdict],
    decision_rule: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    title: str = "How the verdicts were reached",
    notes: tuple[str, ...] = (),
    synthetic: bool | None = None,
    identifier: str = "decisions",
) -> Table:
    """One row per deciding quantity: its own outcome, level, p, inner interval, smallest effect and power.

    Parameters
    ----------
    verdicts, names : as in `verdict_table`.
    decision_rule : form → rule in words, printed as notes.
    title, notes, synthetic, identifier : as in `Table`.

    Notes
    -----
    "Level" is that of the deciding interval (Holm's within a confirmatory family); "Inner interval" must lie
    within ± the smallest effect for a negligible one.

    Examples
    --------
    >>> from types import SimpleNamespace as Box
    >>> found = Box(name="ALN ~ TC", estimate=-0.3, level=0.95, lower=-0.4, upper=-0.2, pvalue=0.0,
    ...             inner_lower=-0.38, inner_upper=-0.22, power=0.8, outcome="supported")
    >>> verdict = Box(proposition="M1", statement="TC lowers ALN", outcome="supported", sign=-1, gate="",
    ...               coefficients=(found,), smallest=0.1, label="associational")
    >>> decision_table([verdict]).sheet().rows[0][2:6]
    ('supported', '95%', '< .001', '[-0.380, -0.220]')
    """
    pairs = _pairs(verdicts)
    rows = [
        (
            part and part.name,
            verdict.proposition,
            part and str(part.outcome),
            part and format_level(part.level),
            part and part.pvalue,
            part and (part.inner_lower, part.inner_upper),
            verdict.smallest,
            part and part.power,
        )
        for verdict, part in pairs
    ]
    return Table(
        title=title,
        header=tuple(REACHED),
        columns=tuple(zip(*rows, strict=True)),
        formats=tuple(REACHED.values()),
        notes=(*(decision_rule or {}).values(), *notes),
        synthetic=synthetic,
        identifier=identifier,
        glosses={0: _meanings(pairs, names)},
    )


Pairs = list[tuple["Verdict", "Coefficient | None"]]


def _pairs(verdicts: Iterable[Verdict]) -> Pairs:
    """Each coefficient with its verdict; a verdict without one keeps its row."""
    found: Pairs = [(verdict, part) for verdict in verdicts for part in verdict.coefficients or (None,)]
    if not found:
        raise DataError("no verdicts to print: test at least one proposition")
    return found


def _meanings(pairs: Pairs, names: Mapping[str, str] | None) -> list[str]:
    return [meaning(part.name, names or {}) if part else "" for _, part in pairs]


def _notes(pairs: Pairs) -> list[str]:
    verdicts = {verdict.proposition: verdict for verdict, _ in pairs}.values()
    gates = [f"{verdict.proposition}: {verdict.gate}" for verdict in verdicts if verdict.gate]
    claims = sorted({verdict.label for verdict in verdicts if verdict.label})
    return [*gates, *([f"Kind of claim: {', '.join(claims)}."] if claims else [])]
