"""Distribution, clustering, marker technique, errors of CR and AVE, HTMT: against psych, semTools and lavaan."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, ModelError
from tests.reference.corpus import HERE, read_table

STORED = json.loads((HERE / "expected" / "report_statistics.json").read_text(encoding="utf-8"))
ITEMS = [f"x{k}" for k in range(1, 10)]
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
SCALES = {"visual": ITEMS[:3], "textual": ITEMS[3:6], "speed": ITEMS[6:]}
CLOSED_FORM = 1e-10  # the same arithmetic on the same data
FITTED = 2e-5  # lavaan stops at a relative change of 1e-10 of its objective


@cache
def table(name: str = "HolzingerSwineford1939") -> pd.DataFrame:
    return pd.DataFrame(read_table(f"data/{name}.csv"))


def close(got: Any, want: Any, relative: float, absolute: float = 0.0) -> None:
    np.testing.assert_allclose(
        np.asarray(got, dtype=float), np.asarray(want, dtype=float), relative, absolute
    )


@pytest.mark.parametrize("name", STORED["described"])
def test_item_distribution(name: str) -> None:
    want = STORED["described"][name]
    got = reliability.item_distribution(table(name), ITEMS)
    assert list(got.index) == want["items"]
    for column in ("n", "mean", "sd", "skewness", "kurtosis", "minimum", "maximum"):
        close(got[column], want[column], CLOSED_FORM, 1e-12)
    close(got["missing"], 1 - np.array(want["n"]) / len(table(name)), CLOSED_FORM, 1e-12)


def test_multivariate_shape() -> None:
    """psych standardizes by covariances with divisor n − 1 where Mardia has n: a known factor sets the two apart."""
    want, got = STORED["mardia"], reliability.multivariate_shape(table(), ITEMS)
    factor = (got.n - 1) / got.n
    close(got.skewness * factor**3, want["skewness"], CLOSED_FORM)
    close(got.chisq * factor**3, want["chisq"], CLOSED_FORM)
    close(got.kurtosis * factor**2, want["kurtosis"], CLOSED_FORM)
    spread = np.sqrt(8 * 9 * 11 / got.n)
    close((got.kurtosis * factor**2 - 99) / spread, want["z"], 1e-9)
    close((got.kurtosis - 99) / spread, got.z, CLOSED_FORM)
    close(got.distances[:10], want["distances"], CLOSED_FORM)
    assert got.df == 165


@pytest.mark.parametrize("item", STORED["clustered"]["ageyr"])
def test_clustering_of_unequal_clusters(item: str) -> None:
    want = STORED["clustered"]["ageyr"][item]
    got = reliability.clustering(table(), table()["ageyr"].tolist(), [item]).iloc[0]
    for name, value in want.items():
        close(got[name], value, 1e-9)


def test_clustering_is_the_icc_of_balanced_ratings() -> None:
    want, ratings = STORED["shrout_fleiss"], table("shrout_fleiss").to_numpy()
    targets = np.repeat(np.arange(len(ratings)), ratings.shape[1])
    got = reliability.clustering({"score": ratings.ravel()}, targets.tolist()).iloc[0]
    for name, value in want.items():
        close(got[name], value, CLOSED_FORM)


def test_first_component() -> None:
    close(reliability.first_component(table(), ITEMS), STORED["first_component"], CLOSED_FORM)


@cache
def technique(estimator: str) -> reliability.MarkerResult:
    return reliability.marker_technique(MODEL, "speed", table(), estimator=estimator)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_marker_models(estimator: str) -> None:
    want, got = STORED["marker"][estimator], technique(estimator)
    assert list(got.models.index) == [*want["models"], "sensitivity"]
    for name, measures in want["models"].items():
        for measure, value in measures.items():
            close(got.models.loc[name, measure.removesuffix(".scaled")], value, FITTED, 1e-8)
    assert got.retained == "method_c"


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_marker_comparisons(estimator: str) -> None:
    want, got = STORED["marker"][estimator]["comparisons"], technique(estimator).comparisons
    pairs = got["restricted"] + "_" + got["free"]
    assert pairs.tolist() == list(want)
    for place, values in enumerate(want.values()):
        close(got["stat"][place], values["stat"], 1e-4)
        close(got["df"][place], values["df"], 0)
        close(got["pvalue"][place], values["pvalue"], 1e-3, 1e-8)


def test_reliability_in_parts() -> None:
    want, got = STORED["marker"]["ML"]["parts"], technique("ML").reliability
    for factor, parts in want.items():
        for name, value in parts.items():
            close(got.loc[factor, name], value, FITTED)
    assert list(got.index) == list(want)


def test_conclusion_says_what_was_found() -> None:
    assert "no bias" in technique("ML").conclusion and "same amount" in technique("ML").conclusion


@pytest.mark.parametrize("kind", STORED["definitions"])
def test_errors_of_cr_ave_and_omega(kind: str) -> None:
    want = STORED["definitions"][kind]
    data = table("HS_mcar12") if "fiml" in kind else table()
    missing = {"missing": "fiml"} if "fiml" in kind else {}
    fit = sem.cfa(MODEL, data, std_lv=True, estimator=kind.partition("_")[0], **missing)
    rows = reliability.delta_summary(fit).set_index(["index", "construct"])
    for name, estimate, error in zip(want["name"], want["est"], want["se"], strict=True):
        index, _, factor = name.rpartition("_")
        got = rows.loc[(index, factor)]
        close(got["est"], estimate, 5e-5)
        close(got["se"], error, 1e-3)


@pytest.mark.parametrize("ratio", ["htmt", "htmt2"])
def test_htmt(ratio: str) -> None:
    want = np.array(STORED[ratio]["values"], dtype=float)
    got = reliability.htmt_intervals(table(), SCALES, 50, seed=1)
    close(got[ratio], want[np.triu_indices(3, 1)], CLOSED_FORM)


def test_largest_residuals() -> None:
    want = STORED["residuals"]
    got = sem.largest_residuals(sem.cfa(MODEL, table()), 10)
    close(got["residual"], want["residual"], 1e-3, 1e-5)
    found = [frozenset(pair) for pair in zip(got["lhs"], got["rhs"], strict=True)]
    assert found == [frozenset(pair) for pair in zip(want["one"], want["other"], strict=True)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reliability.item_distribution({"a": [1, 2]}, bounds={"b": (1, 2)}), "bounds of b"),
        (
            lambda: reliability.multivariate_shape(pd.DataFrame(np.eye(3), columns=list("abc"))),
            "more cases than items",
        ),
        (lambda: reliability.clustering({"a": [1, 2]}, ["x"]), "1 names of clusters for 2 rows"),
        (lambda: reliability.htmt_intervals(table(), {"a": ["x1"], "b": ["x2", "x3"]}), "fewer items"),
        (lambda: reliability.htmt_intervals(table(), SCALES, interval="bca"), "bca"),
        (lambda: reliability.htmt_intervals(table(), SCALES, 0), "replications=0"),
        (lambda: reliability.delta_summary(sem.cfa("f =~ x1 + x2 + x3", table()), 1.5), "level=1.5"),
        (lambda: reliability.marker_adjusted(pd.DataFrame(np.eye(2), list("ab"), list("ab")), "m", 9), "'m'"),
    ],
)
def test_refusals(call: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        call()


@pytest.mark.parametrize(
    ("model", "marker", "message"),
    [
        ("a =~ x1 + x2\nb =~ x3 + x4", "m", "no factor 'm'"),
        ("a =~ x1 + x2 + x3\nm =~ x4", "m", "two items"),
        ("a =~ x1 + x2 + x3\nm =~ x3 + x4", "m", "shares x3"),
        ("a =~ x1 + x2 + x3\nm =~ x4 + x5\na ~ m", "m", "line 3"),
        ("a =~ x1 + x2 + x3\nm =~ x4 + x5\ng =~ a + m", "m", "factors of factors"),
    ],
)
def test_the_marker_needs_a_plain_measurement_model(model: str, marker: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        reliability.marker_technique(model, marker, table())


def test_nothing_is_made_up_where_nothing_varies() -> None:
    got = reliability.item_distribution({"a": [2, 2, 2], "b": [np.nan] * 3}, bounds={"a": (2, 4)})
    assert np.isnan(got.loc["a", ["skewness", "kurtosis"]].to_numpy(dtype=float)).all()
    assert got.loc["a", "floor"] == 1 and got.loc["b", "n"] == 0
    assert got.loc["b", ["mean", "sd", "minimum"]].isna().all()
    lonely = reliability.clustering({"a": [1.0, 2.0, 3.0]}, ["x", "y", None]).iloc[0]
    assert lonely["clusters"] == 3 and np.isnan(lonely["icc1"])
