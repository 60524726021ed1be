"""What the options ask of a model."""

from __future__ import annotations

import numpy as np

from mlbc_stats.composites.options import Options
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.stages.plan import Plan
from mlbc_stats.composites.structural.equations import check_instruments
from mlbc_stats.composites.weighting.orientation import check_dominant
from mlbc_stats.errors import ModelError

MOVING = ("modeA", "modeB")


def check_requirements(plan: Plan, options: Options) -> None:
    """Refuse a construct that partial least squares cannot weigh, and instruments and signs of no construct.

    Raises
    ------
    ModelError : a construct with mode A or B that no path joins with another; instruments or dominant indicators that
        do not fit the model.
    """
    stages = [plan.model] if plan.first is None else [plan.first, plan.model]
    check_dominant(stages, options.dominant)
    check_instruments(plan.model, options.instruments)
    for stage in stages:
        _refuse_lonely(stage, options)


def _refuse_lonely(model: Specification, options: Options) -> None:
    if options.whole is not None or options.neighbours == "all":
        if len(model.names) < 2:
            raise ModelError(
                "one construct alone has no neighbours; use weights='pca', 'unit' or 'regression'"
            )
        return
    m = len(model.names)
    joined = (model.adjacency | model.adjacency.T)[:m, :m].any(axis=1)
    alone = [
        construct.name
        for construct, has in zip(model.constructs, np.asarray(joined).tolist(), strict=True)
        if not has and construct.mode in MOVING and len(construct.indicators) > 1
    ]
    if alone:
        raise ModelError(
            f"no path joins {', '.join(alone)} with another construct, so partial least squares has nothing to find "
            "the weights by; add a path, or use weights='pca', 'unit' or 'regression' for it, or neighbours='all'"
        )
