"""The same models through semopy, where the study asks for it."""

from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import carry_out, inputs, kept, source


def task_opinion(
    files: list[Path] = inputs("opinion"),
    code: PythonNode = PythonNode(value=source("opinion"), hash=True),
    result: Annotated[Path, Product] = kept("opinion"),
) -> None:
    carry_out("opinion", result)
