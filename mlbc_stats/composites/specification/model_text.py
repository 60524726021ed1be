"""Read a composite model in lavaan's syntax."""

from __future__ import annotations

from collections.abc import Mapping

from mlbc_stats.composites.specification.checks import check_specification, known_mode
from mlbc_stats.composites.specification.constructs import Construct, Kind, Specification
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.parser import Statement, parse

KINDS: dict[str, Kind] = {"<~": "composite", "=~": "factor"}
SERVED = (*KINDS, "~", "~~")


def read_model(text: str, weights: str | Mapping[str, str] = "modeA") -> Specification:
    """The constructs and paths of a model text.

    Parameters
    ----------
    text : lavaan's syntax: `f <~ x1 + x2` composite, `f =~ x1 + x2` common factor, `f ~ g + h + g:h` paths, where
        `g:h` is a product; a variable of the paths that is not measured is a column of the data. `x1 ~~ x2` lets the
        errors of two indicators of a factor correlate.
    weights : how weights are found, one mode for all constructs or one per construct ("modeA" for those not named).

    Raises
    ------
    ModelSyntaxError, ModelError, NotServedError : with what to write instead.

    Examples
    --------
    >>> model = read_model("f <~ x1 + x2; g =~ y1 + y2; g ~ f + age")
    >>> [(c.name, c.kind, len(c.indicators)) for c in model.constructs]
    [('f', 'composite', 2), ('g', 'factor', 2), ('age', 'composite', 1)]
    >>> model.paths
    (('f', 'g'), ('age', 'g'))
    """
    statements = parse(text)
    for statement in statements:
        _refuse_unserved(statement)
    blocks = _blocks(statements)
    paths = tuple((s.rhs, s.lhs) for s in statements if s.op == "~")
    named = [part for path in paths for name in path for part in name.split(":")]
    single: dict[str, tuple[Kind, tuple[str, ...]]] = {
        name: ("composite", (name,)) for name in named if name not in blocks
    }
    constructs = tuple(
        Construct(name, kind, indicators, known_mode(name, weights))
        for name, (kind, indicators) in (blocks | single).items()
    )
    pairs = tuple((s.lhs, s.rhs) for s in statements if s.op == "~~")
    return check_specification(Specification(constructs, paths, pairs), weights)


def _blocks(statements: tuple[Statement, ...]) -> dict[str, tuple[Kind, tuple[str, ...]]]:
    found: dict[str, tuple[Kind, tuple[str, ...]]] = {}
    for statement in statements:
        if statement.op not in KINDS:
            continue
        kind = KINDS[statement.op]
        before, indicators = found.get(statement.lhs, (kind, ()))
        if before != kind:
            raise ModelError(
                f"line {statement.line}: {statement.lhs} is measured both by `<~` and by `=~`; it is either a "
                "composite or a common factor"
            )
        found[statement.lhs] = (kind, (*indicators, statement.rhs))
    return found


def _refuse_unserved(statement: Statement) -> None:
    where = f"line {statement.line}: `{statement.lhs} {statement.op} {statement.rhs}`"
    if statement.group is not None or statement.level is not None:
        raise NotServedError(
            f"{where} stands in a block of a group or level; composites are fitted without blocks"
        )
    if statement.op not in SERVED:
        raise NotServedError(
            f"{where}: composite models hold {', '.join(SERVED)} only; for intercepts, thresholds and constraints use "
            "sem.fit, which serves `<~` too"
        )
    if any(modifier.kind != "label" for modifier in statement.modifiers):
        raise NotServedError(
            f"{where} fixes or starts a parameter; every weight and path is estimated here: leave the modifier out, or "
            "use sem.fit"
        )
