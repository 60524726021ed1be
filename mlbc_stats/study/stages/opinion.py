"""Stage 7: the same models through semopy, estimates and errors compared."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.report import Table
from mlbc_stats.sem.peer.second_opinion import SecondOpinion, second_opinions
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.verdicts import theory_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory.models import measurement_only

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult

SECONDS = 60.0
"""How long semopy may take for one model, on average of those it is given together."""
TOLERANCE = 1e-4


def opinion(material: Material) -> Stage:
    """Largest differences of estimates, errors and objective, or why they cannot be compared."""
    if not material.study.second_opinion:
        return Stage("opinion", "Second opinion", text=("Not asked for in the study.",))
    opinions = _opinions(material)
    agreed = sum(found.agrees(TOLERANCE) for found in opinions.values())
    unknown = sum(not found.comparable for found in opinions.values())
    apart = [name for name, found in opinions.items() if found.comparable and not found.agrees(TOLERANCE)]
    return Stage(
        name="opinion",
        title="Second opinion",
        short=f"semopy agrees on {agreed} of {len(opinions)} models, could not be compared on {unknown}.",
        text=(
            "The measurement model of each construct and the structural models are fitted by maximum likelihood on "
            "complete units, here and by another program, semopy, which is given every parameter explicitly. "
            "Estimates, standard errors and the objective are compared, nothing else.",
        ),
        tables=(_table(opinions),),
        problems=(f"semopy disagrees on {', '.join(apart)}",) if apart else (),
        remarks=tuple(
            f"no second opinion on {name}: {one.reason}"
            for name, one in opinions.items()
            if not one.comparable
        ),
    )


def _opinions(material: Material) -> dict[str, SecondOpinion]:
    """Opinions by model; each structural model in a process of its own, since one may take very long."""
    scales = {f"measurement of {name}": fit for name, fit in _scales(material).items()}
    found = dict(zip(scales, second_opinions(tuple(scales.values()), SECONDS), strict=True))
    return found | {name: sem.second_opinion(fit, SECONDS) for name, fit in _models(material).items()}


def _models(material: Material) -> dict[str, SemResult]:
    """The structural models as semopy can fit them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return {
            name: sem.fit(model.text, material.units, std_lv=True)
            for name, model in theory_of(material).models.items()
            if model.plain and not model.columns
        }


def _scales(material: Material) -> dict[str, SemResult]:
    """The factors of each construct with facets, by themselves."""
    names = [name for name in material.factors if material.asked.facets(name)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return {
            name: sem.cfa(measurement_only(material.asked, [name]), material.units, std_lv=True)
            for name in names
        }


def _table(opinions: dict[str, SecondOpinion]) -> Table:
    found = tuple(opinions.values())
    compared = [
        (one.estimates, one.errors, one.objective) if one.comparable else (None,) * 3 for one in found
    ]
    return Table(
        "Largest differences to semopy",
        ("model", "compared", "estimates", "errors", "objective", "agree", "remark"),
        (
            tuple(opinions),
            tuple(one.comparable for one in found),
            *zip(*compared, strict=True),
            tuple(one.agrees(TOLERANCE) if one.comparable else None for one in found),
            tuple(one.reason for one in found),
        ),
        ("text", "truth", "magnitude", "magnitude", "magnitude", "truth", "text"),
        notes=(f"agree: within {TOLERANCE:g}, estimates in standard errors, errors relatively.",),
        identifier="semopy",
    )
