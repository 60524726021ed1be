"""One stage alone: the measurement model. Usage: python analysis/measurement.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("measurement", study.load_study(*sys.argv[1:2]))
    print(result.folder)
