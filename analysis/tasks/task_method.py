"""Common-method variance by the marker."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_method(
    files: list[Path] = inputs(),
    code: PythonNode = PythonNode(value=source("method"), hash=True),
    result: Annotated[Path, Product] = kept("method"),
) -> None:
    carry_out("method", result)
