"""The propositions of a plan with the models that decide them, ready to be fitted to drawn answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.planning.monte_carlo.plan import Plan
from mlbc_stats.planning.population.targets import in_population, usual_targets
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument
from mlbc_stats.survey.responses.merging import merged_instrument
from mlbc_stats.survey.synthetic.latent import LatentSystem
from mlbc_stats.theory.models import build_model
from mlbc_stats.theory.propositions import load_propositions
from mlbc_stats.theory.structural.structures import MODELS, StructuralModel


@dataclass(frozen=True, slots=True)
class Question:
    """A proposition as a simulation asks it.

    Attributes
    ----------
    id : of the proposition; deciding : its quantities.
    sign : predicted side; smallest : smallest effect of interest; decision : its form.
    family : key of its family; confirmatory : whether the family is adjusted by Holm.
    """

    id: str
    deciding: tuple[str, ...]
    sign: int
    smallest: float
    decision: str
    family: str
    confirmatory: bool


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """A model with the questions that it decides.

    Attributes
    ----------
    id, text : the model in lavaan syntax, fitted with ``kind="sem"`` and ``std_lv=True``.
    items : columns that are answers; products : column → the two items that it multiplies, about their means.
    paths : (outcome, predictors) of every regression.
    questions : what it decides.
    """

    id: str
    text: str
    items: tuple[str, ...]
    products: Mapping[str, tuple[str, str]]
    paths: tuple[tuple[str, tuple[str, ...]], ...]
    questions: tuple[Question, ...]

    @property
    def quantities(self) -> tuple[str, ...]:
        """Deciding quantities of all questions, each once."""
        return tuple(dict.fromkeys(name for question in self.questions for name in question.deciding))

    def targets(self, plan: Plan, effect: float) -> dict[str, float]:
        """What is true: the usual values, those of the plan, and the effect on every quantity that is asked about.

        The paths of an indirect effect get its square root each, where none of them is asked about by itself.
        """
        found = usual_targets(self.paths) | dict(plan.targets)
        asked = [(question.sign, name) for question in self.questions for name in question.deciding]
        for _, name in asked:
            for outcome, predictor in LABEL.findall(name.partition(":=")[2]):
                found[f"{outcome} ~ {predictor}"] = abs(effect) ** 0.5
        return found | {name: sign * effect for sign, name in asked if ":=" not in name}

    def true_values(self, system: LatentSystem) -> np.ndarray:
        """Standardized values (k,) of the quantities in a population: slopes R⁻¹r of its correlations."""
        slopes: dict[str, float] = {}
        labels: dict[str, float] = {}
        for outcome, predictors in self.paths:
            names = [in_population(name) for name in (outcome, *predictors)]
            place = [system.names.index(name) if name in system.names else -1 for name in names]
            r = _correlations(system, place)
            for name, value in zip(predictors, np.linalg.solve(r[1:, 1:], r[1:, 0]), strict=True):
                slopes[f"{outcome} ~ {name}"] = float(value)
                labels[f"{outcome}_on_{name.replace(':', '_')}"] = float(value)
        return np.array(
            [slopes[name] if name in slopes else _defined(name, labels) for name in self.quantities]
        )


LABEL = re.compile(r"\b(\w+?)_on_(\w+)\b")
WITH_PRODUCTS = "S3"
"""The model of products; simulated is S1 with product indicators, which can be fitted by the thousand."""
SERVED = ("single", "intersection_union")


def planned_models(plan: Plan) -> tuple[PlannedModel, ...]:
    """The models that a plan needs, with their questions.

    Raises
    ------
    InstrumentError
        for a proposition that the registry does not have.
    NotServedError
        for one whose model or decision no simulation serves.

    Examples
    --------
    >>> [(each.id, each.quantities) for each in planned_models(Plan(propositions=("M1", "M5r")))]
    [('S1', ('aln_state ~ TC',)), ('S2', ('TC ~ FTC',))]
    """
    instrument = planned_instrument(plan)
    asked = [_question(name) for name in dict.fromkeys(plan.propositions)]
    models = dict.fromkeys(model for model, _ in asked)
    return tuple(
        _planned(model, instrument, tuple(question for at, question in asked if at == model))
        for model in models
    )


def planned_instrument(plan: Plan) -> Instrument:
    """The instrument that a plan's solutions answer, one out of several where it names them with "+".

    Examples
    --------
    >>> both = planned_instrument(Plan(propositions=("M17",), instrument="mlbc_capability+mlbc_cycles"))
    >>> {"CAP", "pace_tech"} <= set(both.construct_ids)
    True
    """
    return merged_instrument([load_instrument(name) for name in plan.instrument.split("+")])


def _question(name: str) -> tuple[str, Question]:
    registry = load_propositions()
    entry = registry.proposition(name)
    known = entry.model == WITH_PRODUCTS or (entry.model in MODELS and _by_items(MODELS[entry.model]))
    if not known or entry.decision not in SERVED or entry.direction == 0:
        raise NotServedError(
            f"{name} is decided by {entry.model} ({entry.decision}), which is not simulated; plan propositions that "
            "coefficients of one model decide, such as M1, M5 or M12"
        )
    confirmatory = registry.families[entry.family].role == "confirmatory"
    return entry.model, Question(
        name,
        entry.deciding,
        entry.direction,
        entry.smallest_effect,
        entry.decision,
        entry.family,
        confirmatory,
    )


def _by_items(model: StructuralModel) -> bool:
    """Whether items alone measure a model, in one group and on one level."""
    return not (model.columns or model.parcels or model.groups or model.levels)


def _planned(model: str, instrument: Instrument, questions: tuple[Question, ...]) -> PlannedModel:
    registry = load_propositions()
    added = _products(questions)
    built = build_model(
        "S1" if model == WITH_PRODUCTS else model,
        instrument,
        [] if added else [registry.proposition(each.id) for each in questions],
    )
    text, products = built.text, {}
    for outcome, name in added:
        matched = matched_products(instrument, *name.split(":"))
        text += f"{name} =~ {' + '.join(matched)}\n{outcome} ~ {name}\n"
        products.update(matched)
    items = tuple(row.rhs for row in parse(text) if row.op == "=~" and _is_item(instrument, row.rhs))
    paths = tuple(
        (outcome, (*predictors, *(name for at, name in added if at == outcome)))
        for outcome, predictors in built.structure.paths
    )
    held = {f"{outcome} ~ {name}" for outcome, names in paths for name in names}
    absent = [name for each in questions for name in each.deciding if ":=" not in name and name not in held]
    if not paths or absent:
        raise ModelError(
            f"{instrument.id} does not measure {absent[0] if absent else f'the paths of {model}'}; name one "
            "that does (--instrument)"
        )
    return PlannedModel(model, text, items, products, paths, questions)


def _products(questions: tuple[Question, ...]) -> tuple[tuple[str, str], ...]:
    """Outcome and product of every quantity that is one, each once."""
    pairs = [name.split(" ~ ") for question in questions for name in question.deciding if ":=" not in name]
    return tuple(dict.fromkeys((outcome, name) for outcome, name in pairs if ":" in name))


def matched_products(instrument: Instrument, first: str, second: str) -> dict[str, tuple[str, str]]:
    """Matched pairs of the items of two constructs, facets in turn, each item used once.

    References
    ----------
    Marsh, Wen & Hau (2004), doi:10.1037/1082-989X.9.3.275.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> list(matched_products(survey.load_instrument("mlbc_alignment"), "FTC", "TC"))[:2]
    ['ftc_sync_1.tc_timing_1', 'ftc_roles_1.tc_pace_1']
    """
    pairs = zip(_in_turn(instrument, first), _in_turn(instrument, second), strict=False)
    return {f"{one}.{other}": (one, other) for one, other in pairs}


def _in_turn(instrument: Instrument, construct: str) -> list[str]:
    parts = [facet.id for facet in instrument.facets(construct)] or [construct]
    columns = [[item.id for item in instrument.items_of(part)] for part in parts]
    return [name for name in chain.from_iterable(zip_longest(*columns)) if name is not None]


def _is_item(instrument: Instrument, name: str) -> bool:
    return any(item.id == name for item in instrument.items)


def _correlations(system: LatentSystem, place: Sequence[int]) -> np.ndarray:
    """Correlations among variables; a product that moves nothing in the population is not among its variables (-1)."""
    out = np.eye(len(place))
    known = [k for k, at in enumerate(place) if at >= 0]
    at = [place[k] for k in known]
    out[np.ix_(known, known)] = system.correlation[np.ix_(at, at)]
    return out


def _defined(name: str, labels: Mapping[str, float]) -> float:
    """Value of "name := expression" over the standardized slopes."""
    row = next(row for row in parse(name) if row.op == ":=")
    if row.expression is None:
        raise ModelError(f"{name!r} has no expression")
    return float(evaluate(row.expression, labels))
