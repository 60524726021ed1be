"""The rooms are there under the package's name, and are loaded only when named."""

import subprocess
import sys

import pytest

import mlbc_stats


def test_rooms_are_found_by_name():
    assert mlbc_stats.sem.fit.__name__ == "fit"
    assert {"sem", "survey", "theory"} <= set(dir(mlbc_stats))


def test_importing_the_package_loads_no_room():
    code = "import sys, mlbc_stats; print(any(name.startswith('mlbc_stats.') for name in sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
    )


def test_an_unknown_room_is_named():
    with pytest.raises(AttributeError, match=r"'mlbc_stats' has no attribute 'sam'; it has composites"):
        getattr(mlbc_stats, "sam")  # noqa: B009
