"""Guttman errors of cases, and how well total scores reproduce the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.scalability.coefficients import steps
from mlbc_stats.irt.scalability.items import read_scores
from mlbc_stats.showing import Shown

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Reproducibility(Shown):
    """How well the total score reproduces which item steps a case has reached.

    Attributes
    ----------
    coefficient : 1 − errors/(cases × steps), errors counted against the pattern that the total score implies (.90 is
        the usual demand). minimum : what the shares of the steps alone reproduce.
    scalability : (coefficient − minimum)/(1 − minimum) (.60 is the usual demand). steps : item steps; n : cases.

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> found = irt.reproducibility({"a": [1, 1, 1, 0], "b": [0, 1, 1, 0], "c": [0, 0, 1, 0]})
    >>> type(found).__name__, found.coefficient, found.scalability
    ('Reproducibility', 1.0, 1.0)
    """

    coefficient: float
    minimum: float
    scalability: float
    steps: int
    n: int


def reproducibility(data: Any, items: Sequence[str] | None = None) -> Reproducibility:
    """Guttman's coefficient of reproducibility by Goodenough and Edwards' count of errors, and Menzel's of scalability.

    Parameters
    ----------
    data : table (cases, items), whole scores; complete cases enter. items : columns, all by default.

    Notes
    -----
    Guttman (1944), doi:10.2307/2086306; Edwards (1948), doi:10.1007/BF02289265; Menzel (1953), doi:10.1086/266460.
    With few or very unequal shares the coefficient is high whatever the answers: read `scalability` and Mokken's H.

    Examples
    --------
    >>> reproducibility({"a": [1, 1, 0, 0], "b": [0, 1, 1, 0]}).coefficient
    0.75
    """
    scores = read_scores(data, items)
    reached, _, _ = steps(scores.x)
    share = reached.mean(axis=0)
    ordered = reached[:, np.argsort(-share, kind="stable")]
    implied = np.arange(ordered.shape[1]) < ordered.sum(axis=1, keepdims=True)
    right = float(np.mean(ordered == implied))
    least = float(np.mean(np.maximum(share, 1 - share)))
    scalable = (right - least) / (1 - least) if least < 1 else float("nan")
    return Reproducibility(right, least, scalable, ordered.shape[1], len(scores.x))


def guttman_errors(x: Array, ties: str = "half") -> Array:
    """(n,) pairs of steps of which a case has reached the rarer and not the more frequent.

    Of two equally frequent steps neither is the rarer: such pairs count one half, or, with ``ties="first"``, as if the
    item that stands later had the rarer one. In R: ``mokken::check.errors(X)$Gplus``, the latter as long as all items
    have the same categories.

    Examples
    --------
    >>> guttman_errors(np.array([[0, 1], [1, 0], [1, 1], [1, 0]], dtype=float)).tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    reached, item, _ = steps(x)
    share = reached.mean(axis=0)
    near = np.isclose(share[:, None], share, rtol=0, atol=1e-12)
    tied = 0.5 if ties == "half" else item[:, None] < item
    before = np.where(near, tied, share[:, None] > share) * (item[:, None] != item)
    return np.asarray(np.sum(((1 - reached) @ before) * reached, axis=1))
