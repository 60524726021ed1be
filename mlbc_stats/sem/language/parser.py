"""Parse lavaan's model syntax into statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mlbc_stats.sem.language.expression import Expression, parse_expression
from mlbc_stats.sem.language.modifiers import Modifier
from mlbc_stats.sem.language.scanner import MODEL_OPERATORS, Token, is_header, split_formulas, syntax_error
from mlbc_stats.sem.language.terms import Term, parse_terms

CONSTRAINT_OPERATORS = frozenset({":=", "==", "<", ">"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation of a model text.

    Attributes
    ----------
    lhs, op, rhs : the relation; `rhs` is empty for intercepts (`~1`); for `:=`, `==`, `<` and `>` the
        sides are the texts of the expressions.
    modifiers : everything that stood before the variable, in the order written.
    line, column : 1-based place in the text.
    group, level : the block the statement stands in, or None.
    expression : right side of `:=`; left minus right side of `==`, `<`, `>`; else None.
    """

    lhs: str
    op: str
    rhs: str
    modifiers: tuple[Modifier, ...]
    line: int
    column: int
    group: str | int | None = None
    level: str | int | None = None
    expression: Expression | None = None


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[Statement, ...]:
    """Parse a model text.

    The language is lavaan's: `=~ <~ ~ ~~ ~1 ~*~ | |~` between variables, `:= == < >` between expressions,
    modifiers before `*`, comments after `#` or `!`, formulas ended by a line break or `;`, and blocks opened
    by `group: 1` or `level: 1`. Unlike lavaan, naming one parameter in two formulas is always an error.

    Parameters
    ----------
    text : the model.

    Returns
    -------
    statements : in the order written; a formula with several variables gives one statement each.

    Raises
    ------
    ModelSyntaxError : with the line and a caret at the place.

    References
    ----------
    Rosseel, Y. (2012). lavaan: An R package for structural equation modeling. Journal of Statistical
    Software, 48(2), 1-36. https://doi.org/10.18637/jss.v048.i02. In R: `lavParseModelString(text)`.

    Examples
    --------
    >>> [(s.lhs, s.op, s.rhs) for s in parse("f =~ x1 + a*x2; y ~ f")]
    [('f', '=~', 'x1'), ('f', '=~', 'x2'), ('y', '~', 'f')]
    """
    statements: list[Statement] = []
    seen: dict[tuple, int] = {}
    block: dict[str, str | int | None] = {"group": None, "level": None}
    for formula in split_formulas(text):
        if is_header(formula):
            _open_block(formula, block)
            continue
        for statement, token in _statements(formula, block["group"], block["level"]):
            _refuse_repetition(statement, token, seen)
            statements.append(statement)
    return tuple(statements)


def _open_block(formula: list[Token], block: dict[str, str | int | None]) -> None:
    if len(formula) < 3:
        raise syntax_error(formula[1], f"the {formula[0].text} has no name")
    first, last = formula[2], formula[-1]
    line = first.source.split("\n")[first.line - 1]
    name = line[first.column - 1 : last.column - 1 + len(last.text)].strip().strip("\"'")
    kind = "level" if formula[0].text.casefold() == "level" else "group"
    block[kind] = int(name) if name.isdigit() and first.kind == "number" else name
    if kind == "group":
        block["level"] = None


def _statements(
    formula: list[Token], group: str | int | None, level: str | int | None
) -> Iterator[tuple[Statement, Token]]:
    at = _operator_place(formula)
    operator, left, right = formula[at], formula[:at], formula[at + 1 :]
    if operator.text in CONSTRAINT_OPERATORS:
        yield _constraint(left, operator, right), formula[0]
        return
    for source in parse_terms(left, operator, "left"):
        _check_left(source, operator)
        for target in parse_terms(right, operator, "right"):
            yield _relation(source, operator, target, group, level), target.token


def _operator_place(formula: list[Token]) -> int:
    places = [at for at, token in enumerate(formula) if token.kind == "op" and token.text in MODEL_OPERATORS]
    if not places:
        raise syntax_error(formula[0], "this formula has no operator (=~ ~ ~~ <~ := == < > | |~ ~*~)")
    if len(places) > 1:
        second = formula[places[1]]
        above = [token for token in formula if token.line < second.line]
        hint = f"; the line above goes on, because it ends with `{above[-1].text}`" if above else ""
        raise syntax_error(second, f"a second operator `{second.text}` in one formula{hint}")
    return places[0]


def _constraint(left: list[Token], operator: Token, right: list[Token]) -> Statement:
    value = parse_expression(right, operator)
    if operator.text == ":=":
        if len(left) != 1 or left[0].kind != "name":
            raise syntax_error(left[0] if left else operator, "one new name stands on the left of `:=`")
        return Statement(left[0].text, ":=", value.text, (), left[0].line, left[0].column, expression=value)
    start = parse_expression(left, operator)
    difference = Expression(f"{start.text}-({value.text})", ("-", start.tree, value.tree))
    place = left[0]
    return Statement(
        start.text, operator.text, value.text, (), place.line, place.column, expression=difference
    )


def _check_left(source: Term, operator: Token) -> None:
    if source.number:
        raise syntax_error(source.token, f"a variable stands on the left of `{operator.text}`, not a number")
    for modifier in source.modifiers:
        if modifier.kind != "efa" or operator.text != "=~":
            raise syntax_error(
                source.token,
                f'modifiers stand on the right of `{operator.text}`; on the left only efa("...")* can',
            )


def _relation(
    source: Term, operator: Token, target: Term, group: str | int | None, level: str | int | None
) -> Statement:
    op, rhs, modifiers = operator.text, target.name, source.modifiers + target.modifiers
    if target.number:
        op, rhs, modifiers = _numbered(source, operator, target)
    elif source.name == target.name and op in ("=~", "~", "<~", "|~"):
        raise syntax_error(target.token, f"{rhs} stands on both sides of `{op}`")
    elif op == "~*~" and source.name != target.name:
        raise syntax_error(target.token, "the same variable stands on both sides of `~*~`")
    if op == "|~" and modifiers:
        raise syntax_error(target.token, f"an instrument has no coefficient; write {source.name} |~ {rhs}")
    token = target.token
    return Statement(source.name, op, rhs, modifiers, token.line, token.column, group, level)


def _numbered(source: Term, operator: Token, target: Term) -> tuple[str, str, tuple[Modifier, ...]]:
    """Intercepts (`y ~ 1`, `y ~ 0`) and latent variables without indicators (`f =~ 0`)."""
    if operator.text == "~" and target.name == "1":
        return "~1", "", target.modifiers
    if operator.text == "~" and target.name == "0" and not target.modifiers:
        return "~1", "", (Modifier("fixed", (0.0,)),)
    if operator.text == "=~" and target.name == "0" and not target.modifiers:
        return "=~", source.name, (Modifier("fixed", (0.0,)),)
    raise syntax_error(
        target.token, f"the number {target.name} is no variable; a modifier comes first, as in 0.5*x"
    )


def _refuse_repetition(statement: Statement, token: Token, seen: dict[tuple, int]) -> None:
    lhs, op, rhs = statement.lhs, statement.op, statement.rhs
    if op in ("==", "<", ">"):
        return
    if op == ":=":
        rhs = ""
    elif op == "~~" and rhs < lhs:
        lhs, rhs = rhs, lhs
    key = (lhs, op, rhs, statement.group, statement.level)
    if key in seen:
        what = f"{statement.lhs} {op} {rhs or '1'}" if op != ":=" else lhs
        raise syntax_error(token, f"{what} is already given in line {seen[key]}; keep one of the two")
    seen[key] = statement.line
