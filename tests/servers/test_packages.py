"""What the servers are made of: what is missing is said so that one can install it; nothing is fetched by halves."""

from pathlib import Path

import pytest

from tests.servers import packages
from tests.servers.fixtures import REQUIRE_ALL, refuse
from tests.servers.packages import MissingError


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without programs and with an empty cache."""
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.setenv(packages.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(packages, "java", lambda least: tmp_path)
    return tmp_path / "cache"


def test_without_maven_its_package_is_named_and_no_half_is_kept(bare: Path) -> None:
    for fetch in (packages.kafka_jars, packages.elasticsearch_home):
        with pytest.raises(MissingError, match="install the Debian package maven"):
            fetch()
    assert [entry.name for entry in bare.iterdir()] == ["lock"]


def test_without_a_java_of_that_version_the_version_is_named() -> None:
    with pytest.raises(MissingError, match="no Java 999 or later: install a JDK"):
        packages.java(999)


def test_something_missing_skips_and_fails_where_all_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = MissingError("no PostgreSQL server: install the Debian package postgresql")
    monkeypatch.delenv(REQUIRE_ALL, raising=False)
    with pytest.raises(pytest.skip.Exception, match="install the Debian package postgresql"):
        refuse(missing)
    monkeypatch.setenv(REQUIRE_ALL, "1")
    with pytest.raises(pytest.fail.Exception, match=f"{REQUIRE_ALL} is set, but: no PostgreSQL server"):
        refuse(missing)


@pytest.mark.slow
def test_all_is_fetched_into_an_empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(packages.CACHE, str(tmp_path))
    assert list(packages.kafka_jars().glob("kafka_2.13-*.jar"))
    assert (packages.elasticsearch_home() / "bin" / "elasticsearch").stat().st_mode & 0o111
