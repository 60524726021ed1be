"""Exit codes are honest, messages are plain, and importing the command line costs little."""

import subprocess
import sys
import warnings

import pytest
import typer

import mlbc_stats
from mlbc_stats.cli.exit_codes import guarded
from mlbc_stats.errors import ConvergenceWarning, DataError

HEAVY = (
    "numpy",
    "scipy",
    "pandas",
    "pydantic",
    "matplotlib",
    "seaborn",
    "semopy",
    "pingouin",
    "rich",
    "jinja2",
)


def test_building_the_command_line_imports_nothing_heavy():
    code = f"import sys, mlbc_stats.cli.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_stopping_while_the_command_line_is_loaded_is_one_line():
    code = """
import sys
class Stop:
    def find_spec(self, name, *_):
        if name == "mlbc_stats.cli.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
from mlbc_stats.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped before the end\n")


def test_version_and_help_run_as_a_program():
    code = "import sys; sys.argv = ['mlbc', {!r}]; from mlbc_stats.cli import main; main()"
    for option, expected in (("--version", mlbc_stats.__version__), ("--help", "theory")):
        done = subprocess.run(
            [sys.executable, "-c", code.format(option)], capture_output=True, text=True, check=True
        )
        assert expected in done.stdout


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        (DataError("row 3 is odd"), 2, "error: row 3 is odd"),
        (
            FileNotFoundError(2, "No such file or directory", "a.csv"),
            2,
            "error: a.csv: No such file or directory",
        ),
        (FileExistsError(17, "File exists", "forms"), 2, "error: forms: File exists"),
        (KeyboardInterrupt(), 130, "stopped before the end"),
    ],
)
def test_what_a_user_can_mend_is_a_message_and_a_code(capsys, problem, code, message):
    @guarded
    def command() -> None:
        raise problem

    with pytest.raises(typer.Exit) as caught:
        command()
    assert caught.value.exit_code == code
    assert capsys.readouterr().err.strip() == message


def test_a_mistake_of_ours_stays_a_traceback():
    @guarded
    def command() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command()


def test_warnings_are_single_lines_and_each_is_said_once(capsys):
    @guarded
    def command() -> None:
        for _ in range(3):
            warnings.warn("no convergence", ConvergenceWarning, stacklevel=1)

    command()
    assert capsys.readouterr().err == "warning: no convergence\n"


def test_messages_speak_of_options_and_not_of_arguments(capsys):
    @guarded
    def command(missing: str = "listwise") -> None:
        raise DataError("use missing='pairwise' or 'fiml', or method='ml'")

    with pytest.raises(typer.Exit):
        command()
    assert "use --missing pairwise or fiml, or method='ml'" in capsys.readouterr().err
