"""One stage alone: every construct by itself. Usage: python analysis/constructs.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("constructs", study.load_study(*sys.argv[1:2]))
    print(result.folder)
