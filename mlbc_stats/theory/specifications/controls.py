"""Controls: what is held constant beside the theory's own predictors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlbc_stats import bridge
from mlbc_stats.errors import InstrumentError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.theory.models import ModelText

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

CONTROLS = ("att_change", "CHG", "marker")
"""Held constant by default where they were asked: attention to change (M23 §5.2), how much the context changed, and
the unrelated marker scale, which catches manners of answering (Lindell & Whitney 2001, doi 10.1037/0021-9010.86.1.114).
"""
PREFIX = "control_"
MOST = 12
"""Categories beyond which a column of words names cases rather than kinds of them."""


def control_columns(
    responses: Responses,
    screening: ScreeningReport | None,
    instrument: Instrument,
    names: Sequence[str] | None,
) -> pd.DataFrame:
    """One column per control, standardized: means of a construct's items, numbers, or 0 and 1 per category.

    Parameters
    ----------
    instrument : as far as it was asked.
    names : constructs or columns beside the items; None takes `CONTROLS` as far as they were asked.

    Returns
    -------
    DataFrame (units, c) named ``control_...``; constant columns are left out.

    Raises
    ------
    InstrumentError
        a name that is neither, or a column of words with more than `MOST` of them.
    """
    import pandas as pd

    items = bridge.unit_frame(responses, screening)
    beside = bridge.unit_columns(responses, screening)
    asked = set(instrument.construct_ids)
    wanted = names if names is not None else [name for name in CONTROLS if name in asked]
    parts = [
        items[[item.id for item in instrument.items_of(name)]].mean(axis=1).rename(name).to_frame()
        if name in asked
        else _column(beside, name, sorted(asked))
        for name in wanted
    ]
    if not parts:
        return pd.DataFrame(index=items.index)
    found = pd.concat(parts, axis=1)
    found = found.loc[:, found.std() > 0]
    scaled = (found - found.mean()) / found.std()
    return scaled.rename(columns=lambda name: PREFIX + re.sub(r"\W+", "_", str(name)))


def with_controls(model: ModelText, controls: Sequence[str]) -> ModelText:
    """The model with every control a predictor in every equation and correlated with the exogenous factors.

    A control enters as a factor of one indicator without error, so that units with a control missing are kept. It is
    never a category.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.theory import build_model
    >>> model = build_model("S2", survey.load_instrument("mlbc_alignment"))
    >>> [line for line in with_controls(model, ["control_marker"]).text.splitlines() if "f_control" in line][:2]
    ['TC ~ f_control_marker', 'cs_task ~ f_control_marker']
    """
    factors = [f"f_{name}" for name in controls]
    equations = [f"{outcome} ~ {' + '.join(factors)}" for outcome, _ in model.structure.paths if factors]
    measured = [
        line
        for factor, name in zip(factors, controls, strict=True)
        for line in (f"{factor} =~ {name}", f"{name} ~~ 0*{name}")
    ]
    return replace(
        model,
        text=model.text + "\n".join([*equations, *measured, ""]),
        columns=(*model.columns, *controls),
    )


def _column(beside: pd.DataFrame, name: str, asked: Sequence[str]) -> pd.DataFrame:
    """A column beside the items as numbers, or as one column of 0 and 1 for each category but the first."""
    import pandas as pd

    if name not in beside.columns:
        known = [*asked, *map(str, beside.columns)]
        raise InstrumentError(
            f"no construct and no column {name!r} to control for{did_you_mean(name, known)}; there are "
            f"{', '.join(known)}"
        )
    column = beside[name]
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.notna().sum() == column.notna().sum():
        return numbers.to_frame()
    if column.nunique() > MOST:
        raise InstrumentError(f"{name}: {column.nunique()} different words are no control; group them first")
    marks = pd.get_dummies(column, prefix=name, drop_first=True, dtype=float)
    return marks.where(column.notna(), axis=0)
