"""Draw the distribution of scores or items, one above the other, each with the normal curve of its mean and SD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

LEFT, RIGHT, TOP, BOTTOM = 0.1, 0.1, 0.05, 0.1
ROW, TALL = 1.08, 0.46
"""Inches of a row and of the bars in it."""
COLUMNS = "#9db4cf"
CURVE = "#b35806"
MOST_CODES, MOST_BINS = 15, 24
"""Values up to which each has a bar of its own, and bars of what has more."""


def distribution_chart(
    values: pd.DataFrame,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    texts: Mapping[str, str] | None = None,
    title: str = "Distributions",
    synthetic: bool | None = None,
) -> Figure:
    """Histograms of scores or items in rows, with the normal curve of the same mean and SD, and floor and ceiling.

    Parameters
    ----------
    values : n × k numbers, NaN where missing.
    bounds : column → lowest and highest possible value, which then are the ends of its row; otherwise its own extremes.
    texts : column → what to print for it (default its name).
    title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        Each row says n, M, SD, skewness and excess kurtosis (of type 1, as `reliability.item_distribution` has them).
        Whole numbers of up to 15 values have a bar each; others up to 24 bars, by Freedman and Diaconis's rule.

    Raises
    ------
    DataError
        when a column has no values, or values outside its bounds.

    References
    ----------
    Freedman & Diaconis (1981), doi:10.1007/BF01025868. In R: ``psych::multi.hist``.

    Examples
    --------
    >>> import pandas as pd
    >>> chart = distribution_chart(pd.DataFrame({"pace": [1.0, 2.0, 2.0, 3.0]}), {"pace": (1, 5)}, synthetic=True)
    >>> chart.description
    'pace: n = 4, M = 2.00, SD = 0.82, skewness 0.00, kurtosis −1.00.'
    """
    rows = [_row(values, str(name), bounds or {}, texts or {}) for name in values.columns]
    height = TOP + ROW * len(rows) + BOTTOM
    return draw(
        lambda axes: _paint(axes, rows, height),
        height,
        title,
        " ".join(f"{row.name}: {row.facts}." for row in rows),
        ("Bars: share of the answers; line: normal curve of the same mean and SD.",),
        synthetic,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One histogram: bars (edges, shares), the ends of its axis, mean and SD."""

    name: str
    text: str
    facts: str
    edges: NDArray[np.float64]
    shares: NDArray[np.float64]
    ends: tuple[float, float]
    mean: float
    sd: float


def _row(
    values: pd.DataFrame, name: str, bounds: Mapping[str, tuple[float, float]], texts: Mapping[str, str]
) -> Row:
    import numpy as np

    from mlbc_stats.reliability import item_distribution

    x = values[name].dropna().to_numpy(dtype=float)
    if not len(x):
        raise DataError(f"{name!r} has no values: leave it out of the chart")
    low, high = bounds.get(name, (float(x.min()), float(x.max())))
    if x.min() < low or x.max() > high:
        raise DataError(f"{name!r} has values from {x.min():g} to {x.max():g}, outside {low:g} to {high:g}")
    found = item_distribution({name: x})
    numbers = {key: float(found[key].iloc[0]) for key in ("mean", "sd", "skewness", "kurtosis")}
    edges = _edges(x, low, high)
    counts = np.histogram(x, edges)[0]
    told = {key: format_value(number, "statistic", MINUS) for key, number in numbers.items()}
    facts = (
        f"n = {len(x)}, M = {told['mean']}, SD = {told['sd']}, skewness {told['skewness']}, kurtosis "
        f"{told['kurtosis']}"
    )
    ends = (float(edges[0]), float(edges[-1]))
    return Row(
        name, texts.get(name, name), facts, edges, counts / len(x), ends, numbers["mean"], numbers["sd"]
    )


def _edges(x: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Edges of the bars: around every whole number where these are few."""
    import numpy as np

    whole = np.all(x == np.round(x)) and float(low).is_integer() and high - low < MOST_CODES
    if whole:
        return np.arange(low - 0.5, high + 1)
    spread = float(np.subtract(*np.percentile(x, [75, 25])))
    width = 2 * spread / len(x) ** (1 / 3)
    span = high - low or 1.0
    count = int(np.clip(np.ceil(span / width) if width > 0 else 5, 5, MOST_BINS))
    return np.linspace(low, low + span, count + 1)


def _paint(axes: Axes, rows: list[Row], height: float) -> None:
    place(axes, LEFT, BOTTOM, RIGHT, TOP)
    axes.set(xlim=(0, 1), ylim=(height - TOP - BOTTOM, 0))
    axes.set_axis_off()
    for number, row in enumerate(rows):
        _paint_row(axes, row, ROW * number)


def _paint_row(axes: Axes, row: Row, top: float) -> None:
    import numpy as np

    low, high = row.ends
    base = top + 0.38 + TALL
    grid = np.linspace(low, high, 200)
    width = row.edges[1] - row.edges[0]
    curve = np.zeros_like(grid)
    if row.sd > 0:
        density = np.exp(-(((grid - row.mean) / row.sd) ** 2) / 2) / (row.sd * np.sqrt(2 * np.pi))
        curve = density * width
    scale = TALL / max(float(row.shares.max()), float(curve.max()))

    def across(value: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray((value - low) / (high - low))

    left, wide = across(row.edges[:-1]), width / (high - low)
    axes.bar(
        left, -scale * row.shares, wide, base, align="edge", color=COLUMNS, edgecolor="white", linewidth=0.6
    )
    if row.sd > 0:
        axes.plot(across(grid), base - scale * curve, color=CURVE, linewidth=1.1)
    axes.plot((0, 1), (base, base), color=SOFT_INK, linewidth=0.8)
    axes.text(0, top + 0.09, row.text, size=8.5, weight="bold", va="center")
    axes.text(0, top + 0.25, row.facts, size=7.5, va="center", color=SOFT_INK)
    codes = width == 1 and not float(low).is_integer()  # they stand in the middle of their bars
    for value, shift, side in ((low, 0.5, "left"), (high, -0.5, "right")):
        at, side = (float(across(value + shift)), "center") if codes else (float(across(value)), side)
        axes.text(at, base + 0.09, f"{value + shift * codes:.3g}", size=7.5, ha=side, va="center")
