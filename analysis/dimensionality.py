"""One stage alone: how many factors the items have. Usage: python analysis/dimensionality.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("dimensionality", study.load_study(*sys.argv[1:2]))
    print(result.folder)
