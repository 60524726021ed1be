"""Write answers as a bundle of open data, or refuse when it would give somebody away."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.exporters.export import TARGETS, prepare
from mlbc_stats.survey.open_data.codebook import codebook
from mlbc_stats.survey.open_data.page import page
from mlbc_stats.survey.privacy.anonymity import AnonymityReport, K, anonymity
from mlbc_stats.survey.privacy.personal import Guard
from mlbc_stats.survey.responses.model import Responses, question_scale
from mlbc_stats.survey.screening.report import ScreeningReport
from mlbc_stats.survey.writing.writer import columns_of, write_delimited

DATA, CODEBOOK, DDI_FILE, PAGE, SUMS = (
    "data.csv",
    "codebook.csv",
    "questionnaire.ddi.xml",
    "README.md",
    "SHA256SUMS",
)
TIMES = ("duration",)
"""Records of answering that are passed on; times of the day are not."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Release(Shown):
    """A bundle of open data as it was written.

    Attributes
    ----------
    folder : where it is.
    files : names of its files.
    anonymity : how alike the cases are in what was passed on.
    left_out : columns that are not in the data.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=30, seed=1)
    >>> closed = list(responses.context_reasons.columns)
    >>> with TemporaryDirectory() as folder:
    ...     made = survey.release(responses, Path(folder) / "open", leave_out=closed)
    >>> isinstance(made, Release), made.anonymity.k
    (True, 30)
    """

    folder: Path
    files: tuple[str, ...]
    anonymity: AnonymityReport
    left_out: tuple[str, ...]

    def _facts(self) -> dict[str, object]:
        return {"folder": str(self.folder), "files": self.files, "k": self.anonymity.k}


def release(
    responses: Responses,
    folder: str | Path,
    k: int = K,
    leave_out: Collection[str] = (),
    overwrite: bool = False,
    screening: ScreeningReport | None = None,
) -> Release:
    """Write data, codebook, DDI, README and checksums into a folder.

    The data hold answers to closed questions and numbers, the group of informants, the wave and the duration, nothing
    else: no free text, no column beside the questions, no time of the day. Cases and units have new numbers and stand
    in the order of their answers, so that no place in the original file can be found again.

    Parameters
    ----------
    responses : answers.
    folder : to be made; a folder that holds anything is refused.
    k : units that have to share every combination of context variables, see `anonymity`.
    leave_out : context variables that are not passed on.
    overwrite : replace the files of an earlier bundle.
    screening : of these answers; the data then say of every case whether it was kept, and by which rules it was
        flagged, so that others can follow the analysis and choose otherwise.

    Raises
    ------
    ResponseError
        for the screening of other answers; when somebody could be found by the context variables: how many cases, and
        what each variable does to it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=30, seed=1)
    >>> closed = list(responses.context_reasons.columns)
    >>> with TemporaryDirectory() as place:
    ...     print(release(responses, Path(place) / "open", leave_out=closed).files)
    ('data.csv', 'codebook.csv', 'questionnaire.ddi.xml', 'README.md', 'SHA256SUMS')
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise ResponseError(f"{place}: is a file; name a folder for the bundle")
    if place.exists() and any(place.iterdir()) and not overwrite:
        raise ResponseError(
            f"{place}: exists and holds something; choose another folder or pass overwrite=True "
            "(on the command line: --force)"
        )
    report = anonymity(responses, k, leave_out=leave_out)
    if not report.holds:
        raise ResponseError(_refusal(responses, report), _at_risk(report))
    order = _order(responses)
    columns, left = _columns(_shuffled(responses, order), set(leave_out))
    columns |= _flags(responses, screening, order) if screening else {}
    place.mkdir(parents=True, exist_ok=True)
    write_delimited(columns, place / DATA)
    book = codebook(responses, columns)
    write_delimited(book, place / CODEBOOK)
    (place / PAGE).write_text(page(responses, columns, report, left), encoding="utf-8")
    (place / DDI_FILE).write_bytes(_ddi(responses))
    named = (DATA, CODEBOOK, DDI_FILE, PAGE)
    sums = [f"{hashlib.sha256((place / name).read_bytes()).hexdigest()}  {name}\n" for name in named]
    (place / SUMS).write_text("".join(sums), encoding="utf-8")
    return Release(place, (*named, SUMS), report, left)


def _ddi(responses: Responses) -> bytes:
    """The questionnaire as DDI-Codebook, with the words of every language."""
    contents, _ = prepare(responses.instrument, TARGETS["ddi"])
    (content,) = contents.values()
    return content


def _columns(responses: Responses, leave_out: set[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Columns to be passed on, and the names of those that are not."""
    whole = columns_of(responses, Guard("keep"))
    closed = {
        question.id
        for question in responses.instrument.sequence
        if question_scale(responses.instrument, question.id).kind != "text"
    }
    kept = ({"synthetic", "case_id", "unit_id", *closed, *TIMES}) - leave_out
    columns = {name: cells for name, cells in whole.items() if name in kept}
    if "informant" not in whole and "informant_group" not in leave_out and any(responses.informants):
        columns["informant_group"] = responses.informants.tolist()
    if len(set(responses.waves.tolist())) > 1:
        columns["wave"] = list(map(str, responses.waves.tolist()))
    return columns, tuple(name for name in whole if name not in columns)


def _flags(responses: Responses, screening: ScreeningReport, order: np.ndarray) -> dict[str, list[str]]:
    """Whether each case was kept, and the rules that flagged it."""
    if screening.case_ids.tolist() != responses.case_ids.tolist():
        raise ResponseError(f"{responses.source}: the screening is of other answers; screen these")
    rules = np.array(screening.rules)
    return {
        "kept": [str(int(kept)) for kept in screening.kept[order]],
        "flags": ["; ".join(rules[row]) for row in screening.flags[order]],
    }


def _order(responses: Responses) -> np.ndarray:
    """The cases (n,) in the order of their answers."""
    keys = [responses.codes[:, place] for place in range(responses.codes.shape[1])]
    return np.lexsort(keys[::-1]) if keys else np.arange(responses.n)


def _shuffled(responses: Responses, order: np.ndarray) -> Responses:
    """The cases in another order, with new numbers."""
    units = {name: f"u{place}" for place, name in enumerate(dict.fromkeys(responses.unit_ids[order]), 1)}

    def sorted_frame(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[order].reset_index(drop=True)

    return replace(
        responses,
        case_ids=np.array([f"c{place}" for place in range(1, responses.n + 1)], dtype=object),
        unit_ids=np.array([units[name] for name in responses.unit_ids[order]], dtype=object),
        codes=responses.codes[order],
        reasons=responses.reasons[order],
        context=sorted_frame(responses.context),
        context_reasons=sorted_frame(responses.context_reasons),
        paradata=sorted_frame(responses.paradata),
        lines=responses.lines[order],
        informants=responses.informants[order],
        waves=responses.waves[order],
    )


def _refusal(responses: Responses, report: AnonymityReport) -> str:
    if not report.variables:
        return (
            f"{responses.source}: not released. The answers are about {counted(report.k, 'unit')}, fewer than the "
            f"{report.wanted} that have to be alike; nothing that could be left out would hide them. Give out the data "
            "under an agreement instead"
        )
    enough = ", ".join(sparing(responses, report))
    return (
        f"{responses.source}: not released. {report.at_risk} of {responses.n} cases share their "
        f"{', '.join(report.variables)} with fewer than {report.wanted} units (the smallest class has {report.k}), so "
        f"somebody who knows them could find them. Leave variables out (leave_out=[...]; on the command line: "
        f"--leave-out NAME): {enough} would be enough. Or give out the data under an agreement instead"
    )


def sparing(responses: Responses, report: AnonymityReport) -> tuple[str, ...]:
    """Variables without which the data could be passed on: at each step the one that helps most goes."""
    gone: list[str] = []
    while not report.holds and report.variables:
        gone.append(min(report.without, key=report.without.__getitem__))
        report = anonymity(responses, report.wanted, report.variables, leave_out=gone[-1:])
    return tuple(gone)


def _at_risk(report: AnonymityReport) -> tuple[str, ...]:
    if not report.variables:
        return ()
    small = report.classes[report.classes["units"] < report.wanted]
    return tuple(
        ", ".join(f"{name} {row[name]}" for name in report.variables)
        + f": {counted(row['cases'], 'case')} of {counted(row['units'], 'unit')}"
        for row in small.to_dict("records")
    )
