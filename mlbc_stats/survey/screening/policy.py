"""A screening policy as data: thresholds, which flags exclude, and flags that exclude together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictFloat, StrictInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from mlbc_stats.errors import ResponseError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Sentence
from mlbc_stats.survey.screening.rules.registry import RULES
from mlbc_stats.survey.yaml.file import YamlFile, read_yaml

Action = Literal["exclude", "flag", "off"]
Number = StrictFloat | StrictInt


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class RuleChoice:
    """What a policy says of one rule; what is left out stays as usual.

    Examples
    --------
    >>> RuleChoice(threshold=2, action="exclude").action
    'exclude'
    """

    threshold: Number | None = None
    """Where flagging begins."""
    action: Action | None = None
    """exclude: its flags take cases out; flag: they are reported only; off: it is not computed."""
    reason: Sentence | None = None
    """Why, for the report."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Combination:
    """Rules that count together: a case is marked from so many of their flags.

    Examples
    --------
    >>> Combination(id="inconsistent", rules=("even_odd", "person_fit"), at_least=2).action
    'exclude'
    """

    id: Identifier
    """Name in the report; no rule's."""
    rules: Annotated[tuple[Identifier, ...], Field(min_length=2)]
    """Rules that count."""
    at_least: Annotated[StrictInt, Field(ge=1)]
    """Flags from which a case is marked."""
    action: Literal["exclude", "flag"] = "exclude"
    """Whether that takes the case out."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED, repr=False)
class ScreeningPolicy(Shown):
    """Which rules apply, from where on, and what their flags do.

    Examples
    --------
    >>> policy = ScreeningPolicy(rules={"person_fit": RuleChoice(action="exclude")})
    >>> policy.threshold("person_fit"), policy.action("person_fit"), policy.action("even_odd")
    (0.3, 'exclude', 'flag')
    """

    kind: Literal["screening_policy"] = "screening_policy"
    """The kind of this file."""
    title: Sentence = "The usual rules"
    """What the report calls it."""
    rules: dict[Identifier, RuleChoice] = field(default_factory=dict)
    """What differs from the usual, by rule."""
    combined: tuple[Combination, ...] = ()
    """Rules that count together."""

    def _facts(self) -> Mapping[str, object]:
        actions: dict[str, list[str]] = {}
        for name in RULES:
            actions.setdefault(self.action(name), []).append(name)
        return {"title": self.title, **actions, "combined": [one.id for one in self.combined]}

    def threshold(self, rule: str) -> float:
        """Where flagging by a rule begins."""
        given = self.rules[rule].threshold if rule in self.rules else None
        return float(RULES[rule].threshold if given is None else given)

    def action(self, rule: str) -> Action:
        """What flags of a rule do."""
        given = self.rules[rule].action if rule in self.rules else None
        return given or ("exclude" if RULES[rule].excludes else "flag")

    def with_thresholds(self, thresholds: Mapping[str, float | None]) -> ScreeningPolicy:
        """The same policy with other thresholds; None leaves one as it is.

        Raises
        ------
        ResponseError
            for a threshold at which the rule means nothing.
        """
        rules = dict(self.rules)
        for name, value in thresholds.items():
            if value is not None:
                if objection := RULES[name].objection(value):
                    raise ResponseError(f"rule {name}: {objection}")
                rules[name] = replace(rules.get(name, RuleChoice()), threshold=float(value))
        return replace(self, rules=rules)

    def excluding(self, names: set[str]) -> ScreeningPolicy:
        """The same policy where these rules and combinations alone take cases out."""
        rules = dict(self.rules)
        for name in RULES:
            if self.action(name) != "off" or name in names:
                action: Action = "exclude" if name in names else "flag"
                rules[name] = replace(rules.get(name, RuleChoice()), action=action)
        combined = tuple(
            replace(one, action="exclude" if one.id in names else "flag") for one in self.combined
        )
        return replace(self, rules=rules, combined=combined)


def load_policy(path: str | Path) -> ScreeningPolicy:
    """Read a policy file.

    Raises
    ------
    ResponseError
        with file, line and key: no such file, broken YAML, unknown rules or keys, wrong values.

    Examples
    --------
    >>> from mlbc_stats.resources import resource
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "policy.yaml"
    ...     written = file.write_text("kind: screening_policy\\nrules: {even_odd: {action: exclude}}\\n")
    ...     load_policy(file).action("even_odd")
    'exclude'
    """
    place = Path(path)
    if not place.is_file():
        raise ResponseError(f"{place}: no such policy file")
    file = read_yaml(place)
    if file.findings:
        raise ResponseError("\n".join(map(str, file.findings)))
    data = file.data if isinstance(file.data, dict) else {}
    if data.get("kind") != "screening_policy":
        problem = f"expected 'kind: screening_policy', got {data.get('kind')!r}"
        raise ResponseError(str(file.finding(("kind",), problem)))
    try:
        policy = TypeAdapter(ScreeningPolicy).validate_python(data)
    except ValidationError as error:
        found = [
            file.finding(tuple(entry["loc"]), f"{'.'.join(map(str, entry['loc']))}: {entry['msg']}")
            for entry in error.errors()
        ]
        raise ResponseError("\n".join(map(str, found))) from None
    _check_names(policy, file)
    return policy


def _check_names(policy: ScreeningPolicy, file: YamlFile) -> None:
    """ResponseError for unknown rules, thresholds and combinations that cannot be, and names borne twice."""
    for name in policy.rules:
        if name not in RULES:
            raise ResponseError(str(file.finding(("rules", name), unknown_rule(name))))
        if objection := RULES[name].objection(policy.threshold(name)):
            raise ResponseError(str(file.finding(("rules", name, "threshold"), objection)))
    seen = set(RULES)
    for place, one in enumerate(policy.combined):
        wrong = [name for name in one.rules if name not in RULES]
        off = [name for name in one.rules if name in RULES and policy.action(name) == "off"]
        problem = (
            unknown_rule(wrong[0])
            if wrong
            else f"rule {off[0]} is off; it cannot count"
            if off
            else f"the name {one.id} is taken; choose another"
            if one.id in seen
            else f"{one.at_least} flags of {len(set(one.rules))} rules cannot be reached"
            if one.at_least > len(set(one.rules))
            else ""
        )
        if problem:
            raise ResponseError(str(file.finding(("combined", place), problem)))
        seen.add(one.id)


def unknown_rule(name: str) -> str:
    """Message for a name that is no rule."""
    return f"no screening rule {name}; there are {', '.join(RULES)}{did_you_mean(name, RULES)}"
