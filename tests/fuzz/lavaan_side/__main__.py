"""`python -m tests.fuzz.lavaan_side N SEED`: the random cases through R's lavaan 0.6-14, where Rscript is installed.

Two questions a case: what lavaan computes at our estimates (nothing is optimized there, so that no early stop adds to
the difference), and its own solution, whose F ours must not exceed. What differs is grouped by cause; `--docs` writes
the counts into docs/differences.md. Answers of R stay in `--folder` and are used again while the question is the same.
"""

from __future__ import annotations

import argparse
import datetime
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.lavaan_side.asking import ask
from tests.fuzz.lavaan_side.overview import causes, markdown, outcomes
from tests.fuzz.lavaan_side.verdicts import Verdict, judge

DOCS = Path(__file__).parents[3] / "docs" / "differences.md"
MARKS = "<!-- random cases: start -->", "<!-- random cases: end -->"


def main() -> int:
    """Compare the cases of the command line; 1 where something is unexplained."""
    given = _arguments()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="lavaan_side"))
    numbers = range(given.first, given.first + given.count)
    verdicts = []
    for pair in ask(given.seed, numbers, folder):
        verdicts.append(judge(pair))
        if verdicts[-1].unexplained:
            _show(verdicts[-1])
    print("\n".join(causes(verdicts)), end="\n\n")
    rows = outcomes(verdicts)
    print("\n".join(f"{count:5}  {name}" for name, count in rows))
    if given.docs:
        _store(f"`make fuzz-r N={given.count} SEED={given.seed}`", rows)
    return int(any(verdict.unexplained for verdict in verdicts))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="number of cases")
    parser.add_argument("seed", type=int, help="seed of the cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--folder", type=Path, help="where questions and answers stay")
    parser.add_argument("--docs", action="store_true", help="write the counts into docs/differences.md")
    return parser.parse_args()


def _show(verdict: Verdict) -> None:
    case, there = verdict.pair.case, verdict.pair.there
    print(
        f"{case}\n  {verdict.solution}", {side: (there.get(side) or {}).get("fx") for side in ("ours", "own")}
    )
    shown: set[tuple[str, bool]] = set()
    for each in sorted(verdict.open, key=lambda each: (each.withheld, -each.times)):
        if (each.family, each.withheld) not in shown:
            shown.add((each.family, each.withheld))
            print(f"  {each}")
    print(flush=True)


def _store(command: str, rows: Sequence[tuple[str, int]]) -> None:
    start, end = MARKS
    today = datetime.date.today().isoformat()
    text = f"{start}\nOf {today}, {command}:\n\n{markdown(rows)}\n{end}"
    found = re.sub(f"{start}.*?{end}", lambda _: text, DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    DOCS.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
