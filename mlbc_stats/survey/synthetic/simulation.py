"""Draw synthetic respondents from a declared population, through the instrument itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.assembling import Answers, Origin, assemble
from mlbc_stats.survey.responses.model import MissingReason, Responses, question_scale
from mlbc_stats.survey.responses.routing import apply_routes
from mlbc_stats.survey.synthetic.contamination import (
    ATTENTIVE,
    answer_carelessly,
    draw_kinds,
    leave_gaps,
    misread,
    valid_codes,
)
from mlbc_stats.survey.synthetic.item_answers import context_answers, item_models, normal_responses, turned
from mlbc_stats.survey.synthetic.latent import latent_system
from mlbc_stats.survey.synthetic.nesting import Cast, draw_cast, draw_nested
from mlbc_stats.survey.synthetic.population import Population

STREAMS = ("nesting", "latent", "items", "careless", "reversal", "missing", "context", "timing")


def simulate(population: Population, n: int = 400, seed: int = 1) -> Responses:
    """Responses of made-up informants about n solutions; the same seed gives the same answers.

    Each part draws from a random stream of its own, so that switching one contamination on or off leaves all
    other draws as they were. The steps, all written out in the modules `latent`, `questionnaire` and
    `contamination`: constructs and facets by the population's equations, shared by the solutions of an
    organization and the informants of a solution as declared; normal item responses; codes by thresholds;
    reversed items turned; attention checks answered; careless informants; items skipped; routing.

    Parameters
    ----------
    population : what is true.
    n : number of solutions; the number of cases is larger when solutions have several informants.
    seed : of the random streams.

    Returns
    -------
    Responses with `synthetic` True; `organization_id` is a context column, `duration` and `finished` are
    paradata.

    Raises
    ------
    ResponseError
        when n is not positive.
    ModelError
        when the equations of the population contradict one another.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=30, seed=1)
    >>> responses.synthetic, len(set(responses.unit_ids))
    (True, 30)
    """
    if n < 1:
        raise ResponseError(f"n is {n}, expected at least one solution")
    rngs = _streams(seed)
    cast = draw_cast(population.nesting, n, rngs["nesting"])
    kinds = draw_kinds(population.careless, cast.cases, rngs["careless"])
    codes = _rated(population, cast, kinds, rngs) | _context(population, cast, rngs["context"])
    answers = {name: Answers(given, np.zeros(cast.cases, dtype=np.int8)) for name, given in codes.items()}
    left, stops = leave_gaps(population.instrument, answers, population.missingness, rngs["missing"])
    routed, _ = apply_routes(population.instrument, left)
    origin = Origin(
        case_ids=_numbered("c", np.arange(cast.cases)),
        unit_ids=_numbered("s", cast.unit),
        lines=np.zeros(cast.cases, dtype=np.int64),
        paradata=_paradata(population, routed, kinds, stops, rngs["timing"]),
        source=f"{population.name}, n={n}, seed={seed} (SYNTHETIC)",
        synthetic=True,
        unit_column="unit_id",
    )
    organizations = pd.DataFrame({"organization_id": _numbered("o", cast.organization[cast.unit])})
    return assemble(
        population.instrument, routed, _texts(population.instrument, cast.cases), organizations, origin
    )


def _streams(seed: int) -> dict[str, np.random.Generator]:
    children = np.random.SeedSequence(seed).spawn(len(STREAMS))
    return {name: np.random.default_rng(child) for name, child in zip(STREAMS, children, strict=True)}


def _rated(
    population: Population, cast: Cast, kinds: np.ndarray, rngs: Mapping[str, np.random.Generator]
) -> dict[str, np.ndarray]:
    """Codes of all rated items and checks as answered, careless informants included."""
    instrument = population.instrument
    system = latent_system(population)
    models = item_models(population, system)
    latent = draw_nested(system, population.nesting, cast, rngs["latent"])
    response = normal_responses(population, models, latent, rngs["items"])
    keyed = np.column_stack([model.keyed(response[:, k]) for k, model in enumerate(models)])
    opposite = np.column_stack(
        [turned(keyed[:, k], question_scale(instrument, model.item.id)) for k, model in enumerate(models)]
    )
    is_reversed = np.array([model.item.reversed for model in models])
    items = misread(keyed, opposite, is_reversed, population.reverse_misreading, rngs["reversal"])
    names = (*(model.item.id for model in models), *(check.id for check in instrument.checks))
    attentive = np.column_stack([items, _checks(population, cast.cases, rngs["careless"])])
    answered = answer_carelessly(attentive, valid_codes(instrument, names), kinds, rngs["careless"])
    return dict(zip(names, answered.T, strict=True))


def _checks(population: Population, n: int, rng: np.random.Generator) -> np.ndarray:
    """Answers (n, c) of attentive informants to the checks: as instructed, but for a slip to a neighbour."""
    checks = population.instrument.checks
    slips = rng.random((n, len(checks))) < population.careless.slip
    expected = np.array([check.expected for check in checks], dtype=float)
    return np.where(slips, [_neighbour(population, check.id) for check in checks], expected)


def _neighbour(population: Population, check_id: str) -> float:
    """The valid code nearest to the one a check asks for."""
    expected = population.instrument.check(check_id).expected
    (codes,) = valid_codes(population.instrument, (check_id,))
    others = [float(code) for code in codes if code != expected]
    return float(min(others, key=lambda value: abs(value - expected)))


def _context(population: Population, cast: Cast, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Context answers of each case; informants of one solution agree on questions that route."""
    routing = {item.route.question for item in population.instrument.items if item.route is not None}
    answers = context_answers(population, cast.cases, rng)
    first = np.searchsorted(cast.unit, cast.unit)
    return {name: codes[first] if name in routing else codes for name, codes in answers.items()}


def _paradata(
    population: Population,
    answers: Mapping[str, Answers],
    kinds: np.ndarray,
    stops: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Whole seconds in proportion to the questions answered, and whether the end was reached."""
    timing = population.timing
    answered = np.sum([given.reasons == MissingReason.OBSERVED for given in answers.values()], axis=0)
    pace = timing.median * np.exp(timing.spread * rng.standard_normal(len(kinds)))
    pace = np.where(kinds == ATTENTIVE, pace, pace * timing.careless_factor)
    finished = np.where(stops > len(population.instrument.sequence), "1", "0")
    return pd.DataFrame({"duration": np.round(pace * answered), "finished": finished.tolist()})


def _texts(instrument: Instrument, n: int) -> dict[str, list[str]]:
    """Open questions stay empty: no words are invented."""
    texts = [item.id for item in instrument.items if question_scale(instrument, item.id).kind == "text"]
    return {name: [""] * n for name in texts}


def _numbered(letter: str, positions: np.ndarray) -> np.ndarray:
    return np.array([f"{letter}{position + 1:04d}" for position in positions], dtype=object)
