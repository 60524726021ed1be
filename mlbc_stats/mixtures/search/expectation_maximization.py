"""EM from many starts at once: those that lead do the rest of the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FIRST, LEADERS, MOST = 60, 8, 20_000
"""Steps of all starts, starts that go on, steps of these."""
STILL = 1e-11
"""Gain of the log-likelihood, relative to it, at which a start has arrived."""
SAME = 1e-6
"""Log-likelihoods that differ by less, relative to them, are one maximum."""

P = TypeVar("P")


class Mixture(Protocol[P]):
    """A mixture over S starts: parameters from shares of classes, and back."""

    def parameters(self, shares: Array) -> P:
        """Parameters given posterior shares (S, n, K)."""

    def log_joint(self, parameters: P) -> Array:
        """log of proportion times density (S, n, K); −∞ throughout where a start has degenerated."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Best log-likelihood, posterior shares (n, K), whether EM arrived, starts that reached it and starts that did not
    degenerate, and the different maxima among those that went all the way."""

    loglik: float
    shares: Array
    converged: bool
    reached: int
    alive: int
    maxima: int


def search(
    mixture: Mixture[P], shares: Array, weights: Array, leaders: int = LEADERS, still: float = STILL
) -> Arrival:
    """The highest maximum that starts (S, n, K) lead to; weights (n,) count the cases of a row.

    `leaders` of the starts go all the way, until the log-likelihood gains less than `still`, relative to it.

    Dempster, Laird & Rubin (1977), doi:10.1111/j.2517-6161.1977.tb01600.x.
    """
    shares, loglik, _ = _run(mixture, shares, weights, FIRST, still)
    alive = int(np.isfinite(loglik).sum())
    if not alive:
        return Arrival(-np.inf, shares[0], False, 0, 0, 0)
    lead = np.argsort(-loglik)[:leaders]
    lead = lead[np.isfinite(loglik[lead])]
    shares, ahead, done = _run(mixture, shares[lead], weights, MOST, still)
    best = int(np.argmax(ahead))
    size = SAME * max(1.0, abs(float(ahead[best])))
    apart = np.unique(np.round(ahead[np.isfinite(ahead)] / size))
    # starts left behind count as having reached the best if they were as near as the leaders that did
    worst = loglik[lead][ahead >= ahead[best] - size].min(initial=np.inf)
    reached = int((loglik >= worst - size).sum())
    return Arrival(float(ahead[best]), shares[best], bool(done[best]), reached, alive, len(apart))


def posterior(joint: Array) -> tuple[Array, Array]:
    """Shares (S, n, K) and log-likelihood of each row (S, n); zero shares where a start has degenerated."""
    top = joint.max(-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    shares = np.exp(joint - top)
    total = shares.sum(-1, keepdims=True)
    with np.errstate(divide="ignore"):
        rows = (np.log(total) + top)[..., 0]
    return shares / np.where(total > 0, total, 1.0), rows


def _run(
    mixture: Mixture[P], shares: Array, weights: Array, steps: int, least: float
) -> tuple[Array, Array, Array]:
    """At most so many steps; starts that have arrived or degenerated leave the batch."""
    out = shares.copy()
    loglik, done = np.full(len(shares), -np.inf), np.zeros(len(shares), bool)
    going = np.arange(len(shares))
    for _ in range(steps):
        parameters = mixture.parameters(out[going])
        new, rows = posterior(mixture.log_joint(parameters))
        now = rows @ weights
        dead = ~np.isfinite(now)
        gain = np.where(dead, 0.0, now) - loglik[going]
        out[going[~dead]] = new[~dead]
        loglik[going] = np.where(dead, -np.inf, now)
        still = ~dead & (gain < least * np.maximum(1.0, np.abs(now)))
        done[going[still]] = True
        going = going[~dead & ~still]
        if not len(going):
            break
    return out, loglik, done
