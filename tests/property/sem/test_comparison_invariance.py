"""Relabelling groups, and the units of the variables, leave difference, Wald and score tests as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import sem

MODEL = "f =~ a + b + c + d"
SAME = 1e-6
few = settings(max_examples=5, deadline=None)
# Small samples may make a scaled difference negative, and a unit of 1,000 is worth a warning; neither is tested here.
pytestmark = [
    pytest.mark.filterwarnings("ignore::mlbc_stats.errors.InadmissibleWarning"),
    pytest.mark.filterwarnings("ignore::mlbc_stats.errors.DataWarning"),
]


def sample(seed: int, groups: int = 2) -> dict[str, np.ndarray]:
    """Items of one factor in groups that differ a little in loadings and intercepts."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(groups):
        loadings, shift = 1 + 0.2 * rng.normal(size=4), 0.3 * rng.normal(size=4)
        rows.append(rng.normal(size=(200, 1)) * loadings + shift + rng.normal(size=(200, 4)))
    data = dict(zip("abcd", np.vstack(rows).T, strict=True))
    return data | {"site": np.repeat([f"s{g}" for g in range(groups)], 200)}


def steps(data: dict[str, np.ndarray], estimator: str) -> list[sem.SemResult]:
    return [
        sem.cfa(MODEL, data, group="site", group_equal=equal, estimator=estimator)
        for equal in ((), ("loadings",), ("loadings", "intercepts"))
    ]


def numbers(data: dict[str, np.ndarray], estimator: str, method: str) -> list[float]:
    fits = steps(data, estimator)
    got = sem.compare(*fits, method=method)
    assert sem.score_test(fits[2]).df == 3 + 4
    return [*(each.stat for each in got.differences), sem.score_test(fits[2]).stat]


@few
@given(st.integers(0, 2**16), st.sampled_from([("ML", "standard"), ("MLM", "satorra_bentler_2001"),
                                               ("MLR", "satorra_bentler_2010"), ("MLMV", "satorra_2000")]))  # fmt: skip
def test_names_and_order_of_groups_do_not_matter(seed: int, kind: tuple[str, str]) -> None:
    data = sample(seed)
    turned = {name: np.concatenate([column[200:], column[:200]]) for name, column in data.items()}
    turned["site"] = np.repeat(["other", "names"], 200)
    # The method of 2010 takes the freer model at estimates whose factor means belong to one of the groups.
    kept = slice(0, 1) if kind[1] == "satorra_bentler_2010" else slice(None)
    # A statistic whose factor is not positive is withheld; then it is withheld in both orders.
    expected = pytest.approx(numbers(data, *kind)[kept], rel=SAME, abs=SAME, nan_ok=True)
    assert numbers(turned, *kind)[kept] == expected


@few
@given(st.integers(0, 2**16), st.sampled_from([1e-3, 1e3]))
def test_units_do_not_matter(seed: int, unit: float) -> None:
    data = sample(seed)
    scaled = data | {"b": unit * data["b"]}
    for kind in (("ML", "standard"), ("MLM", "satorra_bentler_2010")):
        assert numbers(scaled, *kind) == pytest.approx(numbers(data, *kind), rel=SAME, abs=SAME)


@few
@given(st.integers(0, 2**16))
def test_direction_of_a_restriction_does_not_matter(seed: int) -> None:
    fit = sem.cfa("f =~ a + p*b + q*c + d", sample(seed))
    one, other = sem.wald_test(fit, "p == q"), sem.wald_test(fit, "3*q == 3*p")
    assert other.stat == pytest.approx(one.stat, rel=SAME)
    tied = [
        sem.cfa("f =~ a + p*b + q*c + d", sample(seed), constraints=text) for text in ("p == q", "2*q == 2*p")
    ]
    got = [sem.score_test(fit).stat for fit in tied]
    assert got[0] == pytest.approx(got[1], rel=1e-4)


@few
@given(st.integers(0, 2**16))
def test_invariance_proposes_the_same_whatever_the_groups_are_called(seed: int) -> None:
    data = sample(seed, groups=3)
    renamed = data | {"site": np.repeat(["z", "y", "x"], 200)}
    tables = [sem.invariance(MODEL, each, group="site").proposals for each in (data, renamed)]
    assert tables[0]["parameter"].tolist() == tables[1]["parameter"].tolist()
    assert tables[0]["stat"].to_numpy() == pytest.approx(tables[1]["stat"].to_numpy(), rel=SAME)
