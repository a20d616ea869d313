"""A connection to Elasticsearch, and its errors as ours. The library's own never leave the modules of this backend."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from elasticsearch import ApiError, TransportError
from elasticsearch import Elasticsearch as Client

from kliping.errors import ConfigError, Unavailable
from kliping.settings import Elasticsearch
from search.query import QueryError

REASON: Final = 300  # characters of the engine's own words that are passed on
TOO_HEAVY: Final = "Pencarian terlalu berat: persempit waktu atau gunakan kata yang lebih khusus"
FULL: Final = "the engine refuses to write, often because its disk is full"
DENIED: Final = "the engine does not accept our account: check [elasticsearch] user, password or api_key"


def connect(urls: Sequence[str], options: Elasticsearch) -> Client:
    """A client for one cluster. Nothing is sent before the first call. Raises ConfigError for options it cannot use.

    A request is tried once at each server and no more: waiting and trying again is the worker's part.
    """
    given: dict[str, Any] = {}
    if options.api_key:
        given["api_key"] = options.api_key
    elif options.user:
        given["basic_auth"] = (options.user, options.password)
    if options.ca:
        if not Path(options.ca).is_file():  # the client would find out with the first request
            raise ConfigError(f"archive: elasticsearch.ca: no file {options.ca}")
        given["ca_certs"] = options.ca
    try:
        return Client(
            list(urls),
            request_timeout=options.timeout,
            max_retries=len(urls) - 1,
            retry_on_status=(),
            retry_on_timeout=False,
            connections_per_node=1,  # an archive belongs to one thread
            **given,
        )
    except (ValueError, OSError) as error:
        raise ConfigError(f"archive: {urls[0]}: {error}") from error


@contextmanager
def answering(place: str) -> Iterator[None]:
    """Whatever the client raises becomes Unavailable; for a search that ran out of its time see `searching`."""
    try:
        yield
    except ApiError as error:
        raise Unavailable(f"{place}: {told(error.status_code, failure(error))}") from error
    except TransportError as error:
        raise Unavailable(f"{place}: {error}"[:REASON]) from error


@contextmanager
def searching(place: str) -> Iterator[None]:
    """The same, and a search that the engine gave up after its time limit is a QueryError."""
    try:
        with answering(place):
            yield
    except Unavailable as error:
        if isinstance(error.__cause__, ApiError) and is_timeout(str(error.__cause__.body)):
            raise QueryError(TOO_HEAVY) from error
        raise


def told(status: int, error: tuple[str, str]) -> str:
    """An error of the engine in words: its kind, what it means for an operator, and its own reason."""
    kind, reason = error
    if kind == "cluster_block_exception":
        meaning = f"{FULL}: "
    elif status in (401, 403):
        meaning = f"{DENIED}: "
    else:
        meaning = ""
    return f"{meaning}{status} {kind} {reason}".strip()[:REASON]


def failure(error: ApiError) -> tuple[str, str]:
    """Type and reason of an answer that is an error; its beginning where it is not in the engine's form."""
    return described(error.body.get("error") or "" if isinstance(error.body, dict) else str(error.body))


def described(error: object) -> tuple[str, str]:
    """Type and reason of an `error` object, which some answers have as a plain string."""
    if not isinstance(error, dict):
        return "", str(error)[:REASON]
    cause = error.get("caused_by")
    inner = f" ({cause.get('reason')})" if isinstance(cause, dict) and cause.get("reason") else ""
    return str(error.get("type", "")), f"{error.get('reason', '')}{inner}"[:REASON]


def kind_of(error: BaseException | None) -> tuple[int, str]:
    """Status and type of the engine's answer behind an Unavailable; (0, '') where there was none."""
    return (error.status_code, failure(error)[0]) if isinstance(error, ApiError) else (0, "")


def is_timeout(told: str) -> bool:
    """Whether an error says that a search ran out of the time that we gave it."""
    return "search_timeout_exception" in told or "Time exceeded" in told
