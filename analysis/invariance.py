"""One stage alone: measurement invariance over phase and informant. Usage: python analysis/invariance.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("invariance", study.load_study(*sys.argv[1:2]))
    print(result.folder)
