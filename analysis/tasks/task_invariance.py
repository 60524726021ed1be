"""Measurement invariance over phase and informant."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_invariance(
    files: list[Path] = inputs(),
    code: PythonNode = PythonNode(value=source("invariance"), hash=True),
    result: Annotated[Path, Product] = kept("invariance"),
) -> None:
    carry_out("invariance", result)
