"""The paragraphs of a method and a results section, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mlbc_stats.report.text import measures, models, propositions, sample
from mlbc_stats.report.text.results import Results

Writer = Callable[[Results], str]

METHOD: Mapping[str, Writer] = MappingProxyType(
    {
        "sample": sample.sample,
        "screening": sample.screening,
        "measures": measures.measures,
        "missing": sample.missing,
        "estimator": models.estimator,
        "rule": propositions.rule,
    }
)
RESULTS: Mapping[str, Writer] = MappingProxyType(
    {
        "late_answers": sample.late_answers,
        "nesting": sample.nesting,
        "dimensionality": measures.dimensionality,
        "reliability": measures.reliability,
        "loadings": measures.loadings,
        "discriminant": measures.discriminant,
        "fit": models.fit,
        "rivals": models.rivals,
        "invariance": models.invariance,
        "method_variance": models.method_variance,
        "explained": models.explained,
        "summary": propositions.summary,
        "verdicts": propositions.verdicts,
        "robustness": propositions.robustness,
    }
)
SYNTHETIC = (
    "The answers are synthetic: these paragraphs show what the planned analysis will report and say nothing about "
    "real organizations."
)


def paragraphs(results: Results, section: Mapping[str, Writer] | None = None) -> dict[str, str]:
    """Name → paragraph in Markdown with citations (``[@key]``), those left out that the tables cannot fill.

    Examples
    --------
    >>> from mlbc_stats.report import Table
    >>> flow = Table("Flow", ("step", "cases", "units"), (("read", "kept"), (600, 571), (600, 571)))
    >>> paragraphs(Results({"sample/flow": flow}), {"sample": METHOD["sample"]})["sample"]
    'Responses from 600 cases on 600 units were read; screening kept 571 cases on 571 units.'
    """
    writers = section if section is not None else {**METHOD, **RESULTS}
    written = {name: write(results) for name, write in writers.items()}
    return {name: text for name, text in written.items() if text}
