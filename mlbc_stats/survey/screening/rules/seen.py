"""What the rules look at: the answers of one file as arrays, each made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mlbc_stats.survey.responses.model import Responses, question_scale, scale_bounds
from mlbc_stats.survey.screening.indices.moments import PairMoments, pair_moments
from mlbc_stats.survey.screening.indices.runs import Runs, runs


@dataclass(frozen=True, eq=False)
class Seen:
    """Answers of one file; every array is made when first asked for, and once.

    Attributes
    ----------
    responses : the file; never changed.
    given : rule → its index (n,), for rules that need a model.
    """

    responses: Responses
    given: Mapping[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def rated(self) -> np.ndarray:
        """Codes (n, k) of the rated items as answered, in the order asked."""
        responses = self.responses
        if not responses.check_ids:
            return responses.codes
        return responses.codes[:, [name in set(responses.rated_ids) for name in responses.item_ids]]

    @cached_property
    def bounds(self) -> np.ndarray:
        """Lowest and highest code (2, k) of each rated item."""
        instrument = self.responses.instrument
        pairs = [scale_bounds(question_scale(instrument, name)) for name in self.responses.rated_ids]
        return np.array(pairs, dtype=float).reshape(-1, 2).T

    @cached_property
    def reversed(self) -> np.ndarray:
        """Whether each rated item is reversed (k,)."""
        items = self.responses.instrument
        return np.array([items.item(name).reversed for name in self.responses.rated_ids], dtype=bool)

    @cached_property
    def runs(self) -> Runs:
        """Runs of the same answer, within questions on one scale."""
        return runs(self.rated, pages(self.responses))

    @cached_property
    def ranged(self) -> np.ndarray:
        """Codes (n, k) as answered on one range: as they are where all scales have it, else from 0 to 1."""
        low, high = self.bounds
        if self.one_range:
            return self.rated
        ranged = self.rated - low
        ranged /= np.maximum(high - low, 1)
        return ranged

    @property
    def one_range(self) -> bool:
        """Whether all rated items have the same lowest and highest code."""
        return bool((self.bounds == self.bounds[:, :1]).all())

    def turned(self, codes: np.ndarray, places: Sequence[int]) -> np.ndarray:
        """Codes of some rated items (columns) with reversed ones turned."""
        low, high = self.bounds[:, list(places)]
        return np.where(self.reversed[list(places)], low + high - codes, codes)

    @cached_property
    def moments(self) -> PairMoments:
        """Means, covariances and correlations of the rated items that anybody answered."""
        return pair_moments(self.ranged)

    @cached_property
    def asked(self) -> np.ndarray:
        """Positions of the rated items that some case answered."""
        return np.flatnonzero(~np.isnan(self.moments.mean))

    @cached_property
    def scales(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the items of each construct that carries items, of those asked."""
        places: dict[str, list[int]] = {}
        for place in self.asked:
            name = self.responses.rated_ids[place]
            places.setdefault(self.responses.instrument.item(name).construct or "", []).append(int(place))
        return tuple(tuple(found) for name, found in places.items() if name)

    @property
    def paradata(self) -> Sequence[str]:
        """Names of the columns beside the answers: paradata, then context."""
        return (*map(str, self.responses.paradata.columns), *map(str, self.responses.context.columns))

    def column(self, name: str) -> np.ndarray:
        """Cells of a column beside the answers."""
        responses = self.responses
        frame = responses.paradata if name in responses.paradata.columns else responses.context
        return frame[name].to_numpy()

    @cached_property
    def duration(self) -> np.ndarray:
        """Seconds (n,), NaN where unknown."""
        if "duration" not in self.responses.paradata:
            return np.full(self.responses.n, np.nan)
        return self.responses.paradata["duration"].to_numpy(dtype=float)


def pages(responses: Responses) -> tuple[tuple[int, ...], ...]:
    """Positions among the rated items of each run of items answered on one scale; checks do not end a run."""
    found: list[list[int]] = []
    last = None
    for position, name in enumerate(responses.rated_ids):
        scale = responses.instrument.item(name).scale
        if scale != last:
            found.append([])
        found[-1].append(position)
        last = scale
    return tuple(tuple(run) for run in found)
