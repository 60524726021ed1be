"""Equations estimated by two-stage least squares, each with the test of its instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.chi_square import tail
from mlbc_stats.sem.instrumental.equations import Equation
from mlbc_stats.sem.instrumental.least_squares import TwoStage, slopes, two_stage
from mlbc_stats.sem.instrumental.polychoric import polychoric_inference
from mlbc_stats.sem.instrumental.search import Instruments


@dataclass(frozen=True, slots=True)
class FittedEquation:
    """An equation, its instruments and what two-stage least squares gave.

    Attributes
    ----------
    group : number of the group, from 1.
    found : coefficients and their parts.
    vcov : (k, k) covariance of the coefficients.
    slopes : (k, p, p) db/dS over the variables of the sample moments.
    test, stat : "sargan" (or "browne" with ordinal data) with its statistic.
    """

    equation: Equation
    instruments: Instruments
    group: int
    found: TwoStage
    vcov: Floats
    slopes: Floats
    test: str
    stat: float

    @property
    def df(self) -> int:
        """Instruments beyond as many as there are coefficients."""
        return len(self.instruments.names) - len(self.equation.rhs)

    @property
    def pvalue(self) -> float:
        """P(χ²_df > stat), NaN without spare instruments."""
        return tail(self.stat, self.df)


def fit_equation(
    equation: Equation, instruments: Instruments, moments: SampleMoments, group: int
) -> FittedEquation:
    """Estimate one equation from the moments of its group.

    Formula: var(b) = s²(S_xz S_zz⁻¹ S_zx)⁻¹/(n − 1 − k) with S and s² in the divisor n − 1; Sargan's statistic is
    (n − 1 − k) times the share of the residual's variance that the instruments explain. With covariances in the
    divisor n (``iv_mimic_ml``), n stands for n − 1 − k. With ordinal data see `polychoric_inference`.

    References
    ----------
    Sargan (1958), doi:10.2307/1907619; Bollen (1996), doi:10.1007/BF02296384.
    """
    outcome, regressors = _widened(equation, len(moments.names))
    found = two_stage(moments.cov, outcome, regressors, instruments.places)
    slope = slopes(found, outcome, regressors, instruments.places)
    if moments.ordinal is not None:
        vcov, stat = polychoric_inference(found, slope, outcome, regressors, instruments.places, moments)
        return FittedEquation(equation, instruments, group, found, vcov, slope, "browne", stat)
    left = float(moments.n) - (1 + len(equation.rhs) if moments.divisor == "n-1" else 0)
    vcov, stat = found.inverse * found.variance / left, float(left * found.explained)
    return FittedEquation(equation, instruments, group, found, vcov, slope, "sargan", stat)


def _widened(equation: Equation, width: int) -> tuple[Floats, Floats]:
    """c (p,) and Z (p, k) over the variables of the sample moments, instruments from outside among them."""
    extra = width - len(equation.outcome)
    return np.pad(equation.outcome, (0, extra)), np.pad(equation.regressors, ((0, extra), (0, 0)))


def test_rows(fitted: Sequence[FittedEquation]) -> list[dict[str, Any]]:
    """One row per equation: lhs, rhs, group, test, stat, df, pvalue."""
    return [
        {
            "lhs": each.equation.lhs,
            "rhs": " + ".join(each.equation.rhs),
            "group": each.group,
            "test": each.test,
            "stat": each.stat,
            "df": each.df,
            "pvalue": each.pvalue,
        }
        for each in fitted
    ]


def instrument_rows(fitted: Sequence[FittedEquation]) -> list[dict[str, Any]]:
    """One row per equation: lhs, rhs, group, lhs_new, rhs_new (what stands for them), type, instruments."""
    return [
        {
            "lhs": each.equation.lhs,
            "rhs": " + ".join(each.equation.rhs),
            "group": each.group,
            "lhs_new": each.equation.stand_in,
            "rhs_new": " + ".join(each.equation.stand_ins),
            "type": each.instruments.type,
            "instruments": ", ".join(each.instruments.names),
        }
        for each in fitted
    ]
