"""Prediction out of sample, and the tests of predictive ability on it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, ModelError, NotServedError
from tests.unit.composites.samples import drawn, model

EXACT = 1e-9
PAIR = "f <~ fame1 + fame2 + fame3; g <~ trust1 + trust2 + trust3; g ~ f"


@cache
def fitted(operator: str = "<~") -> composites.CompositeResult:
    return composites.fit(model(operator), drawn(), tolerance=1e-12, max_iter=3000)


def by_hand(data: dict[str, np.ndarray], out: np.ndarray, technique: str) -> dict[str, np.ndarray]:
    """Predictions for some cases from a fit of the others, through the public tables."""
    text = model()
    fit = composites.fit(
        text, {name: column[~out] for name, column in data.items()}, tolerance=1e-12, max_iter=3000
    )
    scores: dict[str, Any] = dict.fromkeys(fit.specification.names, 0.0)
    for row in fit.weights.to_dict("records"):
        held_in = data[row["rhs"]][~out]
        scores[row["lhs"]] = scores[row["lhs"]] + row["est"] * (
            data[row["rhs"]][out] - held_in.mean()
        ) / held_in.std(ddof=1)
    guessed = dict(scores)
    for target in ("trust", "stay"):
        known = guessed if technique == "earliest" else scores
        rows = fit.paths[fit.paths["lhs"] == target].to_dict("records")
        guessed[target] = sum(row["est"] * known[row["rhs"]] for row in rows)
    found = {}
    for row in fit.loadings.to_dict("records"):
        if row["lhs"] in ("trust", "stay"):
            held_in = data[row["rhs"]][~out]
            found[row["rhs"]] = held_in.mean() + held_in.std(ddof=1) * row["est"] * guessed[row["lhs"]]
    return found


@pytest.mark.parametrize("technique", ["direct", "earliest"])
def test_a_fold_is_predicted_by_a_fit_of_the_others(technique: str) -> None:
    folds = np.arange(250) % 7
    found = composites.predict(fitted(), folds=folds, technique=technique)
    wanted = by_hand(drawn(), folds == 3, technique)
    for k, name in enumerate(found.indicators):
        assert found.predicted["pls"][0, folds == 3, k] == pytest.approx(wanted[name], abs=1e-7)


def test_earliest_antecedents_do_not_see_mediators() -> None:
    """The answers to a mediator of the cases held out change nothing."""
    folds = np.arange(250) % 5
    data = dict(drawn())
    noisy = {**data, "trust1": data["trust1"] + 3.0 * (folds == 0)}
    for technique, same in (("earliest", True), ("direct", False)):
        one, other = (
            composites.predict(composites.fit(model(), each), folds=folds, technique=technique).predicted[
                "pls"
            ][0]
            for each in (data, noisy)
        )
        assert np.allclose(one[folds == 0], other[folds == 0], atol=EXACT) is same


def test_units_of_indicators_carry_over() -> None:
    data = dict(drawn())
    scaled = {name: 10 + (k + 1) * column for k, (name, column) in enumerate(data.items())}
    one, other = (
        composites.predict(composites.fit(model(), each, tolerance=1e-12, max_iter=3000), folds=5, seed=3)
        for each in (data, scaled)
    )
    assert one.table["q2_predict"].to_numpy() == pytest.approx(other.table["q2_predict"].to_numpy(), abs=1e-7)
    names = list(data)
    for indicator, rmse, more in zip(one.indicators, one.table["rmse"], other.table["rmse"], strict=True):
        assert more == pytest.approx(rmse * (names.index(indicator) + 1), rel=1e-7)


def test_one_indicator_by_one_indicator_is_the_linear_model() -> None:
    found = composites.predict(composites.fit("trust1 ~ fame1", drawn()), seed=1)
    assert found.predicted["pls"] == pytest.approx(found.predicted["lm_exogenous"], abs=EXACT)
    assert found.predicted["pls"] == pytest.approx(found.predicted["lm_all_other"], abs=EXACT)
    assert found.power["power"].tolist() == ["none"]


def test_seeds_chunks_and_workers() -> None:
    one, other = (composites.predict(fitted(), folds=4, repetitions=3, seed=5, workers=w) for w in (1, 2))
    assert np.array_equal(one.folds, other.folds)
    assert one.predicted["pls"] == pytest.approx(other.predicted["pls"], abs=1e-9)
    assert not np.array_equal(one.folds, composites.predict(fitted(), folds=4, repetitions=3, seed=6).folds)
    assert {int(count) for count in np.bincount(one.folds[0])} <= {62, 63}


def test_leaving_one_out_is_folds_of_one() -> None:
    one = composites.predict(fitted(), folds="loo")
    other = composites.predict(fitted(), folds=np.arange(250))
    assert one.predicted["pls"] == pytest.approx(other.predicted["pls"], abs=1e-9)


def test_averaged_predictions_are_a_little_better() -> None:
    errors, predictions = (
        composites.predict(fitted(), seed=1, average=how) for how in ("errors", "predictions")
    )
    assert (predictions.table["rmse"] <= errors.table["rmse"]).all()
    assert predictions.residuals().shape == (1, 250, 5)
    assert errors.residuals().shape == (10, 250, 5)


def test_weights_of_cases_are_repeated_cases() -> None:
    counts = np.random.default_rng(2).integers(1, 4, 250)
    folds = np.arange(250) % 5
    weighted = composites.fit(PAIR, {**drawn(), "w": counts.astype(float)}, sampling_weights="w")
    repeated = composites.fit(PAIR, {name: np.repeat(column, counts) for name, column in drawn().items()})
    one = composites.predict(weighted, folds=folds)
    other = composites.predict(repeated, folds=np.repeat(folds, counts))
    assert one.table["rmse"].to_numpy() == pytest.approx(other.table["rmse"].to_numpy(), abs=1e-7)
    with pytest.raises(NotServedError, match="sampling weights"):
        composites.compare_prediction(one)


def test_factors_predict_by_their_scores_unless_corrected() -> None:
    factors = fitted("=~")
    plain = composites.predict(factors, folds="loo")
    assert plain.predicted["pls"] == pytest.approx(
        composites.predict(fitted(), folds="loo").predicted["pls"], abs=1e-7
    )
    corrected = composites.predict(factors, folds="loo", corrected=True)
    assert (corrected.table["rmse"] > plain.table["rmse"]).all()


def test_tables_of_a_prediction() -> None:
    found = composites.predict(fitted(), folds=5, repetitions=2, seed=1)
    assert found.constructs["construct"].tolist() == ["trust", "stay"]
    assert (found.constructs["q2_predict"] > found.table.groupby("construct")["q2_predict"].max().min()).any()
    assert found.errors("average")["q2_predict"].to_numpy() == pytest.approx(0.0, abs=EXACT)
    assert (found.errors("pls_in_sample")["rmse"] < found.table["rmse"]).all()
    cases = found.cases("stay1")
    assert cases["actual"].to_numpy() == pytest.approx(drawn()["stay1"])
    assert (cases["actual"] - cases["predicted"]).to_numpy() == pytest.approx(cases["error"].to_numpy())
    assert "folds: 5" in repr(found)
    assert "lm_rmse" in found._repr_html_()


def test_cases_and_folds_by_rows_of_the_table() -> None:
    data = {name: column.copy() for name, column in drawn().items()}
    data["fame1"][[3, 70]] = np.nan
    with pytest.warns(UserWarning, match="2 of 250 rows"):
        fit = composites.fit(PAIR, data)
    folds = np.arange(250) % 5
    found = composites.predict(fit, folds=folds)
    assert np.array_equal(found.folds[0], np.delete(folds, [3, 70]))
    assert found.cases("trust1").index[3] == 4


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"folds": 1}, "2 to 250 folds"),
        ({"folds": 251}, "2 to 250 folds"),
        ({"folds": "lo"}, "folds='lo'"),
        ({"repetitions": 0}, "at least one"),
        ({"technique": "directs"}, "did you mean 'direct'"),
        ({"average": "all"}, "errors, predictions"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ModelError, match=told):
        composites.predict(fitted(), **options)


@pytest.mark.parametrize(
    ("folds", "told"),
    [(np.zeros(250), "one label only"), (np.arange(100) % 5, "100 values"), (np.zeros((2, 2, 2)), "shape")],
)
def test_folds_that_are_refused(folds: Any, told: str) -> None:
    with pytest.raises(DataError, match=told):
        composites.predict(fitted(), folds=folds)


def test_models_and_data_that_are_not_served() -> None:
    gaps = {name: column.copy() for name, column in drawn().items()}
    gaps["fame1"][0] = np.nan
    product = "f <~ fame1 + fame2; h <~ care1 + care2; g <~ trust1 + trust2; g ~ f + h + f:h"
    for fit, told in (
        (composites.fit(product, drawn()), "products"),
        (composites.fit(PAIR, gaps, missing="pairwise"), "missing='pairwise'"),
    ):
        with pytest.raises(NotServedError, match=told):
            composites.predict(fit)
    with pytest.raises(ModelError, match="nothing to predict"):
        composites.predict(
            composites.fit("f <~ fame1 + fame2; g <~ trust1 + trust2", drawn(), neighbours="all")
        )


def test_training_sets_without_a_solution_are_counted() -> None:
    data = {name: column[:40].copy() for name, column in drawn().items()}
    data["fame1"][:] = 0.0
    data["fame1"][:4] = [1.0, 2.0, 3.0, 4.0]
    folds = np.repeat(np.arange(10), 4)
    fit = composites.fit("f <~ fame1 + fame2; g <~ trust1 + trust2; g ~ f", data)
    with pytest.warns(ConvergenceWarning, match="1 of 10 training sets"):
        found = composites.predict(fit, folds=folds)
    assert found.failures == 1
    assert np.isnan(found.predicted["pls"][0, :4]).all()
    assert np.isfinite(found.table["rmse"]).all()
    assert composites.compare_prediction(found)["df"].tolist() == [35, 35]


def test_a_linear_model_with_too_many_predictors_is_missing() -> None:
    rng = np.random.default_rng(1)
    data = {f"x{k}": rng.normal(size=12) for k in range(13)} | {"y": rng.normal(size=12)}
    text = f"f <~ {' + '.join(f'x{k}' for k in range(13))}; y ~ f"
    with pytest.warns(DataWarning, match="12 cases for 14 indicators"):
        fit = composites.fit(text, data)
    found = composites.predict(fit, folds=3, seed=1)
    assert found.table["lm_rmse"].isna().all()
    assert found.table["rmse"].notna().all()


def test_a_paired_t_test_of_losses() -> None:
    found = composites.predict(fitted(), folds=5, repetitions=2, seed=1)
    table = composites.compare_prediction(found, "lm_exogenous").set_index("construct")
    squares = {
        kind: (found.residuals(kind) ** 2).mean(axis=0)[:, 3:].mean(axis=1)
        for kind in ("pls", "lm_exogenous")
    }
    gap = squares["pls"] - squares["lm_exogenous"]
    t = gap.mean() / (gap.std(ddof=1) / np.sqrt(250))
    assert table.loc["stay", "t"] == pytest.approx(t)
    assert table.loc["stay", "p_two_sided"] == pytest.approx(
        2 * min(1 - table.loc["stay", "p_better"], table.loc["stay", "p_better"])
    )


def test_two_models_are_compared_on_the_same_folds() -> None:
    smaller = composites.fit(model().replace("stay ~ fame + trust", "stay ~ fame"), drawn())
    one, other = (composites.predict(each, seed=1) for each in (fitted(), smaller))
    table = composites.compare_prediction(one, other).set_index("construct")
    back = composites.compare_prediction(other, one).set_index("construct")
    assert table.loc["stay", "p_better"] < 0.01
    assert table["difference"].to_numpy() == pytest.approx(-back["difference"].to_numpy())
    with pytest.raises(DataError, match="different folds"):
        composites.compare_prediction(one, composites.predict(smaller, seed=2))
    with pytest.raises(ModelError, match="no benchmark"):
        composites.compare_prediction(one, "lm")
    with pytest.raises(ModelError, match="no construct"):
        composites.compare_prediction(
            one, composites.predict(composites.fit("fame2 ~ fame1", drawn()), seed=1)
        )
    with pytest.raises(ModelError, match="no predicted indicator"):
        one.cases("fame1")
    with pytest.raises(ModelError, match="no way to predict"):
        one.errors("lm")
