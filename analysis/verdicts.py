"""One stage alone: what the data say about each proposition. Usage: python analysis/verdicts.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("verdicts", study.load_study(*sys.argv[1:2]))
    print(result.folder)
