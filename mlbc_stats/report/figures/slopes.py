"""Draw the slopes of a predictor at values of its moderator, and where they differ from zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlbc_stats.sem.interactions.slopes import JohnsonNeyman, SimpleSlopes

HEIGHT = 3.4
"""Inches."""
COLOURS = ("#0072b2", "#8a6d00", "#d55e00", "#009e73", "#cc79a7")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)))
BAND = "#0072b2"
REACH = 2.0
"""Deviations of the predictor about its mean that a line covers."""


def slopes_plot(found: SimpleSlopes, title: str = "Simple slopes", synthetic: bool | None = None) -> Figure:
    """The outcome over the predictor, one line for every value of the moderator.

    Parameters
    ----------
    found : what `sem.simple_slopes` returns. title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        Lines cover two deviations of the predictor about its mean; of a square they are tangents of one curve. Its
        description says every slope.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace as Box
    >>> table = pd.DataFrame({"moderator": [-1.0, 1.0], "slope": [0.1, 0.7], "pvalue": [0.2, 0.001]})
    >>> found = Box(outcome="Y", predictor="X", moderator="Z", table=table, intercepts=[0.0, 0.4], spread=(0.0, 1.0))
    >>> slopes_plot(found, synthetic=True).description
    'Slope of Y on X where Z is −1.00: 0.100; 1.00: 0.700.'
    """
    parts = [
        f"{format_value(value, 'short', MINUS)}: {format_value(slope, 'estimate', MINUS)}"
        for value, slope in zip(found.table["moderator"], found.table["slope"], strict=True)
    ]
    said = f"Slope of {found.outcome} on {found.predictor} where {found.moderator} is {'; '.join(parts)}."
    return draw(lambda axes: _paint_slopes(axes, found), HEIGHT, title, said, (said,), synthetic)


def johnson_neyman_plot(
    found: JohnsonNeyman, title: str = "Johnson-Neyman plot", synthetic: bool | None = None
) -> Figure:
    """The slope over the moderator with its confidence band, and the bounds beyond which it differs from zero.

    Parameters
    ----------
    found : what `sem.johnson_neyman` returns. title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        Its description says where the slope differs from zero.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace as Box
    >>> table = pd.DataFrame({"moderator": [-1.0, 1.0], "slope": [0.1, 0.7], "ci_lower": [-0.1, 0.5],
    ...                       "ci_upper": [0.3, 0.9]})
    >>> found = Box(outcome="Y", predictor="X", moderator="Z", table=table, bounds=(-0.8,), significant="above",
    ...             level=0.95)
    >>> johnson_neyman_plot(found, synthetic=True).description
    'The slope of Y on X differs from zero above Z = −0.80.'
    """
    said = _where(found)
    note = f"{said} Band: {100 * found.level:g} % confidence at every value; dashed: the bounds."
    return draw(lambda axes: _paint_band(axes, found), HEIGHT, title, said, (note,), synthetic)


def _where(found: JohnsonNeyman) -> str:
    head = f"The slope of {found.outcome} on {found.predictor} differs from zero"
    ends = " and ".join(format_value(end, "short", MINUS) for end in found.bounds)
    if not ends:
        return f"{head} {found.significant}."
    return f"{head} {found.significant} {found.moderator} = {ends}."


def _paint_slopes(axes: Axes, found: SimpleSlopes) -> None:
    import numpy as np

    place(axes, 0.6, 0.5, 0.1, 0.1)
    mean, deviation = found.spread
    reach = np.linspace(-REACH, REACH, 41) * deviation
    rows = zip(found.table["moderator"], found.table["slope"], found.intercepts, strict=True)
    for at, (value, slope, base) in enumerate(rows):
        label = f"{found.moderator} = {format_value(float(value), 'short', MINUS)}"
        axes.plot(
            mean + reach,
            base + slope * reach,
            color=COLOURS[at % len(COLOURS)],
            linestyle=STYLES[at % len(STYLES)],
            lw=1.6,
            label=label,
        )
    axes.set(xlabel=found.predictor, ylabel=f"{found.outcome}, expected")
    _finish(axes)


def _paint_band(axes: Axes, found: JohnsonNeyman) -> None:
    place(axes, 0.6, 0.5, 0.1, 0.1)
    x = found.table["moderator"].to_numpy(float)
    lower, upper = (found.table[name].to_numpy(float) for name in ("ci_lower", "ci_upper"))
    axes.fill_between(x, lower, upper, color=BAND, alpha=0.18, lw=0)
    axes.plot(x, found.table["slope"], color=BAND, lw=1.6)
    axes.axhline(0, color=SOFT_INK, lw=0.7)
    for end in found.bounds:
        if x.min() <= end <= x.max():
            axes.axvline(end, color=SOFT_INK, lw=1.0, linestyle="--")
    axes.set(xlabel=found.moderator, ylabel=f"slope of {found.outcome} on {found.predictor}")
    axes.set_xlim(x.min(), x.max())
    _finish(axes, legend=False)


def _finish(axes: Axes, legend: bool = True) -> None:
    if legend:
        axes.legend(frameon=False, fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
