"""Stage 3: reliability of every scale from its items, reliability and validity from the measurement model."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pandas as pd

from mlbc_stats import reliability as scales
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.report import Table, format_value, frame_table
from mlbc_stats.study.material import Material
from mlbc_stats.study.stage import Stage

if TYPE_CHECKING:
    from mlbc_stats.reliability.construct_summary import ReliabilitySummary


OMEGA = 6
"""Column of ω in the table of scales."""


def reliability(material: Material) -> Stage:
    """α and ω with intervals, item statistics; CR, AVE and HTMT when the measurement model can be trusted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        tables = (_scales(material), _items(material))
        model = scales.summary(material.cfa) if material.cfa.converged else None
    low, high = min(tables[0].columns[OMEGA]), max(tables[0].columns[OMEGA])  # type: ignore[type-var]
    return Stage(
        name="reliability",
        title="Reliability",
        short=f"ω of the scales from {format_value(low, 'bounded')} to {format_value(high, 'bounded')}.",
        text=(
            "Keyed items of the kept cases, averaged over the informants of a unit; complete units per scale.",
        ),
        tables=(*tables, *(_validity(model) if model else ())),
        problems=() if model else ("the measurement model did not converge: no CR, AVE or HTMT",),
    )


def _scales(material: Material) -> Table:
    """One row per facet."""
    rows = [{"construct": facet, **_scale(material, facet)} for facet in material.facets]
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


def _scale(material: Material, facet: str) -> dict[str, Any]:
    items = [item.id for item in material.instrument.items_of(facet)]
    alpha, omega = scales.alpha(material.units, items), scales.omega(material.units, items)
    return {
        "items": alpha.n_items,
        "n": alpha.n,
        "alpha": alpha.alpha,
        "alpha_lower": alpha.ci_lower,
        "alpha_upper": alpha.ci_upper,
        "omega": omega.omega,
        "omega_lower": omega.ci_lower,
        "omega_upper": omega.ci_upper,
        "average_r": alpha.average_r,
    }


def _items(material: Material) -> Table:
    """One row per item, scale by scale."""
    frames = [
        scales.item_statistics(material.units, [item.id for item in material.instrument.items_of(facet)])
        for facet in material.facets
    ]
    columns = ["n", "mean", "sd", "skewness", "kurtosis", "rest_r", "alpha_dropped"]
    bounded = dict.fromkeys(("rest_r", "alpha_dropped"), "bounded")
    return frame_table(
        pd.concat(frames)[columns],
        "Items",
        formats=bounded,
        headings={"rest_r": "item–rest r", "alpha_dropped": "α without"},
        notes=("item–rest r: correlation with the sum of the other items of the scale.",),
        identifier="items",
    )


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
