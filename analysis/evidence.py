"""One stage alone: what the quotations of the papers cover. Usage: python analysis/evidence.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("evidence", study.load_study(*sys.argv[1:2]))
    print(result.folder)
