"""Moments of data that were asked for before, as long as someone still holds them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec
from weakref import WeakValueDictionary

import numpy as np

from mlbc_stats.moments.sample.moments import SampleMoments

P = ParamSpec("P")
_HELD: WeakValueDictionary[tuple[object, ...], SampleMoments] = WeakValueDictionary()


def held(make: Callable[P, SampleMoments]) -> Callable[P, SampleMoments]:
    """The same function, which gives the same object for the same numbers.

    Models of the same data then share what is costly: the saturated estimates and their curvature. Nothing is kept
    alive: with the last fit of these data the moments are gone.

    Examples
    --------
    >>> make = held(lambda x: SampleMoments(("a",), x.T @ x, None, len(x), "n", len(x)))
    >>> one = make(np.ones((3, 1)))
    >>> make(np.ones((3, 1))) is one, make(np.zeros((3, 1))) is one
    (True, False)
    """

    @wraps(make)
    def shared(*args: P.args, **kwargs: P.kwargs) -> SampleMoments:
        key = (make, *map(_told, args), *((name, _told(value)) for name, value in sorted(kwargs.items())))
        found = _HELD.get(key)
        if found is None:
            found = _HELD[key] = make(*args, **kwargs)
        return found

    return shared


def _told(value: Any) -> object:
    """What stands for an argument in a key: of numbers their bytes' digest."""
    if isinstance(value, np.ndarray):
        content = blake2b(np.ascontiguousarray(value).tobytes(), digest_size=16).digest()
        return value.shape, value.dtype.str, content
    return tuple(value) if isinstance(value, list) else value
