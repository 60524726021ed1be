"""Every verdict with its numbers, in words; how it stands under other choices of analysis."""

from __future__ import annotations

from collections import Counter

from mlbc_stats.report.numbers import is_missing
from mlbc_stats.report.text.phrases import counted, joined, row_name
from mlbc_stats.report.text.results import Results

VERDICTS, DECISIONS, ROBUST = "verdicts/verdicts", "verdicts/decisions", "robustness/coefficients"
MEANING = {
    "supported": "was supported",
    "opposite": "was contradicted: the association has the opposite sign",
    "negligible": "was refuted as negligible: the association is smaller than the smallest effect of interest",
    "undecided": "remained undecided",
}


def rule(results: Results) -> str:
    """How verdicts are reached."""
    if not results.has(DECISIONS):
        return ""
    smallest = results.extreme(DECISIONS, "Smallest effect").shown("short")
    return (
        "A proposition is decided by the confidence interval of its standardized coefficient. With a smallest effect "
        f"of interest of ±{smallest}, it is negligible when the narrower interval of an equivalence test lies within "
        "these bounds [@lakens2017]; otherwise supported or opposite when the confidence interval excludes zero with "
        "the predicted or the opposite sign; otherwise undecided. A claim about several coefficients is "
        "supported when all of them are and opposite when one of them is at a level adjusted for their number "
        "[@dunn1961]. Within a confirmatory family, Holm's procedure [@holm1979] widens the intervals. Gates come "
        "first: a model that did not converge, does not fit or does not discriminate between its constructs decides "
        "nothing."
    )


def verdicts(results: Results) -> str:
    """One sentence for every proposition, a point of a list each."""
    if not results.has(VERDICTS):
        return ""
    outcomes = _outcomes(results)
    lines = [f"- {_proposition(results, name)}" for name, verdict in outcomes.items() if verdict in MEANING]
    for verdict in dict.fromkeys(outcomes.values()):
        names = [name for name, other in outcomes.items() if other == verdict]
        if verdict not in MEANING:
            lines.append(f"- {verdict[0].upper()}{verdict[1:]}: {joined(names)}.")
    return "\n".join(lines)


def _outcomes(results: Results) -> dict[str, str]:
    """Proposition → verdict, in the order of the table."""
    table = results.table(VERDICTS)
    where = table.header.index("Verdict")
    return {str(row[0]): str(row[where]) for row in table.rows()}


def summary(results: Results) -> str:
    """How many propositions came out how."""
    if not results.has(VERDICTS):
        return ""
    outcome = _outcomes(results)
    counts = Counter(outcome.values())
    told = joined([f"{count} {name}" for name, count in counts.items()])
    return f"Verdicts on {counted(len(outcome), 'proposition', 'propositions')}: {told}."


def robustness(results: Results) -> str:
    """Whether verdicts change under other estimators, treatments of missing answers, cases and controls."""
    if not results.has(ROBUST):
        return ""
    table = results.table(ROBUST)
    flips = [line for line, _ in enumerate(table.rows()) if results.number(ROBUST, line, "clear flips").value]
    steady = f"{len(table.rows()) - len(flips)} of {len(table.rows())}"
    tried = str(results.values(ROBUST, "same verdict")[0]).rpartition(" of ")[2]
    said = (
        f"Across {tried} combinations of estimator, missing-data treatment, cases and controls [@steegen2016], "
        f"{steady} deciding coefficients never clearly changed sign."
    )
    names = [row_name(table, str(table.columns[0][line])) for line in flips]
    return f"{said} The exceptions were: {joined(names)}." if names else said


def _proposition(results: Results, name: str) -> str:
    """Statement, verdict, and every deciding quantity with its interval."""
    table = results.table(VERDICTS)
    lines = [line for line, row in enumerate(table.rows()) if str(row[0]) == name]
    where = {heading: table.header.index(heading) for heading in ("Verdict", "Quantity", "Estimate")}
    verdict = str(table.columns[where["Verdict"]][lines[0]])
    statement = row_name(table, name).rstrip(".")
    parts = [_part(results, line, where) for line in lines]
    said = f"{name} ({statement}) {MEANING[verdict]}"
    numbers = "; ".join(part for part in parts if part)
    return f"{said}: {numbers}." if numbers else f"{said}."


def _part(results: Results, line: int, where: dict[str, int]) -> str:
    table = results.table(VERDICTS)
    if is_missing(table.columns[where["Estimate"]][line]):
        return ""
    quantity = str(table.columns[where["Quantity"]][line])
    glosses = table.glosses.get(where["Quantity"], ())
    spoken = (glosses[line] if glosses else "") or quantity
    estimate = results.show(VERDICTS, line, "Estimate", "short")
    interval = results.show(VERDICTS, line, "Interval", "short_interval")
    level = results.text(DECISIONS, quantity, "Level") if results.has(DECISIONS) else "95%"
    return f"{spoken}, β = {estimate}, {level} CI {interval}"
