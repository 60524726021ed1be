"""Power of the modification indices, and what they then say about each restriction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.restrictions.modification_indices import modification_indices

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.specification.levels import marked

TARGETS = {"=~": 0.4, "<~": 0.1, "~": 0.1, "~~": 0.1, "~1": 0.2}
"""Standardized size from which a misspecification counts: loadings, paths, correlations, intercepts."""


def misspecification_power(
    fit: FittedModel,
    *,
    delta: float | None = None,
    alpha: float = 0.05,
    high_power: float = 0.75,
    level: float = 0.9,
) -> pd.DataFrame:
    """Judge every restriction by its modification index together with the power of that index.

    A large index may stand for a trivial error found by a powerful test, a small one for a test without power. So the
    power to find an error of size ``target`` is looked at first.

    Parameters
    ----------
    fit : a converged fit.
    delta : size of an error that matters, in the metric of each parameter (lavaan's ``delta``); by default 0.4 for
        standardized loadings, 0.1 for standardized paths and correlations, 0.2 standard deviations for intercepts
        (semTools' targets).
    alpha : level of the test.
    high_power : power that counts as high (0.75 in lavaan, 0.8 in semTools).
    level : of the interval about the expected change.

    Returns
    -------
    DataFrame
        One row per candidate in the order of `modification_indices`. lhs, op, rhs, group, mi, epc; target; ncp =
        mi (target/epc)², power = P(χ²₁(ncp) > critical value); decision, one of "NM" (no misspecification: high power,
        not significant), "M" (misspecification: low power, yet significant), "EPC:M" and "EPC:NM" (high power and
        significant: the expected change decides, at least the target or less), "I" (low power, not significant:
        inconclusive). se_epc = |epc|/√mi, epc_lower, epc_upper, and decision_ci: the interval lies beyond the target
        ("M"), within ±target ("NM"), across both ends ("U", underpowered) or across one ("I"). Where the data do not
        determine the size of a change there is neither power nor a decision (NaN).

    Raises
    ------
    ModelError
        for sizes, levels or powers outside their range, or a fit that did not converge.

    References
    ----------
    Saris, Satorra & van der Veld (2009), doi:10.1080/10705510903203433. In R: ``semTools::miPowerFit(fit)`` and
    ``modindices(fit, power = TRUE, delta = 0.1)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(3)
    >>> common, pair = rng.normal(size=(500, 1)), rng.normal(size=500)
    >>> items = dict(zip("abcde", (common + rng.normal(size=(500, 5))).T))
    >>> items["a"], items["b"] = items["a"] + pair, items["b"] + pair
    >>> verdicts = sem.misspecification_power(sem.cfa("f =~ a + b + c + d + e", items))
    >>> verdicts[["lhs", "op", "rhs", "decision"]].iloc[0].tolist()
    ['a', '~~', 'b', 'M']
    """
    from scipy.special import ndtri
    from scipy.stats import chi2, ncx2

    _check(delta, alpha, high_power, level)
    table = modification_indices(fit)
    mi, epc = table["mi"].to_numpy(), table["epc"].to_numpy()
    target = _targets(fit, table) if delta is None else np.full(len(table), delta)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(mi > 0, np.abs(epc) / np.sqrt(mi), np.nan)  # no slope: the change has no error
        sized = np.isfinite(epc) & np.isfinite(target)
        ncp = (target / error) ** 2
    critical = float(chi2.isf(alpha, 1))
    power = np.asarray(ncx2.sf(critical, 1, ncp))
    half = float(ndtri(0.5 + level / 2)) * error
    names = [name for name in ("lhs", "op", "rhs", "level", "group", "mi", "epc") if name in table]
    return table[names].assign(
        target=target,
        ncp=ncp,
        power=power,
        decision=_known(_decisions(mi > critical, power > high_power, np.abs(epc) >= target), sized),
        se_epc=error,
        epc_lower=epc - half,
        epc_upper=epc + half,
        decision_ci=_known(_interval_decisions(epc - half, epc + half, target), sized),
    )


def _targets(fit: FittedModel, table: pd.DataFrame) -> Floats:
    """Standardized targets in the metric of each parameter, by the implied standard deviations of its variables."""
    place = {name: i for i, name in enumerate(fit.solution.rams[0].variables)}
    spreads = []
    for implied in fit.solution.implied():
        variance = implied.variances
        spreads.append(np.sqrt(np.where(variance > 0, variance, np.nan)))
    out = []
    levels = table["level"] if fit.table.two_level else [1] * len(table)
    for (lhs, op, rhs, group), level in zip(
        table[["lhs", "op", "rhs", "group"]].to_numpy().tolist(), levels, strict=True
    ):
        lhs, rhs = (marked(lhs), marked(rhs)) if level == 2 else (lhs, rhs)
        left = spreads[group - 1][place[lhs]]
        right = 1.0 if op == "~1" else spreads[group - 1][place[rhs]]
        unit = {"~~": left * right, "~1": left, "=~": right / left}.get(op, left / right)
        out.append(TARGETS[op] * unit)
    return np.array(out, dtype=float)


def _decisions(
    significant: NDArray[np.bool_], high: NDArray[np.bool_], large: NDArray[np.bool_]
) -> NDArray[np.str_]:
    found = np.where(high, np.where(large, "EPC:M", "EPC:NM"), "M")
    return np.where(significant, found, np.where(high, "NM", "I"))


def _known(decisions: NDArray[np.str_], known: NDArray[np.bool_]) -> NDArray[np.object_]:
    return np.where(known, decisions.astype(object), np.nan)


def _interval_decisions(lower: Floats, upper: Floats, target: Floats) -> NDArray[np.str_]:
    beyond, within = (lower > target) | (upper < -target), (lower > -target) & (upper < target)
    wide = (lower < -target) & (upper > target)
    return np.select([beyond, within, wide], ["M", "NM", "U"], default="I")


def _check(delta: float | None, alpha: float, high_power: float, level: float) -> None:
    if delta is not None and not delta > 0:
        raise ModelError(f"delta={delta!r} is no size of an error; give a positive number")
    for name, value in (("alpha", alpha), ("high_power", high_power), ("level", level)):
        if not 0 < value < 1:
            raise ModelError(f"{name}={value!r} is no probability; give a number between 0 and 1")
