"""The one door: an archive by its setting. Each backend's driver is imported behind it."""

from pathlib import Path

from kliping.errors import ConfigError
from search.archive.base import Archive
from search.expand import Lexicon, expand
from search.lexicon import SEARCH


def open_archive(location: str, lexicon: Lexicon = SEARCH) -> Archive:
    """The archive of a setting such as `sqlite:var/archive.db`. Touches no file before the first call."""
    scheme, _, rest = location.partition(":")
    if scheme == "sqlite" and rest:
        from search.archive.sqlite import SqliteArchive

        return SqliteArchive(Path(rest), widen=lambda query: expand(query, lexicon))
    raise ConfigError(f"archive: expected sqlite:FILE, got {location!r}")
