"""Latent profiles and classes: the likelihood, every structure at its maximum, recovery, and degenerate input."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import mixtures
from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, NotServedError
from mlbc_stats.mixtures.gaussian.covariances import STRUCTURES, covariance_parameters, covariances


def measured(n: int = 240, seed: int = 1, apart: float = 4.0) -> pd.DataFrame:
    """Three classes of 50, 30 and 20 per cent with their own spreads."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [n // 2, 3 * n // 10, n // 5])
    centre = apart * np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    spread = np.array([1.0, 0.7, 1.3])
    x = centre[group] + spread[group, None] * rng.normal(size=(len(group), 3))
    x[:, 1] += 0.5 * x[:, 0]
    return pd.DataFrame(x * [1.0, 10.0, 0.1] + 5, columns=["a", "b", "c"])


def answered(n: int = 600, seed: int = 1, gaps: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = (rng.random(n) < 0.35) * 1
    high = np.array([[0.2, 0.2, 0.1, 0.3, 0.2], [0.8, 0.9, 0.7, 0.8, 0.9]])
    x = (rng.random((n, 5)) < high[group]) * 1.0
    x[rng.random((n, 5)) < gaps] = np.nan
    return pd.DataFrame(x + 1, columns=list("abcde"))


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_structure_maximizes_the_complete_likelihood(structure: str) -> None:
    """No small change that keeps the structure of one class fits better, and the value is as the sums say."""
    rng = np.random.default_rng(3)
    data = [rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3)) for _ in range(2)]
    scatter, sizes = np.array([[x.T @ x for x in data]]), np.array([[40.0, 40.0]])
    found = covariances(structure, scatter, sizes)[0]

    def value(candidate: np.ndarray) -> float:
        inverse = np.linalg.inv(candidate)
        return float(
            np.sum(sizes[0] * np.linalg.slogdet(candidate)[1]) + np.einsum("kij,kji->", inverse, scatter[0])
        )

    assert (np.linalg.eigvalsh(found) > 0).all()
    best = value(found)
    for factor in (0.97, 1.03):
        assert value(found * factor) > best
        if structure[0] == "V":
            assert value(found * np.array([factor, 1.0])[:, None, None]) > best
    if structure[2] == "I":
        assert np.allclose(found, found * np.eye(3))
    else:
        turn = np.linalg.qr(np.eye(3) + 0.03 * rng.normal(size=(3, 3)))[0]
        assert value(turn @ found @ turn.T) > best
    volume = np.linalg.det(found)
    assert structure[0] == "V" or volume[0] == pytest.approx(volume[1])
    shapes = np.linalg.eigvalsh(found) / volume[:, None] ** (1 / 3)
    assert structure[1] == "V" or shapes[0] == pytest.approx(shapes[1], abs=1e-6)


def test_structures_nest_and_count_parameters() -> None:
    data = measured()
    found = {s: mixtures.profiles(data, 2, s, starts=20) for s in ("EII", "EEI", "VVI", "EEE", "VVV")}
    order = ["EII", "EEI", "VVI", "VVV"]
    assert all(found[a].loglik <= found[b].loglik + 1e-6 for a, b in itertools.pairwise(order))
    assert found["EEI"].loglik <= found["EEE"].loglik + 1e-6
    assert {s: covariance_parameters(s, 2, 3) for s in ("EII", "VEI", "EVE", "VEV", "EVV")} == {
        "EII": 1, "VEI": 4, "EVE": 8, "VEV": 10, "EVV": 11}  # fmt: skip


def test_the_likelihood_is_that_of_the_mixture() -> None:
    from scipy.stats import multivariate_normal

    data = measured()
    found = mixtures.profiles(data, 3, "VVV", starts=20)
    density = sum(
        share * multivariate_normal(mean, cov).pdf(data.to_numpy())
        for share, mean, cov in zip(found.proportions, found.means, found.covariances, strict=True)
    )
    assert found.loglik == pytest.approx(np.log(density).sum(), abs=1e-6)
    assert found.posterior.sum(1) == pytest.approx(np.ones(len(data)))
    assert found.proportions.sum() == pytest.approx(1) and found.counts.sum() == len(data)


def test_classes_are_found_and_counted() -> None:
    data = measured(400)
    found = mixtures.profiles(data, 3, "VVV", starts=30)
    assert found.counts == pytest.approx([200, 120, 80], abs=12)
    assert found.criteria.entropy > 0.85 and found.converged and found.reached > 1
    table = mixtures.compare(data, (1, 2, 3, 4), ("VVV",), starts=20)
    assert int(table.classes[table.bic.idxmin()]) == 3
    moved = mixtures.profiles(data * [3.0, 0.2, 7.0] + 2, 3, "VVV", starts=30)
    assert moved.counts.tolist() == found.counts.tolist()


def test_latent_classes_recover_their_probabilities() -> None:
    found = mixtures.classes(answered(3000), 2)
    assert found.proportions == pytest.approx([0.65, 0.35], abs=0.04)
    assert [own[0, 1] for own in found.probabilities] == pytest.approx([0.2, 0.2, 0.1, 0.3, 0.2], abs=0.04)
    assert found.df == 31 - 11 and found.gsq < 45
    one = mixtures.classes(answered(), 1)
    assert one.loglik < mixtures.classes(answered(), 2).loglik - 20
    assert np.isnan(one.criteria.entropy) and one.proportions.tolist() == [1.0]


def test_gaps_leave_the_rest_of_a_case() -> None:
    part = mixtures.classes(answered(3000, gaps=0.15), 2)
    assert part.proportions == pytest.approx([0.65, 0.35], abs=0.05)
    assert np.isnan(part.gsq) and part.posterior.shape == (part.n, 2)


def test_order_of_rows_and_names_of_categories_do_not_matter() -> None:
    data = answered(300)
    found, other = mixtures.classes(data, 2), mixtures.classes(7 - data.sample(frac=1, random_state=1), 2)
    assert other.loglik == pytest.approx(found.loglik, abs=1e-6)
    assert [own[:, ::-1] for own in other.probabilities] == [
        pytest.approx(own, abs=1e-3) for own in found.probabilities
    ]


def test_a_second_class_is_needed_or_not() -> None:
    assert mixtures.classes_test(measured(150), 2, "EEI", draws=9).pvalue == 0.1
    rng = np.random.default_rng(4)
    noise = [{"a": rng.normal(size=60), "b": rng.normal(size=60)} for _ in range(4)]
    assert np.mean([mixtures.classes_test(each, 2, "EEI", draws=9).pvalue for each in noise]) > 0.2
    assert mixtures.classes_test(answered(300), 2, "classes", draws=9).pvalue == 0.1
    with pytest.raises(DataError, match="two classes or more"):
        mixtures.classes_test(answered(), 1, "classes")


def test_degenerate_input_gets_a_message() -> None:
    data = measured(60)
    with pytest.raises(DataError, match="constant: b"):
        mixtures.profiles(data.assign(b=1.0), 2)
    with pytest.raises(DataError, match="collinear"):
        mixtures.profiles(data.assign(d=data.a + data.b), 2)
    with pytest.raises(DataError, match="6 complete cases"):
        mixtures.profiles(data.head(6), 3)
    with pytest.raises(DataError, match="whole numbers"):
        mixtures.profiles(data, 0)
    with pytest.raises(NotServedError, match="VVI"):
        mixtures.profiles(data, 2, "VIV")
    with pytest.raises(DataError, match="begin has shape"):
        mixtures.profiles(data, 2, begin=[0, 1, 2])
    with pytest.warns(DataWarning, match="1 of 60 rows left out"):
        mixtures.profiles(data.assign(a=data.a.where(data.index > 0)), 2)
    with pytest.raises(DataError, match="1 categories in use"):
        mixtures.classes(answered(50).assign(a=1), 2)
    with pytest.raises(DataError, match="two items or more"):
        mixtures.classes(answered(50)[["a"]], 2)
    with pytest.raises(DataError, match="constant: b"):
        mixtures.compare(data.assign(b=1.0), (1, 2))
    with pytest.raises(DataError, match="1 categories in use"):
        mixtures.compare(answered(50).assign(a=1), (1, 2), "classes")


def test_a_class_that_shrinks_to_a_point_is_left_out() -> None:
    rng = np.random.default_rng(5)
    x = np.append(np.zeros(30), 10 + rng.normal(size=30))
    with pytest.raises(DataError, match="shrinks to a point"):
        mixtures.profiles({"a": x}, 2, "VII", begin=(np.arange(60) >= 30) * 1)
    table = mixtures.compare({"a": x}, (1, 40), ("EEI",))
    assert np.isnan(table.loglik.iloc[1]) and "complete cases" in table.why.iloc[1]


def test_a_solution_that_one_start_found_is_told() -> None:
    rng = np.random.default_rng(6)
    noise = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("abc"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = mixtures.profiles(noise, 4, "VVI", starts=15)
    assert any(issubclass(each.category, ConvergenceWarning) for each in caught) == bool(found.warnings)
    assert "starts that led here" in repr(found)
