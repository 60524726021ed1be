"""Norms of Colquitt, Sabey, Rodell & Hill (2019): how published scales of 112 constructs did."""

from __future__ import annotations

from typing import Literal

from mlbc_stats.errors import DataError

SOURCE = "Colquitt, Sabey, Rodell & Hill (2019) doi 10.1037/apl0000406"
LABELS = ("very strong", "strong", "moderate", "weak")
LACKING = "lacking"
NORMS: dict[str, dict[str, tuple[float, float, float, float]]] = {
    "overall": {
        "psa": (0.91, 0.82, 0.72, 0.39),
        "csv": (0.81, 0.61, 0.51, 0.05),
        "htc": (0.91, 0.87, 0.84, 0.60),
        "htd": (0.35, 0.27, 0.18, 0.04),
    },
    "weaker": {
        "psa": (0.94, 0.90, 0.84, 0.52),
        "csv": (0.89, 0.80, 0.67, 0.04),
        "htc": (0.91, 0.88, 0.86, 0.67),
        "htd": (0.48, 0.35, 0.26, 0.12),
    },
    "moderate": {
        "psa": (0.91, 0.81, 0.76, 0.46),
        "csv": (0.83, 0.61, 0.52, 0.01),
        "htc": (0.92, 0.89, 0.85, 0.60),
        "htd": (0.34, 0.27, 0.20, 0.09),
    },
    "stronger": {
        "psa": (0.80, 0.75, 0.60, 0.24),
        "csv": (0.61, 0.50, 0.21, 0.01),
        "htc": (0.90, 0.86, 0.82, 0.63),
        "htd": (0.23, 0.15, 0.11, 0.01),
    },
}
"""Smallest value of each label (80th, 60th, 40th, 20th percentile), over all scales and by the correlation of
the scale with its orbiting scales (weaker: up to .34, moderate: up to .50, stronger: above). Taken from
secondary accounts of the paper's tables; printed bands overlap by a unit of the second decimal in places, and
the lower bound decides here. They are means of scales, from naive judges, with three definitions and seven points."""

Norm = Literal["psa", "csv", "htc", "htd"]


def norm_bounds(index: Norm, correlation: float | None = None) -> dict[str, float]:
    """Smallest value of each label of one index.

    Parameters
    ----------
    index : ``"psa"``, ``"csv"``, ``"htc"`` or ``"htd"``, as mean of a scale.
    correlation : mean correlation of the scale with the scales of the other definitions, where known.

    Raises
    ------
    DataError
        for another index, or a correlation outside −1 to 1.

    Examples
    --------
    >>> norm_bounds("htc")["strong"]
    0.87
    """
    if index not in NORMS["overall"]:
        raise DataError(f"norms: expected one of {', '.join(NORMS['overall'])}, got {index!r}")
    return dict(zip(LABELS, NORMS[_group(correlation)][index], strict=True))


def describe_norm(index: Norm, value: float, correlation: float | None = None) -> str:
    """The label of a value: very strong, strong, moderate, weak or lacking.

    They say where a scale stands among published ones, not whether it is valid.

    Examples
    --------
    >>> describe_norm("htd", 0.30)
    'strong'
    """
    bounds = norm_bounds(index, correlation)
    return next((label for label, least in bounds.items() if value >= least - 1e-9), LACKING)


def _group(correlation: float | None) -> str:
    if correlation is None:
        return "overall"
    if not -1 <= correlation <= 1:
        raise DataError(f"norms: expected a correlation from -1 to 1, got {correlation}")
    return "weaker" if correlation < 0.345 else "moderate" if correlation < 0.505 else "stronger"
