"""What the quotations of the papers cover."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_evidence(
    files: list[Path] = inputs("evidence"),
    code: PythonNode = PythonNode(value=source("evidence"), hash=True),
    result: Annotated[Path, Product] = kept("evidence"),
) -> None:
    carry_out("evidence", result)
