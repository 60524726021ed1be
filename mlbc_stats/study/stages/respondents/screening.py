"""What screening found, where its rules come from, and whether late respondents resemble early ones."""

from __future__ import annotations

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.report import Table, format_value
from mlbc_stats.study.stages.material import Material


def screening_tables(material: Material) -> tuple[Table, ...]:
    """Flags per rule, sources of the rules that had something to look at, and early against late respondents."""
    return (_flags(material), _sources(material), *early_late_tables(material))


def _flags(material: Material) -> Table:
    report = material.screening
    return Table.from_frame(
        report.table(),
        "Screening",
        formats={"share": "percent"},
        headings={"evaluated": "seen"},
        notes=(
            "Seen: cases for which the index is known. Alone: cases that no other excluding rule flags.",
            f"Policy: {report.policy}. Rules that do not exclude only flag cases; nothing is deleted.",
            *_not_computed(material),
        ),
        index=False,
        identifier="screening",
    )


def _not_computed(material: Material) -> tuple[str, ...]:
    """Rules that could not be computed, those with one reason together."""
    by_reason: dict[str, list[str]] = {}
    for rule, reason in material.screening.reasons.items():
        by_reason.setdefault(reason or "no case has what it needs", []).append(rule)
    told = "; ".join(f"{', '.join(rules)}: {reason}" for reason, rules in by_reason.items())
    return (f"Not computed: {told}.",) if told else ()


def _sources(material: Material) -> Table:
    known = material.screening.sources()
    used = known[~known["rule"].isin(list(material.screening.reasons))]
    return Table.from_frame(
        used[["rule", "source", "known"]],
        "Where the screening rules come from",
        headings={"known": "what is known of its errors"},
        index=False,
        notes=("Power and false positives of each index in simulated answers: docs/screening.md.",),
        identifier="screening_sources",
    )


def early_late_tables(material: Material) -> tuple[Table, ...]:
    """Early against late respondents; nothing where the file does not tell when cases answered."""
    try:
        found = survey.early_late(material.responses, material.screening)
    except ResponseError:
        return ()
    if found.empty:
        return ()
    table = found[
        ["scale", "early_n", "early_mean", "late_n", "late_mean", "difference", "lower", "upper"]
    ].assign(d=found["d"], p=found["pvalue"], p_equivalent=found["p_equivalent"], finding=found["finding"])
    numbers = dict.fromkeys(("early_mean", "late_mean", "difference", "lower", "upper", "d"), "statistic")
    return (
        Table.from_frame(
            table,
            "Early against late respondents",
            formats={"early_n": "count", "late_n": "count", **numbers, "p": "p", "p_equivalent": "p"},
            headings={
                "early_n": "early",
                "early_mean": "mean",
                "late_n": "late",
                "late_mean": "mean ",
                "p_equivalent": "p of equivalence",
            },
            notes=(
                "First and last third of the cases kept, by the end of answering (Armstrong & Overton, 1977). "
                f"Equivalent: the difference is within ±{format_value(0.5, 'short')} pooled standard deviations by two "
                "one-sided tests (TOST), so the interval is that of 90 %. That late respondents stand in for those who "
                "never answered is an assumption.",
            ),
            index=False,
            identifier="early_late",
        ),
    )
