"""Fit a model to files: raw data, or a covariance matrix with its means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats.cli.data import Reading
from mlbc_stats.cli.exit_codes import BAD_INPUT, complain

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult


@dataclass(frozen=True, slots=True)
class Source:
    """Where the data are and how to read them."""

    path: Path
    is_covariance: bool
    nobs: int | None
    means: Path | None
    reading: Reading


def fitted(model: str, source: Source, arguments: dict[str, Any], sam: str | None = None) -> SemResult:
    """The fit of a model to raw data or to a covariance matrix; with `sam` structural after measurement."""
    from mlbc_stats import sem
    from mlbc_stats.cli.data import read_covariance, read_frame, read_means, read_model, speaking_of

    run = sem.fit if sam is None else partial(sem.sam, sam_method=sam)
    if source.is_covariance != (source.nobs is not None):
        raise complain("--cov and --nobs go together: a covariance matrix and the cases behind it", BAD_INPUT)
    if source.means and not source.is_covariance:
        raise complain("--means goes with --cov; raw data have their own", BAD_INPUT)
    text, reading = read_model(model, source.reading.encoding), source.reading
    if not source.is_covariance:
        frame = read_frame(source.path, reading)
        with speaking_of(frame):
            return run(text, frame, **arguments)
    given: dict[str, Any] = {
        "sample_cov": read_covariance(source.path, reading),
        "sample_mean": read_means(source.means, reading) if source.means else None,
        "sample_nobs": source.nobs,
    }
    return run(text, **given, **arguments)
