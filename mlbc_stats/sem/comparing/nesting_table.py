"""Which of several fitted models are nested in which, and which are equivalent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.comparing.nesting import REPRODUCED, check_comparable, remaining_discrepancy
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.sem.results.levels import require_fixed_slopes
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel


def nesting(*fits: FittedModel, names: Sequence[str] | None = None) -> NestingResult:
    """Test for every pair of models whether one is nested in the other, from what they imply and not from their text.

    Model i is nested in model j when j, fitted to the moments that i implies at its estimates, reproduces them:
    F(Σ̂ᵢ, Σⱼ(θ)) = 0 at its minimum. A model with fewer degrees of freedom is never nested in one with more. Models
    nested in each other are equivalent: no data tell them apart.

    Parameters
    ----------
    fits : two or more converged fits to the same data by the same estimator.
    names : of the models, in the order given; default "model 1" and so on.

    Returns
    -------
    NestingResult
        sorted by degrees of freedom.

    Raises
    ------
    DataError, ModelError
        for fits to different variables, groups or cases, by different methods, or without a solution.

    Notes
    -----
    Nesting is found at one point, the estimates of model i; it holds near them for models without special points there
    (zero loadings that make others undetermined).

    References
    ----------
    Bentler & Satorra (2010), doi:10.1037/a0019625. In R: ``semTools::net(fit1, fit2)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c"], "values": [[2, 1, .8], [1, 2, 1.1], [.8, 1.1, 2]]}
    >>> made = [sem.cfa(text, sample_cov=cov, sample_nobs=90) for text in ("f =~ a+b+c", "f =~ a + k*b + k*c")]
    >>> sem.nesting(*made, names=["free", "tied"]).table.loc["tied", "free"]
    True
    """
    labels = [f"model {i}" for i in range(1, len(fits) + 1)] if names is None else list(names)
    if len(labels) != len(fits) or len(set(labels)) < len(labels):
        raise ModelError(f"names must hold one different name per model: {len(fits)} models, names {labels}")
    check_comparable(fits, labels)
    for fit in fits:
        require_fixed_slopes(fit, "tests of nesting", "compare AIC and BIC, or nested ones by sem.compare")
    dfs = [degrees_of_freedom(fit.solution) for fit in fits]
    order = sorted(range(len(fits)), key=lambda i: dfs[i])
    left = np.full((len(fits), len(fits)), np.nan)
    for i, one in enumerate(order):
        for j, other in enumerate(order):
            if i == j:
                left[i, j] = 0.0
            elif dfs[one] >= dfs[other]:
                left[i, j] = remaining_discrepancy(fits[other], fits[one])
    return NestingResult(tuple(labels[i] for i in order), tuple(dfs[i] for i in order), left)


@dataclass(frozen=True, slots=True, repr=False)
class NestingResult(Shown):
    """Nesting among k models, sorted from the freest to the most restricted.

    Attributes
    ----------
    names, df : of each model.
    discrepancy : (k, k) what model j leaves of the moments that model i implies, per case (twice lavaan's ``fx``);
        NaN where i has fewer degrees of freedom, or no minimum was found.

    Examples
    --------
    >>> got = NestingResult(("free", "tied"), (2, 4), np.array([[0.0, np.nan], [1e-14, 0.0]]))
    >>> got.table.loc["tied"].tolist(), got.equivalent
    ([True, True], ())
    """

    names: tuple[str, ...]
    df: tuple[int, ...]
    discrepancy: Floats

    @property
    def table(self) -> pd.DataFrame:
        """Entry [i, j] says whether model i is nested in model j; None where it cannot be, or nothing was found out."""
        import pandas as pd

        cells = [[None if np.isnan(x) else bool(x < REPRODUCED) for x in row] for row in self.discrepancy]
        return pd.DataFrame(cells, index=list(self.names), columns=list(self.names), dtype=object)

    @property
    def equivalent(self) -> tuple[tuple[str, str], ...]:
        """Pairs of models that are nested in each other."""
        both = np.nan_to_num(self.discrepancy, nan=np.inf) < REPRODUCED
        rows, columns = np.nonzero(np.triu(both & both.T, 1))
        return tuple((self.names[i], self.names[j]) for i, j in zip(rows, columns, strict=True))
