"""The quasi-likelihood of latent moderated structural equations: normal but for the means and variances of products."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.errors import NotServedError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.moments import matrices, total_effects
from mlbc_stats.sem.implied.ram import Ram

STEP = 1e-30
"""Imaginary step of derivatives of small matrices: nothing is subtracted, so that nothing is rounded."""


@dataclass(frozen=True, slots=True)
class QuasiPart:
    """One group: its linear model, its cases, and what is not normal.

    Attributes
    ----------
    ram : the model without the paths into phantoms.
    x : (n, p) cases; mass : (n,) weights.
    pivots : (t,) observed variables that carry the outcomes of products; rest : (p − t,) the others.
    phantoms : (K,) positions of the products; partners : (w − t,) of the variables they multiply; outcomes : (t,).
    curve : (K, w, w) Hessian of every product in (y_pivots, partners).
    """

    ram: Ram
    x: Floats
    mass: Floats
    pivots: Ints
    rest: Ints
    phantoms: Ints
    partners: Ints
    outcomes: Ints
    curve: Floats


@dataclass(frozen=True, slots=True)
class Quasi:
    """log L = Σ_i w_i [log N(u_i; 0, Σ_u) + log N(y_i; E(y | u_i), Var(y | u_i))].

    u are the observed variables less what carries the products' outcomes; they are normal. The scaling indicators y of
    the outcomes are not, and are taken as normal given u with their exact conditional means and variances.

    References
    ----------
    Klein & Muthén (2007), doi:10.1080/00273170701710205.
    """

    parts: tuple[QuasiPart, ...]
    q: int

    def value_and_gradient(self, theta: Floats) -> tuple[float, Floats]:
        """log L and its gradient (q,) at theta (q,); −inf where the model implies no density."""
        total, gradient = 0.0, np.zeros(self.q)
        with np.errstate(all="ignore"):
            for part in self.parts:
                pieces = _pieces(part, theta)
                found = _with_slopes(part, pieces)
                if found is None:
                    return -np.inf, gradient
                total += found[0]
                free = part.ram.free
                shifted = theta + 1j * STEP * np.eye(self.q)[free]
                moved = _pieces(part, shifted)
                own = sum(
                    np.sum(slope * (piece.imag / STEP), axis=tuple(range(1, piece.ndim)))
                    for slope, piece in zip(found[1], moved, strict=True)
                )
                gradient[free] += own
        return total, gradient

    def casewise(self, theta: Floats) -> list[Floats]:
        """log L_i (n,) of every group, unweighted."""
        return [_values(part, _pieces(part, theta))[0] for part in self.parts]


def make_quasi_part(
    ram: Ram, products: list[tuple[int, int, int]], outcomes: list[int], moments: SampleMoments, theta: Floats
) -> QuasiPart:
    """A group's part; `products` are (phantom, first, second) by position, theta (q,) where pivots are chosen.

    Raises
    ------
    NotServedError
        where a product multiplies what itself depends on a product.
    """
    a0 = ram.a0.copy()
    a0[[phantom for phantom, _, _ in products]] = 0.0
    ram = replace(ram, a0=a0)
    total = total_effects(ram, (matrices(ram, theta)[0] != 0).astype(float))
    phantoms = np.array([phantom for phantom, _, _ in products], dtype=np.intp)
    partners = np.array(list(dict.fromkeys(i for _, *pair in products for i in pair)), dtype=np.intp)
    bent = [ram.variables[i] for i in partners if np.isin(i, outcomes) or total[i, outcomes].any()]
    if bent:
        raise NotServedError(
            f"QML needs products of normal variables, and {', '.join(bent)} depends on a product; use "
            "interactions='lms'"
        )
    effects = total_effects(ram, matrices(ram, theta)[0])[: ram.n_observed][:, outcomes]
    pivots = _pivots(effects)
    t, w = len(pivots), len(pivots) + len(partners)
    curve = np.zeros((len(products), w, w))
    place = {int(i): t + at for at, i in enumerate(partners)}
    for k, (_, first, second) in enumerate(products):
        curve[k, place[first], place[second]] += 1
        curve[k, place[second], place[first]] += 1
    x = np.asarray(moments.raw, dtype=float)
    mass = np.ones(len(x)) if moments.weights is None else np.asarray(moments.weights, dtype=float)
    rest = np.setdiff1d(np.arange(ram.n_observed), pivots)
    return QuasiPart(ram, x, mass, pivots, rest, phantoms, partners, np.array(outcomes, dtype=np.intp), curve)


def _pivots(effects: Floats) -> Ints:
    """Rows (t,) of total effects (p, t) that are farthest from depending on each other."""
    from scipy.linalg import qr

    order = qr(effects.T, pivoting=True, mode="r")[1]
    return np.sort(order[: effects.shape[1]])


def _pieces(part: QuasiPart, theta: Floats) -> tuple[Floats, ...]:
    """Small matrices at theta (..., q): mean (p), M (r, p), Σ_u⁻¹, log det Σ_u, regression (w, r), mean (w), V, G.

    u = M(y − mean); given u, (y_pivots, partners) of the linear model have mean + regression u and covariance V, and
    the pivots add G times the products.
    """
    ram, p, t = part.ram, part.ram.n_observed, len(part.pivots)
    a, s, m = matrices(ram, theta)
    inverse = total_effects(ram, a)
    centre = (inverse @ m[..., None])[..., 0]
    effects = inverse[..., :p, :][..., part.outcomes]
    ratio = effects[..., part.rest, :] @ np.linalg.inv(effects[..., part.pivots, :])
    turn = np.zeros((*ratio.shape[:-2], len(part.rest), p), dtype=ratio.dtype)
    turn[..., np.arange(len(part.rest)), part.rest] = 1.0
    turn[..., part.pivots] = -ratio
    left = turn @ inverse[..., :p, :]
    wanted = inverse[..., np.concatenate([part.pivots, part.partners]), :]
    spread = left @ s @ left.mT
    weight = np.linalg.inv(spread)
    sign, size = np.linalg.slogdet(spread)
    logdet = np.log(sign) + size
    shared = wanted @ s @ left.mT
    regression = shared @ weight
    rest = wanted @ s @ wanted.mT - regression @ shared.mT
    means = np.concatenate([np.zeros_like(centre[..., :t]), centre[..., part.partners]], axis=-1)
    gain = inverse[..., part.pivots[:, None], part.phantoms]
    return centre[..., :p], turn, weight, logdet, regression, means, rest, gain


def _values(part: QuasiPart, pieces: tuple[Floats, ...]) -> tuple[Floats, ...]:
    """log L_i (n,), and what its slopes are made of."""
    centre, turn, weight, logdet, regression, means, rest, gain = pieces
    t, curve = len(part.pivots), part.curve
    deviation = part.x - centre
    u = deviation @ turn.T
    expected = means + u @ regression.T
    slopes = np.einsum("kab,nb->nka", curve, expected)
    products = 0.5 * (np.einsum("nka,na->nk", slopes, expected) + np.einsum("kab,ab->k", curve, rest))
    bend = np.einsum("kab,bc,lcd,da->kl", curve, rest, curve, rest) / 2
    line = np.einsum("tk,nka->nta", gain, slopes)
    line[:, np.arange(t), np.arange(t)] += 1.0
    spread = line @ rest @ line.mT + gain @ bend @ gain.T
    gap = deviation[:, part.pivots] - expected[:, :t] - products @ gain.T
    inverse = np.linalg.inv(spread)
    pulled = (inverse @ gap[..., None])[..., 0]
    size = part.x.shape[1] * np.log(2 * np.pi)
    square = np.sum((u @ weight) * u, axis=1) + np.sum(gap * pulled, axis=1)
    values = -0.5 * (logdet + np.linalg.slogdet(spread)[1] + square + size)
    return values, deviation, u, slopes, products, bend, line, inverse, pulled


def _with_slopes(part: QuasiPart, pieces: tuple[Floats, ...]) -> tuple[float, tuple[Floats, ...]] | None:
    """Σ w_i log L_i and its slopes by every piece."""
    _, turn, weight, logdet, regression, _, rest, gain = pieces
    if not (np.isfinite(logdet) and np.isfinite(weight).all() and np.linalg.eigvalsh(weight)[0] > 0):
        return None
    values, deviation, u, slopes, products, bend, line, inverse, pulled = _values(part, pieces)
    if not np.isfinite(values).all() or (np.linalg.det(inverse) <= 0).any():
        return None
    mass, curve, t = part.mass, part.curve, len(part.pivots)
    by_spread = 0.5 * mass[:, None, None] * (pulled[:, :, None] * pulled[:, None, :] - inverse)
    pulled = pulled * mass[:, None]
    total = by_spread.sum(axis=0)
    by_line = 2 * by_spread @ line @ rest
    by_bend = gain.T @ total @ gain
    by_product = pulled @ gain
    by_rest = np.einsum("nta,nts,nsb->ab", line, by_spread, line)
    by_rest += 0.5 * np.einsum("nk,kab->ab", by_product, curve)
    by_rest += np.einsum("kl,kab,bc,lcd->da", by_bend, curve, rest, curve).T
    by_gain = pulled.T @ products + np.einsum("nta,nka->tk", by_line, slopes) + 2 * total @ gain @ bend
    by_slope = np.einsum("tk,nta->nka", gain, by_line)
    by_expected = np.einsum("nk,nka->na", by_product, slopes) + np.einsum("nka,kab->nb", by_slope, curve)
    by_expected[:, :t] += pulled
    by_u = by_expected @ regression - (u @ weight) * mass[:, None]
    by_deviation = by_u @ turn
    by_deviation[:, part.pivots] -= pulled
    found = (
        -by_deviation.sum(axis=0),
        by_u.T @ deviation,
        -0.5 * (u * mass[:, None]).T @ u,
        np.asarray(-0.5 * mass.sum()),
        by_expected.T @ u,
        by_expected.sum(axis=0),
        by_rest,
        by_gain,
    )
    return float(mass @ values), found
