"""Stage 3: reliability of every scale from its items, reliability and validity from the measurement model."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from mlbc_stats import reliability as scales
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import Table, format_value, frame_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage

if TYPE_CHECKING:
    from mlbc_stats.reliability.construct_summary import ReliabilitySummary


Problems = list[str]
"""What could not be computed, collected on the way."""


def reliability(material: Material) -> Stage:
    """α and ω with intervals, item statistics; CR, AVE and HTMT when the measurement model can be trusted."""
    problems: Problems = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        rows = [{"construct": facet, **_scale(material, facet, problems)} for facet in material.facets]
        items = _items(material)
        model = _model(material, problems)
    return Stage(
        name="reliability",
        title="Reliability",
        short=_short(rows),
        text=(
            "Keyed items of the kept cases, averaged over the informants of a unit; complete units per scale.",
        ),
        tables=(_scales(rows), *items, *(_validity(model) if model else ())),
        problems=tuple(problems),
    )


def _short(rows: list[dict[str, Any]]) -> str:
    """The range of ω over the scales that have one."""
    found = [row["omega"] for row in rows if row["omega"] is not None]
    if not found:
        return "ω of no scale could be estimated."
    low, high = (format_value(end, "bounded") for end in (min(found), max(found)))
    which = "the scales" if len(found) == len(rows) else f"{len(found)} of {len(rows)} scales"
    return f"ω of {which} from {low} to {high}."


def _model(material: Material, problems: Problems) -> ReliabilitySummary | None:
    """What needs the joint model, or None and the reason among the problems."""
    try:
        if material.cfa.converged:
            return scales.summary(material.cfa)
        reason = "the measurement model did not converge"
    except (DataError, ModelError) as error:
        reason = str(error)
    problems.append(f"no CR, AVE or HTMT: {reason}")
    return None


def _scales(rows: list[dict[str, Any]]) -> Table:
    """One row per facet."""
    lower, upper = ("alpha_lower", "omega_lower"), ("alpha_upper", "omega_upper")
    return frame_table(
        pd.DataFrame(rows),
        "Internal consistency of the scales",
        headings={**dict.fromkeys(lower, "lower"), **dict.fromkeys(upper, "upper"), "average_r": "mean r"},
        formats=dict.fromkeys((*lower, *upper, "average_r"), "bounded"),
        notes=(
            "α with Feldt's interval, ω total of a one-factor model with its delta-method interval, 95 %.",
        ),
        identifier="scales",
    )


def _scale(material: Material, facet: str, problems: Problems) -> dict[str, Any]:
    """α and ω of one facet; None, and a problem, for what these answers cannot give."""
    items = [item.id for item in material.asked.items_of(facet)]
    alpha = _attempt(scales.alpha, material, items, f"no α of {facet}", problems)
    omega = _attempt(scales.omega, material, items, f"no ω of {facet}", problems) if alpha else None
    return {
        "items": len(items),
        "n": alpha.n if alpha else None,
        "alpha": alpha.alpha if alpha else None,
        "alpha_lower": alpha.ci_lower if alpha else None,
        "alpha_upper": alpha.ci_upper if alpha else None,
        "omega": omega.omega if omega else None,
        "omega_lower": omega.ci_lower if omega else None,
        "omega_upper": omega.ci_upper if omega else None,
        "average_r": alpha.average_r if alpha else None,
    }


def _attempt(
    coefficient: Callable[..., Any], material: Material, items: list[str], what: str, problems: Problems
) -> Any:
    try:
        return coefficient(material.units, items)
    except (DataError, ModelError) as error:
        problems.append(f"{what}: {error}")
        return None


def _items(material: Material) -> tuple[Table, ...]:
    """One row per item, scale by scale; scales that have no α have no item statistics either."""
    frames = []
    for facet in material.facets:
        with contextlib.suppress(DataError):
            items = [item.id for item in material.asked.items_of(facet)]
            frames.append(scales.item_statistics(material.units, items))
    if not frames:
        return ()
    columns = ["n", "mean", "sd", "skewness", "kurtosis", "rest_r", "alpha_dropped"]
    bounded = dict.fromkeys(("rest_r", "alpha_dropped"), "bounded")
    table = frame_table(
        pd.concat(frames)[columns],
        "Items",
        formats=bounded,
        headings={"rest_r": "item–rest r", "alpha_dropped": "α without"},
        notes=("item–rest r: correlation with the sum of the other items of the scale.",),
        identifier="items",
    )
    return (table,)


def _validity(model: ReliabilitySummary) -> tuple[Table, ...]:
    columns = ["n_items", "alpha", "omega", "cr", "ave", "maximal_h", "min_loading", "distinct"]
    distinct = "distinct: the root of AVE exceeds every correlation with another factor (Fornell–Larcker)."
    return (
        frame_table(
            model.constructs[columns],
            "Reliability and convergent validity from the measurement model",
            formats={"maximal_h": "bounded", "n_items": "count"},
            headings={"n_items": "Items", "maximal_h": "H", "min_loading": "lowest loading"},
            notes=(distinct,),
            identifier="constructs",
        ),
        frame_table(
            model.htmt.where(_lower(len(model.htmt))),
            "Heterotrait–monotrait ratios",
            formats={str(name): "bounded" for name in model.htmt.columns},
            identifier="htmt",
        ),
    )


def _lower(size: int) -> Any:
    """Cells below the diagonal."""
    import numpy as np

    return np.tri(size, k=-1, dtype=bool)
