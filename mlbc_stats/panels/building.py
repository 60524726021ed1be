"""Model texts of panels: cross-lagged, random-intercept cross-lagged, latent curve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from types import MappingProxyType

from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean

FEWEST = {"cross_lagged": 2, "random_intercept": 3, "latent_curve": 3}
"""Waves that a kind takes."""


def model(kind: str, variables: Sequence[str], waves: int, equal_lags: bool = True) -> str:
    """A panel model in lavaan syntax, complete for ``kind="lavaan"``: nothing is added when it is fitted.

    Parameters
    ----------
    kind : "cross_lagged"; "random_intercept" (RI-CLPM: stable differences between units are held apart from changes
        within them); "latent_curve" (linear growth of every variable, growths covarying).
    variables : names; column ``x_t2`` is variable x in the second wave. waves : their number.
    equal_lags : whether a path is the same from wave to wave, under one label ``y_on_x``.

    Raises
    ------
    ModelError
        unknown kind, too few waves or variables.

    References
    ----------
    Hamaker, Kuiper & Grasman (2015), doi:10.1037/a0038889. In R: ``lavaan::lavaan(text, data)``.

    Examples
    --------
    >>> print(model("cross_lagged", ["x", "y"], 2))
    # lagged effects
    x_t2 ~ x_on_x*x_t1 + x_on_y*y_t1
    y_t2 ~ y_on_x*x_t1 + y_on_y*y_t1
    # variances and covariances within a wave
    x_t1 ~~ x_t1
    y_t1 ~~ y_t1
    x_t1 ~~ y_t1
    x_t2 ~~ x_t2
    y_t2 ~~ y_t2
    x_t2 ~~ y_t2
    # means
    x_t1 ~ 1
    x_t2 ~ 1
    y_t1 ~ 1
    y_t2 ~ 1
    """
    if kind not in KINDS:
        raise ModelError(f"kind {kind!r} is not known{did_you_mean(kind, list(KINDS))}")
    if isinstance(variables, str) or not variables or len(set(variables)) < len(variables):
        raise ModelError(f"variables={variables!r}: expected a list of different names")
    if kind != "latent_curve" and len(variables) < 2:
        raise ModelError(f"{kind.replace('_', ' ')} models take two variables or more; got {len(variables)}")
    if waves < FEWEST[kind]:
        raise ModelError(f"{kind.replace('_', ' ')} models take {FEWEST[kind]} waves or more; got {waves}")
    return "\n".join(KINDS[kind](tuple(variables), waves, equal_lags))


def _cross_lagged(variables: tuple[str, ...], waves: int, equal: bool) -> Iterator[str]:
    yield from _dynamics(variables, waves, equal, "")
    yield from _means(variables, waves)


def _random_intercept(variables: tuple[str, ...], waves: int, equal: bool) -> Iterator[str]:
    yield "# stable differences between units"
    for name in variables:
        yield f"RI_{name} =~ " + " + ".join(f"1*{name}_t{t}" for t in range(1, waves + 1))
    yield from _covarying([f"RI_{name}" for name in variables])
    yield "# deviations within units, without further error"
    for name in variables:
        for t in range(1, waves + 1):
            yield f"w_{name}_t{t} =~ 1*{name}_t{t}"
            yield f"{name}_t{t} ~~ 0*{name}_t{t}"
    yield from _dynamics(variables, waves, equal, "w_")
    yield from _means(variables, waves)


def _latent_curve(variables: tuple[str, ...], waves: int, equal: bool) -> Iterator[str]:
    yield "# levels and growths"
    growths = []
    for name in variables:
        columns = [f"{name}_t{t}" for t in range(1, waves + 1)]
        yield f"level_{name} =~ " + " + ".join(f"1*{column}" for column in columns)
        yield f"growth_{name} =~ " + " + ".join(f"{at}*{column}" for at, column in enumerate(columns))
        growths += [f"level_{name}", f"growth_{name}"]
    yield from _covarying(growths)
    yield from (f"{name} ~ 1" for name in growths)
    yield "# residuals, alike in every wave" if equal else "# residuals"
    for name in variables:
        label = f"e_{name}*" if equal else ""
        yield from (f"{name}_t{t} ~~ {label}{name}_t{t}" for t in range(1, waves + 1))
    for first, second in combinations(variables, 2):
        yield from (f"{first}_t{t} ~~ {second}_t{t}" for t in range(1, waves + 1))


KINDS: Mapping[str, Callable[[tuple[str, ...], int, bool], Iterator[str]]] = MappingProxyType(
    {
        "cross_lagged": _cross_lagged,
        "random_intercept": _random_intercept,
        "latent_curve": _latent_curve,
    }
)


def _dynamics(variables: tuple[str, ...], waves: int, equal: bool, prefix: str) -> Iterator[str]:
    yield "# lagged effects"
    for before, after in pairwise(range(1, waves + 1)):
        for outcome in variables:
            terms = (
                f"{outcome}_on_{name}{'' if equal else f'_{after}'}*{prefix}{name}_t{before}"
                for name in variables
            )
            yield f"{prefix}{outcome}_t{after} ~ {' + '.join(terms)}"
    yield "# variances and covariances within a wave"
    for t in range(1, waves + 1):
        yield from _covarying([f"{prefix}{name}_t{t}" for name in variables])


def _covarying(names: Sequence[str]) -> Iterator[str]:
    yield from (f"{name} ~~ {name}" for name in names)
    yield from (f"{first} ~~ {second}" for first, second in combinations(names, 2))


def _means(variables: tuple[str, ...], waves: int) -> Iterator[str]:
    yield "# means"
    yield from (f"{name}_t{t} ~ 1" for name in variables for t in range(1, waves + 1))
