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
    if scheme in ("http", "https") and rest.startswith("//"):
        from search.archive.elastic import PREFIX, ElasticArchive

        hosts, _, prefix = rest[2:].partition("/")
        urls = [f"{scheme}://{host}" for host in hosts.split(",") if host]
        if urls:
            return ElasticArchive(
                urls, prefix or PREFIX, widen=lambda query: expand(query, lexicon), options=elasticsearch
            )
    raise ConfigError(f"archive: expected sqlite:FILE or http://HOST:PORT[/PREFIX], got {location!r}")
