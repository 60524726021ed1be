"""Structural after measurement: `sam`, text and data in, `SamResult` out."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from inspect import signature
from typing import Any

from mlbc_stats.errors import DataWarning, ModelError, NotServedError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.sem.data.source import row_names
from mlbc_stats.sem.fitting.fit import fit
from mlbc_stats.sem.fitting.lavaan_arguments import Understood, understand
from mlbc_stats.sem.fitting.preparation import Prepared, prepare, read
from mlbc_stats.sem.instrumental.served import check_unit_scales
from mlbc_stats.sem.two_step.blocks import Block, fit_blocks
from mlbc_stats.sem.two_step.joint import join_steps
from mlbc_stats.sem.two_step.parts import take_apart
from mlbc_stats.sem.two_step.sam_result import SamResult
from mlbc_stats.sem.two_step.second_step import structural_fit

METHODS = ("local", "global")
ERRORS = ("twostep", "joint", "local", "none")
READ = {"zero_add", "zero_keep_margins", "sampling_weights_normalization", "sample_cov_rescale"}
"""Options of lavaan about how data are read, which serve here as they do in `fit`."""

UNUSED = frozenset({"test", "bootstrap", "rotation", "rotation_args"})
LAVAAN = {"mm_list": "blocks", "cmd": "kind"}
"""Names of lavaan's own for arguments here."""

SETTINGS = frozenset({"mm_args", "struc_args", "local_options", "global_options", "bootstrap_args", "output"})
"""Arguments of lavaan's sam for settings that are always its defaults here."""


def sam(
    model: str,
    data: Any = None,
    *,
    sam_method: str = "local",
    blocks: Sequence[Iterable[str]] | None = None,
    se: str = "twostep",
    **arguments: Any,
) -> SamResult:
    """Estimate the measurement model first, in blocks, and the structural model given it.

    Local: every block of latent variables is fitted alone; the moments of the latent variables follow as
    Var(η) = M(S − Θ)Mᵀ, M = (ΛᵀΘ⁻¹Λ)⁻¹ΛᵀΘ⁻¹, and the structural model is fitted to them. Global: the structural
    parameters minimize the discrepancy of the whole model with those of the blocks held. A wrong measurement of one
    latent variable does not spoil that of others, and small samples lead to a solution more often.

    Parameters
    ----------
    model, data : as in `fit`.
    sam_method : "local" or "global".
    blocks : latent variables to be measured together, as lists of names; None joins those alone that share an
        indicator or whose indicators covary.
    se : "twostep" (the uncertainty of the first step is part of the second's), "joint" (the same errors with the
        covariance between the steps, which matters for standardized and defined values), "local" (of the structural
        fit, distribution-free) or "none".
    arguments : those of `fit` that concern groups, missing values, ordinal variables and the defaults of the model.
        Covariates are always random (``fixed_x=False``).

    Returns
    -------
    SamResult
        with all parameters, the fits of the blocks (`measurement`) and of the structural model (`structural`).

    Raises
    ------
    ModelError, DataError, ModelSyntaxError
        for models and data that cannot be used; NotServedError for models whose steps cannot be parted and for
        estimators other than ML (ordinal variables: WLSMV).

    Warns
    -----
    InadmissibleWarning
        where the sample would give latent variables a covariance matrix that is none, and less than all of the error
        variance was taken off (Fuller, 1987).

    References
    ----------
    Rosseel & Loh (2022), doi:10.1037/met0000503. In R: ``lavaan::sam(model, data)``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(3)
    >>> f = rng.normal(size=300)
    >>> g = 0.5 * f + rng.normal(size=300)
    >>> data = {f"{name}{i}": y + rng.normal(size=300) for name, y in (("x", f), ("y", g)) for i in range(3)}
    >>> result = sam("f =~ x0 + x1 + x2; g =~ y0 + y1 + y2; g ~ f", data)
    >>> round(float(result.structural_parameters["est"].iloc[0]), 2)
    0.46
    """
    arguments = {LAVAAN.get(name, name): value for name, value in _plain(arguments).items()}
    sam_method, blocks = arguments.pop("sam_method", sam_method), arguments.pop("blocks", blocks)
    asked = _understood(model, sam_method, se, arguments)
    made = prepare(data, asked)
    _check_method(made)
    call = asked.arguments | {"sam_method": sam_method, "blocks": blocks, "se": se}
    parts = take_apart(made.table, blocks)
    max_iter = call["max_iter"] or 200
    with one_blas_thread():
        sample = read(made.table, made.source, made.method, made.design)
        codes = made.design.ordinal.codes if made.design.ordinal else {}
        first = fit_blocks(parts, sample.moments, made.method, codes, call, max_iter)
        reason = _untestable(first, sample.moments, sam_method)
        structural, findings = structural_fit(
            parts.structural, first, sample.moments, call, max_iter, not reason
        )
        joint = join_steps(
            made.table,
            made.method,
            parts,
            first,
            structural,
            sample.moments,
            sam_method,
            se,
            max_iter,
            not reason,
        )
    findings = [
        *([(DataWarning, f"no test of the model: {reason}")] if reason else []),
        *((DataWarning, text) for text in sample.warnings),
        *(finding for block in first for finding in block.findings),
        *findings,
    ]
    for category, text in findings:
        warnings.warn(text, category, stacklevel=2)
    names = "; ".join(", ".join(block.part.table.latent) for block in first)
    return SamResult(
        made.table,
        joint.estimate,
        joint.solution,
        call,
        tuple(text for _, text in findings),
        tuple(text for category, text in findings if category is not DataWarning),
        row_names=row_names(made.source.data),
        account=(
            ("Steps", f"structural after measurement, {sam_method}"),
            ("Blocks", names),
            *(
                []
                if se != "twostep"
                else [("Functions over both steps", "no covariance of the steps; se='joint' has it")]
            ),
        ),
        sam_method=sam_method,
        measurement=tuple(block.fit for block in first),
        structural=structural,
        joint_tests=joint.tests,
        untested=reason,
    )


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name.replace(".", "_"): value for name, value in arguments.items()}


def _understood(model: str, sam_method: str, se: str, given: dict[str, Any]) -> Understood:
    """The arguments of `fit` with its defaults, those checked that sam has of its own."""
    for name, value, known in (("sam_method", sam_method, METHODS), ("se", se, ERRORS)):
        if value not in known:
            raise ModelError(f"{name}={value!r} is not known; use one of {', '.join(known)}")
    defaults = {
        name: each.default
        for name, each in signature(fit).parameters.items()
        if each.kind is each.KEYWORD_ONLY
    }
    options = dict(given)
    if options.pop("fixed_x", False):
        raise NotServedError("sem.sam models covariates as random; leave fixed_x out")
    for name in sorted(UNUSED & set(options)):
        raise NotServedError(f"sem.sam has its own errors and tests, so {name} is not served; leave it out")
    for name in sorted(SETTINGS & set(options)):
        raise NotServedError(
            f"{name} is not served: both steps are fitted by ML (ordinal: WLSMV, unweighted map), with "
            "all of the error variance taken off where that is possible; leave it out"
        )
    own = {name: options.pop(name) for name in list(options) if name in defaults}
    asked = understand(options, {"model": model, **defaults, "fixed_x": False, **own})
    for name in sorted(set(asked.extra) - READ):
        raise NotServedError(f"{name} is not served by sem.sam, which fits in two steps; leave it out")
    return asked


def _untestable(blocks: Sequence[Block], moments: Sequence[SampleMoments], sam_method: str) -> str:
    """Why there is no test: what it rests on is not known for these data. Empty where there is one."""
    if any(each.patterns is not None for each in moments) and len(moments) > 1:
        return (
            "how the moments of the latent variables vary is not known for incomplete data of several groups"
        )
    tied = [block for block in blocks if block.part.table.simple_equalities]
    if len(moments) > 1 and tied and sam_method == "local":
        return "the measurement is equal over groups, so that the latent variables' moments covary between groups"
    return ""


def _check_method(made: Prepared) -> None:
    """Refuse what the two steps do not serve."""
    method, design = made.method, made.design
    plain = method.estimator in ({"WLSMV", "DWLS"} if method.ordinal else {"ML"})
    if not plain or method.likelihood != "normal":
        raise NotServedError(
            f"sem.sam fits by ML, and by WLSMV with ordinal variables, not by {method.estimator} ({method.likelihood})"
        )
    check_unit_scales(made.table, "sem.sam")
    if design.weights or design.cluster or made.table.auxiliary or method.two_stage:
        raise NotServedError(
            "sem.sam does not serve weights, clusters, auxiliary variables and two-stage estimation"
        )
