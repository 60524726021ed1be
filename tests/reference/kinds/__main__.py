"""Print what agrees with a corpus, kind by kind: `python -m tests.reference.kinds [FOLDER] [KIND ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.reference.kinds.corpus import Corpus, chosen
from tests.reference.kinds.registry import Outcome, adapters, judge

SHOWN = 12
"""Differences that are printed per case."""


def main(arguments: list[str]) -> int:
    corpus = Corpus(Path(arguments[0])) if arguments and arguments[0] else chosen()
    kinds = arguments[1:] or corpus.kinds()
    outcomes = {
        kind: [judge(case, corpus) for case in corpus.cases(kind)] for kind in kinds if kind in adapters()
    }
    print(f"{'kind':<20} cases   fields")
    for kind in kinds:
        print(_line(kind, outcomes.get(kind), len(corpus.cases(kind))))
    for outcome in (each for found in outcomes.values() for each in found if not each.agreed):
        print(_told(outcome))
    return int(any(not each.agreed for found in outcomes.values() for each in found))


def _line(kind: str, found: list[Outcome] | None, total: int) -> str:
    if found is None:
        return f"{kind:<20} -/{total}   no adapter"
    fields = sum(each.compared for each in found)
    agreed = fields - sum(len(each.differences) for each in found)
    return f"{kind:<20} {sum(each.agreed for each in found)}/{total}   {agreed}/{fields}"


def _told(outcome: Outcome) -> str:
    if outcome.error:
        return f"{outcome.case}: {outcome.error}"
    lines = [f"  {each}" for each in outcome.differences[:SHOWN]]
    return "\n".join([f"{outcome.case}: {len(outcome.differences)} of {outcome.compared} differ", *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
