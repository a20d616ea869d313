"""Reads a scenario file and its story files. Unknown keys and dangling references are errors with their place."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from tests.press.scenario import (
    Desk,
    Edit,
    Generate,
    Outlet,
    Scenario,
    ScenarioError,
    Story,
    Version,
    Watch,
    Withdrawal,
)

T = TypeVar("T")
RELATIONS = ("none", "original", "copy", "rewrite", "follow_up")
TONES = ("none", "negative", "neutral", "positive")
SINGLE = frozenset({"desk", "edit", "withdraw", "generate"})  # tables; the other nested ones are lists of tables
NESTED: Mapping[str, type] = {
    "desk": Desk,
    "watches": Watch,
    "outlets": Outlet,
    "stories": Story,
    "article": Version,
    "edit": Edit,
    "withdraw": Withdrawal,
    "generate": Generate,
}


def load(path: str | Path) -> Scenario:
    """Read a scenario file and its story files. Raises ScenarioError or OSError."""
    path = Path(path)
    table = _toml(path)
    stories = [story for name in table.pop("story_files", []) for story in _stories(path.parent / name)]
    built = _build(Scenario, table | {"folder": path.parent}, path.name)
    scenario = replace(built, stories=built.stories + tuple(stories))
    _check(scenario, path.name)
    return scenario


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{path.name}: {error}") from error


def _stories(path: Path) -> list[Story]:
    return [_build(Story, table, f"{path.name}: {table.get('id')}") for table in _toml(path)["stories"]]


def _build(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]  # a dataclass, mypy sees type[T]
    if unknown := sorted(table.keys() - known.keys()):
        raise ScenarioError(f"{where}: unknown key {unknown[0]!r} in {cls.__name__}")
    missing = [
        name
        for name, item in known.items()
        if name not in table and item.default is MISSING and item.default_factory is MISSING
    ]
    if missing:
        raise ScenarioError(f"{where}: {cls.__name__} needs {missing[0]!r}")
    return cls(**{name: _value(name, value, where) for name, value in table.items()})


def _value(name: str, value: Any, where: str) -> Any:
    kind = NESTED.get(name)
    if kind and isinstance(value, dict) is not (name in SINGLE):
        raise ScenarioError(f"{where}: {name} is {'one table' if name in SINGLE else 'a list of tables'}")
    if kind and isinstance(value, dict):
        return _build(kind, value, f"{where}.{name}")
    if kind and isinstance(value, list):
        return tuple(_build(kind, item, f"{where}.{name}[{n}]") for n, item in enumerate(value))
    if isinstance(value, list):
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return value


def _check(scenario: Scenario, where: str) -> None:
    outlets = {outlet.id for outlet in scenario.outlets}
    ids = [story.id for story in scenario.stories]
    if len(ids) != len(set(ids)):
        raise ScenarioError(f"{where}: story ids repeat: {sorted({i for i in ids if ids.count(i) > 1})}")
    for story in scenario.stories:
        keys = {version.key for version in story.article}
        for version in story.article:
            _check_version(version, f"{where}: {story.id}", outlets, keys)


def _check_version(version: Version, where: str, outlets: set[str], keys: set[str]) -> None:
    if version.outlet not in outlets:
        raise ScenarioError(f"{where}: no outlet {version.outlet!r}")
    if version.relation not in RELATIONS:
        raise ScenarioError(f"{where}: relation {version.relation!r} is none of {RELATIONS}")
    if version.of and version.of not in keys:
        raise ScenarioError(f"{where}: no article has key {version.of!r}")
    if not version.text and version.relation != "copy":
        raise ScenarioError(f"{where}: {version.title!r} has no text and is no copy")
    if version.tone not in ("", *TONES):
        raise ScenarioError(f"{where}: tone {version.tone!r} is none of {TONES}")
