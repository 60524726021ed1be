"""Cases ready for a surface: complete, centred, scaled, and which of them stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.surfaces.estimation import regular
from mlbc_stats.surfaces.family import POLYNOMIAL, TERMS, Floats

CENTERS = ("none", "pooled", "variablewise", "midpoint")
SCALES = ("none", "pooled", "variablewise")
OUTLIERS = ("mark", "remove", "none")


@dataclass(frozen=True, slots=True)
class Cases:
    """Complete cases.

    Attributes
    ----------
    x, y, z : (n,) predictors, centred and scaled, and the outcome; controls : (n, m).
    center, scale : (2,) what was subtracted from x and y, and by what they were divided.
    outlying : (n,) bool; rows : (n,) their rows in the table, from 0.
    outlying_rows : rows of the table that are outlying, removed or not.
    missing : rows of the table that lack a value.
    """

    x: Floats
    y: Floats
    z: Floats
    controls: Floats
    center: Floats
    scale: Floats
    outlying: NDArray[np.bool_]
    rows: NDArray[np.intp]
    outlying_rows: NDArray[np.intp]
    missing: int

    def terms(self, piecewise: bool = False) -> Floats:
        """Columns (n, 6 + m): 1, x, y, x², xy, y² or 1, x, y, w, wx, wy, then the controls."""
        x, y = self.x, self.y
        if piecewise:
            w = np.where(x >= y, 1.0, -1.0)
            return np.column_stack([np.ones_like(x), x, y, w, w * x, w * y, self.controls])
        return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y, self.controls])

    def without_outliers(self) -> Cases:
        """The cases that are not outlying."""
        kept, p = ~self.outlying, TERMS + self.controls.shape[1]
        if kept.sum() < p + 2:
            raise DataError(
                f"{int(kept.sum())} cases are left without {int(np.sum(~kept))} that pull the surface, which needs at "
                f"least {p + 2}; keep them with outliers='mark'"
            )
        per_case = ("x", "y", "z", "controls", "outlying", "rows")
        return replace(self, **{name: getattr(self, name)[kept] for name in per_case})


def prepare(
    data: Any,
    names: tuple[str, str, str],
    controls: Sequence[str],
    center: str | float,
    scale: str,
    scale_range: tuple[float, float] | None,
) -> Cases:
    """Read outcome, x and y, leave out incomplete rows, centre, scale and mark outlying cases."""
    values = read_columns(data, [*names, *controls])
    whole = ~np.isnan(values).any(axis=1)
    if whole.sum() < TERMS + len(controls) + 2:
        raise DataError(
            f"{int(whole.sum())} complete cases: a surface with {TERMS + len(controls)} coefficients needs at least "
            f"{TERMS + len(controls) + 2}"
        )
    values = values[whole]
    for name, column in zip([*names, *controls], values.T, strict=True):
        if column.min() == column.max():
            raise DataError(
                f"{name} has one value ({column[0]:g}) in all complete cases; leave it out or correct it"
            )
    pair = values[:, 1:3]
    middle, unit = _center(pair, center, scale_range), _scale(pair, scale)
    x, y = ((pair - middle) / unit).T
    rows, nobody = np.flatnonzero(whole), np.zeros(len(x), dtype=bool)
    cases = Cases(
        x, y, values[:, 0], values[:, 3:], middle, unit, nobody, rows, rows[:0], int(np.sum(~whole))
    )
    far = outlying(cases)
    return replace(cases, outlying=far, outlying_rows=rows[far])


def _center(pair: Floats, center: str | float, scale_range: tuple[float, float] | None) -> Floats:
    if not isinstance(center, str):
        return np.full(2, float(center))
    if center == "midpoint":
        if scale_range is None or not scale_range[0] < scale_range[1]:
            raise ModelError(
                f"center='midpoint' needs the ends of the answer scale, scale_range=(1, 7); got {scale_range!r}"
            )
        return np.full(2, sum(scale_range) / 2)
    if center not in CENTERS:
        raise ModelError(
            f"center={center!r} is not known{did_you_mean(center, list(CENTERS))}; a number will do too"
        )
    means = {"none": np.zeros(2), "pooled": np.full(2, pair.mean()), "variablewise": pair.mean(axis=0)}
    return means[center]


def _scale(pair: Floats, scale: str) -> Floats:
    if scale not in SCALES:
        raise ModelError(f"scale={scale!r} is not known{did_you_mean(scale, list(SCALES))}")
    units = {
        "none": np.ones(2),
        "pooled": np.full(2, pair.std(ddof=1)),
        "variablewise": pair.std(axis=0, ddof=1),
    }
    return units[scale]


def orthonormal(terms: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Q (n, p) and triangle T of terms (n, p) = QT; collinear terms are refused."""
    basis, root = np.linalg.qr(terms)
    if not regular(root):
        sizes = np.linalg.norm(root, axis=0)
        worst = names[int(np.argmin(np.abs(root.diagonal()) / np.where(sizes > 0, sizes, 1.0)))]
        raise DataError(
            f"the term of {worst} is a linear combination of the others (predictors with two values, alike, or never "
            "crossing); "
            "the full surface cannot be told apart from smaller ones"
        )
    return basis, root


def outlying(cases: Cases) -> NDArray[np.bool_]:
    """Cases (n,) that pull the full surface: DFFITS, Cook's distance and leverage all beyond R's usual bounds.

    With k coefficients: \\|DFFITS\\| > 3√(k/(n − k)), leverage > 3k/n, and Cook's distance beyond the median of
    F(k, n − k). References: Bollen & Jackman (1985), doi:10.1177/0049124185013004004. In R:
    ``influence.measures(lm(...))$is.inf``.
    """
    from scipy.stats import f as f_distribution

    names = [*POLYNOMIAL, *(f"control {j + 1}" for j in range(cases.controls.shape[1]))]
    basis, _ = orthonormal(cases.terms(), names)
    n, k = basis.shape
    residual = cases.z - basis @ (basis.T @ cases.z)
    leverage = np.sum(basis**2, axis=1)
    free = np.maximum(1 - leverage, 1e-12)
    rss = residual @ residual
    within = residual**2 / free
    variance = np.maximum((rss - within) / (n - k - 1), 1e-300)
    dffits = np.sqrt(within / variance * leverage / free)
    cook = within * leverage / (free * k * max(rss / (n - k), 1e-300))
    far = (dffits > 3 * np.sqrt(k / (n - k))) & (leverage > 3 * k / n)
    return np.asarray(far & (f_distribution.cdf(cook, k, n - k) > 0.5))
