"""Hold everything that fit indices are computed from: scalars and two χ² tests, never a model."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.versions import CURRENT, Rules


@dataclass(frozen=True, slots=True)
class ResidualSummary:
    """Indices of the distance between sample and implied moments, pooled over groups.

    Attributes
    ----------
    rmr, srmr_bentler, crmr, srmr_mplus : with the means where there is a mean structure.
    rmr_nomean, srmr_bentler_nomean, crmr_nomean, srmr_mplus_nomean : covariances alone.
    gfi : goodness of fit index; n_moments : sample moments counted by its adjusted forms.
    """

    rmr: float = nan
    rmr_nomean: float = nan
    srmr_bentler: float = nan
    srmr_bentler_nomean: float = nan
    crmr: float = nan
    crmr_nomean: float = nan
    srmr_mplus: float = nan
    srmr_mplus_nomean: float = nan
    gfi: float = nan
    n_moments: int = 0


@dataclass(frozen=True, slots=True)
class Noncentrality:
    """What the index rests on.

    Attributes
    ----------
    stat : X, of Browne's residual test at the implied moments (of incomplete and of ordinal data the standard one).
    df : degrees of freedom; n : cases, as in the indices of noncentrality; variables : p, of one group.
    factor, shift : c and b of the robust form, whose statistic is X/c + b.
    """

    stat: float
    df: float
    n: float
    variables: int
    factor: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class LevelIndices:
    """What two levels have beside: their own distances, and the discrepancy without that of unrestricted moments.

    Attributes
    ----------
    srmr_within, srmr_between : of the correlations of each level; minimum : −log L/N without its constant.
    """

    srmr_within: float
    srmr_between: float
    minimum: float


@dataclass(frozen=True, slots=True)
class FitInputs:
    """What the fit measures of one fitted model depend on.

    Attributes
    ----------
    npar : free parameters after equality constraints.
    n : cases of all groups; n_groups : number of groups.
    test, baseline : standard χ² test of the model and of the independence model.
    scaled, baseline_scaled : their scaled, shifted or adjusted forms, or None.
    corrected, baseline_corrected : with incomplete data, the tests that the robust indices use in place
        of the above (see `fiml_correction`); else None.
    logl, unrestricted_logl : log-likelihood of the model and of the saturated model, None when the estimator
        has none.
    discrepancy : "ML", "GLS", "ULS" or "WLS"; likelihood : "normal" or "wishart".
    residuals : distances between sample and implied moments.
    ordinal : whether thresholds and polychoric correlations were analysed; wrmr : the index of theirs.
    judged, baseline_judged : tests that stand behind χ² and the indices in the place of the standard ones, or None.
    mplus_srmr : with mimic="Mplus", as in lavaan unless information is expected, SRMR is that of Mplus.
    closeness, robust_closeness : what GFI rests on, plain and robust, or None.
    rules : of the version of lavaan that is followed.
    sizes : cases of each group; empty for one group.
    levels : of a two-level model, which has no residual summary of one level; else None.
    """

    npar: int
    n: float
    n_groups: int
    test: ChiSquareTest
    baseline: ChiSquareTest
    residuals: ResidualSummary
    scaled: ChiSquareTest | None = None
    baseline_scaled: ChiSquareTest | None = None
    corrected: ChiSquareTest | None = None
    baseline_corrected: ChiSquareTest | None = None
    logl: float | None = None
    unrestricted_logl: float | None = None
    discrepancy: str = "ML"
    likelihood: str = "normal"
    ordinal: bool = False
    wrmr: float | None = None
    rules: Rules = CURRENT
    judged: ChiSquareTest | None = None
    baseline_judged: ChiSquareTest | None = None
    closeness: Noncentrality | None = None
    robust_closeness: Noncentrality | None = None
    mplus_srmr: bool = False
    sizes: tuple[float, ...] = ()
    levels: LevelIndices | None = None

    @property
    def srmr(self) -> float:
        """SRMR as reported: of correlations alone with ordinal data, with the means (where modelled) otherwise.

        That of Mplus where `mplus_srmr` says so; of two levels the sum of theirs.
        """
        if self.levels is not None:
            return self.levels.srmr_within + self.levels.srmr_between
        if self.ordinal:
            return self.residuals.srmr_bentler_nomean
        return self.residuals.srmr_mplus if self.mplus_srmr else self.residuals.srmr_bentler

    @property
    def n_index(self) -> float:
        """Sample size in indices of noncentrality: n for the normal likelihood, n minus groups otherwise."""
        normal = self.discrepancy == "ML" and self.likelihood == "normal"
        return self.n if normal else self.n - self.n_groups

    @property
    def minimum(self) -> float:
        """F at the solution: χ²/2n; Σ n_g/n χ²_g/2(n_g − 1) of the Wishart likelihood, as it is minimized.

        Of two levels −log L/n.
        """
        if self.levels is not None:
            return self.levels.minimum
        if self.discrepancy != "ML" or self.likelihood != "wishart":
            return self.test.stat / (2 * self.n)
        stats = self.test.group_stats or (self.test.stat,)
        sizes = self.sizes or (self.n,)
        return sum(n * stat / (n - 1) for n, stat in zip(sizes, stats, strict=True)) / (2 * self.n)
