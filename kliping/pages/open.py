"""The one door: a page store by its setting. S3's driver is imported behind it."""

from pathlib import Path

from kliping.errors import ConfigError
from kliping.pages.base import PageStore
from kliping.pages.folder import FolderPages
from kliping.settings import S3


def open_pages(location: str, *, s3: S3 = S3()) -> PageStore:
    """The page store of a setting such as `folder:var/pages` or `s3://bucket/prefix`.

    s3: how to speak to servers. No server is asked before the first call.
    """
    scheme, _, rest = location.partition(":")
    if scheme == "folder" and rest:
        return FolderPages(Path(rest))
    bucket, _, prefix = rest.removeprefix("//").partition("/")
    if scheme == "s3" and rest.startswith("//") and bucket:
        from kliping.pages.s3 import S3Pages

        return S3Pages(bucket, prefix, s3)
    raise ConfigError(f"pages: expected folder:PATH or s3://BUCKET[/PREFIX], got {location!r}")
