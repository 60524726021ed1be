"""Common-method variance by the marker."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode, mark
from steps import carry_out, inputs, kept, source


@mark.try_last
def task_method(
    files: list[Path] = inputs("method"),
    code: PythonNode = PythonNode(value=source("method"), hash=True),
    result: Annotated[Path, Product] = kept("method"),
) -> None:
    carry_out("method", result)
