"""Cut a model text into tokens and into formulas; every token keeps its line and column."""

from __future__ import annotations

import re
from typing import NamedTuple

from mlbc_stats.errors import ModelSyntaxError

MODEL_OPERATORS = frozenset({"=~", "<~", "~", "~~", "~*~", "|", "|~", ":=", "==", "<", ">"})
BLOCKS = frozenset({"group", "level", "block", "class"})
_MISTAKEN = {
    "=": "did you mean `=~` (measured by) or `==` (equal to)?",
    "~=": "did you mean `=~` (measured by)?",
    ">=": "write `>`: an inequality here always includes its boundary",
    "=>": "write `>`: an inequality here always includes its boundary",
    "<=": "write `<`: an inequality here always includes its boundary",
    "->": "write `y ~ x` for an arrow from x to y",
    "<->": "write `x ~~ y` for a covariance",
    "%": "it is no part of the language",
}
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f\v\u00a0]+|[#!][^\n]*)
      | (?P<end>[\n;])
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<string>"[^"\n]*"|'[^'\n]*')
      | (?P<name>(?:[^\W\d]|\.(?!\d))[\w.]*)
      | (?P<op>~\*~|\|~|:=|=~|<->|<~|~~|==|=>|<=|>=|!=|~=|->|\*\*|[-~<>|:+*/^(),?=%])
      | (?P<other>.)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word of a model text; `source` is the whole text, for error messages."""

    kind: str
    text: str
    line: int
    column: int
    source: str


def split_formulas(text: str) -> list[list[Token]]:
    """Tokens of each formula of `text`.

    A formula ends at a line break or semicolon. It goes on over a line break inside parentheses, after an
    operator or comma, before a model operator that the formula still lacks, and before a line that holds no
    model operator of its own.

    Raises
    ------
    ModelSyntaxError : a character or operator that is no part of the language; unbalanced parentheses.
    """
    formulas: list[list[Token]] = []
    for line, after_semicolon in _lines(scan(text)):
        if formulas and not after_semicolon and _continues(formulas[-1], line):
            formulas[-1].extend(line)
        else:
            formulas.append(list(line))
    for formula in formulas:
        _check_parentheses(formula)
    return formulas


def scan(text: str) -> list[Token]:
    """All tokens of `text`, comments and blanks left out, line ends and semicolons kept."""
    tokens: list[Token] = []
    line, start = 1, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            continue
        word = match.group()
        token = Token(kind or "", word, line, match.start() - start + 1, text)
        if kind == "other":
            raise syntax_error(token, _unknown_character(word))
        if kind == "op" and word in _MISTAKEN:
            raise syntax_error(token, f"`{word}` is no operator of the model language; {_MISTAKEN[word]}")
        tokens.append(token)
        if word == "\n":
            line, start = line + 1, match.end()
    return tokens


def syntax_error(token: Token, problem: str) -> ModelSyntaxError:
    """The error that points at `token`."""
    return ModelSyntaxError(problem, token.source, token.line, token.column)


def is_header(tokens: list[Token]) -> bool:
    """Whether a line opens a block, as `group: 1` does; capitals do not matter."""
    return len(tokens) > 1 and tokens[0].text.casefold() in BLOCKS and tokens[1].text == ":"


def _lines(tokens: list[Token]) -> list[tuple[list[Token], bool]]:
    lines: list[tuple[list[Token], bool]] = []
    line: list[Token] = []
    after_semicolon = False
    for token in tokens:
        if token.kind != "end":
            line.append(token)
            continue
        if line:
            lines.append((line, after_semicolon))
            line, after_semicolon = [], False
        after_semicolon = after_semicolon or token.text == ";"
    if line:
        lines.append((line, after_semicolon))
    return lines


def _continues(formula: list[Token], line: list[Token]) -> bool:
    if is_header(formula) or is_header(line):
        return False
    last = formula[-1]
    if (last.kind == "op" and last.text != ")") or _depth(formula) > 0:
        return True
    if line[0].text in MODEL_OPERATORS:
        return not any(token.text in MODEL_OPERATORS for token in formula)
    return not any(token.text in MODEL_OPERATORS for token in line)


def _depth(tokens: list[Token]) -> int:
    return sum((token.text == "(") - (token.text == ")") for token in tokens if token.kind == "op")


def _check_parentheses(formula: list[Token]) -> None:
    opened: list[Token] = []
    for token in formula:
        if token.kind != "op":
            continue
        if token.text == "(":
            opened.append(token)
        elif token.text == ")":
            if not opened:
                raise syntax_error(token, "this parenthesis was never opened")
            opened.pop()
    if opened:
        raise syntax_error(opened[-1], "this parenthesis is never closed")


def _unknown_character(word: str) -> str:
    if word in "\"'":
        return "this quotation mark is never closed on its line"
    if word in "“”‘’«»":
        return f"the typographic quotation mark {word} is not understood; use a straight one"
    if word in "∼˜～":
        return f"{word} looks like a tilde but is another character; type `~`"
    return f"the character {word!r} is no part of the model language"
