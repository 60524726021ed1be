"""Response surfaces: what two predictors do together, their fit and misfit, by polynomial regression.

A table of cases enters; coefficients, features of the surface and the comparison of constrained models leave. Read
``analysis.py`` first.
"""

from mlbc_stats.surfaces.analysis import fit
from mlbc_stats.surfaces.result import SurfaceResult

__all__ = ["SurfaceResult", "fit"]


def __dir__() -> list[str]:
    return __all__
