"""Draw a coefficient under every specification, sorted, above the choices that gave it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

CHOICES = ("estimator", "missing", "cases", "controls")
LEFT, RIGHT = 1.28, 0.08
"""Inches for the words at the left, and free at the right."""
STRIP, GAP, LINE, ROW = 1.0, 0.12, 0.155, 0.135
"""Inches of a curve, between curves, of a line of its heading, and of a choice."""
DEFAULT, OTHER, FLIP = "#0072b2", "#6b7480", "#d55e00"
"""Okabe & Ito's blue and vermilion, and grey: told apart by all common kinds of colour vision."""


def specification_curve(
    estimates: pd.DataFrame,
    proposition: str,
    names: Mapping[str, str] | None = None,
    title: str = "",
    synthetic: bool | None = None,
) -> Figure:
    """Estimates and intervals of what decides a proposition, sorted, and below them which choices each rests on.

    Parameters
    ----------
    estimates : of `theory.robustness`.
    proposition : which one; a joint one has a curve for each of its coefficients, sorted by their mean.
    names : quantity → what to print for it.
    title, synthetic : as in `Figure`.

    Raises
    ------
    DataError
        when no specification gives the proposition a number.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), doi 10.1038/s41562-020-0912-z. R: ``specr::plot_specs``.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"proposition": "M1", "quantity": "ALN ~ TC", "specification": [1, 2],
    ...     "estimator": ["MLR", "ML"], "missing": "fiml", "cases": "all", "controls": "without",
    ...     "estimate": [0.2, -0.1], "lower": [0.1, -0.2], "upper": [0.3, 0.0], "sign_flip": [False, True]})
    >>> specification_curve(rows, "M1").description
    'ALN ~ TC: 2 specifications from −0.10 to 0.20, 0.20 in the default analysis, sign flipped in 1.'
    """
    found = estimates[(estimates["proposition"] == proposition) & estimates["estimate"].notna()]
    if found.empty:
        raise DataError(f"no specification gives {proposition} a number to draw")
    parts = [_part(str(name), rows, names or {}) for name, rows in found.groupby("quantity", sort=False)]
    order = found.groupby("specification")["estimate"].mean().sort_values(kind="stable").index.tolist()
    choices = found.drop_duplicates("specification").set_index("specification").loc[order, list(CHOICES)]
    rows = sum(choices[name].nunique() for name in CHOICES)
    height = sum(part.height for part in parts) + rows * ROW + 0.06 * len(CHOICES) + 0.1
    return draw(
        lambda axes: _paint(axes, parts, order, choices, height),
        height,
        title or f"{proposition} under every specification",
        " ".join(part.spoken for part in parts),
        (
            "Sorted by estimate"
            + (" (mean of the coefficients)" if len(parts) > 1 else "")
            + "; blue diamond: the default analysis; vermilion cross: opposite sign; dotted: zero. "
            "Below, a dot marks each specification's choices.",
        ),
        synthetic,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One coefficient: its heading, its rows by specification, and the same in words."""

    lines: tuple[str, ...]
    rows: pd.DataFrame
    spoken: str

    @property
    def height(self) -> float:
        """Inches this part takes."""
        return len(self.lines) * LINE + STRIP + GAP


def _part(quantity: str, rows: pd.DataFrame, names: Mapping[str, str]) -> Part:
    name = names.get(quantity) or quantity
    low, high = (
        format_value(end, "short", MINUS) for end in (rows["estimate"].min(), rows["estimate"].max())
    )
    default = rows.loc[rows["specification"] == 1, "estimate"]
    said = (
        f", {format_value(default.iloc[0], 'short', MINUS)} in the default analysis" if len(default) else ""
    )
    flips = int(rows["sign_flip"].sum())
    spoken = f"{name}: {len(rows)} specifications from {low} to {high}{said}, sign flipped in {flips}."
    return Part(tuple(textwrap.wrap(name, 62)), rows.set_index("specification"), spoken)


def _paint(axes: Axes, parts: list[Part], order: list[int], choices: pd.DataFrame, height: float) -> None:
    axes.set_axis_off()
    canvas = axes.get_figure(root=True)
    if canvas is None:
        return
    top = 0.0
    for part in parts:
        strip = _panel(canvas, top + len(part.lines) * LINE, STRIP, len(order), height)
        for number, line in enumerate(part.lines, 1):
            y = 1 - (top + number * LINE - 0.03) / height
            canvas.text(0.02, y, line, size=8.5, weight="bold")
        _curve(strip, part, order)
        top += part.height
    _choices(_panel(canvas, top, height - top - 0.08, len(order), height), choices)


def _panel(canvas: Canvas, top: float, tall: float, count: int, height: float) -> Axes:
    """Axes whose horizontal places are the specifications."""
    panel = canvas.add_axes((0, 0, 1, 1))
    place(panel, LEFT, height - top - tall, RIGHT, top)
    panel.set(xlim=(-0.7, count - 0.3), xticks=[])
    return panel


def _curve(axes: Axes, part: Part, order: list[int]) -> None:
    import seaborn as sns

    for x, number in enumerate(order):
        if number not in part.rows.index:
            continue
        row = part.rows.loc[number]
        colour, marker, size = (OTHER, "o", 3.2)
        if row["sign_flip"]:
            colour, marker, size = FLIP, "X", 4.5
        if number == 1:
            colour, marker, size = DEFAULT, "D", 5.0
        axes.plot((x, x), (row["lower"], row["upper"]), color=colour, linewidth=1.1, solid_capstyle="butt")
        axes.plot(x, row["estimate"], marker=marker, markersize=size, color=colour, markeredgewidth=0)
    axes.axhline(0, color=SOFT_INK, linewidth=0.9, linestyle=":")
    axes.tick_params(labelsize=8)
    axes.locator_params(axis="y", nbins=5)
    axes.yaxis.set_major_formatter(lambda value, _: format_value(value, "short", MINUS))
    sns.despine(ax=axes, bottom=True)


def _choices(axes: Axes, choices: pd.DataFrame) -> None:
    """A row per choice, choices of one kind together."""
    y, places, words = 0.0, [], []
    for kind in CHOICES:
        for value in dict.fromkeys(sorted(choices[kind], key=str)):
            taken = [x for x, found in enumerate(choices[kind]) if found == value]
            axes.plot(
                range(len(choices)), [y] * len(choices), "o", markersize=1.2, color=SOFT_INK, alpha=0.35
            )
            axes.plot(taken, [y] * len(taken), "o", markersize=3.4, color=SOFT_INK, markeredgewidth=0)
            places.append(y)
            words.append(f"{kind} {value}")
            y += ROW
        y += 0.06
    axes.set_ylim(y - 0.06 - ROW / 2, -ROW / 2)
    axes.set_yticks(places, words, size=8)
    axes.tick_params(length=0)
    axes.axvline(
        list(choices.index).index(1), color=DEFAULT, linewidth=5, alpha=0.14
    ) if 1 in choices.index else None
    for side in axes.spines.values():
        side.set_visible(False)
