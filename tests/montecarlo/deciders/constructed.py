"""Populations in which a proposition that no batch of equal fits decides is true, or null: scores, then answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import survey
from mlbc_stats.survey import Responses
from tests.unit.theory.deciders.made_up import answers

COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")
ADVANTAGES = ("adv_strategic", "adv_financial", "adv_operational", "adv_new")
MIDDLE, UNIT, SPREAD = 0.5, 0.12, 0.08
"""Shares of an answer scale: mean of a construct, its standard deviation, noise of an item."""
STABILITY, STABLE = 0.3, ((0.5, 0.25), (0.25, 0.5))
"""What carries over from wave to wave, and covariances of what stays, in variances of what changes."""

Draw = Callable[[np.random.Generator, int, float], Responses]


@dataclass(frozen=True, slots=True)
class Constructed:
    """Where a claim is true and where it is null.

    Attributes
    ----------
    draw : answers of n units with a true size, from one random stream.
    size : that counts as true; 0 is null. means : what the size is, in words.
    n : units; samples : of each condition, once all are drawn.
    """

    draw: Draw
    size: float
    means: str
    n: int
    samples: int


def _share(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return MIDDLE + UNIT * z


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def staged(
    rng: np.random.Generator, n: int, jumps: dict[str, tuple[float, float, float]], common: float = 0.0
) -> Responses:
    """Organizations evenly in four phases; advantages rise by these deviations at each step."""
    phase = rng.integers(0, 4, size=n)
    shared = rng.normal(size=n)
    gains = {}
    for name in ADVANTAGES:
        heights = np.concatenate([[0.0], np.cumsum(jumps.get(name, (0.0, 0.0, 0.0)))])
        own = common**0.5 * shared + (1 - common) ** 0.5 * rng.normal(size=n)
        gains[name] = _share(heights[phase] - heights.mean() + own)
    stages = {f"stage_{name}": phase / 3 for name in COMPONENTS}
    parts = [
        answers("ai_scaling_staged", stages, _seed(rng)),
        answers("ai_scaling_outcomes", gains, _seed(rng)),
    ]
    return survey.join(parts)


def _benefits(rng: np.random.Generator, n: int, size: float) -> Responses:
    return staged(rng, n, {"adv_financial": (0.0, size, 0.0), "adv_new": (0.0, 0.0, size)})


def _leap(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Steps of .3 each under the null: that there are steps is not the claim."""
    return staged(rng, n, dict.fromkeys(ADVANTAGES, (0.0, 0.3 + size, 0.3)), common=0.5)


def _going_back(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Solutions in operation, four waves; a quarter goes back at mean alignment."""
    phase, parts = np.full(n, 3.0), []
    for wave in range(1, 5):
        z = rng.normal(size=n)
        parts.append(
            answers("mlbc_alignment", {"aln_sustain": _share(z)}, _seed(rng), {"phase": phase.copy()}, wave)
        )
        chance = 1 / (1 + np.exp(np.log(3) + size * z))
        phase = np.where((phase == 3) & (rng.random(n) < chance), 2.0, 3.0)
    return survey.join(parts, waves=range(1, 5))


def _called_forth(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Three waves of a stationary process beside what is stable; the lagged effect is `size` within solutions."""
    together = STABILITY * size / (1 - STABILITY**2)
    rest = 1 - STABILITY**2 - size**2 - 2 * STABILITY * size * together
    stable = rng.multivariate_normal([0, 0], STABLE, n)
    tc, ftc = rng.multivariate_normal([0, 0], [[1, together], [together, 1]], n).T
    parts = []
    for wave in range(1, 4):
        complexity, practice = _share(stable[:, 0] + tc), _share(stable[:, 1] + ftc)
        scores = dict.fromkeys(("tc_timing", "tc_pace"), complexity)
        scores |= dict.fromkeys(("ftc_sync", "ftc_roles", "ftc_expect"), practice)
        parts.append(
            answers("mlbc_alignment", scores, _seed(rng), {"phase": np.full(n, 3.0)}, wave, SPREAD / 2)
        )
        ftc = STABILITY * ftc + size * tc + rest**0.5 * rng.normal(size=n)
        tc = STABILITY * tc + (1 - STABILITY**2) ** 0.5 * rng.normal(size=n)
    return survey.join(parts, waves=range(1, 4))


def _six(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Two groups of components; `size` is the share of a component's variance that is its own."""
    groups = rng.normal(size=(2, n))
    scores = {}
    for at, name in enumerate(COMPONENTS):
        z = (1 - size) ** 0.5 * groups[at // 3] + size**0.5 * rng.normal(size=n)
        for phase in (1, 2, 3):
            scores[f"{name}{phase}"] = _share(0.8 * (2 - phase) / 2 + z + 0.5 * rng.normal(size=n))
    return answers("ai_scaling_inventory", scores, _seed(rng))


def _in_order(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Each phase ahead of the next one by `size` deviations of their difference."""
    scores = {}
    for name in COMPONENTS:
        level = rng.normal(size=n)
        for phase in (1, 2, 3):
            own = 0.4 * rng.normal(size=n)
            scores[f"{name}{phase}"] = _share(level + own + size * 0.4 * 2**0.5 * (2 - phase))
    return answers("ai_scaling_inventory", scores, _seed(rng))


def _gap(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Alignment on the standardized distance of two paces, the levels of all three held at .1 each."""
    paces = rng.normal(size=(3, n))
    apart = np.abs(paces[1] - paces[0]) / 2**0.5
    distance = (apart - (2 / np.pi) ** 0.5) / (1 - 2 / np.pi) ** 0.5
    aligned = 0.1 * paces.sum(axis=0) - size * distance + (1 - 0.03 - size**2) ** 0.5 * rng.normal(size=n)
    named = zip(("pace_org", "pace_tech", "pace_user"), paces, strict=True)
    return survey.join(
        [
            answers("mlbc_cycles", {name: _share(z) for name, z in named}, _seed(rng)),
            answers("mlbc_alignment", {"aln_state": _share(aligned)}, _seed(rng), {"phase": np.full(n, 3.0)}),
        ]
    )


def _complements(rng: np.random.Generator, n: int, size: float) -> Responses:
    """Advantages on both groups of components (.3 each) and their product."""
    first, second = rng.normal(size=(2, n))
    gain = 0.3 * (first + second) + size * first * second
    gain = gain + (1 - 0.18 - size**2) ** 0.5 * rng.normal(size=n)
    scores = {
        f"{name}{phase}": _share(first if at < 3 else second)
        for at, name in enumerate(COMPONENTS)
        for phase in (1, 2, 3)
    }
    return survey.join(
        [
            answers("ai_scaling_inventory", scores, _seed(rng)),
            answers("ai_scaling_outcomes", dict.fromkeys(ADVANTAGES, _share(gain)), _seed(rng)),
        ]
    )


CONSTRUCTED = {
    "M11": Constructed(_gap, 0.2, "path of the standardized distance", 400, 100),
    "M14": Constructed(_going_back, 0.5, "log odds per standard deviation, four waves", 400, 100),
    "M18": Constructed(_called_forth, 0.3, "lagged path within solutions, three waves", 400, 100),
    "H1": Constructed(
        _six,
        0.5,
        "own share of variance of each component; null: two groups without parts, so opposite is right",
        400,
        60,
    ),
    "H2": Constructed(_in_order, 0.3, "each phase ahead, in deviations of the difference", 400, 40),
    "H3": Constructed(_complements, 0.2, "path of the product", 400, 100),
    "H5": Constructed(_benefits, 0.5, "steps in deviations within a phase", 400, 200),
    "H8": Constructed(_leap, 0.5, "difference of steps in deviations within a phase", 400, 200),
}
"""Proposition → its populations."""
