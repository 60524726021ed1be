"""The measurement model."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_measurement(
    files: list[Path] = inputs("measurement"),
    code: PythonNode = PythonNode(value=source("measurement"), hash=True),
    result: Annotated[Path, Product] = kept("measurement"),
) -> None:
    carry_out("measurement", result)
