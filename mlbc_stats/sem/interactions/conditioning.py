"""Choose the factors that are integrated out: of every product one, as few as there can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.interactions.model_text.product_terms import Product
from mlbc_stats.sem.results.fitted_model import FittedModel

KNOWN = 1e-4
"""Share of a factor's variance that its indicators leave open below which it counts as measured without error."""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What is held, and what a product is a multiple of then.

    Attributes
    ----------
    factors : names of the conditioning factors.
    partners : by product, the variable that it multiplies by the value of `held[product]`.
    held : by product, the conditioning factor.
    """

    factors: tuple[str, ...]
    partners: dict[str, str]
    held: dict[str, str]


def choose_conditioning(
    products: Sequence[Product], linear: FittedModel, bent: frozenset[str] = frozenset()
) -> Conditioning:
    """The fewest factors that leave every product linear; among equals the upstream ones, and those known least.

    Parameters
    ----------
    linear : the fit without products.
    bent : variables that depend on a product.

    Raises
    ------
    NotServedError
        where both variables of a product are measured without error.
    """
    open_shares = _open_shares(linear)
    usable = [
        name
        for name in dict.fromkeys(name for product in products for name in product.pair)
        if open_shares.get(name, 0.0) > KNOWN
    ]
    for size in range(1, len(usable) + 1):
        covers = [c for c in combinations(usable, size) if all(set(c) & set(p.pair) for p in products)]
        if covers:
            best = min(covers, key=lambda c: (sum(n in bent for n in c), -sum(open_shares[n] for n in c)))
            return _conditioning(products, best)
    lost = next(p.name for p in products if not set(usable) & set(p.pair))
    raise NotServedError(
        f"{lost}: both variables are measured without error, or their error variance is estimated at zero; use "
        "interactions='product', or a product of observed columns"
    )


def _conditioning(products: Sequence[Product], factors: tuple[str, ...]) -> Conditioning:
    held = {p.name: next(name for name in p.pair if name in factors) for p in products}
    partners = {p.name: p.second if held[p.name] == p.first else p.first for p in products}
    return Conditioning(factors, partners, held)


def _open_shares(linear: FittedModel) -> dict[str, float]:
    """Share of every factor's variance that the indicators leave open, in the first group."""
    implied, ram = linear.solution.implied()[0], linear.solution.rams[0]
    p = ram.n_observed
    cov: Floats = implied.inverse @ implied.disturbance @ implied.inverse.mT
    rest = cov[p:, p:] - cov[p:, :p] @ np.linalg.pinv(cov[:p, :p], hermitian=True) @ cov[:p, p:]
    with np.errstate(all="ignore"):
        shares = np.diag(rest) / np.diag(cov)[p:]
    return {name: float(share) for name, share in zip(ram.variables[p:], shares, strict=True)}


def depending(products: Sequence[Product], linear: FittedModel) -> frozenset[str]:
    """Variables that depend on a product, at any distance."""
    paths = [(row.rhs, row.lhs) for row in linear.table.parameters if row.op == "~"]
    paths += [(row.lhs, row.rhs) for row in linear.table.parameters if row.op == "=~"]
    paths += [(name, outcome) for p in products for name in p.pair for outcome in p.outcomes]
    reached = {outcome for p in products for outcome in p.outcomes}
    while more := {to for source, to in paths if source in reached} - reached:
        reached |= more
    return frozenset(reached)
