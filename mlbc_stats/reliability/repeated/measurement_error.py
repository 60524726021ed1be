"""Standard error of measurement of a scale's scores, and what a single score says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.bounds.greatest_lower_bound import glb_of_covs
from mlbc_stats.reliability.internal_consistency import alpha_of_cov
from mlbc_stats.reliability.items import Floats, read_items, refuse_opposed, tell_unturned
from mlbc_stats.reliability.one_factor import normal_quantile, omega
from mlbc_stats.showing import Shown

COEFFICIENTS = ("omega", "alpha", "glb")


@dataclass(frozen=True, slots=True, repr=False)
class MeasurementError(Shown):
    """Error of the sum and of the mean of a scale's items.

    Attributes
    ----------
    coefficient : what the reliability is ("given" for a number); reliability : ρ.
    mean, sd, sem, change : of the sum of the items: M, SD (divisor n − 1), standard error of measurement SD√(1 − ρ),
        and smallest change of one person that is not error at `level`, z√2 SEM.
    mean_score, sd_score, sem_score, change_score : the same of the mean of the items.
    level, n, n_items.
    """

    coefficient: str
    reliability: float
    mean: float
    sd: float
    sem: float
    change: float
    mean_score: float
    sd_score: float
    sem_score: float
    change_score: float
    level: float
    n: int
    n_items: int

    def true_score(self, observed: Any) -> Floats:
        """Kelley's estimate of the true mean score and its interval, (..., 3), for observed mean scores (...).

        ρx + (1 − ρ)M ± z SEM √ρ: an extreme score is drawn towards the mean.
        """
        score = np.asarray(observed, dtype=float)
        quantile = normal_quantile(self.level)
        estimate = self.reliability * score + (1 - self.reliability) * self.mean_score
        half = quantile * self.sem_score * np.sqrt(self.reliability)
        return np.stack([estimate, estimate - half, estimate + half], axis=-1)


def measurement_error(
    data: Any,
    items: Sequence[str] | None = None,
    coefficient: str | float = "omega",
    level: float = 0.95,
) -> MeasurementError:
    """Standard error of measurement SD√(1 − ρ) of the sum and the mean of a scale's items.

    Parameters
    ----------
    data : table (n, k) of keyed items; cases with a missing answer are left out. items : columns; all by default.
    coefficient : reliability ρ of the sum: "omega", "alpha", "glb", or a number between 0 and 1 from elsewhere, such as
        a retest.
    level : coverage of the smallest detectable change and of true scores.

    Returns
    -------
    MeasurementError
        One error for all scores; at the ends of a scale it is smaller in fact. Where ρ is a lower bound the error is an
        upper one.

    Raises
    ------
    DataError
        as in `alpha` and `omega`; a reliability outside [0, 1], as α is where items run against one another.

    References
    ----------
    Lord & Novick (1968), Statistical theories of mental test scores, 59–69; de Vet et al. (2006),
    doi:10.1186/1477-7525-4-54 (smallest detectable change). In R: ``sd(rowSums(items)) * sqrt(1 - alpha)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scale = dict(zip("abcd", rng.normal(size=400) + rng.normal(size=(4, 400))))
    >>> found = measurement_error(scale)
    >>> round(found.sem / found.sem_score), round(found.change / found.sem, 3)
    (4, 2.772)
    """
    quantile = normal_quantile(level)
    scale = read_items(data, items)
    k = len(scale.names)
    if coefficient != "omega":  # which looks at the signs itself
        tell_unturned(scale.names, scale.cov)
    refuse_opposed(scale.names, scale.cov)
    name, value = _reliability(coefficient, data, scale.names, scale.cov)
    if not 0 <= value <= 1:
        raise DataError(
            f"reliability {value:.3g} ({name}): no error of measurement follows from what is outside 0 to 1"
        )
    mean, sd = float(scale.answers.sum(axis=1).mean()), float(np.sqrt(max(scale.cov.sum(), 0.0)))
    sem = sd * float(np.sqrt(1 - value))
    change = quantile * float(np.sqrt(2)) * sem
    return MeasurementError(
        coefficient=name,
        reliability=value,
        mean=mean,
        sd=sd,
        sem=sem,
        change=change,
        mean_score=mean / k,
        sd_score=sd / k,
        sem_score=sem / k,
        change_score=change / k,
        level=level,
        n=scale.n,
        n_items=k,
    )


def _reliability(
    coefficient: str | float, data: Any, names: tuple[str, ...], cov: Floats
) -> tuple[str, float]:
    if not isinstance(coefficient, str):
        return "given", float(coefficient)
    if coefficient == "omega":
        return "omega", omega(data, names).omega
    if coefficient == "alpha":
        return "alpha", alpha_of_cov(cov)
    if coefficient == "glb":
        value = float(glb_of_covs(cov[None])[0])
        if np.isnan(value):
            raise DataError("the items are collinear: they have no greatest lower bound; leave one out")
        return "glb", value
    raise DataError(f"coefficient={coefficient!r}: expected {', '.join(COEFFICIENTS)} or a number")
