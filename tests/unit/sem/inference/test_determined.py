"""No number where the data determine none: errors, standardized values, robust indices, names of scores."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import IdentificationWarning
from mlbc_stats.sem.estimation.solution import constrained_inverse
from tests.reference.corpus import read_table

HS = pd.DataFrame(read_table("data/HolzingerSwineford1939.csv"))
ORDINAL = pd.DataFrame(read_table("data/HS_ord4.csv"))


def quiet(model: str, data: object, **arguments: object) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sem.fit(model, data, **arguments)


def test_two_variables_that_are_never_observed_together() -> None:
    cov = np.array([[1, 0.2, 0.7], [0.2, 1, 0.7], [0.7, 0.7, 1]])
    x = np.random.default_rng(1).multivariate_normal(np.zeros(3), cov, 200)
    x[:100, 0] = np.nan
    x[100:, 1] = np.nan
    with pytest.warns(IdentificationWarning, match="the data do not determine a~~b"):
        result = sem.fit("a ~~ b + c\n b ~~ c", pd.DataFrame(x, columns=list("abc")), missing="fiml")
    errors = result.parameters.set_index(["lhs", "rhs"])["se"]
    assert np.isnan(errors["a", "b"])
    assert np.isfinite(errors.drop(("a", "b"))).all()


def test_functions_of_undetermined_parameters_have_no_errors() -> None:
    """Of two loadings and a factor variance only ratio and products are determined."""
    model = (
        "f =~ a*x1 + b*x2; f ~~ vf*f; x1 ~~ .4*x1; x2 ~~ .4*x2; ratio := a/b; size := a*a*vf; scaled := a*vf"
    )
    rows = quiet(model, HS, kind="lavaan").parameters.set_index(["lhs", "op"])
    assert np.isnan(rows.loc["f", "se"].to_numpy(float)).all()
    assert np.isfinite(rows.loc[[("ratio", ":="), ("size", ":=")], "se"].to_numpy(float)).all()
    assert np.isnan(rows.loc[("scaled", ":="), ["se", "pvalue"]].to_numpy(float)).all()


def test_a_direction_without_information() -> None:
    found = constrained_inverse(np.diag([4.0, 0.0, 1.0]), None)
    assert found.undetermined.tolist() == [False, True, False]
    assert np.allclose(found.matrix, np.diag([0.25, 0.0, 1.0]))
    assert np.allclose(np.abs(found.flat[:, 0]), [0, 1, 0])


def test_a_factor_without_variance_explains_nothing() -> None:
    rng = np.random.default_rng(5)
    level, slope = rng.normal(5, 1, 150), rng.normal(0.5, 0.3, 150)
    data = {f"t{k}": level + slope * k + rng.normal(0, 0.7, 150) for k in range(5)}
    steps = " + ".join(f"{k}*t{k}" for k in range(5))
    ones = " + ".join(f"1*t{k}" for k in range(5))
    rows = quiet(f"i =~ {ones}; s =~ {steps}; s ~~ 0*s + 0*i", data, kind="growth").standardized
    assert (rows.query("lhs == 's' and op == '=~'")["est_std"] == 0).all()
    assert np.isnan(rows.query("lhs == 's' and op == '~1'")["est_std"]).all()


def test_the_first_of_the_parameters_that_share_a_label_stands_for_it() -> None:
    """lavaan 0.6-14: 1.0786."""
    model = "visual =~ x1+x2+x3\ntextual =~ x4+x5+x6\ntextual ~ c(b,b)*visual\nm := b*2"
    rows = quiet(model, HS, group="school").parameters
    assert rows.query("op == ':='")["std_all"].item() == pytest.approx(1.0786, abs=1e-3)


def test_robust_indices_of_ordinal_data_exist_where_there_is_a_formula() -> None:
    data = ORDINAL.assign(noise=np.random.default_rng(1).normal(size=len(ORDINAL)))
    names, items, model = (
        ["cfi_robust", "tli_robust", "rmsea_robust"],
        ["x1", "x2", "x3", "x4"],
        "f =~ x1+x2+x3+x4",
    )
    assert np.isfinite(quiet(model, data, ordered=items).fit_measures[names]).all()
    assert np.isnan(quiet(f"{model}\nf ~ noise", data, ordered=items).fit_measures[names]).all()
    assert np.isnan(quiet(model, data, ordered=items[:3]).fit_measures[names]).all()


def test_scores_have_the_names_of_the_rows() -> None:
    data = HS.sort_values("x1")
    scores = sem.factor_scores(sem.cfa("visual =~ x1 + x2 + x3", data))
    assert data["x1"].corr(scores["visual"]) > 0.7
    assert scores.index.equals(data.index)
    fitted = sem.cfa("visual =~ x1 + x2 + x3", HS)
    assert sem.factor_scores(fitted, data=data.head(9)).index.equals(data.index[:9])
