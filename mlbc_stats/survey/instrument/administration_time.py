"""Administration time: minutes to read and answer an instrument, counted from its words and questions."""

from __future__ import annotations

from mlbc_stats.survey.instrument.item import Check, ItemEntry
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.reading_level import reading_seconds
from mlbc_stats.survey.instrument.scale import ResponseScale

ANSWER_SECONDS = {"ordinal": 4.0, "nominal": 6.0, "number": 6.0, "text": 20.0}
"""Seconds to find an answer once the question is read: our assumption, for nobody has been timed yet.

A choice of 6 s beside the 4 s of reading a question of fifteen words makes the 10 s that Pew Research Center (2022,
"How we keep our online surveys from running too long") found for an ordinary question that stands alone; a rating
on a scale that the respondent knows already takes less. Replace them once paradata exist.
"""


def counted_minutes(instrument: InstrumentFile, language: str | None = None) -> float:
    """Minutes to read and answer every question of an instrument, unrounded.

    Title, introduction, consent, questions, checks and, once, the labels of every scale used are read at 238
    words a minute (Brysbaert 2019, Journal of Memory and Language 109, 104047, doi 10.1016/j.jml.2019.104047);
    each answer takes the seconds of `ANSWER_SECONDS`. Routes are left aside: it is the time of a respondent who
    is asked everything.

    Parameters
    ----------
    instrument : an instrument, or one file of it.
    language : the language read; by default the first. The reading rate is that of English.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> 0.4 < counted_minutes(survey.load_instrument("marker")) < 1.0
    True
    """
    chosen = language or instrument.languages[0]
    shown = [instrument.title, instrument.introduction, instrument.consent]
    reading = sum(reading_seconds(text[chosen]) for text in shown if text is not None)
    questions: list[ItemEntry | Check] = [*instrument.items, *instrument.checks]
    reading += sum(reading_seconds(question.text[chosen]) for question in questions)
    scales = {scale.id: scale for scale in instrument.scales}
    used = [scales[question.scale] for question in questions]
    reading += sum(_labels(scale, chosen) for scale in {scale.id: scale for scale in used}.values())
    return (reading + sum(ANSWER_SECONDS[scale.kind] for scale in used)) / 60


def _labels(scale: ResponseScale, language: str) -> float:
    """Seconds to read the answers of a scale once."""
    return sum(reading_seconds(code.label[language]) for code in scale.codes)
