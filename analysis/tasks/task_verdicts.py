"""What the data say about each proposition, and the gates before it."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_verdicts(
    files: list[Path] = inputs("verdicts"),
    code: PythonNode = PythonNode(value=source("verdicts"), hash=True),
    result: Annotated[Path, Product] = kept("verdicts"),
) -> None:
    carry_out("verdicts", result)
