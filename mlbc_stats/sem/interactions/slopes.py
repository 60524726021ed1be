"""Slopes of a predictor at values of its moderator, and where they differ from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from scipy.special import ndtri

from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.uncertainty import wald_columns
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

UNITS = ("sd", "raw")
REACH = 3.0
"""Deviations of the moderator about its mean that a Johnson-Neyman table covers."""


class Fitted(Protocol):
    """What slopes need of a result: that of LMS and QML, or a `SemResult`."""

    @property
    def converged(self) -> bool: ...

    @property
    def parameters(self) -> pd.DataFrame: ...

    @property
    def vcov(self) -> pd.DataFrame: ...


@dataclass(frozen=True, repr=False)
class SimpleSlopes(Shown):
    """Slopes of a predictor at values of its moderator.

    Attributes
    ----------
    outcome, predictor, moderator : the variables.
    table : moderator (in its own unit), slope, se, z, pvalue, ci_lower, ci_upper.
    intercepts : (m,) height of each line at the predictor's mean, up to a constant that they share.
    spread : mean and standard deviation of the predictor.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> x, z = rng.normal(size=(2, 400))
    >>> y = 0.5 * x + 0.3 * z + 0.4 * x * z + 0.5 * rng.normal(size=400)
    >>> data = {f"{name}{i}": v + 0.5 * rng.normal(size=400) for name, v in zip("xzy", (x, z, y)) for i in range(3)}
    >>> fit = sem.fit("X =~ x0 + x1 + x2; Z =~ z0 + z1 + z2; Y =~ y0 + y1 + y2; Y ~ X + Z + X:Z", data,
    ...               interactions="qml")
    >>> found = sem.simple_slopes(fit, "Y", "X", "Z")
    >>> isinstance(found, sem.SimpleSlopes), found.predictor
    (True, 'X')
    """

    outcome: str
    predictor: str
    moderator: str
    table: pd.DataFrame
    intercepts: Floats
    spread: tuple[float, float]


@dataclass(frozen=True, repr=False)
class JohnsonNeyman(Shown):
    """Where a slope differs from zero.

    Attributes
    ----------
    outcome, predictor, moderator : the variables.
    bounds : values of the moderator at which the slope just differs from zero: none, one or two.
    significant : "everywhere", "nowhere", "inside", "outside", "above" or "below" the bounds.
    level : of the confidence band.
    table : moderator, slope, se, ci_lower, ci_upper over three deviations about the moderator's mean.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> x, z = rng.normal(size=(2, 400))
    >>> y = 0.5 * x + 0.3 * z + 0.4 * x * z + 0.5 * rng.normal(size=400)
    >>> data = {f"{name}{i}": v + 0.5 * rng.normal(size=400) for name, v in zip("xzy", (x, z, y)) for i in range(3)}
    >>> fit = sem.fit("X =~ x0 + x1 + x2; Z =~ z0 + z1 + z2; Y =~ y0 + y1 + y2; Y ~ X + Z + X:Z", data,
    ...               interactions="qml")
    >>> isinstance(sem.johnson_neyman(fit, "Y", "X", "Z"), sem.JohnsonNeyman)
    True
    """

    outcome: str
    predictor: str
    moderator: str
    bounds: tuple[float, ...]
    significant: str
    level: float
    table: pd.DataFrame


def simple_slopes(
    fit: Fitted,
    outcome: str,
    predictor: str,
    moderator: str,
    at: Sequence[float] = (-1.0, 0.0, 1.0),
    *,
    unit: str = "sd",
    product: str | None = None,
    group: int = 1,
    level: float = 0.95,
) -> SimpleSlopes:
    """Slopes of the predictor where the moderator has certain values, by the delta method.

    slope(w) = β + γ w + Σ γ_k v_k, over the products with other variables v at their means; of a square it is
    β + 2 γ w, with the predictor as its own moderator.

    Parameters
    ----------
    fit : a result with products: of LMS, QML, product indicators, or a model in which `product` names a factor.
    at : values of the moderator, in its standard deviations about its mean (`unit` "sd") or as they are ("raw").
    product : the predictor that stands for the product, where it is not called predictor:moderator.
    group : number of the group; level : of the intervals.

    Raises
    ------
    ModelError
        without such a product among the outcome's predictors, and for a fit that did not converge.

    References
    ----------
    Aiken & West (1991), Multiple Regression: Testing and Interpreting Interactions. In R:
    ``semTools::probe2WayMC(fit, nameX, nameY, modVar, valProbe)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> x, z = rng.normal(size=(2, 400))
    >>> y = 0.5 * x + 0.3 * z + 0.4 * x * z + 0.5 * rng.normal(size=400)
    >>> data = {f"{name}{i}": v + 0.5 * rng.normal(size=400) for name, v in zip("xzy", (x, z, y)) for i in range(3)}
    >>> fit = sem.fit("X =~ x0 + x1 + x2; Z =~ z0 + z1 + z2; Y =~ y0 + y1 + y2; Y ~ X + Z + X:Z", data,
    ...               interactions="lms")
    >>> sem.simple_slopes(fit, "Y", "X", "Z").table["slope"].round(2).tolist()
    [0.08, 0.49, 0.9]
    """
    line = _line(fit, outcome, predictor, moderator, product, group)
    values = _levels(at)
    if unit not in UNITS:
        raise ModelError(f"unit={unit!r} is not known; use one of {', '.join(UNITS)}")
    mean, deviation = variable_moments(fit, moderator, group)
    if unit == "sd":
        values = mean + deviation * values
    frame = _frame(line, values, level)
    spread = variable_moments(fit, predictor, group)
    if predictor == moderator:  # tangents of one curve
        base = line.per * (values * spread[0] - values**2 / 2)
    else:
        other = _line(fit, outcome, moderator, predictor, product, group)
        base = (other.constant + other.per * spread[0]) * values
    return SimpleSlopes(outcome, predictor, moderator, frame, base, spread)


def _levels(at: Any) -> Floats:
    """Levels of the moderator as numbers (n,)."""
    try:
        values = np.atleast_1d(np.asarray(at, dtype=float))
    except (TypeError, ValueError):
        raise ModelError(f"at={at!r}: expected numbers, such as [-1, 0, 1]") from None
    if values.ndim > 1 or not values.size or not np.isfinite(values).all():
        raise ModelError(f"at={at!r}: expected one or more finite numbers, such as [-1, 0, 1]")
    return values


def johnson_neyman(
    fit: Fitted,
    outcome: str,
    predictor: str,
    moderator: str,
    *,
    product: str | None = None,
    group: int = 1,
    level: float = 0.95,
    points: int = 61,
) -> JohnsonNeyman:
    """Values of the moderator between or beyond which the predictor's slope differs from zero.

    The bounds solve slope(w)² = z² Var(slope(w)), a quadratic equation in w.

    Parameters
    ----------
    fit, outcome, predictor, moderator, product, group : as in `simple_slopes`.
    level : of the pointwise confidence band; points : rows of the table.

    Raises
    ------
    ModelError
        as `simple_slopes`.

    References
    ----------
    Johnson & Neyman (1936), Statistical Research Memoirs 1, 57-93; Bauer & Curran (2005),
    doi:10.1207/s15327906mbr4003_5.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> x, z = rng.normal(size=(2, 400))
    >>> y = 0.2 * x + 0.3 * z + 0.4 * x * z + 0.5 * rng.normal(size=400)
    >>> data = {f"{name}{i}": v + 0.5 * rng.normal(size=400) for name, v in zip("xzy", (x, z, y)) for i in range(3)}
    >>> fit = sem.fit("X =~ x0 + x1 + x2; Z =~ z0 + z1 + z2; Y =~ y0 + y1 + y2; Y ~ X + Z + X:Z", data,
    ...               interactions="qml")
    >>> found = sem.johnson_neyman(fit, "Y", "X", "Z")
    >>> found.significant, len(found.bounds)
    ('outside', 2)
    """
    line = _line(fit, outcome, predictor, moderator, product, group)
    mean, deviation = variable_moments(fit, moderator, group)
    frame = _frame(line, mean + deviation * np.linspace(-REACH, REACH, points), level)
    bounds, where = _bounds(line, float(ndtri(0.5 + level / 2)))
    return JohnsonNeyman(
        outcome, predictor, moderator, bounds, where, level, frame.drop(columns=["z", "pvalue"])
    )


def variable_moments(fit: Any, name: str, group: int = 1) -> tuple[float, float]:
    """Mean and standard deviation of a variable as the model implies them.

    Raises
    ------
    ModelError
        for a name that the model does not have.
    """
    if not isinstance(fit, FittedModel):
        return fit.variable_moments(name, group)  # type: ignore[no-any-return]
    ram, implied = fit.solution.rams[group - 1], fit.solution.implied()[group - 1]
    if name not in ram.variables:
        raise ModelError(f"the model has no variable {name!r}{did_you_mean(name, ram.variables)}")
    at = ram.variables.index(name)
    mean = 0.0 if implied.expected is None else float(implied.expected[at])
    return mean, float(np.sqrt(implied.variances[at]))


@dataclass(frozen=True, slots=True)
class _Line:
    """slope(w) = constant + per w, with the covariance (2, 2) of both."""

    constant: float
    per: float
    cov: Floats


def _line(
    fit: Fitted, outcome: str, predictor: str, moderator: str, product: str | None, group: int
) -> _Line:
    if not fit.converged:
        raise ModelError("the fit did not converge, so slopes would mean nothing; see fit.warnings")
    frame = fit.parameters
    rows = frame[(frame["op"] == "~") & (frame["lhs"] == outcome) & (frame["group"] == group)]
    if rows.empty:
        known = sorted(set(frame.loc[frame["op"] == "~", "lhs"]))
        raise ModelError(f"nothing predicts {outcome!r} in group {group}{did_you_mean(outcome, known)}")
    names = {product} if product else {f"{predictor}:{moderator}", f"{moderator}:{predictor}"}
    if not names & set(rows["rhs"]):
        held = ", ".join(name for name in rows["rhs"] if ":" in name) or "none"
        raise ModelError(
            f"{outcome} does not depend on a product of {predictor} and {moderator} (its products: {held}); name the "
            "factor that stands for it in product="
        )
    vcov = fit.vcov.to_numpy()
    weights, values = np.zeros((2, len(vcov))), np.zeros(2)
    for name, est, free in zip(rows["rhs"], rows["est"].to_numpy(float), rows["free"], strict=True):
        own = _weight(fit, str(name), names, predictor, moderator, group)
        values += own * est
        if free:
            weights[:, int(free) - 1] += own
    return _Line(float(values[0]), float(values[1]), weights @ np.nan_to_num(vcov) @ weights.T)


def _weight(fit: Fitted, name: str, names: set[str], predictor: str, moderator: str, group: int) -> Floats:
    """How a coefficient enters the constant and the slope of the line."""
    if name in names:
        return np.array([0.0, 2.0 if predictor == moderator else 1.0])
    if name == predictor:
        return np.array([1.0, 0.0])
    pair = name.split(":")
    if len(pair) == 2 and predictor in pair:
        other = pair[1] if pair[0] == predictor else pair[0]
        mean = variable_moments(fit, other, group)[0]
        return np.array([mean * (2.0 if other == predictor else 1.0), 0.0])
    return np.zeros(2)


def _frame(line: _Line, values: Floats, level: float) -> pd.DataFrame:
    import pandas as pd

    slope = line.constant + line.per * values
    (v00, v01), (_, v11) = line.cov
    se = np.sqrt(np.maximum(v00 + 2 * values * v01 + values**2 * v11, 0.0))
    z, p, lower, upper = wald_columns(slope, se, level)
    columns = {"slope": slope, "se": se, "z": z, "pvalue": p, "ci_lower": lower, "ci_upper": upper}
    return pd.DataFrame({"moderator": values} | columns)


def _bounds(line: _Line, z: float) -> tuple[tuple[float, ...], str]:
    """Roots of (a + b w)² − z² Var, and where it is positive."""
    (v00, v01), (_, v11) = line.cov
    c2 = line.per**2 - z**2 * v11
    c1 = 2 * (line.constant * line.per - z**2 * v01)
    c0 = line.constant**2 - z**2 * v00
    root = c1**2 - 4 * c2 * c0
    if c2 == 0 and c1 != 0:
        return (-c0 / c1,), "above" if c1 > 0 else "below"
    if root < 0 or c2 == 0:
        return (), "everywhere" if c0 > 0 else "nowhere"
    ends = sorted(((-c1 - np.sqrt(root)) / (2 * c2), (-c1 + np.sqrt(root)) / (2 * c2)))
    return tuple(map(float, ends)), "outside" if c2 > 0 else "inside"
