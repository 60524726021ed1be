"""Groups as predictors: a column of 0 and 1 for each group but one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_labels

if TYPE_CHECKING:
    import pandas as pd

FEWEST, MOST = 2, 30
"""Groups that can be told apart by dummies."""


def dummies(data: Any, column: str, reference: str | None = None) -> pd.DataFrame:
    """Columns of 0 and 1, named ``column_group``, for all groups but the reference; missing where the group is.

    Their names go into the model as predictors, all of them: `y ~ f + region_north + region_west`. A path divided by
    the standard deviation of its column is the difference from the reference group, other predictors held, in standard
    deviations of the outcome.

    Parameters
    ----------
    data : table that holds the column. column : of group labels. reference : group without a dummy; by default the
        first to appear.

    Raises
    ------
    DataError : fewer than two or more than thirty groups, an unknown reference, labels that give the same name.

    Notes
    -----
    In R: ``model.matrix(~ region)[, -1]``. An indicator block `region <~ region_north + region_west` with mode B is the
    same group difference as one construct.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> composites.dummies({"region": ["south", "north", "west", "north"]}, "region").to_dict("list")
    {'region_north': [0.0, 1.0, 0.0, 1.0], 'region_west': [0.0, 0.0, 1.0, 0.0]}
    """
    import pandas as pd

    codes, labels = read_labels(data, column)
    groups = [str(label) for label in labels]
    if not FEWEST <= len(groups) <= MOST:
        raise DataError(f"{column} has {len(groups)} groups; dummies serve {FEWEST} to {MOST}")
    left_out = groups[0] if reference is None else str(reference)
    if left_out not in groups:
        raise DataError(f"{column} has no group {left_out!r}; the groups are {', '.join(groups)}")
    names = {group: re.sub(r"\W+", "_", f"{column}_{group}") for group in groups if group != left_out}
    if len(set(names.values())) < len(names):
        raise DataError(
            f"{column}: two groups would give the same name among {', '.join(names.values())}; rename one"
        )
    known = codes >= 0
    made = {
        name: np.where(known, (codes == groups.index(group)).astype(float), np.nan)
        for group, name in names.items()
    }
    return pd.DataFrame(made, index=getattr(data, "index", None))
