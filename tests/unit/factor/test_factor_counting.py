"""Rules for the number of factors: what they mean, what they refuse, and the command and figure that show them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from mlbc_stats import factor, report
from mlbc_stats.cli.app import app
from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.factor.counting.parallel import wishart_correlations
from mlbc_stats.factor.extraction.starts import extract_lowest
from tests.examples.plain_statistics import named
from tests.reference.corpus import HERE, read_table

ITEMS = [f"x{i}" for i in range(1, 10)]
FILE = HERE / "data" / "HolzingerSwineford1939.csv"
HS = {name: read_table("data/HolzingerSwineford1939.csv")[name] for name in ITEMS}


def answers(n: int, p: int, m: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, m))[:, np.arange(p) % m] + rng.normal(size=(n, p))


@pytest.fixture(scope="module")
def found() -> factor.Retention:
    return factor.retention(HS)


def test_the_rules_of_three_clear_factors_agree() -> None:
    got = factor.retention(named(answers(600, 12, 3)))
    assert got.advice == "All 7 rules suggest 3 factors." and (got.low, got.high) == (3, 3)
    assert got.suggestions["Kaiser (legacy: eigenvalues above 1)"] == 3


def test_unrelated_items_have_no_common_factor() -> None:
    counts = [
        factor.parallel_analysis(named(np.random.default_rng(k).normal(size=(200, 10)))) for k in range(40)
    ]
    assert np.mean([each.n_components > 0 for each in counts]) < 0.2  # expected: one in twenty
    assert (
        "no common factor" in factor.retention(named(np.random.default_rng(5).normal(size=(500, 10)))).advice
    )


def test_wishart_draws_are_correlations_of_normal_items() -> None:
    rng = np.random.default_rng(1)
    drawn = np.linalg.eigvalsh(wishart_correlations(4000, 60, 6, rng)).mean(axis=0)
    rows = rng.normal(size=(4000, 60, 6))
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert drawn == pytest.approx(np.linalg.eigvalsh(rows.mT @ rows).mean(axis=0), abs=0.006)


def test_permutation_and_normal_references_are_alike() -> None:
    normal = factor.parallel_analysis(HS, data_sets=200)
    shuffled = factor.parallel_analysis(HS, data_sets=200, reference="permutation")
    assert shuffled.component_means == pytest.approx(normal.component_means, abs=0.03)
    again = factor.parallel_analysis(HS, data_sets=200, reference="permutation")
    assert (again.component_means == shuffled.component_means).all()


def test_polychoric_references_are_wider_than_pearson_ones() -> None:
    x = (answers(150, 6, 1) > 1).astype(float)
    own = factor.parallel_analysis(named(x), correlation="polychoric", data_sets=20)
    plain = factor.parallel_analysis(named(x), data_sets=20)
    assert own.component_means[0] > plain.component_means[0]


def test_communalities_of_one_factor_give_other_eigenvalues() -> None:
    smc, one = (factor.parallel_analysis(HS, communality=name) for name in ("smc", "one_factor"))
    assert (smc.components == one.components).all() and not np.allclose(smc.factors, one.factors)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reference": "shuffle"}, "reference='shuffle'"),
        ({"communality": "max"}, "communality='max'"),
        ({"quantile": 95}, "quantile=95"),
        ({"data_sets": 0}, "data_sets=0"),
    ],
)
def test_what_is_not_served_is_told(arguments, message) -> None:
    with pytest.raises((NotServedError, DataError), match=message):
        factor.parallel_analysis(HS, **arguments)
    with pytest.raises((NotServedError, DataError), match=message):
        factor.retention(HS, **arguments)


def test_rules_that_need_an_inverse_have_no_answer_without_one() -> None:
    x = answers(200, 8, 2)
    got = factor.retention(named(np.column_stack([x, x[:, 0]])))
    assert got.suggestions["Hull (CFI)"] is None and got.ladder is None
    with pytest.raises(DataError, match="no inverse"):
        factor.adequacy(named(np.column_stack([x, x[:, 0]])))


def test_a_proper_minimum_goes_before_a_lower_improper_one() -> None:
    r = np.corrcoef(np.array(list(HS.values())))
    for m in (1, 2, 3):
        solution, minima = extract_lowest(r, m, "ml")
        assert not solution.bounded.any() and solution.converged[0] and minima >= 1


def test_comparison_data_find_the_factors() -> None:
    assert factor.comparison_data(named(answers(300, 9, 3)), samples=100).n_factors == 3
    assert factor.retention(HS, comparison=True).suggestions["comparison data"] in (2, 3)
    with pytest.raises(DataError, match="alpha=5"):
        factor.comparison_data(HS, alpha=5)
    r = pd.DataFrame(np.corrcoef(np.array(list(HS.values()))), columns=ITEMS)
    with pytest.raises(DataError, match="instead of a matrix"):
        factor.retention(r, n=301, comparison=True)


def test_schmid_leiman_keeps_communalities() -> None:
    result = factor.fit(HS, 3)
    found = factor.schmid_leiman(result.loadings, result.phi)
    between = np.outer(found.second_order, found.second_order)
    np.fill_diagonal(between, 1.0)
    implied = np.sum((result.loadings @ between) * result.loadings, axis=1)
    crossed = result.loadings @ np.diag(1 - found.second_order**2) @ result.loadings.T
    whole = np.outer(found.loadings[:, 0], found.loadings[:, 0]) + crossed
    assert np.diagonal(whole) == pytest.approx(implied)
    two = factor.schmid_leiman(result.loadings[:, :2], [[1, 0.25], [0.25, 1]])
    assert two.second_order.tolist() == [0.5, 0.5] and "taken as equal" in two.note
    with pytest.raises(DataError, match="no general factor"):
        factor.schmid_leiman(result.loadings[:, :2], [[1, -0.25], [-0.25, 1]])


def test_the_figure_says_every_rule(found: factor.Retention) -> None:
    figure = report.scree_plot(found)
    assert all(rule in figure.description for rule in found.suggestions)
    assert "empirical Kaiser criterion" in figure.svg


def test_the_command_counts_and_rotates(tmp_path) -> None:
    runner = CliRunner()
    plot = tmp_path / "scree.svg"
    printed = runner.invoke(app, ["factor", str(FILE), "--items", ",".join(ITEMS), "--scree", str(plot)])
    assert printed.exit_code == 0, printed.output
    assert "rules suggest 3 factors" in printed.output and "Standard errors" in printed.output
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    for name, message in (
        (plot, "choose another --scree or pass --force"),
        ("plot.pdf", "ends in .svg or .png"),
    ):
        again = runner.invoke(app, ["factor", str(FILE), "--items", ",".join(ITEMS), "--scree", str(name)])
        assert again.exit_code == 2 and message in again.output
    as_json = runner.invoke(
        app, ["factor", str(FILE), "--items", ",".join(ITEMS), "-m", "2", "--method", "ml", "--json"]
    )
    assert len(json.loads(as_json.stdout)["parameters"]) == 19


def test_made_up_answers_to_an_instrument_are_marked(tmp_path) -> None:
    answers_file, plot = tmp_path / "answers.csv", tmp_path / "scree.svg"
    runner = CliRunner()
    runner.invoke(app, ["responses", "simulate", "--n", "60", "--output", str(answers_file)])
    items = "tc_pace_1,tc_pace_2,tc_pace_3,marker_1,marker_2,marker_3"
    call = [
        "factor",
        str(answers_file),
        "-i",
        "mlbc_alignment",
        "--items",
        items,
        "-m",
        "1",
        "--missing",
        "pairwise",
    ]
    printed = runner.invoke(app, [*call, "--scree", str(plot)])
    assert "SYNTHETIC" in printed.output.upper() and "SYNTHETIC" in plot.read_text(encoding="utf-8").upper()


def test_the_command_names_what_is_wrong() -> None:
    wrong = CliRunner().invoke(app, ["factor", str(FILE), "--items", "x1,x2,y3"])
    assert wrong.exit_code == 2 and "y3" in wrong.output
