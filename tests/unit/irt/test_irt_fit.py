"""Item response models: slopes and curvature, recovery, missing answers, scores, and what degenerate answers meet."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import irt
from mlbc_stats.errors import (
    ConvergenceWarning,
    DataError,
    DataWarning,
    MlbcWarning,
    ModelError,
    NotServedError,
)
from mlbc_stats.irt.answers.reading import read_answers
from mlbc_stats.irt.curves.families import UNFOLDING
from mlbc_stats.irt.curves.layout import lay_out
from mlbc_stats.irt.estimation.marginal import expectation, gradient, information
from mlbc_stats.irt.models import MODELS, problem_of

NODES = np.linspace(-6, 6, 61)


def ratings(n: int = 300, p: int = 4, categories: int = 4, seed: int = 1, gaps: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    slope, theta = np.linspace(0.8, 2.0, p), rng.normal(size=(n, 1))
    cuts = np.linspace(-1.5, 1.5, categories - 1) if categories > 2 else np.array([0.2])
    x = ((slope * theta + rng.logistic(size=(n, p)))[:, :, None] > slope[:, None] * cuts).sum(2).astype(float)
    x[rng.random((n, p)) < gaps] = np.nan
    return pd.DataFrame(x, columns=[f"x{j}" for j in range(p)])


def mixed(seed: int = 3) -> pd.DataFrame:
    data = ratings(120, 4, 4, seed, gaps=0.1)
    return data.assign(x0=(data.x0 > 1).where(data.x0.notna()).astype(float), x2=data.x2.clip(upper=2))


DELTA = np.array([-2.0, -1.0, -0.3, 0.6, 1.2, 2.1])


def unfolding(n: int = 800, seed: int = 1) -> pd.DataFrame:
    """Answers from unfolding curves with a = 1.5 and thresholds −1.6, −1, −.4."""
    rng = np.random.default_rng(seed)
    gamma = np.concatenate([np.array([1.5, 1.5 * d, -2.4, -1.5, -0.6]) for d in DELTA])
    layout = lay_out(UNFOLDING, [4] * len(DELTA))
    share = np.exp(layout.log_probabilities(gamma, rng.normal(size=n))).reshape(n, len(DELTA), 4)
    x = (rng.random((n, len(DELTA), 1)) > share.cumsum(2)).sum(2)
    return pd.DataFrame(x, columns=[f"u{j}" for j in range(len(DELTA))])


def test_unfolding_finds_the_places_of_items() -> None:
    fit = irt.fit(unfolding(2000), "ggum")
    rows = fit.difficulties
    places = rows[rows.name == "b"]
    assert fit.converged
    assert (np.abs(places.est - DELTA) < 4 * places.se).all()
    assert (rows[rows.name == "a"].est > 0).all()
    with pytest.warns(DataWarning, match="negative slope"):
        rising = irt.fit(unfolding(2000), "graded")
    assert fit.aic < rising.aic - 100


@pytest.mark.parametrize("model", ["graded", "gpcm", "pcm", "ggum"])
@pytest.mark.parametrize("groups", [1, 2])
def test_slopes_and_information_are_derivatives(model: str, groups: int) -> None:
    data, rng = mixed(), np.random.default_rng(2)
    answers = read_answers(data, group=np.arange(len(data)) % groups)
    problem = problem_of(answers, model, NODES, groups)
    theta = np.concatenate([_point(problem, rng), *[[0.3, -0.2]] * (groups - 1)])
    found = expectation(problem, theta)
    slope, curved, step = gradient(problem, theta, found), information(problem, theta, found), 1e-5
    for k in range(len(theta)):
        up, down = (theta + sign * step * np.eye(len(theta))[k] for sign in (1, -1))
        high, low = expectation(problem, up), expectation(problem, down)
        assert slope[k] == pytest.approx((high.loglik - low.loglik) / (2 * step), rel=1e-6, abs=1e-5)
        change = (gradient(problem, up, high) - gradient(problem, down, low)) / (2 * step)
        assert curved[k] == pytest.approx(-change, rel=1e-6, abs=1e-5)


def _point(problem, rng) -> np.ndarray:
    """Free parameters at which every curve is defined."""
    own = []
    for k in problem.layout.categories:
        size = problem.layout.family.size(k)
        own.append(np.concatenate([[1.1], np.sort(rng.normal(size=size - 1))[::-1]]))
    return np.linalg.lstsq(problem.free, np.concatenate(own), rcond=None)[0]


@pytest.mark.parametrize("model", ["graded", "gpcm", "ggum"])
def test_slopes_along_the_latent_variable(model: str) -> None:
    problem = problem_of(read_answers(mixed()), model, NODES)
    gamma, at, step = _point(problem, np.random.default_rng(4)), np.array([-1.3, 0.2, 1.7]), 1e-4
    first, second = problem.layout.theta_slopes(gamma, at)
    low, middle, high = (problem.layout.log_probabilities(gamma, at + h) for h in (-step, 0, step))
    assert first == pytest.approx((high - low) / (2 * step), abs=1e-6)
    assert second == pytest.approx((high - 2 * middle + low) / step**2, abs=1e-5)


def test_true_values_lie_within_their_errors() -> None:
    fit = irt.fit(ratings(4000, 5, 4, seed=7), "graded")
    rows = fit.difficulties
    slopes = rows[rows.name == "a"]
    assert (np.abs(slopes.est - np.linspace(0.8, 2.0, 5)) < 3.5 * slopes.se).all()
    for k, cut in enumerate(np.linspace(-1.5, 1.5, 3), 1):
        own = rows[rows.name == f"b{k}"]
        assert (np.abs(own.est - cut) < 3.5 * own.se).all()


def test_intervals_cover() -> None:
    """Ninety-five per cent intervals of slopes and places in 120 samples of n = 400."""
    inside = []
    for seed in range(120):
        rows = irt.fit(ratings(400, 5, 3, seed=seed), "graded").difficulties
        truth = np.column_stack([np.linspace(0.8, 2.0, 5), np.tile([-1.5, 1.5], (5, 1))]).ravel()
        inside.append((rows.ci_lower < truth) & (truth < rows.ci_upper))
    assert 0.93 < np.mean(inside) < 0.97


def test_two_categories_are_one_model_whatever_its_name() -> None:
    data = ratings(300, 4, 2)
    two = irt.fit(data, "2pl")
    for other in ("graded", "gpcm"):
        assert irt.fit(data, other).loglik == pytest.approx(two.loglik, abs=1e-8)
    rasch, one = irt.fit(data, "rasch"), irt.fit(data, "1pl")
    assert (rasch.loglik, rasch.npar) == (pytest.approx(one.loglik, abs=1e-8), one.npar)
    assert one.table.a.iloc[0] == pytest.approx(rasch.unit, abs=1e-5)
    assert rasch.table.b.to_numpy() == pytest.approx(one.table.b.to_numpy() * rasch.unit, abs=1e-5)
    assert irt.fit(data, "pcm").loglik == pytest.approx(rasch.loglik, abs=1e-8)


def test_order_of_items_and_reversal_do_not_matter() -> None:
    data = ratings(300, 4, 3)
    fit, turned = irt.fit(data, "graded"), irt.fit(data[data.columns[::-1]], "graded")
    assert turned.table.loc[list(fit.items)].to_numpy() == pytest.approx(fit.table.to_numpy(), abs=1e-5)
    mirrored = irt.fit(2 - data, "graded")
    assert mirrored.table[["b2", "b1"]].to_numpy() == pytest.approx(
        -fit.table[["b1", "b2"]].to_numpy(), abs=1e-5
    )


def test_gaps_leave_the_rest_of_a_case() -> None:
    whole, gappy = ratings(2000, 5, 3, 11), ratings(2000, 5, 3, 11, gaps=0.2)
    full, part = irt.fit(whole), irt.fit(gappy)
    assert part.n == 2000 - int(gappy.isna().all(axis=1).sum())
    wide = part.parameters.se.to_numpy() / full.parameters.se.to_numpy()
    assert (wide > 1).all()
    apart = np.abs(part.parameters.est - full.parameters.est).to_numpy() / part.parameters.se.to_numpy()
    assert apart.max() < 3


def test_scores_follow_the_posterior() -> None:
    data = ratings(400, 5, 4, gaps=0.05)
    fit = irt.fit(data)
    eap, mode = irt.scores(fit), irt.scores(fit, method="map")
    assert np.corrcoef(eap.theta, mode.theta)[0, 1] > 0.99
    assert 1 - np.mean(eap.se**2) == pytest.approx(np.var(eap.theta), abs=0.02)
    theta = mode.theta[:5]
    layout = fit.problem.layout
    held = layout.indicators(fit.answers.codes[:5])
    slope = np.sum(held * layout.theta_slopes(fit.gamma, theta)[0], axis=1) - theta
    assert slope == pytest.approx(np.zeros(5), abs=1e-8)
    again = irt.scores(fit, data.iloc[:7])
    assert again.theta == pytest.approx(eap.theta[:7], abs=1e-10)


def test_maximum_likelihood_has_no_score_at_the_ends() -> None:
    fit = irt.fit(ratings(300, 4, 2), "2pl")
    found = irt.scores(fit, pd.DataFrame([[1] * 4, [0] * 4, [0, 1, 1, 0]], columns=fit.items), "ml")
    assert found.theta[:2].tolist() == [np.inf, -np.inf]
    assert np.isfinite(found.theta[2]) and np.isnan(found.se[:2]).all()
    empty = irt.scores(fit, pd.DataFrame([[np.nan] * 4], columns=fit.items))
    assert np.isnan(empty.theta).all()
    with pytest.raises(DataError, match="a category that nobody used"):
        irt.scores(fit, pd.DataFrame([[3, 1, 1, 1]], columns=fit.items))


@pytest.mark.parametrize("model", ["graded", "gpcm", "rasch", "ggum"])
def test_information_is_the_expected_curvature(model: str) -> None:
    data = unfolding() if model == "ggum" else ratings(300, 4, 2 if model == "rasch" else 4)
    fit = irt.fit(data, model)
    at = np.array([-1.0, 0.5])
    layout, z = fit.problem.layout, at / fit.unit
    share, second = np.exp(layout.log_probabilities(fit.gamma, z)), layout.theta_slopes(fit.gamma, z)[1]
    found = irt.information(fit, at)
    assert found.test == pytest.approx(-np.sum(share * second, axis=1) / fit.latent_variance, abs=1e-8)
    assert 0 < found.marginal_reliability < 1


def test_tests_of_fit_keep_their_level() -> None:
    pvalues, items = [], []
    for seed in range(150):
        fit = irt.fit(ratings(300, 5, 3, seed=seed), "graded")
        pvalues.append(irt.model_fit(fit).pvalue)
        items.append(irt.item_fit(fit).pvalue)
    assert np.mean(np.array(pvalues) < 0.05) < 0.10
    assert 0.35 < np.mean(pvalues) < 0.65
    assert np.mean(np.array(items) < 0.05) < 0.09


def test_a_second_dimension_is_seen() -> None:
    one, two = ratings(500, 4, 3, 1), ratings(500, 4, 3, 2).add_prefix("y")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # slopes near zero may be negative
        fit = irt.fit(pd.concat([one, two], axis=1))
    found = irt.model_fit(fit)
    assert found.pvalue < 1e-6 and found.rmsea > 0.06 and found.cfi < 0.9


def test_partial_credit_tests_of_fit_follow_chi_square() -> None:
    values = [irt.model_fit(irt.fit(ratings(300, 4, 3, seed=s), "gpcm"), "C2").chi_square for s in range(150)]
    assert np.mean(values) == pytest.approx(2.0, abs=0.45)


def test_degenerate_answers_get_a_message() -> None:
    data = ratings(60, 4, 2)
    with pytest.raises(DataError, match="two items or more"):
        irt.fit(data[["x0"]], "2pl")
    with pytest.raises(DataError, match="one category in use"):
        irt.fit(data.assign(x1=1.0), "2pl")
    with pytest.raises(DataError, match="no answer"):
        irt.fit(data.assign(x1=np.nan), "2pl")
    with pytest.raises(DataError, match="distinct values"):
        irt.fit(data.assign(x1=np.arange(60.0)), "graded")
    with pytest.raises(DataError, match="two categories"):
        irt.fit(ratings(300, 4, 3), "rasch")
    with pytest.raises(NotServedError, match="graded"):
        irt.fit(data, "graeded")
    with pytest.raises(DataError, match="level"):
        irt.fit(data, "2pl", level=95)
    with pytest.raises(NotServedError, match="eap"):
        irt.scores(irt.fit(ratings(300, 4, 2), "2pl"), method="mean")
    with pytest.raises(DataError, match="no degrees of freedom"):
        irt.model_fit(irt.fit(ratings(900, 3, 3, seed=4), "graded"))


def told(data: pd.DataFrame, model: str) -> list[str]:
    """The warnings of a fit as text with their class, none of them of another origin."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        irt.fit(data, model)
    assert all(issubclass(each.category, MlbcWarning) for each in caught)
    return [f"{each.category.__name__}: {each.message}" for each in caught]


def test_what_stands_against_a_solution_is_told() -> None:
    data = ratings(200, 4, 2)
    cases = [
        (data.assign(x4=data.x3, x5=data.x3), "2pl", "ConvergenceWarning: the slope of x3"),
        (data.assign(x3=1 - data.x3), "2pl", "DataWarning: negative slope: x3"),
        (
            data.assign(x3=np.where(np.arange(200) < 3, 7, data.x3)),
            "graded",
            "fewer than 5 answers in category 7 (3)",
        ),
        (
            data.assign(x3=np.where(np.arange(200) < 9, 7, data.x3)),
            "graded",
            "nobody used a category between 0 and 7",
        ),
        (
            pd.concat([data, pd.DataFrame([[np.nan] * 4], columns=data.columns)]),
            "2pl",
            "every answer is missing",
        ),
    ]
    for answers, model, text in cases:
        assert any(text in each for each in told(answers, model)), (text, told(answers, model))


def test_a_model_without_a_maximum_has_no_fit() -> None:
    data = ratings(200, 4, 2)
    with pytest.warns(ConvergenceWarning, match="runs away"):
        result = irt.fit(data.assign(x4=data.x3, x5=data.x3), "2pl")
    with pytest.raises(ModelError, match="did not converge"):
        irt.model_fit(result)


def test_two_items_do_not_determine_two_slopes() -> None:
    texts = told(ratings(200, 2, 2), "2pl")
    assert any(each.startswith(("IdentificationWarning", "ConvergenceWarning")) for each in texts)


def test_a_result_shows_itself() -> None:
    fit = irt.fit(ratings(), "graded")
    assert "graded" in repr(fit) and "<dt>" in fit._repr_html_()
    assert len(repr(fit)) <= 1000
    assert set(MODELS) == {"graded", "gpcm", "pcm", "2pl", "1pl", "rasch", "ggum"}


@pytest.mark.parametrize("seed", range(6))
def test_small_samples_end_without_foreign_errors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.integers(0, 3, (6, 3)), columns=list("abc")).assign(a=[0, 1, 2, 0, 1, 2])
    data["b"], data["c"] = [0, 1, 1, 0, 2, 2], data["c"] * 1.0
    data.loc[0, "c"], data.loc[1, "c"] = 0, 1
    for model in ("graded", "gpcm", "pcm", "ggum"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", MlbcWarning)
            fit = irt.fit(data, model)
            assert fit.parameters.shape[1] == 6
