"""Refuse models that cannot be set up, and say what to write instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mlbc_stats.composites.specification.constructs import MODES, Specification
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean

SPELLED = {"A": "modeA", "B": "modeB", "mode_A": "modeA", "mode_B": "modeB", "PCA": "pca", "sum": "unit"}


def known_mode(name: str, weights: str | Mapping[str, str]) -> str:
    """The mode of one construct; in a mapping the empty name stands for all that are not named.

    Raises
    ------
    ModelError : an unknown mode.

    Examples
    --------
    >>> known_mode("f", {"f": "B"}), known_mode("g", {"f": "modeB"})
    ('modeB', 'modeA')
    """
    given = weights if isinstance(weights, str) else weights.get(name, weights.get("", "modeA"))
    mode = SPELLED.get(given, given)
    if mode not in MODES:
        raise ModelError(
            f"weights of {name}: {given!r} is unknown; use one of {', '.join(MODES)}{did_you_mean(given, MODES)}"
        )
    return mode


def check_specification(model: Specification, weights: str | Mapping[str, str]) -> Specification:
    """The same model, when it can be estimated.

    Raises
    ------
    ModelError : no construct, weights for an unknown one, an indicator of two blocks, a path to a product, a product
        without its parts. NotServedError : covariances that are no part of a factor.
    """
    if not model.constructs:
        raise ModelError("the model names no construct; write one as `f <~ x1 + x2` or `f =~ x1 + x2`")
    if not isinstance(weights, str):
        strange = [name for name in weights if name and name not in model.names]
        if strange:
            hint = did_you_mean(strange[0], model.names)
            raise ModelError(f"weights are given for {', '.join(strange)}, no construct of the model{hint}")
    _check_blocks(model)
    _check_paths(model)
    _check_error_pairs(model)
    return model


def _check_blocks(model: Specification) -> None:
    held = Counter(name for c in model.constructs for name in c.indicators)
    twice = [name for name, count in held.items() if count > 1]
    if twice:
        owners = [c.name for c in model.constructs if twice[0] in c.indicators]
        raise ModelError(
            f"{twice[0]} is an indicator of {' and '.join(owners)}; an indicator belongs to one construct here: for "
            "cross-loadings use sem.fit"
        )
    for construct in model.constructs:
        if construct.name in construct.indicators and len(construct.indicators) > 1:
            raise ModelError(f"{construct.name} is an indicator of itself; rename the construct")


def _check_paths(model: Specification) -> None:
    for _, target in model.paths:
        if ":" in target:
            raise ModelError(f"a path leads to the product {target}; a product can only be a predictor")
    _refuse_missing_parts(model)


def _refuse_missing_parts(model: Specification) -> None:
    """A product goes with its parts as predictors (a square with its one part), else its path means nothing."""
    for source, target in model.paths:
        missing = [part for part in dict.fromkeys(source.split(":")) if part not in model.predictors(target)]
        if ":" in source and missing:
            raise ModelError(
                f"{target} is predicted by {source} but not by {' and '.join(missing)}: add the path, or the product "
                "stands for it"
            )


def _check_error_pairs(model: Specification) -> None:
    for one, other in model.error_pairs:
        if one == other:
            continue
        owners = [c for c in model.constructs if one in c.indicators and other in c.indicators]
        if one in model.names and other in model.names:
            if one in model.endogenous or other in model.endogenous:
                raise NotServedError(
                    f"`{one} ~~ {other}`: residuals of endogenous constructs correlate freely in no composite model; "
                    "use sem.fit"
                )
            continue
        if not owners or owners[0].kind != "factor":
            raise NotServedError(
                f"`{one} ~~ {other}`: errors may correlate within one common factor (`=~`) only; composites leave all "
                "covariances within a block free already"
            )
