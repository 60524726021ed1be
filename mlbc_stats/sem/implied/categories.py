"""The ordinal part of one group's model: where its thresholds and scaling factors are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.ordinal.moments import level_pairs
from mlbc_stats.sem.arrays import Floats, Ints


@dataclass(frozen=True)
class Categories:
    """One group's ordinal part: where thresholds and scaling factors are, and how its moments are stacked.

    An ordinal y_j is cut from y*_j at its thresholds τ_j; Δ_j = 1/√Var(y*_j) brings y*_j to unit variance (given the
    covariates). With k covariates x the moments are those of y* given x.

    Attributes
    ----------
    ordinal : (v,) marks among the model's variables (latent ones are never ordinal).
    responses : (r,) positions of the modelled observed variables, covariates left out.
    covariates : (k,) positions of the covariates.
    item : (t,) for every threshold, and mean of a continuous variable, in the first block of the moments, the
        variable's place among the responses.
    is_threshold : (t,) which of them are thresholds.
    tau0 : (t,) fixed values; tau_cell, tau_place : (c,) cells of free thresholds and their places in tau0.
    delta0 : (v,) fixed scaling factors; delta_cell, delta_place : (d,) cells of free ones and their variables.
    theta : whether residual variances are parameters (theta) or follow from the scaling factors (delta).
    inner : whether an ordinal variable points at others, so that its residual variance moves their moments.
    unit_of : of two levels (r,), the place of the response in whose units each is: that within clusters for both parts
        of an item. The parts between have no thresholds; their means move those of the item. None for one level.
    """

    ordinal: NDArray[np.bool_]
    responses: Ints
    covariates: Ints
    item: Ints
    is_threshold: NDArray[np.bool_]
    tau0: Floats
    tau_cell: Ints
    tau_place: Ints
    delta0: Floats
    delta_cell: Ints
    delta_place: Ints
    theta: bool
    inner: bool
    unit_of: Ints | None = None

    @cached_property
    def marked(self) -> NDArray[np.bool_]:
        """(r,) which responses are ordinal."""
        return self.ordinal[self.responses]

    @cached_property
    def continuous(self) -> Ints:
        """Places of the continuous ones among the responses."""
        return np.flatnonzero(~self.marked)

    @property
    def linear(self) -> bool:
        """Whether the stacked moments are linear in those of y*: scales fixed, no covariates, no ordinal predictors."""
        return not (self.theta or self.inner or len(self.delta_cell) or len(self.covariates))

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Places (row, column) of the strict lower triangle of the responses, column by column, none across levels."""
        return level_pairs(len(self.responses), 0 if self.unit_of is None else int(self.marked.sum()))

    @cached_property
    def joined(self) -> Floats | None:
        """(r, r) sums of what moves the thresholds of an item: its parts of both levels; None for one level."""
        if self.unit_of is None:
            return None
        out = np.eye(len(self.responses))
        out[self.unit_of[self.continuous], self.continuous] = 1.0
        return out

    @cached_property
    def count(self) -> int:
        """m, the number of moments."""
        r, k = len(self.responses), len(self.covariates)
        return len(self.item) + r * k + len(self.continuous) + len(self.pairs[0])
