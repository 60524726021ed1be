"""Turn what the user gives as data into sample moments, one set per group."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.columns import column_names, read_columns, read_labels
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.sample import SampleMoments, from_cov, from_raw, split_groups
from mlbc_stats.moments.sample.checks import check_covariance, check_sample
from mlbc_stats.moments.sample.incomplete import from_incomplete, unbounded_note
from mlbc_stats.moments.sample.moments import divisor_of
from mlbc_stats.moments.sample.saturated_curvature import require_determined
from mlbc_stats.moments.weights import normalize_weights
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.data.given_moments import NOTHING, Given, with_given
from mlbc_stats.sem.data.matrices import as_groups, mean_vectors, named_matrices
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.specification.parameter_table import ParameterTable

UNBOUNDED = (
    ": the likelihood of unrestricted moments grows without end. The model itself is estimated all the same; what "
    "compares it with unrestricted moments (χ², the indices made of it, SRMR, residuals) is withheld. Fewer variables "
    "or more cases would bring it back"
)
"""What is said of provisional moments."""


@dataclass(frozen=True, slots=True)
class Source:
    """Data as the user gave it, before the model says which columns it needs.

    Attributes
    ----------
    data : a table, or None with a covariance matrix.
    names : its columns.
    codes : (n,) group of each row, −1 for none; labels : the groups.
    covs, means, sizes : per group, where a covariance matrix was given.
    given : thresholds, sampling covariance and weight of the moments, where they were given.
    rescale : whether covariance matrices have divisor n − 1; None where the estimator decides.
    """

    data: Any
    names: tuple[str, ...]
    codes: NDArray[np.intp] | None
    labels: tuple[str, ...]
    covs: tuple[Floats, ...] = ()
    means: tuple[Floats | None, ...] = ()
    sizes: tuple[float, ...] = ()
    given: Given = NOTHING
    rescale: bool | None = None


def row_names(data: Any) -> Any:
    """Names of the rows of a table that has them (``index`` of a data frame), else None."""
    index = getattr(data, "index", None)
    return None if callable(index) else index


def open_source(
    data: Any,
    group: str | None,
    sample_cov: Any,
    sample_mean: Any,
    sample_nobs: Any,
) -> Source:
    """Look at the data once: column names and groups, or covariance matrices with their names.

    Raises
    ------
    ModelError
        when neither or both of data and covariance matrix are given, or the matrix has no names or sizes.
    """
    if (data is None) == (sample_cov is None):
        raise ModelError("give either data or sample_cov with sample_nobs, not both and not neither")
    if data is not None:
        if isinstance(data, np.ndarray) and data.dtype.names is None:
            raise DataError(
                "an array has no names of variables, so none is assumed; give a DataFrame or a mapping, such as "
                "pandas.DataFrame(array, columns=['x1', 'x2'])"
            )
        names = column_names(data)
        if group is None:
            return Source(data, names, None, ())
        if not isinstance(group, str):
            raise ModelError(f"group={group!r}: name one column, as text")
        codes, labels = read_labels(data, group)
        if not labels:
            raise DataError(f"column {group!r} names no group: every value is missing")
        return Source(data, names, codes, labels)
    matrices = as_groups(sample_cov)
    if sample_nobs is None:
        raise ModelError("sample_cov needs sample_nobs, the number of cases behind the matrix")
    names, covs = named_matrices(matrices)
    sizes = tuple(float(n) for n in np.atleast_1d(np.asarray(sample_nobs, dtype=float)))
    if len(sizes) != len(covs):
        raise ModelError(
            f"{len(covs)} covariance matrices but {len(sizes)} values of sample_nobs; give one each"
        )
    means = mean_vectors(sample_mean, names, len(covs))
    labels = tuple(f"Group {i + 1}" for i in range(len(covs))) if len(covs) > 1 else ()
    return Source(None, names, None, labels, covs, tuple(means), sizes)


def select_groups(source: Source, chosen: Sequence[str]) -> Source:
    """The source with these groups alone, in this order; rows of other groups get the code −2.

    Of covariance matrices, which bear no labels, these are the labels.

    Raises
    ------
    ModelError
        without groups, for labels that no group bears, one given twice, and another number than of matrices.
    """
    if not source.labels:
        raise ModelError("group_label names groups, but there are none; give group= as well")
    if len(set(chosen)) < len(chosen):
        raise ModelError("group_label names a group twice; name each once")
    if source.codes is None:
        if len(chosen) != len(source.labels):
            raise ModelError(
                f"group_label has {len(chosen)} labels for {len(source.labels)} covariance matrices"
            )
        return replace(source, labels=tuple(chosen))
    for label in chosen:
        if label not in source.labels:
            held = ", ".join(source.labels)
            raise ModelError(
                f"group_label: no group is {label!r}{did_you_mean(label, source.labels)} (groups: {held})"
            )
    order = [source.labels.index(label) for label in chosen]
    place = np.full(len(source.labels), -2, dtype=np.intp)
    place[order] = np.arange(len(order))
    return replace(
        source, labels=tuple(chosen), codes=np.where(source.codes < 0, source.codes, place[source.codes])
    )


def ungrouped_notes(codes: NDArray[np.intp] | None) -> list[str]:
    """What to say about rows without a group; nothing about groups that the user left out."""
    count = 0 if codes is None else int(np.sum(codes == -1))
    return [f"{count} rows without a group were dropped"] if count else []


@dataclass(frozen=True, slots=True)
class OrdinalVariables:
    """Ordinal variables of a model.

    Attributes
    ----------
    codes : the codes (c,) in use, ascending, by name, in the model's order.
    notes : what a reader must know about the choice.
    """

    codes: dict[str, Floats]
    notes: tuple[str, ...] = ()

    @property
    def thresholds(self) -> tuple[tuple[str, int], ...]:
        """(name, number of thresholds) of each."""
        return tuple((name, len(codes) - 1) for name, codes in self.codes.items())


@dataclass(frozen=True, slots=True)
class Sample:
    """Sample moments per group, and what a reader must know about how they came about."""

    moments: tuple[SampleMoments, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """How the rows enter: standardized first, weighted by a column, clustered by a column, some columns ordinal.

    `notes` is what a reader must know about the model's words, before any data are read; `normalization` says how
    weights are rescaled.
    """

    std_ov: bool = False
    weights: str | None = None
    cluster: str | None = None
    ordinal: OrdinalVariables | None = None
    notes: tuple[str, ...] = ()
    normalization: str = "total"


def read_sample(source: Source, table: ParameterTable, method: Method, design: Design) -> Sample:
    """Sample moments of the model's variables, one set per group, checked for what would break a fit."""
    likelihood = method.likelihood if method.discrepancy in {"ML", "IV"} else "wishart"
    if design.weights is not None and method.discrepancy != "IV":
        likelihood = "normal"  # the sum of the weights less one estimates nothing, and lavaan takes the sum
    if source.data is None:
        known = [name for name in source.names if name in table.observed]
        given = (_from_matrix(source, g, table, likelihood, design) for g in range(len(source.covs)))
        return Sample(
            tuple(with_given(each, source.given, g, known, method) for g, each in enumerate(given)), ()
        )
    x = read_columns(source.data, table.observed)
    holes = np.isnan(x)
    usable = np.asarray(~holes.any(axis=1) if method.missing == "listwise" else ~holes.all(axis=1))
    mass = None
    if design.weights is not None:
        mass = joint_weights(source, design.weights, usable, design.normalization)
    clusters = None if design.cluster is None else cluster_codes(source, design.cluster, usable)
    parts = (np.arange(len(x)),) if source.codes is None else split_groups(source.codes, source.labels)
    labels = source.labels if source.codes is not None else ("",)
    notes: list[str] = []
    moments: list[SampleMoments] = []
    make = (
        partial(from_raw, likelihood=likelihood)
        if method.missing == "listwise"
        else partial(from_incomplete, require=not method.fiml)
    )
    scaled = _scaled(table) if design.std_ov else []
    for rows, label in zip(parts, labels, strict=True):
        check_columns(x[rows], table.observed, label)
        if method.missing == "fiml" or method.two_stage:
            rows, note = _with_covariates(x, rows, table, label)
            notes += note
        part = make(
            standardize(x[rows], scaled, method.missing) if scaled else x[rows],
            table.observed,
            weights=None if mass is None else mass[rows],
            cluster=None if clusters is None else clusters[rows],
            rows=rows,
            normalize=False,
        )
        if method.two_stage:
            require_determined(part, label)
        notes += _dropped(part, x[rows], label)
        notes += check_sample(part.start, label, definite=method.discrepancy != "ULS")
        if part.provisional is not None and part.patterns is not None:
            notes.append(unbounded_note(part.patterns, part.names, label) + UNBOUNDED)
        moments.append(with_given(part, source.given, len(moments), table.observed, method))
    notes += ungrouped_notes(source.codes)
    return Sample(tuple(moments), tuple(notes))


def _fixed(table: ParameterTable) -> list[int]:
    """Positions of covariates whose moments are taken as given: rows that lack one are dropped."""
    exogenous = table.fixed_covariates
    return [i for i, name in enumerate(table.observed) if name in exogenous]


def _with_covariates(
    x: Floats, rows: NDArray[np.intp], table: ParameterTable, label: str
) -> tuple[NDArray[np.intp], list[str]]:
    """The rows that have every fixed covariate, and a note on those that have not."""
    whole = ~np.isnan(x[rows][:, _fixed(table)]).any(axis=1)
    if whole.all():
        return rows, []
    where = f" of group {label!r}" if label else ""
    return rows[whole], [
        f"{int(np.sum(~whole))} of {len(rows)} rows{where} were dropped: a covariate with fixed moments is missing; "
        "missing='ml.x' keeps them, or fixed_x=False models the covariates"
    ]


def joint_weights(
    source: Source, name: str, usable: NDArray[np.bool_], normalization: str = "total"
) -> Floats:
    """Sampling weights rescaled to sum to the number of rows used, over all groups ("total") or in each ("group").

    "none" leaves them as they are.
    """
    mass = read_columns(source.data, [name])[:, 0]
    used = usable if source.codes is None else usable & (source.codes >= 0)
    scaled = normalize_weights(mass[used])
    if normalization == "total" or (normalization == "group" and source.codes is None):
        mass[used] = scaled
    elif normalization == "group" and source.codes is not None:
        for code in range(len(source.labels)):
            own = used & (source.codes == code)
            mass[own] = normalize_weights(mass[own])
    return mass


def cluster_codes(source: Source, name: str, usable: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The cluster of every row, as codes.

    Raises
    ------
    DataError
        for a row in use without a cluster: nobody knows with which others it was drawn.
    """
    codes = read_labels(source.data, name)[0]
    lost = np.flatnonzero(usable & (codes < 0) & (True if source.codes is None else source.codes >= 0))
    if len(lost):
        raise DataError(
            f"column {name!r} names no cluster in {len(lost)} of the rows used, the first of them row {lost[0] + 1}; "
            "fill them in (a number of its own for each case drawn singly) or drop the rows"
        )
    return codes


def _scaled(table: ParameterTable) -> list[int]:
    """Positions of what `std_ov` standardizes: covariates with fixed moments stay as they are, as in lavaan."""
    return [i for i in range(len(table.observed)) if i not in _fixed(table)]


def standardize(x: Floats, columns: list[int], missing: str = "") -> Floats:
    """Rows (n, p) of a group, the columns with mean 0 and variance 1 (divisor n − 1). In R: ``scale``.

    Listwise deletion comes first; else every column is standardized by all of its values.
    """
    used = x[~np.isnan(x).any(axis=1)] if missing == "listwise" else x
    out = x.copy()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # a column without values is reported as such later
        out[:, columns] -= np.nanmean(used[:, columns], axis=0)
        out[:, columns] /= np.nanstd(used[:, columns], axis=0, ddof=1)
    return out


def _dropped(moments: SampleMoments, x: Floats, label: str) -> list[str]:
    if moments.patterns is not None and moments.dropped:
        where = f" of group {label!r}" if label else ""
        return [
            f"{moments.dropped} of {len(x)} rows{where} were dropped: they hold no value of any variable of the model"
        ]
    gaps = np.atleast_1d(np.isnan(x).any(axis=0))
    holes = [name for name, gap in zip(moments.names, gaps, strict=True) if gap]
    return dropped_note(len(x), len(x) - moments.dropped, holes, label, "missing='fiml' keeps them")


def dropped_note(total: int, kept: int, holes: Sequence[str], label: str, remedy: str) -> list[str]:
    """What to say about rows left out for a missing value; nothing when all were kept."""
    if kept == total:
        return []
    where = f" of group {label!r}" if label else ""
    return [
        f"{total - kept} of {total} rows{where} were dropped (listwise): a value is missing in "
        f"{', '.join(holes)}; {remedy}"
    ]


def _from_matrix(
    source: Source, g: int, table: ParameterTable, likelihood: str, design: Design
) -> SampleMoments:
    cov, mean = given_matrices(source, g, table)
    check_covariance(cov, table.observed, source.labels[g] if source.labels else "")
    if design.weights or design.cluster:
        raise ModelError("sampling_weights and cluster need the data; a covariance matrix has no rows")
    if design.std_ov:
        at = _scaled(table)
        sd = np.ones(len(cov))
        sd[at] = np.sqrt(np.diag(cov)[at])
        cov = cov / np.outer(sd, sd)
        mean = None if mean is None else np.where(np.isin(np.arange(len(cov)), at), 0.0, mean)
    if mean is None and table.meanstructure:
        raise ModelError("the model has a mean structure; give sample_mean beside sample_cov")
    divisor = "n-1"
    if source.rescale is False:  # as it is, whatever the estimator would make of it
        divisor = divisor_of(likelihood)
    return from_cov(cov, table.observed, int(source.sizes[g]), mean, divisor, likelihood)


def given_matrices(source: Source, g: int, table: ParameterTable) -> tuple[Floats, Floats | None]:
    """Covariances and means of a group as given, in the model's order."""
    index = [source.names.index(name) for name in table.observed]
    mean = source.means[g]
    return source.covs[g][np.ix_(index, index)], None if mean is None else mean[index]
