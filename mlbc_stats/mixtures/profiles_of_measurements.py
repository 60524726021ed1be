"""Fit latent profiles: measurements, starts, EM, what is said of the solution, in this order."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, MlbcWarning, NotServedError
from mlbc_stats.mixtures.gaussian.covariances import STRUCTURES, covariance_parameters
from mlbc_stats.mixtures.gaussian.latent_profiles import profiles_of
from mlbc_stats.mixtures.quality import criteria
from mlbc_stats.mixtures.result import ProfileResult
from mlbc_stats.mixtures.search.expectation_maximization import Arrival, search
from mlbc_stats.mixtures.search.starts import clustered
from mlbc_stats.moments.columns import column_names, read_columns
from mlbc_stats.parallel import one_blas_thread

Array = NDArray[Any]
Told = tuple[str, type[MlbcWarning]]
STARTS = 100
COLLINEAR = 1e-10


def profiles(
    data: Any,
    n_classes: int,
    structure: str = "EEI",
    items: Sequence[str] | None = None,
    starts: int = STARTS,
    seed: int = 1,
    begin: Any = None,
) -> ProfileResult:
    """Latent profiles: a mixture of normal classes by maximum likelihood, the best of many starts.

    Parameters
    ----------
    data : table (cases, items), measurements; complete cases enter, others are told.
    n_classes : K. structure : of the covariance matrices, three letters for volume, shape and orientation, each E(qual)
        or V(arying), I for none: "EII", "VII", "EEI", "VEI", "EVI", "VVI" (local independence, as in most profile
        analyses), "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV".
    items : columns, all by default. starts : one hierarchical, the others k-means; seed : of these.
    begin : (starts, n) classes from 0 of all complete cases to begin from instead, one row a start.

    Raises
    ------
    DataError
        constant or collinear items, too few cases, no start that does not degenerate.
    NotServedError
        an unknown structure.

    Notes
    -----
    Banfield & Raftery (1993), doi:10.2307/2532201; Fraley & Raftery (2002), doi:10.1198/016214502760047131. In R:
    ``mclust::Mclust(X, G = 3, modelNames = "VVI")``, which takes a single start. Starts in which a class shrinks to a
    point or a line, where the likelihood has no bound, are left out.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> group = np.repeat([0, 1], [60, 40])
    >>> data = {"a": 4 * group + rng.normal(size=100), "b": rng.normal(size=100)}
    >>> profiles(data, 2).proportions.round(1).tolist()
    [0.6, 0.4]
    """
    if structure not in STRUCTURES:
        raise NotServedError(f"structure={structure!r} is not served; use one of {', '.join(STRUCTURES)}")
    names, x, kept, notes = _read(data, items)
    _check(x, names, n_classes, starts)
    centre, scale = x.mean(axis=0), float(np.sqrt(x.var(axis=0).mean()))
    y = (x - centre) / scale
    mixture = profiles_of(structure, y)
    with one_blas_thread():
        begun = _begun(y, n_classes, starts, seed, begin)
        found = search(mixture, begun, np.ones(len(y)))
    if not found.alive:
        raise DataError(
            f"every start of {n_classes} classes ({structure}) ends with a class that shrinks to a point or a line; "
            "take fewer classes or a structure with fewer parameters"
        )
    normals = mixture.parameters(found.shares[None])
    order = np.argsort(-normals.log_shares[0], kind="stable")
    loglik = found.loglik - x.size * float(np.log(scale))
    npar = n_classes - 1 + n_classes * len(names) + covariance_parameters(structure, n_classes, len(names))
    told = [*((note, DataWarning) for note in notes), *complaints(found)]
    for text, category in told:
        warnings.warn(text, category, stacklevel=2)
    return ProfileResult(
        structure,
        names,
        n_classes,
        len(x),
        kept,
        np.exp(normals.log_shares[0][order]),
        centre + scale * normals.means[0][order],
        scale**2 * normals.covariances[0][order],
        found.shares[:, order],
        loglik,
        npar,
        criteria(loglik, npar, found.shares, np.ones(len(x))),
        found.converged,
        found.reached,
        found.alive,
        found.maxima,
        tuple(text for text, _ in told),
    )


def check_measurements(data: Any, items: Sequence[str] | None = None) -> None:
    """Raise for data in which not even one profile can be found."""
    names, x, _, _ = _read(data, items)
    _check(x, names, n_classes=1, starts=1)


def _begun(y: Array, n_classes: int, starts: int, seed: int, begin: Any) -> Array:
    """(S, n, K) shares to begin from."""
    if n_classes == 1:
        return np.ones((1, len(y), 1))
    if begin is None:
        return clustered(y, n_classes, starts, seed)
    labels = np.atleast_2d(np.asarray(begin))
    if labels.shape[1] != len(y) or not np.isin(labels, np.arange(n_classes)).all():
        raise DataError(
            f"begin has shape {labels.shape} and classes {np.unique(labels).tolist()[:6]}; expected rows of {len(y)} "
            f"classes from 0 to {n_classes - 1}, one for each complete case"
        )
    return np.asarray(labels[..., None] == np.arange(n_classes), dtype=float)


def complaints(found: Arrival) -> list[Told]:
    """What stands against a search."""
    told: list[Told] = []
    if not found.converged:
        told.append(("EM did not arrive: the solution is not a maximum", ConvergenceWarning))
    if found.alive > 1 and found.reached < 2:
        told.append(
            (
                f"one of {found.alive} starts led to this solution: it may not be the highest, take more starts "
                "(`starts=`), and do not interpret it if they find others",
                ConvergenceWarning,
            )
        )
    return told


def _read(data: Any, items: Sequence[str] | None) -> tuple[tuple[str, ...], Array, Array, tuple[str, ...]]:
    names = tuple(column_names(data) if items is None else items)
    if not names:
        raise DataError("no items to find profiles of")
    table = read_columns(data, names)
    kept = np.flatnonzero(np.isfinite(table).all(axis=1))
    gone = len(table) - len(kept)
    notes = (f"{gone} of {len(table)} rows left out: a value is missing or infinite",) if gone else ()
    return names, table[kept], kept, notes


def _check(x: Array, names: tuple[str, ...], n_classes: int, starts: int) -> None:
    if isinstance(n_classes, bool) or n_classes != int(n_classes) or n_classes < 1 or starts < 1:
        raise DataError(f"n_classes={n_classes!r}, starts={starts!r}: expected whole numbers from 1")
    if len(x) < n_classes * (len(names) + 1):
        raise DataError(
            f"{len(x)} complete cases for {n_classes} classes of {len(names)} items; expected at least "
            f"{n_classes * (len(names) + 1)}"
        )
    deviation = x.std(axis=0)
    flat = [name for name, own in zip(names, deviation, strict=True) if not own > 0]
    if flat:
        raise DataError(f"constant: {', '.join(flat)}; every case has the same value, leave it out")
    values, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(x, rowvar=False)))
    if values[0] < COLLINEAR:
        held = [names[k] for k in np.flatnonzero(np.abs(vectors[:, 0]) > 1e-4)]
        raise DataError(f"{', '.join(held)} are collinear; leave one of them out")
