"""The words every room speaks: articles, settings, the database, pages, outlets, the trace, the clock.

Nothing here imports a room (`crawlers`, `pipeline`, `search`); only `kliping.command`, the composition root, does.
"""

__version__ = "0.1.0"
