"""The reticular action model of one group, what it implies, and the interface of the engines that compute it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.cell_bends import Bends
from mlbc_stats.sem.implied.cell_pairs import Pairs

DIRECTED = {"=~", "~", "<~"}


@dataclass(frozen=True, slots=True)
class Ram:
    """One group's model: Σ = F(I−A)⁻¹S(I−A)⁻ᵀFᵀ and μ = F(I−A)⁻¹m.

    Attributes
    ----------
    variables : names, observed first; v = p + m of them.
    n_observed : p.
    a0, s0, m0 : (v, v), (v, v) and (v,) fixed values; s0 and m0 may carry leading batch axes once
        `fill_exogenous` has put sample moments of fixed covariates in.
    free : (q,) index of each cell's parameter in theta.
    row, col : (q,) place of the cell. `side` is `col` for symmetric cells and `v + col` for directed ones.
    scale : (q,) s of dΣ = s(uvᵀ + vuᵀ): 1, ½ on the diagonal of S, 0 for means.
    cell : (q,) place of (row, side) in flattened (2v, 2v); pairs, bends : the same for two cells.
    a_cells, s_cells, m_cells : cells of A, S (both triangles) and m; a_places, s_places, m_places : their places there,
        flattened.
    directed, symmetric, mean : (q,) masks.
    exogenous : (k,) positions of fixed covariates, in the observed order.
    given : positions of the indicators of each composite whose covariances are taken from the sample.
    order : length of the longest directed path, or -1 when the model has a loop.
    causes : (c,) positions of the variables that something depends on.
    means : whether the mean structure is modelled.
    engine : how moments follow from A, S and m: those of the variables, or of ordinal variables cut from them. Its
        own cells (thresholds, scaling factors) move neither A, S nor m (row, col, side and scale zero).
    """

    variables: tuple[str, ...]
    n_observed: int
    a0: Floats
    s0: Floats
    m0: Floats
    free: Ints
    row: Ints
    col: Ints
    side: Ints
    scale: Floats
    cell: Ints
    pairs: Pairs
    bends: Bends
    a_cells: Ints
    a_places: Ints
    s_cells: Ints
    s_places: Ints
    m_cells: Ints
    m_places: Ints
    directed: NDArray[np.bool_]
    symmetric: NDArray[np.bool_]
    mean: NDArray[np.bool_]
    exogenous: Ints
    order: int
    causes: Ints
    means: bool
    engine: Engine
    given: tuple[Ints, ...] = ()


@dataclass(frozen=True, slots=True)
class Implied:
    """Moments a theta implies, with the factors its derivatives are made of; ordinal data: given the covariates.

    Attributes
    ----------
    sigma : (..., p, p); mu : (..., p) or None without a mean structure.
    paths : (..., v, v) A; inverse : (..., v, v) B = (I−A)⁻¹; disturbance : (..., v, v) S.
    total : (..., p, v) G = FB; cross : (..., v, p) C = BSGᵀ.
    expected : (..., v) Bm.
    inner : the moments of coefficients, where slopes vary between clusters; None without.
    tau : (..., t) thresholds; stacked : (..., m) moments of ordinal data, see `stacked_moments`; None without.
    """

    sigma: Floats
    mu: Floats | None
    paths: Floats
    inverse: Floats
    disturbance: Floats
    total: Floats
    cross: Floats
    expected: Floats | None
    tau: Floats | None = None
    stacked: Floats | None = None
    inner: Implied | None = None

    @property
    def fitted(self) -> tuple[Floats, Floats | None]:
        """What a discrepancy compares with the sample: (Σ, μ), or the stacked moments of ordinal data and None.

        Where slopes vary between clusters those of coefficients.
        """
        if self.inner is not None:
            return self.inner.fitted
        return (self.sigma, self.mu) if self.stacked is None else (self.stacked, None)

    @property
    def variances(self) -> Floats:
        """Implied variances (..., v) of all variables, latent ones too: diag BSBᵀ."""
        return np.asarray(np.sum((self.inverse @ self.disturbance) * self.inverse, axis=-1))


class Engine(Protocol):
    """How the moments that are compared with the sample follow from a model, with their derivatives."""

    @property
    def conditional(self) -> bool:
        """Whether the moments are those given the covariates, so that the covariates' own are not among them."""

    @property
    def has_second(self) -> bool:
        """Whether `slopes` gives exact second derivatives where asked for the observed information."""

    def count(self, ram: Ram) -> int:
        """Distinct moments, without those of fixed covariates alone."""

    def settle(self, ram: Ram, own: Floats, a: Floats, s: Floats) -> None:
        """Put in what of S (..., v, v) follows from the parameters own (..., q_g) and A, in place."""

    def implied(self, ram: Ram, theta: Floats) -> Implied:
        """Moments implied by theta (..., q) of the whole model."""

    def jacobian(self, ram: Ram, implied: Implied) -> Floats:
        """Slopes (..., m, q_g) of the moments."""

    def gradient(self, ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
        """dF/dθ (..., q_g) from the slopes of a discrepancy."""

    def slopes(self, ram: Ram, implied: Implied, got: Evaluation, observed: bool) -> tuple[Floats, Floats]:
        """dF/dθ (..., q_g) and the unit information (..., q_g, q_g): expected, or half the second derivative."""

    def expanded(self, ram: Ram, implied: Implied) -> tuple[Ram, Floats | None]:
        """The model whose parameters are cells of A, S and m, and their slopes by the own ones; None where the same."""

    def response_scales(self, ram: Ram, theta: Floats) -> tuple[Floats, Floats] | None:
        """Residual variances and scaling factors (..., v) of ordinal variables, parameters or not; None without."""
