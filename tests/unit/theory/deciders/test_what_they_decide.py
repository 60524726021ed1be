"""Deciders on made-up answers: what is true is found, what is not is not, and what is lacking is named."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from mlbc_stats import survey, theory
from mlbc_stats.errors import MlbcWarning
from tests.unit.theory.deciders.made_up import answers

ADVANTAGES = ("adv_strategic", "adv_financial", "adv_operational", "adv_new")
COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")


def verdict(responses, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        result = theory.test(responses, [name], cutoffs=0)
    return result.verdict(name), result


def staged(jumps, n=240, seed=1):
    """Organizations in four phases, whose benefits rise at each step by these shares of the scale."""
    rng = np.random.default_rng(seed)
    phase = rng.integers(0, 4, size=n)
    stages = {f"stage_{name}": phase / 3 for name in COMPONENTS}
    gains = {
        name: 0.3 + np.concatenate([[0], np.cumsum(jumps[name])])[phase] + 0.1 * rng.normal(size=n)
        for name in ADVANTAGES
    }
    parts = [answers("ai_scaling_staged", stages), answers("ai_scaling_outcomes", gains, seed)]
    return survey.join(parts)


NONE = dict.fromkeys(ADVANTAGES, (0.0, 0.0, 0.0))


def test_benefits_in_steps_are_found():
    jumps = NONE | {"adv_financial": (0, 0.3, 0), "adv_new": (0, 0, 0.3)}
    found, result = verdict(staged(jumps), "H5")
    assert found.outcome == "supported", found.reason
    assert [part.name for part in found.coefficients] == ["adv_financial: 1 < 2", "adv_new: 2 < 3"]
    assert found.label == "associational" and any("step sizes" in note for note in result.notes)
    assert verdict(staged(NONE), "H5")[0].outcome not in ("supported", "opposite")


def test_the_larger_leap_is_found():
    early, even = (dict.fromkeys(ADVANTAGES, jump) for jump in ((0, 0.3, 0.0), (0, 0.15, 0.15)))
    late = dict.fromkeys(ADVANTAGES, (0, 0.0, 0.3))
    assert verdict(staged(early), "H8")[0].outcome == "supported"
    assert verdict(staged(late), "H8")[0].outcome == "opposite"
    assert verdict(staged(even), "H8")[0].outcome not in ("supported", "opposite")


def test_stages_that_nobody_chose_are_lacking():
    benefits = answers("ai_scaling_outcomes", {name: np.linspace(0, 1, 50) for name in ADVANTAGES})
    found, _ = verdict(benefits, "H5")
    assert found.outcome == "not testable here" and "ai_scaling_staged" in found.reason


def inventory(order, n=150, seed=1):
    """Phases of every component in or out of order; `order` is how far one is ahead of the next."""
    rng = np.random.default_rng(seed)
    scores = {}
    for component in COMPONENTS:
        level = 0.5 + 0.2 * rng.normal(size=n)
        scores |= {f"{component}{phase}": level - order * (phase - 2) for phase in (1, 2, 3)}
    return answers("ai_scaling_inventory", scores, seed)


def test_phases_in_order_are_found():
    found, result = verdict(inventory(0.15), "H2")
    assert found.outcome == "supported"
    (told,) = [note for note in result.notes if "mean difficulty" in note]
    easy, middle, hard = (
        float(re.search(rf"{name} (-?\d+\.\d\d)", told)[1]) for name in ("os1", "os2", "os3")
    )
    assert easy < middle < hard
    assert verdict(inventory(-0.15), "H2")[0].outcome == "opposite"
    assert verdict(inventory(0.0), "H2")[0].outcome not in ("supported",)


def test_phases_that_are_no_scale_are_left_undecided():
    rng = np.random.default_rng(2)
    scores = {
        f"{component}{phase}": 0.8 - 0.15 * phase + 0.15 * rng.normal(size=150)
        for component in COMPONENTS
        for phase in (1, 2, 3)
    }
    found, _ = verdict(answers("ai_scaling_inventory", scores, noise=0.2), "H2")
    assert found.outcome == "undecided" and "cumulative scale" in found.gate


def practices(needed, n=200, seed=1):
    """Alignment that cannot exceed its practices, or that has nothing to do with them."""
    rng = np.random.default_rng(seed)
    names = ("ftc_sync", "ftc_expect", "oml_learn", "oml_data")
    scores = {name: rng.uniform(size=n) for name in names}
    oml = (scores["oml_learn"] + scores["oml_data"]) / 2
    limits = {
        "aln_init": np.minimum(scores["ftc_sync"], scores["ftc_expect"]),
        "aln_effect": scores["ftc_sync"],
        "aln_sustain": oml,
    }
    for name, limit in limits.items():
        scores[name] = np.minimum(limit, rng.uniform(size=n)) if needed else rng.uniform(size=n)
    return answers("mlbc_alignment", scores, seed, noise=0.02)


def test_necessary_practices_are_found():
    found, result = verdict(practices(True), "M20")
    assert found.outcome == "supported", found.reason
    told = [note for note in result.notes if "effect size" in note]
    assert len(told) == 4 and all("as sets" in note and "correlation" in note for note in told)
    assert verdict(practices(False), "M20")[0].outcome != "supported"


def reach(needed, n=200, seed=1):
    rng = np.random.default_rng(seed)
    scores = {f"{part}{phase}": rng.uniform(size=n) for part in ("dp", "ti") for phase in (1, 2, 3)}
    means = [np.mean([scores[f"{part}{phase}"] for phase in (1, 2, 3)], axis=0) for part in ("dp", "ti")]
    limit = np.minimum(*means)
    counts = np.minimum(limit, rng.uniform(size=n)) if needed else rng.uniform(size=n)
    return survey.join(
        [
            answers("ai_scaling_inventory", scores, seed, noise=0.02),
            answers("ai_scaling_context", {"ai_reach": counts}, seed, noise=0.02),
        ]
    )


def test_components_that_phases_need_are_found():
    found, _ = verdict(reach(True), "H4")
    assert found.outcome == "supported" and found.coefficients[2].name == "dp*ti -> ai_reach"
    assert verdict(reach(False), "H4")[0].outcome != "supported"


def rewinding(effect, n=200, waves=4, seed=1):
    """Solutions in operation that go back to release with a chance that alignment lowers."""
    rng = np.random.default_rng(seed)
    phase, parts = np.full(n, 3.0), []
    for wave in range(1, waves + 1):
        aligned = np.clip(0.5 + 0.2 * rng.normal(size=n), 0, 1)
        context = {"phase": phase.copy()}
        parts.append(answers("mlbc_alignment", {"aln_sustain": aligned}, seed + wave, context, wave))
        chance = 1 / (1 + np.exp(1 + effect * (aligned - 0.5) / 0.2))
        phase = np.where((phase == 3) & (rng.random(n) < chance), 2.0, 3.0)
    return survey.join(parts, waves=range(1, waves + 1))


def test_going_back_is_found():
    found, result = verdict(rewinding(1.0), "M14")
    assert found.outcome == "supported" and found.label == "predictive", found.reason
    assert found.coefficients[0].estimate == pytest.approx(-1.0, abs=0.4)
    assert any("rewinds in" in note for note in result.notes)
    assert verdict(rewinding(0.0), "M14")[0].outcome not in ("supported", "opposite")


def test_going_back_takes_three_waves_and_some_who_do():
    assert "3 waves" in verdict(rewinding(1.0, waves=2), "M14")[0].reason
    still = rewinding(1.0)
    still.context["phase"] = 3.0
    assert "0 of 600 solutions went back" in verdict(still, "M14")[0].reason


def waves_of(effect, waves, n=300, seed=1):
    """Practice that complexity of the wave before calls forth, beside what is stable of both."""
    rng = np.random.default_rng(seed)
    stable = rng.multivariate_normal([0, 0], [[0.5, 0.25], [0.25, 0.5]], n)
    tc, ftc, parts = rng.normal(size=n), rng.normal(size=n), []
    for wave in range(1, waves + 1):
        shares = [0.5 + 0.12 * (stable[:, at] + each) for at, each in enumerate((tc, ftc))]
        scores = dict.fromkeys(("tc_timing", "tc_pace"), shares[0])
        scores |= dict.fromkeys(("ftc_sync", "ftc_roles", "ftc_expect"), shares[1])
        parts.append(answers("mlbc_alignment", scores, seed + wave, {"phase": np.full(n, 3.0)}, wave, 0.05))
        tc, ftc = 0.3 * tc + rng.normal(size=n), 0.3 * ftc + effect * tc + rng.normal(size=n)
    return survey.join(parts, waves=range(1, waves + 1))


@pytest.mark.parametrize("waves", [2, 4])
def test_practice_called_forth_is_found(waves):
    found, result = verdict(waves_of(0.5, waves), "M18")
    assert found.outcome == "supported" and found.label == "predictive", found.reason
    kinds = [note for note in result.notes if "pooled standard deviations" in note]
    assert ("random intercept" in kinds[0]) is (waves > 2)


def test_what_is_stable_does_not_call_forth():
    assert verdict(waves_of(0.0, 4, seed=100), "M18")[0].outcome not in ("supported", "opposite")


def test_one_wave_and_unasked_needs_are_lacking():
    assert "2 waves" in verdict(waves_of(0.5, 1), "M18")[0].reason
    assert verdict(waves_of(0.5, 2), "M15")[0].outcome == "not testable here"


def components(kind, n=250, seed=1):
    """Scales of six components in three phases: each of its own, two groups without parts, or one component."""
    rng = np.random.default_rng(seed)
    one, two = rng.normal(size=n), {name: rng.normal(size=n) for name in ("technical", "social")}
    scores = {}
    for at, name in enumerate(COMPONENTS):
        group, own = two["technical" if at < 3 else "social"], rng.normal(size=n)
        base = {"one": one, "two": group, "six": 0.6 * group + 0.8 * own}[kind]
        for phase in (1, 2, 3):
            share = 0.6 - 0.1 * phase + 0.15 * base + 0.08 * rng.normal(size=n)
            scores[f"{name}{phase}"] = np.clip(share, 0, 1)
    return answers("ai_scaling_inventory", scores, seed)


def test_six_components_are_told_from_two_and_from_one():
    found, result = verdict(components("six"), "H1")
    assert found.outcome == "supported", found.reason
    (grouped,) = found.beside
    assert grouped.name == "grouped < general" and grouped.outcome == "supported"
    assert any("six: AIC" in note and "two: AIC" in note for note in result.notes)


@pytest.mark.parametrize("kind", ["one", "two"])
def test_six_components_are_not_found_where_there_are_fewer(kind):
    found, _ = verdict(components(kind), "H1")
    assert found.outcome not in ("supported", "negligible")
    part = {one.name: one.outcome for one in found.coefficients}
    assert part["six < two"] != "supported"
    assert (part["six < one"] == "supported") == (kind == "two")


def test_too_few_organizations_compare_no_structures():
    found, _ = verdict(components("six", n=40), "H1")
    assert found.outcome == "not testable here" and "60 or more" in found.reason


def paces(gap, level, n=300, seed=3):
    """Solutions whose alignment falls with the difference of two paces, or rises with their level."""
    rng = np.random.default_rng(seed)
    tech, org, user = np.clip(0.5 + 0.2 * rng.normal(size=(3, n)), 0, 1)
    alignment = 0.6 - gap * np.abs(tech - org) + level * (tech + org - 1) + 0.1 * rng.normal(size=n)
    asked = {"pace_tech": tech, "pace_org": org, "pace_user": user}
    parts = answers("mlbc_alignment", {"aln_state": np.clip(alignment, 0, 1)}, 11)
    return survey.join([parts, answers("mlbc_cycles", asked, 12)])


@pytest.mark.parametrize(
    ("gap", "level", "expected"),
    [(0.8, 0.0, {"a1": "undecided", "a4": "supported"}), (0.0, 0.4, {"a1": "supported", "a4": "undecided"})],
)
def test_the_surface_stands_beside_the_gap_of_paces(gap, level, expected):
    found, result = verdict(paces(gap, level), "M11")
    outcomes = {one.name[:2]: one.outcome for one in found.beside if " of " in one.name}
    assert list(outcomes) == ["a1", "a2", "a3", "a4", "a5"]
    assert {name: outcomes[name] for name in expected} == expected
    assert [part.name for part in found.coefficients] == ["aln_state ~ gap_tech_org"]
    assert any("stationary point" in note and "Akaike weights" in note for note in result.notes)
