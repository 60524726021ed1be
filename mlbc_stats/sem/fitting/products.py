"""Fit a model with products of latent variables: text and data in, a result out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from mlbc_stats.errors import (
    ConvergenceWarning,
    DataWarning,
    InadmissibleWarning,
    MlbcWarning,
    ModelError,
    NotServedError,
)
from mlbc_stats.moments.columns import column_names
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.sem.fitting.lavaan_arguments import understand
from mlbc_stats.sem.fitting.moderated_result import ModeratedResult
from mlbc_stats.sem.fitting.preparation import Prepared, prepare, read
from mlbc_stats.sem.inference.parameter_values import row_values
from mlbc_stats.sem.interactions.conditioning import choose_conditioning, depending
from mlbc_stats.sem.interactions.estimating import EXACT, Moderated, estimate_mixture, estimate_quasi
from mlbc_stats.sem.interactions.model_text.indicators import product_model
from mlbc_stats.sem.interactions.model_text.product_terms import Product, check_products, find_products
from mlbc_stats.sem.interactions.model_text.rewriting import mentioned, with_phantoms, without_products
from mlbc_stats.sem.interactions.moderation import Moderation, join
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.results.fitted_model import FittedModel

KINDS = ("lms", "qml", "product")
ERRORS = {"standard": "standard", "robust.huber.white": "robust", "robust.cluster": "robust", "none": "none"}
UNSERVED = {
    "ordered": "ordinal variables (use 'product' with their codes)",
    "auxiliary": "auxiliary variables",
    "aux": "auxiliary variables",
    "bootstrap": "bootstrap",
    "sample_cov": "a covariance matrix, which holds no products",
    "test": "further tests",
}
"""Arguments of `fit` that LMS and QML do not take, in words."""

Finding = tuple[type[MlbcWarning], str]
Fit = Callable[..., FittedModel]


def fit_interactions(
    given: Mapping[str, Any], data: Any, lavaan: Mapping[str, Any], fit: Fit
) -> FittedModel | ModeratedResult:
    """What `sem.fit` returns where `interactions` is given.

    Parameters
    ----------
    given : arguments of `fit` by name. lavaan : further options. fit : `sem.fit` itself, for linear models.

    Raises
    ------
    ModelError, NotServedError, DataError
        for products that cannot be estimated, and options that the method does not take.
    """
    call = dict(given)
    kind, options = str(call.pop("interactions")).lower(), call.pop("interactions_args")
    if kind not in KINDS:
        raise ModelError(f"interactions={kind!r} is not known; use one of {', '.join(KINDS)}")
    if data is None:
        raise ModelError(f"interactions={kind!r} needs the cases: give data, not a covariance matrix")
    statements = parse(call["model"])
    products, columns = find_products(statements), column_names(data)
    check_products(products, statements, columns)
    if kind == "product":
        text, table = product_model(call["model"], statements, data, products, options)
        return fit(data=table, **{**call, "model": text}, **lavaan)
    if options:
        raise ModelError(f"interactions_args belongs to interactions='product'; {kind!r} has nothing to set")
    _check_options(call, lavaan, kind)
    call |= {"fixed_x": False, "meanstructure": True}
    linear, notes = _linear(call, data, lavaan, fit, _alone(products, columns, statements))
    return _estimated(kind, call, data, lavaan, products, linear, notes)


def _check_options(call: Mapping[str, Any], lavaan: Mapping[str, Any], kind: str) -> None:
    for name, words in UNSERVED.items():
        value = call.get(name)
        if value is not None and not (isinstance(value, (tuple, list, str, bool)) and not value):
            raise NotServedError(f"interactions={kind!r} does not serve {words}; leave {name} out")
    if call["estimator"] not in ("ML", "MLR", "default", None):
        raise NotServedError(
            f"interactions={kind!r} maximizes a likelihood: estimator='ML' (errors from the observed information) or "
            f"'MLR' (robust errors), not {call['estimator']!r}"
        )
    if lavaan:
        raise NotServedError(
            f"interactions={kind!r} does not serve {', '.join(sorted(lavaan))}; leave it out"
        )


def _alone(products: tuple[Product, ...], columns: Collection[str], statements: Any) -> list[str]:
    """Observed variables that stand in products only, or depend on these only: the linear model needs them too."""
    named = mentioned([s for s in statements if ":" not in s.rhs])
    inside = dict.fromkeys(name for p in products for name in (*p.pair, *p.outcomes))
    return [name for name in inside if name in columns and name not in named]


def _linear(
    call: Mapping[str, Any], data: Any, lavaan: Mapping[str, Any], fit: Fit, alone: list[str]
) -> tuple[FittedModel, list[str]]:
    """The model without products, and what its fit warned of."""
    text = "\n".join([without_products(parse(call["model"])), *(f"{name} ~~ {name}" for name in alone)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        linear = fit(data=data, **{**call, "model": text, "se": None}, **lavaan)
    if not linear.converged:
        raise ModelError(
            "the model without products did not converge, so that there is nothing to start from: "
            + "; ".join(linear.doubts or linear.warnings)
        )
    return linear, [str(each.message) for each in caught if issubclass(each.category, DataWarning)]


def _estimated(
    kind: str,
    call: Mapping[str, Any],
    data: Any,
    lavaan: Mapping[str, Any],
    products: tuple[Product, ...],
    linear: FittedModel,
    notes: list[str],
) -> ModeratedResult:
    conditioning = choose_conditioning(products, linear, depending(products, linear))
    text = with_phantoms(call["model"], conditioning.partners)
    made = prepare(data, understand(lavaan, {**call, "model": text}))
    errors = _errors(made, kind)
    with one_blas_thread():
        sample = read(made.table, made.source, made.method, made.design)
        found = join(made.table, products, conditioning, linear, sample.moments)
        estimate = estimate_quasi if kind == "qml" else estimate_mixture
        ended = estimate(found, call["max_iter"] or 300)
    findings = [(DataWarning, note) for note in notes] + _findings(found, ended)
    for category, note in findings:
        warnings.warn(note, category, stacklevel=4)
    return ModeratedResult(
        kind,
        found,
        ended,
        errors,
        {**call, "interactions": kind},
        tuple(note for _, note in findings),
        tuple(note for category, note in findings if category is not DataWarning),
    )


def _errors(made: Prepared, kind: str) -> str:
    """Which errors the method asks for."""
    method = made.method
    if method.se not in ERRORS:
        raise NotServedError(
            f"interactions={kind!r} does not serve se={method.se!r}; use 'standard' or 'robust'"
        )
    if method.two_stage or method.likelihood != "normal":
        raise NotServedError(f"interactions={kind!r} needs the normal likelihood of the cases themselves")
    if kind == "qml" and method.missing != "listwise":
        raise NotServedError("interactions='qml' needs complete cases; use 'lms' for incomplete ones")
    return ERRORS[method.se]


def _findings(found: Moderation, ended: Moderated) -> list[Finding]:
    """What speaks against the solution."""
    climb = ended.climb
    if not climb.converged:
        why = (
            "the information there is not positive: the data do not determine the model, or it is a saddle point"
            if not np.isfinite(climb.decrement)
            else f"the gradient is not zero (squared decrement {climb.decrement:.2g})"
        )
        return [
            (
                ConvergenceWarning,
                f"no convergence: {why}; estimates are not a solution: errors and tests are withheld. Simplify the "
                "model, or see whether the linear one (fit.linear) is sound",
            )
        ]
    findings: list[Finding] = []
    values = row_values(found.table, found.rams, climb.theta)
    negative = [
        row.lhs
        for row, value in zip(found.table.parameters, values, strict=True)
        if row.op == "~~" and row.lhs == row.rhs and row.free and value < 0
    ]
    if negative:
        findings.append(
            (
                InadmissibleWarning,
                f"negative variance (Heywood case): {', '.join(negative)}; the solution is inadmissible",
            )
        )
    if ended.quadrature > EXACT:
        findings.append(
            (
                DataWarning,
                f"the integral is exact to {ended.quadrature:.1g} of log L only; errors may share that",
            )
        )
    return findings
