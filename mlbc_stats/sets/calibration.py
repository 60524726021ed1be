"""Calibrate raw values to memberships in a set: logistic, linear and bell-shaped, crisp, by groups and by ranks.

Which direction and which shape follows from the thresholds and their order.

References
----------
Ragin, C. C. (2008). Redesigning Social Inquiry, chapter 5. https://doi.org/10.7208/9780226702797
Dusa, A. (2019). QCA with R. Springer. https://doi.org/10.1007/978-3-319-75668-4
Cheli, B. & Lemmi, A. (1995). A totally fuzzy and relative approach to the multidimensional analysis of poverty.
Economic Notes, 24, 115-134.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.sets.group_regression import fitted_scores

Array = NDArray[Any]
Thresholds = float | Sequence[float] | Mapping[str, float] | str
METHODS = ("direct", "crisp", "indirect", "ranks")
SLOPE = ("e", "c", "i")
BELL, VALLEY = ("e1", "c1", "i1", "i2", "c2", "e2"), ("i1", "c1", "e1", "e2", "c2", "i2")


def calibrate(
    x: Any,
    thresholds: Thresholds = (),
    method: str = "direct",
    logistic: bool = True,
    full: float = 0.95,
    below: float = 1.0,
    above: float = 1.0,
) -> Array:
    """Memberships of raw values in a set.

    Parameters
    ----------
    x : (n,) raw values; NaN stays NaN.
    thresholds : by method. "direct": three numbers, full exclusion, crossover and full inclusion, which fall where
        high values are outside the set; or six, e1, c1, i1, i2, c2, e2 of a set of middle values. A mapping
        (``{"e": 20, "c": 45, "i": 80}``) or text (``"e=20, c=45, i=80"``) names them; ``i1, c1, e1, e2, c2, i2`` is
        the set of extreme values. "crisp": one cut, or several for a condition of many values. "indirect": cuts
        between ordered groups. "ranks": none.
    method : "direct" (Ragin 2008), "crisp", "indirect" (scores of groups, smoothed by a regression on the raw values),
        "ranks" (totally fuzzy and relative: from the empirical distribution, for ratings).
    logistic : of three thresholds: log odds linear on each side of the crossover; else membership itself, by powers.
    full : membership at full inclusion, one minus that at full exclusion, of the logistic curve.
    below, above : powers of the linear curve below and above the crossover; 1 is straight, 2 is S-shaped.

    Returns
    -------
    memberships : (n,) in [0, 1]; of several cuts 0, 1, 2, …

    Raises
    ------
    DataError : thresholds that are too few, equal or out of order, values that are no numbers.
    NotServedError : an unknown method.

    Notes
    -----
    Logistic: logit m = (x − c) logit(full)/(i − c) above the crossover, and with c − e in place of i − c below. Powers:
    ½[(x − e)/(c − e)]^below and 1 − ½[(i − x)/(i − c)]^above. A value on a crisp cut counts as above. In R:
    ``QCA::calibrate(x, thresholds = "e=20, c=45, i=80")``.

    Examples
    --------
    >>> calibrate([20, 45, 80], (20, 45, 80)).round(2).tolist(), calibrate([20, 45, 80], (80, 45, 20)).round(2).tolist()
    ([0.05, 0.5, 0.95], [0.95, 0.5, 0.05])
    >>> calibrate([10, 30, 50, 90], "e1=10, c1=25, i1=40, i2=60, c2=75, e2=90").round(3).tolist()
    [0.0, 0.667, 1.0, 0.0]
    >>> calibrate([44, 45, 70], (45, 60), "crisp").tolist()
    [0.0, 1.0, 2.0]
    """
    if method not in METHODS:
        raise NotServedError(f"method={method!r} is not served; use one of {', '.join(METHODS)}")
    values = read_columns({"x": x}, ["x"])[:, 0]
    names, cuts = _thresholds(thresholds, method)
    if method == "direct":
        return _direct(values, names, cuts, logistic, full, (below, above))
    if method == "ranks":
        return _by_ranks(values)
    if np.any(np.diff(cuts) <= 0):
        raise DataError(f"cuts must rise, got {_told(cuts)}; give them in order, each once")
    group = np.where(np.isnan(values), np.nan, np.searchsorted(cuts, values, side="right"))
    return group if method == "crisp" else fitted_scores(values, group / len(cuts))


def _thresholds(given: Thresholds, method: str) -> tuple[tuple[str, ...], Array]:
    """Names, empty where none are given, and numbers."""
    if isinstance(given, str):
        pairs = [part.rpartition("=") for part in re.split(r"[,;]", given)]
        try:
            numbers = [float(number) for _, _, number in pairs]
        except ValueError:
            raise DataError(
                f"thresholds {given!r} are no numbers; write 'e=20, c=45, i=80' or '20, 45, 80'"
            ) from None
        labels = tuple(name.strip() for name, _, _ in pairs)
        given = dict(zip(labels, numbers, strict=True)) if all(labels) else numbers
    if isinstance(given, Mapping):
        names, cuts = tuple(given), np.array([float(value) for value in given.values()])
    else:
        names, cuts = (), np.atleast_1d(np.asarray(given, dtype=float)).ravel()
    if not np.isfinite(cuts).all():
        raise DataError(f"thresholds must be finite numbers, got {_told(cuts)}")
    if not len(cuts) and method != "ranks":
        raise DataError(f"method={method!r} needs thresholds, got none; of the direct method e, c and i")
    return names, cuts


def _direct(
    x: Array, names: tuple[str, ...], cuts: Array, logistic: bool, full: float, powers: tuple[float, float]
) -> Array:
    if not 0.5 < full < 1:
        raise DataError(f"full={full:g} must lie between .5 and 1: the membership at full inclusion")
    if min(powers) <= 0:
        raise DataError(f"below={powers[0]:g} and above={powers[1]:g} are powers, which must be above 0")
    if len(cuts) == 3:
        e, c, i = _named(names, cuts, (SLOPE,))[1]
        return _logistic(x, e, c, i, full) if logistic else _powers(x, e, c, i, *powers)
    if len(cuts) != 6:
        raise DataError(
            f"the direct method needs three thresholds (e, c, i) or six (e1, c1, i1, i2, c2, e2), got {_told(cuts)}"
        )
    shape, ordered = _named(names, cuts, (BELL, VALLEY))
    middle = _middle(x, ordered[:3], ordered[:2:-1], powers if shape == BELL else powers[::-1])
    return middle if shape == BELL else 1 - middle  # extreme values are what is not in the middle


def _middle(x: Array, left: Array, right: Array, powers: tuple[float, float]) -> Array:
    """Membership in the middle, of thresholds e, c, i on each side."""
    return np.minimum(*(_powers(x, float(e), float(c), float(i), *powers) for e, c, i in (left, right)))


def _named(
    names: tuple[str, ...], cuts: Array, shapes: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], Array]:
    """The shape that the names tell, and the thresholds in its order."""
    shape = next((each for each in shapes if names and each[0] == _first(names, cuts)), shapes[0])
    if names and set(names) != set(shape):
        raise DataError(f"thresholds {', '.join(names)}; expected {', '.join(shapes[0])}")
    ordered = np.array([cuts[names.index(name)] for name in shape]) if names else cuts
    steps = np.diff(ordered)
    flat = len(shape) == 6 and steps[2] == 0  # the two ends of the middle may be one
    steps = np.delete(steps, 2) if flat else steps
    if not (np.all(steps > 0) or (len(shape) == 3 and np.all(steps < 0))):
        raise DataError(
            f"thresholds {_told(ordered)} must rise from {shape[0]} to {shape[-1]}"
            + (" or fall" if len(shape) == 3 else "")
        )
    return shape, ordered


def _first(names: tuple[str, ...], cuts: Array) -> str:
    return names[int(np.argmin(cuts))]


def _logistic(x: Array, e: float, c: float, i: float, full: float) -> Array:
    width = np.where((x - c) * (i - c) > 0, i - c, c - e)
    return expit((x - c) * logit(full) / width)


def _powers(x: Array, e: float, c: float, i: float, below: float, above: float) -> Array:
    low, high = np.clip((x - e) / (c - e), 0, 1), np.clip((i - x) / (i - c), 0, 1)
    return np.where(low < 1, low**below / 2, 1 - high**above / 2) + 0.0


def _by_ranks(x: Array) -> Array:
    """(F(x) − F(lowest))/(1 − F(lowest)) of the empirical distribution F."""
    known = np.sort(x[~np.isnan(x)])
    if not len(known) or known[0] == known[-1]:
        raise DataError("all values are the same or missing; ranks need two different values")
    share = np.searchsorted(known, x, side="right") / len(known)
    least = np.searchsorted(known, known[0], side="right") / len(known)
    return np.where(np.isnan(x), np.nan, (share - least) / (1 - least))


def _told(cuts: Array) -> str:
    return ", ".join(f"{cut:g}" for cut in cuts) or "none"
