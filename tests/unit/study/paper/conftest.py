"""A small folder of results and a manuscript on it."""

from pathlib import Path

import pytest

from mlbc_stats.report import Figure, Table
from mlbc_stats.study.config import Study
from mlbc_stats.study.output_folder import write_outputs
from mlbc_stats.study.results import result_files
from mlbc_stats.study.review_points import POINTS
from mlbc_stats.study.stages.stage import Stage

RECORD = {
    "synthetic": True,
    "date": "2026-01-02T03:04:05+00:00",
    "title": "Trial",
    "data": [{"file": "pilot.csv", "sha256": "ab" * 32}],
    "instruments": [{"id": "mlbc_alignment", "version": "1.2.0"}],
}
HEAD = "---\ntitle: A trial\nauthors: [A. Uthor]\nresults: ../build\n---\n"
BODY = """
# Fit

{{ synthetic_note }}

The CFI was {{ results.structure.fit["S1"]["CFI"] | bounded }} [@rosseel2012], as {{ ref("structure/fit") }} and
{{ ref("structure/dot") }} show for {{ typed("5,000", "resamples that the plan foresees") }} draws.

{{ table("structure/fit") }}

{{ figure("structure/dot") }}

{{ standard("top") }}

# References

::: {#refs}
:::
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 36"><circle r="9"/></svg>'


def stages():
    fit = Table(
        "Fit of <the> models",
        ("Model", "n", "CFI", "RMSEA", "90% CI"),
        (("S1", "S2"), (571, 571), (0.99812, 0.99), (0.0074, 0.01), ((0.0, 0.0123), (0.0, 0.02))),
        ("text", "count", "bounded", "bounded", "bounded_interval"),
        notes=("Robust.",),
        identifier="fit",
        glosses={0: ("Alignment & structure", "")},
    )
    paths = Table("Paths", ("path", "est"), (("aln_state ~ TC",), (-0.459,)), identifier="paths")
    points = Table(
        "What reviewers look for",
        ("key", "point", "state", "where, or why not", "what to do"),
        tuple(zip(*((p.key, p.text, "not reported", "", p.todo or "see") for p in POINTS), strict=True)),
        identifier="points",
    )
    dot = Figure("A dot", DOT, "One dot, alone.", identifier="dot")
    return tuple(
        stage.marked(True)
        for stage in (
            Stage("structure", "Structure", tables=(fit, paths), figures=(dot,)),
            Stage("checklist", "Checklist", tables=(points,)),
        )
    )


@pytest.fixture
def place(tmp_path) -> Path:
    """A folder with results in ``build`` and the manuscript in ``paper``."""
    files = result_files(Study(title="Trial"), stages(), RECORD)
    write_outputs(tmp_path / "build", files, RECORD)
    paper = tmp_path / "paper"
    paper.mkdir()
    root = Path(__file__).resolve().parents[4] / "paper"
    for name in ("refs.bib", "apa.csl"):
        (paper / name).write_bytes((root / name).read_bytes())
    (paper / "paper.md.in").write_text(HEAD + BODY, encoding="utf-8")
    return tmp_path
