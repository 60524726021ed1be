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

from mlbc_stats.survey import check_instrument
from mlbc_stats.survey.yamlfile import read_yaml
from tests.unit.survey.demo_files import DEMO, broken_copy

DATA = read_yaml(DEMO).data


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
    broken_copy(place)
    return place


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(sorted(places(DATA), key=str)[1:]), value=VALUES)
def test_damage_is_reported(folder: Path, where: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(DATA)
    node = data
    for step in where[:-1]:
        node = node[step]
    node[where[-1]] = value
    path = folder / "demo.yaml"
    path.write_text(json.dumps(data), encoding="utf-8")
    for finding in check_instrument(path):
        assert finding.line >= 1
        assert finding.message
