"""Tables of a run: outcomes, and what differs by cause, so that hundreds of cases can be seen at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.fuzz.lavaan_side.asking import Pair
from tests.fuzz.lavaan_side.differences import FAMILIES
from tests.fuzz.lavaan_side.verdicts import Verdict

SHOWN = 8
"""Cases that a row names."""


def outcomes(verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """Cases by how the solutions stand, by the reason of their differences, and without a reason."""
    stand = Counter(verdict.solution for verdict in verdicts)
    asked = [verdict for verdict in verdicts if verdict.pair.fit is not None]
    why = Counter(reason for verdict in asked for reason in verdict.explained)
    rows = [("cases", len(verdicts))]
    rows += [(f"F: {name}", count) for name, count in stand.most_common()]
    rows += [
        ("every number alike", sum(not each.explained and not each.open for each in asked if _answered(each)))
    ]
    rows += [(f"explained: {name}", count) for name, count in why.most_common()]
    return [*rows, ("unexplained", sum(verdict.unexplained for verdict in verdicts))]


def _answered(verdict: Verdict) -> bool:
    return "values" in (verdict.pair.there.get("ours") or {})


def causes(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What nothing explains, by family of numbers and by what those cases have in common."""
    hit: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        for family in FAMILIES:
            for withheld in (False, True):
                if any(each.family == family and each.withheld == withheld for each in verdict.open):
                    hit[family, "none here" if withheld else "differs"].append(verdict)
    everything = Counter(
        trait for verdict in verdicts if _answered(verdict) for trait in traits(verdict.pair)
    )
    total = sum(map(_answered, verdicts))
    for (family, how), found in hit.items():
        own = Counter(trait for verdict in found for trait in traits(verdict.pair))
        excess = sorted(own, key=lambda trait: everything[trait] / total - own[trait] / len(found))
        telling = ", ".join(f"{trait} {own[trait]}/{len(found)}" for trait in excess[:4])
        names = " ".join(verdict.pair.name for verdict in found[:SHOWN])
        yield f"{family:24} {how:10} {len(found):4}  {telling}\n{'':42}{names}"


def traits(pair: Pair) -> list[str]:
    """What may be the cause: estimator, missing values, kind of data, group, cluster, weights, constraint, trouble."""
    given = pair.case.arguments
    names = ["estimator", "missing", "parameterization", "information", "likelihood", "test"]
    words = [f"{name} {given[name]}" for name in names if name in given]
    flags = ["group", "cluster", "sampling_weights", "group_equal", "meanstructure", "std_lv", "std_ov"]
    words += [name for name in [*flags, "orthogonal", "effect_coding"] if given.get(name)]
    if given.get("fixed_x") is False:
        words.append("random covariates")
    words += [
        "ordinal" if "ordered" in given else "continuous",
        *pair.case.traits,
        pair.case.structure.family,
    ]
    if any(sign in pair.case.structure.model for sign in ("==", ">", "<")):
        words.append("constraint")
    return words


def markdown(rows: Sequence[tuple[str, int]]) -> str:
    """The outcomes as a table of docs/differences.md."""
    return "\n".join(["| outcome | cases |", "|---|---|", *(f"| {name} | {count} |" for name, count in rows)])
