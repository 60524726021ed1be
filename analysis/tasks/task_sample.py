"""The answers, read, joined and screened; then who answered, what is missing, which cases are flagged."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import answers, carry_out, inputs, kept, open_answers, source

from mlbc_stats.source_files import source_digest


def task_answers(
    files: list[Path] = answers(),
    code: PythonNode = PythonNode(value=source_digest("mlbc_stats.study.opening"), hash=True),
    result: Annotated[Path, Product] = kept("material"),
) -> None:
    open_answers(result)


def task_sample(
    files: list[Path] = inputs("sample"),
    code: PythonNode = PythonNode(value=source("sample"), hash=True),
    result: Annotated[Path, Product] = kept("sample"),
) -> None:
    carry_out("sample", result)
