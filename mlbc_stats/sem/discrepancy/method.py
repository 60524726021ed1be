"""Resolve estimator, information, error and test names to one method, by lavaan's rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.discrepancy.details import USUAL, Details, settle_weight, two_informations
from mlbc_stats.sem.discrepancy.refusals import check_chosen, check_instrumental, check_ordinal
from mlbc_stats.sem.discrepancy.test_names import RESIDUAL, SCALED, read_tests
from mlbc_stats.sem.versions import CURRENT, Rules

MISSING = {
    "listwise": "listwise",
    "pairwise": "pairwise",
    "ml": "fiml",
    "fiml": "fiml",
    "direct": "fiml",
    "ml.x": "fiml_x",
    "fiml.x": "fiml_x",
    "ml_x": "fiml_x",
    "fiml_x": "fiml_x",
    "two.stage": "two_stage",
    "two_stage": "two_stage",
    "robust.two.stage": "robust_two_stage",
    "robust_two_stage": "robust_two_stage",
}

ESTIMATORS = {
    "ML": ("ML", "standard", "standard"),
    "MLR": ("ML", "robust.huber.white", "yuan.bentler.mplus"),
    "MLM": ("ML", "robust.sem", "satorra.bentler"),
    "MLMV": ("ML", "robust.sem", "scaled.shifted"),
    "MLMVS": ("ML", "robust.sem", "mean.var.adjusted"),
    "MLF": ("ML", "first.order", "standard"),
    "GLS": ("GLS", "standard", "standard"),
    "WLS": ("WLS", "standard", "standard"),
    "ULS": ("ULS", "robust.sem.nt", "browne.residual.nt"),
    "ULSM": ("ULS", "robust.sem", "satorra.bentler"),
    "ULSMV": ("ULS", "robust.sem", "scaled.shifted"),
    "ULSMVS": ("ULS", "robust.sem", "mean.var.adjusted"),
    "DWLS": ("DWLS", "robust.sem", "standard"),
    "WLSM": ("DWLS", "robust.sem", "satorra.bentler"),
    "WLSMV": ("DWLS", "robust.sem", "scaled.shifted"),
    "WLSMVS": ("DWLS", "robust.sem", "mean.var.adjusted"),
    "IV": ("IV", "standard", "browne.residual.nt"),
}

INFORMATIONS = ("expected", "observed", "first.order")

EXPECTED = ("MLF", "MLMV", "MLMVS")
"""Estimators whose errors with clusters take the casewise scores, and the expected information."""

PLAIN = ("ULS", "DWLS")
"""Least squares without the correct weight and, in name, without a robust method."""

NOT_SERVED = {"PML", "MML"}

ERRORS = (
    "standard",
    "first.order",
    "robust.sem",
    "robust.sem.nt",
    "robust.huber.white",
    "robust.cluster",
    "two.stage",
    "robust.two.stage",
    "bootstrap",
    "none",
)

SECOND = "browne.residual.nt.model"
"""What lavaan shows beside the standard test of maximum likelihood since 0.7."""


INSTRUMENTAL_ERRORS = ("standard", "robust.sem", "robust.sem.nt", "none")
"""Errors of estimates by instruments: of each equation alone, or jointly from the covariance of the sample moments."""


@dataclass(frozen=True, slots=True)
class Method:
    """How a model is fitted and judged.

    Attributes
    ----------
    estimator : the name the user gave, upper case.
    discrepancy : ML, GLS, ULS, WLS or DWLS; IV where equations are estimated by instruments.
    missing : listwise, fiml, fiml_x, two_stage, robust_two_stage or (ordinal data) pairwise.
    information : expected, observed or first.order, the bread of the errors.
    se : one of `ERRORS`.
    test : what a fit is judged by: the standard test, a scaled form beside it, a residual test in its place
        (instruments, plain ULS), "bollen.stine", or "none".
    beside : further tests that are shown.
    details : the finer options.
    likelihood : normal (divisor n) or wishart (divisor n−1).
    ordinal : whether thresholds and polychoric correlations are analysed.
    rules : of the version of lavaan that is followed.
    """

    estimator: str
    discrepancy: str
    missing: str
    information: str
    se: str
    test: str
    likelihood: str
    ordinal: bool = False
    rules: Rules = CURRENT
    beside: tuple[str, ...] = ()
    details: Details = USUAL

    @property
    def saturated_weight(self) -> bool:
        """Whether the bread of errors and tests weighs with the sample moments instead of the implied ones."""
        return self.two_stage or bool(self.details.unstructured)

    @property
    def fiml(self) -> bool:
        """Whether incomplete rows enter through their own patterns."""
        return self.missing in {"fiml", "fiml_x"}

    @property
    def scaled(self) -> bool:
        """Whether the test is a scaled form of the standard one."""
        return self.test in SCALED

    @property
    def residual(self) -> bool:
        """Whether a residual test stands in the place of the standard one."""
        return self.test in RESIDUAL

    @property
    def two_stage(self) -> bool:
        """Whether saturated EM moments are analysed as if complete, with corrected errors."""
        return self.missing in {"two_stage", "robust_two_stage"}


def resolve_method(
    estimator: str = "ML",
    missing: str = "listwise",
    information: str | Sequence[str] | None = None,
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    likelihood: str = "normal",
    clustered: bool = False,
    weighted: bool = False,
    ordinal: bool = False,
    rules: Rules = CURRENT,
    iv_mimic_ml: bool = False,
    details: Details = USUAL,
) -> Method:
    """One `Method` from lavaan's argument values; with `iv_mimic_ml` instruments work on covariances with divisor n.

    Two values of `information` are that of the errors and that of scaled tests.

    Raises
    ------
    ModelError
        for a name that no version knows or a combination without meaning; `NotServedError` for a known one that is
        not served yet.
    """
    information, of_tests = two_informations(information)
    name = estimator.upper()
    if name in NOT_SERVED:
        raise NotServedError(f"estimator {estimator!r} is not served; served: {', '.join(ESTIMATORS)}")
    if ordinal and name == "ML":
        name = "WLSMV"
    discrepancy, default_se, default_test = ESTIMATORS[_one_of("estimator", name, ESTIMATORS)]
    handling = MISSING[_one_of("missing", missing.lower(), MISSING)]
    if discrepancy == "IV":
        check_instrumental(missing, handling, information, clustered or weighted)
        likelihood = "normal" if iv_mimic_ml and not ordinal else "wishart"
        default_test = "browne.residual.adf" if ordinal else default_test
    elif iv_mimic_ml:
        raise ModelError(f"iv_mimic_ml is for estimator='IV', not {estimator!r}; leave it out")
    if ordinal:
        check_ordinal(estimator, missing, discrepancy, handling, information, se, clustered)
        if name == "ULS":
            default_se, default_test = "robust.sem", "standard"
    elif handling == "pairwise":
        raise ModelError(
            "missing='pairwise' is for ordinal data; use missing='fiml' for continuous variables"
        )
    if handling not in {"listwise", "pairwise"} and discrepancy != "ML":
        raise ModelError(
            f"missing={missing!r} needs an ML estimator, not {estimator!r}; use missing='listwise'"
        )
    own = information not in (None, "default")
    defaults = _for_rows(name, (default_se, default_test), own, rules, clustered, weighted, ordinal)
    default_se, default_test = _for_stages(handling) or defaults
    chosen_se = _named("se", se, default_se, ERRORS, _robust_errors(default_se, handling))
    if clustered and chosen_se == "robust.huber.white":
        chosen_se = "robust.cluster"
    if discrepancy == "IV" and chosen_se not in INSTRUMENTAL_ERRORS:
        raise ModelError(f"se={se!r} is not for estimator='IV'; use one of {', '.join(INSTRUMENTAL_ERRORS)}")
    shown = read_tests(test, default_test)
    if rules.second_test and test in (None, "default"):
        shown = (*shown, *_second(default_test, discrepancy, ordinal and clustered))
    judge, beside = _tests(shown, discrepancy, ordinal, rules)
    check_chosen(name, discrepancy, handling, ordinal, chosen_se, (judge, *beside))
    expected = clustered and name in EXPECTED and not own
    bread = _information("expected" if expected else information, chosen_se, handling)
    hessian = name == "MLR" or (name == "ML" and weighted)
    of_tests = of_tests or _approximated(name, bread, hessian, (judge, *beside))
    plain = discrepancy == "ML" and handling == "listwise" and bread == "expected"
    details = settle_weight(details, plain, chosen_se == "robust.sem")
    return Method(
        estimator=name,
        discrepancy=discrepancy,
        missing=handling,
        information=bread,
        se=chosen_se,
        test=judge,
        likelihood=_one_of("likelihood", likelihood.lower(), ("normal", "wishart")),
        ordinal=ordinal,
        rules=rules,
        beside=beside,
        details=replace(details, test_information=_test_information(of_tests, bread, ordinal)),
    )


def _for_stages(handling: str) -> tuple[str, str] | None:
    """Errors and test after two stages."""
    return (handling.replace("_", "."), "satorra.bentler") if "two_stage" in handling else None


def _for_rows(
    name: str,
    named: tuple[str, str],
    own_information: bool,
    rules: Rules,
    clustered: bool,
    weighted: bool,
    ordinal: bool,
) -> tuple[str, str]:
    """Errors and test of an estimator's name, by version, for independent, weighted or clustered rows."""
    if name in PLAIN and not rules.robust_least_squares:
        named = "standard", "standard"
    if name == "MLF" and own_information:
        named = "standard", "standard"
    if not (clustered or weighted):
        return named
    return _of_designs(name, ordinal, clustered) or named


def _of_designs(name: str, ordinal: bool, clustered: bool) -> tuple[str, str] | None:
    """Errors and test that allow for clusters (of ML for weights as well), where those of the name would not."""
    if name == "ML" or (name == "MLF" and clustered):
        return ESTIMATORS["MLR"][1:]
    if clustered and name in EXPECTED:
        return "robust.cluster", ESTIMATORS[name][2]
    return ESTIMATORS["MLM"][1:] if clustered and name in ("GLS", *PLAIN) and not ordinal else None


def _approximated(name: str, bread: str, hessian: bool, tests: Sequence[str]) -> str:
    """ "h1", the bread of scaled tests of observed information, but for Mplus' test of MLR: that takes the Hessian."""
    own = hessian and not any(test in SCALED and test != "yuan.bentler.mplus" for test in tests)
    return "h1" if (bread == "observed" or name == "MLF") and not own else ""


def _test_information(asked: str | None, bread: str, ordinal: bool) -> str:
    """The bread of scaled tests where another one is asked for than for the errors, else nothing.

    "h1" is ΔᵀHΔ with the observed information H of the unrestricted moments: no second derivatives of the model.
    """
    if not asked or asked == "default" or ordinal:
        return ""
    if asked == "h1":
        return asked
    name = _one_of("information", asked.lower().replace("_", "."), INFORMATIONS)
    return "" if name == bread else name


def _second(default: str, discrepancy: str, clustered_ordinal: bool) -> tuple[str, ...]:
    """What is shown beside the default test."""
    if clustered_ordinal and default == "scaled.shifted":
        return ("satorra.bentler",)
    return (SECOND,) if (default, discrepancy) == ("standard", "ML") else ()


def _tests(
    names: Sequence[str], discrepancy: str, ordinal: bool, rules: Rules
) -> tuple[str, tuple[str, ...]]:
    """What judges a fit, and what is shown beside: a scaled form, or of instruments and plain ULS a residual test."""
    replaced = discrepancy == "IV" or (discrepancy == "ULS" and not ordinal and rules.residual_judge)
    judges = [name for name in names if name in SCALED]
    judges += [name for name in names if name in ("bollen.stine", "none") or (replaced and name in RESIDUAL)]
    judge = judges[0] if judges else "standard"
    return judge, tuple(name for name in names if name not in (judge, "standard", "none"))


def _information(asked: str | None, se: str, handling: str) -> str:
    """Observed with FIML and Huber–White errors, expected else; first-order where se says so."""
    if se == "first.order":
        return "first.order"
    if asked is not None and asked != "default":
        return _one_of("information", asked.lower().replace("_", "."), INFORMATIONS)
    if "two_stage" in handling:
        return "expected"
    huber_white = se in {"robust.huber.white", "robust.cluster"}
    return "expected" if handling in {"listwise", "pairwise"} and not huber_white else "observed"


def _robust_errors(default: str, handling: str) -> str:
    return (
        default
        if default.startswith("robust")
        else "robust.huber.white"
        if handling not in {"listwise", "pairwise"}
        else "robust.sem"
    )


def _named(argument: str, given: str | None, default: str, known: Sequence[str], robust: str) -> str:
    if given is None or given == "default":
        return default
    name = given.lower().replace("_", ".").replace("-", ".")
    aliases = {"robust": robust, "boot": "bootstrap", "sem": "robust.sem"}
    aliases |= {
        "robust.mlm": "robust.sem",
        "robust.mlr": "robust.huber.white",
        "huber.white": "robust.huber.white",
    }
    return _one_of(argument, aliases.get(name, name), known)


def _one_of(argument: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise ModelError(f"{argument}={value!r} is not known; use one of {', '.join(known)}")
    return value
