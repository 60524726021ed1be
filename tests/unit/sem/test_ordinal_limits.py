"""Limits of ordinal fits: what cannot be asked is refused by a message; groups count by their weights."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError

CUTS = [-0.3, 0.4]


@pytest.fixture(scope="module")
def table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(11)
    w = rng.normal(size=600)
    g = 0.5 * w + rng.normal(size=600)
    out = {"w": w, "v": rng.normal(size=600)}
    for f in (1, 2, 3):
        factor = 0.8 * g + 0.6 * rng.normal(size=600)
        for j in (1, 2, 3):
            out[f"y{f}{j}"] = np.digitize(0.8 * factor + 0.6 * rng.normal(size=600), CUTS)
    return out


def test_scores_of_a_model_without_factors(table: dict[str, np.ndarray]) -> None:
    result = sem.fit("y11 ~ y12 + w", table, ordered=["y11"])
    with pytest.raises(ModelError, match="no latent variables, so there are no factor scores"):
        sem.factor_scores(result)


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.InadmissibleWarning")
def test_scores_of_a_heywood_solution(table: dict[str, np.ndarray]) -> None:
    improper = "f =~ 1*y11 + 1.5*y12 + 1*y13; f ~~ 0.6*f"
    result = sem.cfa(improper, table, ordered=True)
    with pytest.raises(ModelError, match=r"positive residual variances, but found y12 \(-0\.35\)"):
        sem.factor_scores(result)


def test_no_index_of_a_path_to_a_covariate(table: dict[str, np.ndarray]) -> None:
    model = (
        "f1 =~ y11 + y12 + y13; f2 =~ y21 + y22 + y23; f3 =~ y31 + y32 + y33; g =~ f1 + f2 + f3; g ~ w + v"
    )
    result = sem.fit(model, table, ordered=[name for name in table if name.startswith("y")])
    indices = sem.modification_indices(result)
    assert not indices["lhs"].isin(["w", "v"]).any()
    assert (indices["op"] == "=~").any()


def test_groups_count_by_their_weights(table: dict[str, np.ndarray]) -> None:
    """Double weight in one group counts nearly as its rows taken twice; Γ/n stays that of the weighted moments."""
    one, two = np.arange(600) < 200, np.arange(600) >= 200
    data = {name: table[name] for name in ("y11", "y12", "y13")} | {"site": two.astype(int)}
    data["mass"] = np.where(one, 2.0, 1.0)
    arguments = {"ordered": ["y11", "y12", "y13"], "group": "site", "group_equal": ["loadings", "thresholds"]}
    model = "f =~ y11 + y12 + y13"
    options = arguments | {"estimator": "ULSMV", "std_lv": True}
    weighted = sem.cfa(model, data, sampling_weights="mass", **options)
    plain = sem.cfa(model, data, **options)
    rows = np.r_[np.flatnonzero(one), np.arange(600)]
    doubled = sem.cfa(model, {name: values[rows] for name, values in data.items()}, **options)
    own, other = weighted.moments[0], plain.moments[0]
    assert own.total_weight == pytest.approx(600 * 400 / 800)
    assert own.ordinal.gamma / own.total_weight == pytest.approx(other.ordinal.gamma / other.n, rel=1e-9)
    assert weighted.theta == pytest.approx(doubled.theta, abs=2e-3)
    assert np.abs(weighted.theta - plain.theta).max() > 5e-3
