"""A normal population: its moments from the text of a model, and sample moments drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.results.normal_root import normal_root
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable, build_table


@dataclass(frozen=True, slots=True)
class Population:
    """A normal population, one set of moments per group.

    Attributes
    ----------
    names : (p,) observed variables.
    cov : per group (p, p); mean : per group (p,).
    """

    names: tuple[str, ...]
    cov: tuple[Floats, ...]
    mean: tuple[Floats, ...]


def population_moments(model: str) -> Population:
    """Population of a model such as ``f =~ .7*x1 + .8*x2 + .6*x3; x1 ~~ .51*x1``, one group.

    Every relation that is written needs a value (``value*`` or ``start(value)*``). What is left out has a variance
    of 1, a covariance of 0 and a mean of 0, as in ``lavaan::simulateData``.

    Raises
    ------
    ModelError
        naming the relation without a value, or when the implied covariance matrix is not positive definite.
    """
    options = ModelOptions(
        kind="sem", auto_fix_first=False, auto_fix_single=False, fixed_x=False, meanstructure=True
    )
    table = build_table(parse(model), options)
    if table.two_level:
        raise NotServedError("populations with level: blocks are not served; write a model of one level")
    theta = np.zeros(table.n_free)
    for row in table.parameters:
        if row.free:
            theta[row.free - 1] = _value(row)
    cov, mean = implied_moments(table, theta)
    return Population(table.observed, (cov,), (np.asarray(mean),))


def implied_moments(table: ParameterTable, theta: Floats) -> tuple[Floats, Floats | None]:
    """Covariance matrix (p, p) and means (p,) of a one-group model at theta (q,); no means without a mean structure.

    Raises
    ------
    ModelError
        when the covariance matrix is not positive definite.
    """
    implied = imply(compile_table(table)[0], theta)
    if not spd_inverse_logdet(implied.sigma)[2]:
        raise ModelError(
            "the population's covariance matrix is not positive definite; give every variable a variance, such as "
            "x1 ~~ .51*x1, and check the values"
        )
    return implied.sigma, implied.mu


def draw_moments(
    population: Population, sizes: tuple[int, ...], divisor: str, rng: np.random.Generator, count: int
) -> tuple[SampleMoments, ...]:
    """Sample moments (count, p, p) of every group, by Bartlett's decomposition."""
    out = []
    p = len(population.names)
    for cov, centre, n in zip(population.cov, population.mean, sizes, strict=True):
        root = normal_root(cov, "implied")
        triangle = np.tril(rng.standard_normal((count, p, p)), -1)
        triangle[:, range(p), range(p)] = np.sqrt(rng.chisquare(n - 1 - np.arange(p), (count, p)))
        factor = root @ triangle
        mean = centre + rng.standard_normal((count, p)) @ root.T / np.sqrt(n)
        drawn = factor @ factor.mT / (n if divisor == "n" else n - 1)
        out.append(SampleMoments(population.names, drawn, mean, np.full(count, float(n)), divisor, n))
    return tuple(out)


def _value(row: Parameter) -> float:
    if row.start is not None:
        return row.start
    if row.user:
        raise ModelError(
            f"the population has no value for {row.lhs} {row.op} {row.rhs or '1'}; write one, as in "
            f"{row.lhs} {row.op} 0.5*{row.rhs or '1'}"
        )
    return 1.0 if row.op == "~~" and row.lhs == row.rhs else 0.0
