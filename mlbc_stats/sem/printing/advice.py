"""Advice on how the variables' categories suit the estimator, as data on the result of a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlbc_stats.moments.sample import SampleMoments
    from mlbc_stats.sem.arrays import Floats
    from mlbc_stats.sem.results.fitted_model import FittedModel

RHEMTULLA = "10.1037/a0029315"
"""Rhemtulla, Brosseau-Liard & Savalei (2012): when categories may count as continuous."""

FLORA_CURRAN = "10.1037/1082-989X.9.4.466"
"""Flora & Curran (2004): DWLS is sound from about 200 cases, WLS needs many more."""

ENOUGH = 5
"""Categories from which ML on the codes does as well as categorical methods, if roughly symmetric."""

MANY = 7
"""Categories up to which skewed codes were studied; beyond, none are called categorical."""

SKEWED = 1.0
"""Absolute skewness of the codes beyond which an item is called skewed; a convention, not a result."""

FEW_CASES = 200
"""Cases per group below which DWLS estimates and tests have been found less sound."""

MAAS_HOX = "10.1027/1614-2241.1.3.86"
"""Maas & Hox (2005): errors of variances between clusters come out too small with 50 clusters or fewer."""

FEW_CLUSTERS = 50
"""Clusters up to which what is estimated between them has been found less sound."""

SPARSE = 5
"""Answers below which a category is called sparse; a convention."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to consider about a fit; nothing was changed because of it.

    Attributes
    ----------
    topic : categories, skew, sparse, cases, clusters or estimator.
    text : what to consider.
    source : DOI of the study behind it, "" for a convention.
    values : the numbers it rests on, by item or name.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> yes = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4)) > 0
    >>> fit = sem.cfa("f =~ a + b + c + d", dict(zip("abcd", yes.astype(float).T)))
    >>> isinstance(fit.advice[0], sem.Advice), fit.advice[0].topic, fit.advice[0].values["a"]
    (True, 'estimator', 2)
    """

    topic: str
    text: str
    source: str
    values: Mapping[str, float]


def give_advice(result: FittedModel) -> tuple[Advice, ...]:
    """Advice on a fit to raw data, from categories, skewness, sparse cells and the number of cases.

    Only variables that the model explains count. Without raw data there is none. On two-level models it is about the
    number of clusters.

    References
    ----------
    Rhemtulla, Brosseau-Liard & Savalei (2012), doi:10.1037/a0029315; Flora & Curran (2004),
    doi:10.1037/1082-989X.9.4.466.
    """
    moments = result.moments
    if result.table.two_level:
        return tuple(each for each in (_few_clusters(result),) if each is not None)
    if any(part.raw is None for part in moments):
        return ()
    if result.method.ordinal:
        names = result.table.ordinal
        found = (*_on_categories(moments, names), _few_cases(result), _codes_instead(moments, names))
    else:
        found = (_ordered_instead(moments, _explained(result)),)
    return tuple(each for each in found if each is not None)


def _on_categories(moments: tuple[SampleMoments, ...], names: tuple[str, ...]) -> list[Advice | None]:
    skews = {name: value for name in names if abs(value := _skewness(_answers(moments, name))) > SKEWED}
    rare = {
        f"{name} = {code:g}{where}": int(count)
        for name in names
        for code, count, where in _counts(moments, name)
        if count < SPARSE
    }
    return [
        _advice(
            "skew",
            skews,
            f"Items whose codes are skewed by more than {SKEWED:g}: categorical methods stand this better than ML on "
            "the codes, yet thresholds at the far end rest on few answers.",
            RHEMTULLA,
        ),
        _advice(
            "sparse",
            rare,
            f"Categories with fewer than {SPARSE} answers: consider joining neighbouring ones, in all groups alike.",
        ),
    ]


def _few_cases(result: FittedModel) -> Advice | None:
    labels = result.table.group_labels if result.table.n_groups > 1 else ("n",)
    few = {str(k): n for k, n in zip(labels, result.group_nobs, strict=True) if n < FEW_CASES}
    return _advice(
        "cases",
        few,
        f"Fewer than {FEW_CASES} cases (per group): errors and tests of weighted least squares from polychoric "
        "correlations are less sound; with five or more roughly symmetric categories compare estimator='MLR' on "
        "the codes.",
        FLORA_CURRAN,
    )


def _few_clusters(result: FittedModel) -> Advice | None:
    """Of two-level models: whether there are enough clusters for what is said about them."""
    labels = result.table.group_labels if result.table.n_groups > 1 else ("clusters",)
    counts = [len(each.cluster_sizes) for each in result.moments if each.cluster_sizes is not None]
    few = {str(k): n for k, n in zip(labels, counts, strict=True) if n <= FEW_CLUSTERS}
    return _advice(
        "clusters",
        few,
        f"{FEW_CLUSTERS} clusters or fewer (per group): errors of what varies between clusters come out too small; "
        "keep the model between clusters simple, and do not lean on a p value near the limit.",
        MAAS_HOX,
    )


def _codes_instead(moments: tuple[SampleMoments, ...], names: tuple[str, ...]) -> Advice | None:
    """ML on the codes where every item has enough categories and little skew."""
    sizes = {name: len(np.unique(_answers(moments, name))) for name in names}
    enough = all(size >= ENOUGH for size in sizes.values())
    if enough and all(abs(_skewness(_answers(moments, name))) <= SKEWED for name in names):
        return _advice(
            "estimator",
            sizes,
            f"All ordinal items have {ENOUGH} or more categories and are roughly symmetric: robust ML on the codes "
            "(estimator='MLR' without ordered=) would do about as well, uses missing answers by FIML, and keeps the "
            "metric of the scores.",
            RHEMTULLA,
        )
    few = {name: size for name, size in sizes.items() if size < ENOUGH}
    return _advice(
        "categories",
        few,
        f"Items with fewer than {ENOUGH} categories: treating them as ordinal, as here, is the better choice.",
        RHEMTULLA,
    )


def _ordered_instead(moments: tuple[SampleMoments, ...], names: tuple[str, ...]) -> Advice | None:
    """Ordered= where a continuous fit has items of few whole-number values."""
    sizes = {}
    for name in names:
        values = np.unique(_answers(moments, name))
        few = len(values) < ENOUGH or (
            len(values) <= MANY and abs(_skewness(_answers(moments, name))) > SKEWED
        )
        if few and len(values) > 1 and np.all(values == np.round(values)):
            sizes[name] = len(values)
    return _advice(
        "estimator",
        sizes,
        f"Variables with fewer than {ENOUGH} whole-number values, or up to {MANY} and skewed beyond {SKEWED:g}, were "
        "treated as continuous, which lowers loadings and distorts tests: consider ordered=[...] (WLSMV).",
        RHEMTULLA,
    )


def _explained(result: FittedModel) -> tuple[str, ...]:
    """Observed variables that the model explains: indicators and outcomes."""
    rows = result.table.parameters
    found = {row.rhs for row in rows if row.op == "=~"} | {row.lhs for row in rows if row.op == "~"}
    return tuple(name for name in result.table.observed if name in found)


def _answers(moments: tuple[SampleMoments, ...], name: str) -> Floats:
    columns = [np.asarray(part.raw)[:, part.names.index(name)] for part in moments]
    values = np.concatenate(columns)
    return values[~np.isnan(values)]


def _counts(moments: tuple[SampleMoments, ...], name: str) -> list[tuple[float, int, str]]:
    out = []
    for g, part in enumerate(moments):
        where = f" (group {g + 1})" if len(moments) > 1 else ""
        codes, counts = np.unique(_answers((part,), name), return_counts=True)
        out += [(float(code), int(count), where) for code, count in zip(codes, counts, strict=True)]
    return out


def _skewness(values: Floats) -> float:
    """m₃/m₂^1.5 of the codes, divisor n; zero for a constant."""
    centred = values - values.mean()
    spread = float(np.mean(centred**2))
    return float(np.mean(centred**3)) / spread**1.5 if spread > 0 else 0.0


def _advice(topic: str, values: Mapping[str, float], text: str, source: str = "") -> Advice | None:
    return Advice(topic, text, source, MappingProxyType(dict(values))) if values else None
