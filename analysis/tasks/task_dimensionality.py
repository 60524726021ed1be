"""The number of factors."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_dimensionality(
    files: list[Path] = inputs("dimensionality"),
    code: PythonNode = PythonNode(value=source("dimensionality"), hash=True),
    result: Annotated[Path, Product] = kept("dimensionality"),
) -> None:
    carry_out("dimensionality", result)
