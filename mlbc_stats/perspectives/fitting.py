"""Alignment as fit: `fit`, a table and a perspective in, a verdict out."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mlbc_stats.errors import DataWarning, ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.perspectives.asked import Answer, Asked, Options
from mlbc_stats.perspectives.kinds.covariation import covariation
from mlbc_stats.perspectives.kinds.gestalts import gestalts
from mlbc_stats.perspectives.kinds.matching import matching
from mlbc_stats.perspectives.kinds.mediation import mediation
from mlbc_stats.perspectives.kinds.moderation import moderation
from mlbc_stats.perspectives.kinds.profile_deviation import profile_deviation
from mlbc_stats.perspectives.result import PerspectiveResult
from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome
from mlbc_stats.theory.verdicts.decision_forms import judge_part


@dataclass(frozen=True, slots=True)
class Perspective:
    """One way to see fit.

    Attributes
    ----------
    answer : finds the quantity. claim : in words, with places for predictors and outcome. asks : of the data.
    sign : the side on which fit shows. least, most : predictors; latent : whether it takes measures.
    """

    answer: Callable[[Asked], Answer]
    claim: str
    asks: tuple[str, ...]
    sign: int
    least: int
    most: float
    latent: bool


CASES_APART = "one case a unit, cases independent"
PERSPECTIVES: Mapping[str, Perspective] = MappingProxyType(
    {
        "moderation": Perspective(
            moderation,
            "the effect of {first} on {outcome} depends on {second}",
            (
                "two predictors and an outcome measured well, since the errors of both multiply in their product",
                "many cases: a standardized product of .10 takes some 600",
                CASES_APART,
            ),
            1,
            2,
            2,
            True,
        ),
        "mediation": Perspective(
            mediation,
            "{first} acts on {outcome} by way of {second}",
            (
                "an order in time, or a reason for it: with one wave any order fits equally well",
                "nothing left out that moves {second} and {outcome} alike",
                CASES_APART,
            ),
            1,
            2,
            2,
            True,
        ),
        "matching": Perspective(
            matching,
            "{outcome} is highest where {first} and {second} agree",
            (
                "both predictors asked commensurately, on one scale with one meaning",
                "cases on both sides of agreement and along it",
                CASES_APART,
            ),
            -1,
            2,
            2,
            True,
        ),
        "gestalts": Perspective(
            gestalts,
            "{outcome} differs between recurring patterns of {all}",
            (
                "two predictors or more, about as many cases in the smallest class as can stand alone (some 30)",
                "scores that are roughly normal within a class: skewness makes classes that are not there",
                "another sample, or a theory, to find the same patterns again",
            ),
            1,
            2,
            math.inf,
            False,
        ),
        "profile_deviation": Perspective(
            profile_deviation,
            "the farther from the ideal profile of {all}, the lower {outcome}",
            (
                "a profile stated beforehand, or best performers in a calibration sample that is not tested",
                "predictors on one scale, or standardized (as is done here), and a reason for unequal weights",
                CASES_APART,
            ),
            -1,
            2,
            math.inf,
            False,
        ),
        "covariation": Perspective(
            covariation,
            "{all} go together in one pattern, and the pattern raises {outcome}",
            (
                "three predictors or more that all covary positively (turn the others round)",
                "a pattern that fits before its effect counts, and that says as much as the direct effects",
                CASES_APART,
            ),
            1,
            3,
            math.inf,
            True,
        ),
    }
)
"""Venkatraman's perspectives, in his order."""


def fit(
    data: Any,
    outcome: str,
    predictors: Sequence[str],
    perspective: str,
    *,
    measures: Mapping[str, Sequence[str]] = MappingProxyType({}),
    controls: Sequence[str] = (),
    sign: int | None = None,
    smallest: float = 0.10,
    level: float = 0.95,
    equivalence_level: float = 0.90,
    bootstrap: int = 1000,
    seed: int = 1,
    n_classes: Sequence[int] = (1, 2, 3, 4, 5, 6),
    structure: str = "EEI",
    ideal: Mapping[str, float] = MappingProxyType({}),
    top: float = 0.10,
    calibration: float = 0.5,
    weights: Mapping[str, float] = MappingProxyType({}),
    synthetic: bool | None = None,
) -> PerspectiveResult:
    """Alignment as fit, by one of six perspectives.

    ==================  ==========================================  ==========================================
    perspective         fit is                                      decided by
    ==================  ==========================================  ==========================================
    moderation          a product                                   standardized coefficient of the product
    mediation           a variable in between                       standardized indirect effect
    matching            agreement                                   curvature a4 along the line of incongruence
    gestalts            a recurring pattern                         share ε² of the outcome between classes
    profile_deviation   nearness to an ideal profile                standardized slope of the distance
    covariation         internal consistency                        standardized effect of the common factor
    ==================  ==========================================  ==========================================

    The quantity is *negligible* when its `equivalence_level` interval lies inside ± `smallest`; else *supported* when
    its `level` interval excludes zero on the predicted side, *opposite* on the other; else *undecided*. Where a
    perspective needs more (an axis of agreement, a pattern that fits), what fails leaves a supported claim undecided
    and is its reason.

    Parameters
    ----------
    data : table of cases. outcome : column. predictors : columns; two for moderation (predictor, moderator), mediation
        (predictor, mediator) and matching.
    measures : name → items of what is measured by items; the model is then one of latent variables (moderation,
        mediation, matching, covariation). controls : columns that are held constant.
    sign : the predicted side, by default the perspective's own: negative for matching and profile_deviation.
    smallest : smallest effect of interest, standardized; of gestalts its square is compared with ε².
    bootstrap, seed : resamples of mediation and matching of observed variables (0: normal intervals).
    n_classes, structure : numbers of latent profiles to try and their covariances, as in `mixtures.profiles`.
    ideal : the ideal profile, column → value on its own scale; without one it is the mean of the `top` share of the
        outcome in a random `calibration` share of the cases, which are then not tested.
    weights : column → weight of a deviation, 1 by default.
    synthetic : whether nobody answered; only marks the result.

    Returns
    -------
    PerspectiveResult

    Raises
    ------
    ModelError
        unknown perspective or sign, predictors that it cannot take, measures where it has no latent form.
    DataError
        too few complete cases, constant or collinear columns.

    References
    ----------
    Venkatraman (1989), doi:10.5465/amr.1989.4279078; Venkatraman (1990), doi:10.1016/0305-0483(90)90049-G for
    covariation and profiles; Edwards & Parry (1993), doi:10.5465/256822 for matching.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import perspectives
    >>> x, z, e = np.random.default_rng(1).normal(size=(3, 300))
    >>> data = {"needs": x, "supplies": z, "use": e - (x - z) ** 2}
    >>> found = perspectives.fit(data, "use", ["needs", "supplies"], "matching", bootstrap=200)
    >>> found.quantity.name, found.verdict.value
    ('a4', 'supported')
    """
    chosen = _chosen(perspective, predictors, measures, sign, smallest)
    options = Options(bootstrap, seed, n_classes, structure, ideal, top, calibration, weights)
    asked = Asked(data, outcome, tuple(predictors), tuple(controls), measures, options)
    _check_names(asked)
    answer = chosen.answer(asked)
    for note in answer.notes:
        warnings.warn(note, DataWarning, stacklevel=2)
    bound = smallest**2 if perspective == "gestalts" else smallest
    side = sign or chosen.sign
    part = judge_part("single", answer.quantity, side, bound, level, equivalence_level)
    verdict, reason = _judged(part, answer, bound)
    words = {
        "outcome": outcome,
        "all": ", ".join(predictors),
        "first": predictors[0],
        "second": predictors[1],
    }
    return PerspectiveResult(
        perspective=perspective,
        claim=chosen.claim.format(**words),
        asks=tuple(text.format(**words) for text in chosen.asks),
        outcome=outcome,
        predictors=asked.predictors,
        latent=asked.latent,
        quantity=part,
        smallest=bound,
        verdict=verdict,
        reason=reason,
        n=answer.n,
        table=answer.table,
        found=answer.found,
        warnings=answer.notes,
        remarks=answer.remarks,
        synthetic=synthetic,
    )


def _judged(part: Coefficient, answer: Answer, smallest: float) -> tuple[Outcome, str]:
    if not math.isfinite(part.lower):
        return Outcome.UNDECIDED, "; ".join(answer.doubts) or "no standard error"
    if part.outcome is Outcome.SUPPORTED and answer.doubts:
        return Outcome.UNDECIDED, "; ".join(answer.doubts)
    told = f"the {100 * part.level:.4g} % interval"
    reasons = {
        Outcome.SUPPORTED: f"{told} of {part.name} excludes zero on the predicted side",
        Outcome.OPPOSITE: f"{told} of {part.name} excludes zero on the other side",
        Outcome.NEGLIGIBLE: f"the inner interval of {part.name} lies inside ±{smallest:g}",
        Outcome.UNDECIDED: f"{told} of {part.name} holds zero and the inner one leaves ±{smallest:g}",
    }
    return part.outcome, reasons[part.outcome]


def _chosen(
    name: str,
    predictors: Sequence[str],
    measures: Mapping[str, Sequence[str]],
    sign: int | None,
    smallest: float,
) -> Perspective:
    if name not in PERSPECTIVES:
        hint = did_you_mean(name, list(PERSPECTIVES))
        raise ModelError(f"perspective {name!r} is not known{hint}; there are {', '.join(PERSPECTIVES)}")
    found, count = PERSPECTIVES[name], len(predictors)
    if isinstance(predictors, str) or not found.least <= count <= found.most:
        wanted = f"{found.least} predictors" + (" or more" if found.most == math.inf else "")
        given = repr(predictors) if isinstance(predictors, str) else str(count)
        raise ModelError(f"{name.replace('_', ' ')} takes {wanted} as a list; got {given}")
    if measures and not found.latent:
        raise ModelError(
            f"{name.replace('_', ' ')} takes observed scores, not measures: score the items first "
            "(survey.score) and give the columns"
        )
    if sign not in (None, -1, 1):
        raise ModelError(f"sign={sign!r}: expected 1 or -1")
    if not smallest > 0:
        raise ModelError(f"smallest={smallest!r}: expected a positive number")
    return found


def _check_names(asked: Asked) -> None:
    names = (asked.outcome, *asked.predictors, *asked.controls)
    if len(set(names)) < len(names):
        raise ModelError(f"outcome, predictors and controls are different columns; got {', '.join(names)}")
    if strange := [name for name in asked.measures if name not in names]:
        raise ModelError(
            f"measures of {', '.join(strange)}: neither outcome nor predictor{did_you_mean(strange[0], names)}"
        )
    for name, items in asked.measures.items():
        if isinstance(items, str) or len(items) < 2:
            raise ModelError(f"measures of {name}: expected a list of two items or more, got {items!r}")
