"""The declared population behind the shipped synthetic pilot: effects, null effects and one reversed."""

from __future__ import annotations

from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument
from mlbc_stats.survey.synthetic.population import Careless, Missingness, Nesting, Population

PATHS = {
    ("TC", "FTC"): -0.25,
    ("CS", "OML"): -0.20,
    ("ALN", "TC"): -0.45,
    ("ALN", "CS"): 0.0,
    ("ALN", "FTC"): -0.30,
    ("ALN", "OML"): 0.50,
    ("CAP", "ALN"): 0.45,
    ("CAP", "FTC"): 0.0,
    ("CAP", "OML"): 0.15,
}
"""What is true of the pilot. The theory has ("ALN", "FTC") positive; here it is reversed on purpose."""

FACET_LOADINGS = {"aln_state": 1.0, "aln_init": 0.75, "aln_effect": 0.75, "aln_sustain": 0.75}
LOADING_CYCLE = (0.88, 0.84, 0.80, 0.84, 0.88)
SHIFT_CYCLE = (-0.3, 0.1, -0.1, 0.2)
PHASES = {1: 0.20, 2: 0.18, 3: 0.50, 4: 0.05, 5: 0.03, 6: 0.04}
INFORMANTS = {1: 0.42, 2: 0.44, 3: 0.13, 4: 0.01}


def pilot_population() -> Population:
    """The population of the pilot: invented numbers that no data stand behind.

    In the terms of the propositions: TC lowers alignment (M1 holds), CS leaves it alone (M2 is nil), FTC
    lowers it (M3 is reversed), OML raises it (M4 holds), alignment raises CAP (M12 holds), FTC goes with less
    TC (M5r holds); what OML does to CS (M8a, M8b) is too small to be told at this size.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> survey.pilot_population().paths["ALN", "FTC"]
    -0.3
    """
    instrument = load_instrument("mlbc_alignment")
    return Population(
        instrument=instrument,
        name="pilot",
        correlations={("FTC", "OML"): 0.2},
        paths=PATHS,
        facet_loadings=FACET_LOADINGS,
        facet_loading=0.90,
        item_loadings=_cycled(instrument, LOADING_CYCLE),
        shifts=_cycled(instrument, SHIFT_CYCLE),
        context={"phase": PHASES, "informant": INFORMANTS, "org_stage": {1: 0.3, 2: 0.7}},
        nesting=Nesting(solutions={1: 0.7, 2: 0.2, 3: 0.1}, organization_share=0.1),
        careless=Careless(straightlining=0.015, random=0.02, slip=0.003),
        missingness=Missingness(share=0.025, rate=0.12, driver="tc_timing_1", slope=0.5, break_off=0.01),
        reverse_misreading=0.01,
    )


def _cycled(instrument: Instrument, values: tuple[float, ...]) -> dict[str, float]:
    """Values in turn for the items of constructs, so that items differ in a way that can be looked up."""
    measured = [item.id for item in instrument.items if item.construct]
    return {name: values[position % len(values)] for position, name in enumerate(measured)}
