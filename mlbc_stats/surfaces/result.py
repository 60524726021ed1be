"""The result of a response surface analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown
from mlbc_stats.surfaces.family import FAMILY, PIECEWISE, POLYNOMIAL, TERMS, Floats, nested
from mlbc_stats.surfaces.features import feature_gradients, features
from mlbc_stats.surfaces.fit_table import compare_models, table_of_models
from mlbc_stats.surfaces.fitted import FittedModel
from mlbc_stats.surfaces.preparing import Cases

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class SurfaceResult(Shown):
    """Surfaces of the family, their features and their comparison.

    Attributes
    ----------
    outcome, x, y, controls : columns.
    cases : complete cases as fitted, with centre and scale of x and y, and which are outlying.
    models : fitted, by name. errors : kind of their standard errors.
    drawn : (B, p) coefficients in resamples, by model; empty without bootstrap.
    warnings : what a reader must know.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import surfaces
    >>> x, y, e = np.random.default_rng(1).normal(size=(3, 100))
    >>> found = surfaces.fit({"x": x, "y": y, "z": x * y + e}, "z", "x", "y")
    >>> isinstance(found, surfaces.SurfaceResult), found.n
    (True, 100)
    """

    outcome: str
    x: str
    y: str
    controls: tuple[str, ...]
    cases: Cases
    models: Mapping[str, FittedModel]
    errors: str
    drawn: Mapping[str, Floats]
    warnings: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Cases used."""
        return len(self.cases.z)

    @property
    def outlying(self) -> NDArray[np.intp]:
        """Rows of the table (from 0) that pull the surface; with "remove" they are no longer among the cases."""
        return self.cases.outlying_rows

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per model: npar, loglik, chisq, df, pvalue, cfi, rmsea, srmr, aic, aicc, weight, bic, r2 …"""
        return table_of_models(list(self.models.values()))

    def parameters(self, model: str = "full", level: float = 0.95) -> pd.DataFrame:
        """Coefficients and features of a model's surface: name, est, se, z, pvalue, ci_lower, ci_upper.

        Standard errors of features are by the delta method; those that are fixed by the model have error 0. A
        stationary point far from the data has a wide normal interval that means little: look at ``boot_lower`` and
        ``boot_upper``, percentiles, which are there after ``bootstrap=``. Features that a constrained surface does
        not have are left out; in the full one they are NaN. ``C``, ``S`` : of ridges.

        Examples
        --------
        >>> import numpy as np
        >>> from mlbc_stats import surfaces
        >>> x, y, e = np.random.default_rng(1).normal(size=(3, 100))
        >>> found = surfaces.fit({"x": x, "y": y, "z": x * y + e}, "z", "x", "y", models=["SQD"])
        >>> found.parameters("SQD").name.tolist()[:8]
        ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'a1', 'a2']
        """
        import pandas as pd

        if not 0 < level < 1:
            raise ModelError(f"level={level!r}: expected a share between 0 and 1")
        fitted = self._model(model)
        names = [*(PIECEWISE if fitted.member.piecewise else POLYNOMIAL), *self.controls]
        one = np.eye(len(names))
        rows = [self._row(fitted, *row, level) for row in zip(names, fitted.coefficients, one, strict=True)]
        if not fitted.member.piecewise and model != "null":
            rows += self._features(fitted, level)
        frame = pd.DataFrame(rows)
        return self._with_draws(frame, model, level) if model in self.drawn else frame

    def predict(self, x: Any, y: Any, model: str = "full") -> Floats:
        """Heights of a surface at raw values x and y (...,); controls are at their means.

        Examples
        --------
        >>> import numpy as np
        >>> from mlbc_stats import surfaces
        >>> x, y, e = np.random.default_rng(1).normal(size=(3, 100))
        >>> found = surfaces.fit({"x": x, "y": y, "z": x * y + e / 100}, "z", "x", "y", center="pooled")
        >>> found.predict([1.0, 2.0], [1.0, 2.0]).round(1).tolist()
        [1.0, 4.0]
        """
        fitted, cases = self._model(model), self.cases
        given = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        u, v = ((value - m) / s for value, m, s in zip(given, cases.center, cases.scale, strict=True))
        if fitted.member.piecewise:
            w = np.where(u >= v, 1.0, -1.0)
            terms = np.stack([np.ones_like(u), u, v, w, w * u, w * v], axis=-1)
        else:
            terms = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)
        return np.asarray(
            terms @ fitted.coefficients[:TERMS] + cases.controls.mean(axis=0) @ fitted.coefficients[TERMS:]
        )

    def compare(self, small: str, large: str) -> dict[str, float]:
        """Likelihood-ratio and F test of a model within a larger one: chisq, df, pvalue, f, f_pvalue, r2_change.

        Examples
        --------
        >>> import numpy as np
        >>> from mlbc_stats import surfaces
        >>> x, y, e = np.random.default_rng(1).normal(size=(3, 100))
        >>> found = surfaces.fit({"x": x, "y": y, "z": x * y + e}, "z", "x", "y")
        >>> test = found.compare("additive", "IA")
        >>> test["df"], test["pvalue"] < 0.001
        (1, True)
        """
        first, second = self._model(small), self._model(large)
        if not nested(small, large):
            raise ModelError(f"{small} is not within {large}; compare their AIC in the table instead")
        return compare_models(first, second)

    def _model(self, name: str) -> FittedModel:
        if name not in self.models:
            hint = "; add it to models=" if name in FAMILY else did_you_mean(name, list(self.models))
            raise ModelError(f"model {name!r} was not fitted{hint}")
        return self.models[name]

    def _features(self, fitted: FittedModel, level: float) -> list[dict[str, Any]]:
        b = fitted.coefficients[:TERMS]
        gradients, more = feature_gradients(b, fitted.name), np.zeros(len(self.controls))
        rows = []
        for name, value in features(b, fitted.name).items():
            if fitted.name == "full" or np.isfinite(value):
                gradient = np.concatenate([gradients[name], more])
                rows.append(self._row(fitted, name, float(value), gradient, level))
        return rows

    def _row(
        self, fitted: FittedModel, name: str, value: float, gradient: Floats, level: float
    ) -> dict[str, Any]:
        se = fitted.error(gradient)
        z = value / se if se > 0 else np.nan
        normal = self.errors in ("HC0", "ML")
        law = stats.norm() if normal else stats.t(max(self.n - fitted.count, 1))
        half = law.ppf((1 + level) / 2) * se
        p = 2 * law.sf(abs(z))
        row = {"name": name, "est": float(value), "se": se, "z": z, "pvalue": float(p)}
        return row | {"ci_lower": float(value - half), "ci_upper": float(value + half)}

    def _with_draws(self, frame: pd.DataFrame, model: str, level: float) -> pd.DataFrame:
        drawn = self.drawn[model]
        names = frame["name"].tolist()
        columns = dict(zip(names, drawn.T, strict=False))
        if not self.models[model].member.piecewise:
            columns |= features(drawn[:, :TERMS], model)
        ends = np.array([(1 - level) / 2, (1 + level) / 2])
        known = [columns[name][np.isfinite(columns[name])] for name in names]
        limits = [np.quantile(each, ends) if len(each) > 1 else (np.nan, np.nan) for each in known]
        spread = [each.std(ddof=1) if len(each) > 1 else np.nan for each in known]
        low, high = np.array(limits).T
        return frame.assign(boot_se=spread, boot_lower=low, boot_upper=high)

    def _facts(self) -> dict[str, object]:
        return {"outcome": self.outcome, "cases": self.n, "models": list(self.models)}
