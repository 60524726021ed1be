"""Model texts and the statements, or the errors, they give."""

from __future__ import annotations

import pytest

from mlbc_stats.errors import ModelSyntaxError
from mlbc_stats.sem.language.parser import parse


def _relations(text: str) -> list[str]:
    return [f"{s.lhs}{s.op}{s.rhs}" for s in parse(text)]


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("f =~ x1 + x2", ["f=~x1", "f=~x2"]),
        ("x + y ~ z", ["x~z", "y~z"]),
        ("f1 + f2 =~ x1 + x2", ["f1=~x1", "f1=~x2", "f2=~x1", "f2=~x2"]),
        ("x ~~ y + z; y ~~ y", ["x~~y", "x~~z", "y~~y"]),
        ("y ~ 1\nx ~ 0*1\nz ~ 1 + x", ["y~1", "x~1", "z~1", "z~x"]),
        ("y ~ 0 + x", ["y~1", "y~x"]),
        ("f <~ x1 + x2", ["f<~x1", "f<~x2"]),
        ("u | t1 + t2; u ~*~ u", ["u|t1", "u|t2", "u~*~u"]),
        ("f =~ 0", ["f=~f"]),
        ("y ~ a:b + x.z_1", ["y~a:b", "y~x.z_1"]),
        ("größe ~ höhe", ["größe~höhe"]),
        ("# only a comment\n! another\n", []),
        ("", []),
        ("f =~ x1 # why\n + x2 ! because", ["f=~x1", "f=~x2"]),
        ("!== head ==\nf =~ x1", ["f=~x1"]),
        ("f =~ x1 +\n\n  x2\n  + x3\ng =~\ny1", ["f=~x1", "f=~x2", "f=~x3", "g=~y1"]),
        ("f\n=~ x1", ["f=~x1"]),
        ("f =~ x1;;g =~ y1;\n;", ["f=~x1", "g=~y1"]),
        ("f =~ x1\r\ng =~ y1\r\n", ["f=~x1", "g=~y1"]),
        ("d := a * b\n + c", ["d:=a*b+c"]),
        ("a == b*2; a > 0; b < 1 + c", ["a==b*2", "a>0", "b<1+c"]),
        ("exp(a) == (b + 1)^2", ["exp(a)==(b+1)^2"]),
        ("a<-b", ["a<-b"]),
    ],
)
def test_relations(text: str, relations: list[str]) -> None:
    assert _relations(text) == relations


@pytest.mark.parametrize(
    ("term", "modifiers"),
    [
        ("0.5*x", [("fixed", (0.5,))]),
        ("-1*x", [("fixed", (-1.0,))]),
        ("1/4*x", [("fixed", (0.25,))]),
        ("sqrt(4)*x", [("fixed", (2.0,))]),
        ("(1 + 2)^2*x", [("fixed", (9.0,))]),
        ("1e-1*x", [("fixed", (0.1,))]),
        ("0.5*2*x", [("fixed", (1.0,))]),
        ("a*x", [("label", ("a",))]),
        ('"a b"*x', [("label", ("ab",))]),
        ('label("a")*x', [("label", ("a",))]),
        ("NA*x", [("free", (None,))]),
        ("start(0.5)*x", [("start", (0.5,))]),
        ("0.5?x", [("start", (0.5,))]),
        ('equal("f=~y")*x', [("equal", ("f=~y",))]),
        ("lower(0)*x + upper(1)*x", [("lower", (0.0,)), ("upper", (1.0,))]),
        ("a*x + 0.8*x", [("label", ("a",)), ("fixed", (0.8,))]),
        ("start(0.8)*a*x", [("start", (0.8,)), ("label", ("a",))]),
        ("c(a, b)*x", [("label", ("a", "b"))]),
        ("c(0.5, NA)*x", [("fixed", (0.5, None))]),
        ("c(NA, NA)*x", [("free", (None, None))]),
        ('c("a", NA)*x', [("label", ("a", None))]),
        ("start(c(0.1, -0.2))*x", [("start", (0.1, -0.2))]),
        ("c(a, NA)*x + c(NA, 1)*x", [("label", ("a", None)), ("fixed", (None, 1.0))]),
    ],
)
def test_modifiers(term: str, modifiers: list[tuple]) -> None:
    (statement,) = parse(f"f =~ {term}")
    assert [(m.kind, m.values) for m in statement.modifiers] == modifiers
    assert statement.rhs == "x"


def test_blocks() -> None:
    text = "x ~~ x\ngroup: Grant-White\nf =~ x\nlevel: 1\nf ~ z\ngroup: 2\ng =~ x"
    assert [(s.group, s.level) for s in parse(text)] == [
        (None, None),
        ("Grant-White", None),
        ("Grant-White", 1),
        (2, None),
    ]


def test_rotation_blocks() -> None:
    text = 'efa("e")*f1 + efa("e")*f2 =~ x1 + a*x2'
    assert [[m.kind for m in s.modifiers] for s in parse(text)] == [["efa"], ["efa", "label"]] * 2


def test_places() -> None:
    statements = parse("f =~ x1 +\n   0.5*x2")
    assert [(s.line, s.column) for s in statements] == [(1, 6), (2, 8)]


def test_expressions_are_parsed() -> None:
    d, e = parse("d := -a^2*b; d == 2*c")
    assert d.expression is not None
    assert d.expression.tree == ("*", ("neg", ("^", ("name", "a"), ("num", 2.0))), ("name", "b"))
    assert e.expression is not None
    assert e.expression.names == ("d", "c")


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("f =~ x1 + x2 + \n =~ x3", 2, 2, "second operator"),
        ("f =~ x1 +\ng =~ x2", 2, 3, "ends with `+`"),
        ("f =~", 1, 3, "right of `=~`"),
        ("\n=~ x", 2, 1, "left of `=~`"),
        ("f =~ x1 x2", 1, 9, "`+` joins variables"),
        ("f =~ x1\nx2", 2, 1, "`+` joins variables"),
        ("f = x", 1, 3, "did you mean `=~`"),
        ("a >= 0", 1, 3, "write `>`"),
        ("y -> x", 1, 3, "write `y ~ x`"),
        ("f =~ x1 + (2", 1, 11, "never closed"),
        ("f =~ x1)", 1, 8, "never opened"),
        ("f =~ x1 + + x2", 1, 9, "missing after `+`"),
        ("f =~ x1 +", 1, 9, "missing after `+`"),
        ("f =~ a*", 1, 7, "missing after `*`"),
        ("f =~ *x", 1, 6, "nothing stands before `*`"),
        ("x1 + x2", 1, 1, "no operator"),
        ("y ~ x - z", 1, 7, "`-` after x"),
        ("y ~ -x", 1, 5, "-1*x"),
        ("y ~ 2x", 1, 6, "`*` is missing"),
        ("y ~ x*2", 1, 7, "no variable"),
        ("y ~ log(x)", 1, 5, "compute the column"),
        ("f =~ foo(2)*x", 1, 6, "foo() is not known"),
        ("f =~ log(-1)*x", 1, 6, "has no value"),
        ("f =~ (a+1)*x", 1, 6, "one label or one number"),
        ("f =~ c(a, 1)*x", 1, 6, "mixed in one c(...)"),
        ("f =~ c(a,)*x", 1, 10, "argument of c() is missing"),
        ("f =~ start(a)*x", 1, 6, "takes a number"),
        ("f =~ label(1)*x", 1, 6, "takes a text"),
        ("f =~ a*x + b*x", 1, 14, "same kind"),
        ("f =~ 1*x + NA*x", 1, 15, "both as fixed"),
        ("f =~ x\nf =~ x", 2, 6, "already given in line 1"),
        ("x ~~ y\ny ~~ x", 2, 6, "already given in line 1"),
        ("d := a\nd := b", 2, 1, "already given in line 1"),
        ("0.5*f =~ x", 1, 5, "modifiers stand on the right"),
        ("1 ~ x", 1, 1, "not a number"),
        ("x ~ x", 1, 5, "both sides"),
        ("x ~*~ y", 1, 7, "same variable"),
        ("d := a +", 1, 8, "breaks off"),
        ("d := a b", 1, 8, "operator such as"),
        ("d := (a * )", 1, 11, "not expected"),
        ("a + b := c", 1, 1, "one new name"),
        ("a ==", 1, 3, "missing beside `==`"),
        ("f =~ “a”*x", 1, 6, "typographic"),
        ("f =~ 'a*x", 1, 6, "never closed"),
        ("f \u223c x", 1, 3, "looks like a tilde"),
        ("f =~ x$y", 1, 7, "'$'"),
        ("group:\nf =~ x", 1, 6, "has no name"),
    ],
)
def test_errors_point_at_the_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(ModelSyntaxError) as caught:
        parse(text)
    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    shown, caret = str(caught.value).splitlines()[-2:]
    assert shown == "  " + text.splitlines()[line - 1]
    assert caret.index("^") == column + 1
