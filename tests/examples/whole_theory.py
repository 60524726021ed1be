"""Answers to everything that the propositions ask, drawn with all of the effects true or with none of them.

Synthetic: nobody answered. Informants differ about solutions, solutions nest in organizations.
"""

from __future__ import annotations

from functools import cache

from mlbc_stats import survey
from mlbc_stats.survey import Nesting, Population
from mlbc_stats.survey.responses.merging import merged_instrument
from mlbc_stats.theory.model_files import ASKED

COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")
ADVANTAGES = ("adv_strategic", "adv_financial", "adv_operational", "adv_new")
INFLUENCES = ("inf_skills", "inf_strategy", "inf_external")
TRUE = {
    ("ALN", "TC"): -0.3,
    ("ALN", "CS"): -0.3,
    ("ALN", "FTC"): 0.3,
    ("ALN", "OML"): 0.3,
    ("ALN", "att_change"): 0.25,
    ("CAP", "ALN"): 0.4,
    ("CAP", "pace_tech"): 0.3,
    ("pair_org_user", "ftc_sync"): 0.4,
    **{(pace, "ftc_expect"): 0.35 for pace in ("pace_org", "pace_tech", "pace_user")},
    **{(component, "gv"): 0.4 for component in COMPONENTS if component != "gv"},
    **{(advantage, name): 0.3 for advantage in ADVANTAGES for name in INFLUENCES},
}


@cache
def population(true: bool) -> Population:
    """The population with every effect, or with none."""
    return Population(
        merged_instrument([survey.load_instrument(name) for name in ASKED]),
        name="whole theory" if true else "no effects",
        paths=TRUE if true else {},
        interactions={("ALN", "FTC", "TC"): 0.25, ("ALN", "OML", "CS"): 0.25} if true else {},
        facet_loadings={"aln_state": 0.97},
        facet_loading=0.9,
        context={"phase": {1: 0.33, 2: 0.33, 3: 0.34}, "informant": {1: 0.4, 2: 0.4, 3: 0.2}},
        nesting=Nesting(
            informants={1: 0.5, 2: 0.5},
            solutions={1: 0.5, 2: 0.5},
            organization_share=0.1,
            informant_share=0.1,
        ),
    )


def answers(true: bool, n: int = 400, seed: int = 1) -> survey.Responses:
    """Answers about n solutions."""
    return survey.simulate(population(true), n=n, seed=seed)
