"""Stage: whether the measurement holds alike in every phase and for every kind of informant."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlbc_stats import bridge, sem, survey
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import Figure, RowGroup, Table, invariance_plot
from mlbc_stats.study.names import names_of
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.survey.responses.model import question_scale
from mlbc_stats.theory.models import measurement_only

if TYPE_CHECKING:
    from mlbc_stats.sem.comparing.invariance import InvarianceResult

GROUPINGS = {"phase": "the phase of the solution", "informant": "the kind of informant"}
FEWEST = 100
"""Smallest group that is compared: below, difference tests have hardly any power (Meade & Bauer 2007)."""
STEPS = ("configural", "metric", "scalar", "strict")
COLUMNS = {
    "step": ("step", "text"),
    "chisq": ("χ²", "statistic"),
    "df": ("df", "count"),
    "pvalue": ("p", "p"),
    "cfi": ("CFI", "bounded"),
    "rmsea": ("RMSEA", "bounded"),
    "srmr": ("SRMR", "bounded"),
    "chisq_diff": ("Δχ²", "statistic"),
    "df_diff": ("Δdf", "count"),
    "pvalue_diff": ("p of Δ", "p"),
    "delta_cfi": ("ΔCFI", "bounded"),
    "delta_rmsea": ("ΔRMSEA", "bounded"),
    "holds": ("holds", "text"),
}
NOTE = (
    "Each step is compared with the one before. Holds: yes, where the (scaled) difference is not significant at "
    ".05, CFI drops by at most .010 and RMSEA rises by at most .015 (Chen 2007); test only or fit only, where only "
    "one of the two criteria is met. CFI, RMSEA and SRMR are robust where the estimator provides them."
)


@dataclass(frozen=True, slots=True)
class Grouped:
    """Units by group: those large enough, and what was left out."""

    frame: pd.DataFrame
    arguments: dict[str, Any]
    left_out: str


def invariance(material: Material) -> Stage:
    """Ladders over phase and informant, construct by construct, releases named, small groups told."""
    figures: list[Figure] = []
    tables, text, short = [], [], []
    for name, words in GROUPINGS.items():
        grouped = _grouped(material, name)
        if isinstance(grouped, str):
            text.append(f"Over {words}: {grouped}")
            continue
        rows, failed, releases = _ladders(material, name, grouped)
        text.append(f"Over {words}: {grouped.left_out}")
        if rows:
            tables.append(_table(name, words, rows, (*releases, *failed)))
            figures += _figure(material, name, words, rows)
            short.append(_sentence(name, rows))
    return Stage(
        name="invariance",
        title="Measurement invariance",
        short=" ".join(short) or "No two groups were large enough to compare.",
        text=(
            "Every construct of the models by itself, its facets as correlated factors; groups of fewer than "
            f"{FEWEST} units, or with fewer units than the model has parameters, are not compared.",
            tuple(text),
        ),
        tables=tuple(tables),
        figures=tuple(figures),
    )


def _figure(
    material: Material, name: str, words: str, ladders: list[tuple[str, pd.DataFrame]]
) -> tuple[Figure, ...]:
    """The changes of fit from step to step; nothing where no ladder has a second step."""
    if not any((rows["holds"] != "").any() for _, rows in ladders):
        return ()
    names = names_of(material.instrument)
    drawn = invariance_plot(dict(ladders), f"Change of fit over {words}", names, synthetic=material.synthetic)
    return (replace(drawn, identifier=f"steps_{name}"),)


def _grouped(material: Material, name: str) -> Grouped | str:
    """Units with their group, where at least two groups are large enough; else why not."""
    if name not in material.responses.context.columns:
        return "not asked."
    columns = bridge.unit_columns(material.responses, material.screening)
    arguments = {
        key: value
        for key, value in settled_of(material).arguments.items()
        if key not in ("se", "bootstrap", "seed")
    }
    if name in columns.columns:
        frame, codes = settled_of(material).frame, columns[name]
    else:  # informants of one unit differ: cases, and units as clusters
        kept = material.screening.kept
        frame = survey.keyed(material.responses)[kept].reset_index(drop=True)
        frame = frame.assign(unit_id=pd.factorize(material.responses.unit_ids[kept])[0])
        codes = material.responses.context[name][kept].reset_index(drop=True)
        arguments["cluster"] = "unit_id"
    numbers = pd.to_numeric(codes, errors="coerce")
    scale = question_scale(material.instrument, name)
    language = material.instrument.languages[0]
    labels = {code.value: code.label[language].partition(":")[0] for code in scale.codes}
    counts = {labels[value]: int((numbers == value).sum()) for value in labels}
    large = [value for value in labels if counts[labels[value]] >= FEWEST]
    small = {label: n for label, n in counts.items() if n < FEWEST}
    aside = ", ".join(f"{label} ({n})" for label, n in small.items())
    if len(large) < 2:
        return f"fewer than two groups of {FEWEST} units or more ({', '.join(f'{k} {n}' for k, n in counts.items())})."
    compared = ", ".join(f"{labels[value]} ({counts[labels[value]]})" for value in large)
    inside = numbers.isin(large).to_numpy()
    frame = frame.assign(**{name: numbers.to_numpy(dtype=float)})[inside]
    told = f"compared: {compared}." + (f" Too small: {aside}." if aside else "")
    return Grouped(frame, arguments, told)


def _ladders(
    material: Material, group: str, grouped: Grouped
) -> tuple[list[tuple[str, pd.DataFrame]], list[str], list[str]]:
    """Ladder of every construct; constructs without one, and releases, in words."""
    found, failed, releases = [], [], []
    for construct in material.factors:
        text = measurement_only(material.asked, [construct])
        try:
            result = _ladder(text, group, grouped, ())
        except (DataError, ModelError) as error:
            failed.append(f"{construct}: no ladder ({error}).")
            continue
        rows = _rows(result)
        proposed = _proposed(result)
        if proposed:
            try:
                partial = _rows(_ladder(text, group, grouped, proposed)).iloc[_first_doubt(rows) :]
            except (DataError, ModelError):
                partial = rows.iloc[:0]
            rows = pd.concat([rows, partial.assign(step=partial["step"] + ", partial")], ignore_index=True)
            releases.append(
                f"{construct}: {', '.join(proposed)} differ between the groups (score tests, Holm within a step) "
                "and are freed in the partial steps."
            )
        found.append((construct, rows))
    if found and not releases:
        releases.append("No parameter had to be released.")
    return found, failed, releases


def _ladder(text: str, group: str, grouped: Grouped, releases: tuple[str, ...]) -> InvarianceResult:
    arguments = dict(grouped.arguments)
    if arguments.get("ordered"):
        return _quiet(text, grouped.frame, group=group, **arguments)
    return _quiet(
        text, grouped.frame, group=group, steps=STEPS, std_lv=True, group_partial=releases, **arguments
    )


def _quiet(text: str, frame: pd.DataFrame, **arguments: Any) -> InvarianceResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.invariance(text, frame, **arguments)


def _first_doubt(rows: pd.DataFrame) -> int:
    """Place of the first step that does not hold."""
    return int(np.argmax(~rows["holds"].isin(["", "yes"]).to_numpy()))


def _proposed(result: InvarianceResult) -> tuple[str, ...]:
    """Parameters that score tests speak against in a step that does not hold."""
    rows = _rows(result)
    bad = {step for step, holds in zip(rows["step"], rows["holds"], strict=True) if holds not in ("", "yes")}
    if not bad:
        return ()
    listed = result.proposals
    wanted = listed[listed["proposed"].astype(bool) & listed["step"].isin(bad)]
    return tuple(dict.fromkeys(str(name) for name in wanted["parameter"]))


def _rows(result: InvarianceResult) -> pd.DataFrame:
    """The ladder with scaled tests where there are any, and one word for whether a step holds."""
    table = result.table
    out = pd.DataFrame({"step": list(result.steps)})
    for name in ("chisq", "pvalue", "chisq_diff", "df_diff", "pvalue_diff"):
        scaled = f"{name}_scaled"
        out[name] = table[scaled if scaled in table else name].to_numpy(dtype=float)
    for name in ("df", "cfi", "rmsea", "srmr", "delta_cfi", "delta_rmsea"):
        out[name] = table[name].to_numpy(dtype=float)
    out["holds"] = [_holds(a, b) for a, b in zip(table["test_holds"], table["fit_holds"], strict=True)]
    return out[list(COLUMNS)]


def _holds(test: Any, fit: Any) -> str:
    if test is None and fit is None:
        return ""
    if test is None:
        return "no test"
    return {(True, True): "yes", (True, False): "test only", (False, True): "fit only"}.get(
        (bool(test), bool(fit)), "no"
    )


def _table(name: str, words: str, ladders: list[tuple[str, pd.DataFrame]], notes: tuple[str, ...]) -> Table:
    starts = np.cumsum([0, *(len(rows) for _, rows in ladders)])[:-1]
    whole = pd.concat([rows for _, rows in ladders], ignore_index=True)
    whole = whole.astype({"step": object, "holds": object})
    return Table(
        title=f"Invariance over {words}",
        header=tuple(heading for heading, _ in COLUMNS.values()),
        columns=tuple(tuple(whole[column]) for column in COLUMNS),
        formats=tuple(kind for _, kind in COLUMNS.values()),
        groups=tuple(
            RowGroup(construct, int(at)) for (construct, _), at in zip(ladders, starts, strict=True)
        ),
        notes=(NOTE, *notes),
        identifier=f"invariance_{name}",
    )


def _sentence(name: str, ladders: list[tuple[str, pd.DataFrame]]) -> str:
    """How many constructs hold every step, and which do not."""
    broken = [
        construct
        for construct, rows in ladders
        if not rows[~rows["step"].str.contains("partial")]["holds"].isin(["", "yes"]).all()
    ]
    if not broken:
        return f"Over {name}, all {len(ladders)} constructs hold every step up to {ladders[0][1]['step'].iloc[-1]}."
    held, total = len(ladders) - len(broken), len(ladders)
    return f"Over {name}, {held} of {total} constructs hold every step; not {', '.join(broken)}."
