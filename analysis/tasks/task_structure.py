"""The structural models."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_structure(
    files: list[Path] = inputs("structure"),
    code: PythonNode = PythonNode(value=source("structure"), hash=True),
    result: Annotated[Path, Product] = kept("structure"),
) -> None:
    carry_out("structure", result)
