"""Agreement of judges and coders: coefficients with intervals, thresholds and sources.

Ratings of units by raters enter; an `Index` leaves. Read ``index.py`` first, then ``krippendorff.py``.
"""

from mlbc_stats.survey.raters.cohen import cohen_kappa
from mlbc_stats.survey.raters.coincidence import coincidences
from mlbc_stats.survey.raters.counts import category_counts
from mlbc_stats.survey.raters.fleiss import fleiss_kappa
from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.krippendorff import krippendorff_alpha
from mlbc_stats.survey.raters.pairwise import conger_kappa, light_kappa

__all__ = [
    "Index",
    "category_counts",
    "cohen_kappa",
    "coincidences",
    "conger_kappa",
    "fleiss_kappa",
    "krippendorff_alpha",
    "light_kappa",
]
