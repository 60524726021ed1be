"""Pieces of a simulation on the workers of a dask cluster, by the address of its scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.planning.monte_carlo.plan import Task
from mlbc_stats.sem.simulation.sample_fits import SampleFits

PATIENCE = "30s"
"""How long a scheduler is waited for."""


def finished_on_cluster(
    function: Callable[[Task], SampleFits], tasks: Sequence[Task], address: str
) -> Iterator[tuple[int, SampleFits]]:
    """Position and result of every task, as they come; what a lost worker held is computed by another one.

    Parameters
    ----------
    function : of one task; its module must be installed on the workers, in the same version.
    address : of the scheduler, "tcp://host:8786".

    Raises
    ------
    NotServedError
        where dask's distributed scheduler is not installed (extra `cluster`).
    DataError
        where no scheduler answers.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise NotServedError(
            "a cluster needs dask's distributed scheduler: pip install 'mlbc-stats[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"no dask scheduler answers at {address} ({error}); start one with 'dask scheduler' and workers with "
            "'dask worker ADDRESS'"
        ) from None
    with client:
        futures = client.map(function, list(tasks), pure=False, retries=2)
        places = {future.key: place for place, future in enumerate(futures)}
        try:
            for future in as_completed(futures, loop=client.loop):
                yield places[future.key], future.result()
                future.release()
        finally:
            client.cancel(futures)
