"""Every construct by itself."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_constructs(
    files: list[Path] = inputs("constructs"),
    code: PythonNode = PythonNode(value=source("constructs"), hash=True),
    result: Annotated[Path, Product] = kept("constructs"),
) -> None:
    carry_out("constructs", result)
