"""Screening with models: how well each case's answers fit a graded response model of every scale."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError, MlbcWarning
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.model import Responses, keyed
from mlbc_stats.survey.screening.flagging import screen as flag
from mlbc_stats.survey.screening.indices.graded_fit import GradedFit, GradedScale, graded_fit
from mlbc_stats.survey.screening.report import ScreeningReport

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from mlbc_stats.survey.screening.policy import ScreeningPolicy

MOST_MODELLED, MODELLED_ITEMS, LARGEST_LOADING = 20_000, 3, 0.999
"""Cases beyond which screening fits no model; items that a model of one factor needs; loading that is no longer one."""


def screen(
    responses: Responses,
    policy: ScreeningPolicy | str | Path | None = None,
    exclude: Iterable[str] | None = None,
    **thresholds: float | None,
) -> ScreeningReport:
    """`survey.screen` with the rule that needs a model, ``model_fit``; up to 20,000 cases.

    Parameters
    ----------
    policy, exclude, thresholds : as there.

    Examples
    --------
    >>> from mlbc_stats import study, survey
    >>> report = study.screen(survey.simulate(survey.pilot_population(), n=150, seed=1))
    >>> "model_fit" in report.reasons, bool(report.measures["model_fit"].notna().all())
    (False, True)
    """
    given = (
        {"model_fit": person_fit(responses)["lz_star"].to_numpy()} if responses.n <= MOST_MODELLED else None
    )
    return flag(responses, policy=policy, exclude=exclude, given=given, **thresholds)


def person_fit(responses: Responses) -> pd.DataFrame:
    """Fit of each case's answers to a graded response model of every scale, lz and lz*.

    Loadings and thresholds of one factor per construct come from polychoric correlations (unweighted least squares).
    Constructs with fewer than three items, or whose answers one factor cannot reproduce, are left out.

    Returns
    -------
    DataFrame (n, 3) indexed by `case_id`: `lz`, `lz_star` (low: unexpected answers; NaN for a case without a scale),
    `scales` (number that count). References: `graded_fit`.

    Examples
    --------
    >>> from mlbc_stats import study, survey
    >>> found = study.person_fit(survey.simulate(survey.pilot_population().clean(), n=200, seed=1))
    >>> bool((found["lz_star"] < -2.33).mean() < 0.03), int(found["scales"].max()) > 10
    (True, True)
    """
    import pandas as pd

    frame = keyed(responses)
    constructs = dict.fromkeys(responses.instrument.item(str(name)).construct for name in frame.columns)
    found = [_graded(frame, responses.instrument, name) for name in constructs if name]
    scales = [scale for scale in found if scale is not None]
    none = np.full(len(frame), np.nan)
    fit = graded_fit(scales) if scales else GradedFit(none, none, np.zeros(len(frame), dtype=int))
    return pd.DataFrame({"lz": fit.lz, "lz_star": fit.lz_star, "scales": fit.scales}, index=frame.index)


def _graded(frame: pd.DataFrame, instrument: Instrument, construct: str) -> GradedScale | None:
    """The answers to one construct's items with one factor behind them; None where that cannot be."""
    names = [item.id for item in instrument.items if item.construct == construct and item.id in frame]
    values = {name: np.unique(frame[name].dropna()) for name in names}
    names = [name for name in names if len(values[name]) > 1]
    if len(names) < MODELLED_ITEMS:
        return None
    text = f"{construct} =~ {' + '.join(names)}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            data = frame[names].reset_index(drop=True)
            fit = sem.fit(text, data, kind="cfa", ordered=names, std_lv=True, estimator="ULS", missing="pairwise",
                          se="none", test="none")  # fmt: skip
    except MlbcError:
        return None
    table = fit.parameters
    loadings = table.loc[table["op"] == "=~", "est"].to_numpy(dtype=float)
    if not fit.converged or np.abs(loadings).max() >= LARGEST_LOADING:
        return None
    cuts = table[table["op"] == "|"].groupby("lhs", sort=False)["est"]
    places = [
        np.where(frame[name].notna(), np.searchsorted(values[name], frame[name]), np.nan) for name in names
    ]
    thresholds = [cuts.get_group(name).to_numpy(dtype=float) for name in names]
    return GradedScale(np.column_stack(places), loadings, thresholds)
