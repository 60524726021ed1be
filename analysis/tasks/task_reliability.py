"""Scales and items."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_reliability(
    files: list[Path] = inputs("reliability"),
    code: PythonNode = PythonNode(value=source("reliability"), hash=True),
    result: Annotated[Path, Product] = kept("reliability"),
) -> None:
    carry_out("reliability", result)
