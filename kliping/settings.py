"""kliping.toml and the environment become one frozen Settings; nothing is opened before all of it is checked.

Read in the composition root (`kliping.command`) and in `crawlers/settings.py`, nowhere else. Any value may be
overridden by an environment variable named after its path: `[crawl] gap` by `KLIPING_CRAWL_GAP`. A value `"env:NAME"`
is a secret that is taken from the environment variable NAME; such a value has no default.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kliping.errors import ConfigError

S = TypeVar("S")
PREFIX = "KLIPING_"
DEFAULT_FILE = Path("config/kliping.toml")


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
    source_interval: float = 900.0  # a feed or listing is due again after this
    lease: float = 120.0  # a crawler that died holds its URLs for at most this long
    daily_cap: int = 500  # new URLs of one outlet in 24 hours
    allow: tuple[str, ...] = ()  # exact host:port that may lie on a private address (the sample press)
    hosts: Mapping[str, str] = {}  # host -> address, only for hosts in `allow`


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the stages work."""

    processes: Mapping[str, int] = {"extract": 1, "deduplicate": 1, "tag": 1, "index": 1}
    batch: int = 32  # messages in one poll
    attempts: int = 3  # tries of a message that raises, and deaths that it may cause, before it is a dead letter
    hang: float = 60.0  # seconds without a sign of life before a worker is ended
    memory: int = 2 * 1024**3  # address space of a worker, bytes; 0 = no limit
    lease: float = 30.0  # seconds before the partitions of a dead consumer go to others


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole configuration. Paths are relative to the folder that holds `config/` (or the file's own folder)."""

    bus: str = "sqlite:var/bus"
    archive: str = "sqlite:var/archive.db"
    database: str = "sqlite:///var/kliping.db"
    pages: str = "folder:var/pages"
    partitions: int = 8  # of every topic; fixed when a topic is made
    desks: str = "config/desks"
    outlets: str = "config/outlets"
    crawl: Crawl = Crawl()
    work: Work = Work()
    root: str = "."  # set by `load`


def load(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the configuration. Raises ConfigError with file, key and what was expected.

    Without `file`: `KLIPING_CONFIG`, else config/kliping.toml, else the built-in defaults.
    """
    path = file or Path(environ.get("KLIPING_CONFIG", DEFAULT_FILE))
    explicit = file is not None or "KLIPING_CONFIG" in environ
    raw = _read(path) if explicit or path.exists() else {}
    _overlay(raw, environ, path)
    raw["root"] = str(_root(path))
    settings = convert(_with_secrets(raw, environ, path), Settings, path)
    _check(settings, path)
    return settings


def convert(raw: Mapping[str, Any], kind: type[S], path: Path) -> S:
    """`raw` as `kind`, or a ConfigError that names file, key and what was expected."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        key = where.rstrip("`")
        raise ConfigError(f"{path}: {f'[{key}] ' if key else ''}{what}") from None


def resolve(settings: Settings, location: str) -> str:
    """A `scheme:path` or plain path of the settings, made absolute below the installation's root."""
    scheme, colon, rest = location.partition(":")
    if not colon:
        return str(Path(settings.root) / location)
    if scheme in ("sqlite", "folder") and not rest.startswith("///"):
        return f"{scheme}:{Path(settings.root) / rest}"
    if rest.startswith("///") and not rest.startswith("////"):
        return f"{scheme}:///{Path(settings.root) / rest[3:]}"
    return location


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
    """Bounds that a type cannot say."""
    at_least = {
        "partitions": (settings.partitions, 1),
        "work.batch": (settings.work.batch, 1),
        "work.attempts": (settings.work.attempts, 1),
        "crawl.gap": (settings.crawl.gap, 0),
        "crawl.concurrency": (settings.crawl.concurrency, 1),
    }
    for key, (value, least) in at_least.items():
        if value < least:
            raise ConfigError(f"{path}: [{key}] expected at least {least}, got {value}")
    schemes = {"bus": ("sqlite",), "archive": ("sqlite",), "database": ("sqlite",), "pages": ("folder",)}
    for key, known in schemes.items():
        scheme = str(getattr(settings, key)).partition(":")[0]
        if scheme not in known:
            raise ConfigError(f"{path}: [{key}] expected one of {', '.join(k + ':…' for k in known)}, got {scheme!r}")
