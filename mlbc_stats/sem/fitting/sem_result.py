"""The result of a fit as users meet it: its data with what is computed from it as methods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from mlbc_stats.sem.fitting.shorthands import Shorthands
from mlbc_stats.sem.printing.advice import Advice, give_advice
from mlbc_stats.sem.printing.json_record import record_text
from mlbc_stats.sem.printing.summary import summary_html, summary_text
from mlbc_stats.sem.results.fitted_model import FittedModel

MACHINERY = frozenset(
    (
        *(
            "account",
            "baseline",
            "call",
            "doubts",
            "equations",
            "function_errors",
            "group_nobs",
            "moments",
            "mu",
        ),
        *(
            "parameters_with_aux",
            "resampled",
            "resampled_test",
            "row_names",
            "sigma",
            "solution",
            "uncertainty",
        ),
    )
)
"""Attributes that completion leaves out."""


@dataclass(frozen=True, repr=False)
class SemResult(FittedModel, Shorthands):
    """A fitted structural equation model: `FittedModel` with its summary, record, advice and shorthands.

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

    def summary(self, *, fit_measures: bool = True, standardized: bool = True, rsquare: bool = False) -> str:
        """The fit as plain text: data, method, test, indices, estimates, warnings.

        Parameters
        ----------
        fit_measures : whether to print the baseline test, the indices and the likelihood.
        standardized : whether to print the standardized columns.
        rsquare : whether to add the explained shares of variance.
        """
        return summary_text(self, fit_measures, standardized, rsquare)

    def to_json(self) -> str:
        """The fit as JSON text: call, parameters, standardized solution, fit measures, tests, warnings."""
        return record_text(self)

    def __dir__(self) -> Iterable[str]:
        """What a reader of results uses; the parts they are made of are attributes all the same."""
        return [name for name in super().__dir__() if name not in MACHINERY]

    def _repr_html_(self) -> str:
        return summary_html(self)
