"""The deciding coefficients under other choices of analysis."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode, mark
from steps import carry_out, inputs, kept, source


@mark.try_last
def task_robustness(
    files: list[Path] = inputs("robustness"),
    code: PythonNode = PythonNode(value=source("robustness"), hash=True),
    result: Annotated[Path, Product] = kept("robustness"),
) -> None:
    carry_out("robustness", result)
