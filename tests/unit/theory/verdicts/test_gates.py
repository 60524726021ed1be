"""A gate closes for its own reason, and only the verdicts that need it are concerned."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.sem import FitCutoffs
from mlbc_stats.theory.verdicts.gates import (
    Gate,
    concerned,
    construct_gates,
    deciding_paths,
    model_gates,
    structural_parameters,
)

PATHS = {"y": ("a", "b", "c"), "z": ("y", "c")}


def fit(nobs=300, converged=True, doubts=(), rmsea=0.02, srmr=0.03, cfi=0.99):
    ops = ["~1"] * 4 + ["~"] * 100
    rows = [SimpleNamespace(op=op, free=place) for place, op in enumerate(ops, 1)]
    table = SimpleNamespace(parameters=rows, simple_equalities=())
    measures = pd.Series({"rmsea": rmsea, "srmr": srmr, "cfi": cfi})
    return SimpleNamespace(nobs=nobs, table=table, converged=converged, doubts=doubts, fit_measures=measures)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_parameters_beside_the_means_are_counted_from_the_table(missing):
    rng = np.random.default_rng(1)
    items = dict(zip("abcdef", rng.normal(size=200) + rng.normal(size=(6, 200)), strict=True))
    items["a"][:1] = np.nan if missing == "fiml" else 0.0
    model = "one =~ a + l*b + l*c\ntwo =~ d + e + f\ntwo ~ one"
    found = sem.fit(model, items, missing=missing, std_lv=True)
    means = 6 if missing == "fiml" else 0
    assert structural_parameters(found.table) == found.npar - means


def measured(correlation=(0.2, 0.4), loadings=(0.8, 0.8, 0.8)):
    names = ["a", "b", "c", "y", "z"]
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    rows = [
        {
            "lhs": one,
            "op": "~~",
            "rhs": other,
            "est_std": 0.3,
            "ci_lower": correlation[0],
            "ci_upper": correlation[1],
        }
        for one, other in pairs
    ]
    rows += [
        {"lhs": name, "op": "=~", "rhs": f"{name}{k}", "est_std": value}
        for name in names
        for k, value in enumerate(loadings)
    ]
    return SimpleNamespace(converged=True, standardized=pd.DataFrame(rows))


def closed(gates):
    return {(gate.name, gate.about) for gate in gates if gate.closed}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"converged": False}, "solution"),
        ({"doubts": ("negative variance: x1",)}, "solution"),
        ({"nobs": 99}, "units"),
        ({"rmsea": 0.09, "cfi": 0.80}, "fit"),
        ({"rmsea": 0.09, "srmr": 0.12}, "fit"),
        ({"rmsea": np.nan, "srmr": np.nan, "cfi": np.nan}, "fit"),
    ],
)
def test_each_fault_of_a_model_closes_its_gate(changes, name):
    assert closed(model_gates("S1", fit(**changes), None)) == {(name, "")}


@pytest.mark.parametrize("changes", [{}, {"nobs": 100}, {"rmsea": 0.09}, {"cfi": 0.5}])
def test_the_gates_of_a_sound_model_are_open(changes):
    """Means of items are no parameters that units are needed for, and one index alone closes nothing."""
    assert not closed(model_gates("S1", fit(**changes), None))


def test_simulated_cutoffs_replace_the_conventional_ones():
    limits = np.array([0.10, 0.15, 0.70])
    found = FitCutoffs(np.array([0.09, 0.12, 0.80]), limits, limits, limits, (50, 50), 3)
    assert not closed(model_gates("S1", fit(rmsea=0.09, srmr=0.12, cfi=0.80), found))


def test_predictors_that_are_hardly_two_close_only_what_rests_on_them():
    gates = construct_gates("S1", measured(correlation=(0.7, 0.95)), PATHS)
    assert closed(gates) == {("discriminant validity", pair) for pair in ("a, b", "a, c", "b, c", "c, y")}
    only = tuple(gate for gate in gates if gate.about == "c, y")
    assert concerned(only, "S1", ("z ~ y",), PATHS)
    assert not concerned(only, "S1", ("y ~ a",), PATHS)


def test_a_negative_correlation_near_minus_one_closes_as_well():
    assert closed(construct_gates("S1", measured(correlation=(-0.95, -0.8)), PATHS))


def test_an_interval_that_is_not_known_closes():
    assert closed(construct_gates("S1", measured(correlation=(np.nan, np.nan)), PATHS))


def test_unreliable_scales_close_what_uses_them():
    gates = construct_gates("S1", measured(loadings=(0.4, 0.4, 0.3)), PATHS)
    assert {about for name, about in closed(gates) if name == "reliability"} == {"a", "b", "c", "y", "z"}
    assert concerned(gates, "S1", ("y ~ a",), PATHS)
    assert not concerned(gates, "S2", ("y ~ a",), PATHS)


def test_a_gate_of_the_whole_model_concerns_all_of_its_verdicts():
    gate = Gate("S1", "fit", "", True, "")
    assert concerned((gate,), "S1", ("ind := y_on_a*z_on_y",), PATHS) == (gate,)


def test_definitions_are_read_as_the_paths_they_multiply():
    assert deciding_paths("ind := CAP_on_aln_state * aln_state_on_FTC") == [
        ("CAP", "aln_state"),
        ("aln_state", "FTC"),
    ]
