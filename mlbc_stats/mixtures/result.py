"""Mixture solutions: latent profiles of measurements and latent classes of categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.mixtures.quality import Criteria
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


class Assigning(Shown):
    """What both results say of their cases."""

    __slots__ = ()

    n_classes: int
    posterior: Array

    @property
    def assigned(self) -> Array:
        """(n,) number of the likeliest class from 1."""
        return np.asarray(self.posterior.argmax(1) + 1)

    @property
    def counts(self) -> Array:
        """(K,) cases whose likeliest class it is."""
        return np.bincount(self.assigned, minlength=self.n_classes + 1)[1:]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ProfileResult(Assigning):
    """Latent profiles: normal classes of n cases on p measurements, the largest class first.

    Attributes
    ----------
    structure : of the covariance matrices. items : names; n_classes : K; n : complete cases; kept : their rows.
    proportions : (K,). means : (K, p). covariances : (K, p, p). posterior : (n, K).
    loglik, npar, criteria : fit. converged : whether EM arrived. reached, starts : starts that led to this solution,
        of how
        many that did not degenerate. maxima : different solutions among the best starts. options : what was asked.
    warnings : what stands against the solution.

    Examples
    --------
    >>> from mlbc_stats import mixtures
    >>> rng = np.random.default_rng(1)
    >>> group = np.repeat([0, 1], [60, 40])
    >>> found = mixtures.profiles({"a": 4 * group + rng.normal(size=100), "b": rng.normal(size=100)}, 2, "EEI")
    >>> type(found).__name__, found.table.shape
    ('ProfileResult', (2, 4))
    """

    structure: str
    items: tuple[str, ...]
    n_classes: int
    n: int
    kept: Array
    proportions: Array
    means: Array
    covariances: Array
    posterior: Array
    loglik: float
    npar: int
    criteria: Criteria
    converged: bool
    reached: int
    starts: int
    maxima: int
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row a class: proportion, cases, means."""
        import pandas as pd

        frame = pd.DataFrame(self.means, columns=list(self.items), index=range(1, self.n_classes + 1))
        frame.insert(0, "cases", self.counts)
        frame.insert(0, "proportion", self.proportions)
        return frame.rename_axis("class")

    def _facts(self) -> Mapping[str, object]:
        return {"structure": self.structure, **_facts(self)}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ClassResult(Assigning):
    """Latent classes: n cases on p categorical items, the largest class first.

    Attributes
    ----------
    items : names; values : for each item its categories; n_classes : K; n : cases.
    proportions : (K,). probabilities : for each item (K, categories). posterior : (n, K); kept : rows of the table.
    loglik, npar, criteria : fit. gsq, chisq, df : against the saturated table, complete cases only (NaN with gaps);
        df is limited by n. converged, reached, starts, maxima, warnings : as in `ProfileResult`.

    Examples
    --------
    >>> from mlbc_stats import mixtures
    >>> answers = {"a": [1, 1, 2, 2] * 20, "b": [1, 1, 2, 2] * 20, "c": [1, 2, 2, 2] * 20}
    >>> found = mixtures.classes(answers, 2)
    >>> type(found).__name__, found.probabilities[0].round(2).tolist()
    ('ClassResult', [[1.0, 0.0], [0.0, 1.0]])
    """

    items: tuple[str, ...]
    values: tuple[Array, ...]
    n_classes: int
    n: int
    kept: Array
    proportions: Array
    probabilities: tuple[Array, ...]
    posterior: Array
    loglik: float
    npar: int
    criteria: Criteria
    gsq: float
    chisq: float
    df: int
    converged: bool
    reached: int
    starts: int
    maxima: int
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row an item and category, one column a class: probabilities."""
        import pandas as pd

        rows = [(item, value) for item, own in zip(self.items, self.values, strict=True) for value in own]
        index = pd.MultiIndex.from_tuples(rows, names=["item", "category"])
        held = np.hstack(self.probabilities).T
        return pd.DataFrame(held, index=index, columns=[f"class {k + 1}" for k in range(self.n_classes)])

    def _facts(self) -> Mapping[str, object]:
        return {**_facts(self), "G²": self.gsq, "degrees of freedom": self.df}


def _facts(result: ProfileResult | ClassResult) -> dict[str, object]:
    return {
        "classes": result.n_classes,
        "cases": result.n,
        "log-likelihood": result.loglik,
        "BIC": result.criteria.bic,
        "entropy": result.criteria.entropy,
        "starts that led here": f"{result.reached} of {result.starts}",
        "warnings": "; ".join(result.warnings) or "none",
    }
