"""Mixtures: latent profiles of measurements and latent classes of categories.

A table enters; classes with their shares, means or probabilities, and each case's chances leave. Read
``profiles_of_measurements.py`` first.
"""

from mlbc_stats.mixtures.choosing import ClassesTest, classes_test, compare
from mlbc_stats.mixtures.classes_of_categories import classes
from mlbc_stats.mixtures.profiles_of_measurements import profiles
from mlbc_stats.mixtures.quality import Criteria
from mlbc_stats.mixtures.result import ClassResult, ProfileResult

__all__ = [
    "ClassResult",
    "ClassesTest",
    "Criteria",
    "ProfileResult",
    "classes",
    "classes_test",
    "compare",
    "profiles",
]


def __dir__() -> list[str]:
    return __all__
