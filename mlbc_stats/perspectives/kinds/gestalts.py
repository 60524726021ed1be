"""Fit as gestalts: recurring patterns of predictors that differ in the outcome."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy import optimize, stats

from mlbc_stats import mixtures
from mlbc_stats.errors import DataError, MlbcWarning
from mlbc_stats.perspectives.asked import Answer, Asked, Floats, complete_scores
from mlbc_stats.theory.verdicts.quantity import Quantity

CLEAR, ALONE, DRAWS, GRID = 0.8, 30, 49, 2000
"""Entropy below which classes blur, cases a class needs to stand alone, samples of the test, points of the law."""


def gestalts(asked: Asked) -> Answer:
    """Latent profiles by BIC, tested against one class less; the share of the outcome between classes, ε².

    ε² = 1 − (1 − η²)(n − 1)/(n − K) with the interval of the noncentral F (Kelley 2007), given its classes.
    """
    import pandas as pd

    scores, notes = complete_scores(asked, 30)
    table = {name: scores[name] for name in asked.predictors}
    options = asked.options
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        tried = mixtures.compare(table, tuple(options.n_classes), (options.structure,), seed=options.seed)
        if tried["bic"].isna().all():
            raise DataError("no number of classes has a solution; take fewer classes or structure='EEI'")
        k = int(tried["classes"].to_numpy()[np.nanargmin(tried["bic"].to_numpy(float))])
        profiles = mixtures.profiles(table, k, options.structure, seed=options.seed)
        test = (
            mixtures.classes_test(table, k, options.structure, draws=DRAWS, seed=options.seed)
            if k > 1
            else None
        )
    outcome = _without(scores, asked)
    means = [float(outcome[profiles.assigned == c].mean()) for c in range(1, k + 1)]
    frame = profiles.table.assign(**{f"{asked.outcome} (mean)": means})
    found = {"profiles": profiles, "compared": tried, "test": test}
    if k == 1:
        nothing = Quantity("share between classes", float("nan"), float("nan"))
        return Answer(nothing, profiles.n, frame, found, ("one class describes the cases best",), notes)
    doubts, more = _doubts(profiles, test, k)
    quantity = _share(outcome, profiles.assigned, k)
    return Answer(quantity, profiles.n, pd.DataFrame(frame), found, doubts, (*notes, *more))


def _without(scores: dict[str, Floats], asked: Asked) -> Floats:
    """The outcome, controls taken out."""
    y = scores[asked.outcome]
    if not asked.controls:
        return y
    x = np.column_stack([np.ones_like(y), *(scores[name] for name in asked.controls)])
    return np.asarray(y - x @ np.linalg.lstsq(x, y, rcond=None)[0])


def _doubts(profiles: Any, test: Any, k: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    notes = []
    if profiles.criteria.entropy < CLEAR:
        notes.append(
            f"entropy {profiles.criteria.entropy:.2f}: classes overlap, so that differences between them come out small"
        )
    if min(profiles.counts) < ALONE:
        notes.append(f"the smallest class holds {min(profiles.counts)} cases")
    if test.pvalue > 0.05:
        return (
            f"{k} classes are no better than {k - 1} by the bootstrapped test (p = {test.pvalue:.2f})",
        ), tuple(notes)
    return (), tuple(notes)


def _share(y: Floats, assigned: Floats, k: int) -> Quantity:
    """ε² with draws that have the interval of the noncentral F as percentiles."""
    n = len(y)
    groups = [y[assigned == c] for c in range(1, k + 1)]
    groups = [group for group in groups if len(group)]
    df1, df2 = len(groups) - 1, n - len(groups)
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups)
    total = float(((y - y.mean()) ** 2).sum())
    f = (total - within) / df1 / (within / df2)
    estimate = 1 - within / df2 / (total / (n - 1))
    shares = (np.arange(GRID) + 0.5) / GRID
    draws = np.array([_noncentral(f, df1, df2, 1 - share) for share in shares[:: GRID // 200]])
    law = np.interp(shares, shares[:: GRID // 200], draws / (draws + n))
    return Quantity(
        "share between classes", estimate, float(law.std()), p=float(stats.f.sf(f, df1, df2)), draws=law
    )


def _noncentral(f: float, df1: int, df2: int, below: float) -> float:
    """The noncentrality under which F falls below `f` with this chance; 0 where none is so small."""
    if stats.f.cdf(f, df1, df2) <= below:
        return 0.0
    high = max(4 * df1 * f, 10.0)
    while stats.ncf.cdf(f, df1, df2, high) > below:
        high *= 2
    return float(optimize.brentq(lambda nc: stats.ncf.cdf(f, df1, df2, nc) - below, 1e-12, high))
