"""Product indicators for interactions and quadratic effects of latent variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.columns import column, column_names, read_columns
from mlbc_stats.sem.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

CENTERING = ("double_mean", "mean", "residual", "none")


def product_indicators(
    data: Any,
    first: Sequence[str],
    second: Sequence[str],
    *,
    match: bool = True,
    centering: str = "double_mean",
    names: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Append products of the indicators of two latent variables.

    Parameters
    ----------
    data : table of cases; it is not changed.
    first, second : indicators of the two latent variables; the same ones for a quadratic effect.
    match : multiply them in pairs, each used once (True), or every one with every other (False), the second running
        faster; a product that is there already is not repeated (semTools repeats x2.x1 after x1.x2).
    centering : "double_mean" centres indicators and products, so that neither means nor a mean structure are needed;
        "mean" centres the indicators only; "residual" takes the residuals of the raw products' regression on all
        indicators of both; "none" multiplies as they are.
    names : of the products; x1.z1 and so on by default.

    Returns
    -------
    DataFrame
        The data with the products as further columns. A product is missing where one of its factors is; with residual
        centering where any of the indicators is (semTools leaves the raw product there).

    Raises
    ------
    DataError
        for unknown columns, products whose names the data already have, too few complete rows to regress on.
    ModelError
        for lists that cannot be paired, a number of names other than that of products, an unknown centering.

    References
    ----------
    Marsh, Wen & Hau (2004), doi:10.1037/1082-989X.9.3.275 (matched pairs); Lin, Wen, Marsh & Lin (2010),
    doi:10.1080/10705511.2010.488999 (double mean centring); Little, Bovaird & Widaman (2006),
    doi:10.1207/s15328007sem1304_1 (residual centring). In R: ``semTools::indProd(data, first, second, match = TRUE)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> answers = {"x1": [1.0, 2.0, 3.0], "x2": [2.0, 1.0, 0.0], "z1": [1.0, 3.0, 2.0], "z2": [0.0, 4.0, 2.0]}
    >>> table = sem.product_indicators(answers, ["x1", "x2"], ["z1", "z2"])
    >>> table.columns.tolist()[4:], table["x1.z1"].round(3).tolist()
    (['x1.z1', 'x2.z2'], [0.667, -0.333, -0.333])
    """
    import pandas as pd

    if centering not in CENTERING:
        raise ModelError(f"centering={centering!r} is not known; use one of {', '.join(CENTERING)}")
    pairs = _pairs(first, second, match)
    labels = _labels(pairs, names, column_names(data))
    table = (
        data.copy()
        if isinstance(data, pd.DataFrame)
        else pd.DataFrame({name: column(data, name) for name in column_names(data)})
    )
    indicators = list(dict.fromkeys([*first, *second]))
    products = _products(read_columns(data, indicators), indicators, pairs, centering)
    return table.assign(**dict(zip(labels, products.T, strict=True)))


def _pairs(first: Sequence[str], second: Sequence[str], match: bool) -> list[tuple[str, str]]:
    for given in (first, second):
        if isinstance(given, str) or not len(given):
            raise ModelError(f"give the indicators as lists of column names, not {given!r}")
    if not match:
        seen: dict[frozenset[str], tuple[str, str]] = {}
        for one in first:
            for other in second:
                seen.setdefault(frozenset((one, other)), (one, other))
        return list(seen.values())
    if len(first) != len(second):
        raise ModelError(
            f"{len(first)} indicators cannot be matched with {len(second)}; choose as many of each, or match=False"
        )
    return list(zip(first, second, strict=True))


def _labels(
    pairs: list[tuple[str, str]], names: Sequence[str] | None, taken: Sequence[str]
) -> tuple[str, ...]:
    labels = tuple(f"{one}.{other}" for one, other in pairs) if names is None else tuple(names)
    if len(labels) != len(pairs) or len(set(labels)) != len(labels):
        raise ModelError(f"{len(pairs)} products need {len(pairs)} different names, got {list(labels)}")
    held = [label for label in labels if label in taken]
    if held:
        raise DataError(f"the data already have a column {held[0]!r}; drop it or pass other names")
    return labels


def _products(x: Floats, indicators: list[str], pairs: list[tuple[str, str]], centering: str) -> Floats:
    """Products (n, k) of the columns of x (n, p)."""
    _require_values(x, indicators)
    if centering in ("double_mean", "mean"):
        x = x - np.nanmean(x, axis=0)
    one = [indicators.index(name) for name, _ in pairs]
    other = [indicators.index(name) for _, name in pairs]
    products = x[:, one] * x[:, other]
    _require_values(products, [f"{first} and {second} together" for first, second in pairs])
    if centering == "double_mean":
        return products - np.nanmean(products, axis=0)
    return _residuals(products, x) if centering == "residual" else products


def _require_values(values: Floats, names: Sequence[str]) -> None:
    empty = np.isnan(values).all(axis=0)
    if empty.any():
        raise DataError(f"no row has a value of {names[int(np.argmax(empty))]}; no product can be formed")


def _residuals(products: Floats, x: Floats) -> Floats:
    """Residuals of the regression of each product on all columns of x and a constant."""
    complete = ~np.isnan(x).any(axis=1)
    if int(complete.sum()) <= x.shape[1]:
        raise DataError(
            f"{int(complete.sum())} complete rows are too few to regress products on {x.shape[1]} indicators; "
            "use centering='double_mean'"
        )
    predictors = np.column_stack([np.ones(int(complete.sum())), x[complete]])
    slopes = np.linalg.lstsq(predictors, products[complete], rcond=None)[0]
    out = np.full_like(products, np.nan)
    out[complete] = products[complete] - predictors @ slopes
    return out
