"""Functions about a fit as its methods, for those who explore it with the tab key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import mlbc_stats

if TYPE_CHECKING:
    import pandas as pd


def _public(name: str, room: str = "sem") -> Callable[..., Any]:
    """A public function. It stands above the results it is about, so it is found at the package's face when called."""
    found: Callable[..., Any] = getattr(getattr(mlbc_stats, room), name)
    return found


class Shorthands:
    """``fit.residuals()`` for ``sem.residuals(fit)`` and so on; arguments are those of the function.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c", "d"], "values": [[2, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 2]]}
    >>> fit = sem.cfa("f =~ a + b + c + d", sample_cov=cov, sample_nobs=100)
    >>> fit.modification_indices().equals(sem.modification_indices(fit))
    True
    """

    def predict(self, **options: Any) -> pd.DataFrame:
        """Factor scores: `sem.factor_scores`. In R: ``lavPredict``."""
        scores: pd.DataFrame = _public("factor_scores")(self, **options)
        return scores

    def residuals(self, kind: str = "raw") -> Any:
        """Sample minus implied moments: `sem.residuals`. In R: ``lavResiduals``."""
        return _public("residuals")(self, kind)

    def modification_indices(self, **options: Any) -> pd.DataFrame:
        """What freeing a parameter would gain: `sem.modification_indices`. In R: ``modindices``."""
        found: pd.DataFrame = _public("modification_indices")(self, **options)
        return found

    def effects(self, **options: Any) -> pd.DataFrame:
        """Direct, indirect and total effects: `sem.effects`."""
        found: pd.DataFrame = _public("effects")(self, **options)
        return found

    def bootstrap(self, replications: int = 1000, **options: Any) -> Any:
        """Refits to resamples: `sem.bootstrap`. In R: ``bootstrapLavaan``."""
        return _public("bootstrap")(self, replications, **options)

    def compare(self, *others: Any, **options: Any) -> Any:
        """Difference tests against nested models: `sem.compare`. In R: ``lavTestLRT``."""
        return _public("compare")(self, *others, **options)

    def plot(self, **options: Any) -> Any:
        """Path diagram: `report.path_diagram`. In R: ``semPlot::semPaths``."""
        return _public("path_diagram", "report")(self, **options)
