"""The result of LMS and QML as users meet it: its data with its summary."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from mlbc_stats.sem.interactions.result import ModeratedFit
from mlbc_stats.sem.printing.moderated import summary_lines


@dataclass(frozen=True, repr=False)
class ModeratedResult(ModeratedFit):
    """A model with products of latent variables, estimated by LMS or QML: `ModeratedFit` with its summary.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> x, z = rng.normal(size=(2, 400))
    >>> y = 0.5 * x + 0.3 * z + 0.4 * x * z + 0.5 * rng.normal(size=400)
    >>> data = {f"{name}{i}": v + 0.5 * rng.normal(size=400) for name, v in zip("xzy", (x, z, y)) for i in range(3)}
    >>> fit = sem.fit("X =~ x0 + x1 + x2; Z =~ z0 + z1 + z2; Y =~ y0 + y1 + y2; Y ~ X + Z + X:Z", data,
    ...               interactions="lms")
    >>> fit
    <ModeratedResult LMS: 31 parameters, n = 400, converged>
    >>> round(float(fit.parameters.set_index(["lhs", "rhs"]).loc[("Y", "X:Z"), "est"]), 2)
    0.4
    """

    def summary(self) -> str:
        """The fit as plain text: method, tests of the products, estimates, warnings."""
        return "\n".join(summary_lines(self)) + "\n"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary())}</pre>"
