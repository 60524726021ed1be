"""A model with products joined to its data: what LMS and QML climb, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.errors import NotServedError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space, check_consistent, linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.interactions.conditioning import Conditioning
from mlbc_stats.sem.interactions.likelihoods.mixture import Mixture, make_part
from mlbc_stats.sem.interactions.likelihoods.nodes import Nodes, place_nodes
from mlbc_stats.sem.interactions.likelihoods.quasi import Quasi, make_quasi_part
from mlbc_stats.sem.interactions.model_text.product_terms import Product
from mlbc_stats.sem.interactions.moderated_moments import Slot
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.specification.parameter_table import ParameterTable

Key = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Moderation:
    """A model with products and the data of every group.

    Attributes
    ----------
    table : the parameters, a phantom factor for every product among its rows.
    products, conditioning : the products, and what is held to make them linear.
    linear : the fit without products.
    moments : the data, per group.
    rams : the model of every group, the conditioning factors behind the observed variables.
    space : what linear constraints leave.
    """

    table: ParameterTable
    products: tuple[Product, ...]
    conditioning: Conditioning
    linear: FittedModel
    moments: tuple[SampleMoments, ...]
    rams: tuple[Ram, ...]
    space: Space

    @property
    def slots(self) -> list[Slot]:
        """Phantom, partner and conditioning factor of every product, by position."""
        place, held = self.rams[0].variables.index, self.conditioning
        return [
            (place(p.name), place(held.partners[p.name]), held.factors.index(held.held[p.name]))
            for p in self.products
        ]

    @property
    def cases(self) -> float:
        """Cases of all groups."""
        return float(sum(m.n for m in self.moments))


def join(
    table: ParameterTable,
    products: Sequence[Product],
    conditioning: Conditioning,
    linear: FittedModel,
    moments: tuple[SampleMoments, ...],
) -> Moderation:
    """The parts of a `Moderation`, its constraints checked.

    Raises
    ------
    NotServedError
        for constraints that are not linear, and for bounds.
    """
    system = constraint_system(table)
    if system.equalities or system.inequalities:
        text = (*system.equalities, *system.inequalities)[0].text
        raise NotServedError(
            f"{text}: with products, equality constraints must be linear, and there are no bounds; leave it out"
        )
    space = linear_space(system)
    check_consistent(system, space, table)
    latent = tuple(name for name in table.latent if name not in conditioning.factors)
    moved = replace(table, observed=table.observed + conditioning.factors, latent=latent)
    return Moderation(table, tuple(products), conditioning, linear, moments, compile_table(moved), space)


def start_values(found: Moderation) -> Floats:
    """Estimates of the linear model; zero for the products' coefficients."""
    linear = found.linear
    known = {
        _key(row.lhs, row.op, row.rhs, row.group): float(linear.theta[row.free - 1])
        for row in linear.table.parameters
        if row.free
    }
    theta = np.zeros(found.table.n_free)
    for row in found.table.parameters:
        if row.free:
            theta[row.free - 1] = known.get(_key(row.lhs, row.op, row.rhs, row.group), row.start or 0.0)
    basis, origin = found.space.basis, found.space.origin
    return theta if basis is None else origin + basis @ (basis.T @ (theta - origin))


def rough_information(found: Moderation) -> Floats:
    """Information (q, q) of all cases at the start: the linear model's, and n Var(x:z)/Var(residual) for products."""
    linear = found.linear
    bread = linear.uncertainty.bread * linear.solution.n
    place = {
        _key(row.lhs, row.op, row.rhs, row.group): row.free - 1 for row in linear.table.parameters if row.free
    }
    rows = [row for row in found.table.parameters if row.free]
    at = np.array([place.get(_key(row.lhs, row.op, row.rhs, row.group), -1) for row in rows])
    out = np.zeros((len(rows), len(rows)))
    known = np.flatnonzero(at >= 0)
    out[np.ix_(known, known)] = bread[np.ix_(at[known], at[known])]
    for i in np.flatnonzero(at < 0):
        out[i, i] = _product_information(found, rows[i].lhs, rows[i].rhs, rows[i].group)
    return out


def _product_information(found: Moderation, outcome: str, name: str, group: int) -> float:
    implied, ram = found.linear.solution.implied()[group - 1], found.linear.solution.rams[group - 1]
    cov = implied.inverse @ implied.disturbance @ implied.inverse.mT
    product = next(p for p in found.products if p.name == name)
    a, b, y = (ram.variables.index(each) for each in (*product.pair, outcome))
    spread = cov[a, a] * cov[b, b] + cov[a, b] ** 2
    return float(found.moments[group - 1].n * spread / max(implied.disturbance[y, y], 0.05 * cov[y, y], 1e-8))


def quasi_likelihood(found: Moderation) -> Quasi:
    """The quasi-likelihood of a model; complete data only."""
    rams = compile_table(found.table)
    place, theta = rams[0].variables.index, start_values(found)
    theta = np.where(theta == 0, 0.1, theta)
    outcomes = list(dict.fromkeys(place(name) for p in found.products for name in p.outcomes))
    products = [(place(p.name), place(p.first), place(p.second)) for p in found.products]
    parts = tuple(
        make_quasi_part(ram, products, outcomes, moments, theta)
        for ram, moments in zip(rams, found.moments, strict=True)
    )
    return Quasi(parts, found.table.n_free)


def first_mixture(found: Moderation, theta: Floats, step: float) -> Mixture:
    """The likelihood over nodes where the linear model expects the conditioning factors."""
    k = len(found.conditioning.factors)
    nodes = [
        _expected_nodes(ram, k, theta, moments, step)
        for ram, moments in zip(found.rams, found.moments, strict=True)
    ]
    return _mixture(found, nodes)


def next_mixture(found: Moderation, last: Mixture, theta: Floats, step: float) -> Mixture:
    """The same over nodes where the model with products, at theta (q,), has the conditioning factors."""
    nodes = []
    for means, covariances in last.posterior(theta):
        size = np.linalg.slogdet(covariances)[1]
        narrow = covariances[size <= np.quantile(size, 0.25)].mean(axis=0)
        inverse = np.linalg.inv(np.linalg.cholesky(narrow))
        spread = np.sqrt(np.linalg.eigvalsh(inverse @ covariances @ inverse.T)[:, -1])
        nodes.append(place_nodes(means, narrow, spread, step))
    return _mixture(found, nodes)


def _mixture(found: Moderation, nodes: Sequence[Nodes]) -> Mixture:
    slots = found.slots
    parts = tuple(
        make_part(ram, slots, own, moments)
        for ram, own, moments in zip(found.rams, nodes, found.moments, strict=True)
    )
    return Mixture(parts, found.table.n_free)


def _expected_nodes(ram: Ram, k: int, theta: Floats, moments: SampleMoments, step: float) -> Nodes:
    """Nodes about the regression of the conditioning factors on what each case holds."""
    implied = imply(ram, theta)
    p = ram.n_observed - k
    x, mu = np.asarray(moments.raw, dtype=float), np.asarray(implied.mu)
    means, spread = np.zeros((len(x), k)), np.ones(len(x))
    base: Floats | None = None
    kinds, which, count = np.unique(~np.isnan(x), axis=0, return_inverse=True, return_counts=True)
    for at in np.argsort(-count, kind="stable"):
        rows, own = np.flatnonzero(which.ravel() == at), np.flatnonzero(kinds[at])
        slope = np.linalg.solve(implied.sigma[np.ix_(own, own)], implied.sigma[own, p:]).T
        rest = implied.sigma[p:, p:] - slope @ implied.sigma[own, p:]
        means[rows] = mu[p:] + (x[np.ix_(rows, own)] - mu[own]) @ slope.T
        base = rest if base is None else base
        inverse = np.linalg.inv(np.linalg.cholesky(base))
        spread[rows] = np.sqrt(np.linalg.eigvalsh(inverse @ rest @ inverse.T)[-1])
    return place_nodes(means, np.asarray(base), spread, step)


def _key(lhs: str, op: str, rhs: str, group: int) -> Key:
    lhs, rhs = sorted((lhs, rhs)) if op == "~~" else (lhs, rhs)
    return lhs, op, rhs, group
