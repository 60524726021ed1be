"""The house rules that a machine can check: layers, circles, heavy imports, public names, their examples."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mlbc_stats"

GROUND = (
    "errors",
    "resources",
    "source_files",
    "number_text",
    "counted",
    "inert_text",
    "showing",
    "near_names",
    "linalg",
    "parallel",
    "rmsea",
    "loading_shares",
    "distinctness",
)
ROW = {  # an import points to a lower row; rooms of one row do not import each other, row 0 excepted
    **dict.fromkeys(GROUND, 0),
    **dict.fromkeys(["moments", "rotation", "survey"], 1),
    **dict.fromkeys(["sem", "factor", "irt", "mixtures", "necessity", "regression", "surfaces"], 2),
    **{
        "reliability": 3,
        "sets": 3,
        "bridge": 4,
        "composites": 3,
        "panels": 3,
        "theory": 5,
        "planning": 6,
        "perspectives": 6,
        "report": 7,
        "study": 8,
        "field": 8,
        "cli": 9,
    },
}
NO_PANDAS = (*GROUND, "moments")
NUMERICAL = (
    *NO_PANDAS,
    "rotation",
    "sem",
    "factor",
    "irt",
    "mixtures",
    "necessity",
    "regression",
    "reliability",
    "composites",
    "sets",
    "surfaces",
)
LIBRARIES = {
    "numpy",
    "scipy",
    "joblib",
    "threadpoolctl",
}  # what the numerical core may import at module level
HEAVY = {
    "semopy",
    "pingouin",
    "statsmodels",
    "matplotlib",
    "seaborn",
}  # seconds to import: inside a function only
PUBLIC_ROOMS = (
    "survey",
    "moments",
    "sem",
    "factor",
    "irt",
    "mixtures",
    "necessity",
    "regression",
    "reliability",
    "composites",
    "panels",
    "sets",
    "surfaces",
    "theory",
    "perspectives",
    "planning",
    "report",
    "study",
    "field",
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
FILE_LINES, BODY_LINES = 400, 60


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, as named; ``where`` is "module", "function" or "typing" (under TYPE_CHECKING)."""

    target: str
    where: str
    line: int


@cache
def sources() -> dict[str, ast.Module]:
    """Syntax tree of every module of the package, by dotted name."""
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    trees = {name.removesuffix(".__init__"): path for name, path in files.items()}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in sorted(trees.items())}


def path_of(module: str) -> Path:
    stem = ROOT.joinpath(*module.split("."))
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "mlbc_stats" and len(parts) > 1 else ""


@cache
def imports(module: str) -> tuple[Import, ...]:
    """Every import of one module, importlib calls with a literal name among them."""
    return tuple(_imports(sources()[module], module, "module"))


def _imports(node: ast.AST, module: str, where: str) -> Iterator[Import]:
    checking = isinstance(node, ast.If) and ast.unparse(node.test).removeprefix("typing.") == "TYPE_CHECKING"
    for child in ast.iter_child_nodes(node):
        inner = "typing" if checking and child in node.body else where
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and where == "module":
            inner = "function"
        for target in _targets(child, module):
            yield Import(target, inner, child.lineno)
        yield from _imports(child, module, inner)


def _targets(node: ast.AST, module: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = module if path_of(module).name == "__init__.py" else module.rpartition(".")[0]
        for _ in range(node.level - 1):
            package = package.rpartition(".")[0]
        base = ".".join(filter(None, [package if node.level else "", node.module]))
        for alias in node.names:
            submodule = f"{base}.{alias.name}"
            yield submodule if submodule in sources() else base
    elif isinstance(node, ast.Call) and _calls_importlib(node.func):
        literal = node.args and isinstance(node.args[0], ast.Constant)
        yield str(node.args[0].value) if literal else "importlib with a computed name"


def _calls_importlib(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("import_module", "__import__")


@cache
def reached(module: str) -> frozenset[str]:
    """The module and all modules of the package that it imports, directly or not, typing imports left out."""
    found, waiting = {module}, [module]
    while waiting:
        for entry in imports(waiting.pop()):
            if entry.where != "typing" and entry.target in sources() and entry.target not in found:
                waiting.append(entry.target)
                found.add(entry.target)
    return frozenset(found)


def third_party(modules: Set[str], where: tuple[str, ...]) -> set[str]:
    """Top-level names that the modules import from outside the package and the standard library."""
    names = {e.target.partition(".")[0] for m in modules for e in imports(m) if e.where in where}
    return names - sys.stdlib_module_names - {"mlbc_stats", "__future__"}


def modules_of(room: str) -> set[str]:
    return {module for module in sources() if room_of(module) == room}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import pandas.core", ("pandas.core", "module")),
        ("class A:\n def f(self):\n  import pandas", ("pandas", "function")),
        ("if TYPE_CHECKING:\n import pandas", ("pandas", "typing")),
        ("if TYPE_CHECKING:\n pass\nelse:\n import pandas", ("pandas", "module")),
        ("if not TYPE_CHECKING:\n import pandas", ("pandas", "module")),
        ("from ..language import parser", ("mlbc_stats.sem.language.parser", "module")),
        ("from ...survey.loading.load import load_instrument", ("mlbc_stats.survey.loading.load", "module")),
        ("from mlbc_stats import errors", ("mlbc_stats.errors", "module")),
        ("importlib.import_module('mlbc_stats.survey')", ("mlbc_stats.survey", "module")),
        ("def f():\n __import__(name)", ("importlib with a computed name", "function")),
    ],
)
def test_the_reader_of_imports_sees_each_kind(code, expected):
    (found,) = _imports(ast.parse(code), "mlbc_stats.sem.fitting.fit", "module")
    assert (found.target, found.where) == expected


def test_every_room_has_its_row():
    assert {room_of(module) for module in sources()} - {""} <= ROW.keys()


def test_imports_point_down():
    wrong = []
    for module in sources():
        for entry in imports(module):
            here, there = room_of(module), room_of(entry.target)
            if here and there and here != there and ROW[there] >= max(ROW[here], 1):
                wrong.append(f"{path_of(module)}:{entry.line} {here} imports {there}")
            if not here and there:
                wrong.append(
                    f"{path_of(module)}:{entry.line} the package imports {there}, so every import would"
                )
            loads_rooms = module == "mlbc_stats"  # by name, one of a fixed list, when asked for
            if entry.target.startswith("importlib with") and not loads_rooms:
                wrong.append(f"{path_of(module)}:{entry.line} {entry.target}")
    assert wrong == []


def test_statistics_never_import_survey():
    for room in ("sem", "factor", "reliability"):
        for module in modules_of(room):
            assert not {m for m in reached(module) if room_of(m) == "survey"}, module


def test_the_page_of_ones_own_knows_questionnaires_only():
    """Room field imports survey and what stands below, and nobody but the commands needs its extra."""
    reached_by_field = {room_of(name) for module in modules_of("field") for name in reached(module)}
    assert reached_by_field <= {"", "field", "survey", *GROUND}
    extra = {"sqlalchemy", "starlette", "uvicorn", "psycopg"}
    others = {module for module in sources() if room_of(module) != "field"}
    assert third_party(others, ("module", "function")) & extra == set()


def test_no_import_circles():
    circles = {tuple(sorted({a, b})) for a in sources() for b in reached(a) - {a} if a in reached(b)}
    assert circles == set()


@pytest.mark.parametrize("room", ROW)
def test_heavy_libraries_are_imported_inside_functions(room):
    assert third_party(modules_of(room), ("module",)) & HEAVY == set()


@pytest.mark.parametrize("room", NUMERICAL)
def test_numerical_core_rests_on_numpy_and_scipy(room):
    assert third_party(modules_of(room), ("module",)) <= LIBRARIES
    if room in NO_PANDAS:
        assert "pandas" not in third_party(modules_of(room), ("module", "function", "typing"))


def test_below_sem_results_there_is_no_pandas():
    below = reached("mlbc_stats.sem.results.fitted_model") - {"mlbc_stats.sem.results.fitted_model"}
    assert third_party(below, ("module", "function", "typing")) <= LIBRARIES


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("specification.parameter_table", "mlbc_stats.moments"),
        ("implied.moments", "mlbc_stats.moments"),
        ("discrepancy.functions", "mlbc_stats.sem.(fitting|implied|specification)"),
        ("results.fitted_model", "mlbc_stats.sem.(fitting|printing|resampling|prediction|restrictions)"),
    ],
)
def test_rooms_inside_sem(module, forbidden):
    found = reached(f"mlbc_stats.sem.{module}")
    assert [name for name in found if re.fullmatch(rf"{forbidden}(\..*)?", name)] == []


def test_syntax_knows_no_numpy():
    assert third_party(reached("mlbc_stats.sem.language.parser"), ("module", "function")) == set()


def test_importing_the_core_loads_neither_pandas_nor_anything_heavy():
    rooms = [room for room in NUMERICAL if modules_of(room)]
    code = (
        "import importlib, sys\n"
        f"for room in {rooms}: importlib.import_module('mlbc_stats.' + room)\n"
        f"print(sorted({ {'pandas', *HEAVY} } & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def public_names() -> list[tuple[str, str]]:
    """Every (room, name) of the public surface: the ``__all__`` of each room that exists."""
    rooms = [importlib.import_module(f"mlbc_stats.{room}") for room in PUBLIC_ROOMS if modules_of(room)]
    return [(module.__name__, name) for module in rooms for name in getattr(module, "__all__", [])]


@pytest.mark.parametrize(("room", "name"), public_names())
def test_public_name_exists_and_its_example_uses_it(room, name):
    value = getattr(importlib.import_module(room), name)
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        return
    text = inspect.getdoc(value) or ""
    assert text.strip(), "no docstring"
    examples = doctest.DocTestParser().get_examples(text)
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for example in examples
        for node in ast.walk(ast.parse(example.source))
        if isinstance(node, ast.Call)
    }
    shown = inspect.isclass(value) and any(name in example.source + example.want for example in examples)
    assert name in called or shown, "no example that calls it"


@pytest.mark.parametrize("room", PUBLIC_ROOMS)
def test_public_names_are_sorted_unique_and_no_submodule_hides_one(room):
    if not modules_of(room):
        return
    names = getattr(importlib.import_module(f"mlbc_stats.{room}"), "__all__", [])
    assert list(names) == sorted(set(names))
    submodules = {module.split(".")[2] for module in modules_of(room) if module.count(".") >= 2}
    assert submodules & set(names) == set()


@pytest.mark.parametrize("module", sources())
def test_module_says_its_job_and_is_finished(module):
    tree, text = sources()[module], path_of(module).read_text(encoding="utf-8")
    first, _, rest = (ast.get_docstring(tree) or "").partition("\n")
    assert first.endswith("."), (
        "the docstring's first line says the module's one job, and ends with a full stop"
    )
    assert not rest or rest.startswith("\n"), "the first line stands alone"
    assert not UNFINISHED.search(text)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: assert; raise a class of errors.py"
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names), f"line {node.lineno}: import *"
        if isinstance(node, ast.Name):
            assert node.id not in ("NotImplementedError", "NotImplemented"), f"line {node.lineno}: a stub"


@pytest.mark.parametrize("folder", ["mlbc_stats", "analysis", "tests"])
def test_files_and_functions_stay_short(folder):
    long = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > FILE_LINES:
            long.append(f"{path}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                long += [f"{path}:{node.lineno} {node.name}: {length} lines"] * (length > BODY_LINES)
    assert long == []
