"""Who answered, what is missing, which cases are flagged."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_sample(
    files: list[Path] = inputs(),
    code: PythonNode = PythonNode(value=source("sample"), hash=True),
    result: Annotated[Path, Product] = kept("sample"),
) -> None:
    carry_out("sample", result)
