"""Draw simulated power over the number of cases, with the rising curves through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.slopes import COLOURS, STYLES
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlbc_stats.report.tables.planning import Planned

HEIGHT = 3.6
"""Inches."""
WANTED = (0.8, 0.9)
GRID = ("effect", "reliability", "categories", "missing", "cluster_size")
MARKERS = "os^Dv"
LINE, BESIDE = 0.19, 2
"""Inches of a line of the legend, which stands below, and entries of one."""
APART = 0.012
"""Share of the range of n by which the dots of curves stand beside one another."""


def power_curves(found: Planned, title: str = "Power over the number of solutions") -> Figure:
    """Power of every proposition and condition over n: dots with Monte Carlo error, and fitted curves.

    Parameters
    ----------
    found : what `planning.simulate` or `planning.search` returns. title : as in `Figure`.

    Returns
    -------
    Figure
        Marked as synthetic. Its description says every power.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> plan = planning.Plan(propositions=("M5r",), n=(100, 300), effect=(0.3,), replications=20)
    >>> power_curves(planning.simulate(plan, executor="threads")).description[:20]
    'Power of M5r by n: 1'
    """
    groups = _groups(found)
    said = " ".join(
        f"Power of {label} by n: "
        + ", ".join(f"{each.condition.n} {format_value(each.power, 'bounded')}" for each in rows)
        + "."
        for label, rows in groups.items()
    )
    note = "Bars: two Monte Carlo errors to either side; dashed: a power of .80 and .90."
    height = HEIGHT + LINE * _lines(groups)
    return draw(lambda axes: _paint(axes, found, groups), height, title, said, (note,), synthetic=True)


def _groups(found: Planned) -> dict[str, list[Any]]:
    """Label of each curve → its points in the order of n; conditions are named where they differ."""
    varying = [name for name in GRID if len({getattr(each.condition, name) for each in found.summaries}) > 1]
    groups: dict[str, list[Any]] = {}
    for each in found.summaries:
        parts = [f"{name.replace('_', ' ')} {getattr(each.condition, name):g}" for name in varying]
        groups.setdefault(", ".join([each.proposition, *parts]), []).append(each)
    return {label: sorted(rows, key=lambda each: each.condition.n) for label, rows in groups.items()}


def _lines(groups: dict[str, list[Any]]) -> int:
    return -(-len(groups) // BESIDE)


def _paint(axes: Axes, found: Planned, groups: dict[str, list[Any]]) -> None:
    import numpy as np

    place(axes, 0.6, 0.55 + LINE * _lines(groups), 0.1, 0.1)
    width = APART * max(max(found.plan.n) - min(found.plan.n), 1)
    curves = {
        (name, *condition.apart_from_n.values()): curve for (name, condition), curve in found.curves().items()
    }
    for wanted in WANTED:
        axes.axhline(wanted, color=SOFT_INK, lw=0.7, linestyle="--")
    for at, (label, rows) in enumerate(groups.items()):
        colour, style = COLOURS[at % len(COLOURS)], STYLES[at % len(STYLES)]
        n = np.array([each.condition.n for each in rows])
        axes.errorbar(
            n + width * (at - (len(groups) - 1) / 2),
            [each.power for each in rows],
            yerr=[2 * each.power_error for each in rows],
            fmt=MARKERS[at % len(MARKERS)],
            color=colour,
            markersize=4,
            elinewidth=0.9,
        )
        curve = curves.get((rows[0].proposition, *rows[0].condition.apart_from_n.values()))
        reach = np.linspace(n.min(), n.max(), 101)
        heights = [np.nan] * 101 if curve is None else [curve.power(float(each)) for each in reach]
        axes.plot(reach, heights, color=colour, linestyle=style, lw=1.5, label=label)
    axes.set(xlabel="solutions in the sample", ylabel="power", ylim=(0, 1.02))
    axes.legend(
        frameon=False,
        fontsize=8,
        loc="upper left",
        bbox_to_anchor=(0, -0.42 / (HEIGHT - 0.65)),
        ncols=BESIDE,
        borderaxespad=0,
    )
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
