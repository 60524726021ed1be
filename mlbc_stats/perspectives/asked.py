"""What is asked of a perspective, and the cases it is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.columns.reading import read_columns
from mlbc_stats.theory.verdicts.quantity import Quantity

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that belong to one perspective each; the others pass over them.

    Attributes
    ----------
    bootstrap : resamples of mediation and matching. seed : of everything drawn.
    n_classes, structure : of gestalts. ideal : a theoretical profile, column → value.
    top, calibration : share of best performers behind an ideal profile, and of the cases that it is found in.
    weights : column → weight in the distance.
    """

    bootstrap: int = 1000
    seed: int = 1
    n_classes: Sequence[int] = (1, 2, 3, 4, 5, 6)
    structure: str = "EEI"
    ideal: Mapping[str, float] = field(default_factory=dict)
    top: float = 0.10
    calibration: float = 0.5
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of fit: what should go with what.

    Attributes
    ----------
    data : table. outcome, predictors, controls : columns, or names of `measures`.
    measures : name → indicators; empty where everything is observed.
    """

    data: Any
    outcome: str
    predictors: tuple[str, ...]
    controls: tuple[str, ...]
    measures: Mapping[str, Sequence[str]]
    options: Options

    @property
    def latent(self) -> bool:
        """Whether the predictors are measured by items."""
        return bool(self.measures)

    def items(self) -> list[str]:
        """Columns of the table behind all names, in order."""
        names = (self.outcome, *self.predictors, *self.controls)
        return list(dict.fromkeys(item for name in names for item in self.measures.get(name, (name,))))

    def measurement(self) -> str:
        """The lines of a model that measure its latent variables."""
        names = (*self.predictors, self.outcome, *self.controls)
        lines = (
            f"{name} =~ {' + '.join(self.measures[name])}"
            for name in dict.fromkeys(names)
            if name in self.measures
        )
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a perspective found, before it is judged.

    Attributes
    ----------
    quantity : what decides. n : cases. table : its parts. found : the fits behind it.
    doubts : why the quantity alone does not decide; notes : what a reader must be warned of; remarks : what stands
        beside.
    """

    quantity: Quantity
    n: int
    table: Any
    found: Any
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def complete_scores(asked: Asked, least: int) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """Standardized columns (n − 1) of complete cases, by name, and what is to be said of the others.

    Raises
    ------
    DataError
        fewer complete cases than `least`, or a constant column.
    """
    names = [asked.outcome, *asked.predictors, *asked.controls]
    values = read_columns(asked.data, names)
    whole = ~np.isnan(values).any(axis=1)
    if whole.sum() < least:
        raise DataError(f"{int(whole.sum())} complete cases; this perspective needs {least} or more")
    kept = values[whole]
    check_columns(kept, names)
    standard = (kept - kept.mean(axis=0)) / kept.std(axis=0, ddof=1)
    lost = int(np.sum(~whole))
    notes = (f"{lost} of {len(values)} cases lack a value and were left out",) if lost else ()
    return dict(zip(names, standard.T, strict=True)), notes
