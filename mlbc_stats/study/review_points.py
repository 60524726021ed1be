"""What reviewers of survey studies with structural equations look for: where the report says it, else what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """One point of the checklist.

    Attributes
    ----------
    key : short name, by which a study file declares it; area : heading.
    text : what a reader wants to know.
    where : ``stage``, ``stage/table`` or ``stage/table#column`` (with a value in it) that say it; all are needed.
        Empty where no data can tell.
    partly : what is missing although the tables are there; "" when they say everything.
    todo : what to do where it is not reported.
    condition : under which the point does not apply (always, single-level, continuous, conventional, and
        what the study is without: no products, no composites, no necessity).
    reason : why it then does not.

    Examples
    --------
    >>> point("flow").where
    ('sample/flow',)
    """

    key: str
    area: str
    text: str
    where: tuple[str, ...] = ()
    partly: str = ""
    todo: str = ""
    condition: str = ""
    reason: str = ""


DESIGN, SAMPLE, MEASUREMENT = "Design", "Sample and data", "Measurement"
STRUCTURE, OTHER, OPEN = "Structure", "Composites, sets, necessity", "Transparency"
DECLARE = "declare it in the study file (declarations)"

POINTS: tuple[ReviewPoint, ...] = (
    ReviewPoint(
        "theory", DESIGN, "Which theory each path comes from, and its direction", ("verdicts/verdicts",)
    ),
    ReviewPoint(
        "respecification",
        DESIGN,
        "Whether changing the model after seeing the data was foreseen",
        ("measurement/fit",),
    ),
    ReviewPoint(
        "power",
        DESIGN,
        "Sample size reasoned before data were collected: target, effects, program",
        todo=f"plan with sem.monte_carlo or sem.satorra_saris before the field, and {DECLARE}",
    ),
    ReviewPoint(
        "preregistration",
        DESIGN,
        "Registration of hypotheses and analysis, and what departs from it",
        todo=DECLARE,
    ),
    ReviewPoint(
        "hypotheses",
        DESIGN,
        "Hypotheses that can fail, each with the smallest effect that matters",
        ("verdicts/verdicts",),
    ),
    ReviewPoint(
        "approach", DESIGN, "Why factors, composites, or both were chosen as the method", ("structure/fit",)
    ),
    ReviewPoint(
        "specification",
        DESIGN,
        "For every construct, whether it shows in its items or is made of them",
        ("sample/constructs",),
    ),
    ReviewPoint(
        "definitions",
        DESIGN,
        "What each construct means, its dimensions, and what judges said of its content",
        ("sample/constructs", "measurement/rivals"),
        partly="definitions and dimensions are there; content validity needs judges: mlbc content",
    ),
    ReviewPoint(
        "origin",
        DESIGN,
        "Where every item comes from and how it was adapted",
        ("measurement/loadings", "checklist/questions"),
    ),
    ReviewPoint("pretest", DESIGN, "Pretests and pilots, and what they changed", todo=DECLARE),
    ReviewPoint(
        "instrument", DESIGN, "Every question as it was asked, with its answers", ("checklist/questions",)
    ),
    ReviewPoint(
        "informants",
        DESIGN,
        "Why these people can answer for the unit that is studied",
        ("sample/constructs", "sample/profile"),
    ),
    ReviewPoint(
        "collection",
        SAMPLE,
        "Frame, period, mode, incentives and how many of those invited answered",
        todo=DECLARE,
    ),
    ReviewPoint(
        "nonresponse",
        SAMPLE,
        "Whether those who did not answer differ",
        ("sample/early_late",),
        partly=f"late answers stand in for missing ones; compare the sample with its frame, and {DECLARE}",
        todo=f"keep the times of answering in the export, compare the sample with its frame, and {DECLARE}",
    ),
    ReviewPoint("flow", SAMPLE, "How many cases left at each step, and why", ("sample/flow",)),
    ReviewPoint(
        "screening",
        SAMPLE,
        "Attention checks and indices of careless answers, with rules set in advance",
        ("sample/screening",),
    ),
    ReviewPoint(
        "automation",
        SAMPLE,
        "How answers by machines were looked for",
        ("sample/screening",),
        partly=f"what the file tells is screened; what was done against robots and language models: {DECLARE}",
    ),
    ReviewPoint(
        "exclusions",
        SAMPLE,
        "Whether results change when excluded cases stay in",
        ("verdicts/with_and_without",),
    ),
    ReviewPoint(
        "missing",
        SAMPLE,
        "How much is missing, in which patterns, by which mechanism",
        ("sample/missing", "sample/missing_patterns", "reliability/items"),
    ),
    ReviewPoint(
        "missing_method",
        SAMPLE,
        "How missing answers were treated, and with which auxiliary variables",
        ("measurement/fit",),
    ),
    ReviewPoint(
        "distribution",
        SAMPLE,
        "Distributions, outlying and influential cases",
        ("reliability/items", "reliability/shape"),
    ),
    ReviewPoint(
        "nesting",
        SAMPLE,
        "Units within organizations: likeness, design effect, and errors that allow for it",
        ("sample/nesting",),
        todo="name the organization of a unit (estimation: {cluster: ...})",
        condition="single-level",
        reason="every unit stands alone, or the study asks for no clusters",
    ),
    ReviewPoint("ethics", SAMPLE, "Ethical approval and consent", todo=DECLARE),
    ReviewPoint(
        "descriptives",
        MEASUREMENT,
        "Descriptive statistics of items and scales, and their correlations",
        ("reliability/descriptives", "reliability/items"),
    ),
    ReviewPoint(
        "exploration",
        MEASUREMENT,
        "Exploratory analysis for new scales only, apart from the confirming sample",
        condition="always",
        reason="facets and items are given by the theory; nothing was explored",
    ),
    ReviewPoint(
        "ordinal", MEASUREMENT, "Why rating answers count as continuous or as ordered", ("measurement/fit",)
    ),
    ReviewPoint(
        "cfa",
        MEASUREMENT,
        "One confirmatory model of all constructs, compared with rivals",
        ("measurement/fit", "measurement/rivals"),
    ),
    ReviewPoint(
        "identification",
        MEASUREMENT,
        "Identification, scaling, estimator, program and version",
        ("measurement/fit", "measurement/loadings"),
    ),
    ReviewPoint("solution", MEASUREMENT, "Convergence and improper estimates", ("verdicts/gates",)),
    ReviewPoint(
        "fit",
        MEASUREMENT,
        "χ² with degrees of freedom and p, and indices of different kinds",
        ("measurement/fit", "structure/fit"),
    ),
    ReviewPoint(
        "local_fit",
        MEASUREMENT,
        "Where the models miss: residuals and what χ² would gain",
        ("measurement/residuals", "structure/residuals"),
    ),
    ReviewPoint(
        "robust_fit",
        MEASUREMENT,
        "CFI and RMSEA made for non-normal data, with an interval",
        ("measurement/fit#CFI robust", "measurement/fit#90% CI robust"),
        todo="take a robust estimator (MLR)",
    ),
    ReviewPoint(
        "cutoffs",
        MEASUREMENT,
        "Cutoffs made for this model beside the usual ones",
        ("verdicts/gates",),
        partly="",
        todo="let cutoffs be simulated (estimation: {cutoffs: 100})",
        condition="conventional",
        reason="the study asks for conventional cutoffs",
    ),
    ReviewPoint(
        "reliability",
        MEASUREMENT,
        "Reliability beyond α, with intervals",
        ("reliability/descriptives", "reliability/constructs"),
    ),
    ReviewPoint(
        "convergent",
        MEASUREMENT,
        "Loadings and extracted variance with intervals",
        ("measurement/loadings", "reliability/constructs"),
    ),
    ReviewPoint(
        "factor_correlations",
        MEASUREMENT,
        "Intervals of the correlations of factors against a limit",
        ("measurement/discriminant",),
    ),
    ReviewPoint(
        "htmt",
        MEASUREMENT,
        "HTMT with intervals, Fornell and Larcker at most beside it",
        ("measurement/discriminant#95% CI of HTMT", "measurement/htmt"),
        todo="ask for resamples",
    ),
    ReviewPoint(
        "invariance",
        MEASUREMENT,
        "Steps of invariance over groups, with releases named",
        ("invariance",),
        todo="needs two groups of a hundred units or more (phase, informant)",
    ),
    ReviewPoint(
        "ordinal_invariance",
        MEASUREMENT,
        "Invariance of ordered answers by thresholds, loadings and intercepts",
        ("invariance",),
        condition="continuous",
        reason="answers are taken as continuous; set estimation: {ordered: true} to see the other ladder",
    ),
    ReviewPoint(
        "method_variance",
        MEASUREMENT,
        "Method variance by design and by a marker, not by one component alone",
        ("method/marker_models", "method/marker_adjusted"),
        todo="ask the marker of every respondent (module marker)",
    ),
    ReviewPoint(
        "modifications",
        MEASUREMENT,
        "Changes made after seeing the data, and why",
        ("measurement/modification",),
    ),
    ReviewPoint(
        "paths",
        STRUCTURE,
        "Paths raw and standardized with errors, intervals and exact p",
        ("structure/S1_paths",),
    ),
    ReviewPoint(
        "explained",
        STRUCTURE,
        "Explained variance, sizes of effects, and results with and without controls",
        ("structure/rsquare", "robustness/coefficients#with controls"),
        todo="ask controls (attention to change, amount of change, the marker) or name columns under controls",
    ),
    ReviewPoint(
        "indirect",
        STRUCTURE,
        "Indirect effects with resampled intervals, draws and failures",
        ("structure/effects#95% CI, bootstrap",),
        todo="ask for resamples; with ordered answers there are none",
    ),
    ReviewPoint(
        "interactions",
        STRUCTURE,
        "Interactions by a latent method, and what they look like",
        ("verdicts/decisions",),
        partly="estimated from latent factors and tested; draw simple slopes with sem.simple_slopes",
        condition="no products",
        reason="no model of this study holds an interaction; sem.product_indicators makes them",
    ),
    ReviewPoint(
        "endogeneity",
        STRUCTURE,
        "Why predictors are not driven by what is left out, and what is assumed",
        ("structure/fit",),
        partly="said to be associations of one wave; a design with waves or instruments would say more",
    ),
    ReviewPoint(
        "rivals",
        STRUCTURE,
        "Models that fit equally well, and models of rival theories",
        ("structure/S2_paths",),
        partly="S2 holds the rivals of the theory; models equivalent to S1 are not listed",
    ),
    ReviewPoint(
        "multiplicity",
        STRUCTURE,
        "Several tests allowed for, and absence of effects tested as such",
        ("verdicts/verdicts",),
    ),
    ReviewPoint(
        "prediction",
        OTHER,
        "For composites: prediction out of sample, robustness, invariance before groups",
        ("verdicts/by_composites",),
        partly="verdicts by composites stand beside those by factors; mlbc pls --predict has prediction out of sample",
        condition="no composites",
        reason="the models are of factors; none is a composite",
    ),
    ReviewPoint(
        "sets",
        OTHER,
        "For sets and necessity: calibration, consistency, sensitivity, effect sizes",
        ("verdicts/decisions",),
        partly="effect sizes, p, consistency and relevance; mlbc sets shows other calibrations",
        condition="no necessity",
        reason="no analysis of sets or of necessary conditions in this study",
    ),
    ReviewPoint("materials", OPEN, "Where instrument, data and scripts can be had", todo=DECLARE),
    ReviewPoint(
        "reproduction",
        OPEN,
        "Data, code, seeds, versions, codebook, and help by AI",
        ("manifest",),
        partly=f"hashes, versions and seed stand at the end; the use of AI: {DECLARE}",
    ),
)
"""In the order in which they are usually read."""

KEYS = tuple(entry.key for entry in POINTS)


def point(key: str) -> ReviewPoint:
    """The point with this key; KeyError when there is none.

    Examples
    --------
    >>> len(POINTS), point("htmt").area
    (52, 'Measurement')
    """
    return next(entry for entry in POINTS if entry.key == key) if key in KEYS else _unknown(key)


def _unknown(key: str) -> ReviewPoint:
    raise KeyError(f"no point {key!r}; there are {', '.join(KEYS)}")
