"""Sample moments of one group: what every estimator fits.

Rows of complete or incomplete data, or a printed covariance matrix, enter; `SampleMoments` leaves, checked for
what no model can use. Read ``moments.py`` first.
"""

from mlbc_stats.moments.sample.complete import from_raw, resample
from mlbc_stats.moments.sample.incomplete import from_incomplete
from mlbc_stats.moments.sample.moments import SampleMoments, divisor_of, split_groups
from mlbc_stats.moments.sample.published import from_cov

__all__ = [
    "SampleMoments",
    "divisor_of",
    "from_cov",
    "from_incomplete",
    "from_raw",
    "resample",
    "split_groups",
]
