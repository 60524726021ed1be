"""Say what is wrong or weak with answers to ordinal items: empty and sparse categories, moments not determined."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.ordinal.moments import OrdinalMoments, moment_names
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.parameter_table import ParameterTable

LOOSE = 1.0
"""Standard error of a threshold, probit slope or correlation above which it counts as not determined."""

FEW = 5
"""Answers in a category below which its threshold is called poorly determined."""


def check_categories(x: Floats, table: ParameterTable, codes: Mapping[str, Floats], label: str) -> list[str]:
    """Refuse categories nobody in the group chose; tell those that few chose."""
    sparse = []
    for name, values in codes.items():
        answers = x[:, table.observed.index(name)]
        counts = [int(np.sum(answers == value)) for value in values]
        if 0 in counts:
            shown = ", ".join(f"{value:g}: {count}" for value, count in zip(values, counts, strict=True))
            raise DataError(
                f"{where(label)}no row used has category {values[counts.index(0)]:g} of {name} (answers by category: "
                f"{shown}); join it with a neighbouring category in all groups, or leave {name} out"
            )
        sparse += [
            f"{name} = {value:g} ({count})"
            for value, count in zip(values, counts, strict=True)
            if count < FEW
        ]
    if not sparse:
        return []
    more = f" and {len(sparse) - 6} more" if len(sparse) > 6 else ""
    return [
        f"{where(label)}categories with fewer than {FEW} answers: {', '.join(sparse[:6])}{more}; their thresholds and "
        "correlations are poorly determined; consider joining neighbouring categories"
    ]


def require_estimates(found: OrdinalMoments, label: str) -> None:
    """Refuse moments with holes; the notes of the moments say which variables are meant."""
    variance = np.zeros(1) if found.gamma_diagonal is None else found.gamma_diagonal
    if np.isfinite(found.moments).all() and np.isfinite(variance).all():
        return
    reasons = "; ".join(note for note in found.notes if note.startswith("no "))
    lost = [
        name
        for name, value in zip(moment_names(found), found.moments + variance, strict=True)
        if not np.isfinite(value)
    ]
    why = reasons or f"{', '.join(lost[:6])} or their sampling errors cannot be estimated from these answers"
    raise DataError(f"{where(label)}{why}; leave the variables out, join categories or give more rows")


def undetermined(found: OrdinalMoments, n: float, label: str) -> list[str]:
    """Tell the thresholds and correlations about which the answers say next to nothing."""
    if found.gamma_diagonal is None:
        return []
    errors = np.sqrt(found.gamma_diagonal / n)
    unitless = [found.ordinal[found.names.index(re.split(r"[|~]", name)[0])] for name in moment_names(found)]
    loose = [
        name
        for name, error, ordinal in zip(moment_names(found), errors, unitless, strict=True)
        if ordinal and error > LOOSE
    ]
    if not loose:
        return []
    more = f" and {len(loose) - 6} more" if len(loose) > 6 else ""
    return [
        f"{where(label)}the answers hardly determine {', '.join(loose[:6])}{more} (standard errors above {LOOSE:g}), "
        "as where all of one category chose the same end of another item; what rests on them means little"
    ]


def where(label: str) -> str:
    """The words that name a group in a message; none for a single one."""
    return f"in group {label!r}: " if label else ""
