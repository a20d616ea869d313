"""What the servers are made of: fetched once through Maven into a cache that git ignores, or found on the system."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = "KLIPING_SERVERS_CACHE"
KAFKA = "4.4.0"
ELASTICSEARCH = "9.5.3"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
KAFKA_JAVA = 17  # Kafka 4 brokers want it
ELASTICSEARCH_JAVA = 21  # the server of 9.5 wants it
POM = f"""<project><modelVersion>4.0.0</modelVersion><groupId>kliping</groupId><artifactId>servers</artifactId>
<version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>
"""


class MissingError(Exception):
    """Something that a server is made of is not here; the text says what to install."""


def cache_folder() -> Path:
    return Path(os.environ.get(CACHE) or CHECKOUT / "var" / "servers")


def kafka_jars() -> Path:
    """The folder with Kafka's jars."""
    java(KAFKA_JAVA)
    return _cached(f"kafka-{KAFKA}", _fetch_kafka)


def elasticsearch_home() -> Path:
    """Elasticsearch, unpacked."""
    java(ELASTICSEARCH_JAVA)
    return _cached(f"elasticsearch-{ELASTICSEARCH}", _fetch_elasticsearch)


def kafka_format(make: Callable[[Path], None]) -> Path:
    """A formatted, empty data folder of Kafka, made once by `make`: formatting starts a Java of its own."""
    return _cached(f"kafka-{KAFKA}-formatted", make)


@cache
def java(least: int) -> Path:
    """The home of an installed Java of at least that version, the newest one. Raises MissingError."""
    found = {_java_version(home): home for home in _java_homes()}
    if not found or max(found) < least:
        raise MissingError(f"no Java {least} or later: install a JDK (below /usr/lib/jvm) or set JAVA_HOME")
    return found[max(found)]


@cache
def postgresql_programs() -> Path:
    """The folder with `postgres` and `initdb`. Raises MissingError."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    candidates = [*([Path(on_path).parent] if on_path else []), *folders]
    for folder in reversed(candidates):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise MissingError("no PostgreSQL server: install the Debian package postgresql")


def _java_homes() -> list[Path]:
    homes = [release.parent for release in Path("/usr/lib/jvm").glob("*/release")]
    if home := os.environ.get("JAVA_HOME"):
        homes.append(Path(home))
    if program := shutil.which("java"):
        homes.append(Path(program).resolve().parents[1])
    return [home for home in homes if (home / "bin" / "java").exists()]


def _java_version(home: Path) -> int:
    """The feature number of JAVA_VERSION in the `release` file; 0 where there is none."""
    try:
        found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text("utf-8"), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _cached(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache, made at the first time: whole or not at all, by one process."""
    target = cache_folder() / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with (target.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.exists():
                _make(target, make)
    return target


def _make(target: Path, make: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".part-") as part:
        made = Path(part) / target.name
        made.mkdir(mode=0o755)
        make(made)
        made.rename(target)


def _fetch_kafka(folder: Path) -> None:
    (folder / "pom.xml").write_text(POM, "utf-8")
    _maven("dependency:copy-dependencies", "-f", str(folder / "pom.xml"), f"-DoutputDirectory={folder}")


def _fetch_elasticsearch(folder: Path) -> None:
    name = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{ELASTICSEARCH}:zip"
    with tempfile.TemporaryDirectory(dir=folder) as place:
        _maven(f"{PLUGIN}:copy", f"-Dartifact={name}", f"-DoutputDirectory={place}")
        (archive,) = Path(place).glob("*.zip")
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(place)
        (unpacked,) = (entry for entry in Path(place).iterdir() if entry.is_dir())
        for entry in unpacked.iterdir():
            entry.rename(folder / entry.name)
    for program in (folder / "bin").iterdir():
        program.chmod(0o755)  # Python's zipfile keeps no modes


def _maven(*arguments: str) -> None:
    if shutil.which("mvn") is None:
        raise MissingError("no Maven to fetch the servers with: install the Debian package maven")
    result = subprocess.run(["mvn", "-q", "-B", *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise MissingError(f"Maven could not fetch what a server needs:\n{(result.stdout + result.stderr)[-1500:]}")
