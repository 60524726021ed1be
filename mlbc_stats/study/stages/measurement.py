"""Stage 4: the measurement model, every facet a factor, all correlated."""

from __future__ import annotations

from dataclasses import replace

from mlbc_stats.report import loadings_heatmap, loadings_matrix
from mlbc_stats.study.stages.fits import fit_sentence, fit_tables, problems
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.sections.discriminant import discriminant_file, discriminant_tables
from mlbc_stats.study.stages.sections.loadings import identification, loadings_table
from mlbc_stats.study.stages.sections.local_fit import local_fit_tables
from mlbc_stats.study.stages.sections.rivals import rival_table
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, measurement_text
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.study.stages.stage import Stage


def measurement(material: Material) -> Stage:
    """Fit of the measurement model, loadings, correlations of the factors."""
    cfa = measurement_fit(material)
    fits = {"Correlated facets": cfa}
    heatmap = loadings_heatmap(loadings_matrix(cfa.parameters), synthetic=material.synthetic)
    return Stage(
        name="measurement",
        title="Measurement model",
        short=fit_sentence(fits),
        text=(
            "Every facet is a factor of its items, all factors correlate, no second order and no path.",
            identification(material),
        ),
        tables=(
            *fit_tables(fits, "fit", settled_of(material).reasons),
            *rival_table(material),
            loadings_table(material),
            *(discriminant_tables(material) if cfa.converged else ()),
            *local_fit_tables(fits),
        ),
        figures=(replace(heatmap, identifier="loadings_map"),),
        texts=(
            ("models/measurement.lav", measurement_text(material)),
            *((discriminant_file(material),) if cfa.converged else ()),
        ),
        problems=problems(fits),
    )
