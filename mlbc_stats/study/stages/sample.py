"""Stage 2: who answered, what is missing, which cases are flagged."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mlbc_stats.report import Figure, Table, likert_chart
from mlbc_stats.study.stages.informants import (
    describe_informants,
    informant_counts,
    informant_remarks,
    informant_tables,
)
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.respondents.flow import flow_figure, flow_table
from mlbc_stats.study.stages.respondents.missing import pattern_table
from mlbc_stats.study.stages.respondents.profile import completion_table, profile_tables
from mlbc_stats.study.stages.respondents.screening import screening_tables
from mlbc_stats.study.stages.sections.spread import nesting_tables
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.survey.responses.model import question_scale
from mlbc_stats.theory.provenance.constructs import construct_table


def sample(material: Material) -> Stage:
    """Flow of cases, screening, completion, profile, missing answers, nesting, and the answers as given."""
    responses = material.responses
    asked = ", ".join(f"{name} {version}" for name, version in material.fielded)
    doubts: list[str] = []
    informants = tuple(informant_tables(material, doubts))
    return Stage(
        name="sample",
        title="Sample and screening",
        short=f"{responses.n} cases; {int(material.screening.kept.sum())} kept by screening, "
        f"from {len(material.units)} solutions.",
        text=(
            f"Asked from {asked}; responses from {responses.source}. Screening marks cases and deletes none.",
            *describe_informants(material),
            tuple(f"{note[0].upper()}{note[1:]}" for note in responses.notes),
        ),
        tables=(
            flow_table(material),
            *informants,
            *screening_tables(material),
            completion_table(material),
            *profile_tables(material),
            _missing(material),
            pattern_table(material),
            *nesting_tables(material),
            _constructs(material),
        ),
        texts=informant_counts(material),
        remarks=(*responses.notes, *informant_remarks(material), *doubts),
        figures=(flow_figure(material), *(_chart(material, name) for name in material.factors)),
    )


def _missing(material: Material) -> Table:
    """Cells by construct and reason."""
    counts = material.responses.missing()
    construct = {item.id: item.construct for item in material.instrument.items}
    names = [construct.get(str(item), "") or "checks" for item in counts.index]
    grouped = counts.groupby(pd.Index(names, name="construct"), sort=False).sum()
    return Table.from_frame(
        grouped,
        "Answers by construct and reason",
        formats="count",
        headings={
            str(name): str(name).replace("_", " ").replace("dont", "do not") for name in grouped.columns
        },
        identifier="missing",
    )


def _constructs(material: Material) -> Table:
    frame = construct_table(material.instrument)
    frame = frame.assign(
        source=frame["reading"] + "; " + frame["locator"],
        informants=frame["informants"].str.replace("_", " "),
    )
    table = Table.from_frame(
        frame[["id", "parent", "measurement", "items", "reversed", "informants", "source", "definition"]],
        "Constructs of the instrument",
        headings={"parent": "facet of", "measurement": "as", "reversed": "R"},
        notes=("R: items worded against the construct.",),
        identifier="constructs",
    )
    return replace(table, glosses={0: frame["name"].tolist()})


def _chart(material: Material, construct: str) -> Figure:
    """Answers of the kept cases to the items of one construct as given, facet by facet."""
    instrument, language = material.asked, material.instrument.languages[0]
    items = instrument.items_of(construct)
    scale = question_scale(instrument, items[0].id)
    answers = material.responses.frame().loc[material.screening.kept, [item.id for item in items]]
    drawing = likert_chart(
        answers.dropna(axis=1, how="all"),
        {code.value: code.label[language] for code in scale.codes},
        facets={item.id: instrument.construct(item.construct).name for item in items},
        texts={item.id: item.text[language] + (" (reversed)" if item.reversed else "") for item in items},
        title=f"Answers: {instrument.construct(construct).name}",
        synthetic=material.synthetic,
    )
    return replace(drawing, identifier=f"answers_{construct}")
