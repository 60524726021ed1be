"""The report, its tables, figures, texts and manifest from all stages."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import ORDER, READ, kept, material, own_files, read, results

from mlbc_stats.resources import resource
from mlbc_stats.source_files import source_digest

RESULTS = results()
NAMES = [resource(*parts) for parts in READ.values() if parts[-1] != "coded_evidence"]
"""Their words stand beside the ids of every table."""


def task_report(
    stages: list[Path] = [kept(stage) for stage in ORDER],
    files: list[Path] = [kept("material"), *own_files(), *NAMES],
    code: PythonNode = PythonNode(value=source_digest("mlbc_stats.study.run"), hash=True),
    manifest: Annotated[Path, Product] = RESULTS / "manifest.json",
    numbers: Annotated[Path, Product] = RESULTS / "results.json",
    page: Annotated[Path, Product] = RESULTS / "report.html",
) -> None:
    from mlbc_stats import study

    study.finish(material(), [read(stage) for stage in ORDER])
