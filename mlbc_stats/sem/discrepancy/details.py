"""Read the finer options of a method: where weights are taken, what Γ is multiplied by, what fills empty cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.moments.margins.contingency import STANDARD, Filling


@dataclass(frozen=True, slots=True)
class Details:
    """How errors and tests of a method are computed, beyond its names.

    Attributes
    ----------
    mplus : numbers as with lavaan's mimic="Mplus": n/(n − 1) Γ in robust errors of least squares and (but for means)
        MLM, (n − 1)/n Γ in scaled tests of ordinal data, weights at the sample moments with MLM, Γ of WLS from unbiased
        covariances, SRMR of Mplus unless information is expected.
    unstructured : normal-theory weights at the sample moments instead of the implied ones (h1_information); None where
        the method decides.
    test_information : what scaled tests take for the bread, where that is not the errors' own; "" else.
    filling : what is added to empty cells of tables of two ordinal variables.
    gamma_n_minus_one : Γ has divisor n − 1 in robust errors and scaled tests.
    nodes : of Gauss–Hermite integrals over the effects of clusters on an item, and on each of a pair; None for as many
        nodes as it takes.
    """

    mplus: bool = False
    unstructured: bool | None = None
    test_information: str = ""
    filling: Filling = STANDARD
    gamma_n_minus_one: bool = False
    nodes: tuple[int, int] | None = None


USUAL = Details()


def read_details(given: Mapping[str, Any], mplus: bool = False) -> Details:
    """The options h1_information, zero_add, zero_keep_margins, gamma_n_minus_one and integration_ngh, if given.

    Raises
    ------
    ModelError
        for a value that is not understood.

    Examples
    --------
    >>> read_details({"zero_add": (0.1, 0.2), "h1_information": "unstructured"}).filling.larger
    0.2
    """
    place = given.get("h1_information")
    if place not in (None, "default", "structured", "unstructured"):
        raise ModelError(f"h1_information={place!r} is not known; use one of structured, unstructured")
    return Details(
        mplus=mplus,
        unstructured=None if place in (None, "default") else place == "unstructured",
        filling=_filling(given.get("zero_add"), given.get("zero_keep_margins")),
        gamma_n_minus_one=bool(given.get("gamma_n_minus_one", False)),
        nodes=_nodes(given.get("integration_ngh")),
    )


def two_informations(given: str | Sequence[str] | None) -> tuple[str | None, str | None]:
    """Information of the errors, and of scaled tests where another one is given."""
    if given is None or isinstance(given, str):
        return given, None
    if len(given) not in (1, 2) or not all(isinstance(each, str) for each in given):
        raise ModelError(
            f"information={given!r}: expected one name, or two: of the errors and of scaled tests"
        )
    return given[0], given[-1] if len(given) == 2 else None


def settle_weight(details: Details, plain: bool, robust: bool) -> Details:
    """The details with a place for the weights, with mimic="Mplus" the sample moments for robust errors of ML.

    Raises
    ------
    NotServedError
        for weights at the sample moments where errors and tests would not look at them.
    """
    if details.unstructured is None:
        return replace(details, unstructured=details.mplus and plain and robust)
    if details.unstructured and not plain:
        raise NotServedError(
            "h1_information='unstructured' is served for ML with complete data and expected information (ML, MLM, "
            "MLMV); elsewhere leave it out"
        )
    return details


def _nodes(asked: Any) -> tuple[int, int] | None:
    if asked is None or asked == "default":
        return None
    values = [asked] if isinstance(asked, int) else list(asked) if isinstance(asked, Sequence) else []
    if len(values) not in (1, 2) or not all(type(each) is int and 3 <= each <= 150 for each in values):
        raise ModelError(
            f"integration_ngh={asked!r}: expected a number of nodes from 3 to 150, or two, for items and for pairs, "
            "such as (21, 13); leave it out for as many as it takes"
        )
    return values[0], values[-1]


def _filling(added: Any, keep_margins: Any) -> Filling:
    four, larger = STANDARD.four, STANDARD.larger
    if added is not None and not isinstance(added, str):
        values = [added] if isinstance(added, int | float) else list(added)
        if len(values) not in (1, 2) or not all(isinstance(v, int | float) and v >= 0 for v in values):
            raise ModelError(
                f"zero_add={added!r}: expected two numbers from 0, for 2 by 2 and for larger tables, such as (0.5, 0.0)"
            )
        four, larger = float(values[0]), float(values[-1])
    elif isinstance(added, str) and added != "default":
        raise ModelError(f"zero_add={added!r}: expected two numbers, such as (0.5, 0.0)")
    return Filling(four, larger, True if keep_margins in (None, "default") else bool(keep_margins))
