"""One stage alone: the same models through semopy. Usage: python analysis/opinion.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("opinion", study.load_study(*sys.argv[1:2]))
    print(result.folder)
