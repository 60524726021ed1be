"""The result of estimation in two steps: the joint solution, with the fits of both steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.uncertainty import Uncertainty

if TYPE_CHECKING:
    import pandas as pd

RESIDUAL = "npar|ntotal|s?rmr|crmr"
"""Measures that rest on no test."""


@dataclass(frozen=True, repr=False)
class SamResult(SemResult):
    """A model estimated by structural after measurement: `SemResult` of all parameters, with the fits of both steps.

    Attributes
    ----------
    sam_method : "local" or "global".
    measurement : the fit of every measurement block.
    structural : the structural model fitted to the moments of the latent variables; globally, of no further use.
    joint_tests : globally, tests of the whole model; untested : why there is no test, or nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(3)
    >>> f = rng.normal(size=300)
    >>> g = 0.5 * f + rng.normal(size=300)
    >>> data = {f"{name}{i}": y + rng.normal(size=300) for name, y in (("x", f), ("y", g)) for i in range(3)}
    >>> result = sem.sam("f =~ x0 + x1 + x2; g =~ y0 + y1 + y2; g ~ f", data)
    >>> isinstance(result, sem.SamResult), [block.table.latent for block in result.measurement]
    (True, [('f',), ('g',)])
    """

    sam_method: str = "local"
    measurement: tuple[SemResult, ...] = ()
    structural: SemResult = None  # type: ignore[assignment]
    joint_tests: tuple[ChiSquareTest, ...] = ()
    untested: str = ""

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """Sampling covariance of theta; withheld where a block alone does not determine its parameters."""
        found = super().uncertainty
        if all(block.identified for block in self.measurement):
            return found
        q = len(self.theta)
        return replace(found, undetermined=np.ones(q, dtype=bool), flat=np.eye(q))

    @property
    def identified(self) -> bool:
        """Whether the data determine every parameter, those of each block by the block alone."""
        return super().identified and all(block.identified for block in self.measurement)

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Names of the parameters that the data do not determine, in a block alone or in the whole."""
        own = (name for block in self.measurement for name in block.undetermined)
        return tuple(dict.fromkeys((*own, *super().undetermined)))

    @property
    def structural_parameters(self) -> pd.DataFrame:
        """Rows of `parameters` that the second step estimated."""
        measured = {name for block in self.measurement for name in block.table.observed}
        rows = self.parameters
        return rows[~(rows["lhs"].isin(measured) | rows["rhs"].isin(measured))].reset_index(drop=True)

    @cached_property
    def tests(self) -> tuple[ChiSquareTest, ...]:
        """Local: tests of the structural model, corrected for the measurement; global: those of the whole model.

        The global statistic n F is divided by its expectation over the degrees of freedom (``yuan.chan``). Where
        `untested` says why, there is no reference distribution, and the statistic is no number.

        References
        ----------
        Rosseel & Loh (2022), doi:10.1037/met0000503; Yuan & Chan (2002), doi:10.1348/000711002159699.
        """
        found = self.joint_tests if self.sam_method == "global" else self.structural.tests
        if not self.untested:
            return found
        unknown = (np.nan,) * self.table.n_groups
        return (ChiSquareTest("standard", np.nan, found[0].df, np.nan, group_stats=unknown),)

    @cached_property
    def fit_measures(self) -> pd.Series:
        """Local: indices of the structural model; global: of the whole one. Without a test those of residuals alone.

        Robust indices of incomplete and of ordinal data rest on a minimum and are no numbers for the whole model.
        """
        if self.sam_method == "local":
            found = self.structural.fit_measures
        else:
            found = super().fit_measures
            if self.method.ordinal or self.method.fiml:
                found = found.mask(found.index.str.contains("robust"))
        return found.where(found.index.str.match(RESIDUAL)) if self.untested else found
