"""Where the pieces of a simulation are computed, and the files that keep them.

Tasks enter; the same bits leave from threads, processes, a cluster or shards. Read ``local.py`` first, then
``record.py``.
"""
