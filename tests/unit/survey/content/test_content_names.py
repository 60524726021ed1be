"""Every public name of content validity and agreement has an example that uses it and stands on the reference page."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re

import pytest

from mlbc_stats.resources import PACKAGE

ROOMS = ("content", "raters")
NAMES = [
    (room, name) for room in ROOMS for name in importlib.import_module(f"mlbc_stats.survey.{room}").__all__
]


@pytest.mark.parametrize("room", ROOMS)
def test_names_are_sorted_and_no_submodule_hides_one(room):
    names = importlib.import_module(f"mlbc_stats.survey.{room}").__all__
    assert names == sorted(set(names))
    assert {path.stem for path in (PACKAGE / "survey" / room).glob("*.py")} & set(names) == set()


@pytest.mark.parametrize(("room", "name"), NAMES)
def test_each_name_has_an_example_that_uses_it(room, name):
    text = inspect.getdoc(getattr(importlib.import_module(f"mlbc_stats.survey.{room}"), name)) or ""
    sources = [example.source for example in doctest.DocTestParser().get_examples(text)]
    used = {
        node.id for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)
    }
    assert name in used


@pytest.mark.parametrize("room", ROOMS)
def test_each_name_stands_on_the_reference_page(room):
    page = (PACKAGE.parent / "docs" / "reference.md").read_text(encoding="utf-8")
    listed = set(re.findall(rf"`survey\.{room}\.(\w+)`", page))
    assert listed == set(importlib.import_module(f"mlbc_stats.survey.{room}").__all__)
