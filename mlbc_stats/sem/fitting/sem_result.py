"""The result of a fit as users meet it: its data with what is computed from it as methods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mlbc_stats.sem.printing.advice import Advice, give_advice
from mlbc_stats.sem.printing.json_record import record_text
from mlbc_stats.sem.printing.summary import summary_html, summary_text
from mlbc_stats.sem.results.fitted_model import FittedModel


@dataclass(frozen=True, repr=False)
class SemResult(FittedModel):
    """A fitted structural equation model: `FittedModel` with its summary, record and advice.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c", "d"], "values": [[2, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 2]]}
    >>> result = sem.cfa("f =~ a + b + c + d", sample_cov=cov, sample_nobs=100)
    >>> isinstance(result, sem.SemResult), result.converged, result.nobs
    (True, True, 100)
    """

    @cached_property
    def advice(self) -> tuple[Advice, ...]:
        """What to consider about categories, skewness, sparse cells, cases and estimator; never a warning."""
        return give_advice(self)

    def summary(self) -> str:
        """The fit as plain text: data, method, test, indices, estimates, warnings."""
        return summary_text(self)

    def to_json(self) -> str:
        """The fit as JSON text: call, parameters, standardized solution, fit measures, tests, warnings."""
        return record_text(self)

    def _repr_html_(self) -> str:
        return summary_html(self)
