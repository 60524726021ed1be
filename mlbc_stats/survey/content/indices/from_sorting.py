"""From an item sort: psa and csv of items, hit ratios, and how far the judges agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from mlbc_stats.survey.content.indices.norms import describe_norm
from mlbc_stats.survey.content.indices.sorting import (
    HIT_SOURCE,
    hit_ratio,
    substantive_agreement,
    substantive_validity,
)
from mlbc_stats.survey.content.indices.subject import Sampling, Subject
from mlbc_stats.survey.content.returned.answers import JudgeAnswers
from mlbc_stats.survey.raters.cohen import cohen_kappa
from mlbc_stats.survey.raters.counts import category_counts
from mlbc_stats.survey.raters.fleiss import fleiss_kappa
from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.krippendorff import krippendorff_alpha

SORT_KAPPA = 0.65
"""κ of judges who sort items should be at least this (Moore & Benbasat 1991)."""
PAIR_COLUMNS = ["first", "second", "kappa", "lower", "upper", "error", "pvalue", "n", "threshold", "met"]


def place_indices(answers: JudgeAnswers, sampling: Sampling, alpha: float) -> Iterator[Subject]:
    """All indices of a sort; none when there was none."""
    placed = answers.matrix("place").dropna(how="all")
    if placed.empty:
        return
    level, draws, seed = sampling.level, sampling.draws, sampling.seed
    own = pd.Series({name: answers.instrument.item(str(name)).construct for name in placed.index})
    choices = _choices(answers)
    for name, row in placed.iterrows():
        given = row.dropna()
        counts = [int((given == choice).sum()) for choice in choices]
        place = choices.index(own[str(name)])
        agreement = substantive_agreement(counts[place], len(given), level, alpha)
        yield Subject("item", str(name), "place", agreement)
        yield Subject(
            "item", str(name), "place", substantive_validity(counts, place, level, alpha, draws, seed)
        )
    right = placed.eq(own, axis=0).astype(float).where(placed.notna())
    for construct, part in right.groupby(own, sort=False):
        found = hit_ratio(part.to_numpy(), level, draws, seed)
        label = describe_norm("psa", float(part.mean(axis=1).mean()))
        noted = replace(found, note=f"as mean psa {label} among published scales")
        yield Subject("construct", str(construct), "place", noted)
    whole = answers.instrument.id
    yield Subject("instrument", whole, "place", hit_ratio(right.to_numpy(), level, draws, seed))
    for index in _agreement(placed, sampling):
        yield Subject("instrument", whole, "place", index)


def _choices(answers: JudgeAnswers) -> list[str]:
    """The constructs whose items were sorted or that were chosen, in the order of the instrument, and none."""
    table = answers.table[answers.table["question"] == "place"]
    used = set(table["construct"]) | set(table["answer"].dropna())
    return [*(c.id for c in answers.instrument.constructs if c.id in used), "none"]


def _agreement(placed: pd.DataFrame, sampling: Sampling) -> Iterator[Index]:
    """Fleiss' κ over the items that all judges placed, and α over all."""
    complete = placed.dropna()
    if placed.shape[1] >= 2 and len(complete):
        kappa = fleiss_kappa(category_counts(complete.to_numpy())[0], sampling.level)
        left_out = len(placed) - len(complete)
        note = f"{left_out} items not placed by every judge are left out" if left_out else kappa.note
        yield _sort_threshold(replace(kappa, note=note))
    if (placed.notna().sum(axis=1) >= 2).any():
        yield krippendorff_alpha(placed.to_numpy(), "nominal", sampling.level, sampling.draws, sampling.seed)


def _sort_threshold(kappa: Index) -> Index:
    return replace(
        kappa, threshold=SORT_KAPPA, source=f"{kappa.source}; for sorts {SORT_KAPPA}: {HIT_SOURCE}"
    )


def rate_pairs(answers: JudgeAnswers, level: float) -> pd.DataFrame:
    """Cohen's κ of each pair of judges who sorted items in common."""
    placed = answers.matrix("place")
    rows = []
    for first, second in combinations(placed.columns, 2):
        both = placed[[first, second]].dropna()
        if len(both):
            kappa = _sort_threshold(cohen_kappa(both[first].to_numpy(), both[second].to_numpy(), level=level))
            values = {name: getattr(kappa, name) for name in PAIR_COLUMNS[3:]}
            rows.append({"first": first, "second": second, "kappa": kappa.value, **values})
    return pd.DataFrame(rows, columns=PAIR_COLUMNS)


def count_placements(answers: JudgeAnswers) -> pd.DataFrame:
    """How often items of each construct (rows) were put with each choice (columns)."""
    table = answers.table[(answers.table["question"] == "place") & answers.table["answer"].notna()]
    if table.empty:
        return pd.DataFrame()
    choices = _choices(answers)
    rows = [choice for choice in choices if choice in set(table["construct"])]
    counts = np.array(
        [[int(((table["construct"] == r) & (table["answer"] == c)).sum()) for c in choices] for r in rows]
    )
    return pd.DataFrame(counts, index=pd.Index(rows, name="construct"), columns=choices)
