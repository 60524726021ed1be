"""One stage alone: reliability of every scale. Usage: python analysis/reliability.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("reliability", study.load_study(*sys.argv[1:2]))
    print(result.folder)
