"""Mokken scale analysis: scalability with errors, selection of items, reliability and errors of cases."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.irt.scalability.coefficients import Coefficients, coefficients, parts, z_values
from mlbc_stats.irt.scalability.guttman_errors import guttman_errors
from mlbc_stats.irt.scalability.items import Scores, read_scores
from mlbc_stats.irt.scalability.selection import select
from mlbc_stats.irt.scalability.total_reliability import molenaar_sijtsma
from mlbc_stats.irt.scalability.two_level import TwoLevel, two_level
from mlbc_stats.moments.columns import column_names, read_labels
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class MokkenResult(Shown):
    """Scalability of p items.

    Attributes
    ----------
    items : names; n : complete cases. h : `Coefficients` of pairs, items and scale with errors.
    z_items, z : tests against H = 0. scale : (p,) number of each item's scale by automated selection, 0 for none.
    lower_bound, alpha : of the selection. reliability : Molenaar and Sijtsma's, of the sum of all items.
    errors : (n,) Guttman errors of each complete case; kept : their rows in the table.
    two_level : coefficients within and between units, None without units. level : coverage of the intervals.
    warnings : what a reader must know.

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=400)
    >>> found = irt.mokken({f"x{j}": (2 * theta + rng.logistic(size=400) > 0) * 1 for j in range(5)})
    >>> type(found).__name__, found.table.shape, found.strength
    ('MokkenResult', (5, 6), 'weak')
    """

    items: tuple[str, ...]
    n: int
    h: Coefficients
    z_items: Array
    z: float
    scale: Array
    lower_bound: float
    alpha: float
    reliability: float
    errors: Array
    kept: Array
    two_level: TwoLevel | None
    level: float
    warnings: tuple[str, ...]

    @property
    def strength(self) -> str:
        """Mokken's word for H: strong from .5, medium from .4, weak from .3, else no scale."""
        names = ((0.5, "strong"), (0.4, "medium"), (0.3, "weak"))
        return next((word for bound, word in names if self.h.scale >= bound), "no scale")

    @property
    def table(self) -> pd.DataFrame:
        """One row an item: h, se, interval, z and scale."""
        import pandas as pd

        reach = float(ndtri((1 + self.level) / 2)) * self.h.items_se
        return pd.DataFrame(
            {
                "h": self.h.items,
                "se": self.h.items_se,
                "ci_lower": self.h.items - reach,
                "ci_upper": self.h.items + reach,
                "z": self.z_items,
                "scale": self.scale,
            },
            index=list(self.items),
        )

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair of items: a, b, h, se."""
        import pandas as pd

        rows = [
            (self.items[i], self.items[j], self.h.pairs[i, j], self.h.pairs_se[i, j])
            for i in range(len(self.items))
            for j in range(i)
        ]
        return pd.DataFrame(rows, columns=["a", "b", "h", "se"])

    def _facts(self) -> Mapping[str, object]:
        return {
            "items": list(self.items),
            "cases": self.n,
            "H": self.h.scale,
            "standard error": self.h.scale_se,
            "strength": self.strength,
            "reliability": self.reliability,
            "warnings": "; ".join(self.warnings) or "none",
        }


def mokken(
    data: Any,
    items: Sequence[str] | None = None,
    lower_bound: float = 0.3,
    alpha: float = 0.05,
    unit: str | None = None,
    level: float = 0.95,
) -> MokkenResult:
    """Mokken scale analysis of whole scores.

    H of pairs, items and scale is the covariance over the largest one that the margins allow; 1 without Guttman
    errors, 0 for unrelated items. Items enter scales by automated selection.

    Parameters
    ----------
    data : table (cases, items); complete cases enter, others are told. items : columns, all but `unit` by default.
    lower_bound, alpha : of the selection. unit : column of units whose informants are the cases; then `two_level` too.
    level : coverage of the intervals.

    Raises
    ------
    DataError
        constant items, scores that are not whole, too few cases.

    Notes
    -----
    Mokken (1971), doi:10.1515/9783110813203; Sijtsma & van der Ark (2017), doi:10.1111/bmsp.12078. In R:
    ``mokken::coefH(X)``, ``coefZ``, ``aisp``, ``check.reliability``, ``check.errors``, ``MLcoefH``.

    Examples
    --------
    >>> answers = {"a": [0, 1, 1, 1] * 30, "b": [0, 0, 1, 1] * 30, "c": [0, 0, 0, 1] * 30}
    >>> mokken(answers).h.scale
    1.0
    """
    if not 0 < alpha < 1 or not 0 < level < 1:
        raise DataError(f"alpha={alpha!r}, level={level!r}: expected shares between 0 and 1")
    if not -1 <= lower_bound <= 1:
        raise DataError(f"lower_bound={lower_bound!r}: expected a coefficient H, usually from 0.3 to 0.5")
    if unit is not None and items is None:
        items = [name for name in column_names(data) if name != unit]
    scores = read_scores(data, items)
    x = scores.x
    h, z = coefficients(parts(x)), z_values(x)
    told = _told(scores, h)
    for text in told:
        warnings.warn(text, DataWarning, stacklevel=2)
    return MokkenResult(
        scores.names,
        len(x),
        h,
        z[1],
        z[2],
        select(x, lower_bound, alpha),
        lower_bound,
        alpha,
        molenaar_sijtsma(x),
        guttman_errors(x),
        scores.kept,
        None if unit is None else _units(data, unit, scores),
        level,
        told,
    )


def _told(scores: Scores, h: Coefficients) -> tuple[str, ...]:
    falling = [name for name, value in zip(scores.names, h.items, strict=True) if value < 0]
    turned = f"negative H: {', '.join(falling)}; first reverse the items that are worded the other way"
    return (*scores.notes, turned) if falling else scores.notes


def _units(data: Any, unit: str, scores: Scores) -> TwoLevel:
    number = read_labels(data, unit)[0][scores.kept]
    known = number >= 0
    if not known.all():
        raise DataError(f"{int((~known).sum())} cases have no {unit}; leave them out or correct the data")
    _, number = np.unique(number, return_inverse=True)
    if np.bincount(number).max() < 2:
        raise DataError(f"every unit of {unit} has one informant; coefficients between informants need two")
    return two_level(scores.x, number.ravel())
