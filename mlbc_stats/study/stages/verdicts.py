"""Stage 6: what the data say about each proposition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from mlbc_stats.report import (
    Figure,
    Table,
    decision_table,
    forest,
    format_interval,
    format_value,
    meaning,
    verdict_table,
)
from mlbc_stats.report.numbers import MINUS, is_missing
from mlbc_stats.study.names import names_of
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.sections.screened import with_and_without
from mlbc_stats.study.stages.shared.composites import composites_of
from mlbc_stats.study.stages.shared.verdicts import theory_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory import Outcome, TheoryResult, Verdict, load_propositions

GATE = (
    "Gates come before verdicts: a closed one leaves the propositions that rest on it undecided. Where phases are "
    "compared, loadings must be equal over them first."
)


def verdicts(material: Material) -> Stage:
    """The verdicts with the rule, the intervals and the smallest effect of interest behind them."""
    result = theory_of(material)
    tested = tuple(verdict for verdict in result.verdicts if verdict.coefficients)
    found, names = tested or result.verdicts, names_of(material.instrument)
    return Stage(
        name="verdicts",
        title="Verdicts",
        short=f"{_sentence(result)} {_gate_sentence(result)}",
        points=tuple(_point(verdict, names) for verdict in found),
        text=(GATE,),
        tables=(
            verdict_table(found, names),
            _gates(result, names, material.study.estimation.gates),
            decision_table(found, result.decision_rule, names, notes=result.notes),
            *_besides(result),
            *_untested(result),
            with_and_without(material),
            *_by_composites(material),
        ),
        figures=_intervals(material),
        problems=_problems(result),
        without=tuple(_without(result, material.study.engine)),
    )


def _without(result: TheoryResult, engine: str) -> Iterator[str]:
    """What these verdicts had no use for, so that nobody asks for reports of it."""
    if not any(model.structure.products for model in result.models.values()):
        yield "no products"
    if engine == "factors" or not result.fits:
        yield "no composites"
    if not any(" -> " in part.name for verdict in result.verdicts for part in verdict.coefficients):
        yield "no necessity"


def _besides(result: TheoryResult) -> tuple[Table, ...]:
    """Quantities that are reported beside the verdicts; none where no proposition has any."""
    frame = result.beside_table()
    if frame.empty:
        return ()
    return (
        Table.from_frame(
            frame,
            "Beside the verdicts",
            notes=("Exploratory: each by the single-coefficient rule, not adjusted; none of them decides.",),
            index=False,
            identifier="beside",
        ),
    )


def _untested(result: TheoryResult) -> tuple[Table, ...]:
    """Propositions that these answers cannot decide, with what stands in the way and the data they need."""
    lost = [verdict for verdict in result.verdicts if not verdict.coefficients]
    if not lost:
        return ()
    known = load_propositions()
    needs = {entry.id: entry.design.needs for entry in known.propositions}
    return (
        Table(
            title="Propositions that these answers cannot decide",
            header=("Proposition", "Why not", "It needs"),
            columns=(
                tuple(verdict.proposition for verdict in lost),
                tuple(verdict.reason for verdict in lost),
                tuple(needs.get(verdict.proposition, "") for verdict in lost),
            ),
            formats=("text",) * 3,
            glosses={0: [verdict.statement for verdict in lost]},
            identifier="undecidable",
        ),
    )


def _problems(result: TheoryResult) -> tuple[str, ...]:
    """Closed gates with the propositions that need them, and models that could not be fitted."""
    closed: dict[str, list[str]] = {}
    for verdict in result.verdicts:
        reason = verdict.gate or (verdict.reason if result.failed(verdict) else "")
        if reason:
            closed.setdefault(reason, []).append(verdict.proposition)
    return tuple(f"{', '.join(names)}: {reason}" for reason, names in closed.items())


def _gates(result: TheoryResult, names: Mapping[str, str], obeyed: bool) -> Table:
    """Every gate, the closed ones first; the sources of their rules below."""
    frame = result.gate_table().sort_values("state", kind="stable")
    sources = dict(zip(frame["gate"], frame["source"], strict=True))
    rules = "; ".join(f"{gate} {source}" for gate, source in sources.items() if source)
    notes = () if obeyed else ("Gates were not obeyed: the study asks for verdicts whatever they say.",)
    table = Table.from_frame(
        frame.drop(columns="source"),
        "Gates",
        notes=(f"Sources of the rules: {rules}.", *notes),
        index=False,
        identifier="gates",
    )
    return replace(table, glosses={2: [meaning(about, names) for about in frame["about"]]}, merged=2)


def _by_composites(material: Material) -> tuple[Table, ...]:
    """Every deciding quantity by factors and by composites; nothing where the study asks for factors alone."""
    if material.study.engine == "factors" or not theory_of(material).fits:
        return ()
    found = composites_of(material)
    frame, names = found.table(), names_of(material.instrument)
    changed = frame.loc[frame["verdict"] != frame["composite_verdict"], "proposition"].unique()
    agreed = f"Verdicts that differ: {', '.join(changed)}." if len(changed) else "No verdict differs."
    sides = {
        heading: [
            _side(*(row[f"{prefix}{part}"] for part in ("verdict", "estimate", "lower", "upper")))
            for row in frame.to_dict("records")
        ]
        for prefix, heading in (("", "Factors"), ("composite_", "Composites"))
    }
    return (
        Table(
            title="Verdicts by factors and by composites",
            header=("Proposition", "Quantity", *sides, "Difference"),
            columns=(
                tuple(frame["proposition"]),
                tuple(frame["quantity"]),
                *map(tuple, sides.values()),
                tuple(frame["difference"]),
            ),
            formats=("text",) * 5,
            notes=(*found.notes, agreed),
            identifier="by_composites",
            glosses={1: tuple(meaning(quantity, names) for quantity in frame["quantity"])},
            merged=1,
        ),
    )


def _side(verdict: object, estimate: object, lower: object, upper: object) -> str:
    """A verdict with its numbers, alone where there are none."""
    if is_missing(estimate):
        return str(verdict)
    interval = format_value((lower, upper), "short_interval", MINUS)
    return f"{verdict}: {format_value(estimate, 'short', MINUS)}, {interval}"


def _intervals(material: Material) -> tuple[Figure, ...]:
    """The intervals of what could be tested, those of joint verdicts apart; no figure where nothing could."""
    names = names_of(material.instrument)
    tested = [verdict for verdict in theory_of(material).verdicts if verdict.coefficients]
    spoken = {part.name: meaning(part.name, names) for verdict in tested for part in verdict.coefficients}
    kinds = {
        "intervals": ("Verdicts", [verdict for verdict in tested if len(verdict.coefficients) == 1]),
        "joint": ("Joint verdicts and their parts", [v for v in tested if len(v.coefficients) > 1]),
    }
    return tuple(
        replace(forest(own, title, material.synthetic, spoken), identifier=name)
        for name, (title, own) in kinds.items()
        if own
    )


def _sentence(result: TheoryResult) -> str:
    """How many propositions there are of each outcome."""
    counts = Counter(verdict.outcome for verdict in result.verdicts)
    words = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
    return f"Of {len(result.verdicts)} propositions {words}."


def _gate_sentence(result: TheoryResult) -> str:
    """How many gates are open, which are not, and the size and fit of each model."""
    closed = [gate for gate in result.gates if gate.closed]
    count = len(result.gates)
    opened = (
        f"All {count} gates are open" if not closed else f"{count - len(closed)} of {count} gates are open"
    )
    shut = "".join(f"; closed: {gate.model} {gate.name}, {gate.finding}" for gate in closed)
    findings: dict[str, list[str]] = {}
    for gate in result.gates:
        if gate.name in ("units", "fit"):
            findings.setdefault(gate.model, []).append(gate.finding.split(";")[0])
    models = " ".join(f"{name}: {', '.join(said)}." for name, said in findings.items())
    return f"{opened}{shut}. {models} In brackets the cutoffs of fit." if models else f"{opened}{shut}."


def _point(verdict: Verdict, names: Mapping[str, str]) -> str:
    """One proposition in words with its numbers; each part of a joint one says what it is about."""
    several = len(verdict.coefficients) > 1
    parts = [
        f"{meaning(part.name, names) + ' ' if several else ''}{format_value(part.estimate, 'short', MINUS)}, "
        f"{format_interval(part.lower, part.upper, part.level, 'short_interval', MINUS)}"
        for part in verdict.coefficients
    ]
    said = "; ".join(parts) or verdict.reason
    return f"{verdict.proposition} {verdict.outcome.value}: {verdict.statement} {said}."
