"""How much of each variable lies between clusters, and what that does to errors that pass over the clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.two_level.varying import VaryingClusters
from mlbc_stats.sem.specification.levels import level_of, plain


@dataclass(frozen=True, slots=True)
class Intraclass:
    """One variable of one group.

    Attributes
    ----------
    variable, group : its name, and the group (from 1).
    within, between : variances at the unrestricted maximum; between is 0 for a variable of level 1 alone.
    icc : between / (between + within).
    design_effect : 1 + (n̄ − 1) icc, n̄ the average rows of a cluster: what the variance of a mean is multiplied by.
    """

    variable: str
    group: int
    within: float
    between: float
    icc: float
    design_effect: float


def intraclass(moments: Sequence[SampleMoments]) -> list[Intraclass]:
    """Every variable with a part within clusters, in each group; none in models of one level or with random slopes.

    Of ordinal items it is about the responses behind them, the unit of their variances that within.

    References
    ----------
    Kish (1965), Survey sampling; Muthén (1994), doi:10.1177/0049124194022003006. In R: ``lavInspect(fit, "icc")``.
    """
    return [found for group, each in enumerate(moments, start=1) for found in _of_group(each, group)]


def _of_group(moments: SampleMoments, group: int) -> list[Intraclass]:
    sizes, names = moments.cluster_sizes, moments.names
    if sizes is None or (moments.levels is not None and isinstance(moments.levels.data, VaryingClusters)):
        return []
    variance = np.diagonal(moments.cov)
    w = sum(level_of(name) == 1 for name in names)
    place = {plain(name): w + i for i, name in enumerate(names[w:])}
    average = float(np.mean(sizes))
    out = []
    for i, name in enumerate(names[:w]):
        within, between = float(variance[i]), float(variance[place[name]]) if name in place else 0.0
        icc = between / (between + within)
        out.append(Intraclass(name, group, within, between, icc, 1 + (average - 1) * icc))
    return out
