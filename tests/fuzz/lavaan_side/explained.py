"""Differences whose reason is known. Each rule names the fields it explains and, where there is one, the number that
decides; what no rule explains is open. The first cell of a row of docs/differences.md tells the whole reason."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.fuzz.lavaan_side.asking import Pair
from tests.fuzz.lavaan_side.differences import Difference
from tests.fuzz.lavaan_side.evidence import Evidence

CLOSE = 1e-4
"""Relative difference from the number that a rule expects."""

EXACT = 1e-7
"""Residual, as a correlation, that is rounding."""

INCREMENTAL = re.compile(r"(cfi|tli|nnfi|rfi|nfi|pnfi|ifi|rni)(\.scaled|\.robust)?|baseline\..*")
SCALED = re.compile(r".*\.scaled|.*\.robust|chisq\.scaling\.factor")
FULL = ("fiml", "ml.x")
DIAGONAL = ("DWLS", "WLSM", "WLSMV")


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of docs/differences.md (its first words) and when it applies."""

    row: str
    applies: Callable[[Evidence, Difference], bool]


def reasons(evidence: Evidence, difference: Difference) -> Iterator[str]:
    """Every reason that explains this difference, the first is named in the table."""
    for reason in REASONS:
        if reason.applies(evidence, difference):
            yield reason.row


def said(pair: Pair, *texts: str) -> bool:
    """True if lavaan warned of one of these at our estimates."""
    ours = pair.there["ours"]
    words = " ".join([*map(str, ours.get("warnings", ())), *map(str, ours.get("faults", ()))])
    return any(text in words for text in texts)


def warned(e: Evidence, *texts: str) -> bool:
    """True if a warning of ours says one of these."""
    return any(text in warning for text in texts for warning in e.fit.warnings)


def _given(e: Evidence, name: str, *values: str) -> bool:
    return e.pair.case.arguments.get(name) in values


def _has(e: Evidence, name: str) -> bool:
    return name in e.pair.case.arguments


def _alike(value: float, wanted: float) -> bool:
    return math.isclose(value, wanted, rel_tol=CLOSE, abs_tol=1e-8)


def _moved(e: Evidence, name: str) -> bool:
    return any(each.path == ("fit", name) for each in e.found)


def _unseen(e: Evidence, d: Difference) -> bool:
    """Fewer degrees of freedom by the number of pairs, and what follows; no number for the pair itself."""
    if not (e.unseen and _given(e, "missing", *FULL)):
        return False
    if d.family in ("sample moments", "residuals"):
        return frozenset(d.path[-2:]) in e.unseen
    if d.path[-1] in ("df", "baseline.df", "df.scaled", "baseline.df.scaled"):
        return 0 < d.there - d.here <= len(e.unseen)
    return d.family in ("indices", "baseline", "standard test", "other tests") and d.path[-1] != "logl"


def _unweighted(e: Evidence, d: Difference) -> bool:
    """With Γ of the unweighted rows our number is lavaan's; indices and modification indices follow from these."""
    if not (_has(e, "sampling_weights") and not _has(e, "ordered")):
        return False
    if d.family == "modification":
        return _given(e, "estimator", *DIAGONAL, "WLS")
    return _alike(e.unweighted.get(d.path, math.nan), d.there)


def _unscaled(e: Evidence, d: Difference) -> bool:
    """lavaan's scaled statistic is the standard one, and the indices that rest on it."""
    if not warned(e, "do not determine") or d.family not in ("other tests", "indices"):
        return False
    plain, name = e.there("tests", "standard", "stat"), d.path[-1]
    scaled = [
        e.there("tests", test, "stat")
        for test in e.pair.there["ours"]["values"]["tests"]
        if test != "standard"
    ]
    left = any(_alike(value, plain) for value in scaled)
    return left and (d.family == "other tests" or bool(SCALED.fullmatch(name)))


def _undetermined(e: Evidence, d: Difference) -> bool:
    """No error here; indices at or below zero degrees of freedom, which lavaan sets to 0 or 1; residuals' errors."""
    if d.family == "indices" and e.fit.fit_measures["df"] <= 0:
        return d.withheld or d.there in (0.0, 1.0) or bool(SCALED.fullmatch(d.path[-1]))
    if not warned(e, "do not determine", "not identified", "nothing is left of the responses"):
        return False
    if d.family in ("errors", "errors of standardized"):
        return d.withheld or warned(e, "nothing is left of the responses")
    return d.family == "residuals" and d.path[1] == "standardized"


def _inverted(e: Evidence, d: Difference) -> bool:
    """Scores, residuals, scaled tests and errors where a matrix is singular, or nearly so in the data's units."""
    if d.family == "scores":
        return e.wide or warned(e, "do not determine")
    told = said(
        e.pair,
        "factor 1000 times larger",
        "Could not compute standard errors",
        "does not appear to be positive",
    )
    if not (told or e.nearly_flat or warned(e, "collinear variables", "nothing is left of the responses")):
        return False
    if d.family in ("indices", "baseline"):
        return bool(SCALED.fullmatch(d.path[-1])) or d.path[-1].startswith("baseline.")
    return (
        d.family in ("other tests", "errors", "modification", "residuals") or d.path[1] == "mean.var.adjusted"
    )


def _stopped_baseline(e: Evidence, d: Difference) -> bool:
    if not INCREMENTAL.fullmatch(d.path[-1]):
        return False
    return e.lower_baseline or (d.family == "baseline" and _alike(d.here, d.there))


def _early_em(e: Evidence, d: Difference) -> bool:
    return said(e.pair, "Maximum number of iterations reached") and e.better_saturated and d.family in (
        "sample moments", "baseline", "indices", "other tests", "residuals")  # fmt: skip


def _better_correlations(e: Evidence, d: Difference) -> bool:
    """What rests on polychoric and polyserial correlations that have the lower likelihood in lavaan."""
    return (
        _has(e, "ordered")
        and e.likelier
        and d.family not in ("estimates", "implied moments", "degrees of freedom")
    )


def _clusters(e: Evidence, d: Difference) -> bool:
    name = d.path[-1]
    if not (_has(e, "cluster") and _given(e, "estimator", "MLMV", "MLMVS")):
        return False
    if d.family in ("other tests", "degrees of freedom"):
        return d.path[1] in ("scaled.shifted", "mean.var.adjusted", "yuan.bentler.mplus")
    return d.family in ("indices", "baseline") and "scal" in name


def _mutated(d: Difference) -> tuple[str, str]:
    """Left and right of a row of the modification indices."""
    found = re.match(r"(\S+) ~~ (\S+)", d.path[1])
    return (found[1], found[2]) if found else ("", " ")


def _variance_change(e: Evidence, d: Difference) -> bool:
    """lavaan standardizes the change of a fixed residual variance as that variance with the sign of the change."""
    left, right = _mutated(d)
    return (
        d.family == "modification"
        and d.path[-1].startswith("sepc")
        and left == right
        and d.there in (-1.0, 0.0, 1.0)
    )


def _rounded_index(e: Evidence, d: Difference) -> bool:
    """An index that is zero but for rounding there, and none here."""
    if d.family != "modification" or not d.withheld:
        return False
    rows = [each for each in e.found if each.path[:2] == d.path[:2] and each.path[-1] == "mi"]
    return any(abs(each.there) < 1e-6 for each in rows)


def _rounded_residual(e: Evidence, d: Difference) -> bool:
    """A residual over an error of rounding, a residual that is rounding, or a raw one there for want of an error."""
    if d.family != "residuals":
        return False
    gaps = e.gaps(d.path)
    nothing = bool(gaps) and max(abs(size) for _, size in gaps) < EXACT
    return abs(d.there) > 1e6 or nothing or any(_alike(d.there, raw) for raw, _ in gaps)


def _limit(e: Evidence, d: Difference) -> bool:
    """Limits of RMSEA that fulfil their definition here, and do not there."""
    match = re.fullmatch(r"rmsea\.ci\.(lower|upper)(\.scaled)?", d.path[-1])
    if match is None:
        return False
    stat, df, point = (e.there("fit", f"{name}{match[2] or ''}") for name in ("chisq", "df", "rmsea"))
    n = (stat - df) / (df * point**2) if point > 0 else float(e.fit.nobs)
    chance = 0.05 if match[1] == "upper" else 0.95
    return e.limit_holds(d.here, stat, df, n, chance) and not e.limit_holds(d.there, stat, df, n, chance)


REASONS = (
    Reason("Γ of continuous data with sampling weights", _unweighted),
    Reason("polychoric and polyserial correlations with hard tables", _better_correlations),
    Reason("variables that are never observed together", _unseen),
    Reason("modification indices after two stages",
           lambda e, d: d.family == "modification" and _given(e, "missing", "two.stage", "robust.two.stage")),
    Reason("Bartlett scores of second-order factors",
           lambda e, d: d.path[:2] == ("factor_scores", "Bartlett") and "g" in d.path and d.there == 0),
    Reason("SRMR of mixed ordinal and continuous data by WLS",
           lambda e, d: d.family == "indices" and re.fullmatch(r"(s|c)?rmr(_.*)?", d.path[-1]) is not None
           and _has(e, "ordered") and _given(e, "estimator", "WLS")),
    Reason("robust indices of FIML with MLF",
           lambda e, d: d.family == "indices" and d.path[-1].endswith(".robust")
           and _given(e, "estimator", "MLF") and _given(e, "missing", *FULL)),
    Reason("robust CFI and TLI of WLSM and WLSMV of continuous data",
           lambda e, d: re.fullmatch(r"(cfi|tli|nnfi|rni)\.robust", d.path[-1]) is not None
           and _given(e, "estimator", *DIAGONAL) and not _has(e, "ordered")),
    Reason("MLMV and MLMVS with clusters", _clusters),
    Reason("baseline that is no minimum in lavaan", _stopped_baseline),
    Reason("EM that stopped early in lavaan", _early_em),
    Reason("residuals divided by rounding", _rounded_residual),
    Reason("limits of RMSEA in tiny samples", _limit),
    Reason("standardized change of a fixed residual variance", _variance_change),
    Reason("modification index of nothing", _rounded_index),
    Reason("scaling factors as candidates",
           lambda e, d: d.family == "modification" and d.withheld and "~*~" in d.path[1]),
    Reason("errors by first-order information of few cases",
           lambda e, d: _given(e, "estimator", "MLF") and (
               (d.family == "errors" and d.withheld and e.few_cases(False))
               or (d.family == "residuals" and e.few_cases(True)))),
    Reason("scaling factors below zero",
           lambda e, d: d.withheld and d.family == "indices" and "scal" in d.path[-1]
           and math.isnan(e.there("fit", "chisq.scaled"))),
    Reason("scaled tests left unscaled", _unscaled),
    Reason("parameters that the data do not determine", _undetermined),
    Reason("MLMV and MLMVS with clusters",
           lambda e, d: d.withheld and d.path[:2] == ("tests", "yuan.bentler.mplus") and _has(e, "cluster")),
    Reason("F that lavaan cannot compute", lambda e, d: e.there("fit", "fmin") >= 1e19),
    Reason("inverses that lavaan replaces", _inverted),
)  # fmt: skip
