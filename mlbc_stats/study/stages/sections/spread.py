"""Joint shape of the items and how alike units of one organization answer."""

from __future__ import annotations

from mlbc_stats import reliability
from mlbc_stats.errors import DataError
from mlbc_stats.report import Table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.scale_summaries import scales_of
from mlbc_stats.study.stages.shared.settled import settled_of

LEVEL = 0.001
"""Tail of χ² beyond which a distance counts as far out: Tabachnick & Fidell (2019)."""


def shape_table(material: Material) -> Table:
    """Mardia's coefficients, Henze and Zirkler's test and distant units, of the items of the models together."""
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    rows: list[tuple[str, object, object]] = []
    notes: tuple[str, ...] = ()
    try:
        found = reliability.multivariate_shape(material.units, items)
    except DataError as error:
        notes = (f"Not available: {error}.",)
    else:
        rows = [
            ("multivariate skewness b₁", found.skewness, found.skewness_pvalue),
            ("multivariate kurtosis b₂", found.kurtosis, found.kurtosis_pvalue),
            ("Henze–Zirkler", found.henze_zirkler, found.henze_zirkler_pvalue),
            (f"expected kurtosis of normal answers, k = {found.k}", found.k * (found.k + 2), None),
            ("complete units", found.n, None),
            (f"units with a Mahalanobis distance beyond p = {LEVEL:g}", found.outliers(LEVEL), None),
        ]
        notes = (
            "Mardia (1970): skewness by χ², kurtosis by z; Henze & Zirkler (1990). Outlying units are kept; standard "
            "errors and tests of the models are robust to non-normality where the estimator is.",
        )
    return Table(
        "Multivariate normality of the items and outlying units",
        ("what", "value", "p"),
        tuple(zip(*rows, strict=True)) or ((), (), ()),
        ("text", "auto", "p"),
        notes=notes,
        identifier="shape",
    )


def nesting_tables(material: Material) -> tuple[Table, ...]:
    """ICC and design effect of every scale where units nest in organizations."""
    name = settled_of(material).arguments.get("cluster")
    if not name:
        return ()
    scores = scales_of(material).scores
    frame = reliability.clustering(scores, settled_of(material).frame[name].tolist())
    table = Table.from_frame(
        frame[
            [
                "n",
                "clusters",
                "mean_size",
                "icc1",
                "F",
                "df1",
                "df2",
                "pvalue",
                "design_effect",
                "effective_n",
            ]
        ],
        "Units within organizations",
        formats={
            **dict.fromkeys(("n", "clusters", "df1", "df2"), "count"),
            **dict.fromkeys(("mean_size", "F", "design_effect", "effective_n"), "statistic"),
            "icc1": "bounded",
            "pvalue": "p",
        },
        headings={
            "mean_size": "typical size",
            "icc1": "ICC(1)",
            "pvalue": "p",
            "design_effect": "design effect",
            "effective_n": "effective n",
            "variable": "scale",
        },
        notes=(
            f"Scale scores nested in {name}; one-way random effects from an analysis of variance. Design effect of a "
            "mean: 1 + (typical size − 1) ICC(1). Standard errors and tests of the models account for this nesting.",
        ),
        identifier="nesting",
    )
    return (table,)
