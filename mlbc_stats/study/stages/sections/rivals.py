"""Other measurement models of the same items: one factor, facets as one, and facets under second-order factors."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from mlbc_stats import bridge, sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import Table
from mlbc_stats.study.stages.fits import fit_tables
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, second_order_fit
from mlbc_stats.study.stages.shared.settled import settled_of

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult


SECOND = "Second-order factors"


def rival_table(material: Material) -> tuple[Table, ...]:
    """Fit of the rivals beside the correlated facets; nothing where none could be fitted."""
    fits = {"Correlated facets": measurement_fit(material)}
    reasons = []
    for name, text in rival_texts(material).items():
        try:
            fits[name] = second_order_fit(material) if name == SECOND else _fit(text, material)
        except (DataError, ModelError) as error:
            reasons.append(f"{name}: {error}.")
    if len(fits) < 2:
        return ()
    apart = [f"{name} did not converge." for name, fit in fits.items() if not fit.converged]
    note = (
        "Rival measurement models fitted to the same answers. Smaller AIC and BIC are better; models with second-order "
        "factors (as in the structural models) and with constructs without facets are special cases of correlated "
        "facets, and one factor is a special case of them all."
    )
    tables = fit_tables(fits, "rivals", (note, *apart, *reasons))
    return tuple(replace(table, title="Rival measurement models") for table in tables)


def rival_texts(material: Material) -> dict[str, str]:
    """Rival models in lavaan syntax: second-order factors, constructs without facets, one factor."""
    instrument, factors = material.asked, material.factors
    items = {name: [item.id for item in instrument.items_of(name)] for name in factors}
    whole = [item for own in items.values() for item in own]
    texts = {"One factor": f"general =~ {' + '.join(whole)}"}
    if any(instrument.facets(name) for name in factors):
        single = "\n".join(f"{name} =~ {' + '.join(own)}" for name, own in items.items())
        higher = bridge.measurement_model(instrument, factors)
        return {SECOND: higher, "Constructs without facets": single, **texts}
    return texts if len(factors) > 1 else {}


def _fit(text: str, material: Material) -> SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(
            text, settled_of(material).frame, kind="cfa", std_lv=True, **settled_of(material).arguments
        )
