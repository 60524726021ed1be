"""Rotation: gradients of the criteria, minima, invariances, standard errors, and models that cannot be rotated."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.rotation.criteria import KAPPAS, MAKERS, make_criterion
from mlbc_stats.rotation.search import random_starts, rotated, search_rotations
from mlbc_stats.sem.rotation.space import block_loadings
from mlbc_stats.sem.rotation.turns import freed_rams, turn_solution
from tests.reference.corpus import read_table

TARGET = [[np.nan, 0, 0]] * 2 + [[0, np.nan, 0]] * 2 + [[0, 0, 0.5]] * 3
OPTIONS = {"target": {"target": TARGET}, "pst": {"target": TARGET, "target_mask": np.ones((7, 3))}}
NAMES = sorted([*MAKERS, *KAPPAS])
TWO = 'efa("e")*f1 =~ x1+x2+x3+x4+x5+x6; efa("e")*f2 =~ x1+x2+x3+x4+x5+x6'
DATA = read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def loadings() -> np.ndarray:
    return np.random.default_rng(3).normal(0, 0.6, (7, 3))


@pytest.fixture(scope="module")
def plain() -> sem.SemResult:
    return sem.cfa(TWO, DATA, rotation="oblimin")


@pytest.mark.parametrize("name", NAMES)
def test_gradient_of_the_criterion(name: str, loadings: np.ndarray) -> None:
    complexity = make_criterion(name, 7, 3, OPTIONS.get(name)).complexity
    _, gradient = complexity(loadings)
    steps = 1e-30j * np.eye(loadings.size).reshape(-1, *loadings.shape)
    numeric = complexity(loadings + steps)[0].imag / 1e-30
    assert gradient.ravel() == pytest.approx(numeric, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("bi")])
def test_a_minimum_is_lower_than_all_around_it(name: str, loadings: np.ndarray) -> None:
    criterion = make_criterion(name, 7, 3, OPTIONS.get(name))
    found = search_rotations(
        loadings, criterion.complexity, criterion.orthogonal, random_starts(3, 10, seed=1)
    )
    assert found.converged.all()
    best = found.rotation[np.argmin(found.value)]
    nearby = best + 1e-3 * np.random.default_rng(0).normal(size=(200, 3, 3))
    if criterion.orthogonal:  # the signs of a QR factor are arbitrary, but no orthogonal criterion sees signs
        nearby = np.linalg.qr(nearby)[0]
    nearby /= np.linalg.norm(nearby, axis=1, keepdims=True)
    around = criterion.complexity(rotated(loadings, nearby, criterion.orthogonal))[0]
    assert around.min() >= found.value.min() - 1e-12
    assert np.diag(best.T @ best) == pytest.approx(np.ones(3))


def test_rotation_keeps_the_model(plain: sem.SemResult) -> None:
    before = plain.rotation.unrotated
    assert plain.sigma[0] == pytest.approx(before.sigma[0], abs=1e-10)
    assert (plain.npar, plain.tests) == (before.npar, before.tests)
    same = ["npar", "df", "chisq", "cfi", "srmr", "logl", "bic"]
    assert plain.fit_measures[same].tolist() == pytest.approx(before.fit_measures[same].tolist(), rel=1e-9)


@pytest.mark.parametrize("name", ["oblimin", "geomin", "varimax"])
def test_errors_are_those_of_the_delta_method(name: str) -> None:
    """The whole way from unrotated parameters to rotated ones, differentiated numerically."""
    fit = sem.cfa(TWO, DATA, rotation=name)
    plan, before = fit.rotation.plan, fit.rotation.unrotated
    (block,), (criterion,), start = plan.blocks, plan.criteria, fit.rotation.turns[0].matrix[None]
    rams = freed_rams(plan, before.moments)

    def turned(theta: np.ndarray) -> np.ndarray:
        unrotated = block_loadings(plan, before.solution.rams[0], theta, block, criterion)
        found = search_rotations(unrotated, criterion.complexity, criterion.orthogonal, start)
        turns = {block.name: found.rotation}
        return turn_solution(plan, before.solution.rams, rams, theta, turns)

    h = 1e-4 * np.eye(len(before.theta))
    jacobian = np.array([(turned(before.theta + d) - turned(before.theta - d)) / 2e-4 for d in h]).T
    expected = np.sqrt(np.diag(jacobian @ before.uncertainty.vcov @ jacobian.T))
    assert fit.std_errors == pytest.approx(expected, rel=1e-3)


@pytest.mark.filterwarnings("ignore:variances differ")
def test_units_of_the_variables_do_not_matter() -> None:
    scaled = DATA | {"x2": [1000 * x for x in DATA["x2"]], "x5": [x / 50 for x in DATA["x5"]]}
    keep = {"order_lv_by": "none", "reflect": False}  # order and signs follow the raw loadings, as in lavaan
    ours, theirs = (sem.cfa(TWO, data, rotation="oblimin", rotation_args=keep) for data in (DATA, scaled))
    for column in ("est_std", "se"):
        expected = ours.standardized[column].to_numpy()
        assert theirs.standardized[column].to_numpy() == pytest.approx(expected, abs=1e-6)


def test_local_minima_are_counted_and_the_lowest_kept() -> None:
    blocks = "; ".join(f'efa("e")*f{k} =~ ' + "+".join(f"x{i}" for i in range(1, 10)) for k in (1, 2, 3))
    (turn,) = sem.cfa(blocks, DATA).rotation.turns
    assert (turn.optima, turn.converged) == (2, True)
    assert 0.1 < turn.reached < 0.9
    assert turn.value == pytest.approx(0.188389, abs=1e-6)


def test_many_factors_converge_from_the_first_start() -> None:
    rng = np.random.default_rng(4)
    p, m = 30, 5
    simple = np.where(np.arange(p)[:, None] % m == np.arange(m), 0.7, 0.0) + 0.1 * rng.normal(size=(p, m))
    scores = rng.normal(size=(800, m)) @ simple.T + 0.7 * rng.normal(size=(800, p))
    items = [f"y{i}" for i in range(p)]
    blocks = "; ".join(f'efa("e")*f{k} =~ ' + "+".join(items) for k in range(m))
    fit = sem.cfa(blocks, dict(zip(items, scores.T, strict=True)), rotation="oblimin")
    assert fit.estimate.iterations < 15
    loadings = fit.parameters.query("op == '=~'")["est"].to_numpy().reshape(m, p).T
    assert sorted(np.abs(loadings).argmax(axis=1)) == sorted(np.arange(p) % m)


def test_seeded_and_turned_again(plain: sem.SemResult) -> None:
    again = sem.rotate(sem.rotate(plain, "varimax"), "oblimin", seed=7)
    assert again.theta == pytest.approx(plain.theta, abs=1e-8)
    assert sem.rotate(plain, "none").rotation is None


def test_what_rotation_does_not_touch_has_the_same_indices(plain: sem.SemResult) -> None:
    def indices(fit: sem.SemResult) -> np.ndarray:
        table = sem.modification_indices(fit).query("op == '~~'").set_index(["lhs", "rhs"])["mi"]
        return table[[key for key in table.index if key[0].startswith("x")]].sort_index().to_numpy()

    assert indices(plain) == pytest.approx(indices(plain.rotation.unrotated), rel=1e-6)


def test_results_can_be_pickled_and_options_be_words(plain: sem.SemResult) -> None:
    again = pickle.loads(pickle.dumps(plain))
    assert again.std_errors == pytest.approx(plain.std_errors)
    words = sem.cfa(TWO, DATA, rotation="oblimin", rotation_args={"std.ov": "false", "orthogonal": "true"})
    assert words.rotation.orthogonal
    assert not words.rotation.plan.criteria[0].standardized


def test_equal_loadings_stay_equal() -> None:
    fit = sem.cfa(TWO, DATA, group="school", group_equal="loadings", rotation="oblimin")
    table = fit.parameters.query("op == '=~'")
    one, two = (table.query(f"group == {g}")[["est", "se"]].to_numpy() for g in (1, 2))
    assert one == pytest.approx(two, rel=1e-8)
    assert len(fit.rotation.turns) == 1
    for ours, before in zip(fit.sigma, fit.rotation.unrotated.sigma, strict=True):
        assert ours == pytest.approx(before, abs=1e-9)


def test_factors_between_covariates_and_outcomes_get_their_covariance() -> None:
    model = TWO + "; y =~ x7+x8+x9; y ~ f1 + f2; f1 + f2 ~ ageyr"
    fit = sem.cfa(model, DATA, rotation="oblimin")
    last = fit.parameters.iloc[-1]
    assert (last["lhs"], last["op"], last["rhs"]) == ("f1", "~~", "f2")
    assert last["se"] > 0
    assert fit.sigma[0] == pytest.approx(fit.rotation.unrotated.sigma[0], abs=1e-9)


@pytest.mark.parametrize("name", ["oblimin", "varimax"])
def test_resamples_follow_the_rotation_of_the_full_sample(name: str) -> None:
    """Factors keep their order and signs, so bootstrap errors are near the analytic ones."""
    fit = sem.cfa(TWO, DATA, rotation=name)
    drawn = sem.bootstrap(fit, 400, kind="parametric", seed=3)
    assert drawn.failures == 0
    free = fit.parameters["se"] > 0
    assert drawn.parameters()["se"][free].to_numpy() == pytest.approx(
        fit.parameters["se"][free].to_numpy(), rel=0.25
    )
    assert np.abs(drawn.parameters()["bias"]).max() < 0.05


def test_the_summary_tells_criterion_and_local_minima() -> None:
    blocks = "; ".join(f'efa("e")*f{k} =~ ' + "+".join(f"x{i}" for i in range(1, 10)) for k in (1, 2, 3))
    text = sem.cfa(blocks, DATA).summary()
    assert "geomin (oblique)" in text
    assert "Local minima of the rotation" in text
    assert "Equality constraints" not in text


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (TWO.removesuffix("x6") + "x7", {}, "load on different variables"),
        (TWO.removesuffix("x6") + "0*x6", {}, "are fixed"),
        (TWO + "; y =~ x7+x8+x9; y ~ f1", {}, "not treated alike"),
        (TWO + "; y =~ x7+x8+x9; y ~ a*f1 + a*f2", {}, "does not survive rotation"),
        (TWO, {"rotation": "target"}, "6 rows"),
        (TWO, {"rotation_args": {"gamma": 1}}, "gamma not known"),
    ],
)
def test_what_cannot_be_rotated_is_refused(model: str, arguments: dict, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        sem.cfa(model, DATA, **arguments)


def test_unknown_criteria_and_fits_without_blocks() -> None:
    with pytest.raises(NotServedError, match="promax"):
        sem.cfa(TWO, DATA, rotation="promax")
    plain = sem.cfa("f =~ x1 + x2 + x3 + x4", DATA)
    with pytest.raises(ModelError, match="no rotation block"):
        sem.rotate(plain)
