"""From ratings of relevance and necessity: indices of items, of constructs and of the whole."""

from __future__ import annotations

from collections.abc import Iterator

from mlbc_stats.survey.content.indices.necessity import content_validity_ratio
from mlbc_stats.survey.content.indices.relevance import (
    RELEVANT,
    item_cvi,
    modified_kappa,
    scale_cvi_average,
    scale_cvi_universal,
)
from mlbc_stats.survey.content.indices.subject import Sampling, Subject
from mlbc_stats.survey.content.returned.answers import JudgeAnswers
from mlbc_stats.survey.raters.krippendorff import krippendorff_alpha


def relevance_indices(answers: JudgeAnswers, sampling: Sampling) -> Iterator[Subject]:
    """I-CVI and κ* of items, S-CVI of constructs and of the whole, α; none when relevance was not asked."""
    ratings = answers.matrix("relevance").dropna(how="all")
    if ratings.empty:
        return
    for name, row in ratings.iterrows():
        rated = row.dropna()
        count, judges = int((rated >= RELEVANT).sum()), len(rated)
        yield Subject("item", str(name), "relevance", item_cvi(count, judges, sampling.level))
        yield Subject("item", str(name), "relevance", modified_kappa(count, judges, sampling.level))
    of = {name: answers.instrument.item(str(name)).construct for name in ratings.index}
    groups = [("construct", str(key), part) for key, part in ratings.groupby(of, sort=False)]
    for scope, key, part in [*groups, ("instrument", answers.instrument.id, ratings)]:
        table = part.to_numpy()
        average = scale_cvi_average(table, sampling.level, sampling.draws, sampling.seed)
        yield Subject(scope, key, "relevance", average)
        yield Subject(scope, key, "relevance", scale_cvi_universal(table, sampling.level))
    if (ratings.notna().sum(axis=1) >= 2).any():
        drawn = (sampling.level, sampling.draws, sampling.seed)
        alpha = krippendorff_alpha(ratings.to_numpy(), "ordinal", *drawn)
        yield Subject("instrument", answers.instrument.id, "relevance", alpha)


def necessity_indices(answers: JudgeAnswers, level: float, alpha: float) -> Iterator[Subject]:
    """CVR of items; none when necessity was not asked."""
    for name, row in answers.matrix("necessity").iterrows():
        rated = row.dropna()
        if len(rated):
            ratio = content_validity_ratio(int((rated == "essential").sum()), len(rated), level, alpha)
            yield Subject("item", str(name), "necessity", ratio)
