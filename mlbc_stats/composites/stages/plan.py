"""The stages of a model: what is estimated first, and what of it enters the last stage."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.composites.specification.constructs import Construct, Specification
from mlbc_stats.composites.stages.higher_order import dimensions, first_stage, last_stage, repeated
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean

HIGHER = ("disjoint", "embedded", "repeated", "scores")
PRODUCTS = ("two_stage", "reestimated", "product_indicator", "orthogonal")
SCALES = ("product", "unit")


@dataclass(frozen=True, slots=True)
class Plan:
    """Stages of a model.

    Attributes
    ----------
    model : the specification of the last stage, which the result reports.
    first : of the stage before it, whose scores are indicators of the last; None without higher order.
    higher : how constructs of higher order are found, one of `HIGHER`.
    products : how products of constructs are made, one of `PRODUCTS`.
    scale : "product", the product of standardized scores as it is, or "unit", scaled to unit variance.
    """

    model: Specification
    first: Specification | None = None
    higher: str = "disjoint"
    products: str = "two_stage"
    scale: str = "product"

    @property
    def by_cases(self) -> bool:
        """Whether the last stage needs the answers themselves, not only their correlations."""
        return bool(self.model.products) or bool(self.product_blocks)

    @property
    def product_blocks(self) -> tuple[Construct, ...]:
        """Products that are constructs with indicators of their own."""
        return tuple(construct for construct in self.model.constructs if ":" in construct.name)


def make_plan(
    model: Specification, higher: str = "disjoint", products: str = "two_stage", scale: str = "product"
) -> Plan:
    """The stages of a model.

    Raises
    ------
    ModelError : a way that is not known. NotServedError : ways that do not go together.
    """
    for name, value, known in (
        ("higher", higher, HIGHER),
        ("products", products, PRODUCTS),
        ("product_scale", scale, SCALES),
    ):
        if value not in known:
            raise ModelError(
                f"{name}={value!r} is unknown; use one of {', '.join(known)}{did_you_mean(value, known)}"
            )
    first = None
    if dimensions(model):
        if higher != "repeated":
            first = first_stage(model, higher)
        model = repeated(model) if higher == "repeated" else last_stage(model, higher)
    if model.products and products != "two_stage":
        if first is not None:
            raise NotServedError(
                f"products={products!r} with constructs of higher order is not served; use 'two_stage'"
            )
        model = _with_product_blocks(model, products)
    return Plan(model, first, higher, products, scale)


def columns_of(plan: Plan) -> tuple[str, ...]:
    """The columns of the data that a plan needs."""
    stage = plan.model if plan.first is None else plan.first
    return tuple(name for name in stage.indicators if ":" not in name)


def _with_product_blocks(model: Specification, products: str) -> Specification:
    """Each product as a construct: of all products of indicators, or of the one product of scores."""
    added = tuple(
        Construct(name, "composite", _product_indicators(model, name, products)) for name in model.products
    )
    return Specification((*model.constructs, *added), model.paths, model.error_pairs)


def _product_indicators(model: Specification, name: str, products: str) -> tuple[str, ...]:
    if products == "reestimated":
        return (name,)
    one, other = (model.construct(part).indicators for part in name.split(":"))
    if one == other:
        return tuple(f"{a}:{b}" for k, a in enumerate(one) for b in one[k:])
    return tuple(f"{a}:{b}" for a in one for b in other)
