"""Write a commented study file from exports; what the files do not tell stands there as a question."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mlbc_stats.errors import StudyError
from mlbc_stats.study.drafting.asked import Guess, guess_asked
from mlbc_stats.study.drafting.text import study_text
from mlbc_stats.study.drafting.units import unit_columns
from mlbc_stats.survey.readers.inspection import Inspection, inspect_export


def init_study(
    exports: Sequence[str | Path],
    path: str | Path = "study.yaml",
    *,
    instruments: Sequence[str] = (),
    title: str | None = None,
) -> Path:
    """Write a study file that reads these exports as far as they tell how, and says in comments what was found.

    Platform, encoding, separator, columns of cases and units, instruments, informants, short form and language are
    looked for in the files; missing items, likely slips in names and what has to be decided stand in comments. Nothing
    is ever overwritten.

    Parameters
    ----------
    exports : files of answers, joined by unit when there are several.
    path : of the study file to write; paths of exports are written relative to it.
    instruments : what was asked, where it is none of the shipped instruments, or to be sure.
    title : of the report.

    Raises
    ------
    StudyError
        no export, one export twice, a study file or folder that cannot be written to, or that is there already.
    ResponseError
        an export that cannot be read, or whose columns belong to no instrument.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import study, survey
    >>> answers = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     export = survey.write(answers, Path(folder) / "answers.csv")
    ...     file = study.init_study([export], Path(folder) / "study.yaml")
    ...     drafted = study.load_study(file)
    >>> drafted.instruments, drafted.design, drafted.responses[0].unit_column
    (('mlbc_alignment',), 'key_informant', 'unit_id')
    """
    target = Path(path)
    _check_target(target, exports)
    found = [inspect_export(export) for export in exports]
    guesses = [
        replace(guess, instruments=tuple(_named(name, target.parent) for name in guess.instruments))
        for guess in (guess_asked(each, instruments) for each in found)
    ]
    units = unit_columns(found, [guess.matched for guess in guesses])
    text = study_text(
        found,
        guesses,
        units,
        [_relative(each.path, target.parent) for each in found],
        _design(found, guesses, units),
        title or "Title of the report",
    )
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise _is_there(target) from None
    except OSError as error:
        raise StudyError(f"{target}: cannot be written ({error.strerror}); choose another name") from None
    return target


def _check_target(target: Path, exports: Sequence[str | Path]) -> None:
    if not exports:
        raise StudyError("no export to draft a study from; name at least one file of answers")
    places = Counter(Path(export).resolve() for export in exports)
    twice = [place.name for place, count in places.items() if count > 1]
    if twice:
        raise StudyError(f"{twice[0]} is named twice; name every export once")
    if target.exists():
        raise _is_there(target)
    if not target.parent.is_dir():
        raise StudyError(f"{target.parent}: no such folder; make it first")


def _is_there(target: Path) -> StudyError:
    return StudyError(f"{target}: is there already and is not overwritten; choose another name")


def _relative(export: Path, folder: Path) -> str:
    return Path(os.path.relpath(export.resolve(), folder.resolve())).as_posix()


def _named(instrument: str, folder: Path) -> str:
    """A shipped name as it is, a path from the study file."""
    place = Path(instrument)
    return _relative(place, folder) if place.is_file() else instrument


def _design(
    found: Sequence[Inspection], guesses: Sequence[Guess], units: Sequence[str]
) -> tuple[str, int, int]:
    """The likely design, and how many units have one case and how many several."""
    cases = Counter[str]()
    for place, (each, column) in enumerate(zip(found, units, strict=True)):
        cases += (
            each.units(column)
            if column
            else Counter({f"{place}:{line}": 1 for line in each.export.table.lines})
        )
    alone = sum(count == 1 for count in cases.values())
    several = len(cases) - alone
    groups = {guess.informant for guess in guesses} - {None}
    name = "several_informants" if len(groups) > 1 or several > alone else "key_informant"
    return name, alone, several
