"""Whatever replaces any value of an instrument file, the check answers with findings and never crashes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlbc_stats.survey import check_instrument, check_wording
from mlbc_stats.survey.yaml.file import read_yaml
from tests.examples.demo_files import DEMO

pytestmark = pytest.mark.slow

SOUND = DEMO.parents[1] / "broken" / "sound.yaml"  # holds every field that a file can have
DATA = read_yaml(SOUND).data
CONSTRUCTS = read_yaml(SOUND.with_name("constructs.yaml")).data


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield from places(value, (*path, key))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "day_1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "en", "codes"]), inner)
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("damage")
    (place / "constructs.yaml").write_text(json.dumps(CONSTRUCTS), encoding="utf-8")
    return place


def damaged(data: Any, where: tuple[Any, ...], value: Any) -> str:
    """The data as JSON, which is YAML, with another value in one place."""
    whole = copy.deepcopy(data)
    node = whole
    for step in where[:-1]:
        node = node[step]
    node[where[-1]] = value
    return json.dumps(whole)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from([place for place in places(DATA) if place]), value=VALUES)
def test_damage_is_reported(folder: Path, where: tuple[Any, ...], value: Any) -> None:
    path = folder / "sound.yaml"
    path.write_text(damaged(DATA, where, value), encoding="utf-8")
    for finding in (*check_instrument(path), *check_wording(path)):
        assert finding.line >= 1
        assert finding.message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from([place for place in places(CONSTRUCTS) if place]), value=VALUES)
def test_damaged_constructs_are_reported(folder: Path, where: tuple[Any, ...], value: Any) -> None:
    path = folder / "damaged_constructs.yaml"
    path.write_text(damaged(CONSTRUCTS, where, value), encoding="utf-8")
    for finding in check_instrument(path):
        assert finding.line >= 1
        assert finding.message
