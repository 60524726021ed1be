"""Item response models and nonparametric scaling: categories along a latent variable.

A table of answers enters; item parameters with errors, scores, information and fit leave. Read ``fitting.py`` first.
"""

from mlbc_stats.irt.fit_tests.item_fit import item_fit
from mlbc_stats.irt.fit_tests.model_fit import IrtFit, model_fit
from mlbc_stats.irt.fitting import fit
from mlbc_stats.irt.functioning.differential import DifResult, dif
from mlbc_stats.irt.persons.information_curves import Information, information
from mlbc_stats.irt.persons.scoring import IrtScores, scores
from mlbc_stats.irt.result import IrtResult
from mlbc_stats.irt.scalability.guttman_errors import Reproducibility, reproducibility
from mlbc_stats.irt.scalability.item_order import ItemOrder, item_order
from mlbc_stats.irt.scalability.monotone import monotonicity
from mlbc_stats.irt.scalability.scaling import MokkenResult, mokken

__all__ = [
    "DifResult",
    "Information",
    "IrtFit",
    "IrtResult",
    "IrtScores",
    "ItemOrder",
    "MokkenResult",
    "Reproducibility",
    "dif",
    "fit",
    "information",
    "item_fit",
    "item_order",
    "model_fit",
    "mokken",
    "monotonicity",
    "reproducibility",
    "scores",
]


def __dir__() -> list[str]:
    return __all__
