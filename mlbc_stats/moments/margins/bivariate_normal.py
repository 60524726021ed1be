"""Distribution function, density and rectangle probabilities of the standard bivariate normal."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[Any]

TWO_PI = 2.0 * np.pi
#: Limits beyond this are infinite: Φ(-38.5) is below the smallest normal number.
FAR = 38.5
#: |ρ| from which the integral over the angle is too peaked and Genz's expansion about |ρ| = 1 takes over.
HIGH = 0.925
#: Upper limit of |ρ| and the Gauss-Legendre nodes that reach 1e-15 below it (Genz 2004, section 2.4).
NODES = ((0.3, 6), (0.75, 12), (HIGH, 20))
#: Exponents below this give nothing at double precision.
NEGLIGIBLE = -700.0
#: Values of the integrand held at once: what fits a processor's cache.
BLOCK = 1 << 17


def bivariate_cdf(h: Any, k: Any, rho: Any) -> Array:
    """Φ₂(h, k; ρ) = P(X ≤ h, Y ≤ k) for standard normal X, Y with correlation ρ.

    Parameters
    ----------
    h, k : arrays, broadcast together; plus and minus infinity are limits like others.
    rho : array of correlations, -1 ≤ ρ ≤ 1, broadcast with them.

    Returns
    -------
    probability : array, absolute error below 1e-14. NaN where an argument is NaN or |ρ| > 1.

    References
    ----------
    Genz (2004), https://doi.org/10.1023/B:STCO.0000035304.20635.31: for |ρ| < 0.925 Plackett's integral over
    θ from 0 to asin ρ by Gauss-Legendre rules of 6, 12 or 20 nodes; beyond, its expansion about |ρ| = 1 plus
    a rule of 20 nodes for the remainder.

    Notes
    -----
    In R: ``mvtnorm::pmvnorm(upper = c(h, k), corr = matrix(c(1, rho, rho, 1), 2))``.

    Examples
    --------
    >>> bivariate_cdf(0.0, [0.0, np.inf], 0.5).round(12).tolist()
    [0.333333333333, 0.5]
    """
    h, k, rho = np.broadcast_arrays(*(np.asarray(part, float) for part in (h, k, rho)))
    return grid_cdf(h[None], k[None], rho)[0, 0]


def bivariate_pdf(h: Any, k: Any, rho: Any) -> Array:
    """Density φ₂(h, k; ρ), which is also ∂Φ₂/∂ρ; zero at infinite limits.

    Parameters
    ----------
    h, k, rho : arrays, broadcast together, |ρ| < 1.

    Examples
    --------
    >>> bivariate_pdf(0.0, 0.0, 0.0) * 2 * np.pi
    np.float64(1.0)
    """
    h, k = np.clip(h, -FAR, FAR), np.clip(k, -FAR, FAR)
    left = 1.0 - np.square(rho)
    return np.exp(-0.5 * (h * h - 2.0 * rho * h * k + k * k) / left) / (TWO_PI * np.sqrt(left))


def rectangle(lower: Any, upper: Any, rho: Any) -> Array:
    """P(a₁ < X ≤ b₁, a₂ < Y ≤ b₂) for standard normal X, Y with correlation ρ.

    Parameters
    ----------
    lower, upper : arrays [..., 2] of the limits a and b, infinite ones included.
    rho : array [...].

    Returns
    -------
    probability : array [...], absolute error below 1e-13, never negative.

    Notes
    -----
    In R: ``mvtnorm::pmvnorm(lower, upper, corr = matrix(c(1, rho, rho, 1), 2))``.

    Examples
    --------
    >>> float(rectangle([0.0, 0.0], [np.inf, np.inf], 0.5).round(12))
    0.333333333333
    """
    lower, upper = np.broadcast_arrays(np.asarray(lower, float), np.asarray(upper, float))
    first, second = np.stack([lower[..., 0], upper[..., 0]]), np.stack([lower[..., 1], upper[..., 1]])
    corners = grid_cdf(first, second, np.asarray(rho, float))
    return np.maximum(cell_sums(corners)[0, 0], 0.0)


def cell_sums(corners: Array) -> Array:
    """Second differences [a-1, b-1, ...] of values [a, b, ...] at the crossings of limits: those of the cells.

    Examples
    --------
    >>> cell_sums(np.array([[0.0, 0.0], [0.0, 0.25]])).tolist()
    [[0.25]]
    """
    edges = corners[1:] - corners[:-1]
    return edges[:, 1:] - edges[:, :-1]


def grid_cdf(h: Array, k: Array, rho: Array) -> Array:
    """Φ₂ at every crossing of two sets of limits: h [a, ...], k [b, ...], ρ [...] give [a, b, ...].

    Most work depends on ρ alone, so a grid of limits costs much less than its points one by one.

    Examples
    --------
    >>> grid_cdf(np.array([0.0, 9.0]), np.array([0.0]), np.array(0.5)).round(12).tolist()
    [[0.333333333333], [0.5]]
    """
    batch = np.broadcast_shapes(h.shape[1:], k.shape[1:], rho.shape)
    # The batch stands last in memory, so that every operation runs along it.
    h, k = (
        np.broadcast_to(np.clip(part, -FAR, FAR), (len(part), *batch)).reshape(len(part), -1)
        for part in (h, k)
    )
    rho = np.broadcast_to(rho, batch).reshape(-1)
    out = np.full((len(h), len(k), len(rho)), np.nan)
    size, floor = np.abs(rho), 0.0
    few = out.size * NODES[-1][1] <= BLOCK  # then one call with all nodes costs less than three
    for limit, nodes in NODES[-1:] if few else NODES:
        _fill(out, (size >= floor) & (size < limit), _moderate, nodes, (h, k, rho))
        floor = limit
    _fill(out, (size >= HIGH) & (size <= 1.0), _high, NODES[-1][1], (h, k, rho))
    return out.reshape(len(h), len(k), *batch)


def _fill(out: Array, where: Array, rule: Any, nodes: int, parts: tuple[Array, Array, Array]) -> None:
    """Write ``rule`` where asked, in blocks that stay in cache."""
    places = np.flatnonzero(where)
    step = max(BLOCK // (nodes * max(len(out) * out.shape[1], 1)), 1)
    for start in range(0, len(places), step):
        block = places[start : start + step]
        if len(block) == out.shape[2]:
            out[...] = rule(*parts, nodes)
        else:
            out[:, :, block] = rule(*(part[..., block] for part in parts), nodes)


@lru_cache(maxsize=8)
def _legendre(nodes: int) -> tuple[Array, Array]:
    """Nodes and weights of the rule on (0, 1)."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    return 0.5 * (1.0 + x), 0.5 * w


def _moderate(h: Array, k: Array, rho: Array, nodes: int) -> Array:
    """Φ(h)Φ(k) + (1/2π) ∫₀^{asin ρ} exp(-(h² - 2hk sin θ + k²) / (2 cos² θ)) dθ."""
    x, w = _legendre(nodes)
    angle = np.arcsin(rho)
    sine = np.sin(x[:, None] * angle)
    scale = 0.5 / (1.0 - sine * sine)
    product, squares = _products(h, k)
    exponent = (2.0 * sine * scale)[:, None, None] * product
    exponent -= scale[:, None, None] * squares
    np.exp(exponent, out=exponent)
    integral = (w @ exponent.reshape(nodes, -1)).reshape(product.shape)
    integral *= angle / TWO_PI
    integral += ndtr(h)[:, None] * ndtr(k)
    return integral


def _products(h: Array, k: Array) -> tuple[Array, Array]:
    return h[:, None] * k, np.square(h)[:, None] + np.square(k)


def _high(h: Array, k: Array, rho: Array, nodes: int) -> Array:
    """Φ₂ from the value at ρ = ±1 and the integral from there, its singular part expanded."""
    sign = np.where(rho < 0, -1.0, 1.0)
    first, second = np.broadcast_arrays(h[:, None], k)
    rest = _from_one(first, sign * second, np.abs(rho), nodes)
    same = ndtr(np.minimum(first, second))
    opposed = np.maximum(ndtr(first) - ndtr(-second), 0.0)
    return np.where(sign > 0, same - rest, opposed + rest)


def _from_one(h: Array, k: Array, rho: Array, nodes: int) -> Array:
    """(1/2π) ∫ over ρ from the given one to 1 of the integrand of Plackett, for ρ > 0."""
    square, product = np.square(h - k), h * k
    left = (1.0 - rho) * (1.0 + rho)
    c, d = (4.0 - product) / 8.0, (12.0 - product) / 16.0
    root, gap = np.sqrt(left), np.sqrt(square)
    with np.errstate(divide="ignore", invalid="ignore"):
        peak = _exp(-0.5 * (np.where(square > 0, square / left, 0.0) + product))
        tail = np.where(gap > 0, ndtr(-gap / root), 0.5)
    series = 1.0 - c * (square - left) * (1.0 - d * square / 5.0) / 3.0 + c * d * left * left / 5.0
    total = root * peak * series
    # exp(-hk/2) may overflow only where the tail probability beside it vanishes.
    factor = _exp(np.minimum(-0.5 * product, -NEGLIGIBLE)) * np.sqrt(TWO_PI) * tail * gap
    total = total - factor * (1.0 - c * square * (1.0 - d * square / 5.0) / 3.0)
    return (total + _remainder(root, square, product, (c, d), nodes)) / TWO_PI


def _remainder(root: Array, square: Array, product: Array, series: tuple[Array, Array], nodes: int) -> Array:
    """The integrand less its expansion, by the Gauss-Legendre rule over (0, √(1-ρ²))."""
    c, d = series
    total = np.zeros(square.shape)
    for x, w in zip(*_legendre(nodes), strict=True):
        xs = np.square(root * x)
        rs = np.sqrt(1.0 - xs)
        with np.errstate(divide="ignore", invalid="ignore"):
            peak = _exp(-0.5 * (np.where(square > 0, square / xs, 0.0) + product))
        smooth = _exp(np.minimum(-0.5 * product * (1.0 - rs) / (1.0 + rs), -NEGLIGIBLE)) / rs
        total += np.where(peak > 0, w * peak * (smooth - (1.0 + c * xs * (1.0 + d * xs))), 0.0)
    return root * total


def _exp(exponent: Array) -> Array:
    """exp, and zero where it is negligible (no underflow)."""
    return np.where(exponent > NEGLIGIBLE, np.exp(np.maximum(exponent, NEGLIGIBLE)), 0.0)
