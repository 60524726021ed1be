"""Stage: how many factors the items have, without a model: rules for all of them, and for each scale alone."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from mlbc_stats import factor
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import Table, format_value, scree_plot
from mlbc_stats.report.tables.checks import retention_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage

if TYPE_CHECKING:
    from mlbc_stats.factor import Retention

FITTED = 40
"""Items up to which 0, 1, 2, … factors are fitted, for Hull and the tests of fit; beyond, it takes long."""
SETS = 100
"""Sets of unrelated items behind parallel analysis."""


def dimensionality(material: Material) -> Stage:
    """Adequacy of the correlations, every rule for the number of factors with the scree plot, and scale by scale."""
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    found = _rules(material, items)
    figure = scree_plot(found, title="Scree plot of all items", synthetic=material.synthetic)
    scales, problems = _scales(material)
    expected = len(material.facets)
    return Stage(
        name="dimensionality",
        title="Number of factors",
        short=f"{found.advice} The theory has {expected}.",
        text=(
            f"Exploratory, without the theory: correlations of {len(items)} items over pairs of units that "
            "answered both. "
            f"{found.advice} The theory has {expected} facets; facets of one construct correlate strongly, so "
            "that rules "
            "which count what stands out beside unrelated items may find fewer. The measurement model and its rivals "
            "decide, not this count.",
            *((_adequacy(material, items),) if _adequacy(material, items) else ()),
        ),
        tables=(retention_table(found), *scales),
        figures=(replace(figure, identifier="scree"),),
        remarks=tuple(problems),
    )


def _rules(material: Material, items: list[str]) -> Retention:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return factor.retention(
            material.units,
            items,
            missing="pairwise",
            data_sets=SETS,
            fits=len(items) <= FITTED,
            seed=material.study.seed,
        )


def _adequacy(material: Material, items: list[str]) -> str:
    """Whether the correlations can be factored at all."""
    try:
        found = factor.adequacy(material.units[items].dropna())
    except (DataError, ModelError):
        return ""
    return (
        f"Kaiser–Meyer–Olkin {format_value(found.kmo, 'bounded')}; Bartlett's test that nothing correlates: χ² "
        f"{format_value(found.chi_square, 'statistic')} on {found.df:g} degrees of freedom, p "
        f"{format_value(found.pvalue, 'p')}; {found.n:g} complete units."
    )


def _scales(material: Material) -> tuple[tuple[Table, ...], list[str]]:
    """Each scale alone: how many factors the rules find in it, and how far the first eigenvalue stands out."""
    rows, problems = [], []
    for name in material.facets:
        items = [item.id for item in material.asked.items_of(name)]
        try:
            rows.append({"construct": name, **_scale(material, items)})
        except (DataError, ModelError) as error:
            problems.append(f"no number of factors of {name}: {error}")
    if not rows:
        return (), problems
    frame = pd.DataFrame(rows)
    table = Table(
        title="Factors within each scale",
        header=(
            "construct",
            "items",
            "parallel",
            "fewest",
            "most",
            "first eigenvalue",
            "second",
            "first share",
        ),
        columns=tuple(tuple(frame[column]) for column in frame.columns),
        formats=("text", *("count",) * 4, "statistic", "statistic", "percent"),
        notes=(
            "A scale of one construct has one factor. Parallel: parallel analysis of factors; fewest and most: of all "
            "rules that count. First share: of the items' variance on the first component.",
        ),
        identifier="scales",
        glosses={0: material.named(frame["construct"])},
    )
    return (table,), problems


def _scale(material: Material, items: list[str]) -> dict[str, object]:
    if len(items) < 3:
        raise DataError("fewer than three items have one factor by construction")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = factor.retention(
            material.units,
            items,
            missing="pairwise",
            data_sets=SETS // 2,
            fits=False,
            seed=material.study.seed,
        )
    first, second = found.parallel.components[:2]
    return {
        "items": len(items),
        "parallel": found.parallel.n_factors,
        "fewest": found.low,
        "most": found.high,
        "first": float(first),
        "second": float(second),
        "share": float(first / len(items)),
    }
