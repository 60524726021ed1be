"""Export what was answered: one file per group that `survey.read` takes, and a study file that names them."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mlbc_stats.errors import DataWarning, FieldError
from mlbc_stats.field.answers.monitoring import unit_names
from mlbc_stats.field.answers.study_file import study_text
from mlbc_stats.field.store.fieldings import composed, recalled
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.respondents import groups
from mlbc_stats.field.store.schema import INVITATIONS, SENDS
from mlbc_stats.inert_text import inert
from mlbc_stats.survey.exporters.surveyjs import CONSENT
from mlbc_stats.survey.questionnaire.model import Questionnaire

STUDY = "study.yaml"


@dataclass(slots=True)
class _Case:
    """One respondent who consented, as the rows of the store add up."""

    row: dict[str, Any]
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # page → its answers, the last ones
    seconds: dict[str, float] = field(default_factory=dict)
    pastes: int = 0
    trap: int = 0
    ended: str = ""


def export(
    store: Store,
    folder: str | Path,
    *,
    units: str | Path | None = None,
    unit_column: str | None = None,
    encoding: str | None = None,
    overwrite: bool = False,
) -> list[Path]:
    """Write the answers, one file for each group, and a study file that reads them.

    The files are ``answers_GROUP.csv`` and ``study.yaml``, which names the groups that have answered (all while nobody
    has). One row per respondent who consented, unfinished ones marked so;
    codes as answered; text that a spreadsheet would run is inert, and `survey.read` gives it back unchanged. The
    answers of a page that was sent again are the last ones. Beside the questions stand ``consent``, ``started``,
    ``ended``, ``duration`` (seconds that pages were before the eyes, all together), ``finished``, ``language``,
    ``seconds_PAGE`` of every page, ``pastes`` and ``honeypot`` (1: a field that nobody sees was filled in, as programs
    do).

    Parameters
    ----------
    store : of the fielding; nothing in it changes.
    folder : for the files, made where it is missing.
    units : the list that was invited, to name units as it does; their tokens by default.
    unit_column : column of units in it, where it has no usual name.
    encoding : of the list; UTF-8 by default.
    overwrite : replace files that are there.

    Returns
    -------
    Paths of the files, the study file last.

    Raises
    ------
    FieldError
        when files are there already, or nothing was served from the store.

    Warns
    -----
    DataWarning
        when an instrument file has changed since people answered.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import field
    >>> with TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "units.csv").write_text("unit_id\\nS001\\n", encoding="utf-8")
    ...     store = field.open_store(folder / "field.db", folder / "field.key")
    ...     _ = field.invite(store, folder / "units.csv", folder / "lists", informants=["technical"])
    ...     _ = field.application(store, field.Fielding(("mlbc_alignment",)))
    ...     files = field.export(store, folder / "answers")
    ...     store.engine.dispose()
    >>> [path.name for path in files]
    ['answers_technical.csv', 'study.yaml']
    """
    fielding, asked = recalled(store), groups(store)
    files = {group: Path(folder) / f"answers_{group or 'everybody'}.csv" for group in asked}
    study = Path(folder) / STUDY
    _refuse([*files.values(), study], overwrite)
    names = unit_names(store, units, unit_column, encoding)
    Path(folder).mkdir(parents=True, exist_ok=True)
    answered: dict[str, str] = {}
    for group, path in files.items():
        questionnaire, same = composed(store, fielding, group)
        if not same:
            _warn(group)
        rows = [_row(questionnaire, case, names) for case in _cases(store, group)]
        _write(path, _header(questionnaire), rows)
        answered |= {group: path.name} if rows else {}
    everybody = {group: path.name for group, path in files.items()}
    study.write_text(study_text(fielding, answered or everybody), encoding="utf-8")
    return [*files.values(), study]


def _refuse(paths: list[Path], overwrite: bool) -> None:
    there = [path.name for path in paths if path.exists()]
    if there and not overwrite:
        raise FieldError(
            f"{paths[0].parent}: holds {', '.join(there)} already; name another folder or pass overwrite=True (on the "
            "command line: --force)"
        )


def _warn(group: str) -> None:
    warnings.warn(
        f"the questionnaire for {group or 'everybody'} is no longer what was answered: an instrument file changed; "
        "take the file as it was when you read the answers",
        DataWarning,
        stacklevel=3,
    )


def _cases(store: Store, group: str) -> Iterator[_Case]:
    wanted = (INVITATIONS.c.informant == group) & (INVITATIONS.c.consent == 1)
    joined = select(INVITATIONS, SENDS).join(SENDS, SENDS.c.respondent == INVITATIONS.c.respondent)
    with store.changing() as connection:
        rows = (
            connection.execute(joined.where(wanted).order_by(INVITATIONS.c.id, SENDS.c.number))
            .mappings()
            .all()
        )
    cases: dict[str, _Case] = {}
    for row in rows:
        case = cases.setdefault(
            row[INVITATIONS.c.respondent], _Case({column.name: row[column] for column in INVITATIONS.c})
        )
        page = row[SENDS.c.page]
        case.answers[page] = json.loads(row[SENDS.c.answers])
        case.seconds[page] = case.seconds.get(page, 0.0) + row[SENDS.c.seconds]
        case.pastes += row[SENDS.c.pastes]
        case.trap = max(case.trap, row[SENDS.c.trap])
        case.ended = row[SENDS.c.received]
    yield from cases.values()


def _header(questionnaire: Questionnaire) -> list[str]:
    pages = [CONSENT, *(block.id for block in questionnaire.blocks)]
    return [
        *("case_id", "unit_id", CONSENT, "started", "ended", "duration", "finished", "language"),
        *(question.id for question in questionnaire.questions),
        *(f"seconds_{page}" for page in pages),
        *("pastes", "honeypot"),
    ]


def _row(questionnaire: Questionnaire, case: _Case, names: Mapping[str, str]) -> dict[str, str]:
    unit = case.row["unit"]
    given = {name: value for answers in case.answers.values() for name, value in answers.items()}
    about: dict[str, Any] = {
        "case_id": case.row["respondent"],
        "unit_id": names.get(unit, unit),
        CONSENT: case.row["consent"],
        "started": case.row["opened"] or "",
        "ended": case.ended,
        "duration": f"{sum(case.seconds.values()):.1f}",
        "finished": int(case.row["finished"] is not None),
        "language": case.row["language"] or "",
        "pastes": case.pastes,
        "honeypot": case.trap,
    }
    answers = {question.id: given.get(question.id, "") for question in questionnaire.questions}
    seconds = {f"seconds_{page}": f"{spent:.1f}" for page, spent in case.seconds.items()}
    return {name: inert(str(value)) for name, value in {**about, **answers, **seconds}.items()}


def _write(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        writer.writeheader()
        writer.writerows(rows)
