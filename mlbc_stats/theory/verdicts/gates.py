"""What must hold before a verdict is believed: one gate for each way in which a model can mislead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.loading_shares import composite_reliability
from mlbc_stats.sem.simulation.fit_cutoffs import (
    CONVENTIONAL,
    INDICES,
    FitCutoffs,
    observed_indices,
    worse_indices,
)

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult
    from mlbc_stats.sem.specification.parameter_table import ParameterTable

DISCRIMINANT = 0.90
"""Upper end of a correlation of two constructs from which they are hardly two: Rönkkö & Cho (2022)."""
LOST_CFI, GAINED_RMSEA = -0.010, 0.015
"""What equal loadings may cost: Chen (2007)."""
RELIABILITY = 0.60
"""Composite reliability below which a construct carries no standardized effect: Bagozzi & Yi (1988)."""
SOURCES = {
    "solution": "",
    "units": "",
    "fit": "doi:10.1037/met0000425",
    "invariance": "doi:10.1080/10705510701301834",
    "discriminant validity": "doi:10.1177/1094428120968614",
    "reliability": "doi:10.1007/BF02723327",
}
UNJUDGED = (
    "cannot be judged: these incomplete answers leave no unrestricted means and covariances to compare the model with; "
    "more units, or fewer items, would"
)
BY_LIKELIHOOD = (
    '; interactions="lms" or "qml" estimates products of normal factors without indicators of products'
)
SATURATED = "the model is saturated: it restricts nothing that could misfit"
PATH = re.compile(r"\b(\w+?)_on_(\w+?)(?:__\w+)?\b")
PRODUCT = "_x_"
"""Between the factors of a product in a label, as ":" is in a path."""
WORDS = dict(zip(INDICES, ("RMSEA", "SRMR", "CFI"), strict=True))


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of belief in a verdict.

    Attributes
    ----------
    model : the model it is about.
    name : "solution", "units", "fit", "invariance", "discriminant validity" or "reliability".
    about : the construct, or pair of constructs, "" for the whole model.
    closed : whether verdicts that need it are undecided.
    finding : what was found, with its numbers; source : of the rule.

    Examples
    --------
    >>> Gate("S1", "units", "", True, "40 units for 170 parameters").closed
    True
    """

    model: str
    name: str
    about: str
    closed: bool
    finding: str

    @property
    def source(self) -> str:
        """DOI of the rule, "" where it follows from the model itself."""
        return SOURCES[self.name]


def model_gates(
    name: str, fit: SemResult, cutoffs: FitCutoffs | None, linear: SemResult | None = None
) -> tuple[Gate, ...]:
    """Solution, units and global fit of a model; what a missing solution makes pointless is left out.

    Parameters
    ----------
    linear : of a model with products the one without them, which units and fit are judged by: product indicators are
        neither parameters of the theory nor normal.
    """
    first = solution_gate(name, fit)
    if first.closed and linear is not None:
        first = replace(first, finding=first.finding + BY_LIKELIHOOD)
    if first.closed:
        return (first,)
    judged = fit if linear is None else linear
    return first, _units(name, judged), _fit(name, judged, cutoffs)


def invariance_gate(name: str, cfi: float = np.nan, rmsea: float = np.nan, failure: str = "") -> Gate:
    """Equal loadings over groups, by the change of CFI and of RMSEA that they bring (Chen 2007), or why unknown."""
    if failure:
        return Gate(name, "invariance", "", True, f"equal loadings cannot be judged: {failure}")
    told = (
        f"equal loadings over groups: CFI changes by {_signed(cfi)} ({_signed(LOST_CFI)}), RMSEA by {_signed(rmsea)} "
        f"({_signed(GAINED_RMSEA)}); in brackets the limits"
    )
    return Gate(name, "invariance", "", not (cfi >= LOST_CFI and rmsea <= GAINED_RMSEA), told)


def solution_gate(name: str, fit: SemResult) -> Gate:
    """Convergence and admissibility."""
    if not fit.converged:
        why = "the model did not converge: " + ("; ".join(fit.doubts) or "no solution was found")
    elif fit.doubts:
        why = "the solution cannot be trusted: " + "; ".join(fit.doubts)
    else:
        return Gate(name, "solution", "", False, "converged, admissible")
    return Gate(name, "solution", "", True, why)


def construct_gates(
    name: str, measured: SemResult, predictors: Mapping[str, tuple[str, ...]]
) -> tuple[Gate, ...]:
    """Discriminant validity of the predictors of one outcome, and reliability of every construct.

    Parameters
    ----------
    measured : the constructs of the model, all correlated and none explained.
    predictors : outcome → its predictors.
    """
    if not measured.converged:
        return ()
    pairs = {
        tuple(sorted((one, other)))
        for names in predictors.values()
        for one in names
        for other in names
        if one < other
    }
    constructs = sorted({*predictors, *(each for names in predictors.values() for each in names)})
    return (
        *(_discriminant(name, measured, *pair) for pair in sorted(pairs)),
        *(_reliability(name, measured, construct) for construct in constructs),
    )


def concerned(
    gates: tuple[Gate, ...], model: str, quantities: tuple[str, ...], paths: Mapping[str, tuple[str, ...]]
) -> tuple[Gate, ...]:
    """The closed gates that a verdict on these quantities needs open."""
    used = {pair for quantity in quantities for pair in deciding_paths(quantity)}
    constructs = {name for pair in used for each in pair for name in each.split(":")}
    pairs = {
        f"{one}, {other}"
        for outcome, predictor in used
        for mate in paths.get(outcome, ())
        if mate != predictor
        for one, other in [sorted((mate, predictor))]
    }
    needed = {"", *constructs, *pairs}
    return tuple(gate for gate in gates if gate.model == model and gate.closed and gate.about in needed)


def deciding_paths(quantity: str) -> list[tuple[str, str]]:
    """(outcome, predictor) of every path in "y ~ x" or in an expression of labels ``y_on_x``, ``y_on_x_x_z__group``.

    Examples
    --------
    >>> deciding_paths("own := y_on_a_x_b - y_on_a__later")
    [('y', 'a:b'), ('y', 'a')]
    """
    if ":=" in quantity:
        found = PATH.finditer(quantity.split(":=", 1)[1])
        return [(one[1], one[2].replace(PRODUCT, ":")) for one in found]
    outcome, predictor = (side.strip() for side in quantity.split("~"))
    return [(outcome, predictor)]


def structural_parameters(table: ParameterTable) -> int:
    """Free parameters of the covariance structure; means and thresholds of the items say nothing about it."""
    free = {row.free for row in table.parameters if row.free and row.op not in ("~1", "|")}
    return len(free) - len(table.simple_equalities)


def _units(name: str, fit: SemResult) -> Gate:
    count = structural_parameters(fit.table)
    closed = fit.nobs < count
    more = "; intervals from so small a sample are too narrow" if closed else ""
    return Gate(name, "units", "", closed, f"{fit.nobs} units for {count} parameters beside the means{more}")


def _fit(name: str, fit: SemResult, cutoffs: FitCutoffs | None) -> Gate:
    if fit.fit_measures.get("df") == 0:
        return Gate(name, "fit", "", False, SATURATED)
    found = observed_indices(fit) if cutoffs is None else cutoffs.observed
    if not np.isfinite(found).any():
        return Gate(name, "fit", "", True, UNJUDGED)
    limits = np.array(CONVENTIONAL) if cutoffs is None else cutoffs.cutoff
    beyond = worse_indices(found, limits)
    kind = "conventional cutoffs" if cutoffs is None else "cutoffs simulated for this model and size"
    shown = ", ".join(
        f"{WORDS[index]} {value:.3f} ({limit:.3f})"
        for index, value, limit in zip(INDICES, found, limits, strict=True)
    )
    said = f"{shown}; in brackets the {kind}; closed when two of the three are worse"
    return Gate(name, "fit", "", len(beyond) >= 2, said)


def _discriminant(name: str, measured: SemResult, one: str, other: str) -> Gate:
    rows = measured.standardized
    same = (rows["op"] == "~~") & rows["lhs"].isin((one, other)) & rows["rhs"].isin((one, other))
    found = rows[same & (rows["lhs"] != rows["rhs"])]
    pair = f"{one}, {other}"
    if len(found) != 1 or not np.isfinite(found["ci_upper"].iloc[0]):
        return Gate(
            name, "discriminant validity", pair, True, f"no interval of the correlation of {one} and {other}"
        )
    lower, upper = float(found["ci_lower"].iloc[0]), float(found["ci_upper"].iloc[0])
    end = max(abs(lower), abs(upper))
    text = f"correlation of {one} and {other} [{_two(lower)}, {_two(upper)}], limit {DISCRIMINANT:.2f}"
    return Gate(name, "discriminant validity", pair, end >= DISCRIMINANT, text)


def _signed(value: float) -> str:
    """Three decimals with a sign."""
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def _two(value: float) -> str:
    """Two decimals with a real minus."""
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _reliability(name: str, measured: SemResult, construct: str) -> Gate:
    """Composite reliability from the standardized loadings of items or facets."""
    rows = measured.standardized
    loadings = rows[(rows["op"] == "=~") & (rows["lhs"] == construct)]["est_std"].to_numpy(dtype=float)
    found = float(composite_reliability(loadings))
    text = f"composite reliability of {construct} {_two(found)}, limit {RELIABILITY:.2f}"
    return Gate(name, "reliability", construct, not found >= RELIABILITY, text)
