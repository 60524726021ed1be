"""The screening rules: the index behind each and which side of its threshold is flagged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mlbc_stats.survey.responses.model import MissingReason, Responses
from mlbc_stats.survey.screening import careless

WORDS_FOR = MappingProxyType({1 / 2: "half", 1 / 3: "a third", 1 / 4: "a quarter"})
"""Shares of the median that read better as words."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One screening rule.

    Attributes
    ----------
    measure : responses → (n,) float, NaN where it cannot be computed.
    sign : 1 flags values at or above the threshold, -1 values below it.
    words : what is flagged, with ``{}`` for the threshold and ``{s}`` for the plural.
    """

    measure: Callable[[Responses], np.ndarray]
    sign: int
    words: str

    def flags(self, values: np.ndarray, threshold: float) -> np.ndarray:
        """Cases (n,) bool that the rule marks; never one whose value is unknown."""
        known = ~np.isnan(values)
        hit = values >= threshold if self.sign > 0 else values < threshold
        return known & hit

    def criterion(self, threshold: float) -> str:
        """The words with the threshold in them.

        Examples
        --------
        >>> RULES["relative_speed"].criterion(1 / 3), RULES["attention"].criterion(2)[:27]
        ('duration below a third of the median', 'at least 2 attention checks')
        """
        shown = (
            WORDS_FOR.get(threshold, f"{threshold:g}")
            if "{} of the median" in self.words
            else f"{threshold:g}"
        )
        return self.words.format(shown, s="" if threshold == 1 else "s")


def _attention(responses: Responses) -> np.ndarray:
    names = responses.check_ids
    answers = responses.frame()[list(names)].to_numpy()
    expected = np.array([responses.instrument.check(name).expected for name in names], dtype=float)
    failed = careless.failed_checks(answers, expected)
    return np.where(np.isnan(answers).all(axis=1), np.nan, failed)


def _long_string(responses: Responses) -> np.ndarray:
    return careless.longest_run_on_pages(_rated(responses), pages(responses))


def _variability(responses: Responses) -> np.ndarray:
    return careless.response_variability(_rated(responses))


def _speed(responses: Responses) -> np.ndarray:
    return careless.seconds_per_answer(_duration(responses), (~np.isnan(responses.codes)).sum(axis=1))


def _relative_speed(responses: Responses) -> np.ndarray:
    return careless.relative_to_median(_duration(responses))


def _missingness(responses: Responses) -> np.ndarray:
    rated = np.isin(responses.item_ids, responses.rated_ids)
    reasons = responses.reasons[:, rated]
    applied = ~np.isin(reasons, (MissingReason.NOT_APPLICABLE, MissingReason.NOT_ASKED))
    unanswered = applied & (reasons != MissingReason.OBSERVED)
    return unanswered.sum(axis=1) / np.maximum(applied.sum(axis=1), 1)


def _duplicate(responses: Responses) -> np.ndarray:
    return careless.repeated(responses.case_ids).astype(float)


def _preview(responses: Responses) -> np.ndarray:
    if "preview" not in responses.paradata:
        return np.full(responses.n, np.nan)
    marks = responses.paradata["preview"].str.strip().str.casefold()
    return marks.isin({"1", "true", "yes"}).to_numpy(dtype=float)


def _duration(responses: Responses) -> np.ndarray:
    if "duration" not in responses.paradata:
        return np.full(responses.n, np.nan)
    return responses.paradata["duration"].to_numpy(dtype=float)


def _rated(responses: Responses) -> np.ndarray:
    return responses.frame()[list(responses.rated_ids)].to_numpy()


def pages(responses: Responses) -> tuple[tuple[int, ...], ...]:
    """Positions among the rated items of each run of items answered on one scale; checks do not end a run."""
    runs: list[list[int]] = []
    last = None
    for position, name in enumerate(responses.rated_ids):
        scale = responses.instrument.item(name).scale
        if scale != last:
            runs.append([])
        runs[-1].append(position)
        last = scale
    return tuple(tuple(run) for run in runs)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "attention": Rule(_attention, 1, "at least {} attention check{s} answered otherwise than instructed"),
        "long_string": Rule(_long_string, 1, "at least {} identical answers in a row on one scale"),
        "variability": Rule(_variability, -1, "standard deviation of the answers below {}"),
        "speed": Rule(_speed, -1, "fewer than {} seconds per question answered"),
        "relative_speed": Rule(_relative_speed, -1, "duration below {} of the median"),
        "missingness": Rule(_missingness, 1, "a share of {} or more of the applicable items unanswered"),
        "duplicate": Rule(_duplicate, 1, "case id seen on an earlier row"),
        "preview": Rule(_preview, 1, "marked by the platform as a preview or test"),
    }
)
