"""One row per item: distribution, floor and ceiling, what is missing and why, relation to its scale."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np
import pandas as pd

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, MlbcWarning
from mlbc_stats.report import RowGroup, Table, frame_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.survey.responses.model import MissingReason, question_scale, scale_bounds

SHARES = ("missing", "dont_know", "floor", "ceiling")
STRUCTURAL = (MissingReason.NOT_APPLICABLE, MissingReason.NOT_ASKED)


def item_table(material: Material) -> tuple[Table, ...]:
    """Items of every construct that was asked, keyed, averaged over the informants of a unit."""
    constructs = [
        entry.id
        for entry in material.asked.constructs
        if any(item.construct == entry.id for item in material.asked.items)
    ]
    items = {
        name: [item.id for item in material.asked.items if item.construct == name] for name in constructs
    }
    names = [item for own in items.values() for item in own]
    if not names:
        return ()
    frame = reliability.item_distribution(material.units, names, _bounds(material, names))
    frame = frame.assign(**_absence(material, names)).join(_relation(material, items))
    starts = np.cumsum([0, *(len(own) for own in items.values())])[:-1]
    columns = [
        *("n", "mean", "sd", "skewness", "kurtosis", "floor", "ceiling", "missing", "dont_know"),
        *("rest_r", "alpha_dropped"),
    ]
    table = frame_table(
        frame[columns],
        "Items",
        formats={
            **dict.fromkeys(("mean", "sd", "skewness", "kurtosis"), "statistic"),
            **dict.fromkeys(("rest_r", "alpha_dropped"), "bounded"),
            **dict.fromkeys(SHARES, "percent"),
        },
        headings={
            "rest_r": "item–rest r",
            "alpha_dropped": "α without",
            "dont_know": "do not know",
            "sd": "SD",
            "mean": "M",
        },
        groups=[
            RowGroup(f"{name}: {material.asked.construct(name).name}", int(at))
            for name, at in zip(items, starts, strict=True)
        ],
        notes=(
            "Reversed items are recoded. n, M, SD (divisor n − 1), skewness and excess kurtosis over "
            "the units that answered; floor and ceiling: share at the lowest and highest answer; missing and do not "
            "know: share of the kept cases to whom the item applied. Item–rest r: correlation with the sum of the "
            "other items of the scale, complete units.",
        ),
        identifier="items",
    )
    return (table,)


def _bounds(material: Material, names: list[str]) -> dict[str, tuple[float, float]]:
    instrument = material.asked
    return {name: scale_bounds(question_scale(instrument, name)) for name in names}


def _absence(material: Material, names: list[str]) -> dict[str, list[float]]:
    """Shares of the kept cases an item applied to that left it out, and that said they did not know."""
    responses = material.responses
    places = [responses.item_ids.index(name) for name in names]
    reasons = responses.reasons[material.screening.kept][:, places]
    applied = ~np.isin(reasons, STRUCTURAL)
    count = np.maximum(applied.sum(axis=0), 1)
    missing = (applied & (reasons != MissingReason.OBSERVED)).sum(axis=0) / count
    unknown = (reasons == MissingReason.DONT_KNOW).sum(axis=0) / count
    return {"missing": missing.tolist(), "dont_know": unknown.tolist()}


def _relation(material: Material, items: dict[str, list[str]]) -> pd.DataFrame:
    """Item–rest correlations and α without the item; scales that have no α have neither."""
    frames = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for own in items.values():
            with contextlib.suppress(DataError):
                found = reliability.item_statistics(material.units, own)
                frames.append(found[["rest_r", "alpha_dropped"]])
    columns = ["rest_r", "alpha_dropped"]
    return pd.concat(frames) if frames else pd.DataFrame(columns=columns, dtype=float)
