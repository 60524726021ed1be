"""Stage: what answers share because of the way of asking, told by the marker that every respondent answers."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import Spanner, Table, format_value, frame_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.method_variance.checks import check_tables
from mlbc_stats.study.stages.shared.measurement_model import measurement_text
from mlbc_stats.study.stages.shared.scale_summaries import scales_of
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory.models import MARKER

if TYPE_CHECKING:
    from mlbc_stats.reliability.method_variance.marker_models import MarkerResult

NAMES = {
    "cfa": "CFA: marker correlates with all factors",
    "baseline": "Baseline: marker apart, its measurement held",
    "method_c": "Method-C: marker behind all items, equal loadings",
    "method_u": "Method-U: marker behind all items, free loadings",
    "method_r": "Method-R: correlations of the factors held at the baseline's",
    "sensitivity": "Method-S: the marker's loadings at the outer end of their 95 % interval",
}


def method(material: Material) -> Stage:
    """Marker models with their comparisons, adjusted correlations, and Harman's share as a legacy."""
    title = "Common-method variance"
    items = [item.id for item in material.asked.items if item.construct == MARKER]
    remarks: list[str] = []
    if len(items) < 2:
        return Stage(
            "method",
            title,
            text=(
                "No marker was answered, so the tests of common-method variance are those that need none.",
                _legacy(material),
            ),
            tables=tuple(check_tables(material, MARKER, items, remarks)),
            remarks=tuple(remarks),
        )
    tables: list[Table] = []
    short = ""
    try:
        found = _technique(material, items)
        tables += _technique_tables(found)
        short = found.conclusion
    except (DataError, ModelError) as error:
        remarks.append(f"no marker models: {error}")
    tables += _adjusted(material, items)
    tables += check_tables(material, MARKER, items, remarks)
    return Stage(
        name="method",
        title=title,
        short=short,
        text=(
            _remedies(material, items),
            "Confirmatory marker technique (Williams, Hartman & Cavazotte 2010): the marker has nothing to do "
            "with the theory, "
            "so what it shares with the items is taken for method.",
            *([short] if short else []),
            *(f"{remark[0].upper()}{remark[1:]}." for remark in remarks),
            _legacy(material),
        ),
        tables=tuple(tables),
        remarks=tuple(remarks),
    )


def _technique(material: Material, items: list[str]) -> MarkerResult:
    text = f"{measurement_text(material)}{MARKER} =~ {' + '.join(items)}\n"
    frame = settled_of(material).frame.assign(**{name: material.units[name] for name in items})
    arguments = {
        name: value
        for name, value in settled_of(material).arguments.items()
        if name not in ("se", "bootstrap", "seed")
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return reliability.marker_technique(text, MARKER, frame, **arguments)


def _technique_tables(found: MarkerResult) -> list[Table]:
    models = found.models.rename(index=NAMES)
    pairs = found.correlations
    changes = [
        {
            "model": NAMES[name],
            "mean": gap.abs().mean(),
            "largest": gap.abs().max(),
            "where": _where(pairs, gap),
        }
        for name in pairs.columns[4:]
        for gap in [pairs[name] - pairs["baseline"]]
    ]
    questions = found.comparisons.assign(
        models=[
            f"{NAMES[a].partition(':')[0]} against {NAMES[b].partition(':')[0]}"
            for a, b in zip(found.comparisons["restricted"], found.comparisons["free"], strict=True)
        ]
    )
    return [
        frame_table(models, "Marker technique, phase 1: models", identifier="marker_models"),
        Table.from_frame(
            questions[["models", "question", "stat", "df", "pvalue"]],
            "Marker technique, phase 1: comparisons",
            formats={"stat": "statistic", "df": "count", "pvalue": "p"},
            headings={"stat": "Δχ²", "df": "Δdf", "pvalue": "p"},
            index=False,
            notes=(found.conclusion,),
            identifier="marker_comparisons",
        ),
        frame_table(
            found.reliability,
            "Marker technique, phase 2: decomposition of reliability",
            formats={
                **dict.fromkeys(("reliability", "substantive", "method"), "bounded"),
                "method_share": "percent",
            },
            headings={"method_share": "method, share of both"},
            notes=(
                "Reliability is that of the baseline; its parts come from the model with the marker behind every item.",
            ),
            identifier="marker_reliability",
        ),
        Table.from_frame(
            pd.DataFrame(changes),
            "Marker technique, phase 3: change in factor correlations from the baseline",
            formats={"mean": "bounded", "largest": "bounded"},
            headings={"mean": "mean size", "largest": "largest", "where": "between"},
            index=False,
            identifier="marker_sensitivity",
        ),
    ]


def _where(pairs: pd.DataFrame, gap: pd.Series) -> str:
    if gap.isna().all():
        return ""
    row = pairs.iloc[int(np.nanargmax(gap.abs().to_numpy(dtype=float)))]
    return f"{row['one']} and {row['other']}"


def _adjusted(material: Material, items: list[str]) -> list[Table]:
    """Observed correlations of the constructs, less what the marker says is method."""
    scores = _construct_scores(material).assign(**{MARKER: material.units[items].mean(axis=1)}).dropna()
    try:
        first, second = (
            reliability.marker_adjusted(scores.corr(), MARKER, len(scores), rank) for rank in (1, 2)
        )
    except DataError:
        return []
    columns = {
        "one": first["one"],
        "other": first["other"],
        "r": first["r"],
        "p": first["unadjusted_pvalue"],
        "adjusted": first["adjusted"],
        "p adjusted": first["pvalue"],
        "adjusted, second": second["adjusted"],
        "p second": second["pvalue"],
    }
    lost = [
        f"{a} with {b}"
        for a, b, changed in zip(first["one"], first["other"], first["changed"], strict=True)
        if changed
    ]
    shared = [format_value(float(found["r_marker"].iloc[0]), "bounded") for found in (first, second)]
    return [
        Table(
            title="Correlations adjusted for the marker",
            header=("construct", "other", "r", "p", "r", "p", "r", "p"),
            columns=tuple(tuple(values) for values in columns.values()),
            formats=("text", "text", *("bounded", "p") * 3),
            spanners=(
                Spanner("observed", 2, 3),
                Spanner(f"less r = {shared[0]}", 4, 5),
                Spanner(f"less r = {shared[1]}", 6, 7),
            ),
            notes=(
                "Lindell and Whitney (2001): (r − r_M)/(1 − r_M), where r_M is the smallest and second smallest "
                f"absolute correlation of the marker's score with those of the constructs; {len(scores)} units.",
                f"Significance at .05 changes for {', '.join(lost)}."
                if lost
                else "No correlation changes its significance at .05.",
            ),
            identifier="marker_adjusted",
            row_header=2,
            glosses={place: material.named(columns[side]) for place, side in enumerate(("one", "other"))},
        )
    ]


def _construct_scores(material: Material) -> pd.DataFrame:
    """Scores of the constructs of S1: means of the scores of their facets."""
    facets = scales_of(material).scores
    asked = material.asked
    return pd.DataFrame(
        {
            name: facets[[facet.id for facet in asked.facets(name)] or [name]].mean(axis=1, skipna=False)
            for name in material.factors
        }
    )


def _remedies(material: Material, items: list[str]) -> str:
    """What the instrument itself does against method variance."""
    rated = [item for item in material.asked.items if item.construct]
    turned = sum(item.reversed for item in rated)
    several = np.unique(material.responses.unit_ids, return_counts=True)[1]
    sources = (
        f"{int((several > 1).sum())} units have several informants"
        if (several > 1).any()
        else "every unit has one informant, who answers on predictors and outcomes alike"
    )
    return (
        f"Remedies of the design: {turned} of {len(rated)} rated items are worded against their construct, "
        f"{len(material.instrument.checks)} attention checks, a marker of {len(items)} items that every "
        f"respondent answers; {sources}."
    )


def _legacy(material: Material) -> str:
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    try:
        share = reliability.first_component(material.units, items)
    except DataError as error:
        return f"No first component of all items: {error}."
    return (
        f"For readers who ask: the first unrotated component holds {format_value(share, 'percent')} of the "
        f"variance of all "
        "items (Harman). The figure neither shows nor excludes method variance and decides nothing here."
    )
