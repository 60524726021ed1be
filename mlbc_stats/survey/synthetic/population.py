"""A declared population of respondents: plain numbers that say how answers come about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mlbc_stats.errors import ModelError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.model import Instrument


@dataclass(frozen=True, slots=True)
class Nesting:
    """Informants in solutions in organizations.

    Attributes
    ----------
    informants : number of informants of a solution → share of solutions.
    solutions : number of solutions of an organization → share of organizations.
    organization_share : share of every construct's variance that solutions of an organization have in common.
    informant_share : share of every construct's variance on which informants of a solution differ.

    Examples
    --------
    >>> pairs = Nesting(informants={1: 0.5, 2: 0.5}, informant_share=0.3)
    >>> pairs.organization_share
    0.0
    """

    informants: Mapping[int, float] = field(default_factory=lambda: {1: 1.0})
    solutions: Mapping[int, float] = field(default_factory=lambda: {1: 1.0})
    organization_share: float = 0.0
    informant_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Careless:
    """Shares of informants who do not read, by what they do instead, and how attentive the others are.

    Attributes
    ----------
    straightlining : give one and the same code everywhere.
    random : give any code anywhere.
    slip : chance that an attentive informant misses an attention check.

    Examples
    --------
    >>> Careless(random=0.05).straightlining
    0.0
    """

    straightlining: float = 0.0
    random: float = 0.0
    slip: float = 0.0


@dataclass(frozen=True, slots=True)
class Missingness:
    """Which answers are not there.

    Attributes
    ----------
    share : informants who skip items.
    rate : chance that such an informant skips an item.
    driver : item whose answer makes skipping likelier (missing at random); itself never skipped. None:
        completely at random.
    slope : change of the log odds of being one who skips, per standard deviation of the driver's answer.
    break_off : informants who stop at a place of their own and leave the rest.

    Examples
    --------
    >>> Missingness(share=0.1, rate=0.2).driver is None
    True
    """

    share: float = 0.0
    rate: float = 0.0
    driver: str | None = None
    slope: float = 0.0
    break_off: float = 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds per question answered: log-normal over informants; careless ones take a part of it.

    Attributes
    ----------
    median : of attentive informants.
    spread : standard deviation of the logarithm.
    careless_factor : multiplies the seconds of careless informants.

    Examples
    --------
    >>> Timing(median=5.0).careless_factor
    0.2
    """

    median: float = 6.0
    spread: float = 0.3
    careless_factor: float = 0.2


@dataclass(frozen=True, slots=True, repr=False)
class Population(Shown):
    """Everything that determines the answers of a made-up population to an instrument.

    Every construct and facet is a standard normal latent variable, a linear function of others plus what is
    its own; every item is a normal response to its facet, cut into codes at thresholds. All coefficients are
    standardized.

    Attributes
    ----------
    instrument : the questionnaire that is answered.
    name : said in the source of the responses.
    correlations : (construct, construct) → correlation of constructs without predictors, 0 if not named.
    paths : (outcome, predictor) → path coefficient between any two constructs or facets.
    interactions : (outcome, first, second) → coefficient of the standardized product of two constructs.
    facet_loadings : facet → path from its parent; `facet_loading` if not named.
    item_loadings : item → correlation with its facet before cutting; `item_loading` if not named.
    thresholds : item or scale → standard normal cutting points, one fewer than codes, for the keyed answer;
        equally spaced from -1.5 to 1.5 if not named.
    shifts : item → added to all its thresholds (above 0: agreed with less).
    context : closed context question → code → share; all codes alike if not named.
    nesting, careless, missingness, timing : see there.
    method_variance : share of every item's variance due to one factor common to all items, in the keyed
        direction.
    reverse_misreading : chance that an informant overlooks that an item is reversed, for each such item.

    Raises
    ------
    ModelError
        when made, for shares outside 0 to 1 and for ids that the instrument does not have, all at once.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> instrument = survey.load_instrument("mlbc_alignment")
    >>> population = Population(instrument, paths={("ALN", "TC"): -0.3}, careless=Careless(random=0.1))
    >>> survey.simulate(population, n=10, seed=1).n
    10
    """

    instrument: Instrument
    name: str = "population"
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    paths: Mapping[tuple[str, str], float] = field(default_factory=dict)
    interactions: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    facet_loadings: Mapping[str, float] = field(default_factory=dict)
    facet_loading: float = 0.85
    item_loadings: Mapping[str, float] = field(default_factory=dict)
    item_loading: float = 0.8
    thresholds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    shifts: Mapping[str, float] = field(default_factory=dict)
    context: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    nesting: Nesting = field(default_factory=Nesting)
    careless: Careless = field(default_factory=Careless)
    missingness: Missingness = field(default_factory=Missingness)
    timing: Timing = field(default_factory=Timing)
    method_variance: float = 0.0
    reverse_misreading: float = 0.0

    def __post_init__(self) -> None:
        check_population(self)

    def clean(self) -> Population:
        """The same population without any contamination: attentive, complete, one informant per solution."""
        return replace(
            self,
            nesting=Nesting(),
            careless=Careless(),
            missingness=Missingness(),
            method_variance=0.0,
            reverse_misreading=0.0,
        )


def check_population(population: Population) -> None:
    """Refuse shares outside 0 to 1, shares that do not add up, and ids that the instrument does not have.

    Raises
    ------
    ModelError
        listing all that is wrong.
    """
    problems = [*_wrong_shares(population), *_wrong_distributions(population), *_unknown_ids(population)]
    if problems:
        raise ModelError(f"population {population.name!r}: {'; '.join(problems)}")


def _wrong_shares(population: Population) -> list[str]:
    nesting, careless, missing = population.nesting, population.careless, population.missingness
    shares = {
        "nesting.organization_share + informant_share": nesting.organization_share + nesting.informant_share,
        "nesting.organization_share": nesting.organization_share,
        "nesting.informant_share": nesting.informant_share,
        "careless.straightlining + random": careless.straightlining + careless.random,
        "careless.straightlining": careless.straightlining,
        "careless.random": careless.random,
        "careless.slip": careless.slip,
        "missingness.share": missing.share,
        "missingness.rate": missing.rate,
        "missingness.break_off": missing.break_off,
        "method_variance": population.method_variance,
        "reverse_misreading": population.reverse_misreading,
    }
    return [f"{name} is {share:g}, expected 0 to 1" for name, share in shares.items() if not 0 <= share <= 1]


def _wrong_distributions(population: Population) -> list[str]:
    distributions: dict[str, Mapping[int, float]] = {
        "nesting.informants": population.nesting.informants,
        "nesting.solutions": population.nesting.solutions,
        **{f"context of {name}": shares for name, shares in population.context.items()},
    }
    return [
        f"{name}: shares add up to {sum(shares.values()):g}, expected 1"
        for name, shares in distributions.items()
        if abs(sum(shares.values()) - 1) > 1e-9 or min(shares.values()) < 0
    ]


def _unknown_ids(population: Population) -> list[str]:
    constructs = {construct.id for construct in population.instrument.constructs}
    items = {item.id for item in population.instrument.items}
    scales = {scale.id for scale in population.instrument.scales}
    related = (*population.paths, *population.correlations, *population.interactions)
    latent = {name for names in related for name in names}
    driver = [population.missingness.driver] if population.missingness.driver else []
    named = [
        ("construct", constructs, latent | set(population.facet_loadings)),
        ("item", items, {*population.item_loadings, *population.shifts, *population.context, *driver}),
        ("item or scale", items | scales, set(population.thresholds)),
    ]
    return [f"no {what} {name!r}" for what, known, used in named for name in sorted(used - known)]
