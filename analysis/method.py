"""One stage alone: common-method variance by the marker. Usage: python analysis/method.py [STUDY]."""

import sys

from mlbc_stats import study

if __name__ == "__main__":
    result = study.run_stage("method", study.load_study(*sys.argv[1:2]))
    print(result.folder)
