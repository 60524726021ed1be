"""What a user could be misled by is said, or refused, when a model is fitted."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, DataWarning, ModelError
from tests.unit.test_structure import ROOT

MODEL = "f =~ x1 + x2 + x3"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests" / "reference" / "data" / "HolzingerSwineford1939.csv")


def test_one_label_over_groups_is_remarked(data) -> None:
    model = "x4 ~ a*x1\nx7 ~ b*x4 + x1\nind := a*b"
    with pytest.warns(
        DataWarning, match=r"single label in a model of 2 groups .* a \(x4 ~ x1\), b \(x7 ~ x4\)"
    ):
        fit = sem.fit(model, data, group="school")
    assert fit.fit_measures["df"] == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sem.fit("x4 ~ c(a, a)*x1", data, group="school")
        sem.fit("x4 ~ a*x1", data)


def test_definitions_stand_in_any_order(data) -> None:
    written = sem.fit("x1 ~ a*x2\nfour := 2*twice\ntwice := 2*half\nhalf := a/2", data).parameters.set_index(
        "lhs"
    )
    usual = sem.fit("x1 ~ a*x2\nhalf := a/2\ntwice := 2*half\nfour := 2*twice", data).parameters.set_index(
        "lhs"
    )
    columns = ["est", "se", "std_all"]
    for name in ("half", "twice", "four"):
        np.testing.assert_allclose(
            written.loc[name, columns].astype(float), usual.loc[name, columns].astype(float)
        )
    with pytest.raises(ModelError, match="circle"):
        sem.fit("x1 ~ a*x2\nu := v + a\nv := 2*u", data)


def test_an_array_without_names_is_refused(data) -> None:
    with pytest.raises(DataError, match="an array has no names"):
        sem.cfa(MODEL, data[["x1", "x2", "x3"]].to_numpy())


def test_a_categorical_estimator_without_ordinal_variables_is_remarked(data) -> None:
    with pytest.warns(DataWarning, match="estimator='WLSMV' without ordinal variables"):
        sem.cfa(MODEL, data, estimator="WLSMV")


def test_as_many_parameters_as_clusters_are_remarked(data) -> None:
    few = data.assign(class_=np.arange(len(data)) % 7)
    with pytest.warns(DataWarning, match="7 clusters for 9 free parameters"):
        sem.cfa(MODEL, few, cluster="class_")


def test_a_step_of_invariance_that_is_not_nested_has_no_test() -> None:
    rng = np.random.default_rng(4)
    factor = rng.normal(size=(1500, 1))
    items = 0.7 * factor + 0.7 * rng.normal(size=(1500, 5))
    table = {f"u{j + 1}": np.digitize(items[:, j], [-0.8, 0.2, 1.1]) for j in range(3)}
    table |= {f"u{j + 1}": np.digitize(items[:, j], [0.1]) for j in (3, 4)}
    frame = pd.DataFrame(table).assign(g=np.where(rng.random(1500) < 0.5, "a", "b"))
    with pytest.warns(DataWarning, match="'scalar' is not nested in 'metric'"):
        result = sem.invariance(
            "f =~ u1+u2+u3+u4+u5", frame, group="g", ordered=True, steps=("configural", "metric", "scalar")
        )
    assert np.isnan(result.table.loc["scalar", "chisq_diff"])
    assert result.table.loc["scalar", "test_holds"] is None
    assert len(result.notes) == 1


def test_an_item_with_thresholds_of_its_own_keeps_its_intercept() -> None:
    from mlbc_stats.sem.language.parser import parse
    from mlbc_stats.sem.specification.options import ModelOptions
    from mlbc_stats.sem.specification.parameter_table import build_table

    options = ModelOptions(
        group_equal=("loadings", "thresholds"), thresholds=tuple((f"u{k}", 1) for k in range(1, 5))
    )
    table = build_table(parse("f =~ u1 + u2 + u3 + u4\nu3 | c(a, b)*t1"), options, n_groups=2)
    free = {row.lhs for row in table.parameters if row.op == "~1" and row.group == 2 and row.free}
    assert free == {"u1", "u2", "u4"}
