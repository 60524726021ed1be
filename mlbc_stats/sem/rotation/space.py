"""Turn the factors of a model: its matrices, its parameters, and the directions that rotation leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import deviations
from mlbc_stats.rotation.criteria import Criterion
from mlbc_stats.rotation.search import slope_at
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.constraints.system import ConstraintSystem, constraint_system, constraint_values
from mlbc_stats.sem.implied.moments import imply, matrices
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.rotation.blocks import Block
from mlbc_stats.sem.specification.parameter_table import ParameterTable

KEPT = 1e-6
"""Difference, relative to 1 + |value|, up to which a fixed value or a constraint counts as kept."""

DEPENDENT = 1e-9
"""Smallest relative singular value of independent conditions on rotated parameters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rotated, how, and the table that the rotated solution fills.

    Attributes
    ----------
    blocks : with a criterion each.
    before, after : the unrotated and the freed table.
    """

    blocks: tuple[Block, ...]
    criteria: tuple[Criterion, ...]
    before: ParameterTable
    after: ParameterTable

    def places(self, block: Block) -> tuple[Ints, Ints]:
        """Positions of the block's items and factors among the variables."""
        at = {name: i for i, name in enumerate(self.before.observed + self.before.latent)}
        return np.array([at[name] for name in block.items]), np.array([at[name] for name in block.factors])


def block_loadings(plan: Plan, ram: Ram, theta: Floats, block: Block, criterion: Criterion) -> Floats:
    """Loadings (..., p, m) of a block as they enter the criterion: standardized and weighted as it asks.

    They are standardized by the variances ΛΦΛᵀ + Θ given what explains the factors, Φ their residual covariances.
    """
    items, factors = plan.places(block)
    a, s, _ = matrices(ram, theta)
    loadings = a[..., items[:, None], factors]
    if criterion.standardized:
        phi = s[..., factors[:, None], factors]
        variance = np.sum((loadings @ phi) * loadings, axis=-1) + s[..., items, items]
        loadings = loadings / deviations(variance)[..., None]
    if criterion.row_weights == "kaiser":
        phi = s[..., factors[:, None], factors]
        loadings = loadings / deviations(np.sum((loadings @ phi) * loadings, axis=-1))[..., None]
    return loadings


def turn_parameters(plan: Plan, before: Ram, after: Ram, theta: Floats, turns: Sequence[Floats]) -> Floats:
    """Parameters of one group's freed model (..., q_g) for factors turned by each block's T (..., m, m).

    The factors η of a block become Tᵀη: A → UAU⁻¹, S → USUᵀ, m → Um with U = Tᵀ on the block, else the identity.

    Raises
    ------
    ModelError
        when a fixed parameter would have to change: the rest of the model treats the factors of a block differently.
    """
    a, s, m = matrices(before, theta)
    u = np.broadcast_to(np.eye(a.shape[-1]), a.shape).copy()
    for block, turn in zip(plan.blocks, turns, strict=True):
        _, factors = plan.places(block)
        u[..., factors[:, None], factors] = turn.mT
    a, s, m = u @ a @ np.linalg.inv(u), u @ s @ u.mT, (u @ m[..., None])[..., 0]
    out = np.empty((*theta.shape[:-1], len(after.free)))
    out[..., after.directed] = a[..., after.row[after.directed], after.col[after.directed]]
    out[..., after.symmetric] = s[..., after.row[after.symmetric], after.col[after.symmetric]]
    out[..., after.mean] = m[..., after.row[after.mean]]
    out[..., _unmoved(after)] = theta[..., before.free][..., _unmoved(before)]
    return out


def _unmoved(ram: Ram) -> NDArray[np.bool_]:
    """Cells that rotation leaves alone (q_g,): thresholds and scaling factors, in the table's order."""
    return ~(ram.directed | ram.symmetric | ram.mean)


def check_fixed(plan: Plan, before: Sequence[Ram], after: Sequence[Ram], old: Floats, theta: Floats) -> None:
    """Refuse a rotation after which the model implies other moments: something fixed would have to change."""
    for one, other in zip(before, after, strict=True):
        was, now = imply(one, old), imply(other, theta)
        size = np.sqrt(np.diag(was.sigma))
        moved = np.abs(was.sigma - now.sigma) / np.outer(size, size)
        if was.mu is not None and now.mu is not None:
            moved = np.maximum(moved, (np.abs(was.mu - now.mu) / size)[:, None])
        if moved.max() > KEPT:
            names = "; ".join(", ".join(block.factors) for block in plan.blocks)
            raise ModelError(
                f"the model cannot be rotated: outside their block, the factors {names} are not treated alike. Give "
                "all factors of a block the same predictors, outcomes and free covariances, or use rotation='none'"
            )


def rotation_basis(
    plan: Plan, rams: Sequence[Ram], theta: Floats, rank: int, size: Floats, binding: bool
) -> Floats:
    """Directions (q, rank) in which the rotated parameters can move: null space of all conditions on them.

    `size` (q,) is the natural size of a change of each parameter, such as 1/√information, so that units do not matter.

    The conditions are that the criterion stays at its minimum, that what is equal over groups stays so, and the
    model's own constraints (inequalities that bind among them where asked for). Standard errors from this space
    equal those of the bordered information matrix.

    References
    ----------
    Jennrich (1973), doi:10.1007/BF02291497.
    """
    system = constraint_system(plan.after)
    parts = [system.R, *_ties(plan), _model_constraints(system, theta, binding)]
    for block, criterion in zip(plan.blocks, plan.criteria, strict=True):
        for ram in rams[:1] if block.joint else rams:
            parts.append(_stationarity_jacobian(plan, ram, theta, block, criterion))
    basis = _null_space(np.concatenate(parts), size)
    if basis.shape[1] != rank:
        raise ModelError(
            f"the rotated solution is not determined: the conditions leave {basis.shape[1]} directions where the model "
            f"has {rank} parameters. Constraints on rotated parameters, or a criterion without a unique minimum "
            "(use another rotation), are the usual reasons"
        )
    return basis


def _null_space(conditions: Floats, size: Floats) -> Floats:
    scaled = conditions * size
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    _, singular, right = np.linalg.svd(scaled / np.where(length > 0, length, 1.0))
    found = int(np.sum(singular > DEPENDENT * singular.max(initial=0.0)))
    basis = size[:, None] * right[found:].T
    return basis / np.linalg.norm(basis, axis=0)


def _stationarity_jacobian(plan: Plan, ram: Ram, theta: Floats, block: Block, criterion: Criterion) -> Floats:
    """d gradient of the criterion / d theta (k, q), exact by complex steps."""
    _, factors = plan.places(block)
    shifted = theta + 1e-30j * np.eye(len(theta))
    loadings = block_loadings(plan, ram, shifted, block, criterion)
    phi = matrices(ram, shifted)[1][..., factors[:, None], factors]
    return slope_at(loadings, phi, criterion.complexity, criterion.orthogonal).imag.T / 1e-30


def _ties(plan: Plan) -> list[Floats]:
    """Equality over groups of the loadings that identification had fixed at zero."""
    q = plan.after.n_free
    out: list[Floats] = [np.zeros((0, q))]
    for block in plan.blocks:
        if not block.joint:
            continue
        first: dict[tuple[str, str], int] = {}
        for old, new in zip(plan.before.parameters, plan.after.parameters, strict=False):
            if new.efa == block.name and new.op == "=~" and not old.free:
                at = first.setdefault((new.lhs, new.rhs), new.free - 1)
                if at != new.free - 1:
                    out.append(np.eye(q)[None, at] - np.eye(q)[None, new.free - 1])
    return out


def _model_constraints(system: ConstraintSystem, theta: Floats, binding: bool) -> Floats:
    """Jacobian of nonlinear equalities and binding inequalities; refuses constraints that rotation breaks."""
    broken = np.abs(system.R @ theta - system.rhs) > KEPT * (1 + np.abs(system.rhs))
    values, jacobian = constraint_values((*system.equalities, *system.inequalities), theta)
    equal = np.arange(len(values)) < len(system.equalities)
    off = np.where(equal, np.abs(values), np.maximum(-values, 0.0)) > KEPT
    if broken.any() or off.any():
        raise ModelError(
            "a constraint on loadings, regressions or (co)variances of rotated factors does not survive rotation; "
            "drop it, or use rotation='none'"
        )
    return jacobian[equal | (binding & (values < KEPT))]
