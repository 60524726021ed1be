"""Draw how far each step of invariance changes the fit, beside the limits of that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.canvas import WIDTH, draw, place
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import SOFT_INK
from mlbc_stats.report.numbers import MINUS, format_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

CFI_DROP, RMSEA_RISE = 0.010, 0.015
"""Limits of Chen (2007), doi:10.1080/10705510701301834."""
COLOURS = {"CFI": "#0072b2", "RMSEA": "#d55e00"}
ROW, FARTHEST = 0.19, 3.0
LEFT, RIGHT = 0.95, 0.15
"""Inches of a step and of the margins, and shares of a limit beyond which a point stands at the edge."""


def invariance_plot(
    ladders: Mapping[str, pd.DataFrame],
    title: str = "Change of fit from step to step",
    names: Mapping[str, str] | None = None,
    synthetic: bool | None = None,
) -> Figure:
    """Every step of every ladder: drop of CFI and rise of RMSEA as shares of their limits.

    A point right of 1 exceeds its limit. Steps that did not hold by the difference test or by the fit are hollow.

    Parameters
    ----------
    ladders : what was compared → its steps, with the columns step, delta_cfi, delta_rmsea and holds (yes or another
        word), the first step without changes.
    names : what stands beside the ladders in place of their keys. title, synthetic : as in `Figure`.

    Raises
    ------
    DataError
        when no ladder has a step after the first.

    Examples
    --------
    >>> import pandas as pd
    >>> steps = pd.DataFrame(
    ...     {"step": ["configural", "metric"], "delta_cfi": [None, -0.002], "delta_rmsea": [None, 0.003],
    ...      "holds": ["", "yes"]}
    ... )
    >>> invariance_plot({"TC": steps}, synthetic=True).description
    'TC: metric holds (ΔCFI −.002, ΔRMSEA .003).'
    """
    rows = [
        (key, {str(name): value for name, value in step.items()})
        for key, frame in ladders.items()
        for step in frame.to_dict("records")
        if step["holds"]
    ]
    if not rows:
        raise DataError("no ladder has a step after the first; there is nothing to draw")
    said = [f"{key}: {'; '.join(_said(step) for other, step in rows if other == key)}." for key in ladders]
    spoken = {key: (names or {}).get(key, key) for key in ladders}
    return draw(
        lambda axes: _paint(axes, rows, spoken),
        1.0 + ROW * (len(rows) + len(ladders)),
        title,
        " ".join(text for text in said if not text.endswith(": .")),
        (
            f"Changes as shares of the limits of Chen (2007): CFI may drop by {format_value(CFI_DROP, 'bounded')}, "
            f"RMSEA rise by {format_value(RMSEA_RISE, 'bounded')}. Hollow: the difference test or the fit speaks "
            "against the step.",
        ),
        synthetic,
    )


def _said(step: Mapping[str, Any]) -> str:
    held = {"yes": "holds"}.get(str(step["holds"]), str(step["holds"]))
    cfi, rmsea = (format_value(step[name], "bounded", MINUS) for name in ("delta_cfi", "delta_rmsea"))
    return f"{step['step']} {held} (ΔCFI {cfi}, ΔRMSEA {rmsea})"


def _paint(axes: Axes, rows: Sequence[tuple[str, Mapping[str, Any]]], spoken: Mapping[str, str]) -> None:
    place(axes, LEFT, 0.75, RIGHT, 0.1)
    labels, heights, height, last = [], [], 0.0, ""
    for key, step in rows:
        if key != last:
            axes.text(
                -(LEFT - 0.04) / (WIDTH - LEFT - RIGHT),
                height,
                spoken[key],
                size=8,
                weight="bold",
                va="center",
                transform=axes.get_yaxis_transform(),
            )
            last, height = key, height - 1
        held = step["holds"] == "yes"
        for name, share in _shares(step).items():
            axes.plot(
                max(-FARTHEST, min(FARTHEST, share)),
                height,
                marker="o" if name == "CFI" else "D",
                ms=5,
                color=COLOURS[name],
                mfc=COLOURS[name] if held else "none",
                ls="none",
                clip_on=False,
            )
        labels.append(str(step["step"]))
        heights.append(height)
        height -= 1
    axes.axvline(1, color=SOFT_INK, lw=1, ls="--")
    axes.axvline(0, color=SOFT_INK, lw=0.5)
    axes.set(
        xlim=(-FARTHEST, FARTHEST),
        ylim=(height + 0.3, 0.8),
        xlabel="Change of fit, 1 = its limit (worse to the right)",
    )
    axes.set_yticks(heights, labels, fontsize=7.5)
    for name, marker in (("CFI", "o"), ("RMSEA", "D")):
        axes.plot([], [], marker=marker, ls="none", ms=5, color=COLOURS[name], label=f"{name}")
    axes.legend(
        frameon=False, fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, 0), borderaxespad=4.2
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _shares(step: Mapping[str, Any]) -> dict[str, float]:
    found = {"CFI": (step["delta_cfi"], -CFI_DROP), "RMSEA": (step["delta_rmsea"], RMSEA_RISE)}
    return {
        name: float(value) / limit
        for name, (value, limit) in found.items()
        if value is not None and value == value
    }
