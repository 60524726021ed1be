"""Fielding: invitations, the questionnaire as a page of one's own, and the answers back into the study.

A list of units and the names of instruments enter; links, a page that people answer, and files for `survey.read` leave.
Needs the extra ``field``. Read ``settings.py`` first, then ``store/schema.py`` and ``server/app.py``.
"""

from mlbc_stats.field.answers.exporting import export
from mlbc_stats.field.answers.monitoring import monitor
from mlbc_stats.field.inviting.inviting import invite
from mlbc_stats.field.server.app import application
from mlbc_stats.field.server.running import serve
from mlbc_stats.field.settings import Fielding
from mlbc_stats.field.store.opening import Store, open_store

__all__ = ["Fielding", "Store", "application", "export", "invite", "monitor", "open_store", "serve"]


def __dir__() -> list[str]:
    return __all__
