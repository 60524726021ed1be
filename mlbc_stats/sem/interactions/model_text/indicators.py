"""The model and the data of product indicators: every product a factor measured by products of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.columns import column_names
from mlbc_stats.sem.data.products import product_indicators
from mlbc_stats.sem.interactions.model_text.constrained_products import constrained_lines
from mlbc_stats.sem.interactions.model_text.product_terms import Product
from mlbc_stats.sem.language.parser import Statement

CENTERING = {
    "dblcent": "double_mean",
    "rca": "residual",
    "uca": "mean",
    "ca": "mean",
    "pind": "none",
}
"""How products are centred, by method."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A product with its indicators.

    Attributes
    ----------
    product : the product; items : (name, first item, second item) of every indicator.
    """

    product: Product
    items: tuple[tuple[str, str, str], ...]


def product_model(
    text: str,
    statements: Sequence[Statement],
    data: Any,
    products: Sequence[Product],
    options: Mapping[str, Any] | None,
) -> tuple[str, Any]:
    """The text with a measurement model for every product, and the data with their indicators.

    Parameters
    ----------
    options : ``{"method": ..., "match": ...}``. "dblcent" (default) centres items and products; "rca" takes residuals
        of the products on all items of both factors; "uca" centres items, and the product's mean is the factors'
        covariance; "ca" binds loadings, variances and residuals as well, by normal theory; "pind" multiplies raw items.
        `match` pairs items, each used once, instead of all with all (the default but for "ca").

    Raises
    ------
    ModelError
        for unknown options, numbers of items that cannot be matched, and constraints on what depends on others.
    DataError
        where the data already have a column of an indicator's name.

    References
    ----------
    Marsh, Wen & Hau (2004), doi:10.1037/1082-989X.9.3.275; Lin, Wen, Marsh & Lin (2010),
    doi:10.1080/10705511.2010.488999; Little, Bovaird & Widaman (2006), doi:10.1207/s15328007sem1304_1; Algina &
    Moulder (2001), doi:10.1207/S15328007SEM0801_3. In R: ``modsem::modsem(model, data, method = "dblcent")``.
    """
    method, match = _options(options)
    measured = []
    for product in products:
        first, second = (_items(name, statements) for name in product.pair)
        table = product_indicators(data, first, second, match=match, centering=CENTERING[method])
        names = list(table.columns)[len(column_names(data)) :]
        items = [_split(name, first, second) for name in names]
        items.sort(key=lambda item: second.index(item[2]))
        measured.append(Measured(product, tuple(items)))
        data = table
    if method in ("uca", "ca"):
        factors = [(each.product, each.items) for each in measured]
        return constrained_lines(statements, factors, shared_pairs(measured), method == "ca"), data
    lines = [f"{each.product.name} =~ {' + '.join(name for name, _, _ in each.items)}" for each in measured]
    lines += [f"{one} ~~ {other}" for one, other in shared_pairs(measured)]
    return "\n".join([text, *lines]), data


def shared_pairs(measured: Sequence[Measured]) -> list[tuple[str, str]]:
    """Pairs of indicators with an item in common, within a product and across products: their residuals covary."""
    every = [item for each in measured for item in sorted(each.items, key=lambda item: item[0])]
    return [(a[0], b[0]) for a, b in combinations(every, 2) if set(a[1:]) & set(b[1:])]


def _options(given: Mapping[str, Any] | None) -> tuple[str, bool]:
    options = dict(given or {})
    method = str(options.pop("method", "dblcent"))
    match = options.pop("match", method == "ca")
    if method not in CENTERING:
        raise ModelError(
            f"interactions_args: method={method!r} is not known; use one of {', '.join(CENTERING)}"
        )
    if match not in (True, False):
        raise ModelError(f"interactions_args: match={match!r}: expected True or False")
    if options:
        raise ModelError(
            f"interactions_args has no {', '.join(map(repr, options))}; product indicators take 'method' and 'match'"
        )
    return method, bool(match)


def _items(name: str, statements: Sequence[Statement]) -> list[str]:
    """Indicators of a factor; an observed variable is its own."""
    found = [s.rhs for s in statements if s.op == "=~" and s.lhs == name and s.rhs != name]
    return list(dict.fromkeys(found)) or [name]


def _split(name: str, first: Sequence[str], second: Sequence[str]) -> tuple[str, str, str]:
    """An indicator with the items that it multiplies."""
    return next((name, a, b) for a in first for b in second if f"{a}.{b}" == name)
