"""Measures from what stands beside the answers: times, ids, devices, platform scores, traps and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from mlbc_stats.survey.privacy.personal import squeezed
from mlbc_stats.survey.responses.model import question_scale
from mlbc_stats.survey.screening.indices import repeats, texts, times
from mlbc_stats.survey.screening.rules.rule import Measure
from mlbc_stats.survey.screening.rules.seen import Seen

TIMED = re.compile(r"seconds_(?P<own>.+)|(?P<qualtrics>.+)_Page Submit|(?P<limesurvey>.+)Time(?P<group>\d*)")
"""Columns of times of pages or questions: of the own page, of Qualtrics' timing question, of LimeSurvey."""
TRAPS = re.compile(r"(?:honeypot|trap)(?:_.*)?", re.IGNORECASE)
"""Columns of questions that nobody can see."""
PASTES = re.compile(r"pastes(?:_.*)?", re.IGNORECASE)
DEVICES = re.compile(
    r"(?:remote)?ip(?:addr(?:ess)?|adresse)?(?:hash)?|device(?:id|hash)?|.*fingerprint|cookie.*"
)
"""Columns that tell the machine, in lower case without blanks, hyphens and underscores; reading numbers them."""
EMPTY = frozenset({"", "0", "false", "no", "nan", "none", "na"})
UNLIKE_READING = 1 / 3
"""Share of the median time of a page below which it counts as too fast."""


def speed(seen: Seen) -> Measure:
    answered = (~np.isnan(seen.responses.codes)).sum(axis=1)
    return _timed(seen, times.seconds_per_answer(seen.duration, answered))


def relative_speed(seen: Seen) -> Measure:
    return _timed(seen, times.relative_to_median(seen.duration))


def reading(seen: Seen) -> Measure:
    answered = ~np.isnan(seen.responses.codes)
    words = np.array([_words(seen, name) for name in seen.responses.item_ids])
    return _timed(seen, times.relative_to_reading(seen.duration, answered, words))


def page_speed(seen: Seen) -> Measure:
    names = _times_of(seen, questions=False)
    if not names:
        return _none(seen, "the file holds no times of pages")
    seconds = _numbers(seen, names)
    least = np.array([UNLIKE_READING * _median(column) for column in seconds.T])
    return Measure(times.share_below(seconds, least))


def item_speed(seen: Seen) -> Measure:
    names = _times_of(seen, questions=True)
    if not names:
        return _none(seen, "the file holds no times of single questions")
    least = np.array([times.SECONDS_PER_WORD * _words(seen, _about(name)) for name in names])
    return Measure(times.share_below(_numbers(seen, names), least))


def duplicate(seen: Seen) -> Measure:
    return Measure(repeats.repeated(seen.responses.case_ids).astype(float))


def device(seen: Seen) -> Measure:
    names = [name for name in seen.paradata if DEVICES.fullmatch(squeezed(name))]
    if not names:
        return _none(seen, "the file holds no mark of the device")
    counts = np.array([repeats.shared(_texts(seen, name)) for name in names])
    known = ~np.isnan(counts)
    return Measure(np.where(known.any(axis=0), np.where(known, counts, -1).max(axis=0), np.nan))


def preview(seen: Seen) -> Measure:
    if "preview" not in seen.responses.paradata:
        return _none(seen, "the file does not say which rows are trials")
    marks = seen.responses.paradata["preview"].str.strip().str.casefold()
    return Measure(marks.isin({"1", "true", "yes"}).to_numpy(dtype=float))


def recaptcha(seen: Seen) -> Measure:
    return _score(seen, "Q_RecaptchaScore")


def platform_duplicate(seen: Seen) -> Measure:
    marks = ("Q_RelevantIDDuplicate", "Q_BallotBoxStuffing", "Q_DuplicateRespondent")
    return _score(seen, "Q_RelevantIDDuplicateScore", marks)


def platform_fraud(seen: Seen) -> Measure:
    return _score(seen, "Q_RelevantIDFraudScore")


def honeypot(seen: Seen) -> Measure:
    names = _named(seen, TRAPS)
    if not names:
        return _none(seen, "the file holds no question that nobody can see")
    filled = [[text.casefold() not in EMPTY for text in _texts(seen, name)] for name in names]
    return Measure(np.array(filled).any(axis=0).astype(float))


def pastes(seen: Seen) -> Measure:
    names = _named(seen, PASTES)
    if not names:
        return _none(seen, "the file does not count what was pasted")
    return Measure(_sum(_numbers(seen, names)))


def same_text(seen: Seen) -> Measure:
    columns = _open_texts(seen)
    return Measure(texts.same_texts(columns)) if columns else _none(seen, "there is no open question")


def machine_text(seen: Seen) -> Measure:
    columns = _open_texts(seen)
    return Measure(texts.machine_texts(columns)) if columns else _none(seen, "there is no open question")


def _none(seen: Seen, reason: str) -> Measure:
    return Measure(np.full(seen.responses.n, np.nan), reason)


def _timed(seen: Seen, values: np.ndarray) -> Measure:
    return Measure(values, "the file holds no duration" if np.isnan(seen.duration).all() else "")


def _words(seen: Seen, name: str) -> int:
    instrument = seen.responses.instrument
    check = next((check for check in instrument.checks if check.id == name), None)
    text = (check or instrument.item(name)).text
    return len(text[instrument.languages[0]].split())


def _named(seen: Seen, pattern: re.Pattern[str]) -> list[str]:
    return [name for name in seen.paradata if pattern.fullmatch(name)]


def _times_of(seen: Seen, questions: bool) -> list[str]:
    """Columns of the times of single questions, or of pages."""
    names = _named(seen, TIMED)
    single = [name for name in names if _about(name) in seen.responses.item_ids]
    if questions:
        return single
    return [name for name in names if name not in single and (_match(name)["limesurvey"] in (None, "group"))]


def _match(column: str) -> re.Match[str]:
    found = TIMED.fullmatch(column)
    if found is None:
        raise ValueError(f"{column} is no column of times")
    return found


def _about(column: str) -> str:
    """The page or question that a column of times is about."""
    found = _match(column)
    return found["own"] or found["qualtrics"] or found["limesurvey"]


def _numbers(seen: Seen, names: Iterable[str]) -> np.ndarray:
    """Columns (n, c) as numbers; what is none becomes NaN."""
    columns = [pd.to_numeric(pd.Series(seen.column(name)), errors="coerce").to_numpy(float) for name in names]
    return np.column_stack(columns) if columns else np.empty((seen.responses.n, 0))


def _texts(seen: Seen, name: str) -> list[str]:
    return ["" if pd.isna(cell) else str(cell).strip() for cell in seen.column(name)]


def _median(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _sum(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return np.where(known.any(axis=1), np.where(known, values, 0).sum(axis=1), np.nan)


def _score(seen: Seen, column: str, marks: tuple[str, ...] = ()) -> Measure:
    """A score of the platform; a mark of its own counts as the highest, 100."""
    names = [name for name in (column, *marks) if name in seen.paradata]
    if not names:
        return _none(seen, f"the file has no column {column}")
    values = _numbers(seen, [column])[:, 0] if column in names else np.full(seen.responses.n, np.nan)
    for name in names:
        if name != column:
            said = np.array([text.casefold() in {"true", "1", "yes"} for text in _texts(seen, name)])
            values = np.where(said, 100.0, np.where(np.isnan(values), 0.0, values))
    return Measure(values)


def _open_texts(seen: Seen) -> list[list[str]]:
    instrument = seen.responses.instrument
    open_ones = [item.id for item in instrument.items if question_scale(instrument, item.id).kind == "text"]
    return [_texts(seen, name) for name in open_ones if name in seen.responses.context.columns]
