"""Bootstrap draws of a model, and of HTMT, of the study; or why there are none."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult


@dataclass(frozen=True, slots=True)
class Resampled:
    """Draws of one model, or the reason why there are none.

    Attributes
    ----------
    draws : None where there are none; note : what a reader must know of them, or the reason.

    Examples
    --------
    >>> Resampled(None, "no resamples were asked for").draws is None
    True
    """

    draws: BootstrapResult | None
    note: str


def resample(
    text: str, frame: pd.DataFrame, kind: str, arguments: Mapping[str, Any], replications: int, seed: int
) -> Resampled:
    """Refit a model to resamples of its units, whole organizations where units nest; missing answers as in the fit."""
    if replications < 1:
        return Resampled(None, "No bootstrap intervals: the study asks for no resamples.")
    if arguments.get("ordered"):
        return Resampled(None, "No bootstrap intervals with ordered answers.")
    asked = {name: value for name, value in arguments.items() if name not in ("se", "bootstrap", "seed")}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            fit = sem.fit(text, frame, kind=kind, std_lv=True, **asked)
            draws = sem.bootstrap(fit, replications, seed=seed)
    except (DataError, ModelError, NotServedError) as error:
        return Resampled(None, f"No bootstrap intervals: {error}.")
    improper = int((draws.converged & ~draws.admissible).sum())
    drawn = "whole organizations" if "cluster" in arguments else "units"
    source = _counted(fit.nobs, asked)
    return Resampled(
        draws,
        f"Bootstrap: {replications} resamples of {drawn} from {source}, seed {seed}; {draws.failures} did not "
        f"converge and are left out, {improper} have a negative variance and are kept; 95 % percentile intervals.",
    )


def _counted(units: int, arguments: Mapping[str, Any]) -> str:
    if arguments.get("missing") == "fiml":
        return f"{units} units (missing answers by full information)"
    return f"{units} complete units"


def resampled_ratios(
    units: pd.DataFrame,
    scales: Mapping[str, list[str]],
    arguments: Mapping[str, Any],
    replications: int,
    seed: int,
) -> tuple[pd.DataFrame | None, str]:
    """HTMT of all pairs of scales with its intervals, or None, and what a reader must know."""
    if replications < 1:
        return None, "No intervals of HTMT: the study asks for no resamples."
    way = "fiml" if arguments.get("missing") == "fiml" else "listwise"
    cluster = units[arguments["cluster"]].tolist() if arguments.get("cluster") else None
    try:
        frame = reliability.htmt_intervals(
            units, scales, replications, seed=seed, cluster=cluster, missing=way
        )
    except DataError as error:
        return None, f"No intervals of HTMT: {error}."
    drawn = "units" if cluster is None else "whole organizations"
    return frame, (
        f"HTMT: {replications} bootstrap resamples of {drawn} from {_counted(int(frame['n'].iloc[0]), arguments)}, "
        f"seed {seed}, "
        f"95 % percentile intervals; undefined in {frame.attrs['undefined']} resamples at most."
    )
