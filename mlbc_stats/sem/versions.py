"""Which version of lavaan a fit follows: one rule a field wherever its versions differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from types import MappingProxyType

from mlbc_stats.errors import ModelError


@dataclass(frozen=True, slots=True)
class Rules:
    """What lavaan 0.7-2 and 0.6-14 do differently; docs/lavaan-versions.md has a reason for each.

    Attributes
    ----------
    version : as users name it.
    robust_least_squares : plain ULS and DWLS have robust errors, else the errors of correctly weighted data.
    saturated_critical_n : Hoelter's N of a model without degrees of freedom.
    numbers_before_rotation : parameters of rotated factors are numbered as before rotation, fixed loadings included.
    noncentral_gfi : GFI estimates its value in the population, and LISREL's is named gfi_lisrel; else LISREL's is GFI.
    all_cases_robust : the robust RMSEA of ordinal data takes n for the number of cases, else n less the groups.
    slopes_in_residuals : RMR, SRMR and CRMR given covariates count the residuals of slopes, else RMR and SRMR divide by
        the number of covariates as well.
    products_of_answers : differences by satorra_2000 of incomplete data rest on products in which a missing answer is
        zero, else on the sandwich of the saturated moments.
    second_test : the standard test of maximum likelihood has Browne's residual test beside it, that of ordinal data
        with clusters another scaled one.
    baseline_of_answers : after two stages the baseline's test is scaled by the covariances of the available answers.
    residual_judge : Browne's residual test stands behind χ² and the indices of plain ULS.
    unreferenced : discrepancies whose standard statistic is compared with no distribution.
    composites : `<~` makes weighted sums, else formative latent variables.
    squared_shares : in two-level models groups weigh by the square of their share of the cases, else by their share, as
        maximum likelihood has it; it matters where groups share parameters.
    tied_intercepts : `group_equal` takes thresholds and intercepts for one where items are ordinal: each ties both.
    """

    version: str = "0.7"
    robust_least_squares: bool = True
    saturated_critical_n: float = nan
    tied_intercepts: bool = False
    numbers_before_rotation: bool = False
    noncentral_gfi: bool = True
    slopes_in_residuals: bool = True
    products_of_answers: bool = False
    all_cases_robust: bool = True
    second_test: bool = True
    baseline_of_answers: bool = False
    residual_judge: bool = True
    unreferenced: frozenset[str] = frozenset({"ULS", "DWLS"})
    composites: bool = True
    squared_shares: bool = False


CURRENT = Rules()
RULES: Mapping[str, Rules] = MappingProxyType(
    {
        "0.7": CURRENT,
        "0.6": Rules(
            "0.6",
            robust_least_squares=False,
            saturated_critical_n=1.0,
            tied_intercepts=True,
            numbers_before_rotation=True,
            noncentral_gfi=False,
            slopes_in_residuals=False,
            products_of_answers=True,
            all_cases_robust=False,
            second_test=False,
            baseline_of_answers=True,
            residual_judge=False,
            unreferenced=frozenset({"ULS"}),
            composites=False,
            squared_shares=True,
        ),
    }
)


def rules_of(compat: str) -> Rules:
    """The rules of a version of lavaan.

    Raises
    ------
    ModelError
        for a version that is neither "0.7" nor "0.6".

    Examples
    --------
    >>> rules_of("0.6").saturated_critical_n
    1.0
    """
    if compat not in RULES:
        raise ModelError(f"compat={compat!r} is not known; use one of {', '.join(map(repr, RULES))}")
    return RULES[compat]
