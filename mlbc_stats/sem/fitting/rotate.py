"""Rotate the exploratory factors of a fit, with standard errors of the rotated solution."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from mlbc_stats.errors import ConvergenceWarning
from mlbc_stats.rotation.criteria import read_options
from mlbc_stats.sem.estimation.objective import expected_information
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.results.fitted_model import Rotation
from mlbc_stats.sem.rotation.space import Plan, check_fixed, rotation_basis
from mlbc_stats.sem.rotation.turns import Turn, by_block, find_turns, freed_rams, make_plan, turn_solution


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
    fit = fit if fit.rotation is None else cast(SemResult, fit.rotation.unrotated)
    if rotation == "none" or not fit.converged:
        return fit
    options = read_options(rotation_args)
    plan = make_plan(fit.table, rotation, options)
    turns = find_turns(plan, fit.solution.rams, fit.theta, options, seed or 0)
    return _turned_fit(fit, plan, turns)


def _turned_fit(fit: SemResult, plan: Plan, turns: Sequence[Turn]) -> SemResult:
    solution, rams = fit.solution, freed_rams(plan, fit.moments)
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
        solution=replace(
            solution, objective=objective, theta=theta, basis=basis, tangent=tangent, level=None
        ),
        rotation=Rotation(criterion.name, criterion.orthogonal, tuple(turns), fit, plan),
        warnings=(*fit.warnings, *found),
        doubts=(*fit.doubts, *found),
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
