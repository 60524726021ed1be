"""How many classes: solutions side by side, and the bootstrapped likelihood ratio of one class more."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, MlbcWarning
from mlbc_stats.mixtures.classes_of_categories import check_categories, classes, mixture_of
from mlbc_stats.mixtures.gaussian.latent_profiles import profiles_of
from mlbc_stats.mixtures.profiles_of_measurements import check_measurements, profiles
from mlbc_stats.mixtures.result import ClassResult, ProfileResult
from mlbc_stats.mixtures.search.expectation_maximization import search
from mlbc_stats.mixtures.search.starts import clustered, random_shares
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
STARTS, LEADERS, STILL = 12, 3, 1e-8
"""Starts of each fit to simulated data, those that go all the way, and the gain at which they end."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ClassesTest(Shown):
    """Likelihood ratio of K classes against K − 1, with its distribution by simulation.

    Attributes
    ----------
    classes : K. statistic : 2(log L_K − log L_{K−1}). pvalue : (1 + simulated statistics at least as large)/(1 +
        draws).
    simulated : (B,) statistics of samples of the smaller model; draws : B that could be fitted.

    Examples
    --------
    >>> from mlbc_stats.mixtures import ClassesTest
    >>> ClassesTest(2, 30.0, 0.01, np.zeros(99), 99).pvalue
    0.01
    """

    classes: int
    statistic: float
    pvalue: float
    simulated: Array
    draws: int


def compare(
    data: Any,
    n_classes: Iterable[int] = (1, 2, 3, 4),
    structures: Sequence[str] | str = ("EEI", "VVI", "EEE", "VVV"),
    items: Sequence[str] | None = None,
    starts: int = 50,
    seed: int = 1,
) -> pd.DataFrame:
    """Solutions side by side: structure, classes, loglik, npar, aic, bic, sabic, icl, entropy, smallest class, reached.

    Parameters
    ----------
    data, items, starts, seed : as in `profiles` and `classes`. n_classes : numbers to try.
    structures : covariance structures of profiles, or "classes" for latent classes of categories. A solution that
        cannot be had (every start degenerates, too few cases for so many classes) is a row of NaN with the reason.

    Raises
    ------
    DataError
        data that no number of classes can be found in: columns that are absent, constant, collinear or hold text,
        fewer complete cases than one class needs.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> data = {"a": np.append(rng.normal(size=60), 6 + rng.normal(size=60)), "b": rng.normal(size=120)}
    >>> table = compare(data, (1, 2), ("EEI",))
    >>> int(table.classes[table.bic.idxmin()])
    2
    """
    import pandas as pd

    kinds = [structures] if isinstance(structures, str) else list(structures)
    for kind in kinds:
        check_categories(data, items) if kind == "classes" else check_measurements(data, items)
    rows = [_row(data, kind, k, items, starts, seed) for kind in kinds for k in n_classes]
    return pd.DataFrame(rows)


def _row(data: Any, kind: str, k: int, items: Sequence[str] | None, starts: int, seed: int) -> dict[str, Any]:
    base = {"structure": kind, "classes": k}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        try:
            found = _fitted(data, kind, k, items, starts, seed)
        except DataError as error:
            return base | {"loglik": float("nan"), "why": str(error)}
    return base | {
        "loglik": found.loglik,
        "npar": found.npar,
        "aic": found.criteria.aic,
        "bic": found.criteria.bic,
        "sabic": found.criteria.sabic,
        "icl": found.criteria.icl,
        "entropy": found.criteria.entropy,
        "smallest": float(found.proportions.min()),
        "reached": found.reached / max(found.starts, 1),
        "why": "",
    }


def _fitted(
    data: Any, kind: str, k: int, items: Sequence[str] | None, starts: int, seed: int
) -> ProfileResult | ClassResult:
    if kind == "classes":
        return classes(data, k, items, starts, seed)
    return profiles(data, k, kind, items, starts, seed)


def classes_test(
    data: Any,
    n_classes: int,
    structure: str = "EEI",
    items: Sequence[str] | None = None,
    draws: int = 99,
    seed: int = 1,
) -> ClassesTest:
    """Bootstrapped likelihood-ratio test of K classes against K − 1.

    Samples of the solution with K − 1 classes are fitted with both numbers of classes.

    Parameters
    ----------
    data, items : as in `profiles` and `classes`; complete cases. n_classes : K, from 2.
    structure : as in `profiles`, or "classes". draws : samples. seed : of samples and starts.

    Raises
    ------
    DataError
        fewer than two classes, or a solution that cannot be had.

    Notes
    -----
    McLachlan (1987), doi:10.2307/2347790; Nylund, Asparouhov & Muthén (2007), doi:10.1080/10705510701575396. In R:
    ``mclust::mclustBootstrapLRT``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> data = {"a": np.append(rng.normal(size=60), 6 + rng.normal(size=60)), "b": rng.normal(size=120)}
    >>> classes_test(data, 2, draws=19).pvalue
    0.05
    """
    if n_classes < 2 or draws < 1:
        raise DataError(
            f"n_classes={n_classes!r}, draws={draws!r}: expected two classes or more, and draws from 1"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        small, large = (_fitted(data, structure, k, items, 50, seed) for k in (n_classes - 1, n_classes))
        rng = np.random.default_rng(seed)
        simulated = [_statistic(_sample(small, rng), structure, n_classes) for _ in range(draws)]
    kept = np.array([value for value in simulated if value == value])
    if not len(kept):
        raise DataError(f"no simulated sample of {n_classes - 1} classes could be fitted with {n_classes}")
    value = 2 * (large.loglik - small.loglik)
    p = (1 + int((kept >= value).sum())) / (1 + len(kept))
    return ClassesTest(n_classes, value, p, kept, len(kept))


def _statistic(data: dict[str, Array], structure: str, k: int) -> float:
    """2(log L_K − log L_{K−1}) of one simulated sample; NaN where every start degenerates."""
    x = np.column_stack(list(data.values()))
    small, large = (_height(x, structure, each) for each in (k - 1, k))
    return max(2 * (large - small), 0.0) if np.isfinite(small + large) else float("nan")


def _height(x: Array, structure: str, k: int) -> float:
    """The log-likelihood that few starts reach, less exactly than a solution that is shown."""
    starts = STARTS if k > 1 else 1
    if structure == "classes":
        codes = np.column_stack([np.unique(column, return_inverse=True)[1].ravel() for column in x.T])
        mixture, begun = mixture_of(codes)[0], random_shares(len(np.unique(codes, axis=0)), k, starts, 1)
        return search(mixture, begun, mixture.counts, LEADERS, STILL).loglik
    centred = x - x.mean(axis=0)
    begun = clustered(centred, k, starts, 1) if k > 1 else np.ones((1, len(x), 1))
    return search(profiles_of(structure, centred), begun, np.ones(len(x)), LEADERS, STILL).loglik


def _sample(result: ProfileResult | ClassResult, rng: np.random.Generator) -> dict[str, Array]:
    member = rng.choice(result.n_classes, size=result.n, p=result.proportions / result.proportions.sum())
    if isinstance(result, ClassResult):
        drawn = [
            own[np.minimum((rng.random((result.n, 1)) > share[member].cumsum(1)).sum(1), len(own) - 1)]
            for own, share in zip(result.values, result.probabilities, strict=True)
        ]
        return dict(zip(result.items, drawn, strict=True))
    roots = np.linalg.cholesky(result.covariances)
    noise = rng.normal(size=(result.n, len(result.items)))
    x = result.means[member] + np.einsum("nij,nj->ni", roots[member], noise)
    return dict(zip(result.items, x.T, strict=True))
