"""One stage alone: who answered, what is missing, which cases are flagged. Usage: python analysis/sample.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("sample", study.load_study(*sys.argv[1:2]))
    print(result.folder)
