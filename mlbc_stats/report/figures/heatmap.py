"""Draw a matrix of loadings as a heat map with its values."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.canvas import WIDTH, draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value, is_missing
from mlbc_stats.report.tables.parameters import value_column

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 0.2
"""Inches per item."""
CELL = 0.4
"""The least inches per factor: room for "−0.00"."""
FEW = 6
"""Up to so many factors have their names written across."""
LONGEST = 24
"""Characters of an item's name that are printed."""
STEPS = 21
"""Colours from −1 to 1; up to fifty stay vectors."""


def loadings_heatmap(
    loadings: pd.DataFrame,
    title: str = "Standardized loadings",
    synthetic: bool | None = None,
) -> Figure:
    """Heat map of loadings: items down, factors across, two decimals in each cell.

    Parameters
    ----------
    loadings : k × m, items in the index, factors in the columns; NaN where an item does not load.
    title, synthetic : as in `Figure`.

    Raises
    ------
    DataError
        when the table is empty or holds no number.

    Notes
    -----
    Colours run from −1 (orange-red) over 0 to 1 (blue), ColorBrewer's RdBu, drawn by ``seaborn.heatmap``.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"TC": [0.81, None], "CS": [None, -0.4]}, index=["x1", "x2"])
    >>> loadings_heatmap(table, synthetic=True).description
    'x1: TC 0.81. x2: CS −0.40.'
    """
    frame = loadings.astype(float)
    if frame.size == 0 or bool(frame.isna().all().all()):
        raise DataError(f"the loadings table of {loadings.shape[0]} items holds no number to draw")
    spoken = " ".join(_spoken(str(item), frame.loc[item]) for item in frame.index)
    height = ROW * len(frame) + 0.6 + _head(frame)
    notes = ("Cells without a loading are empty.",) if bool(frame.isna().any().any()) else ()
    width = max(WIDTH, _margin(frame) + CELL * frame.shape[1] + 0.1)
    return draw(lambda axes: _paint(axes, frame), height, title, spoken, notes, synthetic, width)


def loadings_matrix(parameters: pd.DataFrame, value: str = "", group: int = 1) -> pd.DataFrame:
    """Items × factors matrix of the loadings (``=~`` rows) of a parameter table, in model order.

    Parameters
    ----------
    parameters : a fit's ``parameters`` or ``standardized``: columns lhs, op, rhs, perhaps group, and values.
    value : which column to take; by default est_std, else std_all, else est.
    group : which group, where there are several.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"lhs": ["f", "g"], "op": "=~", "rhs": ["x", "y"], "std_all": [0.7, 0.6]})
    >>> loadings_matrix(rows).loc["x", "f"]
    np.float64(0.7)
    """
    value = value or value_column(list(parameters.columns))
    rows = parameters[parameters["op"] == "=~"]
    if "group" in rows.columns:
        rows = rows[rows["group"] == group]
    if rows.empty:
        raise DataError(f"the parameter table holds no loadings (op '=~') for group {group}")
    matrix = rows.pivot_table(index="rhs", columns="lhs", values=value, aggfunc="first", sort=False)
    return matrix.rename_axis(index=None, columns=None)


def _spoken(item: str, row: pd.Series) -> str:
    cells = [f"{factor} {_cell(value)}" for factor, value in row.items() if not is_missing(value)]
    return f"{item}: {', '.join(cells)}." if cells else f"{item}: none."


def _head(frame: pd.DataFrame) -> float:
    """Inches that the factors' names take, upright where there are many."""
    if _many(frame):
        return 0.25 + 0.075 * max(len(str(name)) for name in frame.columns)
    return 0.15 + 0.15 * max(len(textwrap.wrap(str(name), 12)) for name in frame.columns)


def _margin(frame: pd.DataFrame) -> float:
    """Inches that the items' names take."""
    return 0.2 + 0.072 * min(max(len(str(item)) for item in frame.index), LONGEST)


def _many(frame: pd.DataFrame) -> bool:
    return frame.shape[1] > FEW


def _cell(value: object) -> str:
    return "" if is_missing(value) else format_value(value, "short", MINUS)


def _paint(axes: Axes, frame: pd.DataFrame) -> None:
    import matplotlib as mpl
    import seaborn as sns

    names = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in map(str, frame.index)]
    factors = [
        str(name) if _many(frame) else "\n".join(textwrap.wrap(str(name), 12)) for name in frame.columns
    ]
    place(axes, _margin(frame), 0.6, 0.1, _head(frame))
    sns.heatmap(
        frame,
        ax=axes,
        annot=frame.map(_cell),
        fmt="",
        mask=frame.isna(),
        cmap=mpl.colormaps["RdBu"].resampled(STEPS),
        vmin=-1,
        vmax=1,
        linewidths=0,
        annot_kws={"size": 8},
        cbar=False,
        xticklabels=factors,
        yticklabels=names,
    )
    axes.set(xlabel="", ylabel="")
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=8.5)
    axes.tick_params(axis="y", rotation=0)
    axes.tick_params(axis="x", rotation=90 if _many(frame) else 0)
    _colour_bar(axes)


def _colour_bar(axes: Axes) -> None:
    canvas = axes.get_figure()
    if canvas is None:
        return
    wide, tall = canvas.get_size_inches()  # type: ignore[union-attr]
    strip = canvas.add_axes((0.5 - 1 / wide, 0.34 / tall, 2 / wide, 0.1 / tall))  # type: ignore[union-attr]
    bar = canvas.colorbar(axes.collections[0], cax=strip, orientation="horizontal")  # type: ignore[union-attr]
    bar.set_ticks([-1, -0.5, 0, 0.5, 1], labels=[f"{MINUS}1", f"{MINUS}0.5", "0", "0.5", "1"])
    bar.ax.tick_params(labelsize=8, length=2, color=SOFT_INK)
    bar.outline.set_visible(False)  # type: ignore[operator]
