"""Made-up answers to any instrument from scores of its constructs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlbc_stats import survey
from mlbc_stats.survey import Responses
from mlbc_stats.survey.responses.model import question_scale, scale_bounds


def answers(instrument, scores, seed=1, context=None, wave=1, noise=0.08):
    """Responses of n units; a score of 0 is the lowest answer to an item, 1 the highest."""
    inst, rng = survey.load_instrument(instrument), np.random.default_rng(seed)
    n = len(next(iter(scores.values())))
    items = [item for item in inst.items if item.construct in scores]
    codes = np.empty((n, len(items)))
    for at, item in enumerate(items):
        low, high = scale_bounds(question_scale(inst, item.id))
        spread = 0.0 if high - low < 4 else noise
        share = np.clip(scores[item.construct] + spread * rng.normal(size=n), 0, 1)
        code = low + np.round(share * (high - low))
        codes[:, at] = low + high - code if item.reversed else code
    units = np.array([f"u{i}" for i in range(n)])
    frame = pd.DataFrame(context or {}, index=range(n))
    return Responses(
        instrument=inst,
        case_ids=units,
        unit_ids=units,
        item_ids=tuple(item.id for item in items),
        codes=codes,
        reasons=np.zeros(codes.shape, dtype=np.int8),
        context=frame,
        context_reasons=frame.apply(lambda column: pd.Series(0, index=column.index)),
        paradata=pd.DataFrame(index=range(n)),
        synthetic=True,
        source=f"{instrument}, made up",
        lines=np.zeros(n, dtype=int),
        informants=np.array([""] * n),
        waves=np.full(n, wave),
        unit_column="unit",
    )
