"""Bring every result of the study up to date, and say what came out.

python analysis/run.py
MLBC_STUDY=my_study.yaml python analysis/run.py

Only what has changed since is done again: a stage whose answers, instruments or source changed, and the report. Ends
with status 1 when a result cannot be trusted or a task failed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytask

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    sys.path.insert(0, str(FOLDER))
    from steps import WORK
    from steps import results as folder

    os.chdir(FOLDER.parent)
    with WORK:
        session = pytask.build(paths=FOLDER / "tasks", verbose=0)
    if session.exit_code != pytask.ExitCode.OK:
        return 1
    results = json.loads((folder() / "results.json").read_text(encoding="utf-8"))
    problems = 0
    for stage in results["stages"].values():
        problems += len(stage["problems"])
        for line in (stage["short"], *(f"NOT TO BE TRUSTED: {problem}" for problem in stage["problems"])):
            if line:
                print(f"{stage['title']}: {line}")
    print(f"report: {folder() / 'report.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
