"""Two-stage least squares from moments: by hand, its derivatives, and as a batch."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.instrumental.least_squares import slopes, two_stage

RNG = np.random.default_rng(2)
X = RNG.normal(size=(60, 6)) @ RNG.normal(size=(6, 6))
S = np.cov(X, rowvar=False)
OUTCOME = np.eye(6)[5]
REGRESSORS = np.eye(6)[:, [1, 4]]
INSTRUMENTS = np.array([0, 1, 2, 3])


def test_two_regressions_give_the_same() -> None:
    z = X[:, INSTRUMENTS] - X[:, INSTRUMENTS].mean(axis=0)
    x, y = X @ REGRESSORS, X @ OUTCOME
    x, y = x - x.mean(axis=0), y - y.mean()
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    b = np.linalg.lstsq(fitted, y, rcond=None)[0]
    got = two_stage(S, OUTCOME, REGRESSORS, INSTRUMENTS)
    u = y - x @ b
    explained = np.sum((z @ np.linalg.lstsq(z, u, rcond=None)[0]) ** 2) / (u @ u)
    np.testing.assert_allclose(got.coefficients, b, rtol=1e-9)
    np.testing.assert_allclose(got.variance, u @ u / 59, rtol=1e-9)
    np.testing.assert_allclose(got.inverse, np.linalg.inv(fitted.T @ fitted / 59), rtol=1e-9)
    np.testing.assert_allclose(got.explained, explained, rtol=1e-8)


def test_slopes_are_the_derivatives() -> None:
    got = slopes(two_stage(S, OUTCOME, REGRESSORS, INSTRUMENTS), OUTCOME, REGRESSORS, INSTRUMENTS)
    change = RNG.normal(size=(20, 6, 6)) * 1e-4
    change = change + change.mT
    ahead, back = (
        two_stage(S + sign * change, OUTCOME, REGRESSORS, INSTRUMENTS).coefficients for sign in (1, -1)
    )
    np.testing.assert_allclose(
        np.einsum("kij,bij->bk", got, change), (ahead - back) / 2, rtol=1e-5, atol=1e-9
    )


def test_a_batch_is_its_elements() -> None:
    several = S * np.array([0.5, 1.0, 2.0])[:, None, None] + np.diag([0.0, 1, 0, 0, 0, 0])
    batch = two_stage(several, OUTCOME, REGRESSORS, INSTRUMENTS)
    for i, each in enumerate(several):
        single = two_stage(each, OUTCOME, REGRESSORS, INSTRUMENTS)
        np.testing.assert_allclose(batch.coefficients[i], single.coefficients, rtol=1e-12)
        np.testing.assert_allclose(batch.explained[i], single.explained, rtol=1e-10)
