"""What a rotation's name means: its criterion, whether factors stay uncorrelated, and how rows are weighted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.rotation.criteria import Criterion, make_criterion

UNDER: dict[str, tuple[str, dict[str, Any]]] = {
    "varimax": ("varimax", {}),
    "quartimax": ("quartimax", {}),
    "equamax": ("cf-equamax", {"orthogonal": True}),
    "oblimin": ("oblimin", {}),
    "quartimin": ("quartimin", {}),
    "promax": ("varimax", {}),
    "geomin": ("geomin", {"geomin_epsilon": 0.01}),
    "target": ("target", {}),
    "bifactor": ("biquartimin", {"orthogonal": True}),
    "biquartimin": ("biquartimin", {}),
    "bigeomin": ("bigeomin", {"geomin_epsilon": 0.01}),
    "infomax": ("infomax", {}),
    "entropy": ("entropy", {}),
}
"""Our name: the criterion's name, and options where the defaults of `make_criterion` are not meant."""

SCALE = {"biquartimin": 4.0}
"""By what a criterion's value is multiplied: Jennrich and Bentler write bi-quartimin without the ¼ of quartimin."""

POWER = 4
"""Of promax, as in R's ``promax(m = 4)``."""


def criterion_of(name: str, p: int, m: int, options: Mapping[str, Any] | None = None) -> Criterion:
    """The criterion that a rotation minimizes; promax starts from that of varimax.

    Raises
    ------
    NotServedError, ModelError
        for unknown names and options, and for too few factors.

    Examples
    --------
    >>> criterion_of("bifactor", 9, 3).orthogonal, criterion_of("geomin", 9, 3).orthogonal
    (True, False)
    """
    if name not in UNDER:
        known = ", ".join(["none", *UNDER])
        raise NotServedError(
            f"rotation={name!r} is not served{did_you_mean(name, UNDER)}; use one of {known}"
        )
    if "bi" in name[:2] and m < 3:
        raise ModelError(
            f"rotation={name!r} with {m} factors: one is the general factor, and two or more group factors are needed; "
            "raise n_factors to 3 or more"
        )
    under, own = UNDER[name]
    given = _underscored(options)
    given.pop("promax_power", None)
    return make_criterion(under, p, m, own | given)


def promax(loadings: np.ndarray, power: float = POWER) -> np.ndarray:
    """U (..., m, m) with promax loadings ΛU from varimax loadings Λ (..., p, m): least squares to |λ|^k sign(λ).

    Hendrickson & White (1964), doi:10.1111/j.2044-8317.1964.tb00244.x. In R: ``promax(varimax(L)$loadings)``.

    Examples
    --------
    >>> promax(np.array([[0.8, 0.1], [0.7, 0.2], [0.1, 0.6], [0.2, 0.7]])).round(3).tolist()
    [[1.064, -0.194], [-0.265, 1.079]]
    """
    signs = np.where(np.real(loadings) < 0, -1.0, 1.0)
    goal = loadings * (loadings * signs) ** (power - 1)
    turn = np.linalg.solve(loadings.mT @ loadings, loadings.mT @ goal)
    inverse = np.linalg.inv(turn)
    return turn * np.sqrt(np.sum(inverse**2, axis=-1))[..., None, :]


def promax_solution(
    loadings: np.ndarray, options: Mapping[str, Any] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Promax loadings (..., p, m) and factor correlations (..., m, m) from varimax loadings.

    Examples
    --------
    >>> table = np.array([[0.8, 0.1], [0.7, 0.2], [0.1, 0.6], [0.2, 0.7]])
    >>> promax_solution(table, {"promax.power": 2})[1].round(3).tolist()
    [[1.0, 0.323], [0.323, 1.0]]
    """
    turn = promax(loadings, power_of(options))
    inverse = np.linalg.inv(turn)
    return loadings @ turn, inverse @ inverse.mT


def power_of(options: Mapping[str, Any] | None) -> float:
    """Promax's power among the options of a rotation.

    Examples
    --------
    >>> power_of({"promax.power": 3}), power_of(None)
    (3.0, 4.0)
    """
    return float(_underscored(options).get("promax_power", POWER))


def _underscored(options: Mapping[str, Any] | None) -> dict[str, Any]:
    return {str(key).replace(".", "_"): value for key, value in (options or {}).items()}
