"""From a standardized solution to verdicts, with fits made by hand."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from mlbc_stats.errors import ModelError
from mlbc_stats.theory.propositions import load_propositions
from mlbc_stats.theory.verdicts import judging
from mlbc_stats.theory.verdicts.gates import solution_gate

REGISTRY = load_propositions()
STRONG, WEAK, NIL, AGAINST = (0.4, 0.05), (0.11, 0.08), (0.0, 0.03), (-0.4, 0.05)
S1 = {
    "aln_state ~ TC": AGAINST,
    "aln_state ~ CS": NIL,
    "aln_state ~ FTC": AGAINST,
    "aln_state ~ OML": WEAK,
    "CAP ~ aln_state": STRONG,
    "ind_ftc :=": STRONG,
    "ind_oml :=": STRONG,
}


def fitted(values, converged=True, doubts=()):
    rows = []
    for name, (estimate, se) in values.items():
        op = ":=" if ":=" in name else "~"
        left, right = (side.strip() for side in name.split(op))
        rows.append({"lhs": left, "op": op, "rhs": right, "est_std": estimate, "se": se})
    return SimpleNamespace(standardized=pd.DataFrame(rows), converged=converged, doubts=doubts, nobs=250)


def judged(names, fits, smallest=None, level=0.95, obey=True):
    chosen = [REGISTRY.proposition(name) for name in names]
    needed = REGISTRY.relatives(names)
    gates = tuple(solution_gate(name, fit) for name, fit in fits.items())
    closed = {entry.id: tuple(gate for gate in gates if gate.closed) for entry in chosen}
    found = judging.judge_propositions(
        chosen,
        needed,
        REGISTRY,
        judging.from_fits(needed, fits),
        closed,
        {},
        smallest,
        level,
        0.90,
        obey,
    )
    return {verdict.proposition: verdict for verdict in found}


def test_every_verdict_appears():
    verdicts = judged(["M1", "M2", "M3", "M4", "M12", "M13"], {"S1": fitted(S1)})
    assert {name: verdict.outcome.value for name, verdict in verdicts.items()} == {
        "M1": "supported",
        "M2": "negligible",
        "M3": "opposite",
        "M4": "undecided",
        "M12": "supported",
        "M13": "supported",
    }
    assert {verdict.label for verdict in verdicts.values()} == {"associational"}
    assert {verdict.n for verdict in verdicts.values()} == {250}


def test_a_family_is_adjusted_whole_whoever_asks():
    fits = {"S1": fitted(S1 | {"aln_state ~ TC": (-0.23, 0.10)})}
    alone, together = judged(["M1"], fits)["M1"], judged(["M1", "M2", "M3", "M4"], fits)["M1"]
    assert alone == together
    assert alone.coefficients[0].level == pytest.approx(1 - 0.05 / 3)
    assert alone.coefficients[0].pvalue < 0.05
    assert alone.outcome == "undecided"


def test_exploratory_propositions_are_not_adjusted():
    verdict = judged(["M13"], {"S1": fitted(S1)})["M13"]
    assert [part.level for part in verdict.coefficients] == [0.95, 0.95]


def test_one_negligible_part_refutes_a_joint_proposition():
    verdict = judged(["M13"], {"S1": fitted(S1 | {"ind_ftc :=": NIL})})["M13"]
    assert verdict.outcome == "negligible"
    assert verdict.reason == "the coefficients differ: ind_ftc negligible, ind_oml supported"


@pytest.mark.parametrize(
    ("converged", "doubts", "reason"),
    [
        (False, (), "did not converge"),
        (False, ("no convergence after 200 iterations",), "200 iterations"),
        (True, ("negative variance (Heywood case): x1",), "cannot be trusted: negative variance"),
    ],
)
def test_a_closed_gate_leaves_strong_numbers_undecided(converged, doubts, reason):
    fits = {"S1": fitted(S1, converged, doubts)}
    verdict = judged(["M12"], fits)["M12"]
    assert verdict.outcome == "undecided"
    assert reason in verdict.reason
    assert verdict.gate == verdict.reason
    assert verdict.ungated == "supported"
    assert judged(["M12"], fits, obey=False)["M12"].outcome == "supported"


def test_without_standard_errors_nothing_is_decided():
    broken = {name: (estimate, math.nan) for name, (estimate, _) in S1.items()}
    verdicts = judged(["M1", "M13"], {"S1": fitted(broken)})
    assert {verdict.outcome.value for verdict in verdicts.values()} == {"undecided"}
    assert verdicts["M1"].reason == "no standard error"


def test_a_larger_smallest_effect_turns_undecided_into_negligible():
    fits = {"S1": fitted(S1)}
    assert judged(["M4"], fits, smallest=0.30)["M4"].outcome == "negligible"
    assert judged(["M4"], fits)["M4"].smallest == 0.10


def test_a_model_without_the_quantity_is_an_error():
    with pytest.raises(ModelError, match=r"'CAP ~ aln_state' 0 times, expected once"):
        judging.standardized(fitted({"aln_state ~ TC": STRONG}), "CAP ~ aln_state")
