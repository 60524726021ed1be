"""Draw what a perspective on fit rests on: a surface, patterns of classes, or the deciding interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mlbc_stats.report.figures.canvas import draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import INK, SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_interval, format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlbc_stats.surfaces import SurfaceResult
    from mlbc_stats.theory import Outcome
    from mlbc_stats.theory.verdicts.decision import Coefficient

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#8a6d00", "#cc79a7", "#5b6570")
MARKERS = ("o", "s", "^", "D", "v", "X")
SURFACE, LINES, INTERVAL = 4.6, 3.2, 1.5
"""Inches of height."""
POINTS = 61
"""Points of a surface along each side."""


class Shows(Protocol):
    """What the figure needs of a perspective's result."""

    @property
    def perspective(self) -> str: ...
    @property
    def claim(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def latent(self) -> bool: ...
    @property
    def quantity(self) -> Coefficient: ...
    @property
    def smallest(self) -> float: ...
    @property
    def verdict(self) -> Outcome: ...
    @property
    def table(self) -> Any: ...
    @property
    def found(self) -> Any: ...
    @property
    def synthetic(self) -> bool | None: ...


def perspective_plot(found: Shows, title: str = "", synthetic: bool | None = None) -> Figure:
    """One perspective on fit: the surface of matching, profiles of gestalts and deviation, else the interval.

    Parameters
    ----------
    found : what `perspectives.fit` returns. title : the claim where none is given. synthetic : as in `Figure`; what the
        result says where it is None.

    Returns
    -------
    Figure
        Its description gives the deciding quantity with its interval and the verdict.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import perspectives
    >>> x, z, e = np.random.default_rng(1).normal(size=(3, 200))
    >>> found = perspectives.fit({"x": x, "z": z, "y": x * z + e}, "y", ["x", "z"], "moderation")
    >>> perspective_plot(found, synthetic=True).description[:14]
    'x:z: supported'
    """
    part = found.quantity
    interval = format_interval(part.lower, part.upper, part.level, minus=MINUS)
    said = (
        f"{part.name}: {found.verdict.value}, {format_value(part.estimate, 'estimate', MINUS)}, {interval}."
    )
    stamp = found.synthetic if synthetic is None else synthetic
    heading = title or f"{found.claim[:1].upper()}{found.claim[1:]}"
    if found.perspective == "matching" and not found.latent:
        note = f"{said} Lines: expected {found.outcome}; solid: agreement; dashed: first principal axis; dots: cases."
        return draw(lambda axes: _surface(axes, found.found), SURFACE, heading, said, (note,), stamp)
    if found.perspective == "gestalts":
        return draw(lambda axes: _classes(axes, found), LINES, heading, said, (said,), stamp)
    if found.perspective == "profile_deviation":
        return draw(lambda axes: _ideal(axes, found), LINES, heading, said, (said,), stamp)
    note = f"{said} Thin: deciding interval; thick: inner one; shaded: ± smallest effect of interest."
    return draw(lambda axes: _interval(axes, found), INTERVAL, heading, said, (note,), stamp)


def _surface(axes: Axes, found: SurfaceResult) -> None:
    import numpy as np

    place(axes, 0.6, 0.55, 0.15, 0.15)
    cases = found.cases
    raw = [part * cases.scale[at] + cases.center[at] for at, part in enumerate((cases.x, cases.y))]
    low, high = min(map(np.min, raw)), max(map(np.max, raw))
    line = np.linspace(low, high, POINTS)
    u, v = np.meshgrid(line, line)
    heights = axes.contour(u, v, found.predict(u, v), levels=9, cmap="cividis", linewidths=1.1)
    axes.clabel(heights, fontsize=7)
    axes.scatter(raw[0], raw[1], s=5, color=SOFT_INK, alpha=0.5, lw=0)
    axes.plot((low, high), (low, high), color=INK, lw=1.0)
    features = found.parameters().set_index("name")["est"]
    centred = (line - cases.center[0]) / cases.scale[0]
    axis = (features["p10"] + features["p11"] * centred) * cases.scale[1] + cases.center[1]
    axes.plot(line, axis, color="#d55e00", lw=1.3, linestyle="--")
    axes.set(xlabel=found.x, ylabel=found.y, xlim=(low, high), ylim=(low, high))
    _open(axes)


def _classes(axes: Axes, found: Shows) -> None:
    table: Any = found.table
    columns = [name for name in table.columns if name not in ("proportion", "cases")]
    for at, (label, row) in enumerate(table.iterrows()):
        text = f"class {label}, {row['cases']:.0f} cases"
        _profile(axes, [row[name] for name in columns], columns, at, text)
    axes.axvline(len(columns) - 1.5, color=SOFT_INK, lw=0.8, linestyle=":")
    _lines(axes)


def _ideal(axes: Axes, found: Shows) -> None:
    table: Any = found.table
    _profile(axes, table["ideal (standardized)"].tolist(), table["predictor"].tolist(), 0, "ideal profile")
    _lines(axes)


def _profile(axes: Axes, values: list[float], names: list[str], at: int, label: str) -> None:
    colour, marker = COLOURS[at % len(COLOURS)], MARKERS[at % len(MARKERS)]
    axes.plot(range(len(names)), values, color=colour, marker=marker, ms=5, lw=1.4, label=label)
    axes.set_xticks(range(len(names)), names, rotation=20 if len(names) > 4 else 0)


def _lines(axes: Axes) -> None:
    place(axes, 0.75, 0.6, 0.35, 0.1)
    axes.axhline(0, color=SOFT_INK, lw=0.7, linestyle=":")
    axes.set_ylabel("standardized mean")
    axes.legend(frameon=False, fontsize=8)
    _open(axes)


def _interval(axes: Axes, found: Shows) -> None:
    place(axes, 0.3, 0.5, 0.3, 0.25)
    part = found.quantity
    axes.axvspan(-found.smallest, found.smallest, color=SOFT_INK, alpha=0.16, lw=0)
    axes.axvline(0, color=SOFT_INK, lw=0.9, linestyle=":")
    axes.plot((part.lower, part.upper), (0, 0), color=COLOURS[0], lw=1.1)
    axes.plot((part.inner_lower, part.inner_upper), (0, 0), color=COLOURS[0], lw=3.2, solid_capstyle="butt")
    axes.plot(part.estimate, 0, marker="o", ms=6.5, color=COLOURS[0], markeredgecolor="white")
    axes.set(yticks=[], ylim=(-1, 1), xlabel=f"{part.name}, standardized")
    axes.spines["left"].set_visible(False)
    _open(axes)


def _open(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
