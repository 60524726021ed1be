"""Estimator, fit, rivals, invariance and method variance, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mlbc_stats.report.numbers import is_missing
from mlbc_stats.report.text.phrases import counted, equals, joined
from mlbc_stats.report.text.results import Results

MEASUREMENT, STRUCTURE, RIVALS = "measurement/fit", "structure/fit", "measurement/rivals"
INDICES = ("CFI", "TLI", "RMSEA", "SRMR")


def estimator(results: Results) -> str:
    """How the models were estimated and why, and by what program."""
    if not results.has(MEASUREMENT):
        return ""
    packages = results.manifest.get("packages", {})
    program = f"mlbc-stats {packages['mlbc-stats']}" if "mlbc-stats" in packages else "mlbc-stats"
    reasons = " ".join(results.table(MEASUREMENT).notes)
    said = f"Models were fitted with {program}, whose model syntax and defaults are those of lavaan [@rosseel2012]."
    return f"{said} {reasons}"


def fit(results: Results) -> str:
    """χ² and indices of the measurement model and of the structural models."""
    places = [place for place in (MEASUREMENT, STRUCTURE) if results.has(place)]
    told = [one_fit(results, place, line) for place in places for line, _ in enumerate(results.rows(place))]
    return " ".join(told)


def one_fit(results: Results, place: str, line: int) -> str:
    """One model: scaled test and robust indices where the estimator has them."""
    model = results.rows(place)[line]
    scaled = _known(results, place, line, "χ² scaled")
    tested = "χ² scaled" if scaled else "χ²"
    df, p = ("df scaled", "p scaled") if scaled else ("df", "p")
    parts = [
        f"χ²({results.show(place, line, df, 'count')}) = {results.show(place, line, tested, 'statistic')}",
        equals("p", results.show(place, line, p, "p")),
        *_indices(results, place, line),
    ]
    which = "scaled test, robust indices" if scaled else "normal-theory test"
    title = {MEASUREMENT: "Measurement model", STRUCTURE: "Structural model"}.get(place, "Model")
    return f"{title} {model!r} ({which}): {', '.join(parts)}.".replace("'", "")


def rivals(results: Results) -> str:
    """Which of the rival measurement models the criteria prefer."""
    if not results.has(RIVALS) or len(results.rows(RIVALS)) < 2:
        return ""
    best = {name: results.extreme(RIVALS, name) for name in ("AIC", "BIC")}
    chosen = [
        f"{name} was smallest for {found.row.lower()} ({found.shown('statistic')})"
        for name, found in best.items()
    ]
    others = [
        f"{row.lower()} had {_first(_indices(results, RIVALS, line))}"
        for line, row in enumerate(results.rows(RIVALS))
    ]
    models = counted(len(others), "measurement model", "measurement models")
    return f"Among {models}, {joined(chosen)}; {joined(others)}."


def invariance(results: Results) -> str:
    """How many steps of each ladder hold."""
    told = []
    for place in (name for name in results.tables if name.startswith("invariance/")):
        held = [
            str(value) for value in results.table(place).columns[results.table(place).header.index("holds")]
        ]
        asked = [value for value in held if value]
        released = [note for note in results.table(place).notes if "released" in note or "freed" in note]
        title = results.table(place).title[0].lower() + results.table(place).title[1:]
        told.append(
            f"For {title}, {sum(v == 'yes' for v in asked)} of {len(asked)} steps held by both criteria, the "
            f"difference test and the change in CFI and RMSEA [@chen2007; @putnick2016]. {' '.join(released)}".strip()
        )
    return " ".join(told)


def method_variance(results: Results) -> str:
    """The marker technique, comparison by comparison."""
    place = "method/marker_comparisons"
    if not results.has(place):
        return ""
    told = []
    for line, models in enumerate(results.rows(place)):
        values = [results.number(place, line, name) for name in ("Δdf", "Δχ²", "p")]
        if all(value.there for value in values):
            df, difference, p = values[0].shown("count"), values[1].shown("statistic"), values[2].shown("p")
            told.append(f"{models}: Δχ²({df}) = {difference}, {equals('p', p)}")
    notes = " ".join(results.table(place).notes)
    return f"Method variance was examined with a marker variable [@williams2010]. {'; '.join(told)}. {notes}"


def explained(results: Results) -> str:
    """Explained variance of every outcome."""
    place = "structure/rsquare"
    if not results.has(place):
        return ""
    table = results.table(place)
    words = table.glosses.get(1, ()) or table.columns[1]
    told = [
        f"{results.show(place, line, 'R²', 'bounded')} ({model}: {outcome})"
        for line, (model, outcome) in enumerate(zip(table.columns[0], words, strict=True))
    ]
    return f"Explained variance *R*² was {joined(told)}."


def _indices(results: Results, place: str, line: int) -> Iterator[str]:
    for name in INDICES:
        robust = f"{name} robust"
        column = robust if _known(results, place, line, robust) else name
        if not _known(results, place, line, column):
            continue
        said = equals(name, results.show(place, line, column, "bounded"))
        bounds = "90% CI robust" if column == robust else "90% CI"
        if name == "RMSEA" and _known(results, place, line, bounds):
            said += f", 90% CI {results.show(place, line, bounds, 'bounded_interval')}"
        yield said


def _known(results: Results, place: str, line: int, column: str) -> bool:
    table = results.table(place)
    return column in table.header and not is_missing(table.columns[table.header.index(column)][line])


def _first(parts: Iterator[str]) -> str:
    return next(parts, "no index")
