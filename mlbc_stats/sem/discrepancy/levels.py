"""What of a method two-level models serve: maximum likelihood, or least squares of ordinal items, with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.discrepancy.method import Method

ESTIMATORS = ("ML", "MLR", "MLF")

ERRORS = ("standard", "robust.huber.white", "robust.cluster", "first.order", "bootstrap", "none")

TESTS = ("standard", "yuan.bentler.mplus", "none")

LEAST_SQUARES = ("DWLS", "ULS", "WLS")

ORDINAL_ERRORS = ("robust.sem", "standard", "none")

ORDINAL_TESTS = ("standard", "satorra.bentler", "mean.var.adjusted", "scaled.shifted", "none")

SINGLE = {
    "sampling_weights": "sampling weights",
    "sample_cov": "covariance matrices in place of data",
    "auxiliary": "auxiliary variables",
    "aux": "auxiliary variables",
    "std_ov": "std_ov",
}
"""Arguments that two-level models do not serve."""

OPTIONS = ("NACOV", "WLS_V", "sample_th", "h1_information", "gamma_n_minus_one", "optim_bounds")
"""Options of lavaan that have no meaning for them."""


def check_levels(call: Mapping[str, Any], extra: Mapping[str, Any], ordinal: bool) -> None:
    """Refuse arguments of `fit` that have no meaning, or are not served, with ``level:`` blocks.

    Raises
    ------
    ModelError : without cluster=.
    NotServedError : for anything that is not served; the message says what is.
    """
    if call["cluster"] is None:
        raise ModelError(
            "the model has level: blocks, but nothing says which rows belong together; give cluster='column'"
        )
    if ordinal:
        _check_equal(call["group_equal"])
    elif "integration_ngh" in extra:
        raise NotServedError("integration_ngh is for ordinal items of two levels; leave it out")
    for name, what in SINGLE.items():
        if call[name] is not None and call[name] is not False and _count(call[name]):
            raise NotServedError(f"{what} in two-level models are not served; leave {name} out")
    found = [name for name in OPTIONS if name in extra]
    if found:
        raise NotServedError(f"{', '.join(found)} is not served in two-level models; leave it out")
    if call["meanstructure"] is False:
        raise ModelError("a two-level model has means (between clusters); leave meanstructure out")
    if not ordinal and str(call["likelihood"]).lower() != "normal":
        raise NotServedError("two-level models are fitted by the normal likelihood; leave likelihood out")


def _check_equal(asked: Any) -> None:
    """Refuse equal thresholds and intercepts of ordinal items, which would free their scales in later groups."""
    named = {asked} if isinstance(asked, str) else set(asked or ())
    for kind in ("thresholds", "intercepts"):
        if kind in named:
            raise NotServedError(
                f"group_equal={kind!r} with ordinal items of two levels is not served; loadings, regressions, "
                "residuals, variances and covariances of factors are"
            )


def _count(value: Any) -> int:
    """Entries of a collection, 1 for anything else."""
    return len(value) if hasattr(value, "__len__") else 1


def level_method(method: Method, asked: Any) -> Method:
    """The method of a two-level model: the bread of its errors is the observed information unless `asked` says more.

    Of ordinal items it is least squares, with expected information.
    """
    if method.ordinal:
        return _ordinal_method(method)
    if method.estimator not in ESTIMATORS:
        raise NotServedError(
            f"estimator={method.estimator!r} is not served in two-level models; use {', '.join(ESTIMATORS)}"
        )
    if method.missing not in {"listwise", "fiml"}:
        raise NotServedError(
            f"missing={method.missing!r} is not served in two-level models; use 'listwise' or 'fiml'"
        )
    if method.se not in ERRORS:
        raise NotServedError(
            f"se={method.se!r} is not served in two-level models; use one of {', '.join(ERRORS)}"
        )
    tests = [name for name in (method.test, *_asked_beside(method)) if name not in TESTS]
    if tests:
        raise NotServedError(
            f"test={tests[0]!r} is not served in two-level models; use one of {', '.join(TESTS)}"
        )
    own = asked not in (None, "default") and method.information != "first.order"
    if own and method.information == "expected" and method.missing == "fiml":
        raise NotServedError("information='expected' is not served with missing values in two-level models")
    information = method.information if own or method.information == "first.order" else "observed"
    return replace(method, information=information, beside=())


def check_varying(method: Method) -> None:
    """Refuse what models with random slopes do not serve.

    Raises
    ------
    NotServedError : incomplete rows.
    """
    if method.missing != "listwise":
        raise NotServedError(
            f"missing={method.missing!r} with random slopes (rv()) is not served, neither of covariates nor of other "
            "variables; use missing='listwise', which leaves incomplete rows out"
        )


def _ordinal_method(method: Method) -> Method:
    """The method as it is, where it is served for ordinal items."""
    if method.discrepancy not in LEAST_SQUARES:
        raise NotServedError(
            f"estimator={method.estimator!r} is not served for ordinal items of two levels; use 'WLSMV', 'DWLS', "
            "'ULSMV' or 'WLS'"
        )
    if method.se not in ORDINAL_ERRORS:
        raise NotServedError(
            f"se={method.se!r} is not served for ordinal items of two levels; use one of {', '.join(ORDINAL_ERRORS)}"
        )
    tests = [name for name in (method.test, *method.beside) if name not in ORDINAL_TESTS]
    if tests:
        raise NotServedError(
            f"test={tests[0]!r} is not served for ordinal items of two levels; use one of {', '.join(ORDINAL_TESTS)}"
        )
    return method


def _asked_beside(method: Method) -> tuple[str, ...]:
    """Tests beside the first that were asked for; what is shown of itself is left out."""
    return tuple(name for name in method.beside if name != "browne.residual.nt.model")
