"""What can be checked of docker/ without a container engine: forms, promises, settings, commands, installation."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from kliping.command.app import app
from kliping.command.processes import PARTS
from kliping.errors import ConfigError
from kliping.settings import load
from tests.installation import CHECKOUT

FOLDER = CHECKOUT / "docker"
DOCKERFILE = (FOLDER / "Dockerfile").read_text("utf-8")
COMPOSE = (FOLDER / "compose.yaml").read_text("utf-8")
CLUSTER = CHECKOUT / "config" / "kliping.cluster.toml"
INSTALL = 600  # seconds for the image's libraries from an empty cache
SECRETS = {
    "POSTGRES_PASSWORD": "basisdata0",
    "ELASTIC_PASSWORD": "arsip0",
    "KLIPING_WEB_PUBLIC_URL": "https://kliping.example",
    "KLIPING_CRAWL_CONTACT": "https://humas.example",
    "KLIPING_MAILER_SENDER": "Kliping <kliping@humas.example>",
}
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([?-])([^}]*))?\}")


def services(environ: Mapping[str, str] = SECRETS) -> dict[str, Any]:
    """The services of compose.yaml as the engine would see them. Raises KeyError for a variable that must be set."""
    found: dict[str, Any] = interpolated(YAML(typ="safe").load(COMPOSE)["services"], environ)
    return found


def interpolated(value: Any, environ: Mapping[str, str]) -> Any:
    """Every text below `value` with its variables filled in."""
    if isinstance(value, dict):
        return {key: interpolated(inner, environ) for key, inner in value.items()}
    if isinstance(value, list):
        return [interpolated(inner, environ) for inner in value]
    return filled(value, environ) if isinstance(value, str) else value


def filled(text: str, environ: Mapping[str, str]) -> str:
    """`${NAME:?…}` and `${NAME:-default}` as the compose specification says."""

    def value(found: re.Match[str]) -> str:
        name, how, default = found.groups()
        if environ.get(name):
            return environ[name]
        if how == "-":
            return str(default)
        raise KeyError(name)

    return VARIABLE.sub(value, text)


def ours() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((name, service) for name, service in services().items() if service["image"].startswith("kliping:"))


def test_compose_is_what_the_official_schema_says() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [str(program), "--builtin-schema", "vendor.compose-spec", str(FOLDER / "compose.yaml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    command = [Path(sys.executable).with_name("hadolint"), FOLDER / "Dockerfile"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_the_image_keeps_its_promises() -> None:
    bases = re.findall(r"(?m)^FROM (\S+)", DOCKERFILE)
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base) for base in bases)  # slim: no compiler
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"(?m)^USER [1-9]\d*:[1-9]\d*$", last)
    assert "HEALTHCHECK" in last
    assert "apt-get" not in last
    assert not re.search(r"\bpip\b", last)


def test_every_package_is_copied_into_the_image() -> None:
    included = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]["find"]
    allowed = (FOLDER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for package in (name.rstrip("*") for name in included["include"]):
        assert f"COPY {package} {package}\n" in DOCKERFILE
        assert f"!{package}" in allowed


@pytest.mark.parametrize("name", sorted(services()))
def test_every_service_is_pinned_limited_watched_and_restarted(name: str) -> None:
    service = services()[name]
    assert re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", service["image"])
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert service["restart"] == ("on-failure:5" if name == "migrate" else "unless-stopped")
    assert "healthcheck" in service or service["image"].startswith("kliping:")  # the image's own
    assert service["security_opt"] == ["no-new-privileges:true"]
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:")


def test_our_processes_have_no_rights_and_wait_for_the_schema() -> None:
    for name, service in ours():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        wanted = {"database", "kafka", "elasticsearch"} if name == "migrate" else {"migrate"}
        assert set(service["depends_on"]) == wanted


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_nothing_starts_without_a_secret(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        services({key: value for key, value in SECRETS.items() if key != name})
    listed = re.findall(r"(?m)^(\w+)=$", (FOLDER / "env.example").read_text("utf-8"))
    assert name in listed


def test_no_password_has_a_default() -> None:
    said = re.findall(r"(?m)^\s+\w*(?:PASSWORD|SECRET)\w*: (.*)$", COMPOSE)
    assert said
    assert all(re.fullmatch(r'\$\{\w+:\?[^}]+\}|\$\{\w+:-\}|""', value) for value in said), said


def test_the_settings_of_compose_are_what_kliping_reads() -> None:
    for name, service in ours():
        settings = load(CLUSTER, service["environment"])
        assert settings.database == "postgresql+psycopg://kliping:basisdata0@database:5432/kliping", name
        assert settings.elasticsearch.password == "arsip0"
        assert settings.pages == "folder:/var/lib/kliping/pages"
        hosts = [re.sub(r".*[/@]([a-z]+):\d+.*", r"\1", at) for at in (settings.bus, settings.archive, settings.mail)]
        assert set(hosts) <= set(services()), hosts


def test_every_part_of_kliping_has_its_service() -> None:
    commands = [service["command"] for _, service in ours()]
    assert sorted(commands) == sorted([["migrate"], *(["run", part] for part in PARTS)])
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert {command[0] for command in commands} | {"health"} <= names


def test_without_its_secrets_the_cluster_file_says_what_is_missing() -> None:
    for name in ("KLIPING_DATABASE", "KLIPING_ELASTICSEARCH_PASSWORD", "KLIPING_S3_KEY", "KLIPING_S3_SECRET"):
        present = dict.fromkeys({"KLIPING_ELASTICSEARCH_PASSWORD", "KLIPING_S3_KEY", "KLIPING_S3_SECRET"} - {name}, "x")
        environ = present if name == "KLIPING_DATABASE" else present | {"KLIPING_DATABASE": "postgresql+psycopg://h/k"}
        with pytest.raises(ConfigError, match=name):
            load(CLUSTER, environ)


@pytest.mark.slow
def test_the_installation_of_the_image_works_in_a_fresh_folder(tmp_path: Path) -> None:
    source, venv, home = tmp_path / "src", tmp_path / "venv", tmp_path / "home"
    build, _, final = DOCKERFILE.rpartition("\nFROM ")
    _copied(build, source, "./", "")
    _copied(final, home, "/opt/kliping/", "/opt/kliping")
    subprocess.run(["sh", "docker/install.sh", venv], cwd=source, check=True, timeout=INSTALL)
    shutil.rmtree(source)  # nothing may lean on it
    kliping = venv / "bin" / "kliping"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("KLIPING_")}
    environ |= {"KLIPING_CONFIG": str(home / "config" / "kliping.toml")}
    for arguments in (["migrate"], ["doctor"], ["desk", "list"], ["archive", "rebuild"], ["digest", "preview"]):
        result = subprocess.run(
            [kliping, *arguments], cwd=home, env=environ, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, (arguments, result.stdout, result.stderr)
    listed = subprocess.run([venv / "bin" / "scrapy", "list"], cwd=home, env=environ, capture_output=True, check=True)
    assert b"feeds" in listed.stdout


def _copied(stage: str, to: Path, *prefixes: str) -> None:
    """Do a stage's COPY lines from the checkout, without what git ignores."""
    to.mkdir()
    for line in re.findall(r"(?m)^COPY (?!--from)(.*)$", stage):
        *sources, target = line.split()
        for source in sources:
            inside = next(target.removeprefix(prefix) for prefix in prefixes if target.startswith(prefix))
            place = to / inside.lstrip("/") if not target.endswith("/") else to / inside / Path(source).name
            if (CHECKOUT / source).is_dir():
                shutil.copytree(CHECKOUT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(CHECKOUT / source, place)
