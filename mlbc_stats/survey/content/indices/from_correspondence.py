"""From ratings of fit: htc and htd of items and constructs, and the analysis of variance of each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mlbc_stats.survey.content.indices.correspondence import (
    definitional_correspondence,
    definitional_distinctiveness,
)
from mlbc_stats.survey.content.indices.subject import Sampling, Subject
from mlbc_stats.survey.content.indices.variance import DefinitionAnova, definition_anova
from mlbc_stats.survey.content.returned.answers import JudgeAnswers
from mlbc_stats.survey.raters.krippendorff import krippendorff_alpha

ANOVA_COLUMNS = [
    "item",
    "construct",
    "judges",
    "f",
    "df_between",
    "df_within",
    "pvalue",
    "epsilon",
    "pvalue_corrected",
]
CONTRAST_COLUMNS = [
    "item",
    "construct",
    "definition",
    "own_mean",
    "other_mean",
    "difference",
    "t",
    "df",
    "pvalue",
    "holm",
]


@dataclass(slots=True)
class FitFindings:
    """What the ratings of fit say; `by_item` has the analysis of variance and the definitions by position."""

    indices: list[Subject] = field(default_factory=list)
    anovas: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=ANOVA_COLUMNS))
    contrasts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=CONTRAST_COLUMNS))
    by_item: dict[str, tuple[DefinitionAnova, Mapping[int, str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def fit_findings(answers: JudgeAnswers, sampling: Sampling) -> FitFindings:
    """All findings from ratings of fit; empty when there are none."""
    table = answers.table[answers.table["question"] == "fit"]
    if not answers.judges("fit"):
        return FitFindings()
    ratings = {name: answers.matrix("fit", name) for name in dict.fromkeys(table["definition"])}
    found = FitFindings(indices=list(_indices(answers, ratings, sampling)))
    _add_anovas(found, answers, ratings)
    units = pd.concat(ratings.values()).to_numpy()
    if (np.sum(~np.isnan(units), axis=1) >= 2).any():
        alpha = krippendorff_alpha(units, "interval", sampling.level, sampling.draws, sampling.seed)
        found.indices.append(Subject("instrument", answers.instrument.id, "fit", alpha))
    return found


def _indices(
    answers: JudgeAnswers, ratings: Mapping[str, pd.DataFrame], sampling: Sampling
) -> Iterator[Subject]:
    """htc and htd of each item and of each construct."""
    groups: dict[str, list[str]] = {}
    for name in answers.items("fit"):
        own = ratings.get(answers.instrument.item(name).construct)
        if own is not None and name in own.index and own.loc[name].notna().any():
            groups.setdefault(answers.instrument.item(name).construct, []).append(name)
    units = [("item", name, construct, [name]) for construct, names in groups.items() for name in names]
    units += [("construct", construct, construct, names) for construct, names in groups.items()]
    level, draws, seed = sampling.level, sampling.draws, sampling.seed
    for scope, subject, construct, names in units:
        own_part, others = _parts(ratings, construct, names)
        htc = definitional_correspondence(own_part, level=level, draws=draws, seed=seed)
        yield Subject(scope, subject, "fit", htc)
        paired = ~np.isnan(own_part[None] - others) if len(others) else np.zeros((0, 1, 1), bool)
        if len(others) and paired.any(axis=(0, 2)).all():
            htd = definitional_distinctiveness(own_part, others, level=level, draws=draws, seed=seed)
            yield Subject(scope, subject, "fit", htd)


def _parts(
    ratings: Mapping[str, pd.DataFrame], construct: str, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Ratings of items on their own definition (items, judges) and on others (definitions, items, judges)."""
    own = ratings[construct].loc[list(names)].to_numpy()
    others = [
        frame.reindex(list(names)).to_numpy()
        for name, frame in ratings.items()
        if name != construct and set(names) & set(frame.index)
    ]
    return own, np.array(others).reshape(len(others), *own.shape)


def _add_anovas(found: FitFindings, answers: JudgeAnswers, ratings: Mapping[str, pd.DataFrame]) -> None:
    """Analysis of variance and planned comparisons of each item that met two definitions or more."""
    anovas: list[dict[str, Any]] = []
    contrasts: list[dict[str, Any]] = []
    skipped: list[str] = []
    for item in answers.items("fit"):
        construct = answers.instrument.item(item).construct
        names = [name for name, frame in ratings.items() if item in frame.index]
        if construct not in names or len(names) < 2:
            continue
        table = np.column_stack([ratings[name].loc[item].to_numpy() for name in names])
        if np.sum(~np.isnan(table).any(axis=1)) < 2:
            skipped.append(item)
            continue
        anova = definition_anova(table, names.index(construct))
        found.by_item[item] = (anova, dict(enumerate(names)))
        row = {name: getattr(anova, name) for name in ANOVA_COLUMNS[2:]}
        anovas.append({"item": item, "construct": construct, **row})
        contrasts += _contrast_rows(item, construct, names, anova)
    found.anovas = pd.DataFrame(anovas, columns=ANOVA_COLUMNS)
    found.contrasts = pd.DataFrame(contrasts, columns=CONTRAST_COLUMNS)
    if skipped:
        found.notes.append(
            f"No analysis of variance of {', '.join(skipped)}: "
            "fewer than two judges rated them against every definition."
        )


def _contrast_rows(
    item: str, construct: str, names: Sequence[str], anova: DefinitionAnova
) -> Iterator[dict[str, Any]]:
    own = float(anova.means[list(names).index(construct)])
    columns = (anova.others, anova.differences, anova.t, anova.contrast_pvalues, anova.holm)
    for place, difference, t, pvalue, holm in zip(*columns, strict=True):
        yield {
            "item": item,
            "construct": construct,
            "definition": names[int(place)],
            "own_mean": own,
            "other_mean": float(anova.means[int(place)]),
            "difference": float(difference),
            "t": float(t),
            "df": anova.judges - 1,
            "pvalue": float(pvalue),
            "holm": float(holm),
        }
