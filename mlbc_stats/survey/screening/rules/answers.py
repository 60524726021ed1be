"""Measures that need nothing but the answers."""

from __future__ import annotations

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.survey.responses.model import MissingReason
from mlbc_stats.survey.screening.indices import alike, repeats
from mlbc_stats.survey.screening.indices.blocks import row_blocks
from mlbc_stats.survey.screening.indices.checks import failed_checks
from mlbc_stats.survey.screening.indices.consistency import FEWEST, even_odd
from mlbc_stats.survey.screening.indices.distance import distances
from mlbc_stats.survey.screening.indices.guttman import guttman_errors
from mlbc_stats.survey.screening.indices.reversed_pairs import contradictions
from mlbc_stats.survey.screening.indices.variability import response_variability
from mlbc_stats.survey.screening.rules.rule import Measure
from mlbc_stats.survey.screening.rules.seen import Seen

SYNONYMS, ANTONYMS = 0.6, -0.6
"""Correlations from which a pair of items counts (Meade & Craig, 2012)."""


def attention(seen: Seen) -> Measure:
    responses = seen.responses
    names = responses.check_ids
    if not names:
        return _none(seen, "there is no attention check among the answers")
    answers = responses.codes[:, [responses.item_ids.index(name) for name in names]]
    expected = np.array([responses.instrument.check(name).expected for name in names], dtype=float)
    failed = failed_checks(answers, expected)
    return Measure(np.where(np.isnan(answers).all(axis=1), np.nan, failed))


def long_string(seen: Seen) -> Measure:
    return Measure(seen.runs.longest)


def average_string(seen: Seen) -> Measure:
    return Measure(seen.runs.average)


def variability(seen: Seen) -> Measure:
    return Measure(response_variability(seen.rated))


def mahalanobis(seen: Seen) -> Measure:
    if len(seen.asked) < 2:
        return _none(seen, "fewer than two items were answered")
    whole = len(seen.asked) == seen.rated.shape[1]
    answers = seen.ranged if whole else seen.ranged[:, seen.asked]
    found = distances(answers, seen.moments.of(seen.asked))
    if found is None:
        needed = "a constant item, items that repeat one another, or fewer cases than items"
        return _none(seen, f"the covariances of the items cannot be inverted ({needed})")
    return Measure(found.pvalue)


def even_odd_consistency(seen: Seen) -> Measure:
    usable = sum(len(scale) > 1 for scale in seen.scales)
    if usable < FEWEST:
        return _none(seen, f"{counted(usable, 'scale')} of two items or more; {FEWEST} are needed")
    blocks = row_blocks(*seen.rated.shape)
    return Measure(np.concatenate([even_odd(_keyed(seen, block), seen.scales) for block in blocks]))


def synonyms(seen: Seen) -> Measure:
    return _alike(seen, SYNONYMS)


def antonyms(seen: Seen) -> Measure:
    return _alike(seen, ANTONYMS)


def person_fit(seen: Seen) -> Measure:
    scales = [scale for scale in seen.scales if len(scale) > 1]
    if not scales:
        return _none(seen, "there is no scale of two items or more")
    steps = (seen.turned(seen.rated[:, scale], scale) - seen.bounds[0, list(scale)] for scale in scales)
    return Measure(guttman_errors(steps).normed)


def model_fit(seen: Seen) -> Measure:
    given = seen.given.get("model_fit")
    if given is None:
        return _none(seen, "no model was fitted; study.screen and studies fit one to each scale")
    return Measure(given, "no scale could be fitted by one factor")


def reversed_pairs(seen: Seen) -> Measure:
    low, high = seen.bounds
    pairs = [
        (direct, turned)
        for scale in seen.scales
        for direct in scale
        for turned in scale
        if not seen.reversed[direct]
        and seen.reversed[turned]
        and (low[direct], high[direct]) == (low[turned], high[turned])
    ]
    if not pairs:
        return _none(seen, "no scale has both direct and reversed items")
    return Measure(contradictions(seen.rated, pairs, (low + high) / 2))


def missingness(seen: Seen) -> Measure:
    responses = seen.responses
    rated = np.isin(responses.item_ids, responses.rated_ids)
    reasons = responses.reasons[:, rated]
    applied = (reasons != MissingReason.NOT_APPLICABLE) & (reasons != MissingReason.NOT_ASKED)
    unanswered = applied & (reasons != MissingReason.OBSERVED)
    return Measure(unanswered.sum(axis=1) / np.maximum(applied.sum(axis=1), 1))


def same_answers(seen: Seen) -> Measure:
    return Measure(repeats.same_answers(seen.rated))


def near_answers(seen: Seen) -> Measure:
    n = seen.responses.n
    if n > repeats.MOST_COMPARED:
        return _none(seen, f"{n} cases; beyond {repeats.MOST_COMPARED} each is not compared with each")
    return Measure(repeats.greatest_match(seen.rated))


def _keyed(seen: Seen, block: slice) -> np.ndarray:
    """A block of cases on one range, reversed items turned."""
    codes = seen.ranged[block]
    if seen.one_range:
        return seen.turned(codes, range(codes.shape[1]))
    return np.where(seen.reversed, 1 - codes, codes)


def _alike(seen: Seen, critical: float) -> Measure:
    with np.errstate(invalid="ignore"):
        pairs = alike.alike_pairs(seen.moments.correlations(), critical)
    if len(pairs) < alike.FEWEST:
        side = "above" if critical > 0 else "below"
        told = f"{counted(len(pairs), 'pair')} of items with r {side} {critical:g}; {alike.FEWEST} are needed"
        return _none(seen, told)
    return Measure(alike.pair_consistency(seen.ranged, pairs))


def _none(seen: Seen, reason: str) -> Measure:
    return Measure(np.full(seen.responses.n, np.nan), reason)
