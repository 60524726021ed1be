"""Who answered, who was set aside, what is missing, and how units nest, in words."""

from __future__ import annotations

from mlbc_stats.report.text.phrases import counted, equals, joined, span
from mlbc_stats.report.text.results import Results

FLOW, PATTERNS = "sample/flow", "sample/missing_patterns"


def sample(results: Results) -> str:
    """Cases and units from the answers read to the models."""
    if not results.has(FLOW):
        return ""
    read, kept = (results.show(FLOW, step, "cases", "count") for step in ("read", "kept"))
    units = [results.show(FLOW, step, "units", "count") for step in ("read", "kept")]
    said = (
        f"Responses from {read} cases on {units[0]} units were read; screening kept {kept} cases on "
        f"{units[1]} units."
    )
    if "in the models" in results.rows(FLOW):
        used, whole = (results.show(FLOW, step, "units", "count") for step in ("in the models", "complete"))
        said += f" The models rest on {used} units, of which {whole} answered every item."
    return said


def screening(results: Results) -> str:
    """The rules that set cases aside, with how many each took."""
    if not results.has(FLOW):
        return ""
    table = results.table(FLOW)
    reasons = [
        (line, str(row[1])) for line, row in enumerate(table.rows()) if row[0] == "set aside" and row[2]
    ]
    if not reasons:
        return "No case was set aside by the screening rules."
    told = [f"{results.show(FLOW, line, 'cases', 'count')} for {reason}" for line, reason in reasons]
    return (
        "Cases were set aside by screening rules [@meade2012; @curran2016]: "
        f"{joined(told)}. A case flagged by several rules is counted under the first; no case was deleted, and every "
        "verdict is also reported for all cases."
    )


def missing(results: Results) -> str:
    """How much is missing, in how many patterns, and Little's test."""
    if not results.has(PATTERNS):
        return ""
    notes = " ".join(results.table(PATTERNS).notes)
    return (
        f"{notes} Missing answers were handled by full information maximum likelihood where the estimator allows it "
        "[@enders2001]."
    )


def nesting(results: Results) -> str:
    """Similarity of units within one organization."""
    place = "sample/nesting"
    if not results.has(place):
        return ""
    highest = results.extreme(place, "design effect", largest=True)
    return (
        f"Units are nested in {results.extreme(place, 'clusters', largest=True).shown('count')} organizations, with "
        f"{span(results, place, 'ICC(1)', 'ICC(1)', 'bounded')}; the largest design effect is "
        f"{highest.shown('statistic')}. Standard errors and tests account for this nesting."
    )


def late_answers(results: Results) -> str:
    """Late respondents beside early ones, as a stand-in for those who never answered."""
    place = "sample/early_late"
    if not results.has(place):
        return ""
    findings = [str(value) for value in results.values(place, "finding")]
    alike = sum(value == "equivalent" for value in findings)
    return (
        f"Late respondents were equivalent to early ones on {alike} of {counted(len(findings), 'scale', 'scales')} "
        "in two one-sided tests [@armstrong1977; @lakens2017]; the largest standardized difference was "
        f"{equals('d', results.extreme(place, 'd', largest=True).shown('short'))}."
    )
