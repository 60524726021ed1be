"""Rotate the exploratory factors of a fit, with standard errors of the rotated solution."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ConvergenceWarning, ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.objective import expected_information
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous, matrices
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.rotation.blocks import Block, find_blocks, freed_table
from mlbc_stats.sem.rotation.criteria import Criterion, make_criterion, read_options
from mlbc_stats.sem.rotation.search import random_starts, rotated, search_rotations
from mlbc_stats.sem.rotation.space import Plan, block_loadings, check_fixed, rotation_basis, turn_parameters
from mlbc_stats.sem.specification.parameter_table import ParameterTable

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import SemResult

STARTS = 30
"""Random starts besides the unrotated solution."""

SAME = 1e-6
"""Difference of criterion values, relative to 1 + |Q|, that counts as the same optimum."""

SALIENT = 0.8
"""Loadings of at least this share of a factor's largest decide its place in the order."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The rotation of one block in one group.

    Attributes
    ----------
    block, group : names (one turn, of the first group, where loadings are equal over groups).
    matrix : (m, m) T; rotated loadings are ΛT⁻ᵀ, factor covariances TᵀΨT.
    value : the criterion at its minimum.
    optima : distinct local minima that the starts met; reached : share of the starts that met the lowest.
    converged : whether the criterion's gradient vanishes.
    """

    block: str
    group: str
    matrix: Floats
    value: float
    optima: int
    reached: float
    converged: bool


@dataclass(frozen=True)
class Rotation:
    """How a solution was rotated.

    Attributes
    ----------
    criterion, orthogonal : what was minimized, over which rotations.
    turns : one per block and group.
    unrotated : the fit before rotation (echelon loadings, uncorrelated factors).
    plan : blocks, criteria and tables.
    """

    criterion: str
    orthogonal: bool
    turns: tuple[Turn, ...]
    unrotated: SemResult
    plan: Plan


def rotate(
    fit: SemResult,
    rotation: str = "geomin",
    rotation_args: Mapping[str, Any] | None = None,
    *,
    seed: int | None = None,
) -> SemResult:
    """Rotate the ``efa("name")*`` blocks of a fit.

    The criterion Q(ΛT⁻ᵀ) is minimized over T with diag(TᵀT) = 1 (oblique) or TᵀT = I (orthogonal), from the unrotated
    solution and 30 random starts; the lowest minimum is kept and the number of local minima reported. Each group is
    rotated on its own, unless its loadings are equal over groups: then one rotation, that of the first group, serves
    all (lavaan 0.6-14 rotates such groups apart, so that equal loadings differ). Standard errors take into account
    that the rotation depends on the data.

    Parameters
    ----------
    fit : a fit with blocks, rotated or not.
    rotation : geomin (ε = .001), oblimin, quartimin, varimax, quartimax, orthomax, cf-quartimax, cf-varimax,
        cf-equamax, cf-parsimax, cf-facparsim, infomax, entropy, target, pst, bigeomin, biquartimin, or none.
    rotation_args : lavaan's ``rotation.args`` with dots or underscores: orthogonal, row_weights (none, kaiser), std_ov,
        geomin_epsilon, oblimin_gamma, orthomax_gamma, cf_gamma, target (NaN where free), target_mask, rstarts,
        reflect, order_lv_by (index, sumofsquares, none).
    seed : of the random starts.

    Returns
    -------
    SemResult
        whose `rotation` holds the criterion, the local minima and the unrotated fit.

    Raises
    ------
    ModelError
        without blocks, or where the rest of the model does not treat the factors of a block alike.

    References
    ----------
    Jennrich (2002), doi:10.1007/BF02294706; Asparouhov & Muthén (2009), doi:10.1080/10705510903008204. In R:
    ``lavaan::cfa(model, data, rotation = "geomin")``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(400, 2))
    >>> scores = common[:, [0, 0, 0, 1, 1, 1]] + rng.normal(size=(400, 6))
    >>> blocks = 'efa("e")*f1 =~ a+b+c+d+e+f; efa("e")*f2 =~ a+b+c+d+e+f'
    >>> fit = sem.cfa(blocks, dict(zip("abcdef", scores.T)), rotation="none")
    >>> rotate(fit, "oblimin").parameters.query("lhs == 'f1' and op == '=~'")["est"].abs().gt(0.5).tolist()
    [True, True, True, False, False, False]
    """
    fit = fit if fit.rotation is None else fit.rotation.unrotated
    if rotation == "none" or not fit.converged:
        return fit
    options = read_options(rotation_args)
    plan = make_plan(fit.table, rotation, options)
    turns = _find_turns(plan, fit.solution.rams, fit.theta, options, seed or 0)
    return _turned_fit(fit, plan, turns)


def make_plan(table: ParameterTable, rotation: str, options: Mapping[str, Any]) -> Plan:
    """Blocks of a table with their criteria, and the table that the rotated solution fills."""
    blocks = find_blocks(table)
    if not blocks:
        raise ModelError(
            'the model has no rotation block; write one as efa("name")*f1 + efa("name")*f2 =~ x1 + x2'
        )
    criteria = tuple(make_criterion(rotation, len(b.items), len(b.factors), options) for b in blocks)
    return Plan(blocks, criteria, table, freed_table(table, blocks, criteria[0].orthogonal))


def turn_solution(
    plan: Plan,
    before: Sequence[Ram],
    after: Sequence[Ram],
    theta: Floats,
    turns: Mapping[str, Sequence[Floats]],
) -> Floats:
    """Rotated parameters (..., q') from unrotated ones (..., q), given each block's T (..., m, m) per group."""
    out = np.zeros((*theta.shape[:-1], plan.after.n_free))
    for g, (one, other) in enumerate(zip(before, after, strict=True)):
        own = [turns[block.name][g] for block in plan.blocks]
        out[..., other.free] = turn_parameters(plan, one, other, theta, own)
    return out


def freed_rams(plan: Plan, fit: SemResult) -> tuple[Ram, ...]:
    """The freed model per group, with the moments of its fixed covariates."""
    return tuple(
        fill_exogenous(ram, moments.cov, moments.mean)
        for ram, moments in zip(compile_table(plan.after), fit.moments, strict=True)
    )


def _turned_fit(fit: SemResult, plan: Plan, turns: Sequence[Turn]) -> SemResult:
    solution, rams = fit.solution, freed_rams(plan, fit)
    theta = turn_solution(plan, solution.rams, rams, fit.theta, by_block(plan, turns))
    check_fixed(plan, solution.rams, rams, fit.theta, theta)
    objective = replace(solution.objective, rams=rams, n_parameters=len(theta))
    size = 1 / np.sqrt(np.diag(expected_information(objective, theta)))
    basis = rotation_basis(plan, rams, theta, solution.rank, size, binding=False)
    tangent = basis
    if solution.tangent is not solution.basis and solution.tangent is not None:
        tangent = rotation_basis(plan, rams, theta, solution.tangent.shape[1], size, binding=True)
    criterion = plan.criteria[0]
    found = _doubts(turns)
    return replace(
        fit,
        table=plan.after,
        estimate=replace(fit.estimate, theta=theta),
        solution=replace(solution, objective=objective, theta=theta, basis=basis, tangent=tangent),
        rotation=Rotation(criterion.name, criterion.orthogonal, tuple(turns), fit, plan),
        warnings=(*fit.warnings, *found),
        doubts=(*fit.doubts, *found),
    )


def by_block(plan: Plan, turns: Sequence[Turn]) -> dict[str, list[Floats]]:
    """T of every group, by block; a joint block has the same in all groups."""
    return {
        block.name: [t.matrix for t in turns if t.block == block.name]
        * (plan.after.n_groups if block.joint else 1)
        for block in plan.blocks
    }


def _find_turns(
    plan: Plan, rams: Sequence[Ram], theta: Floats, options: Mapping[str, Any], seed: int
) -> list[Turn]:
    turns = []
    for block, criterion in zip(plan.blocks, plan.criteria, strict=True):
        starts = random_starts(len(block.factors), int(options.get("rstarts", STARTS)), seed)
        for g, ram in enumerate(rams[:1] if block.joint else rams):
            _check_orthonormal(plan, ram, theta, block)
            loadings = block_loadings(plan, ram, theta, block, criterion)
            found = search_rotations(loadings, criterion.complexity, criterion.orthogonal, starts)
            best = int(np.argmin(found.value))
            slack = SAME * (1 + abs(found.value[best]))
            items, factors = plan.places(block)
            raw = matrices(ram, theta)[0][np.ix_(items, factors)]
            turns.append(
                Turn(
                    block=block.name,
                    group=plan.before.group_labels[g],
                    matrix=_settled(raw, found.rotation[best], criterion, options),
                    value=float(found.value[best]),
                    optima=1 + int(np.sum(np.diff(np.sort(found.value)) > slack)),
                    reached=float(np.mean(found.value <= found.value[best] + slack)),
                    converged=bool(found.converged[best]),
                )
            )
    return turns


def _settled(raw: Floats, matrix: Floats, criterion: Criterion, options: Mapping[str, Any]) -> Floats:
    """T with factors ordered and reflected, as lavaan does: order by the mean position of the salient loadings.

    Where a target tells factors or signs apart they stay; so does the general factor of a bifactor criterion.
    """
    loadings = rotated(raw, matrix, criterion.orthogonal)
    by = "none" if criterion.labelled else str(options.get("order.lv.by", "index"))
    order = np.arange(len(matrix))
    if by == "index":
        salient = np.abs(loadings) >= SALIENT * np.abs(loadings).max(axis=0)
        place = (np.arange(len(raw))[:, None] * salient).sum(axis=0) / salient.sum(axis=0)
        order = np.argsort(place, kind="stable")
    elif by == "sumofsquares":
        order = np.argsort(-np.sum(loadings**2, axis=0), kind="stable")
    if criterion.name.startswith("bi"):
        order = np.concatenate([[0], order[order != 0]])
    reflect = bool(options.get("reflect", True)) and not criterion.signed
    signs = np.where(reflect & (loadings.sum(axis=0) < 0), -1.0, 1.0)
    return (matrix * signs)[:, order]


def _check_orthonormal(plan: Plan, ram: Ram, theta: Floats, block: Block) -> None:
    _, factors = plan.places(block)
    covariance = matrices(ram, theta)[1][np.ix_(factors, factors)]
    if np.abs(covariance - np.eye(len(factors))).max() > SAME:
        raise ModelError(
            f'the unrotated factors of efa("{block.name}") must have variance 1 and no covariances; leave out the rows '
            f"with which the model sets them ({', '.join(block.factors)}), rotation frees the covariances"
        )


def _doubts(turns: Sequence[Turn]) -> tuple[str, ...]:
    found = tuple(
        f'the rotation of efa("{turn.block}") did not converge; its loadings are no minimum of the criterion'
        for turn in turns
        if not turn.converged
    )
    for text in found:
        warnings.warn(text, ConvergenceWarning, stacklevel=4)
    return found
