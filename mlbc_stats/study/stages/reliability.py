"""Stage 3: scales and items: distribution, reliability and correlations; validity from the measurement model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.reliability import delta_summary
from mlbc_stats.report import Figure, Table, distribution_chart, format_value, frame_table
from mlbc_stats.report.tables.measurement import stage_agreement_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.sections.descriptives import descriptives_table
from mlbc_stats.study.stages.sections.items import item_table
from mlbc_stats.study.stages.sections.spread import shape_table
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, validity_of
from mlbc_stats.study.stages.shared.scale_summaries import scales_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.survey.responses.model import question_scale, scale_bounds
from mlbc_stats.theory import stage_agreement

if TYPE_CHECKING:
    from mlbc_stats.reliability.construct_summary import ReliabilitySummary


def reliability(material: Material) -> Stage:
    """Scales with correlations, α and ω with intervals, items; CR, AVE and H from the measurement model."""
    problems = list(scales_of(material).problems)
    model = _model(material, problems)
    return Stage(
        name="reliability",
        title="Scales and items",
        short=_short(scales_of(material).rows),
        text=(
            "Keyed items of the kept cases, averaged over the informants of a unit; complete units per scale.",
        ),
        tables=(
            descriptives_table(material),
            _scales(scales_of(material).rows),
            _behind(scales_of(material).rows),
            *(_constructs(material, model) if model else ()),
            *item_table(material),
            shape_table(material),
            *_stages(material),
        ),
        figures=_drawn(material),
        texts=(_item_correlations(material),),
        problems=tuple(problems),
    )


def _short(rows: Sequence[Mapping[str, Any]]) -> str:
    """The range of ω over the scales that have one."""
    found = [row["omega"] for row in rows if row["omega"] is not None]
    if not found:
        return "ω of no scale could be estimated."
    low, high = (format_value(end, "bounded") for end in (min(found), max(found)))
    which = "the scales" if len(found) == len(rows) else f"{len(found)} of {len(rows)} scales"
    return f"ω of {which} from {low} to {high}."


def _model(material: Material, problems: list[str]) -> ReliabilitySummary | None:
    """What needs the joint model, or None and the reason among the problems."""
    try:
        if measurement_fit(material).converged:
            return validity_of(material)
        reason = "the measurement model did not converge"
    except (DataError, ModelError) as error:
        reason = str(error)
    problems.append(f"no CR, AVE or HTMT: {reason}")
    return None


def _scales(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One row per facet."""
    lower, upper = ("alpha_lower", "omega_lower"), ("alpha_upper", "omega_upper")
    columns = [
        *("construct", "items", "n", "alpha", "alpha_lower", "alpha_upper"),
        *("omega", "omega_lower", "omega_upper", "average_r"),
    ]
    return frame_table(
        pd.DataFrame(list(rows))[columns],
        "Internal consistency of the scales",
        headings={**dict.fromkeys(lower, "lower"), **dict.fromkeys(upper, "upper"), "average_r": "mean r"},
        formats=dict.fromkeys((*lower, *upper, "average_r"), "bounded"),
        notes=(
            "α with Feldt's interval, ω total of a one-factor model with its delta-method interval, 95 %.",
        ),
        identifier="scales",
    )


def _behind(rows: Sequence[Mapping[str, Any]]) -> Table:
    """What α assumes, what no assumption leaves, and the error of a score."""
    bounds = ("gap", "split_min", "split_max", "glb")
    return frame_table(
        pd.DataFrame(list(rows))[["construct", "equal_loadings", *bounds, "sem", "change"]],
        "What stands behind α and ω, and the error of a score",
        headings={
            "equal_loadings": "equal loadings p",
            "gap": "ω − α",
            "split_min": "lowest split half",
            "split_max": "highest split half",
            "glb": "GLB",
            "sem": "SEM",
            "change": "smallest change",
        },
        formats={**dict.fromkeys(bounds, "bounded"), **dict.fromkeys(("sem", "change"), "statistic")},
        notes=(
            "α is ω where all loadings are equal; p of the robust test of equal against free loadings (three items or "
            "more). Split halves: of all splits into halves as even as possible. GLB: the least reliability that the "
            "covariances allow, too high in small samples.",
            "SEM: standard error of measurement of the mean of the items, by ω (by α without it); smallest change: of "
            "one unit's mean, that is not error, 95 %.",
        ),
        identifier="behind_alpha",
    )


def _stages(material: Material) -> tuple[Table, ...]:
    """The inventory of phases beside the single choice, where both were asked."""
    try:
        return (stage_agreement_table(stage_agreement(material.responses, material.screening)),)
    except DataError:
        return ()


def _drawn(material: Material) -> tuple[Figure, ...]:
    """Distributions of the scores of the scales."""
    scores = scales_of(material).scores.dropna(axis=1, how="all")
    if not scores.shape[1]:
        return ()
    facets = [str(name) for name in scores.columns]
    asked = material.asked
    ends = {name: scale_bounds(question_scale(asked, asked.items_of(name)[0].id)) for name in facets}
    drawing = distribution_chart(
        scores,
        ends,
        {name: asked.construct(name).name for name in facets},
        "Scores of the scales",
        material.synthetic,
    )
    return (replace(drawing, identifier="scores"),)


def _constructs(material: Material, model: ReliabilitySummary) -> tuple[Table, ...]:
    """Indices of every factor, those that follow from the model with intervals."""
    ends = delta_summary(measurement_fit(material)).set_index(["construct", "index"])
    frame = model.constructs
    names = list(frame.index)
    columns: list[tuple[str, str, list[Any]]] = [
        ("Items", "count", list(frame["n_items"])),
    ]
    for index, heading in (("cr", "CR"), ("ave", "AVE")):
        pairs = [tuple(ends.loc[(name, index), ["ci_lower", "ci_upper"]]) for name in names]
        columns += [
            (heading, "bounded", list(frame[index])),
            ("95% CI", "bounded_interval", pairs),
        ]
    columns += [
        ("H", "bounded", list(frame["maximal_h"])),
        ("lowest loading", "bounded", list(frame["min_loading"])),
        ("distinct", "truth", [bool(value) for value in frame["distinct"]]),
    ]
    return (
        Table(
            title="Reliability and convergent validity from the measurement model",
            header=("construct", *(name for name, _, _ in columns)),
            columns=(tuple(names), *(tuple(values) for _, _, values in columns)),
            formats=("text", *(kind for _, kind, _ in columns)),
            notes=(
                "CR, AVE and coefficient H from the standardized loadings, with delta-method intervals based on the "
                "model's standard errors.",
                "distinct: the square root of the AVE exceeds every correlation with another factor (Fornell–Larcker).",
            ),
            identifier="constructs",
        ),
    )


def _item_correlations(material: Material) -> tuple[str, str]:
    """File with the correlations of all items of the models, pairs of units that answered both."""
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    table = Table.from_frame(material.units[items].corr(), "Correlations of the items")
    return "tables/reliability_item_correlations.csv", table.marked(material.synthetic).to_csv()
