"""kliping.toml and the environment become one frozen Settings; nothing is opened before all of it is checked.

Read in the composition root (`kliping.command`) and in `crawlers/settings.py`, nowhere else. Any value may be
overridden by an environment variable named after its path: `[crawl] gap` by `KLIPING_CRAWL_GAP`. A value `"env:NAME"`
is a secret that is taken from the environment variable NAME; such a value has no default.
"""

import math
import operator
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from kliping.errors import ConfigError

S = TypeVar("S")
PREFIX = "KLIPING_"
DEFAULT_FILE = Path("config/kliping.toml")
_FORMS = {
    "bus": ("sqlite:PATH", "kafka://HOSTS[/PREFIX]"),
    "archive": ("sqlite:PATH", "http://HOSTS[/PREFIX]", "https://HOSTS[/PREFIX]"),
    "database": ("sqlite:///PATH", "postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME"),
    "pages": ("folder:PATH", "s3://BUCKET[/PREFIX]"),
    "mail": ("folder:PATH", "smtp://HOST:PORT"),
}
_PARTS = {  # of a form, longest first: what a capital word stands for
    "USER:PASSWORD@HOST:PORT/NAME": r"(?:[^\s/@]+@)?[^\s/@]*/\S+",
    "[/PREFIX]": r"(?:/[a-z0-9][a-z0-9_-]*)?",  # lower case: Elasticsearch knows no other index name
    "HOSTS": r"[^\s/:,@]+:\d+(?:,[^\s/:,@]+:\d+)*",
    "HOST:PORT": r"[^/:]+:\d+",
    "BUCKET": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "PATH": ".+",
}
_LEAST: dict[str, float] = {  # a timeout or lease of 0 would end everything at once
    "partitions": 1,
    "crawl.gap": 0,
    "crawl.timeout": 0.1,
    "crawl.dns_timeout": 0.1,
    "crawl.max_page": 1,
    "crawl.max_feed": 1,
    "crawl.max_redirects": 0,
    "crawl.concurrency": 1,
    "crawl.source_interval": 1,
    "crawl.lease": 1,
    "crawl.daily_cap": 0,
    "web.port": 0,
    "web.idle_minutes": 1,
    "web.longest_hours": 1,
    "mailer.timeout": 0.1,
    "kafka.replication": 1,
    "kafka.retention_days": 0.01,
    "kafka.timeout": 0.1,
    "elasticsearch.shards": 1,
    "elasticsearch.replicas": 0,
    "elasticsearch.timeout": 0.1,
    "s3.timeout": 0.1,
    "work.batch": 1,
    "work.attempts": 1,
    "work.hang": 0.1,
    "work.memory": 0,
    "work.lease": 0.1,
}


class Crawl(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the crawlers behave. Times in seconds, sizes in bytes."""

    contact: str = "https://github.com/kliping/kliping"  # in the user agent: where an outlet can reach us
    gap: float = 5.0  # between two requests to one host; a robots Crawl-delay may raise it, nothing lowers it
    timeout: float = 30.0  # a whole request, not a silence
    dns_timeout: float = 10.0
    max_page: int = 8 * 1024 * 1024
    max_feed: int = 15 * 1024 * 1024
    max_redirects: int = 5
    concurrency: int = 16  # hosts at once
    source_interval: float = 600.0  # of a source with an article an hour or more; below 600: of all sources
    edition: str = "06:00"  # outlets' local time when digests are made, so that sources are asked before; "" = none
    lease: float = 120.0  # a crawler that died holds its URLs for at most this long
    daily_cap: int = 500  # new URLs of one outlet in 24 hours
    unverified: tuple[str, ...] = ()  # hosts whose TLS certificate is not checked
    allow: tuple[str, ...] = ()  # exact host:port that may lie on a private address (the sample press)
    hosts: Mapping[str, str] = {}  # host -> address, only for hosts in `allow`


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the stages work."""

    processes: Mapping[str, int] = msgspec.field(
        default_factory=lambda: {"extract": 1, "deduplicate": 1, "tag": 1, "index": 1}
    )
    batch: int = 32  # messages in one poll
    attempts: int = 3  # tries of a message that raises, and deaths that it may cause, before it is a dead letter
    hang: float = 60.0  # seconds without a sign of life before a worker is ended
    memory: int = 2 * 1024**3  # address space of a worker, bytes; 0 = no limit
    lease: float = 30.0  # seconds before the partitions of a dead consumer go to others


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The staff's pages."""

    host: str = "127.0.0.1"  # "0.0.0.0" lets the office network in
    port: int = 8600
    public_url: str = "http://127.0.0.1:8600"  # what links in mails begin with
    plain_http: bool = False  # send the session cookie without TLS: only on a network that you trust
    idle_minutes: int = 60  # bar E9
    longest_hours: int = 12  # bar E9


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who sends the editions, and how they are handed over when `mail` is an SMTP server."""

    sender: str = "Kliping <kliping@localhost>"
    user: str = ""
    password: str = ""  # "env:NAME"; never in a file
    starttls: bool = True  # refuse a server that cannot encrypt
    timeout: float = 60.0


class Kafka(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The brokers of a `kafka://` bus. A consumer's session lasts `[work] lease` seconds."""

    replication: int = 1  # copies of every topic that is made now; 3 on a cluster
    retention_days: float = 14.0  # topics that are made now; raw pages and rows stay, so this bounds only a replay
    tls: bool = False
    ca: str = ""  # PEM file of the authority; "" = the system's
    user: str = ""  # SASL SCRAM-SHA-512 where it is given
    password: str = ""  # "env:NAME"; never in a file
    timeout: float = 20.0  # seconds for one request: below the 25 s that a clean stop may take; brokers are found in 5


class Elasticsearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The servers of an `http://` or `https://` archive."""

    shards: int = 1  # of each month's index
    replicas: int = 0  # copies of each shard; 1 on a cluster
    ca: str = ""  # PEM file of the authority; "" = the system's
    user: str = ""
    password: str = ""  # "env:NAME"; never in a file
    api_key: str = ""  # instead of user and password; "env:NAME"
    timeout: float = 30.0  # seconds for one request that writes; a search has its own limit


class S3(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The store of `s3://` pages."""

    endpoint: str = ""  # URL of an S3-compatible server; "" = Amazon's
    region: str = ""
    key: str = ""
    secret: str = ""  # "env:NAME"; never in a file
    timeout: float = 30.0  # seconds for one request


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole configuration. Paths are relative to the folder that holds `config/` (or the file's own folder)."""

    bus: str = "sqlite:var/bus"
    archive: str = "sqlite:var/archive.db"
    database: str = "sqlite:///var/kliping.db"
    pages: str = "folder:var/pages"
    mail: str = "folder:var/outbox"
    partitions: int = 8  # of every topic; fixed when a topic is made
    desks: str = "config/desks"
    outlets: str = "config/outlets"
    crawl: Crawl = Crawl()
    work: Work = Work()
    web: Web = Web()
    mailer: Mail = Mail()
    kafka: Kafka = Kafka()
    elasticsearch: Elasticsearch = Elasticsearch()
    s3: S3 = S3()
    root: str = "."  # set by `load`


def load(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the configuration. Raises ConfigError with file, key and what was expected.

    Without `file`: `KLIPING_CONFIG`, else config/kliping.toml, else the built-in defaults.
    """
    path = file or Path(environ.get("KLIPING_CONFIG", DEFAULT_FILE))
    raw = _read(path) if is_configured(file, environ) else {}
    if "root" in raw:
        raise ConfigError(f"{path}: [root] is not a setting: it follows from where the file lies")
    _overlay(raw, environ, path)
    raw["root"] = str(_root(path))
    settings = convert(_with_secrets(raw, environ, path), Settings, path)
    _check(settings, path)
    return settings


def is_configured(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody names a configuration, or one lies where it is looked for."""
    return file is not None or "KLIPING_CONFIG" in environ or Path(DEFAULT_FILE).exists()


def convert(raw: Mapping[str, Any], kind: type[S], path: Path) -> S:
    """`raw` as `kind`, or a ConfigError that names file, key and what was expected."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        key = where.rstrip("`")
        known = f"; expected one of {', '.join(_known(kind, key))}" if "unknown field" in what else ""
        raise ConfigError(f"{path}: {f'[{key}] ' if key else ''}{what}{known}") from None


def _known(kind: Any, key: str) -> list[str]:
    """The keys that the table at `key` of `kind` may have."""
    for part in filter(None, key.split(".")):
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
        inner = fields[part.partition("[")[0]]
        kind = inner if "[" not in part else get_args(inner)[0]
    return [field.name for field in msgspec.structs.fields(kind) if field.name not in ("root", "file")]


def resolve(settings: Settings, location: str) -> str:
    """A `scheme:path` or plain path of the settings, made absolute below the installation's root."""
    scheme, colon, rest = location.partition(":")
    if not colon:
        return str(Path(settings.root) / location)
    if scheme not in ("sqlite", "folder"):
        return location
    if rest.startswith("///"):
        return f"{scheme}:///{Path(settings.root) / rest[3:]}"
    return f"{scheme}:{Path(settings.root) / rest}"


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dict. Raises ConfigError naming the file and the line."""
    return _read(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None


def _root(path: Path) -> Path:
    folder = path.absolute().parent
    return folder.parent if folder.name == "config" else folder


def _overlay(raw: dict[str, Any], environ: Mapping[str, str], path: Path) -> None:
    for keys, field in _fields(Settings):
        name = PREFIX + "_".join(keys).upper()
        if name in environ:
            target = raw
            for key in keys[:-1]:
                target = target.setdefault(key, {})
                if not isinstance(target, dict):
                    raise ConfigError(f"{path}: [{key}] expected a table, got {target!r}")
            target[keys[-1]] = _parsed(environ[name], field, name, path)


def _parsed(text: str, field: Any, name: str, path: Path) -> Any:
    """An environment string as the type of its field: strings as they are, the rest as TOML values."""
    if field is str:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        raise ConfigError(f"environment {name}={text!r} (over {path}): not a value for {field}") from None


def _fields(kind: type[msgspec.Struct], prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for field in msgspec.structs.fields(kind):
        keys = (*prefix, field.name)
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _fields(field.type, keys)
        elif keys != ("root",):
            yield keys, field.type


def _with_secrets(raw: Mapping[str, Any], environ: Mapping[str, str], path: Path, at: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in raw.items():
        where = f"{at}.{key}" if at else key
        if isinstance(value, Mapping):
            found[key] = _with_secrets(value, environ, path, where)
        elif isinstance(value, str) and value.startswith("env:"):
            if not environ.get(value[4:]):
                raise ConfigError(
                    f"{path}: [{where}] expects a secret in the environment variable {value[4:]}, which is not set"
                )
            found[key] = environ[value[4:]]
        else:
            found[key] = value
    return found


def _check(settings: Settings, path: Path) -> None:
    """What a type cannot say: bounds and the forms of addresses."""
    for key, least in _LEAST.items():
        value = operator.attrgetter(key)(settings)
        if not least <= value < math.inf:  # also refuses nan
            raise ConfigError(f"{path}: [{key}] expected a number of at least {least}, got {value}")
    stages = Work().processes  # the default names them all
    for stage, number in settings.work.processes.items():
        if stage not in stages:
            raise ConfigError(f"{path}: [work.processes] unknown stage {stage!r}; expected one of {', '.join(stages)}")
        if number < 0:
            raise ConfigError(f"{path}: [work.processes.{stage}] expected at least 0, got {number}")
    for key, forms in _FORMS.items():
        if not any(re.fullmatch(_pattern(form), getattr(settings, key)) for form in forms):
            got = str(getattr(settings, key)).partition(":")[0]  # no more than the scheme: the rest may hold a password
            raise ConfigError(f"{path}: [{key}] expected {' or '.join(forms)}, got {got!r}")
    _check_allowed(settings.crawl, path)
    if not re.fullmatch(r"(?:(?:[01]\d|2[0-3]):[0-5]\d)?", settings.crawl.edition):
        raise ConfigError(f'{path}: [crawl.edition] expected HH:MM or "", got {settings.crawl.edition!r}')


def _pattern(form: str) -> str:
    """A form as a regular expression."""
    for part, pattern in _PARTS.items():
        if part in form:
            before, after = form.split(part, 1)
            return _pattern(before) + pattern + _pattern(after)
    return re.escape(form)


def _check_allowed(crawl: Crawl, path: Path) -> None:
    """Exceptions from the address guard are exact, and no host gets a made-up address without one."""
    for entry in crawl.allow:
        if not re.fullmatch(r"[^\s:/*]+:\d{1,5}", entry):
            raise ConfigError(f"{path}: [crawl.allow] expected host:port, got {entry!r}")
    allowed = {entry.partition(":")[0] for entry in crawl.allow}
    for host in crawl.hosts:
        if host not in allowed:
            raise ConfigError(f"{path}: [crawl.hosts] expected only hosts of crawl.allow, got {host!r}")
