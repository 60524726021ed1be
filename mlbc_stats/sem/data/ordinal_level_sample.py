"""Ordinal items of rows in clusters: the moments of both levels of a two-level model, one set per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_categories, read_labels
from mlbc_stats.moments.columns.checks import check_columns, listed
from mlbc_stats.moments.ordinal.moments import residual_covariance
from mlbc_stats.moments.ordinal_levels import level_moments
from mlbc_stats.moments.sample import SampleMoments, split_groups
from mlbc_stats.moments.two_level.layout import layout_of
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.data.level_checks import check_clusters
from mlbc_stats.sem.data.ordinal_checks import check_categories, require_estimates, undetermined, where
from mlbc_stats.sem.data.source import Design, Sample, Source, cluster_codes, dropped_note, ungrouped_notes
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.specification.parameter_table import ParameterTable

SHOWN = 6
"""Clusters that a note names."""


def read_ordinal_level_sample(
    source: Source, table: ParameterTable, method: Method, design: Design
) -> Sample:
    """Thresholds, and covariances of the responses within and between clusters, one set per group.

    Raises
    ------
    DataError
        one cluster, clusters of one row alone, fewer clusters than items, a category that a group does not use, an item
        without variance between clusters.
    """
    codes, notes = (design.ordinal.codes, [*design.ordinal.notes]) if design.ordinal else ({}, [])
    names = table.levels[0]
    x = read_categories(source.data, names)
    holes = np.asarray(np.isnan(x))
    usable = np.asarray(~holes.any(axis=1) if method.missing == "listwise" else ~holes.all(axis=1))
    drawn = cluster_codes(source, str(design.cluster), usable)
    titles = read_labels(source.data, str(design.cluster))[1]
    parts = (np.arange(len(x)),) if source.codes is None else split_groups(source.codes, source.labels)
    labels = source.labels if source.codes is not None else ("",)
    moments: list[SampleMoments] = []
    for rows, label in zip(parts, labels, strict=True):
        check_columns(x[rows], names, label)
        kept = rows[usable[rows]]
        if not len(kept):
            raise DataError(f"{where(label)}no row can be used: every one lacks an answer to {listed(names)}")
        notes += _dropped(x[rows], len(kept), names, label, method)
        notes += check_categories(x[kept], table, codes, label)
        notes += [where(label) + note for note in _uniform(x[kept], drawn[kept], names, titles)]
        part = _group(x[kept], drawn[kept], table, method, codes, where(label))
        if part.ordinal is not None:
            require_estimates(part.ordinal, label)
            notes += [where(label) + note for note in part.ordinal.notes]
            notes += undetermined(part.ordinal, float(part.n), label)
        moments.append(_placed(part, kept, len(rows)))
    return Sample(tuple(moments), (*notes, *ungrouped_notes(source.codes)))


def _group(
    x: Floats, drawn: Ints, table: ParameterTable, method: Method, codes: dict[str, Floats], place: str
) -> SampleMoments:
    names = table.levels[0]
    cluster = np.unique(drawn, return_inverse=True)[1]
    check_clusters(cluster, layout_of(*table.levels), place)
    values = [codes[name] for name in names]
    held = [
        np.where(np.isnan(column), -1, np.searchsorted(own, column))
        for column, own in zip(x.T, values, strict=True)
    ]
    try:
        found = level_moments(
            np.stack(held, axis=1).astype(np.intp), values, cluster, table.observed, method.details.nodes
        )
    except DataError as error:
        raise DataError(place + str(error)) from None
    return SampleMoments(
        names=table.observed,
        cov=residual_covariance(found),
        mean=np.zeros(len(table.observed)),
        n=len(x),
        divisor="n",
        n_original=len(x),
        cluster=drawn,
        ordinal=found,
    )


def _placed(part: SampleMoments, rows: Ints, total: int) -> SampleMoments:
    return replace(part, rows=rows, n_original=total)


def _dropped(x: Floats, kept: int, names: Sequence[str], label: str, method: Method) -> list[str]:
    gaps = np.atleast_1d(np.isnan(x).any(axis=0))
    lacking = [name for name, gap in zip(names, gaps, strict=True) if gap]
    if method.missing == "listwise" or kept == len(x):
        return dropped_note(len(x), kept, lacking, label, "missing='pairwise' keeps them")
    return [f"{where(label)}{len(x) - kept} of {len(x)} rows were dropped: they hold no answer"]


def _uniform(x: Floats, drawn: Ints, names: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Clusters of several rows that all give one answer to an item."""
    held, cluster = np.unique(drawn, return_inverse=True)
    notes = []
    for name, column in zip(names, x.T, strict=True):
        low, high, count = np.full(len(held), np.inf), np.full(len(held), -np.inf), np.zeros(len(held))
        seen = ~np.isnan(column)
        np.minimum.at(low, cluster[seen], column[seen])
        np.maximum.at(high, cluster[seen], column[seen])
        np.add.at(count, cluster[seen], 1)
        flat = [titles[held[j]] for j in np.flatnonzero((count > 1) & (low == high))]
        if flat:
            more = f" and {len(flat) - SHOWN} more" if len(flat) > SHOWN else ""
            notes.append(f"{name} within {len(flat)} ({', '.join(flat[:SHOWN])}{more})")
    if not notes:
        return []
    return [
        f"items that do not vary within some of the {len(held)} clusters: {'; '.join(notes)}. All rows there give one "
        "answer, which says little about what is within clusters"
    ]
