"""Bootstrap intervals of reliability and discriminant validity, from the draws of one bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, cast

import numpy as np

from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.reliability.resampling.construct_values import (
    FROM_MODEL,
    FROM_SAMPLE,
    construct_values,
    htmt_values,
    read_batch,
)
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult, Samples
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class ResampledReliability(Shown):
    """Reliability and validity with bootstrap errors and intervals.

    Attributes
    ----------
    constructs : rows construct by index (alpha, omega, omega_model, cr, ave, variance_share, maximal_h), as in
        `reliability.summary`.
    htmt : rows pair of constructs by index (htmt, htmt2); empty for a single construct.

    Both have the columns est, se, bias, ci_lower and ci_upper, and with several groups a column group. With
    missing="fiml" what rests on sample covariances (alpha, omega, variance_share, HTMT) is left out: resamples then
    have no saturated moments of their own.
    """

    constructs: pd.DataFrame
    htmt: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `constructs`."""
        return self.constructs


def bootstrap_summary(
    draws: BootstrapResult, interval: str = "percentile", level: float = 0.95
) -> ResampledReliability:
    """Intervals of what `reliability.summary` gives, from draws that are there already: nothing is refitted.

    Parameters
    ----------
    draws : from `sem.bootstrap` of a fit with latent variables measured by observed indicators.
    interval, level : percentile, basic, normal, bc or bca (which refits once without each case).

    Returns
    -------
    ResampledReliability
        α of the codes of ordinal items is not among the indices (it needs each resample's answers).

    Raises
    ------
    DataError
        if the model measures nothing (`=~` with observed indicators).

    References
    ----------
    Kelley & Pornprasertmanit (2016), doi:10.1037/a0040086; Roemer, Schuberth & Henseler (2021),
    doi:10.1108/IMDS-02-2021-0082. In R: ``lavaan::bootstrapLavaan(fit, FUN = semTools::compRelSEM)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> fit = sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items)
    >>> found = bootstrap_summary(sem.bootstrap(fit, 200, seed=1))
    >>> found.htmt[["one", "other", "index"]].values.tolist()
    [['one', 'two', 'htmt'], ['one', 'two', 'htmt2']]
    >>> bool(found.constructs.query("index == 'omega'")["se"].between(0.01, 0.06).all())
    True
    """
    fit = cast(SemResult, draws.fit)
    parts = read_measurement(fit)
    sampled = not fit.method.fiml
    constructs = _construct_frame(parts, sampled)

    def indices(rams: tuple[Ram, ...], theta: Floats, samples: Samples) -> Floats:
        found = []
        for g, part in enumerate(parts):
            batch = read_batch(fit, part, g, rams[g], theta, samples[g] if sampled else None)
            for factor in part.factors:
                values = construct_values(batch, factor)
                found += [values[name] for name in _indices(sampled)]
        return np.stack(found, axis=-1)

    def ratios(rams: tuple[Ram, ...], theta: Floats, samples: Samples) -> Floats:
        found = []
        for g, part in enumerate(parts):
            batch = read_batch(fit, part, g, rams[g], theta, samples[g])
            first, second = np.triu_indices(len(part.factors), 1)
            both = [htmt_values(batch, geometric)[:, first, second] for geometric in (False, True)]
            found.append(np.stack(both, axis=-1).reshape(len(theta), -1))
        return np.concatenate(found, axis=-1)

    constructs = constructs.join(draws.columns(indices, interval, level, sampled))
    pairs = _pair_frame(parts if sampled else ())
    if len(pairs):
        pairs = pairs.join(draws.columns(ratios, interval, level, sampled=True))
    return ResampledReliability(constructs, pairs)


def _indices(sampled: bool) -> tuple[str, ...]:
    return (*FROM_SAMPLE, *FROM_MODEL) if sampled else FROM_MODEL


def _construct_frame(parts: tuple[Measurement, ...], sampled: bool) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (part.group, factor, name) for part in parts for factor in part.factors for name in _indices(sampled)
    ]
    return _grouped(pd.DataFrame(rows, columns=["group", "construct", "index"]), len(parts))


def _pair_frame(parts: tuple[Measurement, ...]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (part.group, one, other, name)
        for part in parts
        for one, other in combinations(part.factors, 2)
        for name in ("htmt", "htmt2")
    ]
    return _grouped(pd.DataFrame(rows, columns=["group", "one", "other", "index"]), len(parts))


def _grouped(frame: pd.DataFrame, n_groups: int) -> pd.DataFrame:
    return frame if n_groups > 1 else frame.drop(columns="group")
