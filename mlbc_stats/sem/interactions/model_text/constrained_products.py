"""The text of product indicators whose means, and on demand loadings and variances, follow from the factors'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.interactions.model_text.product_terms import Product
from mlbc_stats.sem.interactions.model_text.rewriting import relation
from mlbc_stats.sem.language.modifiers import Modifier
from mlbc_stats.sem.language.parser import CONSTRAINT_OPERATORS, Statement
from mlbc_stats.sem.specification.roles import assign_roles

Item = tuple[str, str, str]
Factor = tuple[Product, tuple[Item, ...]]
Labels = dict[tuple[str, str, str], str]


def constrained_lines(
    statements: Sequence[Statement],
    factors: Sequence[Factor],
    shared: Sequence[tuple[str, str]],
    full: bool,
) -> str:
    """The whole model, every parameter labelled, with the mean of every product set to the factors' covariance.

    With `full` also its variance, its covariances, its loadings and the residuals of its indicators, as they follow
    from normal factors: Var(xz) = Var(x) Var(z) + Cov(x, z)², λ_ab = λ_a λ_b, Var(ε_ab) = λ_a² Var(x) Var(ε_b) +
    λ_b² Var(z) Var(ε_a) + Var(ε_a) Var(ε_b).

    References
    ----------
    Algina & Moulder (2001), doi:10.1207/S15328007SEM0801_3; Marsh, Wen & Hau (2004), doi:10.1037/1082-989X.9.3.275.
    """
    relations = [s for s in statements if s.op not in CONSTRAINT_OPERATORS]
    _check_exogenous(relations, factors)
    labels: Labels = {}
    lines = [_labelled(s, labels) for s in relations]
    lines += [f"{s.lhs} {s.op} {s.rhs}" for s in statements if s.op in CONSTRAINT_OPERATORS]
    for product, items in factors:
        for name, _, _ in items:
            lines.append(f"{product.name} =~ {_put(labels, product.name, '=~', name)}*{name}")
    lines += list(_variances(relations, factors, labels, shared, full))
    for product, _ in factors:
        short = _short(product.name)
        lines.append(f"{product.name} ~ Mean_{short}*1")
        lines.append(f"Mean_{short} == ({_shared(labels, *product.pair)})")
    if full:
        lines += list(_bound(factors, labels, shared, relations))
    return "\n".join(lines)


def _check_exogenous(relations: Sequence[Statement], factors: Sequence[Factor]) -> None:
    outcomes = {s.lhs for s in relations if s.op == "~"} | {s.rhs for s in relations if s.op == "=~"}
    for product, _ in factors:
        ends = [name for name in product.pair if name in outcomes]
        if ends:
            raise NotServedError(
                f"{product.name}: {ends[0]} depends on others, so that its variance is no parameter to bind a product "
                "to; use the method 'dblcent' or 'rca', or interactions='lms'"
            )


def _labelled(statement: Statement, labels: Labels) -> str:
    """A relation with a label of its own, where the user gave none, kept in `labels`."""
    own = next((m.values[0] for m in statement.modifiers if m.kind == "label"), None)
    lhs, op, rhs = statement.lhs, statement.op, statement.rhs
    if own is not None:
        labels[_place(lhs, op, rhs)] = str(own)
        return relation(statement)
    if op not in ("=~", "~", "~~") or (lhs == rhs and op == "=~"):
        return relation(statement)
    label = Modifier("label", (_put(labels, lhs, op, rhs),))
    if ":" in rhs:
        return f"{lhs} ~ {' + '.join([f'{label.values[0]}*{rhs}'])}"
    return relation(Statement(lhs, op, rhs, (*statement.modifiers, label), statement.line, statement.column))


def _variances(
    relations: Sequence[Statement],
    factors: Sequence[Factor],
    labels: Labels,
    shared: Sequence[tuple[str, str]],
    full: bool,
) -> Iterator[str]:
    """Variances, covariances of exogenous factors, and residual covariances of indicators that share an item."""
    roles = assign_roles([s for s in relations if ":" not in s.rhs], True)
    products = [product.name for product, _ in factors]
    outcomes = {s.lhs for s in relations if s.op == "~"}
    own = [name for name in (*roles.latent, *products, *roles.observed) if name not in roles.exogenous]
    for name in [*own, *(item[0] for _, items in factors for item in items)]:
        if _place(name, "~~", name) not in labels:
            kind = "Zeta" if name in outcomes else "Var"
            yield f"{name} ~~ {_put(labels, name, '~~', name, kind)}*{name}"
    outer = (*roles.latent_x, *products)
    for one, other in combinations(outer, 2):
        if _place(one, "~~", other) not in labels:
            yield f"{one} ~~ {_put(labels, one, '~~', other)}*{other}"
    pairs = combinations([item[0] for _, items in factors for item in items], 2) if full else shared
    for a, b in pairs:
        if (a, b) in shared:
            yield f"{a} ~~ {_put(labels, a, '~~', b)}*{b}" if full else f"{a} ~~ {b}"
        else:
            yield f"{b} ~~ 0*{a}"


def _bound(
    factors: Sequence[Factor],
    labels: Labels,
    shared: Sequence[tuple[str, str]],
    relations: Sequence[Statement],
) -> Iterator[str]:
    """What follows for normal factors."""
    of = {item[0]: (product, item) for product, items in factors for item in items}
    outer = assign_roles([s for s in relations if ":" not in s.rhs], True).latent_x
    for product, items in factors:
        x, z = product.pair
        own = labels[_place(product.name, "~~", product.name)]
        if product.quadratic:
            yield f"{own} == 2*({_shared(labels, x, x)})^2"
        else:
            yield f"{own} == ({_shared(labels, x, x)})*({_shared(labels, z, z)})+({_shared(labels, x, z)})^2"
        for name in outer:
            yield f"{labels[_place(name, '~~', product.name)]} == 0"
        for name, a, b in items:
            yield f"{labels[_place(name, '~~', name)]} == {_residual(labels, product, a, b)}"
        for name, a, b in items:
            own = labels[_place(product.name, "=~", name)]
            yield f"{own} == {_loading(labels, x, a)}*{_loading(labels, z, b)}"
    for (one, _), (other, _) in combinations(factors, 2):
        yield f"{labels[_place(one.name, '~~', other.name)]} == {_covariance(labels, one.pair, other.pair)}"
    for a, b in shared:
        yield f"{labels[_place(a, '~~', b)]} == {_shared_residual(labels, of[a], of[b])}"


def _residual(labels: Labels, product: Product, a: str, b: str) -> str:
    """Variance of what an indicator a·b holds beside the product of the factors."""
    x, z = product.pair
    la, lb = _loading(labels, x, a), _loading(labels, z, b)
    vx, vz, ea, eb = (_shared(labels, n, n) for n in (x, z, a, b))
    if a == b:
        return f"4*{la}^2*({vx})*{ea}+2*{ea}^2"
    return f"{la}^2*({vx})*{eb}+{lb}^2*({vz})*{ea}+{ea}*{eb}"


def _shared_residual(labels: Labels, one: tuple[Product, Item], other: tuple[Product, Item]) -> str:
    """Covariance of the residuals of two indicators: Var(ε) of a shared item times what covaries of their partners."""
    (p, (_, a, b)), (r, (_, c, d)) = one, other
    terms = []
    for i, (z, j) in ((a, (p.second, b)), (b, (p.first, a))):
        for k, (w, m) in ((c, (r.second, d)), (d, (r.first, c))):
            if i == k and j != m:
                slopes = f"{_loading(labels, z, j)}*{_loading(labels, w, m)}"
                terms.append(f"{_shared(labels, i, i)}*{slopes}*({_shared(labels, z, w)})")
    if a == b or c == d:
        terms = terms[:2]
    return "+".join(terms)


def _covariance(labels: Labels, one: tuple[str, str], other: tuple[str, str]) -> str:
    """Cov(ab, cd) = Cov(a, c) Cov(b, d) + Cov(a, d) Cov(b, c) of normal variables about zero."""
    (a, b), (c, d) = one, other
    first = f"({_shared(labels, a, c)})*({_shared(labels, b, d)})"
    return f"{first}+({_shared(labels, a, d)})*({_shared(labels, b, c)})"


def _shared(labels: Labels, one: str, other: str) -> str:
    return labels[_place(one, "~~", other)]


def _loading(labels: Labels, factor: str, item: str) -> str:
    return "1" if factor == item else labels[_place(factor, "=~", item)]


def _put(labels: Labels, lhs: str, op: str, rhs: str, kind: str = "") -> str:
    """A new label: lambda_item_factor, Gamma_predictor_outcome, Var_x, Zeta_y or Cov_x_z."""
    one, other = _short(lhs), _short(rhs)
    if op == "~~" and lhs == rhs:
        label = f"{kind or 'Var'}_{one}"
    else:
        label = f"{ {'=~': 'lambda', '~': 'Gamma', '~~': 'Cov'}[op] }_" + (
            f"{one}_{other}" if op == "~~" else f"{other}_{one}"
        )
    labels[_place(lhs, op, rhs)] = label
    return label


def _short(name: str) -> str:
    return name.replace(":", "").replace(".", "")


def _place(lhs: str, op: str, rhs: str) -> tuple[str, str, str]:
    return (*sorted((lhs, rhs)), op) if op == "~~" else (lhs, rhs, op)  # type: ignore[return-value]
