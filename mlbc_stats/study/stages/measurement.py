"""Stage 4: the measurement model, every facet a factor, all correlated."""

from __future__ import annotations

from dataclasses import replace

from mlbc_stats.report import Table, loadings_heatmap, loadings_matrix, parameter_table
from mlbc_stats.study.stages.fits import fit_sentence, fit_tables, problems
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage


def measurement(material: Material) -> Stage:
    """Fit of the measurement model, loadings, correlations of the factors."""
    cfa = material.cfa
    fits = {"Correlated facets": cfa}
    loadings = parameter_table(
        cfa.parameters, cfa.standardized, ("loadings",), title="Loadings", identifier="loadings"
    )
    heatmap = loadings_heatmap(loadings_matrix(cfa.parameters), synthetic=material.synthetic)
    return Stage(
        name="measurement",
        title="Measurement model",
        short=fit_sentence(fits),
        text=("Every facet is a factor of its items, all factors correlate, no second order and no path.",),
        tables=(*fit_tables(fits, "fit", material.settled.reasons), loadings, _correlations(material)),
        figures=(replace(heatmap, identifier="loadings_map"),),
        texts=(("models/measurement.lav", material.cfa_text),),
        problems=problems(fits),
    )


def _correlations(material: Material) -> Table:
    """Correlations of the factors, lower triangle."""
    rows = material.cfa.standardized
    latent = material.facets
    pairs = rows[(rows["op"] == "~~") & rows["lhs"].isin(latent) & rows["rhs"].isin(latent)]
    found = {
        frozenset((one, two)): value
        for one, two, value in zip(pairs["lhs"], pairs["rhs"], pairs["est_std"], strict=True)
    }
    columns = [
        tuple(
            found.get(frozenset((row, column))) if place >= position else None
            for place, row in enumerate(latent)
        )
        for position, column in enumerate(latent)
    ]
    return Table(
        "Correlations of the factors",
        ("factor", *latent),
        (latent, *columns),
        ("text", *("bounded",) * len(latent)),
        identifier="correlations",
    )
