"""Make the shipped synthetic pilot: draw it from the declared population and write it with its checksums.

python analysis/make_pilot.py

Nobody answered these questions. The same seed gives the same file.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from mlbc_stats import survey

FOLDER = Path(__file__).resolve().parents[1] / "data" / "synthetic"
SOLUTIONS, SEED = 600, 2026


def main() -> int:
    pilot = survey.simulate(survey.pilot_population(), n=SOLUTIONS, seed=SEED)
    survey.write(pilot, FOLDER / "pilot.csv", overwrite=True)
    files = sorted(path for path in FOLDER.iterdir() if path.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (FOLDER / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")
    print(f"{FOLDER / 'pilot.csv'}: {pilot.n} SYNTHETIC cases about {SOLUTIONS} solutions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
