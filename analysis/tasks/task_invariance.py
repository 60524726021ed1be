"""Measurement invariance over phase and informant."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode, mark
from steps import carry_out, inputs, kept, source


@mark.try_last
def task_invariance(
    files: list[Path] = inputs("invariance"),
    code: PythonNode = PythonNode(value=source("invariance"), hash=True),
    result: Annotated[Path, Product] = kept("invariance"),
) -> None:
    carry_out("invariance", result)
