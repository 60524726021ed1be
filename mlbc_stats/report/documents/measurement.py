"""One page on the measurement of some constructs, from the items to method variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlbc_stats.report.documents.blocks import Notice, Section
from mlbc_stats.report.documents.document import Document
from mlbc_stats.report.figures.heatmap import loadings_heatmap, loadings_matrix
from mlbc_stats.report.figures.scree import scree_plot
from mlbc_stats.report.numbers import format_value
from mlbc_stats.report.tables.checks import collinearity_table, detectable_table, retention_table
from mlbc_stats.report.tables.columns import frame_table
from mlbc_stats.report.tables.fit_measures import fit_table
from mlbc_stats.report.tables.measurement import criteria_tables, cross_loadings_table, second_order_table
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability import DiscriminantValidity
    from mlbc_stats.reliability.measuring.measured import Measured

ENDS = ("lower", "upper")


def measurement_document(
    found: Measured,
    title: str = "Measurement",
    names: Mapping[str, str] | None = None,
    synthetic: bool = False,
    manifest: Mapping[str, Any] | None = None,
) -> Document:
    """Items, reliability, number of factors, measurement model, validity and method variance on one page.

    Parameters
    ----------
    found : from `reliability.measure`. names : id of a construct or item → its name or words.
    title, synthetic, manifest : as in `Document`.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import reliability
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + 0.7 * rng.normal(size=(300, 6))).T))
    >>> found = reliability.measure(items, "one =~ a + b + c\\ntwo =~ d + e + f", resamples=50)
    >>> [section.identifier for section in measurement_document(found).sections]
    ['items', 'reliability', 'factors', 'model', 'constructs', 'method']
    """
    known = dict(names or {})
    sections = [
        Section("Items", (_items(found),), "items"),
        Section("Reliability", (_reliability(found),), "reliability"),
        Section("Number of factors", _factors(found, synthetic), "factors"),
        Section("Measurement model", _model(found, synthetic), "model"),
        Section("Constructs", _constructs(found, known), "constructs"),
        Section("Method variance", _method(found, known), "method"),
    ]
    first, *rest = [section for section in sections if section.blocks]
    told = tuple(Notice(f"{problem[0].upper()}{problem[1:]}.") for problem in found.problems)
    head = Section(first.title, (*told, *first.blocks), first.identifier)
    return Document(title, (head, *rest), manifest=manifest or {}, synthetic=synthetic)


def _items(found: Measured) -> Table:
    shares = [name for name in ("floor", "ceiling", "missing") if name in found.items.columns]
    return frame_table(
        found.items.dropna(axis=1, how="all").rename_axis("item"),
        f"Items, {found.n} cases",
        formats={
            **dict.fromkeys(("mean", "sd", "skewness", "kurtosis"), "statistic"),
            **dict.fromkeys(("rest_r", "alpha_dropped"), "bounded"),
            **dict.fromkeys(shares, "percent"),
        },
        headings={"rest_r": "item–rest r", "alpha_dropped": "α without", "sd": "SD", "mean": "M"},
        notes=("Item–rest: correlation with the sum of the others of the scale, complete cases.",),
        identifier="items",
    )


def _reliability(found: Measured) -> Table:
    frame = found.reliability
    return Table(
        title="Internal consistency",
        header=("construct", "items", "n", "α", "95% CI", "ω", "95% CI"),
        columns=(
            tuple(str(name) for name in frame.index),
            tuple(frame["items"]),
            tuple(frame["n"]),
            *(
                column
                for name in ("alpha", "omega")
                for column in (
                    tuple(frame[name]),
                    _pairs(frame, name),
                )
            ),
        ),
        formats=("text", "count", "count", *("bounded", "bounded_interval") * 2),
        notes=("α with Feldt's interval, ω total of a one-factor model with its delta-method interval.",),
        identifier="scales",
    )


def _pairs(frame: pd.DataFrame, name: str) -> tuple[tuple[float, float] | None, ...]:
    ends = zip(*(frame[f"{name}_{end}"] for end in ENDS), strict=True)
    return tuple(None if low != low else (float(low), float(high)) for low, high in ends)


def _factors(found: Measured, synthetic: bool) -> tuple[Any, ...]:
    if found.retention is None:
        return ()
    figure = replace(scree_plot(found.retention, synthetic=synthetic or None), identifier="scree")
    blocks: list[Any] = [retention_table(found.retention), figure]
    if found.adequacy is not None:
        told = found.adequacy
        blocks.insert(
            0,
            f"Kaiser–Meyer–Olkin {format_value(told.kmo, 'bounded')}; Bartlett's test that nothing correlates: χ² "
            f"{format_value(told.chi_square, 'statistic')} on {told.df:g} degrees of freedom, p "
            f"{format_value(told.pvalue, 'p')}.",
        )
    return tuple(blocks)


def _model(found: Measured, synthetic: bool) -> tuple[Any, ...]:
    fit = found.fit
    if fit is None:
        return ()
    rows = fit.standardized
    rows = rows[rows["op"] == "=~"]
    loadings = Table(
        title="Standardized loadings",
        header=("factor", "item", "loading", "SE", "95% CI", "R²"),
        columns=(
            tuple(rows["lhs"]),
            tuple(rows["rhs"]),
            tuple(rows["est_std"]),
            tuple(rows["se"]),
            tuple(zip(rows["ci_lower"], rows["ci_upper"], strict=True)),
            tuple(float(value) ** 2 for value in rows["est_std"]),
        ),
        formats=("text", "text", "bounded", "bounded", "bounded_interval", "bounded"),
        notes=("Delta-method errors. R²: the square, the share of an item that loads on one factor alone.",),
        identifier="loadings",
        row_header=2,
        merged=1,
    )
    figure = loadings_heatmap(loadings_matrix(fit.parameters), synthetic=synthetic or None)
    fits = replace(fit_table({"Measurement model": fit}), identifier="fit")
    return fits, loadings, replace(figure, identifier="loadings_map")


def _constructs(found: Measured, known: Mapping[str, str]) -> tuple[Table, ...]:
    tables: list[Table] = []
    if found.criteria is not None:
        tables += criteria_tables(found.criteria, known)
    if found.discriminant is not None:
        tables += _discriminant(found.discriminant, found.ratios)
    if found.cross_loadings is not None:
        tables.append(cross_loadings_table(found.cross_loadings, known))
    if found.second_order is not None:
        tables.append(second_order_table(found.second_order, known))
    return tuple(tables)


def _discriminant(found: DiscriminantValidity, resampled: pd.DataFrame | None) -> list[Table]:
    """Every pair with its interval and HTMT, and the tests against the cutoffs."""
    pairs, tests = found.pairs, found.tests
    if "group" in pairs.columns:
        return [frame_table(pairs, "Correlations of the factors", identifier="pairs")]
    ratios = (
        {}
        if resampled is None
        else {frozenset((row["one"], row["other"])): row for row in resampled.to_dict("records")}
    )
    own = [ratios.get(frozenset(pair), {}) for pair in zip(pairs["one"], pairs["other"], strict=True)]
    of = {(row["one"], row["other"], row["cutoff"]): row for row in tests.to_dict("records")}
    cutoffs = sorted(set(tests["cutoff"]))
    keys = list(zip(pairs["one"], pairs["other"], strict=True))
    return [
        Table(
            title="Discriminant validity of every pair",
            header=(
                *("construct", "other", "r", "95% CI", "problem"),
                *(f"p, r ≥ {format_value(cutoff, 'bounded')}" for cutoff in cutoffs),
                *("HTMT", "95% CI of HTMT", "HTMT2"),
            ),
            columns=(
                tuple(pairs["one"]),
                tuple(pairs["other"]),
                tuple(pairs["r"]),
                tuple(zip(pairs["lower"], pairs["upper"], strict=True)),
                tuple(pairs["problem"]),
                *(
                    tuple(of[*key, cutoff]["pvalue"] if (*key, cutoff) in of else None for key in keys)
                    for cutoff in cutoffs
                ),
                tuple(row.get("htmt") for row in own),
                tuple((row["htmt_lower"], row["htmt_upper"]) if row else None for row in own),
                tuple(row.get("htmt2") for row in own),
            ),
            formats=(
                *("text", "text", "bounded", "bounded_interval", "text"),
                *("p",) * len(cutoffs),
                *("bounded", "bounded_interval", "bounded"),
            ),
            notes=(
                "r: correlation of the factors. Problem: by the outer end of its interval, marginal from .80, moderate "
                "from .90, severe from 1 (Rönkkö & Cho 2022, doi:10.1177/1094428120968614). p: likelihood-ratio "
                "test of a "
                "correlation of at least the cutoff in size; small values say that the two are distinct; pairs without "
                "one are farther from it than those tested.",
            ),
            identifier="discriminant",
            row_header=2,
        )
    ]


def _method(found: Measured, known: Mapping[str, str]) -> tuple[Any, ...]:
    blocks: list[Any] = []
    if found.method is not None:
        blocks.append(f"Method factor (Williams, Cote & Buckley 1989). {found.method.conclusion}")
    if found.marker is not None:
        blocks.append(f"Marker technique (Williams, Hartman & Cavazotte 2010). {found.marker.conclusion}")
    if found.harman is not None:
        blocks.append(
            f"For readers who ask: the first unrotated component holds {format_value(found.harman, 'percent')} of the "
            "variance of all items (Harman). The figure neither shows nor excludes method variance."
        )
    if found.detectable is not None:
        blocks.append(detectable_table(found.detectable))
    if found.collinearity is not None:
        blocks.append(collinearity_table(found.collinearity, None, known))
    return tuple(blocks)
