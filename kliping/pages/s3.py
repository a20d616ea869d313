"""Pages as objects `prefix/ab/abcdef….zst` of an S3-compatible bucket. The only module that imports fsspec and s3fs.

s3fs runs its requests on an event loop in a thread of its own, so any thread may call, also a reactor's writer. A
process must be spawned, never forked, while that thread runs.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import md5
from typing import Any, Final, NoReturn, TypeVar

from aiohttp import ClientError as BrokenAnswer
from botocore.exceptions import BotoCoreError, ClientError
from fsspec.asyn import sync
from s3fs import S3FileSystem

from kliping.errors import Rejected, Unavailable
from kliping.pages.base import HashedPages, file_name
from kliping.settings import S3

CONNECT_SECONDS: Final = 10.0  # a server that is there answers a connection at once
ATTEMPTS: Final = 2  # of one request; who calls waits and repeats with a longer and longer pause
T = TypeVar("T")


class S3Pages(HashedPages):
    """A bucket, which must exist. An object is there whole or not at all, and S3 stores it before it answers.

    Whoever reads needs the right to list too: without it S3 answers 403 for a missing page, which is Unavailable here.
    """

    def __init__(self, bucket: str, prefix: str, options: S3) -> None:
        self.place = f"s3://{bucket}/{prefix}".rstrip("/")
        self._root = f"{bucket}/{prefix}".rstrip("/")
        self._seconds = options.timeout
        self._files = _file_system(options)

    def _read(self, content: str) -> bytes:
        path = self._path(content)
        data: bytes = self._asked(lambda: self._files._cat_file(path), content)
        return data

    def _write(self, content: str, data: bytes) -> None:
        path = self._path(content)
        check = b64encode(md5(data, usedforsecurity=False).digest()).decode()  # a body that was damaged on its way
        self._asked(lambda: self._files._pipe_file(path, data, ContentMD5=check), content)

    def _keep(self, content: str) -> None:
        """S3 answered for it when it was written."""

    def _asked(self, request: Callable[[], Awaitable[T]], content: str) -> T:
        """What a request gives, within `[s3] timeout` for all its attempts."""
        try:
            answer: T = sync(self._files.loop, request, timeout=self._seconds)
        except FileNotFoundError as error:
            self._missing(error, content)
        except (OSError, BotoCoreError, BrokenAnswer) as error:
            text = str(error) or f"no answer within {self._seconds:g} s"
            raise Unavailable(f"page store {self.place}: {text}") from error
        return answer

    def _missing(self, error: FileNotFoundError, content: str) -> NoReturn:
        """A bucket that is not there, or a server that is no S3, is no missing page."""
        cause = error.__cause__
        code = cause.response["Error"].get("Code") if isinstance(cause, ClientError) else ""
        if code != "NoSuchKey":
            raise Unavailable(f"page store {self.place}: {error}") from error
        raise Rejected("page_missing", f"{content} is not in {self.place}") from None

    def _path(self, content: str) -> str:
        return f"{self._root}/{file_name(content)}"


def _file_system(options: S3) -> S3FileSystem:
    """One that is this store's own; nothing is asked yet. Without a key boto's own places are searched for one."""
    files = S3FileSystem(
        key=options.key or None,
        secret=options.secret or None,
        endpoint_url=options.endpoint or None,
        client_kwargs={"region_name": options.region} if options.region else {},
        config_kwargs=_config(options),
        max_concurrency=1,  # one GET for a page, none to ask for its size
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    files.retries = 1  # botocore's count
    return files


def _config(options: S3) -> dict[str, Any]:
    """botocore's settings. Other makers' servers know neither buckets as host names nor Amazon's newer checksums."""
    config: dict[str, Any] = {
        "connect_timeout": min(CONNECT_SECONDS, options.timeout),
        "read_timeout": options.timeout,
        "retries": {"mode": "standard", "total_max_attempts": ATTEMPTS},
    }
    if options.endpoint:
        config["s3"] = {"addressing_style": "path"}
        config["request_checksum_calculation"] = "when_required"
        config["response_checksum_validation"] = "when_required"
    return config
