"""Compare two models case by case, nested or not: Vuong's tests and information criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.incomplete.fiml import casewise_loglik
from mlbc_stats.moments.incomplete.patterns import find_patterns
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.comparing.nesting import check_comparable
from mlbc_stats.sem.estimation.raw_moments import raw_rows
from mlbc_stats.sem.inference.further_tests.mixture import mixture_tail
from mlbc_stats.sem.inference.model_tests import solution_uncertainty
from mlbc_stats.sem.inference.moment_covariance import group_scores
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

PENALTIES = {"none": lambda n: 0.0, "aic": lambda n: 1.0, "bic": lambda n: np.log(n) / 2}
"""What one more parameter costs of the log-likelihood."""


@dataclass(frozen=True, slots=True, repr=False)
class Vuong(Shown):
    """Two models compared case by case.

    Attributes
    ----------
    names : of the two models; loglik, npar (2,) : their log-likelihoods and numbers of parameters; n : cases.
    variance : ω², of the casewise differences of the log-likelihoods (divisor n).
    pvalue_distinguishable : of ω² = 0, that no sample tells the two apart.
    correction : "bic", "aic" or "none".

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> x = np.random.default_rng(1).normal(size=(200, 4))
    >>> x[:, :2] += x[:, :1]
    >>> data = dict(zip("abcd", x.T, strict=True))
    >>> one, two = (sem.fit(text, data) for text in ("a ~~ b\\nc ~~ d", "a ~~ c\\nb ~~ d"))
    >>> found = sem.vuong(one, two, names=("first", "second"))
    >>> isinstance(found, Vuong), found.difference > 0, found.n
    (True, True, 200)
    """

    names: tuple[str, str]
    loglik: tuple[float, float]
    npar: tuple[int, int]
    n: int
    variance: float
    pvalue_distinguishable: float
    correction: str

    @property
    def difference(self) -> float:
        """Mean difference of the log-likelihood of a case, first less second, penalized for parameters."""
        penalty = PENALTIES[self.correction](self.n) * (self.npar[0] - self.npar[1])
        return float((self.loglik[0] - self.loglik[1] - penalty) / self.n)

    @property
    def error(self) -> float:
        """Its standard error ω/√n."""
        return float(np.sqrt(self.variance / self.n))

    @property
    def z(self) -> float:
        """Difference by error: standard normal where two distinguishable models are as far from the truth."""
        return self.difference / self.error

    @property
    def pvalue_first(self) -> float:
        """One-sided, that the first is no better than the second."""
        return float(ndtr(-self.z))

    @property
    def pvalue_second(self) -> float:
        """One-sided, that the second is no better than the first."""
        return float(ndtr(self.z))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Normal interval of the difference."""
        half = float(ndtri((1 + level) / 2)) * self.error
        return self.difference - half, self.difference + half

    def criteria(self) -> pd.DataFrame:
        """One row per model: log-likelihood, parameters, AIC and BIC; smaller is better."""
        import pandas as pd

        loglik, npar = np.array(self.loglik), np.array(self.npar)
        columns = {"loglik": loglik, "npar": npar, "aic": 2 * npar - 2 * loglik}
        return pd.DataFrame(columns | {"bic": np.log(self.n) * npar - 2 * loglik}, index=list(self.names))


def vuong(
    first: FittedModel,
    second: FittedModel,
    correction: str = "bic",
    names: tuple[str, str] = ("model 1", "model 2"),
) -> Vuong:
    """Vuong's tests of two models of the same variables and cases, by maximum likelihood; they need not be nested.

    With ℓ_i the log-likelihood of case i, d_i = ℓ_i(first) − ℓ_i(second), ω² its variance and c the penalty of
    q₁ − q₂ parameters (``log(n)/2`` each for "bic", 1 for "aic"):

    - distinguishable: n ω² against Σ λ_j² χ²_1, λ the eigenvalues of [[−B₁A₁⁻¹, −B₁₂A₂⁻¹], [B₂₁A₁⁻¹, B₂A₂⁻¹]], A the
      information of a case and B cross products of the casewise scores;
    - which is nearer to the truth: z = (Σd_i − c)/(√n ω), standard normal where neither is and they can be told apart.

    Where the true model is a special case of both (nested models, the smaller one true), they cannot be told apart and
    z is not normal: ω/√n is then larger than the error of the difference, and the penalty speaks for the smaller.

    Parameters
    ----------
    correction : "bic", "aic" or "none".

    Raises
    ------
    DataError : for other variables, groups, numbers of cases or values.
    ModelError : for one that did not converge, another method than maximum likelihood, weights, clusters, two levels,
        fixed covariates, or a correction that is not known.

    References
    ----------
    Vuong (1989), doi:10.2307/1912557; Merkle, You & Preacher (2016), doi:10.1037/met0000038.
    In R: ``nonnest2::vuongtest(first, second, adj = "bic")``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(2, 300)).repeat(3, axis=0) + rng.normal(size=(6, 300))
    >>> data = dict(zip("abcdef", x, strict=True))
    >>> two = sem.fit("first =~ a + b + c\\nsecond =~ d + e + f", data, std_lv=True)
    >>> one = sem.fit("first =~ a + b + c + d + e + f", data, std_lv=True)
    >>> found = sem.vuong(two, one, names=("two", "one"))
    >>> found.pvalue_first < 0.001, found.criteria()["bic"].idxmin()
    (True, 'two')
    """
    if correction not in PENALTIES:
        raise ModelError(
            f"vuong: correction={correction!r} is not known; choose one of {', '.join(PENALTIES)}"
        )
    check_comparable((first, second), names)
    for fit, name in zip((first, second), names, strict=True):
        _check_served(fit, name)
    ours, theirs = casewise(first), casewise(second)
    variance = float(np.var(ours - theirs))
    tail = mixture_tail(_weights(first, second) ** 2, len(ours) * variance)
    return Vuong(
        names=names,
        loglik=(float(ours.sum()), float(theirs.sum())),
        npar=(first.npar, second.npar),
        n=len(ours),
        variance=variance,
        pvalue_distinguishable=tail,
        correction=correction,
    )


def casewise(fit: FittedModel) -> Floats:
    """Log-likelihood (n,) of each case, group after group, constants included."""
    out = []
    for moments, implied in zip(fit.moments, fit.solution.implied(), strict=True):
        x = raw_rows(moments)
        mean = np.asarray(moments.mean if implied.mu is None else implied.mu)
        out.append(casewise_loglik(moments.patterns or find_patterns(x), x, implied.sigma, mean))
    return np.concatenate(out)


def _weights(first: FittedModel, second: FittedModel) -> Floats:
    """Eigenvalues of Vuong's W."""
    scores = [_scores(fit) for fit in (first, second)]
    inverse = [solution_uncertainty(fit.solution).inverse for fit in (first, second)]
    n = len(scores[0])
    blocks = [
        [sign * (one.T @ other / n) @ bread for other, bread in zip(scores, inverse, strict=True)]
        for sign, one in zip((-1, 1), scores, strict=True)
    ]
    return np.asarray(np.linalg.eigvals(np.block(blocks)).real)


def _scores(fit: FittedModel) -> Floats:
    """∂ℓ_i/∂θ (n, q), group after group."""
    parts = group_scores(fit.solution)
    out = np.zeros((sum(map(len, parts)), len(fit.theta)))
    row = 0
    for ram, part in zip(fit.solution.rams, parts, strict=True):
        out[row : row + len(part), ram.free] = part
        row += len(part)
    return out


def _check_served(fit: FittedModel, name: str) -> None:
    method = fit.method
    if method.discrepancy != "ML" or method.likelihood != "normal" or method.two_stage:
        raise ModelError(
            f"{name} was fitted by {method.discrepancy}; Vuong's tests compare likelihoods: use estimator='ML' or "
            "'MLR' (with missing='fiml' for incomplete data)"
        )
    for moments, ram in zip(fit.moments, fit.solution.rams, strict=True):
        told = {
            "weights": moments.weights is not None,
            "clusters": moments.cluster is not None,
            "two levels": moments.levels is not None,
            "fixed covariates (use fixed_x=False)": bool(len(ram.exogenous)),
        }
        found = [what for what, held in told.items() if held]
        if found:
            raise ModelError(f"{name} has {found[0]}; Vuong's tests take independent cases of one level")
