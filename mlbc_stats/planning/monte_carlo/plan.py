"""What is simulated: propositions, conditions, replications and seed, with a hash that names all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import product
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.showing import Shown

CHUNK, INCOMPLETE_CHUNK = 50, 5
"""Samples drawn and fitted together; of incomplete ones fewer, since each is fitted by itself."""
GRID = ("n", "effect", "reliability", "categories", "missing", "cluster_size")
WHOLE = ("n", "categories", "cluster_size")
LIMITS: Mapping[str, tuple[float, float]] = {
    "n": (10, 1_000_000),
    "effect": (-0.95, 0.95),
    "reliability": (0.05, 0.999),
    "categories": (0, 101),
    "missing": (0, 0.9),
    "cluster_size": (1, 1000),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell of the grid.

    Attributes
    ----------
    n : solutions of a sample. effect : true size of the planned quantities, on the predicted side; 0 for none.
    reliability : of the items of each construct. categories : of every item; 0 for continuous answers.
    missing : share of answers that are missing at random. cluster_size : solutions of an organization.
    """

    n: int
    effect: float
    reliability: float
    categories: int
    missing: float
    cluster_size: int

    @property
    def apart_from_n(self) -> dict[str, float]:
        """The condition without the size of a sample: what one curve of power belongs to."""
        return {name: getattr(self, name) for name in GRID if name != "n"}


@dataclass(frozen=True, slots=True)
class Task:
    """One chunk of one condition, of one model: the piece of work that is done as a whole or not at all."""

    model: str
    condition: Condition
    chunk: int
    samples: int

    @property
    def key(self) -> str:
        """Names the task in files.

        Examples
        --------
        >>> Task("S1", Condition(200, 0.1, 0.85, 7, 0.0, 1), 3, 50).key
        'S1|200|0.1|0.85|7|0.0|1|3|50'
        """
        values = [getattr(self.condition, name) for name in GRID]
        return "|".join(str(value) for value in (self.model, *values, self.chunk, self.samples))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Plan(Shown):
    """Everything that determines the numbers of a simulation, except the machine.

    Attributes
    ----------
    propositions : ids of the registry.
    n, effect, reliability, categories, missing, cluster_size : the grid; every combination is simulated.
    replications : samples of each condition; seed : of all of them.
    instrument : id or file of the instrument that is answered; several joined by "+", as a study asks them.
    targets : what else is true, "y ~ x" or "x ~~ z" → standardized value, in place of the usual values.
    facet_loading, organization_share : as of the population.
    level, equivalence_level : of the deciding intervals.
    through : "direct" draws answers by array operations; "instrument" through the questionnaire, with its routes.

    Raises
    ------
    ModelError
        for numbers outside what can be simulated, with the field.

    Examples
    --------
    >>> plan = Plan(propositions=("M1",), n=(200, 400), replications=100)
    >>> len(plan.conditions), len(plan.hash)
    (2, 64)
    """

    propositions: tuple[str, ...]
    n: tuple[int, ...] = (200, 300, 400, 600, 800)
    effect: tuple[float, ...] = (0.10,)
    reliability: tuple[float, ...] = (0.85,)
    categories: tuple[int, ...] = (7,)
    missing: tuple[float, ...] = (0.0,)
    cluster_size: tuple[int, ...] = (1,)
    replications: int = 500
    seed: int = 20261122
    instrument: str = "mlbc_alignment"
    targets: Mapping[str, float] = field(default_factory=dict)
    facet_loading: float = 0.85
    organization_share: float = 0.1
    level: float = 0.95
    equivalence_level: float = 0.90
    through: str = "direct"

    def __post_init__(self) -> None:
        for name in GRID:
            kind = int if name in WHOLE else float
            object.__setattr__(self, name, tuple(kind(value) for value in getattr(self, name)))
        object.__setattr__(self, "targets", {name: float(value) for name, value in self.targets.items()})
        problems = [problem for name in GRID for problem in _outside(name, getattr(self, name))]
        if not self.propositions:
            problems.append("propositions: name at least one, such as M5")
        if self.replications < 2:
            problems.append(f"replications={self.replications}: expected at least 2")
        if self.through not in ("direct", "instrument"):
            problems.append(f"through={self.through!r}: expected 'direct' or 'instrument'")
        if self.through == "instrument" and set(self.categories) != {7}:
            problems.append("categories: the questionnaire has its own scales; leave categories at 7 with it")
        if problems:
            raise ModelError("; ".join(problems))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every combination of the grid, n running slowest."""
        return tuple(Condition(*values) for values in product(*(getattr(self, name) for name in GRID)))

    @property
    def hash(self) -> str:
        """SHA-256 of the plan as canonical JSON: names the numbers that it leads to."""
        return hashlib.sha256(canonical(asdict(self)).encode()).hexdigest()

    @property
    def basis(self) -> str:
        """SHA-256 of the plan without grid and replications: plans of one basis share their finished pieces."""
        values = {name: value for name, value in asdict(self).items() if name not in (*GRID, "replications")}
        return hashlib.sha256(canonical(values).encode()).hexdigest()

    def seed_of(self, task: Task) -> np.random.SeedSequence:
        """The random stream of a chunk: it depends on seed, model, condition and chunk, not on the grid or the machine.

        Examples
        --------
        >>> plan = Plan(propositions=("M1",))
        >>> task = Task("S1", plan.conditions[0], 0, 50)
        >>> plan.seed_of(task).generate_state(1) == plan.seed_of(task).generate_state(1)
        array([ True])
        """
        name = canonical({"model": task.model, **asdict(task.condition)}).encode()
        words = np.frombuffer(hashlib.sha256(name).digest(), dtype="<u4").tolist()
        return np.random.SeedSequence(self.seed, spawn_key=(*words, task.chunk))

    def tasks(self, models: tuple[str, ...]) -> list[Task]:
        """All chunks of all conditions of some models."""
        return [
            Task(model, condition, chunk, samples)
            for condition in self.conditions
            for model in models
            for chunk, samples in enumerate(self._chunks(condition))
        ]

    def _chunks(self, condition: Condition) -> list[int]:
        """Samples of each chunk: full ones first, so that more replications later keep what is done."""
        size = INCOMPLETE_CHUNK if condition.missing or self.through == "instrument" else CHUNK
        whole, rest = divmod(self.replications, size)
        return [size] * whole + ([rest] if rest else [])


def canonical(value: Any) -> str:
    """JSON with sorted keys and without blanks: the same text for the same content.

    Examples
    --------
    >>> canonical({"b": 1, "a": [0.1]})
    '{"a":[0.1],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plan_of(values: Mapping[str, Any]) -> Plan:
    """A plan from the values of its fields, lists in place of tuples, as they stand in a file.

    Examples
    --------
    >>> plan = Plan(propositions=("M1",), n=(200,))
    >>> plan_of(json.loads(canonical(asdict(plan)))).hash == plan.hash
    True
    """
    unknown = set(values) - {each.name for each in fields(Plan)}
    if unknown:
        raise ModelError(f"no field {sorted(unknown)[0]!r} in a plan")
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Plan(**given)


def _outside(name: str, values: tuple[float, ...]) -> list[str]:
    low, high = LIMITS[name]
    if not values:
        return [f"{name}: give at least one value"]
    odd = [value for value in values if not low <= value <= high]
    if name == "categories":
        odd += [value for value in values if value == 1]
    if len(set(values)) < len(values):
        return [f"{name}: {values} names a value twice"]
    return [f"{name}={value:g}: expected {low:g} to {high:g}" for value in odd]
