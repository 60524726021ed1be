"""The report, its tables, figures, texts and manifest from all stages."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import ORDER, inputs, kept, material, read, results

from mlbc_stats.source_files import source_digest

RESULTS = results()


def task_report(
    stages: list[Path] = [kept(stage) for stage in ORDER],
    files: list[Path] = inputs(),
    code: PythonNode = PythonNode(value=source_digest("mlbc_stats.study.run"), hash=True),
    manifest: Annotated[Path, Product] = RESULTS / "manifest.json",
    numbers: Annotated[Path, Product] = RESULTS / "results.json",
    page: Annotated[Path, Product] = RESULTS / "report.html",
) -> None:
    from mlbc_stats import study

    study.finish(material(), [read(stage) for stage in ORDER])
