"""How a composite model is to be estimated, checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlbc_stats.composites.weighting.inner import SCHEMES
from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean

WHOLE = ("sumcorr", "maxvar", "minvar", "gsca")
"""Weights that one criterion finds for all constructs at once."""
NEIGHBOURS = ("model", "all")


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of an estimation.

    Attributes
    ----------
    whole : one of `WHOLE`, or None when constructs have modes.
    scheme : inner weighting. neighbours : "model", or "all" for every other construct.
    consistent : whether common factors are corrected for attenuation.
    instruments : for two-stage least squares, per endogenous construct.
    dominant : per construct the indicator that shall load positively.
    tolerance, max_iter : of the weights.
    """

    whole: str | None = None
    scheme: str = "path"
    neighbours: str = "model"
    consistent: bool = True
    instruments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dominant: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 1e-10
    max_iter: int = 300


def check_options(options: Options) -> Options:
    """The same options.

    Raises
    ------
    ModelError : a choice that is not known.

    Examples
    --------
    >>> check_options(Options(scheme="factorial")).scheme
    'factorial'
    """
    for name, value, known in (
        ("scheme", options.scheme, SCHEMES),
        ("neighbours", options.neighbours, NEIGHBOURS),
    ):
        if value not in known:
            raise ModelError(
                f"{name}={value!r} is unknown; use one of {', '.join(known)}{did_you_mean(value, known)}"
            )
    if not options.tolerance > 0 or options.max_iter < 1:
        raise ModelError(
            f"tolerance={options.tolerance:g} and max_iter={options.max_iter}: both must be above zero"
        )
    return options
