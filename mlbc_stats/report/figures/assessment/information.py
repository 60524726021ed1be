"""Draw how much items and test tell over the latent scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import INK, SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlbc_stats.irt import Information

HEIGHT = 3.6
"""Inches."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
STYLES = ("-", "--", "-.", ":")


def information_plot(
    found: Information,
    title: str = "Information of items and test",
    names: Mapping[str, str] | None = None,
    synthetic: bool | None = None,
) -> Figure:
    """Fisher information of every item, coloured and dashed, and of all together, thick, over the latent scale.

    Parameters
    ----------
    found : what `irt.information` returns. names : words in place of the items' names.
    title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        Its description says where test and items tell most.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats.irt import Information
    >>> found = Information(np.array([-1.0, 0.0, 1.0]), ("a",), np.array([[0.1], [0.4], [0.2]]), 0.5)
    >>> information_plot(found, synthetic=True).description
    'The test tells most at θ = 0.00 (0.40); marginal reliability .500. a: 0.40 at 0.00.'
    """
    words = [(names or {}).get(item, item) for item in found.items]
    peaks = [_peak(found, place) for place in range(len(words))]
    at = int(found.test.argmax())
    items = "; ".join(f"{word}: {peak}" for word, peak in zip(words, peaks, strict=True))
    said = (
        f"The test tells most at θ = {format_value(float(found.theta[at]), 'short', MINUS)} "
        f"({format_value(float(found.test[at]), 'short')}); marginal reliability "
        f"{format_value(found.marginal_reliability, 'bounded')}. {items}."
    )
    lines = -(-(len(words) + 1) // 3)
    return draw(
        lambda axes: _paint(axes, found, words, lines),
        HEIGHT + 0.2 * lines,
        title,
        said,
        (
            f"Thick: all items together; marginal reliability {format_value(found.marginal_reliability, 'bounded')}.",
        ),
        synthetic,
    )


def _peak(found: Information, item: int) -> str:
    at = int(found.item[:, item].argmax())
    value = format_value(float(found.item[at, item]), "short")
    return f"{value} at {format_value(float(found.theta[at]), 'short', MINUS)}"


def _paint(axes: Axes, found: Information, words: list[str], lines: int) -> None:
    place(axes, 0.5, 0.62 + 0.2 * lines, 0.1, 0.1)
    for at, word in enumerate(words):
        axes.plot(
            found.theta,
            found.item[:, at],
            lw=1.2,
            label=word,
            color=COLOURS[at % len(COLOURS)],
            ls=STYLES[(at // len(COLOURS)) % len(STYLES)],
        )
    axes.plot(found.theta, found.test, color=INK, lw=2.2, label="all items")
    axes.set(xlabel="Latent scale θ", ylabel="Information", ylim=(0, None))
    axes.legend(
        frameon=False, fontsize=7.5, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 0), borderaxespad=4.6
    )
    axes.axhline(0, color=SOFT_INK, lw=0.5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
