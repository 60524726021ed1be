"""The steps of measurement invariance: what each holds equal over groups and what that allows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mlbc_stats.errors import ModelError


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes
    ----------
    equal : kinds of parameters that this step holds equal, in the words of `group_equal`; what it presupposes included.
    meaning : what it claims and what it allows, in words.
    """

    equal: tuple[str, ...]
    meaning: str


STEPS = {
    "configural": Step(
        (),
        "the same items measure the same factors in every group; all numbers may differ, so nothing is compared yet",
    ),
    "thresholds": Step(
        ("thresholds",),
        "equal thresholds: the same strength of response separates neighbouring categories in every group, so that the "
        "responses behind ordinal items have one scale; cannot be tested with fewer than four categories",
    ),
    "metric": Step(
        ("loadings",),
        "equal loadings: one unit of a factor means the same in every group, so variances, covariances and paths of "
        "factors can be compared",
    ),
    "scalar": Step(
        ("loadings", "intercepts"),
        "equal intercepts: people with the same factor score are expected to answer alike in every group, so factor "
        "means can be compared",
    ),
    "strict": Step(
        ("loadings", "intercepts", "residuals"),
        "equal residual variances: the items are equally precise in every group, so observed scores can be compared",
    ),
    "residual_covariances": Step(
        ("residual.covariances",),
        "equal residual covariances: what items share beyond their factors is the same in every group",
    ),
    "variances": Step(
        ("lv.variances",),
        "equal factor variances: the groups are equally heterogeneous; no claim about measurement",
    ),
    "covariances": Step(
        ("loadings", "lv.covariances"),
        "equal factor covariances: factors go together alike; no claim about measurement",
    ),
    "regressions": Step(
        ("regressions",),
        "equal regressions: the group does not moderate any path; no claim about measurement",
    ),
    "means": Step(
        ("loadings", "intercepts", "means"),
        "equal factor means: the groups do not differ on average; no claim about measurement",
    ),
}


CONTINUOUS = ("configural", "metric", "scalar", "strict", "means")


def usual_steps(thresholds: Collection[int]) -> tuple[str, ...]:
    """The steps to take by default, given the number of thresholds of every ordinal item (none: continuous items).

    Equal thresholds alone restrict nothing unless some item has four categories. Binary items alone do not tell
    intercepts from scales: the metric step holds residual variances equal as well, and strict invariance follows it.

    References
    ----------
    Wu & Estabrook (2016), doi:10.1007/s11336-016-9506-0.
    """
    if not thresholds:
        return CONTINUOUS
    if max(thresholds) > 2:
        return ("configural", "thresholds", *CONTINUOUS[1:])
    return CONTINUOUS if max(thresholds) > 1 else ("configural", "metric", "strict", "means")


def check_steps(names: Sequence[str]) -> None:
    """Refuse unknown, repeated or too few steps.

    Raises
    ------
    ModelError : with the steps there are.
    """
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        raise ModelError(f"steps: {unknown[0]!r} is not known; use some of {', '.join(STEPS)}")
    if len(set(names)) != len(names) or not names:
        raise ModelError(f"steps must name at least one step, and none twice; got {list(names)}")


def equal_parameters(names: Sequence[str], ordinal: bool = False) -> tuple[str, ...]:
    """Everything held equal once these steps are taken; of ordinal items first of all the thresholds."""
    equal = dict.fromkeys(kind for name in names for kind in STEPS[name].equal)
    return (
        ("thresholds", *(kind for kind in equal if kind != "thresholds"))
        if ordinal and equal
        else tuple(equal)
    )
