"""Regressions of observed variables: numbers of statsmodels, slopes by differences, what is refused."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import regression
from mlbc_stats.errors import DataError, DataWarning, ModelError
from mlbc_stats.regression.kernels import LINKS, _observed, _scores, log_likelihood

EXACT = 1e-7
"""Both programs stop at a step of 1e-8 or less of well-conditioned problems."""


def cases(n=400):
    rng = np.random.default_rng(1)
    x, z = rng.normal(size=(2, n))
    unit = np.repeat(np.arange(n // 5), 5)
    chance = 1 / (1 + np.exp(1 - x + rng.normal(size=n // 5)[unit]))
    y = (rng.random(n) < chance).astype(float)
    return {"x": x, "z": z, "unit": unit, "y": y, "line": x + rng.normal(size=n) * np.abs(x)}


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_chances_are_those_of_statsmodels(link):
    sm = pytest.importorskip("statsmodels.api")
    data = cases()
    links = {"logit": sm.families.links.Logit, "cloglog": sm.families.links.CLogLog}
    design = np.column_stack([np.ones(400), data["x"], data["z"]])
    model = sm.GLM(data["y"], design, family=sm.families.Binomial(links[link]()))
    known = model.fit(cov_type="cluster", cov_kwds={"groups": data["unit"]}, tol=1e-14)
    found = regression.fit(data, "y", ["x", "z"], link, cluster="unit")
    assert found.coefficients == pytest.approx(known.params, abs=EXACT)
    assert np.sqrt(np.diagonal(found.vcov)) == pytest.approx(known.bse, abs=EXACT)
    assert found.loglik == pytest.approx(known.llf, abs=EXACT)
    assert (found.clusters, found.events) == (80, int(data["y"].sum()))


def test_lines_have_the_errors_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    data = cases()
    design = np.column_stack([np.ones(400), data["x"], data["z"]])
    model = sm.OLS(data["line"], design)
    hc3, grouped = (
        model.fit(cov_type="HC3"),
        model.fit(cov_type="cluster", cov_kwds={"groups": data["unit"]}),
    )
    one = regression.fit(data, "line", ["x", "z"])
    other = regression.fit(data, "line", ["x", "z"], cluster="unit")
    plain = regression.fit(data, "line", ["x", "z"], errors="model")
    assert np.sqrt(np.diagonal(one.vcov)) == pytest.approx(hc3.bse, abs=EXACT)
    assert np.sqrt(np.diagonal(other.vcov)) == pytest.approx(grouped.bse, abs=EXACT)
    assert np.sqrt(np.diagonal(plain.vcov)) == pytest.approx(model.fit().bse, abs=EXACT)
    assert one.loglik == pytest.approx(model.fit().llf, abs=EXACT)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_scores_and_information_are_slopes(link):
    data, step = cases(60), 1e-5
    x, y, beta = np.column_stack([np.ones(60), data["x"]]), data["y"], np.array([-0.3, 0.4])
    chosen = LINKS[link]
    moved = step * np.eye(2)
    slopes = [
        (log_likelihood(x, y, beta + e, chosen) - log_likelihood(x, y, beta - e, chosen)) / (2 * step)
        for e in moved
    ]
    assert _scores(x, y, beta, chosen).sum(axis=0) == pytest.approx(slopes, abs=1e-6)
    bends = [
        (_scores(x, y, beta - e, chosen) - _scores(x, y, beta + e, chosen)).sum(axis=0) / (2 * step)
        for e in moved
    ]
    assert _observed(x, y, beta, chosen) == pytest.approx(np.array(bends), abs=1e-5)


def test_rows_with_gaps_are_left_out_and_order_does_not_matter():
    data = cases()
    data["x"][3] = np.nan
    found = regression.fit(data, "y", ["x", "z"], "logit")
    turned = regression.fit({name: values[::-1] for name, values in data.items()}, "y", ["z", "x"], "logit")
    assert found.n == 399 and 3 not in found.kept
    assert found.value("x") == pytest.approx(turned.value("x"), abs=1e-9)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((["x"], "logit", "line"), DataError, "must hold 0 and 1"),
        ((["y"], "logit", "y"), ModelError, "different columns"),
        (("x", "logit", "y"), ModelError, "give a list"),
        ((["x"], "logits", "y"), ModelError, "did you mean 'logit'"),
        ((["x", "twice"], "linear", "line"), DataError, "linear combination"),
        ((["x", "one"], "linear", "line"), DataError, "has one value"),
        ((["tells"], "logit", "y"), DataError, "without error"),
    ],
)
def test_what_is_refused(given, error, message):
    data = cases()
    data |= {"twice": 2 * data["x"], "one": np.ones(400), "tells": data["y"]}
    predictors, kind, outcome = given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(error, match=message):
            regression.fit(data, outcome, predictors, kind)


def test_few_clusters_are_told():
    data = cases(100)
    with pytest.warns(DataWarning, match="20 clusters are few"):
        assert regression.fit(data, "y", ["x"], "logit", cluster="unit").warnings
