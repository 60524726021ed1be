"""Draw importance and performance of the causes of a target as a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from mlbc_stats.composites import CompositeImportance

HEIGHT = 3.8
"""Inches."""
COLOUR = "#0072b2"
KEY = 0.2
"""Inches of a line that says what a number stands for."""


def importance_map(
    found: CompositeImportance,
    target: str,
    title: str = "",
    names: Mapping[str, str] | None = None,
    synthetic: bool | None = None,
) -> Figure:
    """Constructs by total effect on a target (importance) and mean score from 0 to 100 (performance).

    Lines mark the means of both: what is more important and performs worse than the mean, below on the right, is where
    work pays (Ringle & Sarstedt, 2016, doi:10.1108/IMDS-10-2015-0449).

    Parameters
    ----------
    found : what `composites.importance` returns. target : the construct to be raised.
    names : words in place of ids. title, synthetic : as in `Figure`.

    Raises
    ------
    DataError
        when nothing has an effect on the target.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace as Box
    >>> table = pd.DataFrame(
    ...     {"target": ["g", "g"], "construct": ["e", "f"], "importance": [0.34, 0.1], "performance": [48.1, 70.0]}
    ... )
    >>> importance_map(Box(table=table), "g", synthetic=True).description
    'Importance for g and performance: e 0.34 and 48.10; f 0.10 and 70.00. More important and worse than the mean: e.'
    """
    table = found.table
    chosen = table[table["target"] == target]
    if chosen.empty:
        targets = sorted(set(table["target"]))
        raise DataError(
            f"nothing has an effect on {target!r}{did_you_mean(target, targets)}; targets are {', '.join(targets)}"
        )
    words = [(names or {}).get(name, name) for name in chosen["construct"]]
    aim = (names or {}).get(target, target)
    return draw(
        lambda axes: _paint(axes, chosen, words),
        HEIGHT + KEY * len(chosen),
        title or f"Importance and performance for {aim}",
        _said(chosen, words, aim),
        ("Lines: means. Work pays below on the right, where importance is high and performance is not.",),
        synthetic,
    )


def _said(chosen: pd.DataFrame, words: Sequence[str], aim: str) -> str:
    numbers = zip(words, chosen["importance"], chosen["performance"], strict=True)
    parts = [
        f"{word} {format_value(x, 'short', MINUS)} and {format_value(y, 'short')}" for word, x, y in numbers
    ]
    worth = (chosen["importance"] > chosen["importance"].mean()) & (
        chosen["performance"] < chosen["performance"].mean()
    )
    some = ", ".join(word for word, pays in zip(words, worth, strict=True) if pays) or "none"
    return f"Importance for {aim} and performance: {'; '.join(parts)}. More important and worse than the mean: {some}."


def _paint(axes: Axes, chosen: pd.DataFrame, words: Sequence[str]) -> None:
    place(axes, 0.55, 0.55 + KEY * len(chosen), 0.15, 0.1)
    x, y = chosen["importance"].to_numpy(dtype=float), chosen["performance"].to_numpy(dtype=float)
    wide = max(float(x.max() - min(x.min(), 0.0)), 0.1)
    axes.set(xlim=(min(x.min(), 0.0) - 0.08 * wide, x.max() + 0.12 * wide), ylim=(0, 100))
    axes.axvline(float(x.mean()), color=SOFT_INK, lw=0.8, ls="--")
    axes.axhline(float(y.mean()), color=SOFT_INK, lw=0.8, ls="--")
    axes.scatter(x, y, s=28, color=COLOUR, zorder=3)
    for at in range(len(x)):
        axes.annotate(str(at + 1), (x[at], y[at]), xytext=(6, 4), textcoords="offset points", fontsize=9)
    axes.set(xlabel="Importance (total effect)", ylabel="Performance (0 to 100)")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)

    canvas = axes.get_figure(root=True)
    if canvas is not None:
        height = canvas.get_size_inches()[1]
        for at, word in enumerate(words):
            canvas.text(
                0.1, (KEY * (len(words) - at) - 0.1) / height, f"{at + 1}  {word}", size=8, va="center"
            )
