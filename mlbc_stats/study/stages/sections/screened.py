"""The verdicts with the cases that screening keeps, and with all cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats import theory
from mlbc_stats.report import Table, format_interval, format_value
from mlbc_stats.report.numbers import MINUS

if TYPE_CHECKING:
    from mlbc_stats.study.stages.material import Material
    from mlbc_stats.survey.screening.report import ScreeningReport
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
    kept = material.theory if _all_open(material) else _by_numbers(material, report)
    whole = {verdict.proposition: verdict for verdict in _by_numbers(material, None).verdicts}
    rows = [row for verdict in kept.verdicts for row in _rows(verdict, whole.get(verdict.proposition))]
    changed = sorted({row[0] for row in rows if row[2] != row[4]})
    n = len(report.kept)
    return Table(
        title=TITLE,
        header=(
            "Proposition",
            "Quantity",
            "Verdict, cases kept",
            "Estimate",
            "Verdict, all cases",
            "Estimate ",
        ),
        columns=tuple(zip(*rows, strict=True)),
        formats=("text",) * 6,
        notes=(
            f"{int(report.kept.sum())} cases kept by screening, {n} cases in all; the same estimator, and verdicts "
            "by the numbers alone, so that gates hide no difference.",
            f"Verdicts that change: {', '.join(changed)}." if changed else "No verdict changes.",
        ),
        identifier="with_and_without",
        merged=1,
    )


def _all_open(material: Material) -> bool:
    return not any(gate.closed for gate in material.theory.gates)


def _by_numbers(material: Material, screening: ScreeningReport | None) -> TheoryResult:
    study = material.study
    asked = {**study.estimation.arguments(), "gates": False, "cutoffs": 0}
    return theory.test(material.responses, study.propositions or None, screening, **asked, seed=study.seed)


def _rows(kept: Verdict, whole: Verdict | None) -> list[tuple[str, ...]]:
    """One row per deciding quantity; one in words where there is none."""
    others = {part.name: part for part in whole.coefficients} if whole else {}
    end = str(whole.outcome) if whole else "not tested"
    names = [part.name for part in kept.coefficients] or list(others) or [""]
    own = {part.name: part for part in kept.coefficients}
    return [
        (kept.proposition, name, str(kept.outcome), _told(own.get(name)), end, _told(others.get(name)))
        for name in names
    ]


def _told(part: Coefficient | None) -> str:
    if part is None:
        return ""
    interval = format_interval(part.lower, part.upper, part.level, "short_interval", MINUS)
    return f"{format_value(part.estimate, 'short', MINUS)}, {interval}"
