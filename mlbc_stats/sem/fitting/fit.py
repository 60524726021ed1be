"""Fit a structural equation model: text and data in, `SemResult` out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from mlbc_stats.errors import DataWarning, MlbcWarning, ModelError, NotServedError
from mlbc_stats.parallel import Progress, one_blas_thread
from mlbc_stats.sem.data.source import Sample, row_names
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.estimation.solve import solve, start_point
from mlbc_stats.sem.fitting.lavaan_arguments import Understood, understand
from mlbc_stats.sem.fitting.preparation import Prepared, prepare, read
from mlbc_stats.sem.fitting.products import fit_interactions
from mlbc_stats.sem.fitting.rotate import rotate
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.diagnosis import Finding, diagnose
from mlbc_stats.sem.instrumental.fitted_equations import FittedEquation
from mlbc_stats.sem.instrumental.solve import solve_equations, with_instruments
from mlbc_stats.sem.resampling.bootstrap import bootstrap as draw_bootstrap
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.starting.bounds import add_bounds
from mlbc_stats.sem.starting.given import with_starts

Names = str | Sequence[str]


def fit(
    model: str,
    data: Any = None,
    *,
    kind: str = "sem",
    estimator: str = "ML",
    missing: str = "default",
    ordered: bool | Names = (),
    group: str | None = None,
    group_equal: Names = (),
    group_partial: Names = (),
    std_lv: bool = False,
    std_ov: bool = False,
    effect_coding: bool | Names = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool = True,
    likelihood: str = "normal",
    information: Names | None = None,
    se: str | None = None,
    test: Names | None = None,
    parameterization: str = "delta",
    rotation: str = "geomin",
    rotation_args: Mapping[str, Any] | None = None,
    cluster: str | None = None,
    sampling_weights: str | None = None,
    sample_cov: Any = None,
    sample_mean: Any = None,
    sample_nobs: Any = None,
    constraints: str = "",
    composites: bool | None = None,
    auxiliary: Names = (),
    aux: Names = (),
    bootstrap: int | None = None,
    se_def: str = "delta",
    se_delta_second_order: bool = False,
    monte_carlo: Mapping[str, Any] | None = None,
    max_iter: int | None = None,
    seed: int | None = None,
    compat: str = "0.7",
    interactions: str | None = None,
    interactions_args: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    **lavaan: Any,
) -> SemResult:
    """Fit a model written in lavaan syntax.

    Estimates minimize F(S, Σ(θ)) with Σ = F(I−A)⁻¹S(I−A)⁻ᵀFᵀ. Argument names and defaults are lavaan's, dots as
    underscores.

    Parameters
    ----------
    model : lavaan model syntax.
    data : table of cases (pandas or polars frame, mapping of columns, structured array).
    kind : "sem" and "cfa" (the same defaults), "growth", or "lavaan" (nothing automatic).
    estimator : ML, MLR, MLM, MLMV, MLMVS, MLF, GLS, ULS, ULSMV or WLS; DWLS, WLSM, WLSMV. With ordinal variables
        WLSMV stands for ML. IV: two-stage least squares of each equation with the instruments that the model implies,
        or with those named by ``y |~ z1 + z2``; see `sargan` and `instruments` of the result.
    missing : "listwise" (the default), "ml" ("fiml"), "ml.x", "two.stage", "robust.two.stage"; "pairwise" with
        ordinal variables.
    ordered : names of ordinal variables, or True for all that something points at; those with thresholds (``|``) in
        the model and ordered categories in the data are ordinal as well. Analysed are thresholds and polychoric
        correlations (given the covariates).
    parameterization : "delta" (the responses y* behind the categories have variance 1/Δ²) or "theta" (their residuals
        have variance 1) of ordinal variables.
    sample_cov, sample_mean, sample_nobs : a named covariance matrix (divisor n − 1), means and cases instead of data;
        lists of them for several groups.
    information : "expected", "observed" or "first.order"; two of them for errors and for scaled tests.
    se : "standard", "robust", "first.order", "bootstrap" (with `bootstrap` draws and `seed`), or one of lavaan's names.
    se_def, se_delta_second_order, monte_carlo : errors of definitions (`:=`) and of `sem.effects`: "delta" (of the
        second order, if asked for) or "monte_carlo" with percentile intervals, ``monte_carlo={"R": 20000, "seed": 1}``.
    test : one name or several: "standard", a scaled test by lavaan's name, "bollen.stine", Browne's residual tests
        ("browne.residual.nt", ".nt.model", ".adf", ".adf.model"), or a test by smoothed eigenvalues ("fmg", "pall",
        "peba4_rls", "pols2", ...). The first scaled one stands behind the indices.
    constraints : further ``==``, ``<``, ``>`` and ``:=`` lines.
    composites : what ``C <~ x1 + x2`` means: a weighted sum of its indicators (True, the default), or a formative
        latent variable, as up to lavaan 0.6-19 (False, the default with ``compat="0.6"``).
    auxiliary : variables outside the model that inform about missing values (saturated correlates; with
        missing="fiml"); covariates become random. Their rows are in `parameters_with_aux`.
    aux : the same by lavaan's name; like lavaan, it leaves out variables with two values and says so.
    compat : "0.7" or "0.6": follow lavaan 0.7-2 or 0.6-14 where the two differ (docs/lavaan-versions.md says where
        and why).
    interactions, interactions_args : how products among the predictors (``y ~ x + z + x:z``, squares ``x:x``) are
        estimated: "lms", "qml" or "product", ``interactions_args={"method": "dblcent", "match": False}``; with the
        first two the result is a `ModeratedResult`. docs/interactions.md has them side by side.
    progress : called with (done, total) parts of the resamples, where bootstrap errors or tests are asked for.
    lavaan : further options of lavaan by name, dots or underscores: ``bounds="standard"``, ``do_fit=False``, ``start``,
        ``baseline``, ``mimic="Mplus"``, ``auto_var``, ``int_ov_free``, ``group_label``, ``sample_th``, ``NACOV``,
        ``WLS_V``, ``zero_add``, ...; docs/sem.md lists what serves each, or why it is refused.
    rotation, rotation_args : of ``efa("name")*`` blocks, see `rotate`; ignored without blocks.

    Returns
    -------
    SemResult
        with `parameters`, `fit_measures`, `vcov`, `warnings` and more.

    Raises
    ------
    ModelSyntaxError, ModelError, DataError
        for text, models and data that cannot be used; `NotServedError` for options of lavaan that are not served.

    References
    ----------
    Rosseel (2012), doi:10.18637/jss.v048.i02. In R: ``lavaan::sem(model, data)``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 1))
    >>> items = dict(zip("abcd", (common + rng.normal(size=(300, 4))).T))
    >>> result = fit("f =~ a + b + c + d", items)
    >>> result.converged, int(result.fit_measures["df"])
    (True, 2)
    """
    given = {name: value for name, value in locals().items() if name not in ("data", "lavaan", "progress")}
    if interactions is not None:
        return cast(SemResult, fit_interactions(given, data, lavaan, fit))
    del given["interactions"], given["interactions_args"]
    asked = understand(lavaan, given)
    call = asked.arguments
    made = prepare(data, asked)
    with warnings.catch_warnings():
        if asked.extra.get("warn") is False:
            warnings.simplefilter("ignore", MlbcWarning)
        result = _fitted(made, asked)
    result = replace(result, against=_against(result, data, asked))
    if not asked.extra.get("do_fit", True):
        return result
    if any(row.efa for row in made.table.parameters):
        result = rotate(result, call["rotation"], call["rotation_args"], seed=call["seed"])
    return _resampled(result, call["bootstrap"] or 1000, call["seed"], progress)


def _fitted(made: Prepared, asked: Understood) -> SemResult:
    """A prepared model fitted to its data, from the values and within the bounds that were asked for."""
    call, extra = asked.arguments, asked.extra
    with one_blas_thread():
        sample = read(with_instruments(made.table), made.source, made.method, made.design)
    table = with_starts(made.table, extra.get("start"))
    wanted = extra.get("bounds", "none")
    if made.method.discrepancy == "IV" and (
        wanted not in ("none", "default", False) or "optim_bounds" in extra
    ):
        raise NotServedError(
            "bounds are not served with estimator='IV', which minimizes nothing; leave them out"
        )
    table = add_bounds(table, sample.moments, wanted, extra.get("optim_bounds"))
    if extra.get("do_fit", True) in (False, "FALSE"):
        result = unfitted(table, sample, made.method, call)
    else:
        result = fit_sample(table, sample, made.method, call, call["max_iter"] or 200)
    return replace(result, row_names=row_names(made.source.data))


def unfitted(table: ParameterTable, sample: Sample, method: Method, call: dict[str, Any]) -> SemResult:
    """The model at its starting values, its table and sample moments; no estimates, errors or tests.

    In R: ``sem(model, data, do.fit = FALSE)``.
    """
    if method.discrepancy == "IV":
        raise NotServedError("do_fit=False is not served with estimator='IV', which has no starting values")
    with one_blas_thread():
        solved = start_point(table, sample.moments, method)
    note = "not fitted (do_fit=False): the estimates are starting values"
    return SemResult(
        table, solved.estimate, solved.solution, call, (*sample.warnings, note), (note,), audit=solved.audit
    )


def _against(result: SemResult, data: Any, asked: Understood) -> Solution | bool:
    """What incremental indices compare with: True for the independence model, False for nothing, or a solution."""
    baseline = asked.extra.get("baseline", True)
    if baseline is True or baseline is False or baseline == "default":
        return baseline is not False
    if isinstance(baseline, str):
        options = {
            **asked.model,
            **{k: v for k, v in asked.extra.items() if k not in ("baseline", "bounds", "start")},
        }
        chosen = {"mimic": "Mplus"} if asked.mplus else {}
        baseline = fit(data=data, **{**asked.arguments, **options, **chosen, "model": baseline})
    if not isinstance(baseline, FittedModel):
        raise ModelError(f"baseline={baseline!r}: expected True, False, the syntax of a model, or a fit")
    if set(baseline.table.observed) != set(result.table.observed) or baseline.nobs != result.nobs:
        raise ModelError(
            "the baseline must be a model of the same variables and cases: it has "
            f"{', '.join(baseline.table.observed)} (n = {baseline.nobs}), the model {', '.join(result.table.observed)} "
            f"(n = {result.nobs})"
        )
    return baseline.solution


def _resampled(
    result: SemResult, replications: int, seed: int | None, progress: Progress | None
) -> SemResult:
    """Draw what bootstrap errors and the Bollen–Stine test need."""
    method = result.method
    if not result.converged or (method.se != "bootstrap" and method.test != "bollen.stine"):
        return result
    draws = None
    if method.se == "bootstrap":
        draws = draw_bootstrap(result, replications, seed=seed, progress=progress)
    tested = None
    if method.test == "bollen.stine":
        tested = draw_bootstrap(result, replications, kind="bollen_stine", seed=seed, progress=progress)
    return replace(result, resampled=draws, resampled_test=tested)


def cfa(model: str, data: Any = None, **arguments: Any) -> SemResult:
    """Confirmatory factor analysis: `fit` with ``kind="cfa"``. In R: ``lavaan::cfa``.

    Examples
    --------
    >>> import numpy as np
    >>> cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    >>> result = cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=100)
    >>> result.parameters["est"].round(2).tolist()
    [1.0, 1.0, 1.0, 0.99, 0.99, 0.99, 0.99]
    """
    return fit(model, data, **{"kind": "cfa", **arguments})


def growth(model: str, data: Any = None, **arguments: Any) -> SemResult:
    """Latent growth model: `fit` with ``kind="growth"``. In R: ``lavaan::growth``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> level, slope = rng.normal(5, 1, (200, 1)), rng.normal(1, 0.5, (200, 1))
    >>> scores = level + slope * np.arange(4) + rng.normal(size=(200, 4))
    >>> result = growth("i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4; s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4",
    ...                 dict(zip(["t1", "t2", "t3", "t4"], scores.T)))
    >>> int(result.fit_measures["df"])
    5
    """
    return fit(model, data, **{"kind": "growth", **arguments})


def fit_sample(
    table: ParameterTable, sample: Sample, method: Method, call: dict[str, Any], max_iter: int
) -> SemResult:
    """Fit a parameter table to sample moments; the part of `fit` after the data are read."""
    result, findings = judged_fit(table, sample, method, call, max_iter)
    for category, text in findings:
        warnings.warn(text, category, stacklevel=5)
    return result


def judged_fit(
    table: ParameterTable, sample: Sample, method: Method, call: dict[str, Any], max_iter: int
) -> tuple[SemResult, list[Finding]]:
    """The same, with what was found about the fit instead of warnings."""
    equations: tuple[FittedEquation, ...] = ()
    account: tuple[tuple[str, str], ...] = ()
    with one_blas_thread():
        findings: list[Finding] = [(DataWarning, text) for text in sample.warnings]
        # a search may pass through points where nothing is finite; the audit judges where it ends
        with np.errstate(all="ignore"):
            if method.discrepancy == "IV":
                found = solve_equations(table, sample.moments, method, max_iter)
                solved, equations, account = found.solved, found.equations, found.account
                findings += [(DataWarning, text) for text in found.notes]
            else:
                solved = solve(table, sample.moments, method, max_iter)
        findings += diagnose(table, solved.solution, solved.estimate, solved.audit)
    doubts = tuple(text for category, text in findings if category is not DataWarning)
    texts = tuple(text for _, text in findings)
    result = SemResult(
        table,
        solved.estimate,
        solved.solution,
        call,
        texts,
        doubts,
        audit=solved.audit,
        equations=equations,
        account=account,
    )
    return result, findings
