"""The same numbers by pingouin and statsmodels, where they are installed."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pytask import Product, PythonNode
from steps import FOLDER, carry_out, inputs, kept, source

THERE = all(find_spec(name) for name in ("pingouin", "statsmodels"))


def task_libraries(
    files: list[Path] = [*inputs("reliability"), FOLDER / "second_opinion.py"],
    code: PythonNode = PythonNode(value=f"{source('reliability')}{THERE}", hash=True),
    result: Annotated[Path, Product] = kept("libraries"),
) -> None:
    from second_opinion import left_out, second_opinion

    carry_out("libraries", result, second_opinion if THERE else left_out)
