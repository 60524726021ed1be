"""Test constraints that a fitted model does not impose: the Wald test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.chi_square import tail
from mlbc_stats.sem.language.parser import CONSTRAINT_OPERATORS, Statement, parse
from mlbc_stats.sem.restrictions.imposed import equality_jacobian
from mlbc_stats.sem.specification.name_checks import check_labels
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

DEPENDENT = 1e-10
"""Eigenvalue of the restrictions' correlation matrix below which one of them follows from the others."""


def wald_test(fit: FittedModel, constraints: str) -> WaldTest:
    """Test whether parameters obey equality constraints, without refitting.

    W = rᵀ(JVJᵀ)⁻¹r, where r (k,) holds left minus right side of every constraint at the estimates, J (k, q) its
    Jacobian and V (q, q) the estimates' covariance matrix (robust for robust fits).

    Parameters
    ----------
    fit : a converged fit.
    constraints : lines ``left == right`` over labels (and defined parameters, and lavaan's ``.p3.``), linear or not:
        ``"a == b\\nc*d == 0"``. The statistic of a nonlinear constraint depends on how it is written.

    Returns
    -------
    WaldTest
        stat, df, pvalue and each restriction's value with its standard error.

    Raises
    ------
    ModelSyntaxError
        for text that is no constraint.
    ModelError
        for unknown labels, relations other than ``==``, a fit that did not converge, and constraints that hold in the
        model already or whose parameters have no standard errors.

    References
    ----------
    Wald (1943), doi:10.1090/S0002-9947-1943-0012401-3. In R: ``lavTestWald(fit, constraints)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(5)
    >>> items = dict(zip("abcd", (rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))).T))
    >>> fit = sem.cfa("f =~ a + p*b + q*c + d", items)
    >>> test = sem.wald_test(fit, "p == q")
    >>> test.df, bool(test.pvalue > 0.05)
    (1, True)
    """
    if not fit.converged:
        raise ModelError("the fit did not converge; a Wald test needs estimates")
    statements = _statements(fit.table, constraints)
    values, jacobian = equality_jacobian(_with_constraints(fit.table, statements), fit.theta)
    covariance = jacobian @ fit.uncertainty.vcov @ jacobian.T
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    texts = tuple(f"{s.lhs} == {s.rhs}" for s in statements)
    _check_testable(fit, jacobian, errors, texts)
    stat, df = _quadratic_form(values / errors, covariance / np.outer(errors, errors))
    return WaldTest(stat, df, tail(stat, df), texts, values, errors)


@dataclass(frozen=True, slots=True, repr=False)
class WaldTest(Shown):
    """Joint test of restrictions.

    Attributes
    ----------
    stat, df, pvalue : W with its χ² distribution; df counts independent restrictions.
    restrictions : texts, as written; values : (r,) left minus right side at the estimates.
    errors : (r,) standard error of each value.

    Examples
    --------
    >>> test = WaldTest(4.0, 1, 0.0455, ("a == b",), np.array([0.2]), np.array([0.1]))
    >>> float((test.values / test.errors)[0] ** 2)
    4.0
    """

    stat: float
    df: int
    pvalue: float
    restrictions: tuple[str, ...]
    values: Floats
    errors: Floats


def _statements(table: ParameterTable, constraints: str) -> list[Statement]:
    statements = list(parse(constraints))
    for statement in statements:
        if statement.op != "==":
            raise ModelError(
                f"line {statement.line}: {statement.lhs} {statement.op} {statement.rhs} is no equality; "
                "a Wald test takes lines of the form a == b"
            )
    if not statements:
        raise ModelError("no constraint to test; write at least one line such as a == b")
    check_labels(statements, [*table.parameters, *_defined_names(table)])
    return statements


def _defined_names(table: ParameterTable) -> list[Parameter]:
    """Definitions as rows whose label is their name, as `check_labels` reads them."""
    return [row for row in table.parameters if row.op == ":="]


def _with_constraints(table: ParameterTable, statements: list[Statement]) -> ParameterTable:
    """The table with these equalities in place of its own constraints."""
    kept = [row for row in table.parameters if row.op not in CONSTRAINT_OPERATORS or row.op == ":="]
    blank = replace(table.parameters[0], group=0, free=0, label="", plabel="", fixed=None, exo=False)
    rows = [
        replace(blank, lhs=s.lhs, op="==", rhs=s.rhs, expression=s.expression, lower=-np.inf, upper=np.inf)
        for s in statements
    ]
    return replace(table, parameters=(*kept, *rows))


def _check_testable(fit: FittedModel, jacobian: Floats, errors: Floats, texts: tuple[str, ...]) -> None:
    doubtful = np.abs(jacobian[:, fit.uncertainty.undetermined]).max(axis=1, initial=0.0) > 0
    for text, error, unknown in zip(texts, errors, doubtful, strict=True):
        if unknown or not np.isfinite(error):
            raise ModelError(
                f"{text} involves a parameter without standard error; the model must be identified"
            )
        if error < 1e-9:
            raise ModelError(
                f"{text} concerns only fixed parameters or holds in the model already, so there is nothing to test; "
                "free the parameters first (a score test asks about constraints that are imposed)"
            )


def _quadratic_form(values: Floats, correlation: Floats) -> tuple[float, int]:
    """Σ of squared components along the directions in which the restrictions vary, and their number."""
    spread, vectors = np.linalg.eigh(correlation)
    varies = spread > DEPENDENT * max(1.0, float(spread.max(initial=0.0)))
    along = vectors[:, varies].T @ values
    return float(np.sum(along**2 / spread[varies])), int(varies.sum())
