"""Stage 5: the structural models S1 and S2."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlbc_stats.report import Figure, Table, parameter_table, path_diagram
from mlbc_stats.study.stages.fits import fit_sentence, fit_tables, problems
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.sections.effects import effects_tables, rsquare_table
from mlbc_stats.study.stages.sections.local_fit import local_fit_tables
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.study.stages.shared.verdicts import theory_of
from mlbc_stats.study.stages.stage import Stage

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.fitting.sem_result import SemResult
WHY = (
    "Covariance structures, since the propositions are about constructs free of measurement error and the fit of "
    "the whole "
    "model is to be tested; where the theory reads a construct as a composite, the notes say what stands in for "
    "it. Paths "
    "come from one wave: they are associations given the other predictors, not effects, and no instrument or "
    "design rules "
    "out common causes that were not asked about. Products, groups and levels stand in models of their own, whose "
    "verdicts are in the next section."
)


def structure(material: Material) -> Stage:
    """Fit, paths and path diagrams of the models that the propositions need."""
    result = theory_of(material)
    fits = result.plain_fits
    return Stage(
        name="structure",
        title="Structural models",
        short=fit_sentence(fits),
        text=(
            WHY,
            *(f"{name}: {model.title}." for name, model in result.models.items()),
            tuple(note for model in result.models.values() for note in model.notes),
        ),
        tables=(
            *fit_tables(fits, "fit", settled_of(material).reasons),
            *(_paths(name, fit) for name, fit in fits.items()),
            *rsquare_table(material),
            *effects_tables(material),
            *local_fit_tables(fits),
        ),
        figures=tuple(_diagram(material, name, fit) for name, fit in fits.items() if fit.converged),
        texts=tuple((f"models/{name}.lav", model.text) for name, model in result.models.items()),
        problems=problems(fits),
    )


def _paths(name: str, fit: SemResult) -> Table:
    """Regressions and defined quantities, beside them the standardized ones."""
    return parameter_table(
        fit.parameters,
        fit.standardized,
        ("regressions", "defined"),
        title=f"{name}: paths",
        identifier=f"{name}_paths",
    )


def _diagram(material: Material, name: str, fit: SemResult) -> Figure:
    labels = {construct.id: construct.name for construct in material.instrument.constructs}
    title = f"{name}: {theory_of(material).models[name].title}"
    drawing = path_diagram(_with_intervals(fit), labels=labels, title=title, synthetic=material.synthetic)
    return replace(drawing, identifier=f"{name}_diagram")


def _with_intervals(fit: SemResult) -> pd.DataFrame:
    """Parameters with the intervals of their standardized values, row by row."""
    bounds = fit.standardized[["ci_lower", "ci_upper"]].to_numpy()
    return fit.parameters.assign(std_all_ci_lower=bounds[:, 0], std_all_ci_upper=bounds[:, 1])
