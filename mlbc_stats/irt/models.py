"""The models by name: which curves, and which slopes are shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.irt.answers.reading import Answers
from mlbc_stats.irt.curves.families import GRADED, PARTIAL_CREDIT, UNFOLDING, Family
from mlbc_stats.irt.curves.layout import Layout, lay_out
from mlbc_stats.irt.estimation.marginal import Problem
from mlbc_stats.near_names import did_you_mean

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Model:
    """Curves; whether all items share one slope; whether that slope is told as the spread of the latent variable.

    Attributes
    ----------
    family : curves. common : one slope. unit : slopes are 1 and the latent variance is free, which is the same model.
    dichotomous : for items with two categories only.
    """

    family: Family
    common: bool = False
    unit: bool = False
    dichotomous: bool = False


MODELS = {
    "graded": Model(GRADED),
    "gpcm": Model(PARTIAL_CREDIT),
    "pcm": Model(PARTIAL_CREDIT, common=True, unit=True),
    "2pl": Model(GRADED, dichotomous=True),
    "1pl": Model(GRADED, common=True, dichotomous=True),
    "rasch": Model(GRADED, common=True, unit=True, dichotomous=True),
    "ggum": Model(UNFOLDING),
}


def model_of(name: str) -> Model:
    """The model of this name.

    Raises
    ------
    NotServedError
        an unknown name.
    """
    if name not in MODELS:
        hint = did_you_mean(name, tuple(MODELS), most=1)
        raise NotServedError(f"model={name!r} is not served{hint}; use one of {', '.join(MODELS)}")
    return MODELS[name]


def problem_of(answers: Answers, name: str, nodes: Array, groups: int = 1) -> Problem:
    """The likelihood of a model for these answers.

    Raises
    ------
    DataError
        items with more than two categories where the model knows two.
    """
    model = model_of(name)
    many = [item for item, k in zip(answers.names, answers.categories, strict=True) if k > 2]
    if model.dichotomous and many:
        other = "pcm" if model.common else "graded or gpcm"
        raise DataError(
            f"model={name!r} is for items with two categories; {', '.join(many[:6])} "
            f"{'has' if len(many) == 1 else 'have'} more; use {other}"
        )
    layout = lay_out(model.family, answers.categories)
    return Problem(
        layout,
        layout.indicators(answers.patterns),
        answers.patterns,
        answers.counts,
        answers.group,
        nodes,
        free_parameters(layout, model.common),
        np.zeros(layout.length),
        groups,
    )


def free_parameters(layout: Layout, common: bool) -> Array:
    """(M, f) how item parameters follow from free ones: each its own, or one slope for all, which stands first."""
    own = np.eye(layout.length)
    if not common:
        return own
    slopes = np.zeros(layout.length, bool)
    for block in layout.blocks:
        slopes[block.parameters[:, 0]] = True
    return np.column_stack([slopes.astype(float), own[:, ~slopes]])
