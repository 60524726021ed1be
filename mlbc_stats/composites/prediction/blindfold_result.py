"""Q² of constructs and q² of paths by blindfolding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CompositeBlindfold(Shown):
    """Squared errors of answers left out and predicted, by construct.

    Attributes
    ----------
    fit : the model. distance : omission distance.
    sums : per construct SSO, SSE by redundancy, SSE by communality.
    without : per path (from, to) the SSE by redundancy without it (and without its predictor, if that had no other).

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> data = {"x": rng.normal(size=100)}
    >>> data["y"] = data["x"] + rng.normal(size=100)
    >>> found = composites.blindfold(composites.fit("y ~ x", data))
    >>> isinstance(found, composites.CompositeBlindfold), found.effects["q2_effect"].round(1).tolist()
    (True, [0.5])
    """

    fit: CompositeResult
    distance: int
    sums: Mapping[str, tuple[float, float, float]]
    without: Mapping[tuple[str, str], float]

    @property
    def table(self) -> pd.DataFrame:
        """One row per construct: sso, sse, q2 (redundancy; above zero has predictive relevance), q2_communality."""
        import pandas as pd

        rows = [
            {"construct": name, "sso": sso, "sse": sse, "q2": 1 - sse / sso, "q2_communality": 1 - own / sso}
            for name, (sso, sse, own) in self.sums.items()
        ]
        return pd.DataFrame(rows).set_index("construct")

    @property
    def effects(self) -> pd.DataFrame:
        """One row per path: lhs, op, rhs, q2_without, q2_effect = (Q² − Q² without the path)/(1 − Q²)."""
        import pandas as pd

        rows = []
        for (source, target), without in self.without.items():
            sso, sse, _ = self.sums[target]
            rows.append(
                {
                    "lhs": target, "op": "~", "rhs": source, "q2_without": 1 - without / sso,
                    "q2_effect": (without - sse) / sse,
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    def _facts(self) -> Mapping[str, object]:
        return {
            "distance": self.distance,
            "note": "predicts answers, not cases; composites.predict has replaced it",
        }
