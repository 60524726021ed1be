"""The latent variables of a population: their equations, their correlations and draws from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.survey.synthetic.population import Population


@dataclass(frozen=True, slots=True, eq=False)
class LatentSystem:
    """A recursive linear system of standard normal variables, in an order in which causes come first.

    Attributes
    ----------
    names : (m,) exogenous constructs first; a product of two constructs is a variable of its own, "FTC:TC".
    paths : (m, m) strictly lower triangular; row = outcome, column = predictor.
    exogenous : number of leading variables without predictors.
    correlation : (m, m) implied correlations.
    residual_sd : (m,) standard deviation of what is a variable's own.
    factors : position of a product → positions of what is multiplied.
    """

    names: tuple[str, ...]
    paths: np.ndarray
    exogenous: int
    correlation: np.ndarray
    residual_sd: np.ndarray
    factors: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draw (n, m) values, one equation after the other."""
        return self.solve(rng.standard_normal((n, len(self.names))))

    def solve(self, own: np.ndarray) -> np.ndarray:
        """Values (n, m) from what is every variable's own (n, m), standard normal.

        A product is (ab − r)/√(1 + r²) with r the correlation of its factors: mean 0 and variance 1.
        """
        values = own.copy()
        root = np.linalg.cholesky(self.correlation[: self.exogenous, : self.exogenous])
        values[:, : self.exogenous] = values[:, : self.exogenous] @ root.T
        for position in range(self.exogenous, len(self.names)):
            if position in self.factors:
                values[:, position] = self._product(values, *self.factors[position])
                continue
            rest = self.residual_sd[position] * values[:, position]
            values[:, position] = values[:, :position] @ self.paths[position, :position] + rest
        return values

    def _product(self, values: np.ndarray, first: int, second: int) -> np.ndarray:
        r = self.correlation[first, second]
        return np.asarray((values[:, first] * values[:, second] - r) / np.sqrt(1 + r**2))


def latent_system(population: Population) -> LatentSystem:
    """Order the equations of a population and derive what they imply.

    With R the correlations of the variables before j and b its paths, those of j are bᵀR and its own
    variance is 1 − bᵀRb. A product of normal variables correlates with no normal variable; two of them, ab and
    cd, by (r_ac r_bd + r_ad r_bc)/√((1 + r_ab²)(1 + r_cd²)).

    Raises
    ------
    ModelError
        for equations in a circle, correlations that no variables can have, a correlation of a construct that
        has predictors, predictors that explain more than all variance, and products of what depends on a product.
    """
    equations = _equations(population)
    names = _ordered(equations, population.name)
    exogenous = sum(not equations[name] for name in names)
    place = {name: position for position, name in enumerate(names)}
    paths = np.zeros((len(names), len(names)))
    for outcome, predictors in equations.items():
        for predictor, value in predictors.items():
            paths[place[outcome], place[predictor]] = value
    correlation = _exogenous_correlation(population, names, exogenous)
    residual_sd = np.ones(len(names))
    factors = _factors(names, place, equations, population.name)
    for position in range(exogenous, len(names)):
        if position in factors:
            row = _product_correlations(position, factors, paths, correlation)
            correlation[position, :position] = correlation[:position, position] = row
            continue
        shared = correlation[:position, :position] @ paths[position, :position]
        correlation[position, :position] = correlation[:position, position] = shared
        own = 1 - float(paths[position, :position] @ shared)
        if own < -1e-12:
            raise ModelError(
                f"population {population.name!r}: the predictors of {names[position]} explain "
                f"{1 - own:.3f} of its variance, expected at most 1; make its paths smaller"
            )
        residual_sd[position] = max(own, 0.0) ** 0.5
    return LatentSystem(names, paths, exogenous, correlation, residual_sd, factors)


def _equations(population: Population) -> dict[str, Mapping[str, float]]:
    """Construct → predictor → coefficient, facets on their parents included."""
    constructs = population.instrument.constructs
    known = {construct.id for construct in constructs}
    equations: dict[str, dict[str, float]] = {construct.id: {} for construct in constructs}
    for construct in constructs:
        if construct.parent in known:
            loading = population.facet_loadings.get(construct.id, population.facet_loading)
            equations[construct.id][str(construct.parent)] = loading
    for (outcome, predictor), value in population.paths.items():
        equations[outcome][predictor] = value
    for (outcome, first, second), value in population.interactions.items():
        equations[outcome][f"{first}:{second}"] = value
        equations[f"{first}:{second}"] = {first: 0.0, second: 0.0}
    return dict(equations)


def _factors(
    names: tuple[str, ...],
    place: Mapping[str, int],
    equations: Mapping[str, Mapping[str, float]],
    population: str,
) -> dict[int, tuple[int, int]]:
    """Position of each product → positions of its factors, which must be normal: no product lies behind them."""
    curved: set[str] = set()
    for name in names:
        if any(":" in predictor or predictor in curved for predictor in equations[name]):
            curved.add(name)
    found = {name: tuple(name.split(":")) for name in names if ":" in name}
    for name, parts in found.items():
        odd = [part for part in parts if part in curved]
        if odd:
            raise ModelError(
                f"population {population!r}: {name} multiplies {odd[0]}, which depends on a product itself; "
                "only variables without a product behind them can be multiplied"
            )
    return {place[name]: (place[first], place[second]) for name, (first, second) in found.items()}


def _product_correlations(
    position: int, factors: Mapping[int, tuple[int, int]], paths: np.ndarray, correlation: np.ndarray
) -> np.ndarray:
    """Correlations (position,) of a product with the variables before it, which have it from products alone."""
    (a, b), row = factors[position], np.zeros(position)
    for earlier in range(position):
        if earlier in factors:
            c, d = factors[earlier]
            both = correlation[a, c] * correlation[b, d] + correlation[a, d] * correlation[b, c]
            row[earlier] = both / np.sqrt((1 + correlation[a, b] ** 2) * (1 + correlation[c, d] ** 2))
        else:
            row[earlier] = paths[earlier, :earlier] @ row[:earlier]
    return row


def _ordered(equations: Mapping[str, Mapping[str, float]], name: str) -> tuple[str, ...]:
    done = [variable for variable, predictors in equations.items() if not predictors]
    left = [variable for variable, predictors in equations.items() if predictors]
    while left:
        ready = [variable for variable in left if set(equations[variable]) <= set(done)]
        if not ready:
            raise ModelError(f"population {name!r}: the paths of {', '.join(left)} run in a circle")
        done += ready
        left = [variable for variable in left if variable not in ready]
    return tuple(done)


def _exogenous_correlation(population: Population, names: tuple[str, ...], exogenous: int) -> np.ndarray:
    correlation = np.eye(len(names))
    place = {name: position for position, name in enumerate(names)}
    for (first, second), value in population.correlations.items():
        row, column = place[first], place[second]
        if max(row, column) >= exogenous or row == column:
            raise ModelError(
                f"population {population.name!r}: a correlation of {first} with {second} is not free to "
                "choose; only two different constructs without predictors have one"
            )
        correlation[row, column] = correlation[column, row] = value
    if np.linalg.eigvalsh(correlation[:exogenous, :exogenous]).min() <= 1e-10:
        raise ModelError(f"population {population.name!r}: no variables can have these correlations")
    return correlation
