"""How much items and the whole test tell about the latent variable, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.estimation.marginal import log_prior
from mlbc_stats.irt.result import IrtResult
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
PLACES = np.linspace(-4, 4, 41)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Information(Shown):
    """Fisher information at q places.

    Attributes
    ----------
    theta : (q,) places. items : names; item : (q, p) information of each item.
    marginal_reliability : ∫ I/(I + 1/variance) over the latent distribution.

    Examples
    --------
    >>> from mlbc_stats.irt import Information
    >>> Information(np.zeros(1), ("a",), np.ones((1, 1)), 0.5).test.tolist()
    [1.0]
    """

    theta: Array
    items: tuple[str, ...]
    item: Array
    marginal_reliability: float

    @property
    def test(self) -> Array:
        """(q,) information of all items."""
        return np.asarray(self.item.sum(axis=1))

    @property
    def se(self) -> Array:
        """(q,) standard error of a maximum-likelihood score at each place."""
        with np.errstate(divide="ignore"):
            return 1 / np.sqrt(self.test)

    @property
    def table(self) -> pd.DataFrame:
        """One row a place: every item, the test, and the error of a score."""
        import pandas as pd

        frame = pd.DataFrame(self.item, columns=list(self.items))
        frame.insert(0, "theta", self.theta)
        return frame.assign(test=self.test, se=self.se)


def information(result: IrtResult, theta: Any = None) -> Information:
    """Item and test information I(θ) = Σ_k P_k (∂ log P_k/∂θ)².

    Parameters
    ----------
    theta : places on the scale of the fitted model; −4 to 4 standard deviations by default.

    Notes
    -----
    In R: ``mirt::iteminfo``, ``mirt::testinfo``, ``mirt::marginal_rxx``.

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> answers = {"a": [0, 1] * 30, "b": [0, 0, 1, 1, 0, 1] * 10, "c": [0, 0, 1, 0, 1, 1] * 10}
    >>> found = information(irt.fit(answers, "rasch"), [-1.0, 0.0])
    >>> bool(abs(found.item[1, 0] - 0.25) < 1e-6)
    True
    """
    places = PLACES * result.unit if theta is None else np.atleast_1d(np.asarray(theta, float))
    at_nodes = _item_information(result, result.problem.nodes).sum(axis=1)
    weight = np.exp(log_prior(result.problem, result.climb.theta)[0])
    reliability = float(weight @ (at_nodes / (at_nodes + 1)) / weight.sum())
    item = _item_information(result, places / result.unit) / result.latent_variance
    return Information(places, result.items, item, reliability)


def _item_information(result: IrtResult, z: Array) -> Array:
    """(q, p) information about the latent variable with variance 1."""
    layout = result.problem.layout
    log_p, slopes = layout.log_probabilities(result.gamma, z), layout.theta_slopes(result.gamma, z)[0]
    each = np.exp(log_p) * slopes**2
    starts = np.cumsum([0, *layout.categories[:-1]])
    return np.asarray(np.add.reduceat(each, starts, axis=1))
