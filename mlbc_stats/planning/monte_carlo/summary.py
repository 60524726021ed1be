"""What the decision rules conclude in the samples of one condition: power, bias, coverage, errors of sign and size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.planning.monte_carlo.plan import Condition
from mlbc_stats.planning.monte_carlo.questions import Question
from mlbc_stats.planning.population.answers import Floats
from mlbc_stats.sem.simulation.sample_fits import SampleFits
from mlbc_stats.theory.verdicts.decision import Outcome
from mlbc_stats.theory.verdicts.decision_forms import judge
from mlbc_stats.theory.verdicts.multiplicity import holm_levels, joint_p
from mlbc_stats.theory.verdicts.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Summary:
    """One proposition under one condition, R samples.

    Attributes
    ----------
    proposition, model, condition : what was simulated; replications : R.
    truth : true value of the deciding quantity; of several the one whose test has the least power.
    power : share of all R that are judged supported at the level asked for; one without a solution is not.
    power_error : its Monte Carlo error √(p(1 − p)/R). power_holm : the same at Holm's levels within its family.
    opposite, negligible : shares of the other verdicts.
    bias : mean estimate less the truth; relative_bias : by the truth. sd : of the estimates; mean_error : of their
        standard errors; coverage : of the intervals at the level.
    type_s : share with the wrong sign among estimates whose interval excludes zero; type_m : their mean size by the
        true one. NaN where the truth is zero, or no interval excludes zero.
    converged, inadmissible : shares of R.
    analytic : power of the same coefficient between perfectly reliable scores, by formula; NaN where there is none.

    References
    ----------
    Muthén & Muthén (2002), doi:10.1207/S15328007SEM0904_8; Gelman & Carlin (2014), doi:10.1177/1745691614551642.
    """

    proposition: str
    model: str
    condition: Condition
    replications: int
    truth: float
    power: float
    power_error: float
    power_holm: float
    opposite: float
    negligible: float
    bias: float
    relative_bias: float
    sd: float
    mean_error: float
    coverage: float
    type_s: float
    type_m: float
    converged: float
    inadmissible: float
    analytic: float = np.nan


def summarize(
    questions: Sequence[Question],
    quantities: Sequence[str],
    truth: Floats,
    found: SampleFits,
    condition: Condition,
    model: str,
    level: float,
    equivalence_level: float,
) -> list[Summary]:
    """One summary per question, from estimates and errors (R, k) of all its samples.

    Parameters
    ----------
    quantities : k names of the columns; truth : (k,) their true values.
    """
    place = {name: k for k, name in enumerate(quantities)}
    columns = [[place[name] for name in question.deciding] for question in questions]
    levels = _holm(questions, columns, found, level)
    out = []
    for k, (question, at) in enumerate(zip(questions, columns, strict=True)):
        parts, plain = _judged(question, at, found, np.full(len(found.converged), level), equivalence_level)
        _, adjusted = _judged(question, at, found, levels[:, k], equivalence_level)
        least = at[int(np.argmin(np.mean(parts == Outcome.SUPPORTED, axis=0)))]
        power = float(np.mean(plain == Outcome.SUPPORTED))
        out.append(
            Summary(
                proposition=question.id,
                model=model,
                condition=condition,
                replications=len(plain),
                truth=float(truth[least]),
                power=power,
                power_error=float(np.sqrt(power * (1 - power) / len(plain))),
                power_holm=float(np.mean(adjusted == Outcome.SUPPORTED)),
                opposite=float(np.mean(plain == Outcome.OPPOSITE)),
                negligible=float(np.mean(plain == Outcome.NEGLIGIBLE)),
                **_estimation(found.estimates[:, least], found.errors[:, least], float(truth[least]), level),
                converged=float(np.mean(found.converged)),
                inadmissible=float(np.mean(found.converged & ~found.admissible)),
            )
        )
    return out


def _judged(
    question: Question, at: Sequence[int], found: SampleFits, levels: Floats, equivalence_level: float
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Outcomes (R, parts) and verdict (R,) of every sample, each sample at its own level (R,)."""
    judged = [
        judge(
            question.decision,
            quantities,
            question.sign,
            question.smallest,
            level,
            equivalence_level,
        )
        for quantities, level in zip(_samples(question, at, found), levels.tolist(), strict=True)
    ]
    parts = [[part.outcome for part in parts] for parts, _ in judged]
    return np.array(parts, dtype=object), np.array([verdict for _, verdict in judged], dtype=object)


def _samples(question: Question, at: Sequence[int], found: SampleFits) -> list[list[Quantity]]:
    """The quantities of a question in every sample."""
    rows = zip(found.estimates[:, at].tolist(), found.errors[:, at].tolist(), strict=True)
    return [list(map(Quantity, question.deciding, *row)) for row in rows]


def _holm(
    questions: Sequence[Question], columns: Sequence[Sequence[int]], found: SampleFits, level: float
) -> Floats:
    """Level (R, questions) of each question in each sample: Holm's over those of its family that are planned here."""
    pvalues = np.array(
        [
            [joint_p(quantities, question.sign) for quantities in _samples(question, at, found)]
            for question, at in zip(questions, columns, strict=True)
        ]
    ).T
    out = np.full(pvalues.shape, level)
    for family in {question.family for question in questions if question.confirmatory}:
        members = [k for k, question in enumerate(questions) if question.family == family]
        out[:, members] = [holm_levels(row, 1 - level) for row in pvalues[:, members]]
    return out


def _estimation(estimates: Floats, errors: Floats, truth: float, level: float) -> dict[str, float]:
    """Bias, coverage and errors of sign and size over the samples with a solution."""
    from scipy.special import ndtri

    known = np.isfinite(estimates) & np.isfinite(errors)
    b, half = estimates[known], float(ndtri((1 + level) / 2)) * errors[known]
    nothing = dict.fromkeys(
        ("bias", "relative_bias", "sd", "mean_error", "coverage", "type_s", "type_m"), np.nan
    )
    if len(b) < 2:
        return nothing
    found = b[np.abs(b) > half]
    judged = truth != 0 and len(found) > 0
    return {
        "bias": float(b.mean() - truth),
        "relative_bias": float(b.mean() / truth - 1) if truth else np.nan,
        "sd": float(b.std(ddof=1)),
        "mean_error": float(errors[known].mean()),
        "coverage": float(np.mean(np.abs(b - truth) <= half)),
        "type_s": float(np.mean(np.sign(found) != np.sign(truth))) if judged else np.nan,
        "type_m": float(np.mean(np.abs(found)) / abs(truth)) if judged else np.nan,
    }
