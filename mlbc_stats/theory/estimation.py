"""How models are estimated from survey answers: the choice, and the reason for each part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from mlbc_stats.errors import DataError, InstrumentError
from mlbc_stats.near_names import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

ORGANIZATIONS = (
    "organization_id",
    "organisation_id",
    "org_id",
    "organization",
    "organisation",
    "firm_id",
    "firm",
    "company_id",
    "company",
)
"""Columns that are taken to name the organization of a unit, the first that is there."""

Interactions = Literal["product", "lms", "qml"]
"""Product indicators, latent moderated structural equations, quasi maximum likelihood."""

SEED = 20261122
"""Of everything that a test of propositions draws: the same answers give the same verdicts."""

FEW_CLUSTERS = 30
"""Organizations below which robust errors are too small; McNeish & Stapleton (2016), doi:10.1007/s10648-014-9287-x."""


@dataclass(frozen=True, slots=True)
class Estimation:
    """What is asked of the estimator; None takes the default that suits survey answers.

    Attributes
    ----------
    estimator : MLR, or WLSMV with `ordered`.
    missing : "fiml", or "pairwise" with `ordered`; "listwise" keeps complete units alone.
    ordered : whether answers are analysed as ordered categories.
    cluster : column of the organization; None looks for one of `ORGANIZATIONS`, "" uses none.
    bootstrap : resamples behind errors and intervals; None for analytic ones.
    seed : of these resamples.
    interactions : how products of factors are estimated: "product", "lms" or "qml"; docs/interactions.md has them side
        by side.

    Examples
    --------
    >>> Estimation(ordered=True).arguments
    {'estimator': 'WLSMV', 'missing': 'pairwise', 'ordered': True}
    """

    estimator: str | None = None
    missing: str | None = None
    ordered: bool = False
    cluster: str | None = None
    bootstrap: int | None = None
    seed: int = SEED
    interactions: Interactions = "qml"

    def __post_init__(self) -> None:
        if self.interactions not in get_args(Interactions):
            raise DataError(
                f"interactions={self.interactions!r} is none of {', '.join(get_args(Interactions))}"
            )
        if self.bootstrap is not None and self.bootstrap < 1:
            raise DataError(f"bootstrap={self.bootstrap}; give the number of resamples, such as 1000")
        if self.bootstrap and self.estimator not in (None, "ML"):
            raise DataError(
                f"bootstrap={self.bootstrap} resamples ML estimates, got estimator={self.estimator!r}; leave one out"
            )
        if self.ordered and self.bootstrap:
            raise DataError("bootstrap goes with continuous answers; leave out ordered or bootstrap")

    @property
    def arguments(self) -> dict[str, Any]:
        """What is handed to `sem.fit`, clusters aside."""
        if self.ordered:
            return {
                "estimator": self.estimator or "WLSMV",
                "missing": self.missing or "pairwise",
                "ordered": True,
            }
        if self.bootstrap:
            return {
                "estimator": "ML",
                "missing": self.missing or "fiml",
                "se": "bootstrap",
                "bootstrap": self.bootstrap,
                "seed": self.seed,
            }
        return {"estimator": self.estimator or "MLR", "missing": self.missing or "fiml"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An estimation settled for some data.

    Attributes
    ----------
    arguments : of `sem.fit`; frame : the units, with the clusters' column where there are clusters.
    reasons : what was taken and why, one line each.
    interactions : how products of factors are estimated.
    """

    arguments: dict[str, Any]
    frame: pd.DataFrame
    reasons: tuple[str, ...]
    interactions: Interactions = "qml"


def settle(asked: Estimation, frame: pd.DataFrame, clusters: pd.DataFrame) -> Chosen:
    """The arguments of `sem.fit` for these units, with the reason of each.

    Parameters
    ----------
    frame : (units, k) items, NaN where missing.
    clusters : (units, c) columns that may name the organization of a unit.

    Raises
    ------
    InstrumentError
        a cluster column that is not there.
    DataError
        ordered analysis of answers that are averages over informants.
    """
    if frame.notna().all(axis=None) and asked.missing is None and not asked.ordered:
        asked = replace(asked, missing="listwise")
        missing = ["No answer to the items of the models is missing."]
    else:
        missing = _missing_reasons(asked, frame)
    arguments, reasons = asked.arguments, [_estimator_reason(asked), *missing]
    if asked.ordered:
        _check_categories(frame)
    name = _cluster_column(asked, clusters)
    if name is None:
        return Chosen(arguments, frame, tuple(reasons), asked.interactions)
    codes = _cluster_codes(clusters[name])
    count = len(set(codes))
    reasons.append(_cluster_reason(name, count, len(codes)))
    if count in (1, len(codes)):
        return Chosen(arguments, frame, tuple(reasons), asked.interactions)
    return Chosen(
        arguments | {"cluster": name}, frame.assign(**{name: codes}), tuple(reasons), asked.interactions
    )


def with_columns(settled: Chosen, columns: pd.DataFrame) -> Chosen:
    """The same with further columns made of the answers beside the items."""
    return replace(settled, frame=settled.frame.join(columns)) if len(columns.columns) else settled


def _estimator_reason(asked: Estimation) -> str:
    name = asked.arguments["estimator"]
    if asked.bootstrap:
        return (
            f"Estimator ML with standard errors from {asked.bootstrap} bootstrap resamples (seed {asked.seed}), "
            "as requested."
        )
    if asked.estimator:
        return f"Estimator {name}, as requested."
    if asked.ordered:
        return (
            "Estimator WLSMV on thresholds and polychoric correlations, since ordered answers were requested."
        )
    return (
        "Estimator MLR: rating answers are skewed, so standard errors and tests are robust to non-normality "
        "(Yuan & Bentler 2000, doi:10.1111/0081-1750.00078)."
    )


def _missing_reasons(asked: Estimation, frame: pd.DataFrame) -> list[str]:
    way, items = asked.arguments["missing"], frame.shape[1]
    some, complete = int(frame.notna().any(axis=1).sum()), int(frame.notna().all(axis=1).sum())
    names = {
        "fiml": "full information maximum likelihood (FIML)",
        "pairwise": "pairwise deletion",
        "listwise": "listwise deletion",
    }
    because = "as requested" if asked.missing else "so that a missing answer costs a cell, never a unit"
    counts = f"{some} units answered some of the {items} items of the models, {complete} all of them"
    kept = {"fiml": f"{some} units kept", "pairwise": f"{some} units kept"}.get(way, f"{complete} units kept")
    other = "listwise deletion would keep" if way != "listwise" else "FIML would keep"
    return [
        f"Missing answers are handled by {names.get(way, way)}, {because}: {kept}; {other} "
        f"{complete if way != 'listwise' else some} ({counts})."
    ]


def organization_column(beside: pd.DataFrame) -> str | None:
    """The first of `ORGANIZATIONS` among the columns beside the items; None where there is none."""
    return next((name for name in ORGANIZATIONS if name in beside.columns), None)


def _cluster_column(asked: Estimation, clusters: pd.DataFrame) -> str | None:
    if asked.cluster == "":
        return None
    if asked.cluster is None:
        return organization_column(clusters)
    if asked.cluster not in clusters.columns:
        names = [str(name) for name in clusters.columns]
        raise InstrumentError(
            f"no column {asked.cluster!r} to name the organization of a unit"
            f"{did_you_mean(asked.cluster, names)}; the responses have {', '.join(names) or 'none beside the items'}"
        )
    return asked.cluster


def _cluster_codes(names: pd.Series) -> list[int]:
    """A code per unit; a unit without a name is a cluster of its own."""
    texts = [str(name).strip() for name in names.fillna("")]
    own = [text or f"\0{place}" for place, text in enumerate(texts)]
    code = {text: place for place, text in enumerate(dict.fromkeys(own))}
    return [code[text] for text in own]


def _cluster_reason(name: str, count: int, units: int) -> str:
    if count == 1:
        return f"All units belong to one organization ({name}): standard errors do not account for nesting."
    if count == units:
        return f"Every unit is in an organization of its own ({name}): standard errors need not account for nesting."
    few = (
        f" With fewer than {FEW_CLUSTERS} organizations, such standard errors are too small (McNeish & Stapleton 2016)."
        if count < FEW_CLUSTERS
        else ""
    )
    return f"Standard errors and tests account for the nesting of {units} units in {count} organizations ({name}).{few}"


def _check_categories(frame: pd.DataFrame) -> None:
    broken = [str(name) for name in frame.columns if (frame[name].dropna() % 1 != 0).any()]
    if broken:
        raise DataError(
            f"ordered answers: {', '.join(broken[:3])}{' and more' if len(broken) > 3 else ''} hold averages over "
            "several informants of a unit, which are no categories; use one informant a unit, or leave out ordered"
        )
