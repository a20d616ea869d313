"""The one door: an archive by its setting. Each backend's driver is imported behind it."""

from pathlib import Path

from kliping.errors import ConfigError
from kliping.settings import Elasticsearch
from search.archive.base import Archive
from search.expand import Lexicon, expand
from search.lexicon import SEARCH


def open_archive(
    location: str, lexicon: Lexicon = SEARCH, *, elasticsearch: Elasticsearch = Elasticsearch()
) -> Archive:
    """The archive of a setting such as `sqlite:var/archive.db` or `http://host:9200,other:9200/prefix`.

    elasticsearch: how to speak to servers. Neither a file nor a server is touched before the first call.
    """
    scheme, _, rest = location.partition(":")
    if scheme == "sqlite" and rest:
        from search.archive.sqlite import SqliteArchive

        return SqliteArchive(Path(rest), widen=lambda query: expand(query, lexicon))
    raise ConfigError(f"archive: expected sqlite:FILE, got {location!r}")
