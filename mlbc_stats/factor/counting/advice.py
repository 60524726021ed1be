"""All rules for the number of factors, side by side, and one sentence of advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.sample import correlate
from mlbc_stats.factor.counting.comparison import beside_known
from mlbc_stats.factor.counting.eigenvalues import leading
from mlbc_stats.factor.counting.fits import Ladder, hull, ladder
from mlbc_stats.factor.counting.parallel import ParallelAnalysis, beside_unrelated
from mlbc_stats.factor.counting.rules import average_partials, kaiser_references
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

LEADING = (
    "parallel analysis (factors)",
    "parallel analysis (components)",
    "minimum average partial",
    "revised minimum average partial",
    "empirical Kaiser criterion",
    "Hull (common variance)",
    "Hull (CFI)",
)
"""Rules that the advice counts; tests of fit grow with n, and Kaiser's rule takes too many."""
OF_FITS = (*LEADING[5:], "χ² test (first with p > .05)", "RMSEA (first with lower limit < .05)")
"""Rules that need fits of 0, 1, 2, … factors."""
COMPARISON = "comparison data"
LEGACY = "Kaiser (legacy: eigenvalues above 1)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Retention(Shown):
    """What each rule says about the number of factors of p items.

    Attributes
    ----------
    suggestions : number of factors by rule; None where a rule has no answer.
    advice : one sentence. low, high : the least and the greatest number that the counted rules suggest.
    parallel : `ParallelAnalysis`. average_partials, revised_partials : (p,) for 0 … p − 1 components.
    kaiser_references : (p,) of the empirical criterion. ladder : fits of 0, 1, … factors; None without an inverse.
    items : (p,); n : cases.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 6))).add_prefix("x")
    >>> found = factor.retention(items)
    >>> type(found).__name__, found.low
    ('Retention', 1)
    """

    suggestions: Mapping[str, int | None]
    advice: str
    low: int
    high: int
    parallel: ParallelAnalysis
    average_partials: Array
    revised_partials: Array
    kaiser_references: Array
    ladder: Ladder | None
    items: tuple[str, ...]
    n: float

    @property
    def table(self) -> pd.DataFrame:
        """Rule and number of factors."""
        import pandas as pd

        numbers = pd.array(list(self.suggestions.values()), "Int64")
        return pd.DataFrame({"rule": list(self.suggestions), "factors": numbers})

    def _facts(self) -> Mapping[str, object]:
        return {"items": len(self.items), "cases": round(self.n), "advice": self.advice}


def retention(
    data: Any,
    items: Sequence[str] | None = None,
    correlation: str = "pearson",
    missing: str = "listwise",
    n: int | None = None,
    data_sets: int = 100,
    quantile: float = 0.95,
    reference: str = "normal",
    communality: str = "smc",
    comparison: bool = False,
    fits: bool = True,
    seed: int = 1,
) -> Retention:
    """The number of factors by parallel analysis, MAP, EKC, Hull and sequential tests, with advice.

    Parameters
    ----------
    data, items, correlation, missing, n : as in `fit`.
    data_sets, quantile, reference, communality, seed : as in `parallel_analysis`.
    comparison : whether to ask `comparison_data` too (seconds; Pearson correlations of complete cases).
    fits : whether to fit 0, 1, 2, … factors, which Hull and the tests of fit need (seconds for sixty items).

    Notes
    -----
    Rules that need the inverse of the correlations (Hull, tests of fit) have no answer where there is none. Kaiser's
    rule is shown because it is asked for, and does not count: it takes too many factors.

    References
    ----------
    Auerswald & Moshagen (2019), doi:10.1037/met0000200, compare the rules.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 2))
    >>> data = pd.DataFrame(common[:, [0, 0, 0, 0, 1, 1, 1, 1]] + rng.normal(size=(300, 8))).add_prefix("x")
    >>> retention(data).advice
    'All 7 rules suggest 2 factors.'
    """
    with one_blas_thread():
        sample = correlate(data, items, correlation, missing, n, gamma=False)
        parallel = beside_unrelated(sample, data_sets, quantile, reference, communality, seed)
        r, p = sample.matrix, len(sample.names)
        partials, revised = average_partials(r), average_partials(r, 4)
        references = kaiser_references(parallel.components, sample.n)
        positive = bool(spd_inverse_logdet(r)[2]) and parallel.components[-1] > 1e-10 * p
        most = min(max(parallel.n_components, parallel.n_factors, 1) + 2, p - 2)
        rungs = ladder(r, sample.n, most) if positive and fits else None
    found: dict[str, int | None] = {
        LEADING[0]: parallel.n_factors,
        LEADING[1]: parallel.n_components,
        LEADING[2]: int(np.nanargmin(partials)),
        LEADING[3]: int(np.nanargmin(revised)),
        LEADING[4]: leading(parallel.components, references),
        LEADING[5]: hull(rungs.caf, rungs.df)[1] if rungs else None,
        LEADING[6]: hull(rungs.cfi, rungs.df)[1] if rungs else None,
        OF_FITS[2]: _first(rungs.pvalue > 0.05) if rungs else None,
        OF_FITS[3]: _first(rungs.rmsea_lower < 0.05) if rungs else None,
        LEGACY: int(np.sum(parallel.components > 1)),
    }
    if not fits:
        found = {rule: number for rule, number in found.items() if rule not in OF_FITS}
    if comparison:
        plain = sample.kind == "pearson" and sample.missing in ("listwise", "none")
        cases = sample if plain else correlate(data, items, gamma=False)
        found[COMPARISON] = beside_known(cases, seed=seed).n_factors
    counted = [value for rule in (*LEADING, COMPARISON) if (value := found.get(rule)) is not None]
    return Retention(
        suggestions=found,
        advice=_advice(counted),
        low=min(counted),
        high=max(counted),
        parallel=parallel,
        average_partials=partials,
        revised_partials=revised,
        kaiser_references=references,
        ladder=rungs,
        items=sample.names,
        n=sample.n,
    )


def _first(passed: Array) -> int | None:
    return int(np.argmax(passed)) if passed.any() else None


def _advice(counted: list[int]) -> str:
    """One sentence: what most rules say, and what else to look at."""
    (value, votes), *_ = sorted(Counter(counted).items(), key=lambda pair: (-pair[1], pair[0]))
    many = "factor" if value == 1 else "factors"
    if value == 0:
        return (
            f"{votes} of {len(counted)} rules find no common factor: these items have too little in common."
        )
    if votes == len(counted):
        return f"All {votes} rules suggest {value} {many}."
    if votes == 1 and len(counted) > 2:
        numbers = ", ".join(map(str, sorted(counted)))
        return f"No two rules agree ({numbers} factors); keep the most interpretable solution."
    others = sorted(set(counted) - {value})
    return (
        f"{votes} of {len(counted)} rules suggest {value} {many}; look at solutions with "
        f"{', '.join(map(str, others))} as well and keep the one whose factors mean something."
    )
