"""The whole study, with the second opinion of pingouin and statsmodels where they are installed.

python analysis/study.py [STUDY]

Prints every check that does not agree, and how many do; ends with status 1 when a result cannot be trusted.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

from second_opinion import second_opinion

from mlbc_stats import study


def main() -> int:
    there = all(find_spec(name) for name in ("pingouin", "statsmodels"))
    further = {"libraries": second_opinion} if there else {}
    result = study.run_study(study.load_study(*sys.argv[1:2]), further=further)
    for stage in result.stages:
        for line in (stage.short, *(f"NOT TO BE TRUSTED: {problem}" for problem in stage.problems)):
            if line:
                print(f"{stage.title}: {line}")
    if not there:
        print("No second opinion: pip install 'mlbc-stats[opinion]'")
    print(f"report: {result.folder / 'report.html'}")
    return 0 if result.trustworthy else 1


if __name__ == "__main__":
    sys.exit(main())
