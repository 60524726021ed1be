"""Reporting standards beside what a study says: JARS-Quant for structural equations, TOP 2025, DCAS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from mlbc_stats.errors import StudyError
from mlbc_stats.report import RowGroup, Table
from mlbc_stats.report.text.results import Results, read_results

POINTS = "checklist/points"


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand of a standard, in our words.

    Attributes
    ----------
    area : heading; name : what it is called.
    text : what is wanted.
    points : keys of the reviewers' checklist (``study.review_points``) that answer it.
    answer : what this package answers whatever the study.
    """

    area: str
    name: str
    text: str
    points: tuple[str, ...] = ()
    answer: str = ""


CODE = "the package mlbc-stats and the scripts of the study, under a BSD licence"
RERUN = "one command repeats the analysis; the manifest lists versions, seed and checksums"

JARS = (
    Demand(
        "Title and abstract",
        "Model",
        "The model, the sample and the chief result are named",
        answer="abstract",
    ),
    Demand("Introduction", "Theory", "Each path has a reason and a direction", ("theory", "hypotheses")),
    Demand(
        "Introduction",
        "Respecification",
        "Whether models may be changed is said beforehand",
        ("respecification", "modifications"),
    ),
    Demand("Method", "Sample size", "How many cases, by which reasoning", ("power",)),
    Demand(
        "Method",
        "Measures",
        "Constructs, items, what shows in what",
        ("specification", "definitions", "origin", "instrument"),
    ),
    Demand(
        "Method",
        "Data",
        "Screening, outliers, distributions, nesting",
        ("screening", "flow", "distribution", "nesting"),
    ),
    Demand(
        "Method",
        "Missing data",
        "How much, in which patterns, and how it was treated",
        ("missing", "missing_method"),
    ),
    Demand(
        "Method",
        "Estimation",
        "Program, version, estimator, identification, starting values where they matter",
        ("identification", "ordinal", "approach"),
    ),
    Demand("Results", "Solution", "Convergence and admissibility", ("solution",)),
    Demand(
        "Results",
        "Global fit",
        "χ² with df and p, and indices of different kinds against criteria",
        ("fit", "robust_fit", "cutoffs"),
    ),
    Demand("Results", "Local fit", "Residuals of the chosen model", ("local_fit",)),
    Demand("Results", "Rival models", "Alternatives, equivalent ones among them", ("cfa", "rivals")),
    Demand(
        "Results",
        "Parameters",
        "Raw and standardized estimates with errors for all that matter",
        ("paths", "convergent", "explained"),
    ),
    Demand("Results", "Indirect effects", "How indirect effects were tested", ("indirect",)),
    Demand("Results", "Interactions", "How interactions were modelled and probed", ("interactions",)),
    Demand("Results", "Groups", "Invariance where groups are compared", ("invariance", "ordinal_invariance")),
    Demand(
        "Discussion",
        "Claims",
        "What design and data do not allow to conclude",
        ("endogeneity", "method_variance"),
    ),
)

TOP = (
    Demand(
        "Research practices",
        "Study registration",
        "Whether, where and when the study was registered",
        ("preregistration",),
    ),
    Demand(
        "Research practices",
        "Study protocol",
        "Whether the protocol is public, and since when",
        ("preregistration", "collection"),
    ),
    Demand(
        "Research practices",
        "Analysis plan",
        "Whether the plan of analysis is public, and what departs from it",
        ("preregistration", "respecification"),
    ),
    Demand(
        "Research practices",
        "Materials",
        "Whether questionnaires and other materials can be had",
        ("instrument", "materials"),
    ),
    Demand("Research practices", "Data", "Whether the data can be had", ("materials",)),
    Demand("Research practices", "Analytic code", "Whether the code can be had", ("materials",), CODE),
    Demand(
        "Research practices",
        "Reporting",
        "Which reporting guideline was followed",
        answer="JARS-Quant for structural equation models",
    ),
    Demand(
        "Verification practices", "Results", "Whether somebody else checked the results before publication"
    ),
    Demand(
        "Verification practices",
        "Computation",
        "Whether the numbers can be computed again from data and code",
        answer=RERUN,
    ),
    Demand("Verification studies", "Replication", "Whether the study repeats another one"),
    Demand(
        "Verification studies",
        "Registered report",
        "Whether the plan was reviewed before the data were known",
        ("preregistration",),
    ),
    Demand(
        "Verification studies",
        "Multiverse",
        "Whether other reasonable analyses were run",
        ("exclusions", "explained"),
        "robustness section of the report",
    ),
    Demand("Verification studies", "Many analysts", "Whether several analysts worked on the same question"),
)

DCAS = (
    Demand(
        "Data",
        "Data availability statement",
        "How others can get the data, with limits and costs",
        ("materials",),
    ),
    Demand("Data", "Raw data", "Raw data are accessible, or the reason why not", ("materials",)),
    Demand("Data", "Analysis data", "Data as analysed, where they cannot be made again", ("materials",)),
    Demand(
        "Data", "Format", "Files that common programs read", answer="CSV in UTF-8; results in CSV and JSON"
    ),
    Demand(
        "Data",
        "Metadata",
        "Variables and their values are described",
        ("instrument",),
        "codebook beside the data, questionnaire in the report",
    ),
    Demand("Data", "Citation", "All data are cited", ("materials",)),
    Demand("Code", "Data transformation", "Programs that turn raw data into data as analysed", answer=CODE),
    Demand("Code", "Analysis", "Programs that make tables and figures", answer=CODE),
    Demand("Code", "Format", "Source that can be run as it is", answer="Python source"),
    Demand(
        "Supporting materials",
        "Instruments",
        "Questionnaires and how subjects were chosen",
        ("instrument", "collection"),
    ),
    Demand("Supporting materials", "Ethics", "Approval, where it was needed", ("ethics",)),
    Demand("Supporting materials", "Registration", "Registration is cited", ("preregistration",)),
    Demand(
        "Supporting materials",
        "Documentation",
        "A page that says how to run everything",
        answer="README and manifest",
    ),
    Demand("Sharing", "Location", "A trusted repository", ("materials",)),
    Demand(
        "Sharing",
        "Licence",
        "A licence that allows reuse",
        answer="BSD-3-Clause for code, CC BY 4.0 for instruments",
    ),
    Demand("Sharing", "Omissions", "What is left out is said", ("materials",)),
)

STANDARDS: Mapping[str, tuple[str, tuple[Demand, ...], str]] = MappingProxyType(
    {
        "jars": (
            "Reporting standards for structural equation models (JARS-Quant)",
            JARS,
            "Appelbaum et al. (2018), doi:10.1037/amp0000191",
        ),
        "top": (
            "Transparency and openness (TOP 2025)",
            TOP,
            "Center for Open Science (2025), cos.io/initiatives/top-guidelines",
        ),
        "dcas": ("Data and code availability (DCAS 1.0)", DCAS, "datacodestandard.org"),
    }
)


def standard_table(name: str, results: Results) -> Table:
    """One standard beside the state of the points of the reviewers' checklist that answer it.

    Raises
    ------
    StudyError
        an unknown standard, or results without the reviewers' checklist.
    """
    if name not in STANDARDS:
        raise StudyError(f"no standard {name!r}; there are {', '.join(STANDARDS)}")
    title, demands, source = STANDARDS[name]
    states = _states(results)
    answered = [_answer(demand, states) for demand in demands]
    areas = [demand.area for demand in demands]
    starts = [at for at, area in enumerate(areas) if area not in areas[:at]]
    return Table(
        title,
        ("demand", "what is wanted", "state", "where, or what to do"),
        (
            tuple(demand.name for demand in demands),
            tuple(demand.text for demand in demands),
            tuple(state for state, _ in answered),
            tuple(where for _, where in answered),
        ),
        ("text",) * 4,
        groups=tuple(RowGroup(areas[at], at) for at in starts),
        notes=(f"{source}; in our own words. The state is the weakest of the points that answer a demand.",),
        synthetic=results.synthetic,
        identifier=name,
    )


def filled_checklist(folder: Path, standard: str | None = None, missing: bool = False) -> Table:
    """The points of reviewers, or a standard, filled from the results of a run.

    Parameters
    ----------
    folder : of the results. standard : jars, top or dcas; the points of reviewers by default.
    missing : only what is not reported, or in part.

    Examples
    --------
    >>> filled_checklist(Path("no-such-folder"))
    Traceback (most recent call last):
    mlbc_stats.errors.StudyError: no-such-folder: holds no results of a study; run it first: mlbc study run
    """
    results = read_results(folder)
    table = standard_table(standard, results) if standard else results.table(POINTS)
    if not missing:
        return table
    states = table.columns[table.header.index("state")]
    kept = [line for line, state in enumerate(states) if state in ORDER[:2]]
    groups = {
        max((g for g in table.groups if g.first <= line), key=lambda g: g.first).label: at
        for at, line in reversed(list(enumerate(kept)))
    }
    return replace(
        table,
        columns=tuple(tuple(column[line] for line in kept) for column in table.columns),
        groups=tuple(RowGroup(label, at) for label, at in sorted(groups.items(), key=lambda pair: pair[1])),
        glosses={},
    )


ORDER = ("not reported", "partly", "declared", "not applicable", "reported")
"""States from the weakest to the strongest."""


def _states(results: Results) -> dict[str, tuple[str, str]]:
    """Key → state, and where it is reported or what to do."""
    table = results.table(POINTS)
    where = {name: table.header.index(name) for name in ("key", "state", "where, or why not", "what to do")}
    return {
        str(row[where["key"]]): (
            str(row[where["state"]]),
            str(row[where["where, or why not"]] or row[where["what to do"]] or ""),
        )
        for row in table.rows()
    }


def _answer(demand: Demand, states: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    found = [states[key] for key in demand.points if key in states]
    if not found:
        return (
            ("reported", demand.answer)
            if demand.answer
            else ("not reported", "say so in the transparency statement")
        )
    state = min((state for state, _ in found), key=ORDER.index)
    places = dict.fromkeys(
        part for own, where in found if where and own == state for part in where.split("; ")
    )
    return state, "; ".join([*([demand.answer] if demand.answer else []), *places])
