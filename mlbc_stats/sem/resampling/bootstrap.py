"""Bootstrap a fit: every resample is a row of case weights, every fit an element of one batch."""

from __future__ import annotations

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult
from mlbc_stats.sem.resampling.refits import chunk_of, fit_draws
from mlbc_stats.sem.resampling.resamples import make_draws
from mlbc_stats.sem.results.fitted_model import FittedModel, require_minimum


def bootstrap(
    fit: FittedModel,
    replications: int = 1000,
    *,
    kind: str = "nonparametric",
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> BootstrapResult:
    """Refit a model to resamples of its data.

    All resamples are moments of one weighted matrix product and one batch of fits, in chunks over threads.

    Parameters
    ----------
    fit : a fit to raw data (parametric draws need none).
    replications : B.
    kind : "nonparametric" (cases, or whole clusters, with replacement within groups), "parametric" (normal with
        the fitted moments) or "bollen_stine" (cases transformed so that the model holds).
    seed : of the resamples; the same seed gives the same result whatever the number of workers. Without one, one is
        drawn and kept.

    Returns
    -------
    BootstrapResult
        whose draws give the intervals of everything that follows from them: `parameters` (definitions among them),
        `standardized_solution`, `effects`, `rsquare`, and reliability by `reliability.bootstrap_summary`.

    Raises
    ------
    ModelError
        for an unknown kind, a fit that did not converge, or a discrepancy whose weights depend on the resample.

    References
    ----------
    Efron & Tibshirani (1993), doi:10.1201/9780429246593; Bollen & Stine (1992), doi:10.1177/0049124192021002004.
    In R: ``lavaan::bootstrapLavaan(fit, R = 1000)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> items = dict(zip("abc", (rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))).T))
    >>> result = bootstrap(sem.cfa("f =~ a + b + c", items), 200, seed=1)
    >>> result.theta.shape, result.failures
    ((200, 6), 0)
    """
    if not fit.converged:
        raise ModelError("the fit did not converge; there is no solution to resample")
    require_minimum(fit, "resamples")
    if fit.method.two_stage:
        raise ModelError("two-stage moments depend on each resample; bootstrap a FIML fit of the same model")
    if fit.method.discrepancy == "WLS":
        raise ModelError(
            "WLS weights depend on each resample; bootstrap an ML, GLS or ULS fit of the same model"
        )
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    draws = make_draws(fit, kind, replications, seed, chunk_of(fit))
    got = fit_draws(fit, draws, workers, progress)
    converged = got.estimate.converged
    theta = np.where(converged[:, None], got.estimate.theta, np.nan)
    return BootstrapResult(
        fit=fit,
        kind=kind,
        theta=theta,
        rams=got.rams,
        chisq=np.where(
            converged & (not fit.method.fiml and not fit.table.two_level),
            got.estimate.value * fit.nobs,
            np.nan,
        ),
        converged=converged,
        admissible=got.admissible & converged,
        seed=seed,
    )
