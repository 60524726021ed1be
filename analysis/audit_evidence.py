"""Audit the coded evidence against the source papers' texts, which the project does not store.

python analysis/audit_evidence.py --mucha PATH --haefner PATH

Prints, per source, the rows found and what is wrong; ends with status 1 when anything is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mlbc_stats.errors import MlbcError
from mlbc_stats.theory import audit, coded_evidence

FINDINGS = ("moved", "missing", "misplaced", "uncovered", "copied")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mucha", type=Path, help="text of Mucha, Ma and Abhari (2023), UTF-8")
    parser.add_argument("--haefner", type=Path, help="text of Haefner and others (2023), UTF-8")
    options = parser.parse_args(arguments)
    given = {"mucha2023": options.mucha, "haefner2023": options.haefner}
    if not any(given.values()):
        parser.error("give --mucha, --haefner or both")
    try:
        passed = [audit_one(source, path) for source, path in given.items() if path]
    except (MlbcError, OSError, UnicodeDecodeError) as error:
        print(f"audit_evidence: {error}", file=sys.stderr)
        return 1
    return 0 if all(passed) else 1


def audit_one(source: str, path: Path) -> bool:
    table = coded_evidence(source)
    report = audit(table, path.read_text(encoding="utf-8"))
    print(
        f"{source}: {len(report.found)} of {len(table)} rows found, {'passed' if report.passed else 'FAILED'}"
    )
    for name in FINDINGS:
        for finding in getattr(report, name):
            print(f"  {name}: {finding}")
    return report.passed


if __name__ == "__main__":
    sys.exit(main())
