"""Who answered and how far they came."""

from __future__ import annotations

from mlbc_stats import survey
from mlbc_stats.report import RowGroup, Table
from mlbc_stats.study.stages.material import Material


def profile_tables(material: Material) -> tuple[Table, ...]:
    """Counts of every context question and summaries of the numbers, of the cases kept."""
    found = survey.sample_profile(material.responses, material.screening, material.instrument.languages[0])
    silent = (f"Not answered by anybody: {', '.join(found.silent)}.",) if found.silent else ()
    tables = []
    if len(found.categories):
        counts = found.categories
        starts = [int(counts.index[counts["question"] == name][0]) for name in counts["question"].unique()]
        groups = [RowGroup(f"{counts['question'][at]}: {counts['text'][at]}", at) for at in starts]
        tables.append(
            Table.from_frame(
                counts[["answer", "cases", "share"]],
                f"Profile of the {found.n} cases kept",
                formats={"cases": "count", "share": "percent"},
                groups=groups,
                index=False,
                notes=("Shares are of the cases that answered.", *silent),
                identifier="profile",
            )
        )
    if len(found.numbers):
        tables.append(
            Table.from_frame(
                found.numbers.drop(columns="question"),
                "Years, as respondents gave them",
                formats={
                    "n": "count",
                    **dict.fromkeys(("mean", "sd", "median", "minimum", "maximum"), "statistic"),
                },
                headings={"text": "question"},
                index=False,
                identifier="profile_numbers",
            )
        )
    return tuple(tables)


def completion_table(material: Material) -> Table:
    """Part by part of the questionnaire, who reached it and who stopped."""
    frame = survey.completion(material.responses)
    stopped = int(frame["stopped"].sum())
    n = material.responses.n
    lost = frame[frame["stopped"] > 0]
    said = (
        "Where they stopped: "
        + ", ".join(f"{part} {count}" for part, count in zip(lost["part"], lost["stopped"], strict=True))
        + "."
        if stopped
        else "Nobody stopped early."
    )
    return Table.from_frame(
        frame,
        "Completion and drop-out",
        formats={"questions": "count", "reached": "count", "stopped": "count", "share": "percent"},
        headings={"first": "first question", "share": "reached its end"},
        index=False,
        notes=(f"{n - stopped} of {n} cases reached the end. {said}",),
        identifier="completion",
    )
