"""Draw cases and the ceilings of a necessary condition analysis, one panel per condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.report.figures.canvas import draw
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from mlbc_stats.necessity import NecessityResult
    from mlbc_stats.necessity.ceilings import Ceiling
    from mlbc_stats.necessity.effect import Scope
    from mlbc_stats.necessity.result import Condition

PANEL = 3.0
"""Inches of height per condition."""
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#8a6d00", "#cc79a7", "#56b4e9", "#5b6570")
STYLES = ("-", "--", "-.", ":")


def ceiling_plot(
    found: NecessityResult, title: str = "Cases and ceilings", synthetic: bool | None = None
) -> Figure:
    """The outcome over each condition, with every ceiling and the scope.

    Parameters
    ----------
    found : what `necessity.fit` returns. title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        One panel per condition, below each other. Its description says every effect size.

    Examples
    --------
    >>> from mlbc_stats import necessity
    >>> made_up = {"x": [0.0, 1, 2, 3, 4, 4], "y": [0.0, 1, 2, 3, 4, 0]}
    >>> ceiling_plot(necessity.fit(made_up, "x", "y"), synthetic=True).description
    'Effect sizes on y. x: ce_fdh 0.62, cr_fdh 0.50.'
    """
    parts = [
        f"{name}: "
        + ", ".join(f"{key} {format_value(each.size, 'short', MINUS)}" for key, each in own.effects.items())
        for name, own in found.conditions.items()
    ]
    said = f"Effect sizes on {found.outcome}. {'; '.join(parts)}."
    note = f"{said} Dotted: the scope, in which cases could be."
    return draw(
        lambda axes: _paint(axes, found), PANEL * len(found.conditions), title, said, (note,), synthetic
    )


def _paint(axes: Axes, found: NecessityResult) -> None:
    canvas = axes.get_figure(root=True)
    if canvas is None:
        return
    axes.remove()
    panels = canvas.subplots(len(found.conditions), squeeze=False)[:, 0]
    height = PANEL * len(panels)
    canvas.subplots_adjust(left=0.13, right=0.97, top=1 - 0.3 / height, bottom=0.5 / height, hspace=0.35)
    for panel, own in zip(panels, found.conditions.values(), strict=True):
        _paint_panel(panel, own, found.outcome)


def _paint_panel(axes: Axes, own: Condition, outcome: str) -> None:
    import numpy as np

    across, up = (-1.0 if turned else 1.0 for turned in own.turned)
    scope = own.scope
    corners = np.array([[scope.x_low, scope.x_high], [scope.y_low, scope.y_high]])
    box_x, box_y = corners[0][[0, 1, 1, 0, 0]], corners[1][[0, 0, 1, 1, 0]]
    axes.plot(across * box_x, up * box_y, color=SOFT_INK, lw=0.8, linestyle=":")
    axes.plot(across * own.x, up * own.y, "o", color=SOFT_INK, markersize=3, alpha=0.6, mew=0)
    for place, (name, ceiling) in enumerate(own.ceilings.items()):
        x, y = _path(ceiling, scope)
        colour, style = COLOURS[place % len(COLOURS)], STYLES[place % len(STYLES)]
        axes.plot(across * x, up * y, color=colour, linestyle=style, lw=1.5, label=name)
    axes.set(xlabel=own.name, ylabel=outcome)
    axes.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 0.97), ncols=4)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _path(ceiling: Ceiling, scope: Scope) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a ceiling within the scope."""
    import numpy as np

    if ceiling.line:
        bends = ceiling.needed(np.array([scope.y_low, scope.y_high]))
        x = np.unique(np.clip([scope.x_low, *bends, scope.x_high], scope.x_low, scope.x_high))
        return x, np.clip(ceiling.height(x), scope.y_low, scope.y_high)
    x, y = np.append(ceiling.x, scope.x_high), np.append(ceiling.y, ceiling.y[-1])
    if ceiling.steps:
        x, y = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    return np.insert(x, 0, x[0]), np.insert(y, 0, scope.y_low)
