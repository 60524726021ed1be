"""Who answers about what: informants in solutions in organizations, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.survey.synthetic.latent import LatentSystem
from mlbc_stats.survey.synthetic.population import Nesting


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Positions of the units that cases belong to.

    Attributes
    ----------
    unit : (cases,) solution of each case, increasing.
    organization : (solutions,) organization of each solution, increasing.
    """

    unit: np.ndarray
    organization: np.ndarray

    @property
    def cases(self) -> int:
        """Number of informants."""
        return len(self.unit)


def draw_cast(nesting: Nesting, n: int, rng: np.random.Generator) -> Cast:
    """Draw n solutions, gathered in organizations, each with its informants."""
    sizes = _draw_sizes(nesting.solutions, n, rng)
    organization = np.repeat(np.arange(n), sizes)[:n]
    informants = _draw_sizes(nesting.informants, n, rng)
    return Cast(np.repeat(np.arange(n), informants), organization)


def draw_nested(system: LatentSystem, nesting: Nesting, cast: Cast, rng: np.random.Generator) -> np.ndarray:
    """Latent variables (cases, m) as each informant sees them.

    η = √ω·organization + √(1 − ω − ι)·solution + √ι·informant, each part drawn from the same system, so that
    correlations do not depend on the shares ω and ι, and an intraclass correlation is a sum of shares. Where
    there are products, what is every variable's own has the parts, and a product is that of the sums.
    """
    streams = rng.spawn(3)
    if system.factors:
        own = [part.standard_normal((cast.cases, len(system.names))) for part in streams]
        return system.solve(_mixed(own, nesting, cast))
    return _mixed([system.draw(part, cast.cases) for part in streams], nesting, cast)


def _mixed(parts: Sequence[np.ndarray], nesting: Nesting, cast: Cast) -> np.ndarray:
    """Parts of organizations, solutions and informants (cases, m) in the shares of the nesting."""
    organization, solution, informant = parts
    shares = np.array([nesting.organization_share, 0.0, nesting.informant_share])
    shares[1] = 1 - shares.sum()
    common = (
        np.sqrt(shares[0]) * organization[cast.organization]
        + np.sqrt(shares[1]) * solution[: len(cast.organization)]
    )
    return np.asarray(common[cast.unit] + np.sqrt(shares[2]) * informant)


def _draw_sizes(shares: Mapping[int, float], n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(list(shares), size=n, p=list(shares.values()))
