"""Item response models and nonparametric scaling: categories along a latent variable.

A table of answers enters; item parameters with errors, scores, information and fit leave. Read ``fitting.py`` first.
"""

from mlbc_stats.irt.fit_tests.item_fit import item_fit
from mlbc_stats.irt.fit_tests.model_fit import IrtFit, model_fit
from mlbc_stats.irt.fitting import fit
from mlbc_stats.irt.persons.information_curves import Information, information
from mlbc_stats.irt.persons.scoring import IrtScores, scores
from mlbc_stats.irt.result import IrtResult

__all__ = [
    "Information",
    "IrtFit",
    "IrtResult",
    "IrtScores",
    "fit",
    "information",
    "item_fit",
    "model_fit",
    "scores",
]


def __dir__() -> list[str]:
    return __all__
