"""Limits of requests: their size, their type, where they come from, and how often."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request

from mlbc_stats.field.store.pages import RefusedError

LARGEST_BODY = 256 * 1024
"""Bytes of one request; the longest page of answers has less."""
SLOWEST_BODY = 20.0
"""Seconds in which a request must have come in."""
DEEPEST = 4
"""Levels of a request's JSON."""
MOST_KEPT = 50_000
"""Keys that a limiter remembers before it forgets full ones."""


@dataclass(slots=True)
class Limiter:
    """So many tries at once, then so many a second: a bucket for each key.

    Attributes
    ----------
    burst : tries at once.
    rate : tries a second in the long run.
    """

    burst: float
    rate: float
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allows(self, key: str) -> bool:
        """Whether there is a try left; it takes none."""
        return self._left(key) >= 1

    def take(self, key: str) -> bool:
        """Take one try; False when there was none.

        Examples
        --------
        >>> limiter = Limiter(burst=1, rate=0.001)
        >>> limiter.take("a"), limiter.take("a"), limiter.take("b")
        (True, False, True)
        """
        left = self._left(key)
        if len(self.buckets) > MOST_KEPT:
            self.buckets = {
                name: (kept, at) for name, (kept, at) in self.buckets.items() if kept < self.burst - 1
            }
        self.buckets[key] = (max(left - 1, 0.0) if left >= 1 else left, time.monotonic())
        return left >= 1

    def _left(self, key: str) -> float:
        left, at = self.buckets.get(key, (self.burst, time.monotonic()))
        return min(self.burst, left + (time.monotonic() - at) * self.rate)


class Callers:
    """Names of callers for limiters: a hash of the address under a key that ends with the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def name(self, request: Request) -> str:
        """Name of who sent a request; the address itself is kept nowhere."""
        address = request.client.host if request.client else ""
        return hmac.new(self._key, address.encode(), sha256).hexdigest()[:16]


def same_origin(request: Request) -> None:
    """Refuse what another site makes a browser send.

    Raises
    ------
    RefusedError : 403.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise RefusedError(403, "origin")


async def json_body(request: Request) -> Any:
    """The JSON of a request.

    Raises
    ------
    RefusedError : 415 for another type, 413 for too many bytes, 408 when they take too long, 400 for no JSON.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "type")
    try:
        body = await asyncio.wait_for(_bytes(request), SLOWEST_BODY)
    except TimeoutError:
        raise RefusedError(408, "slow") from None
    except ClientDisconnect:
        raise RefusedError(400, "gone") from None
    try:
        found = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise RefusedError(400, "json") from None
    if _depth(found) > DEEPEST:
        raise RefusedError(400, "json")
    return found


async def _bytes(request: Request) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > LARGEST_BODY:
        raise RefusedError(413, "size")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RefusedError(413, "size")
    return bytes(body)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _depth(found: Any, level: int = 0) -> int:
    """Levels of lists and objects; counting ends one beyond the limit."""
    if level > DEEPEST or not isinstance(found, dict | list):
        return level
    inner = found.values() if isinstance(found, dict) else found
    return max((_depth(each, level + 1) for each in inner), default=level + 1)
