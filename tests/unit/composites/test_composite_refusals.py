"""Models and data that no composite model can be fitted to are refused, with what to do."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import (
    ConvergenceWarning,
    DataError,
    DataWarning,
    IdentificationWarning,
    InadmissibleWarning,
    ModelError,
    ModelSyntaxError,
    NotServedError,
)
from tests.unit.composites.samples import drawn, model

PAIR = "f <~ fame1 + fame2; g <~ trust1 + trust2; g ~ f"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# nothing", "names no construct"),
        ("f <~ fame1 + fame2; g <~ trust1 + trust2", "no path joins f, g"),
        (PAIR + "; h <~ care1 + care2", "no path joins h"),
        ("f <~ fame1 + fame2; g <~ fame2 + trust1; g ~ f", "fame2 is an indicator of f and g"),
        ("f <~ fame1 + fame2; f =~ fame3; g <~ trust1; g ~ f", "either a composite or a common factor"),
        (PAIR + "; g ~ f:f2", "but not by f2"),
    ],
)
def test_models_that_cannot_be_set_up(text: str, told: str) -> None:
    with pytest.raises(ModelError, match=told):
        composites.fit(text, drawn())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PAIR + "; f ~~ g", "residuals of endogenous"),
        (PAIR + "; fame1 ~~ fame2", "common factor"),
        (PAIR + "; fame1 ~ 1", "sem.fit"),
        ("f <~ 1*fame1 + fame2; g <~ trust1 + trust2; g ~ f", "fixes or starts"),
        ("group: 1\n" + PAIR, "block of a group"),
    ],
)
def test_statements_that_are_not_served(text: str, told: str) -> None:
    with pytest.raises(NotServedError, match=told):
        composites.fit(text, drawn())


def test_syntax_errors_show_the_place() -> None:
    with pytest.raises(ModelSyntaxError, match="line 1"):
        composites.fit("f <~ fame1 + ", drawn())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"scheme": "pth"}, "did you mean 'path'"),
        ({"weights": "modeC"}, "unknown"),
        ({"weights": {"h": "modeB"}}, "no construct of the model"),
        ({"neighbours": "some"}, "neighbours"),
        ({"dominant": {"f": "trust1"}}, "no indicator of f"),
        ({"instruments": {"f": ["g"]}}, "no path leads to"),
        ({"instruments": {"g": []}}, "at least"),
        ({"max_iter": 0}, "above zero"),
    ],
)
def test_options_that_are_not_known(options: dict[str, object], told: str) -> None:
    with pytest.raises(ModelError, match=told):
        composites.fit(PAIR, drawn(), **options)  # type: ignore[arg-type]


def test_ways_to_treat_gaps_that_are_not_served() -> None:
    with pytest.raises(NotServedError, match="missing='median'"):
        composites.fit(PAIR, drawn(), missing="median")
    with pytest.raises(NotServedError, match="ordinal"):
        composites.fit(PAIR, drawn(), missing="fiml", ordered=True)


def test_data_that_carry_nothing() -> None:
    data = drawn()
    with pytest.raises(DataError, match="fame1 is constant"):
        composites.fit(PAIR, data | {"fame1": np.ones(250)})
    with pytest.raises(DataError, match="no column 'fame1'"):
        composites.fit(PAIR, {name: values for name, values in data.items() if name != "fame1"})
    with pytest.raises(DataError, match="fame1 has no value"):
        composites.fit(PAIR, data | {"fame1": np.full(250, np.nan)}, missing="pairwise")
    with pytest.raises(DataError, match="usable cases"):
        composites.fit(PAIR, {name: values[:2] for name, values in data.items()})
    split = data | {"fame1": data["fame1"].copy(), "trust1": data["trust1"].copy()}
    split["fame1"][:125] = np.nan
    split["trust1"][125:] = np.nan
    with pytest.raises(DataError, match="have no correlation"):
        composites.fit(PAIR, split, missing="pairwise")


def test_a_collinear_formative_block_is_refused_by_name_and_vif() -> None:
    data = drawn() | {"copy": drawn()["fame1"] + drawn()["fame2"]}
    text = "f <~ fame1 + fame2 + copy; g <~ trust1 + trust2; g ~ f"
    with pytest.raises(DataError, match=r"f: its indicators determine one another: fame1 \(VIF"):
        composites.fit(text, data, weights="modeB")
    assert composites.fit(text, data, weights="modeA").converged


def test_weights_that_do_not_settle_are_said() -> None:
    with pytest.warns(ConvergenceWarning, match="in 1 iterations"):
        fit = composites.fit(model(), drawn(), max_iter=1)
    assert not fit.converged
    assert any("did not converge" in note for note in fit.notes)


def test_a_negative_rho_a_is_said_and_gives_no_numbers() -> None:
    data = drawn() | {"fame2": -drawn()["fame2"], "fame3": -drawn()["care3"]}
    text = "f =~ fame1 + fame2; g <~ trust1 + trust2; g ~ f"
    data["fame2"] = np.random.default_rng(3).normal(size=250) * 2 - data["fame1"] + 0.8 * data["trust1"]
    with pytest.warns(InadmissibleWarning, match="f: ρ_A is not defined"):
        fit = composites.fit(text, data)
    assert np.isnan(fit.paths["est"]).all()
    assert np.isnan(fit.loadings.query("lhs == 'f'")["est"]).all()


def test_a_loop_of_paths_needs_instruments() -> None:
    text = "f <~ fame1 + fame2; g <~ trust1 + trust2; g ~ f + care1; f ~ g + stay1"
    with pytest.warns(IdentificationWarning, match="paths lead from f, g back"):
        composites.fit(text, drawn())
    found = composites.fit(text, drawn(), instruments={"g": ["stay1", "care1"], "f": ["stay1", "care1"]})
    assert np.isfinite(found.paths["est"]).all()


def test_a_duplicated_indicator_gives_no_foreign_exception() -> None:
    data = drawn() | {"copy": drawn()["fame1"]}
    fit = composites.fit("f <~ fame1 + copy; g <~ trust1 + trust2; g ~ f", data)
    assert np.isnan(fit.fit_measures.loc["gfi", "estimated"])
    assert np.isinf(fit.weights["vif"].iloc[0])


def test_no_more_cases_than_indicators_are_told_and_not_trusted():
    rng = np.random.default_rng(1)
    data = dict(zip("abcd", rng.normal(size=(4, 3)), strict=True))
    with pytest.warns(DataWarning, match="3 cases for 4 indicators"):
        fit = composites.fit("f <~ a + b; g <~ c + d; g ~ f", data)
    assert fit.doubtful


def test_paths_in_a_circle_are_not_trusted():
    rng = np.random.default_rng(1)
    data = dict(zip("abcd", rng.normal(size=(4, 90)) + rng.normal(size=90), strict=True))
    with pytest.warns(IdentificationWarning, match="back to where they begin"):
        fit = composites.fit("f <~ a + b; g <~ c + d; g ~ f; f ~ g", data)
    assert fit.doubtful


def test_predictors_that_determine_one_another_are_told_by_name_and_vif():
    data = drawn() | {"twice": 2 * drawn()["fame1"]}
    with pytest.warns(
        IdentificationWarning, match=r"y: its predictors determine one another: fame1 \(VIF inf"
    ):
        fit = composites.fit("y <~ stay1 + stay2; y ~ fame1 + twice", data)
    assert fit.doubtful and not any("raise max_iter" in note for note in fit.notes)


def test_weights_of_cases_that_cannot_be():
    with pytest.raises(DataError, match="not negative"):
        composites.fit(PAIR, drawn() | {"w": -np.ones(250)}, sampling_weights="w")
    with pytest.raises(DataError, match="every sampling weight is zero"):
        composites.fit(PAIR, drawn() | {"w": np.zeros(250)}, sampling_weights="w")


def test_a_constant_indicator_in_a_resample_is_a_failure_and_signs_are_counted():
    rare = np.zeros(250)
    rare[:2] = 1.0
    fit = composites.fit(PAIR.replace("fame2", "rare"), drawn() | {"rare": rare})
    with pytest.warns(ConvergenceWarning, match="resamples have no solution"):
        found = composites.bootstrap(fit, 100, seed=1)
    assert found.failures == 100 - len(found.draws.converged) > 0
    rng = np.random.default_rng(1)
    noise = composites.fit(
        "f <~ a + b; g <~ c + d; g ~ f", dict(zip("abcd", rng.normal(size=(4, 100)), strict=True))
    )
    assert composites.bootstrap(noise, 100, seed=1).turned.sum() > 0


def test_dummies_are_differences_from_the_reference():
    rng = np.random.default_rng(2)
    region = np.resize(["south", "north", "west"], 300)
    y = np.where(region == "north", 1.0, np.where(region == "west", -0.5, 0.0)) + rng.normal(size=300)
    made = composites.dummies({"region": region}, "region", "south")
    fit = composites.fit("y ~ region_north + region_west", {"y": y} | {name: made[name] for name in made})
    raw = fit.paths["est"].to_numpy() / made.std().to_numpy() * np.std(y, ddof=1)
    expected = [y[region == group].mean() - y[region == "south"].mean() for group in ("north", "west")]
    assert raw == pytest.approx(expected)
    gaps = composites.dummies({"region": ["a", None, "b"]}, "region")
    assert np.isnan(gaps.region_b[1]) and list(gaps) == ["region_b"]
    for table, reference, told in (
        ({"region": ["a", "a"]}, None, "has 1 groups"),
        ({"region": ["a", "b"]}, "c", "no group 'c'"),
        ({"region": ["r", "a b", "a-b"]}, None, "same name"),
    ):
        with pytest.raises(DataError, match=told):
            composites.dummies(table, "region", reference)
