"""What spoils answers: overlooked reversals, careless informants, skipped items, breaking off."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.assembling import Answers
from mlbc_stats.survey.responses.model import MissingReason, is_rated, question_scale
from mlbc_stats.survey.synthetic.population import Careless, Missingness

ATTENTIVE, STRAIGHTLINING, RANDOM = 0, 1, 2


def draw_kinds(careless: Careless, n: int, rng: np.random.Generator) -> np.ndarray:
    """Kind of each informant (n,): `ATTENTIVE`, `STRAIGHTLINING` or `RANDOM`."""
    draw = rng.random(n)
    lining, either = careless.straightlining, careless.straightlining + careless.random
    return np.where(draw < lining, STRAIGHTLINING, np.where(draw < either, RANDOM, ATTENTIVE))


def misread(
    keyed: np.ndarray, turned: np.ndarray, is_reversed: np.ndarray, chance: float, rng: np.random.Generator
) -> np.ndarray:
    """Codes (n, k) as answered: reversed items turned, except where an informant overlooks the reversal.

    Parameters
    ----------
    keyed, turned : (n, k) the answer in the construct's direction, and its opposite.
    is_reversed : (k,) bool.
    chance : of overlooking a reversal, for each informant and reversed item anew.
    """
    overlooked = rng.random(keyed.shape) < chance
    return np.where(is_reversed & ~overlooked, turned, keyed)


def answer_carelessly(
    codes: np.ndarray, valid: tuple[np.ndarray, ...], kinds: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Replace the answers of careless informants, checks included.

    A straightliner keeps one place on every scale (its first, its last or one between); a random answerer
    takes any code anew.

    Parameters
    ----------
    codes : (n, k) answers of attentive informants.
    valid : k arrays of valid codes in increasing order.
    kinds : (n,) from `draw_kinds`.
    """
    place = rng.random(len(codes))
    anywhere = rng.random(codes.shape)
    answered = codes.copy()
    for column, values in enumerate(valid):
        lined = values[(place * len(values)).astype(int)]
        scattered = values[(anywhere[:, column] * len(values)).astype(int)]
        answered[:, column] = np.select(
            [kinds == STRAIGHTLINING, kinds == RANDOM], [lined, scattered], codes[:, column]
        )
    return answered


def leave_gaps(
    instrument: Instrument, answers: Mapping[str, Answers], missing: Missingness, rng: np.random.Generator
) -> tuple[dict[str, Answers], np.ndarray]:
    """Take answers away: items skipped (`NOT_ANSWERED`) and questions after breaking off (`NOT_REACHED`).

    Skipping is completely at random without a driver; with one, the log odds of being somebody who skips rise
    with the driver's answer, which is always observed.

    Returns
    -------
    left : question id → answers that remain.
    stops : (n,) number of questions seen before breaking off; more than there are for those who finish.
    """
    order = [question.id for question in instrument.sequence]
    n = len(next(iter(answers.values())).codes)
    skips = rng.random(n) < _skip_chance(answers, missing, n)
    stops = np.where(rng.random(n) < missing.break_off, rng.integers(1, len(order), n), len(order) + 1)
    left = {}
    for position, name in enumerate(order):
        skipped = skips & (rng.random(n) < missing.rate)
        if name not in answers:
            continue
        skippable = is_rated(instrument, name) and name != missing.driver
        kept = answers[name].without(skipped, MissingReason.NOT_ANSWERED) if skippable else answers[name]
        left[name] = kept.without(position >= stops, MissingReason.NOT_REACHED)
    return left, stops


def _skip_chance(answers: Mapping[str, Answers], missing: Missingness, n: int) -> np.ndarray:
    if missing.driver is None or missing.share in (0, 1):
        return np.full(n, missing.share)
    driver = answers[missing.driver].codes
    spread = driver.std()
    score = (driver - driver.mean()) / spread if spread > 0 else np.zeros(n)
    odds = np.exp(np.log(missing.share / (1 - missing.share)) + missing.slope * score)
    return odds / (1 + odds)


def valid_codes(instrument: Instrument, names: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Codes of each question in increasing order."""
    return tuple(np.sort(np.array(question_scale(instrument, name).values, dtype=float)) for name in names)
