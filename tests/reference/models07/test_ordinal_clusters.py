"""Cluster-robust errors and tests of ordinal data equal lavaan 0.7's, and hold in samples of clusters."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, DataWarning, NotServedError
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import load_case, read_table

CASE = load_case("v06_cluster_wlsmv")
ITEMS = ["y1", "y2", "y3", "y4"]
# The error of an error over 150 samples is 6 %.
DRAWN = 0.2


@pytest.fixture(scope="module")
def data() -> dict[str, np.ndarray]:
    return {name: np.asarray(column) for name, column in read_table(CASE["data"]["file"]).items()}


def test_every_field() -> None:
    fields = list(CASE["expected"])
    assert not compare_sem(CASE, shape_result(fit_case(CASE), fields), fields)


@pytest.mark.parametrize("more", [False, True], ids=["tables", "cases"])
def test_single_cases_as_clusters(data: dict[str, np.ndarray], more: bool) -> None:
    """Γ is then that of single cases times n/(n-1); with a continuous variable as well."""
    names = [*ITEMS, "y5"] if more else ITEMS
    x = np.column_stack([data[name][:400] for name in names])
    if more:
        x[:, 4] = data["x1"][:400]
    single = ordinal_moments(x, names, range(4))
    clustered = ordinal_moments(x, names, range(4), cluster=np.arange(400)[::-1])
    assert clustered.gamma == pytest.approx(single.gamma * 400 / 399, rel=1e-9)
    assert clustered.gamma_diagonal == pytest.approx(np.diag(single.gamma), rel=1e-9)


def test_groups_stand_alone(data: dict[str, np.ndarray]) -> None:
    data = {**data, "half": np.where(data["cluster"] % 2 == 0, "a", "b")}
    arguments = {"ordered": ITEMS, "cluster": "cluster"}
    both = sem.cfa(CASE["fit"]["model"], data, group="half", **arguments)
    for place, label in enumerate(both.table.group_labels):
        part = {name: column[data["half"] == label] for name, column in data.items()}
        alone = sem.cfa(CASE["fit"]["model"], part, **arguments)
        rows = both.parameters.query(f"group == {place + 1}")
        assert rows["est"].to_numpy() == pytest.approx(alone.parameters["est"].to_numpy(), abs=1e-6)
        assert rows["se"].to_numpy() == pytest.approx(alone.parameters["se"].to_numpy(), rel=2e-3)


@pytest.mark.parametrize("ordered", [ITEMS, ()], ids=["ordinal", "continuous"])
def test_clusters_in_several_groups_are_told(data: dict[str, np.ndarray], ordered: list[str]) -> None:
    data = {**data, "half": np.where(np.arange(len(data["y1"])) % 2 == 0, "a", "b")}
    with pytest.warns(DataWarning, match="200 clusters have cases in more than one group"):
        sem.cfa(CASE["fit"]["model"], data, group="half", ordered=ordered, cluster="cluster")


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [False, True])
def test_errors_are_the_spread_over_samples_of_clusters(weighted: bool) -> None:
    """50 clusters of 10; weighted, clusters of one kind are drawn three times too often and count for a third."""
    rng = np.random.default_rng(7)
    drawn = [_sample(rng, weighted) for _ in range(150)]
    fits = [sem.cfa("f =~ a + b + c + d", one, std_lv=True, ordered=True, **how) for one, how in drawn]
    assert all(fit.converged for fit in fits)
    rows = np.flatnonzero(fits[0].parameters["free"] > 0)
    spread = np.std([fit.parameters["est"].to_numpy()[rows] for fit in fits], axis=0, ddof=1)
    told = np.mean([fit.parameters["se"].to_numpy()[rows] for fit in fits], axis=0)
    assert told == pytest.approx(spread, rel=DRAWN)
    assert abs(np.log(told / spread).mean()) < 0.06
    assert 0.01 <= np.mean([fit.fit_measures["pvalue_scaled"] < 0.05 for fit in fits]) <= 0.12


def _sample(rng: np.random.Generator, weighted: bool) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    clusters, size = 50, 10
    chosen = rng.random(clusters) < (0.75 if weighted else 0.5)
    home = np.repeat(np.arange(clusters), size)
    level = (rng.normal(scale=0.6, size=clusters) + 0.5 * chosen)[home]
    factor = level + rng.normal(size=clusters * size)
    own = rng.normal(scale=0.5, size=(clusters, 4))[home] + rng.normal(size=(clusters * size, 4))
    y = 0.8 * factor[:, None] + own
    data = dict(zip("abcd", np.digitize(y, [-0.8, 0.3, 1.2]).T.astype(float), strict=True))
    data |= {"home": home, "weight": np.where(chosen[home], 1.0, 3.0)}
    return data, {"cluster": "home", **({"sampling_weights": "weight"} if weighted else {})}


def test_what_is_refused(data: dict[str, np.ndarray]) -> None:
    few = {name: column[:300].astype(float) for name, column in data.items()}
    with pytest.raises(NotServedError, match="estimator='WLS' is not served"):
        sem.cfa(CASE["fit"]["model"], few, ordered=ITEMS, cluster="cluster", estimator="WLS")
    few["cluster"][3] = np.nan
    for ordered in (ITEMS, ()):
        with pytest.raises(DataError, match="no cluster in 1 of the rows used, the first of them row 4"):
            sem.cfa(CASE["fit"]["model"], few, ordered=ordered, cluster="cluster")
