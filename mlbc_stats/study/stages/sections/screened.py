"""The verdicts with the cases that screening keeps, and with all cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats import theory
from mlbc_stats.report import Table, format_interval, format_value, meaning
from mlbc_stats.report.numbers import MINUS
from mlbc_stats.study.names import names_of
from mlbc_stats.study.stages.shared.verdicts import theory_of

if TYPE_CHECKING:
    from mlbc_stats.study.stages.material import Material
    from mlbc_stats.theory import TheoryResult, Verdict
    from mlbc_stats.theory.verdicts.decision import Coefficient

TITLE = "Verdicts with screening and without"


def with_and_without(material: Material) -> Table:
    """Every deciding quantity for the cases kept and for all cases, by the numbers alone."""
    report = material.screening
    if report.kept.all():
        return Table(
            title=TITLE,
            header=("Cases", "Verdicts"),
            columns=(("all",), ("as above",)),
            formats=("text", "text"),
            notes=("Screening sets nobody aside, so both are the same.",),
            identifier="with_and_without",
        )
    kept = theory_of(material).verdicts
    whole = {verdict.proposition: verdict for verdict in _of_all(material).verdicts}
    rows = [row for verdict in kept for row in _rows(verdict, whole.get(verdict.proposition))]
    changed = sorted(
        verdict.proposition
        for verdict in kept
        if _outcome(verdict) != _outcome(whole.get(verdict.proposition))
    )
    n, names = len(report.kept), names_of(material.instrument)
    return Table(
        title=TITLE,
        header=("Proposition", "Quantity", "Cases kept", "All cases"),
        columns=tuple(zip(*rows, strict=True)),
        formats=("text",) * 4,
        notes=(
            f"{int(report.kept.sum())} cases kept by screening, {n} cases in all; the same estimator, and verdicts "
            "by the numbers alone, so that gates hide no difference.",
            f"Verdicts that change: {', '.join(changed)}." if changed else "No verdict changes.",
        ),
        identifier="with_and_without",
        glosses={1: tuple(meaning(row[1], names) for row in rows)},
        merged=1,
    )


def _of_all(material: Material) -> TheoryResult:
    """The propositions tested with all cases; cutoffs matter to gates alone."""
    study = material.study
    asked = {**study.estimation.arguments(), "cutoffs": 0}
    return theory.test(material.responses, study.propositions or None, **asked, seed=study.seed)


def _rows(kept: Verdict, whole: Verdict | None) -> list[tuple[str, ...]]:
    """One row per deciding quantity; one in words where there is none."""
    own = {part.name: part for part in kept.coefficients}
    others = {part.name: part for part in whole.coefficients} if whole else {}
    return [
        (kept.proposition, name, _told(kept, own.get(name)), _told(whole, others.get(name)))
        for name in list(own) or list(others) or [""]
    ]


def _told(verdict: Verdict | None, part: Coefficient | None) -> str:
    """The verdict, with the estimate and the interval that decide it where there are some."""
    if part is None:
        return _outcome(verdict)
    interval = format_interval(part.lower, part.upper, part.level, "short_interval", MINUS)
    return f"{_outcome(verdict)}: {format_value(part.estimate, 'short', MINUS)}, {interval}"


def _outcome(verdict: Verdict | None) -> str:
    """By the numbers alone, whatever a gate says."""
    return str(verdict.ungated) if verdict else "not tested"
