"""One model of the family, fitted: coefficients, their errors, and how well it does beside the full surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.surfaces.estimation import Products, Solution, regular, solve
from mlbc_stats.surfaces.family import Floats, Member

ERRORS = ("HC0", "HC1", "HC2", "HC3", "classical", "ML")


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A fitted model.

    Attributes
    ----------
    name : of the model; member : its constraints.
    coefficients : (p,) of the terms, then of controls.
    root : (k, p) with root' root = their covariance; NaN where it is not known.
    count : k, free coefficients; rss : residual sum of squares, of `rss_full` the unconstrained one's.
    total : sum of squares of the outcome around its mean; n : cases.
    srmr : root mean square residual of correlations among outcome and terms.
    """

    name: str
    member: Member
    coefficients: Floats
    root: Floats
    count: int
    rss: float
    rss_full: float
    total: float
    n: int
    srmr: float

    @property
    def loglik(self) -> float:
        """Normal log-likelihood at the variance rss/n."""
        return float(-self.n / 2 * (np.log(2 * np.pi * self.rss / self.n) + 1)) if self.rss > 0 else np.inf

    @property
    def vcov(self) -> Floats:
        """Covariance of the coefficients (p, p)."""
        return self.root.T @ self.root

    def error(self, gradient: Floats) -> float:
        """Delta-method standard error of a function with a gradient (p,) by the coefficients."""
        size = float(np.linalg.norm(self.root @ gradient))
        noise = 1e-12 * float(np.linalg.norm(self.root)) * float(np.linalg.norm(gradient))
        return 0.0 if size <= noise else size


def fit_member(
    name: str, member: Member, basis: Floats, products: Products, z: Floats, errors: str
) -> FittedModel:
    """Fit a model to terms QT with orthonormal `basis` Q (n, p) and outcome z (n,)."""
    found = solve(member, products)
    residual = z - basis @ (products.root @ found.coefficients)
    rss, full = float(residual @ residual), float(products.square - products.cross @ products.cross)
    count = found.tangent.shape[-1]
    root = covariance_root(found, basis, products.root, z, errors)
    return FittedModel(
        name,
        member,
        found.coefficients,
        root,
        count,
        rss,
        min(full, rss),
        float(np.sum((z - z.mean()) ** 2)),
        len(z),
        _srmr(basis, products.root, z, residual),
    )


def covariance_root(found: Solution, basis: Floats, root: Floats, z: Floats, errors: str) -> Floats:
    """Root (k, p) of the covariance of the coefficients.

    With J the tangent and H = J(J'D'DJ)⁻¹J', HC0 is H D'diag(e²)D H with the residuals e of all p terms. These estimate
    var(z | x, y) whether or not the constraints hold (predictors as fixed; in lavaan ``se = "robust"``). HC3 divides e
    by 1 − h, HC2 by its root, HC1 multiplies by n/(n − p). Classical is s²H with s² = rss/(n − k) of the model, ML with
    rss/n.
    """
    inner, triangle = np.linalg.qr(root @ found.tangent)
    (n, p), k = basis.shape, triangle.shape[0]
    if not regular(triangle):
        return np.full((k, root.shape[0]), np.nan)
    spread = np.linalg.solve(triangle.T, found.tangent.T)
    if errors in ("classical", "ML"):
        return np.sqrt(float(found.rss) / (n - k if errors == "classical" else n)) * spread
    free = np.maximum(1 - np.sum(basis**2, axis=1), 1e-12)
    factor = {"HC0": 1.0, "HC1": np.sqrt(n / (n - p)), "HC2": free**-0.5, "HC3": 1 / free}[errors]
    residual = (z - basis @ (basis.T @ z)) * factor
    meat = np.linalg.qr((basis @ inner) * residual[:, None], mode="r")
    return np.asarray(meat @ spread)


def _srmr(basis: Floats, root: Floats, z: Floats, residual: Floats) -> float:
    """Residual correlations of the outcome with the terms, over all moments (means count, as in lavaan)."""
    terms = basis @ root[:, 1:]
    sizes = np.linalg.norm(terms - terms.mean(axis=0), axis=0) * np.linalg.norm(z - z.mean())
    left = (terms - terms.mean(axis=0)).T @ residual / sizes
    p = terms.shape[1] + 1
    return float(np.sqrt(np.sum(left**2) / (p * (p + 1) / 2 + p)))
