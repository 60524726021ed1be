"""`python -m tests.fuzz N SEED`: run N cases and print every fault, alike ones together."""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict

from tests.fuzz.cases import draw_case
from tests.fuzz.running import Fault, run_case


def main() -> int:
    """Run the cases of the command line; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="number of cases")
    parser.add_argument("seed", type=int, help="seed of the cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--show", action="store_true", help="print every case before it runs")
    given = parser.parse_args()
    faults: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    ends: Counter[str] = Counter()
    slow: list[tuple[float, str]] = []
    for number in range(given.first, given.first + given.count):
        if given.show:
            print(draw_case(given.seed, number), flush=True)
        outcome = run_case(given.seed, number)
        ends[outcome.end] += 1
        slow.append((outcome.seconds, f"{given.seed}-{number}"))
        for fault in outcome.faults:
            faults[fault.kind].append(fault)
    _report(faults, ends, slow)
    return int(bool(faults))


def _report(
    faults: dict[tuple[str, str], list[Fault]], ends: Counter[str], slow: list[tuple[float, str]]
) -> None:
    print(", ".join(f"{count} {end}" for end, count in ends.most_common()))
    print(f"{sum(s for s, _ in slow):.0f} s; slowest: {sorted(slow, reverse=True)[:3]}")
    for (_, where), alike in sorted(faults.items(), key=lambda item: -len(item[1])):
        first = alike[0]
        asked = ", ".join(sorted({fault.question for fault in alike})[:6])
        numbers = ", ".join(dict.fromkeys(f"{fault.case.seed}-{fault.case.number}" for fault in alike[:60]))
        print(f"\n{len(alike)} × {first.what[:300]}  [{where}]\n  asked: {asked}\n  cases: {numbers[:160]}")
        print("  " + str(first.case).replace("\n", "\n    "))


if __name__ == "__main__":
    raise SystemExit(main())
