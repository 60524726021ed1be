"""One stage alone: the structural models S1 and S2. Usage: python analysis/structure.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("structure", study.load_study(*sys.argv[1:2]))
    print(result.folder)
