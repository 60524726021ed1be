"""What a surface looks like: its lines, stationary point, principal axes and curvature, with delta errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mlbc_stats.surfaces.family import TERMS, Floats

STEP, FLAT = 1e-20, 1e-9
"""Complex step of derivatives; share below which a determinant counts as zero."""


def features(b: Floats, model: str = "full") -> dict[str, Floats]:
    """Features of surfaces with coefficients b (..., 6); NaN where a surface has no such point or axis.

    ``a1``, ``a2`` : slope and curvature at 0 along x = y (congruence): b1 + b2, b3 + b4 + b5. ``a3``, ``a4`` : along
    x = −y (incongruence): b1 − b2, b3 − b4 + b5. ``a5`` : b3 − b5, zero where both axes are at 45 degrees.
    ``X0``, ``Y0`` : stationary point. ``p10``, ``p11`` : intercept and slope of the first principal axis, of least
    downward curvature; ``p20``, ``p21`` : of the second. ``PA1.curv``, ``PA2.curv`` : curvature along them, per squared
    unit of x. ``l1``, ``l2`` : eigenvalues of [[b3, b4/2], [b4/2, b5]]. Ridge models add ``C`` (shift), ``S``
    (rotation), ``meaneffect`` and ``a4.rescaled``.

    References
    ----------
    Edwards & Parry (1993), doi:10.5465/256822; Humberg, Nestler & Back (2019), doi:10.1177/1948550618757600.

    Examples
    --------
    >>> found = features(np.array([0.0, 0.5, 0.5, -1.0, 2.0, -1.0]))
    >>> float(found["a1"]), float(found["a4"]), float(found["p11"])
    (1.0, -4.0, 1.0)
    """
    b1, b2, b3, b4, b5 = (b[..., j] for j in range(1, TERMS))
    found = {"a1": b1 + b2, "a2": b3 + b4 + b5, "a3": b1 - b2, "a4": b3 - b4 + b5, "a5": b3 - b5}
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        determinant = 4 * b3 * b5 - b4**2
        size = np.abs(4 * b3 * b5) + np.abs(b4) ** 2
        determinant = np.where(np.abs(determinant) > FLAT * size, determinant, np.nan)
        found["X0"] = (b2 * b4 - 2 * b1 * b5) / determinant
        found["Y0"] = (b1 * b4 - 2 * b2 * b3) / determinant
        spread = np.sqrt((b3 - b5) ** 2 + b4**2)
        cross = np.where(np.real(b4) != 0, b4, np.nan)
        for axis, sign in (("1", 1.0), ("2", -1.0)):
            slope = (b5 - b3 + sign * spread) / cross
            found[f"p{axis}1"] = slope
            found[f"p{axis}0"] = found["Y0"] - slope * found["X0"]
            found[f"PA{axis}.curv"] = b3 + b4 * slope + b5 * slope**2
            found[f"l{axis}"] = (b3 + b5 + sign * spread) / 2
        found |= _of_ridges(b, model)
    return {name: np.where(np.isfinite(value), value, np.nan) for name, value in found.items()}


def _of_ridges(b: Floats, model: str) -> Mapping[str, Floats]:
    b1, b2, b3, b4, b5 = (b[..., j] for j in range(1, TERMS))
    if model in ("SRR", "RR"):
        mean = {"meaneffect": b1 + b2}
        return mean if model == "RR" else mean | {"C": (b1 - b2) / (4 * b3)}
    if model == "SSQD":
        return {"C": b1 / (2 * b3)}
    if model not in ("SRRR", "SRSQD"):
        return {}
    s = -b4 / (2 * b5)  # b5(Sx − y + C)², beside meaneffect (Sx + y)/2
    out = {"S": s, "a4.rescaled": b3 / s**2 - b4 / s + b5}
    if model == "SRSQD":
        return out | {"C": -b2 / (2 * b5)}
    return out | {
        "C": (-2 * b1 * b5 - b2 * b4) / (4 * b4 * b5),
        "meaneffect": (b2 * b4 - 2 * b1 * b5) / b4,
    }


def feature_gradients(b: Floats, model: str) -> dict[str, Floats]:
    """Derivatives (6,) of every feature by b (6,), by complex steps, exact to rounding."""
    moved = b + 1j * STEP * np.eye(TERMS)
    return {name: np.imag(value) / STEP for name, value in features(moved, model).items()}
