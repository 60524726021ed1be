"""Find the products `x:z` among the predictors of a model text, and refuse those that cannot be estimated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sem.language.parser import Statement


@dataclass(frozen=True, slots=True)
class Product:
    """A product of two variables, the same one twice for a quadratic effect.

    Attributes
    ----------
    name : as written, `x:z`.
    first, second : the variables.
    outcomes : the variables regressed on it.
    """

    name: str
    first: str
    second: str
    outcomes: tuple[str, ...]

    @property
    def pair(self) -> tuple[str, str]:
        """Both variables."""
        return self.first, self.second

    @property
    def quadratic(self) -> bool:
        """Whether it is a square."""
        return self.first == self.second


def find_products(statements: Sequence[Statement]) -> tuple[Product, ...]:
    """The products among the predictors, in the order of the text.

    Raises
    ------
    ModelError
        without any, for one that stands elsewhere than right of `~`, one that is named in both orders.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> [(p.name, p.outcomes) for p in find_products(parse("f =~ a + b; g =~ c + d; y ~ f + g + f:g"))]
    [('f:g', ('y',))]
    """
    found: dict[str, list[str]] = {}
    for statement in statements:
        if statement.expression is not None:
            continue
        if ":" in statement.lhs or (":" in statement.rhs and statement.op != "~"):
            raise ModelError(
                f"line {statement.line}: {statement.lhs} {statement.op} {statement.rhs}: a product is a predictor; it "
                "stands right of `~` only"
            )
        if ":" in statement.rhs:
            found.setdefault(statement.rhs, []).append(statement.lhs)
    if not found:
        raise ModelError(
            "interactions= asks for products of variables, but the model names none; write them as y ~ x + z + x:z"
        )
    products = tuple(
        Product(name, name.split(":")[0], name.split(":")[1], tuple(dict.fromkeys(lhs)))
        for name, lhs in found.items()
    )
    for product in products:
        turned = f"{product.second}:{product.first}"
        if not product.quadratic and turned in found:
            raise ModelError(f"{product.name} and {turned} are the same product; keep one spelling of it")
    return products


def check_products(
    products: Sequence[Product], statements: Sequence[Statement], columns: Collection[str]
) -> None:
    """Refuse products of what is neither in the model nor in the data, and of factors measured without known error.

    Raises
    ------
    ModelError
        with the product, its line, and what to write instead.
    NotServedError
        for `group:` and `level:` blocks, composites and exploratory factors.
    """
    if any(s.group is not None or s.level is not None for s in statements):
        raise NotServedError("products beside group: or level: blocks are not served; use group= for groups")
    if any(s.op == "<~" or any(m.kind == "efa" for m in s.modifiers) for s in statements):
        raise NotServedError("products beside composites (<~) or exploratory factors (efa) are not served")
    latent = {s.lhs for s in statements if s.op == "=~"}
    for product in products:
        place = f"{product.name} (line {_line(product, statements)})"
        for name in dict.fromkeys(product.pair):
            _check_variable(name, place, latent, columns)
            if name in latent:
                _check_reliability(name, place, statements)
        if not latent & set(product.pair):
            raise ModelError(
                f"{place}: both variables are observed; compute their product as a column of the data and name that"
            )
        for outcome in product.outcomes:
            if outcome in product.pair:
                raise ModelError(f"{place}: {outcome} cannot depend on a product of itself")


def _check_variable(name: str, place: str, latent: set[str], columns: Collection[str]) -> None:
    if name not in latent and name not in columns:
        raise ModelError(
            f"{place}: there is no variable {name!r}{did_you_mean(name, [*latent, *columns])}; define it with =~ or "
            "name a column of the data"
        )


def _check_reliability(name: str, place: str, statements: Sequence[Statement]) -> None:
    """A single indicator needs an error variance that is given, or its factor is the variable itself."""
    items = [s.rhs for s in statements if s.op == "=~" and s.lhs == name and s.rhs != name]
    if len(items) != 1:
        return
    item = items[0]
    if not any(s.op == "~~" and s.lhs == s.rhs == item for s in statements):
        raise ModelError(
            f"{place}: {name} has one indicator ({item}) and no reliability. Give its error variance, "
            f"{item} ~~ value*{item} with value = (1 - reliability) * variance, or add indicators"
        )


def _line(product: Product, statements: Sequence[Statement]) -> int:
    return next(s.line for s in statements if s.rhs == product.name)
