"""Answers of two informants about every unit, each to the questionnaire composed for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from mlbc_stats import survey
from mlbc_stats.survey.responses.model import Responses

POPULATION = replace(
    survey.pilot_population(),
    nesting=replace(survey.pilot_population().nesting, informants={2: 1.0}, informant_share=0.2),
)
GROUPS = {"management": "1", "technical": "2"}


def two_files(folder: Path, units: int, seed: int = 11) -> tuple[Path, Path]:
    """``management.csv`` and ``technical.csv``, each with the columns that its group was asked."""
    drawn = survey.simulate(POPULATION, n=units, seed=seed)
    with TemporaryDirectory() as place:
        whole = pd.read_csv(survey.write(drawn, Path(place) / "a.csv"), dtype=str, keep_default_na=False)
    first = ~whole.duplicated("unit_id")
    every = {question.id for question in drawn.instrument.sequence}
    paths = []
    for (group, code), cases in zip(GROUPS.items(), (first, ~first), strict=True):
        asked = {question.id for question in survey.compose(["mlbc_alignment"], informant=group).questions}
        names = [name for name in whole.columns if name in asked or name not in every]
        paths.append(folder / f"{group}.csv")
        whole.loc[cases, names].assign(informant=code).to_csv(paths[-1], index=False)
    return paths[0], paths[1]


@cache
def two_informants(units: int) -> tuple[Responses, Responses]:
    """The two files, read."""
    with TemporaryDirectory() as place:
        files = two_files(Path(place), units)
        read = [
            survey.read(file, survey.compose(["mlbc_alignment"], informant=group))
            for group, file in zip(GROUPS, files, strict=True)
        ]
    return read[0], read[1]


def renamed(responses: Responses, count: int, name: Callable[[str], str] = "x{}".format) -> Responses:
    """The same answers about units of which the first ones bear other names."""
    change = {unit: name(unit) for unit in dict.fromkeys(responses.unit_ids.tolist()[:count])}
    units = np.array([change.get(unit, unit) for unit in responses.unit_ids], dtype=object)
    return replace(responses, unit_ids=units)
