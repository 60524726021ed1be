"""Draw answers on a rating scale as bars that diverge from the middle of the scale."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.canvas import WIDTH, draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import format_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LINE = 0.155
"""Inches per line of text."""
BAR = 0.17
MIDDLE = "#c3c8cd"


def likert_chart(
    answers: pd.DataFrame,
    labels: Mapping[int, str],
    facets: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    title: str = "Answers",
    synthetic: bool | None = None,
) -> Figure:
    """Diverging stacked bars, one per item, grouped by facet: agreement to the right, the rest to the left.

    Parameters
    ----------
    answers : n × k codes (missing answers are left out), or a k × c table of counts whose columns are exactly
        the codes of `labels`.
    labels : code → label, from the lowest to the highest; with an odd number the middle one straddles zero.
    facets : item → heading; items of a facet stay together, in the order of first appearance.
    texts : item → what to print for it (default its name).
    title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        Shares are of the answers given to that item; the number at the right is n.

    Raises
    ------
    DataError
        when items hold codes that are not on the scale (all are named), or an item was never answered.

    Notes
    -----
    Robbins & Heiberger (2011), Plotting Likert and other rating scales, JSM Proceedings, 1058–1066. In R:
    ``HH::likert``. Colours: ColorBrewer's PuOr, told apart by all common kinds of colour vision.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"q1": [1, 2, 2, 3], "q2": [3, 3, 2, None]})
    >>> chart = likert_chart(frame, {1: "No", 2: "Neither", 3: "Yes"}, synthetic=True)
    >>> chart.description
    'q1: 25% below the middle, 25% above, n = 4. q2: 0% below the middle, 67% above, n = 3.'
    """
    counts = likert_counts(answers, labels)
    rows = [_row(item, counts, texts or {}, (facets or {}).get(item, "")) for item in counts.index]
    order = list(dict.fromkeys(row.facet for row in rows))
    rows.sort(key=lambda row: order.index(row.facet))
    lines = _lines(rows)
    notes = ("; ".join(f"{code} = {label}" for code, label in labels.items()) + ".",)
    return draw(
        lambda axes: _paint(axes, rows, labels, lines),
        lines + 0.6,
        title,
        " ".join(row.spoken for row in rows),
        notes,
        synthetic,
    )


def likert_counts(answers: pd.DataFrame, labels: Mapping[int, str]) -> pd.DataFrame:
    """Items × codes table of counts; a table that already has this form comes back as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> likert_counts(pd.DataFrame({"q1": [1, 2, 2]}), {1: "No", 2: "Yes"}).loc["q1"].tolist()
    [1, 2]
    """
    import pandas as pd

    codes = list(labels)
    if list(answers.columns) == codes:
        return answers
    found = {str(item): answers[item].dropna() for item in answers.columns}
    strange = {item: sorted(set(column) - set(codes)) for item, column in found.items()}
    wrong = "; ".join(f"{item}: {values}" for item, values in strange.items() if values)
    if wrong:
        raise DataError(f"codes that are not on the scale {codes}: {wrong}; check the scale or recode")
    table = {item: [int((column == code).sum()) for code in codes] for item, column in found.items()}
    return pd.DataFrame.from_dict(table, orient="index", columns=codes)


@dataclass(frozen=True, slots=True)
class Row:
    """One item: its text in lines, its facet, its n and the share of each code."""

    lines: tuple[str, ...]
    facet: str
    n: int
    shares: tuple[float, ...]
    spoken: str

    @property
    def below(self) -> float:
        """Share of the answers under the middle of the scale."""
        return sum(self.shares[: len(self.shares) // 2])

    @property
    def above(self) -> float:
        """Share of the answers over the middle of the scale."""
        return sum(self.shares[(len(self.shares) + 1) // 2 :])


def _row(item: str, counts: pd.DataFrame, texts: Mapping[str, str], facet: str) -> Row:
    numbers = counts.loc[[item]].to_numpy(dtype=float)[0]
    n = int(numbers.sum())
    if not n:
        raise DataError(f"item {item!r} has no answers: leave it out of the chart")
    shares = tuple(float(number) / n for number in numbers)
    row = Row(tuple(textwrap.wrap(texts.get(item, str(item)), 66)) or ("",), facet, n, shares, "")
    below, above = format_value(row.below, "share"), format_value(row.above, "share")
    spoken = f"{item}: {below} below the middle, {above} above, n = {row.n}."
    return Row(row.lines, facet, row.n, shares, spoken)


def _lines(rows: Sequence[Row]) -> float:
    """Height of all rows in inches."""
    headings = len({row.facet for row in rows if row.facet})
    return headings * 1.9 * LINE + sum(len(row.lines) * LINE + BAR + 0.09 for row in rows)


def _paint(axes: Axes, rows: Sequence[Row], labels: Mapping[int, str], height: float) -> None:
    import seaborn as sns

    colours = _colours(len(labels))
    reach = max(max(_start(row), 1.0 * sum(row.shares) - _start(row)) for row in rows)
    reach = max(reach, 0.3) * 1.02
    place(axes, 0.42, 0.24, 0.42, 0.36)
    axes.set(xlim=(-reach, reach), ylim=(height, 0))
    _key(axes, labels, colours)
    y = 0.0
    for facet, members in groupby(rows, key=lambda row: row.facet):
        if facet:
            y += 1.9 * LINE
            _write(axes, 0.02 - 0.42, y - 0.55 * LINE, facet, weight="bold", size=9.5)
        for row in members:
            y = _paint_row(axes, row, y, colours)
    _scale(axes, reach)
    sns.despine(ax=axes, left=True)


def _paint_row(axes: Axes, row: Row, y: float, colours: Sequence[str]) -> float:
    for line in row.lines:
        y += LINE
        _write(axes, 0.02 - 0.42, y - 0.3 * LINE, line, size=8.5)
    _write(axes, WIDTH - 0.46, y - 0.3 * LINE, f"n = {row.n}", size=8, color=SOFT_INK, ha="right")
    axes.plot((0, 0), (y - 0.02, y + BAR + 0.02), color=SOFT_INK, linewidth=0.8)
    left = -_start(row)
    for share, colour in zip(row.shares, colours, strict=True):
        axes.barh(y + BAR / 2, share, height=BAR, left=left, color=colour, edgecolor="white", linewidth=0.4)
        left += share
    _write(axes, -0.04, y + BAR / 2, format_value(row.below, "share"), size=8, ha="right", va="center")
    end = WIDTH - 0.84 + 0.04
    _write(axes, end, y + BAR / 2, format_value(row.above, "share"), size=8, va="center")
    return y + BAR + 0.09


def _start(row: Row) -> float:
    middle = row.shares[len(row.shares) // 2] / 2 if len(row.shares) % 2 else 0.0
    return row.below + middle


def _write(axes: Axes, inches: float, y: float, text: str, **style: object) -> None:
    """Text at `inches` from the left edge of the axes, at the row coordinate `y`."""
    from matplotlib.transforms import blended_transform_factory

    across = blended_transform_factory(axes.transAxes, axes.transData)
    axes.text(inches / (WIDTH - 0.84), y, text, transform=across, **style)  # type: ignore[arg-type]


def _colours(count: int) -> list[str]:
    import seaborn as sns

    shades = sns.color_palette("PuOr", 2 * (count // 2) + 1).as_hex()
    middle = count // 2
    lower, upper = list(shades[:middle]), list(shades[middle + 1 :])
    return [*lower, *([MIDDLE] if count % 2 else []), *upper]


def _key(axes: Axes, labels: Mapping[int, str], colours: Sequence[str]) -> None:
    """A strip of numbered swatches between the words for its ends; all words stand in the notes."""
    from matplotlib.patches import Rectangle

    canvas = axes.get_figure()
    if canvas is None:
        return
    tall = canvas.get_size_inches()[1]  # type: ignore[union-attr]
    side, left = 0.26, (WIDTH - 0.26 * len(labels)) / 2
    y = 1 - 0.185 / tall
    for position, (code, colour) in enumerate(zip(labels, colours, strict=True)):
        corner = ((left + side * position) / WIDTH, 1 - 0.28 / tall)
        box = Rectangle(
            corner, side / WIDTH, 0.19 / tall, transform=canvas.transFigure, clip_on=False, fc=colour
        )
        axes.add_artist(box)
        ink = "white" if position in (0, len(labels) - 1) and len(labels) > 3 else "#1b1f25"
        canvas.text(corner[0] + side / 2 / WIDTH, y, str(code), ha="center", va="center", size=8.5, color=ink)
    lowest, *_, highest = labels.values()
    right = left + side * len(labels)
    canvas.text((left - 0.08) / WIDTH, y, textwrap.shorten(lowest, 24), ha="right", va="center", size=8.5)
    canvas.text((right + 0.08) / WIDTH, y, textwrap.shorten(highest, 24), ha="left", va="center", size=8.5)


def _scale(axes: Axes, reach: float) -> None:
    step = 0.25 if reach <= 0.6 else 0.5
    ticks = [step * k for k in range(-4, 5) if abs(step * k) <= reach]
    axes.set_xticks(ticks, [format_value(abs(tick), "share") for tick in ticks], size=8)
    axes.set_yticks([])
