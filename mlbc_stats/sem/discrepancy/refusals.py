"""Refuse combinations of estimator, data, errors and tests that have no meaning or are not served."""

from __future__ import annotations

from collections.abc import Sequence

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.discrepancy.test_names import RESIDUAL, SCALED, smoothing_of


def check_chosen(
    estimator: str, discrepancy: str, handling: str, ordinal: bool, se: str, tests: Sequence[str]
) -> None:
    """Refuse errors and tests that an estimator, or the kind of data, has not."""
    if discrepancy == "IV":
        _check_residual(tests)
    _check_tests(tests, ordinal, handling not in {"listwise", "pairwise"})
    if handling in {"fiml", "fiml_x"}:
        _check_full_information(estimator, se, tests)


def check_instrumental(missing: str, handling: str, information: str | None, other_rows: bool) -> None:
    """Refuse what estimation by instruments does not serve."""
    if handling not in {"listwise", "pairwise"}:
        raise NotServedError(f"missing={missing!r} is not served with estimator='IV'; use missing='listwise'")
    if information not in (None, "default", "expected"):
        raise ModelError(
            f"information={information!r} has no meaning for estimator='IV', which minimizes nothing; leave it out"
        )
    if other_rows:
        raise NotServedError(
            "estimator='IV' does not serve cluster= and sampling_weights=; use estimator='MLR'"
        )


def check_ordinal(
    estimator: str,
    missing: str,
    discrepancy: str,
    handling: str,
    information: str | None,
    se: str | None,
    clustered: bool,
) -> None:
    """Refuse what has no meaning, or is not served, for thresholds and polychoric correlations."""
    if discrepancy not in {"DWLS", "WLS", "ULS", "IV"}:
        raise ModelError(
            f"estimator={estimator!r} treats codes as continuous; for ordered variables use 'WLSMV', 'DWLS', 'WLS' or "
            "'ULSMV', or leave `ordered` out to analyse the codes"
        )
    if handling not in {"listwise", "pairwise"}:
        raise ModelError(f"missing={missing!r} is not for ordinal data; use 'listwise' or 'pairwise'")
    if information not in (None, "default", "expected") or (se or "").replace("_", ".") in {
        "first.order",
        "robust.huber.white",
        "robust.cluster",
        "robust.sem.nt",
    }:
        raise ModelError(
            "least squares of ordinal data has expected information and errors 'standard', 'robust.sem' or 'bootstrap'"
        )
    if clustered and discrepancy == "WLS":
        raise NotServedError(
            "cluster= with estimator='WLS' is not served: its weight would need far more clusters than moments; use "
            "'WLSMV', 'DWLS' or 'ULSMV'"
        )


def _check_residual(names: Sequence[str]) -> None:
    """Refuse tests that rest on a minimum, where there is none."""
    for name in names:
        if name not in (*RESIDUAL, "standard", "none"):
            raise ModelError(
                f"test={name!r} rests on a minimum of the discrepancy; estimator='IV' has {', '.join(RESIDUAL)}"
            )


def _check_tests(names: Sequence[str], ordinal: bool, incomplete: bool) -> None:
    """Refuse tests that the kind of data has not."""
    for name in names:
        if ordinal and name.startswith("browne.residual.nt"):
            raise NotServedError(
                f"test={name!r} has a normal-theory weight, which ordinal data have not; use 'browne.residual.adf'"
            )
        if (ordinal or incomplete) and smoothing_of(name):
            raise NotServedError(f"test={name!r} is for complete continuous data; use a scaled test")


def _check_full_information(estimator: str, se: str, tests: Sequence[str]) -> None:
    """Refuse errors and tests that rest on the sampling covariance of complete rows."""
    scaled = [test for test in tests if test in SCALED and test != "yuan.bentler.mplus"]
    if se in ("robust.sem", "robust.sem.nt") or scaled:
        what = f"test={scaled[0]!r}" if scaled else f"se={se!r}"
        raise NotServedError(
            f"estimator={estimator!r} with full information: {what} rests on complete rows (lavaan leaves the "
            "incomplete ones out then); use estimator='MLR', missing='robust.two.stage', or missing='listwise'"
        )
