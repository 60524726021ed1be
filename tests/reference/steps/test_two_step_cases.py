"""Structural after measurement against lavaan 0.7: estimates, two-step errors, tests and indices of both kinds."""

from __future__ import annotations

import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from tests.reference.adapter import shape_result, translate
from tests.reference.compare import compare_sem
from tests.reference.corpus import load_case, read_table

FIELDS = [
    "parameters",
    "standardized",
    "nobs",
    "npar",
    "converged",
    "implied",
    "sampstat",
    "rsquare",
    "fit",
    "tests",
]

# The scaling of the baseline of ordinal data rests on the covariance of the latent moments: ours follows the derivative
# of the estimator (test_two_step_recovery.py); that of lavaan is a tenth smaller.
ORDINAL = ("fit.baseline.chisq.scaled", "fit.baseline.chisq.scaling.factor", "fit.baseline.pvalue.scaled")


@pytest.mark.parametrize("name", ["v02_sam_local_pd", "v02_sam_global_pd", "v02_sam_ordered"])
def test_every_number_of_the_case(name) -> None:
    case = load_case(name)
    data = read_table(case["data"]["file"])
    with pytest.warns(MlbcWarning) if name == "v02_sam_ordered" else pytest.MonkeyPatch.context():
        fit = sem.sam(case["fit"]["model"], data, **translate(case["fit"]["args"] or {}))
    left_out = ORDINAL if fit.method.ordinal else ()
    differences = compare_sem(case, shape_result(fit, FIELDS), FIELDS)
    assert [each for each in differences if ".".join(each.path) not in left_out] == []
    structural = case["expected"]["structural"]
    got = fit.structural_parameters.query("op != '~1'")
    assert [(r.lhs, r.op, r.rhs) for r in got.itertuples()] == [
        (r["lhs"], r["op"], r["rhs"]) for r in structural
    ]
