"""The likelihood of latent moderated structural equations: normal given the factors that products multiply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet, unvech, vech_indices
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.first_derivatives import summed_gradient
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.interactions.likelihoods.nodes import Nodes

CELLS = 3_000_000
"""Cases times nodes that are held at once."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Cases of a group that hold the same variables.

    Attributes
    ----------
    columns : (p_o,) positions of the variables they hold.
    features : (n, 1 + p_o + p_o(p_o+1)/2): one, the values less `centre`, their products.
    centre : (p,) of the whole group; rows : (n,) place in the group; mass : (n,) weights.
    """

    columns: Ints
    features: Floats
    centre: Floats
    rows: Ints
    mass: Floats


@dataclass(frozen=True, slots=True)
class Part:
    """One group: its model with the conditioning factors among the observed ones, nodes and cases.

    Attributes
    ----------
    ram : the model; `a0` (J, v, v) holds the values of the nodes where phantoms meet their partners.
    nodes : values (J, k) of the conditioning factors, the last k observed variables of `ram`.
    """

    ram: Ram
    nodes: Nodes
    patterns: tuple[Pattern, ...]
    n: int


@dataclass(frozen=True, slots=True)
class Mixture:
    """log L = Σ_i w_i log ∫ N(y_i, c; μ(c), Σ(c)) dc over the conditioning factors c, by the trapezoid rule.

    Given c every product is a multiple of its other factor, so that (y, c) has the density of a linear model with
    paths A(c).

    References
    ----------
    Klein & Moosbrugger (2000), doi:10.1007/BF02296338.
    """

    parts: tuple[Part, ...]
    q: int

    def value_and_gradient(self, theta: Floats) -> tuple[float, Floats]:
        """log L and its gradient (q,) at theta (q,); −inf where the model implies no density."""
        total, gradient = 0.0, np.zeros(self.q)
        with np.errstate(all="ignore"):
            for part in self.parts:
                found = _group_value(part, theta)
                if found is None:
                    return -np.inf, gradient
                total += found[0]
                gradient[part.ram.free] += found[1]
        return total, gradient

    def casewise(self, theta: Floats) -> list[Floats]:
        """log L_i (n,) of every group, unweighted."""
        out = []
        for part in self.parts:
            values = np.full(part.n, np.nan)
            kernels = _Kernels(part, imply(part.ram, theta))
            for pattern in part.patterns:
                density = _Density(kernels, pattern)
                for rows in _chunks(pattern, len(part.nodes.values)):
                    values[pattern.rows[rows]] = density.responsibilities(rows)[0]
            out.append(values)
        return out

    def posterior(self, theta: Floats) -> list[tuple[Floats, Floats]]:
        """Means (n, k) and covariances (n, k, k) of the conditioning factors given the data, of every group."""
        return [_posterior(part, theta) for part in self.parts]


def make_part(ram: Ram, slots: list[tuple[int, int, int]], nodes: Nodes, moments: SampleMoments) -> Part:
    """A group's part; `slots` are (phantom, partner, conditioning factor) by position."""
    a0 = np.repeat(ram.a0[None], len(nodes.values), axis=0)
    for phantom, partner, at in slots:
        a0[:, phantom, partner] = nodes.values[:, at]
    x = np.asarray(moments.raw, dtype=float)
    mass = np.ones(len(x)) if moments.weights is None else np.asarray(moments.weights, dtype=float)
    return Part(replace(ram, a0=a0), nodes, tuple(split_patterns(x, mass)), len(x))


def split_patterns(x: Floats, mass: Floats) -> Iterator[Pattern]:
    """Cases (n, p) by the variables they hold."""
    centre = np.nanmean(x, axis=0)
    kinds, which = np.unique(~np.isnan(x), axis=0, return_inverse=True)
    for at, kind in enumerate(kinds):
        rows, columns = np.flatnonzero(which.ravel() == at), np.flatnonzero(kind)
        own = x[np.ix_(rows, columns)] - centre[columns]
        one, other = vech_indices(len(columns))
        features = np.concatenate([np.ones((len(rows), 1)), own, own[:, one] * own[:, other]], axis=1)
        yield Pattern(columns, features, centre, rows, mass[rows])


class _Kernels:
    """Moments of (y, c) at every node."""

    def __init__(self, part: Part, implied: Implied) -> None:
        self.implied, self.nodes = implied, part.nodes
        self.k = part.nodes.values.shape[1]
        self.p = part.ram.n_observed - self.k
        self.mu = np.broadcast_to(np.asarray(implied.mu), implied.sigma.shape[:-1])


class _Density:
    """log N((y, c_j); μ_j, Σ_j) of the cases of a pattern as a linear function of their features."""

    def __init__(self, kernels: _Kernels, pattern: Pattern) -> None:
        self.pattern, self.size = pattern, len(pattern.columns)
        at = np.concatenate([pattern.columns, kernels.p + np.arange(kernels.k)])
        self.at, self.values = at, kernels.nodes.values
        self.weight, logdet, flags = spd_inverse_logdet(kernels.implied.sigma[:, at[:, None], at])
        self.ok = bool(np.all(flags))
        p = self.size
        self.centre = np.concatenate([pattern.centre[pattern.columns], np.zeros(kernels.k)])
        gap = np.concatenate([np.zeros((len(self.values), p)), self.values], axis=1) + self.centre
        self.gap = gap - kernels.mu[:, at]
        pulled = (self.weight @ self.gap[..., None])[..., 0]
        constant = -0.5 * (logdet + len(at) * np.log(2 * np.pi) + np.sum(self.gap * pulled, axis=-1))
        one, other = vech_indices(p)
        square = -self.weight[:, one, other] * np.where(one == other, 0.5, 1.0)
        self.coefficients = np.concatenate(
            [constant[:, None] + kernels.nodes.log_volume, -pulled[:, :p], square], axis=1
        ).T

    def responsibilities(self, rows: slice) -> tuple[Floats, Floats]:
        """log L_i (n,) and the posterior shares (n, J) of the nodes."""
        log = self.pattern.features[rows] @ self.coefficients
        top = log.max(axis=1, keepdims=True)
        np.exp(log - top, out=log)
        total = log.sum(axis=1, keepdims=True)
        log /= total
        return (top + np.log(total))[:, 0], log

    def slopes(self, sums: Floats) -> tuple[Floats, Floats]:
        """d/dΣ (J, s, s) and d/dμ (J, s) from weighted sums (J, f) of the features."""
        p, count = self.size, sums[:, 0]
        first = np.concatenate([sums[:, 1 : p + 1], count[:, None] * 0 * self.values], axis=1)
        second = np.zeros((len(sums), len(self.at), len(self.at)))
        second[:, :p, :p] = unvech(sums[:, p + 1 :])
        cross = first[:, :, None] * self.gap[:, None, :]
        moment = second + cross + cross.mT
        moment += count[:, None, None] * self.gap[:, :, None] * self.gap[:, None, :]
        deviation = first + count[:, None] * self.gap
        mean_slope = (self.weight @ deviation[..., None])[..., 0]
        slope = 0.5 * (self.weight @ moment @ self.weight - count[:, None, None] * self.weight)
        return slope, mean_slope


def _group_value(part: Part, theta: Floats) -> tuple[float, Floats] | None:
    implied = imply(part.ram, theta)
    kernels = _Kernels(part, implied)
    if not np.isfinite(implied.sigma).all():
        return None
    total = 0.0
    slope, mean_slope = np.zeros_like(implied.sigma), np.zeros(implied.sigma.shape[:-1])
    for pattern in part.patterns:
        density = _Density(kernels, pattern)
        if not density.ok:
            return None
        sums = np.zeros((len(part.nodes.values), pattern.features.shape[1]))
        for rows in _chunks(pattern, len(part.nodes.values)):
            values, shares = density.responsibilities(rows)
            mass = pattern.mass[rows]
            total += float(mass @ values)
            sums += (shares * mass[:, None]).T @ pattern.features[rows]
        own, own_mean = density.slopes(sums)
        at = density.at
        slope[:, at[:, None], at] += own
        mean_slope[:, at] += own_mean
    gradient = summed_gradient(part.ram, implied, slope, mean_slope)
    return (total, gradient) if np.isfinite(total) else None


def _posterior(part: Part, theta: Floats) -> tuple[Floats, Floats]:
    kernels, values = _Kernels(part, imply(part.ram, theta)), part.nodes.values
    k = kernels.k
    means, covariances = np.zeros((part.n, k)), np.zeros((part.n, k, k))
    products = (values[:, :, None] * values[:, None, :]).reshape(len(values), k * k)
    for pattern in part.patterns:
        density = _Density(kernels, pattern)
        for rows in _chunks(pattern, len(values)):
            shares = density.responsibilities(rows)[1]
            own = shares @ values
            means[pattern.rows[rows]] = own
            second = (shares @ products).reshape(-1, k, k)
            covariances[pattern.rows[rows]] = second - own[:, :, None] * own[:, None, :]
    return means, covariances


def _chunks(pattern: Pattern, nodes: int) -> Iterator[slice]:
    size = max(1, CELLS // nodes)
    for first in range(0, len(pattern.features), size):
        yield slice(first, first + size)
