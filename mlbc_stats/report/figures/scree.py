"""Draw eigenvalues beside the references of parallel analysis and the empirical Kaiser criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.report.figures.canvas import WIDTH, draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlbc_stats.factor.counting.advice import Retention

HEIGHT, LONGEST = 3.8, 20
"""Inches, and the most eigenvalues that are drawn."""
COMPONENTS, FACTORS = "#0072b2", "#d55e00"
"""Okabe & Ito's blue and vermilion: told apart by all common kinds of colour vision."""


def scree_plot(
    found: Retention, title: str = "Scree plot with every rule", synthetic: bool | None = None
) -> Figure:
    """Eigenvalues of components and of factors, the references they have to beat, and each rule's number below.

    Parameters
    ----------
    found : what `factor.retention` returns. title, synthetic : as in `Figure`.

    Returns
    -------
    Figure
        Its description is the sentence of advice with each rule's number.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 6))).add_prefix("x")
    >>> found = factor.retention(items)
    >>> scree_plot(found, synthetic=True).description[:33]
    'All 7 rules suggest 1 factor. par'
    """
    said = "; ".join(f"{rule}: {'none' if m is None else m}" for rule, m in found.suggestions.items())
    return draw(
        lambda axes: _paint(axes, found),
        HEIGHT + 0.32 * len(_by_number(found)),
        title,
        f"{found.advice} {said}.",
        (
            f"{found.advice} Solid: observed eigenvalues; dashed: {round(100 * found.parallel.quantile)}th percentile "
            f"of {found.parallel.data_sets} sets of unrelated items; dotted: empirical Kaiser criterion. Of factors: "
            "with communalities in the diagonal. Below, the rules by the number of factors they suggest.",
        ),
        synthetic,
    )


def _by_number(found: Retention) -> dict[str, list[str]]:
    """Rules by the number that they suggest, as it is printed."""
    out: dict[str, list[str]] = {}
    for rule, number in sorted(found.suggestions.items(), key=lambda pair: (pair[1] is None, pair[1] or 0)):
        out.setdefault("none" if number is None else str(number), []).append(rule)
    return out


def _paint(axes: Axes, found: Retention) -> None:
    import textwrap

    groups = _by_number(found)
    bottom = 0.7 + 0.32 * len(groups)
    place(axes, 0.5, bottom, 0.1, 0.1)
    shown = min(len(found.items), LONGEST)
    x = range(1, shown + 1)
    parallel = found.parallel
    lines = [
        (parallel.components, COMPONENTS, "-", "o", "components"),
        (parallel.component_quantiles, COMPONENTS, "--", "", "components, unrelated items"),
        (parallel.factors, FACTORS, "-", "s", "factors"),
        (parallel.factor_quantiles, FACTORS, "--", "", "factors, unrelated items"),
        (found.kaiser_references, SOFT_INK, ":", "", "empirical Kaiser criterion"),
    ]
    for values, colour, style, marker, label in lines:
        axes.plot(
            x,
            values[:shown],
            color=colour,
            linestyle=style,
            marker=marker,
            markersize=3.5,
            lw=1.2,
            label=label,
        )
    axes.axhline(0, color=SOFT_INK, lw=0.5)
    axes.set(xlabel="Number of the component or factor", ylabel="Eigenvalue", xlim=(0.5, shown + 0.5))
    axes.set_xticks(range(1, shown + 1, 1 if shown <= 12 else 2))
    axes.legend(frameon=False, fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    canvas = axes.get_figure(root=True)
    if canvas is None:
        return
    height = canvas.get_size_inches()[1]
    for row, (number, rules) in enumerate(groups.items()):
        y = (bottom - 0.68 - 0.32 * row) / height
        wrapped = "\n".join(textwrap.wrap(", ".join(rules), 74))
        canvas.text(0.1 / WIDTH, y, number, size=8.5, weight="bold", va="center")
        canvas.text(0.5 / WIDTH, y, wrapped, size=7.5, va="center", linespacing=1.1)
