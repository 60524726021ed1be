"""The test of two models that are nested by construction, by the first correction that gives no negative statistic."""

from __future__ import annotations

import warnings

from mlbc_stats.errors import MlbcWarning, ModelError, NotServedError
from mlbc_stats.sem.comparing.compare import Comparison, compare
from mlbc_stats.sem.fitting.sem_result import SemResult

FURTHER = ("satorra_bentler_2010", "satorra_2000")
"""Corrections of the scaled test in the order in which they take over from a negative statistic."""


def nested_difference(restricted: SemResult, free: SemResult) -> Comparison:
    """Compare two converged models; the usual test of the estimator, or the next correction where it is negative.

    References
    ----------
    Satorra & Bentler (2010), doi:10.1007/s11336-009-9135-y; Satorra (2000), doi:10.1007/978-1-4615-4603-0_17. In R:
    ``lavTestLRT(fit1, fit0, method = "satorra.bentler.2010")`` and ``"satorra.2000"``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> items = dict(zip("abcd", (rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))).T))
    >>> free, equal = (sem.cfa(text, items) for text in ("f =~ a + b + c + d", "f =~ a + k*b + k*c + k*d"))
    >>> nested_difference(equal, free).differences[0].df
    2
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = compare(restricted, free, check=False)
        for method in FURTHER:
            if not (found.differences[0].stat < 0 and found.method.startswith("satorra_bentler")):
                return found
            try:
                found = compare(restricted, free, method=method, check=False)
            except (ModelError, NotServedError):
                continue
    return found
