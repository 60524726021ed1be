"""A population of respondents from standardized targets: paths, products, correlations, reliability, loadings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mlbc_stats.errors import ModelError
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.synthetic.population import Missingness, Nesting, Population

ALONE = {"aln_state": "ALN"}
"""Facets that stand for their construct in the models: what is true of the one is true of the other."""

USUAL: Mapping[str, float] = {
    "aln_state ~ TC": -0.20,
    "aln_state ~ CS": -0.20,
    "aln_state ~ FTC": 0.25,
    "aln_state ~ OML": 0.25,
    "CAP ~ aln_state": 0.30,
    "CAP ~ FTC": 0.10,
    "CAP ~ OML": 0.10,
    "FTC ~~ OML": 0.30,
    "TC ~~ CS": 0.30,
}
"""What else is true while one proposition is planned: moderate effects and correlations, all standardized, invented."""

TARGET = re.compile(r"^\s*([\w]+)\s*(~~|~)\s*([\w]+(?::[\w]+)?)\s*$")


def target_population(
    instrument: Instrument,
    targets: Mapping[str, float],
    *,
    reliability: float = 0.85,
    facet_loading: float = 0.85,
    missing: float = 0.0,
    cluster_size: int = 1,
    organization_share: float = 0.0,
    name: str = "plan",
) -> Population:
    """A population of respondents whose constructs relate as the targets say.

    Parameters
    ----------
    targets : "y ~ x", "y ~ x:z" or "x ~~ z" → standardized coefficient, that of a product for the product
        standardized by itself.
    reliability : of the sum of each construct's own items, ω = kλ²/(1 + (k − 1)λ²) at equal loadings λ.
    facet_loading : of facets on their construct.
    missing : share of all answers that are not given, completely at random.
    cluster_size, organization_share : solutions of an organization, and the share of variance that they share.

    Raises
    ------
    ModelError
        for a target that is not of these forms, and for reliabilities that no items have.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> instrument = survey.load_instrument("mlbc_alignment")
    >>> found = target_population(instrument, {"aln_state ~ FTC:TC": 0.1, "FTC ~~ TC": 0.2}, reliability=0.8)
    >>> found.interactions, found.correlations, round(found.item_loadings["tc_pace_1"], 3)
    ({('ALN', 'FTC', 'TC'): 0.1}, {('FTC', 'TC'): 0.2}, 0.667)
    """
    if not 0 < reliability < 1:
        raise ModelError(f"reliability={reliability:g}: expected a number above 0 and below 1")
    parts = [(*read_target(text), value) for text, value in targets.items()]
    held = set(instrument.construct_ids)
    return Population(
        instrument=instrument,
        name=name,
        correlations={(y, x): value for y, op, x, value in parts if op == "~~"},
        paths={(y, x): value for y, op, x, value in parts if op == "~" and ":" not in x},
        interactions={
            (y, *_factors(x)): value for y, op, x, value in parts if op == "~" and ":" in x and value
        },
        facet_loadings={facet: 1.0 for facet in ALONE if facet in held},
        facet_loading=facet_loading,
        item_loadings=_loadings(instrument, reliability),
        missingness=Missingness(share=1.0 if missing else 0.0, rate=missing),
        nesting=Nesting(solutions={cluster_size: 1.0}, organization_share=organization_share),
    )


def read_target(text: str) -> tuple[str, str, str]:
    """Outcome, operator and predictor of a target, in the names of a population.

    Examples
    --------
    >>> read_target("CAP ~ aln_state"), read_target("aln_state ~ FTC:TC")
    (('CAP', '~', 'ALN'), ('ALN', '~', 'FTC:TC'))
    """
    found = TARGET.match(text)
    if found is None:
        raise ModelError(f"target {text!r}: expected 'y ~ x', 'y ~ x:z' or 'x ~~ z'")
    left, op, right = found.groups()
    return in_population(left), op, in_population(right)


def in_population(name: str) -> str:
    """The name of a variable of a model in a population: a facet that stands alone is its construct.

    Examples
    --------
    >>> in_population("aln_state"), in_population("FTC:TC"), in_population("cs_org")
    ('ALN', 'FTC:TC', 'cs_org')
    """
    return ":".join(ALONE.get(part, part) for part in name.split(":"))


def usual_targets(paths: Iterable[tuple[str, Iterable[str]]]) -> dict[str, float]:
    """The usual targets that concern the variables of a model, given its paths (outcome, predictors).

    Examples
    --------
    >>> usual_targets([("TC", ("FTC",))])
    {'TC ~ FTC': 0.0}
    """
    regressions = [f"{outcome} ~ {name}" for outcome, names in paths for name in names]
    outcomes = {text.partition(" ~ ")[0] for text in regressions}
    named = {name for text in regressions for name in text.split(" ~ ")}
    wanted = {text: USUAL.get(text, 0.0) for text in regressions}
    correlations = {
        text: value
        for text, value in USUAL.items()
        if "~~" in text and set(text.split(" ~~ ")) <= named - outcomes
    }
    return wanted | correlations


def _factors(product: str) -> tuple[str, str]:
    first, second = product.split(":")
    return first, second


def _loadings(instrument: Instrument, reliability: float) -> dict[str, float]:
    """Item → loading λ with which the items of its construct reach the reliability: λ² = ω/(k − (k − 1)ω)."""
    counts: dict[str, int] = {}
    for item in instrument.items:
        if item.construct:
            counts[item.construct] = counts.get(item.construct, 0) + 1
    return {
        item.id: (reliability / (counts[item.construct] - (counts[item.construct] - 1) * reliability)) ** 0.5
        for item in instrument.items
        if item.construct
    }
