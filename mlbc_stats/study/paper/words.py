"""Method and results in words: paragraphs of the tables of all stages, for the report and for a manuscript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlbc_stats.errors import StudyError
from mlbc_stats.report import Results
from mlbc_stats.report.text.citations import cited_keys, references, with_names
from mlbc_stats.report.text.paragraphs import METHOD, RESULTS, SYNTHETIC, Writer
from mlbc_stats.study.stages.stage import Stage

SECTIONS: Mapping[str, Mapping[str, Writer]] = {"method": METHOD, "results": RESULTS}


def words(results: Results) -> Stage:
    """The paragraphs with names and years on the page, and with keys of citations in files to be edited."""
    written = {name: dict(_written(results, writers)) for name, writers in SECTIONS.items()}
    everything = "\n\n".join(text for section in written.values() for text in section.values())
    lead = (SYNTHETIC,) if results.synthetic else ()
    return Stage(
        name="words",
        title="Method and results in words",
        text=(
            *lead,
            *(block for section in written.values() for text in section.values() for block in _blocks(text)),
            *([references(everything)] if cited_keys(everything) else []),
        ),
        texts=tuple(
            (f"text/{name}.md", "\n\n".join((*lead, *section.values())) + "\n")
            for name, section in written.items()
        ),
    )


def _written(results: Results, writers: Mapping[str, Writer]) -> Iterator[tuple[str, str]]:
    """Paragraphs by name; one whose table is not as usual is left out rather than half said."""
    for name, write in writers.items():
        try:
            text = write(results)
        except StudyError:
            continue
        if text:
            yield name, text


def _blocks(text: str) -> Iterator[str | tuple[str, ...]]:
    """A paragraph, or the points of a list."""
    lines = with_names(text).split("\n")
    if all(line.startswith("- ") for line in lines):
        yield tuple(line.removeprefix("- ") for line in lines)
    else:
        yield "\n".join(lines)
