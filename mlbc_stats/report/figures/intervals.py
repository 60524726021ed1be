"""Draw verdicts as intervals against zero and the smallest effect of interest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_interval, format_level, format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlbc_stats.theory.verdicts.decision import Coefficient, Verdict

LOOK = {
    "supported": ("#0072b2", "o"),
    "opposite": ("#d55e00", "X"),
    "negligible": ("#8a6d00", "s"),
    "undecided": ("#6b7480", "D"),
}
"""Colour (Okabe & Ito's, told apart by all common kinds of colour vision) and marker of each verdict."""
PART = "part of a joint verdict"
PART_COLOUR = LOOK["undecided"][0]
LINE = 0.155
WIDE, BESIDE = 68, 24
"""Letters of a line of a part, and how many fewer its first line has, which stands beside the verdict."""


def forest(
    verdicts: Iterable[Verdict],
    title: str = "Verdicts",
    synthetic: bool | None = None,
    spoken: Mapping[str, str] = MappingProxyType({}),
) -> Figure:
    """One line per deciding coefficient: estimate, deciding interval (thin), equivalence interval (thick).

    Parameters
    ----------
    verdicts : what `theory.test` returns; each may hold several coefficients.
    title, synthetic : as in `Figure`.
    spoken : quantity → the words to name it by among the parts of a joint verdict.

    Returns
    -------
    Figure
        The shaded band is ± the smallest effect of interest; colour, marker and word give the verdict. The
        coefficients of a proposition that rests on several are parts: grey, hollow, and called so.

    Raises
    ------
    DataError
        when no verdict holds a coefficient.

    Examples
    --------
    >>> from types import SimpleNamespace as Box
    >>> found = Box(name="ALN ~ TC", estimate=-0.3, level=0.95, lower=-0.4, upper=-0.2,
    ...             inner_lower=-0.38, inner_upper=-0.22, outcome="supported")
    >>> verdict = Box(proposition="M1", statement="TC lowers ALN", outcome="supported",
    ...               coefficients=(found,), smallest=0.1, sign=-1)
    >>> forest([verdict], synthetic=True).description
    'M1: supported, −0.300, 95% CI [−0.400, −0.200].'
    """
    rows = [
        _row(verdict, found, spoken, place)
        for verdict in verdicts
        for place, found in enumerate(verdict.coefficients)
    ]
    if not rows:
        raise DataError("no verdict holds a coefficient to draw: test propositions that rest on one")
    height = sum(row.height for row in rows) + 0.85
    description = " ".join(row.spoken for row in rows)
    note = (
        "Thin line: the deciding interval; thick line: the interval that must fit into the shaded band "
        "(± smallest effect of interest) for a negligible effect; dotted: zero."
    )
    return draw(lambda axes: _paint(axes, rows), height, title, description, (note,), synthetic)


@dataclass(frozen=True, slots=True)
class Row:
    """One coefficient: what to print, where its two intervals lie, and its verdict."""

    lines: tuple[str, ...]
    estimate: float
    outer: tuple[float, float]
    inner: tuple[float, float]
    smallest: float
    outcome: str
    part: bool
    level: str
    spoken: str

    @property
    def height(self) -> float:
        """Inches this row takes."""
        return len(self.lines) * LINE + 0.36


def _row(verdict: Verdict, found: Coefficient, spoken: Mapping[str, str], place: int = 0) -> Row:
    """The statement stands at the first part of a joint verdict, the part's own name at each."""
    several = len(verdict.coefficients) > 1
    what = spoken.get(found.name) or found.name
    statement = f"{verdict.proposition}  {verdict.statement}"
    text = f"{verdict.proposition}  {what}" if place else statement
    if several and not place:
        text = f"{statement} Together: {verdict.outcome}. {what}"
    estimate = format_value(found.estimate, "estimate", MINUS)
    interval = format_interval(found.lower, found.upper, found.level, minus=MINUS)
    return Row(
        lines=_lines_of_part(text) if several else tuple(textwrap.wrap(text, 50)),
        estimate=found.estimate,
        outer=(found.lower, found.upper),
        inner=(found.inner_lower, found.inner_upper),
        smallest=verdict.smallest,
        outcome=str(found.outcome),
        part=several,
        level=format_level(found.level),
        spoken=f"{verdict.proposition}: {'part: ' if several else ''}{found.outcome}, {estimate}, {interval}.",
    )


def _lines_of_part(text: str) -> tuple[str, ...]:
    first, *others = textwrap.wrap(text, WIDE, initial_indent=" " * BESIDE)
    return (first.strip(), *others)


def _paint(axes: Axes, rows: Sequence[Row]) -> None:
    import seaborn as sns

    ends = [abs(end) for row in rows for end in (*row.outer, 1.6 * row.smallest) if end == end]
    reach = 1.05 * max(ends, default=1.0)
    height = sum(row.height for row in rows)
    place(axes, 0.1, 0.5, 0.1, 0.33)
    axes.set(xlim=(-reach, reach), ylim=(height, 0), yticks=[])
    y = 0.0
    for row in rows:
        _paint_row(axes, row, y)
        y += row.height
    axes.set_xlabel("standardized coefficient", size=8.5)
    axes.tick_params(labelsize=8.5)
    sns.despine(ax=axes, left=True)
    _key(axes, rows)


def _paint_row(axes: Axes, row: Row, top: float) -> None:
    from matplotlib.transforms import blended_transform_factory

    colour, marker = LOOK.get(row.outcome, LOOK["undecided"])
    colour, edge, fill = (PART_COLOUR, PART_COLOUR, "white") if row.part else (colour, "white", colour)
    across = blended_transform_factory(axes.transAxes, axes.transData)
    for position, line in enumerate(row.lines, 1):
        axes.text(0, top + position * LINE - 0.02, line, size=8.5, transform=across)
    y = top + len(row.lines) * LINE + 0.13
    axes.fill_between((-row.smallest, row.smallest), y - 0.12, y + 0.12, color=SOFT_INK, alpha=0.16, lw=0)
    axes.plot((0, 0), (y - 0.12, y + 0.12), color=SOFT_INK, linewidth=0.9, linestyle=":")
    word = f"{format_value(row.estimate, 'short', MINUS)}  {'part: ' if row.part else ''}{row.outcome}"
    weight = "normal" if row.part else "bold"
    axes.text(1, top + LINE - 0.02, word, size=8.5, weight=weight, ha="right", transform=across)
    if row.estimate != row.estimate:
        return
    axes.plot(row.outer, (y, y), color=colour, linewidth=1.1, solid_capstyle="butt")
    axes.plot(row.inner, (y, y), color=colour, linewidth=3.2, solid_capstyle="butt")
    axes.plot(
        row.estimate,
        y,
        marker=marker,
        markersize=6.5,
        color=fill,
        markeredgecolor=edge,
        mew=1.2 if row.part else 0.6,
    )


def _key(axes: Axes, rows: Sequence[Row]) -> None:
    from matplotlib.lines import Line2D

    present = [name for name in LOOK if any(row.outcome == name and not row.part for row in rows)]
    marks = [
        Line2D([], [], color=LOOK[name][0], marker=LOOK[name][1], markersize=6, linewidth=1.4, label=name)
        for name in present
    ]
    if any(row.part for row in rows):
        style = {"marker": "o", "markerfacecolor": "white", "markersize": 6, "linewidth": 1.4}
        marks.append(Line2D([], [], color=PART_COLOUR, label=PART, **style))  # type: ignore[arg-type]
    canvas = axes.get_figure()
    top = 1 + 0.3 / (canvas.get_size_inches()[1] - 0.83) if canvas is not None else 1.05  # type: ignore[union-attr]
    axes.legend(
        handles=marks,
        loc="upper center",
        bbox_to_anchor=(0.5, top),
        ncols=len(marks),
        frameon=False,
        fontsize=7.8,
        handlelength=1.0,
        handletextpad=0.3,
        columnspacing=0.7,
        borderaxespad=0,
    )
