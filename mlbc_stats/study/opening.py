"""Open a study: read its files, join them by unit, screen the cases."""

from __future__ import annotations

from mlbc_stats.errors import StudyError
from mlbc_stats.study.config import Study
from mlbc_stats.study.model_screening import screen
from mlbc_stats.study.sources import read_sources
from mlbc_stats.study.stages.material import Material
from mlbc_stats.survey.screening.report import ScreeningReport


def open_study(study: Study) -> Material:
    """Read the files of a study, join them by unit and screen the cases.

    Raises
    ------
    StudyError
        when responses cannot be found, or screening takes out every case.
    InstrumentError, ResponseError
        for what is wrong in the files, with line and item.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> material = study.open_study(study.load_study())
    >>> material.synthetic
    True
    """
    answers = read_sources(study)
    screening = screen(answers.responses, **study.screening.arguments(study.folder))
    if not screening.kept.any():
        raise StudyError(_nobody_left(screening))
    return Material(study, answers.responses, screening, answers.fielded)


def _nobody_left(screening: ScreeningReport) -> str:
    table = screening.table()
    hit = table[table["excludes"] & (table["flagged"] > 0)]
    rules = ", ".join(f"{rule} {count}" for rule, count in zip(hit["rule"], hit["flagged"], strict=True))
    return (
        f"screening takes out all of the {len(screening.kept)} cases ({rules}); look at what these rules measure, and "
        "change their thresholds or exclude under screening in the study"
    )
