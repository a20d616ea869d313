"""The documents name every command, spider, setting, topic, stage and benchmark that there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from scrapy.settings import Settings as ScrapySettings
from scrapy.spiderloader import SpiderLoader

from kliping.command.app import app
from kliping.settings import Settings, _fields
from pipeline.flow import FLOW

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def commands(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield prefix + (command.name or command.callback.__name__)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{prefix}{inner.name} ")


@pytest.mark.parametrize("name", sorted(commands(app)))
def test_the_readme_names_every_command(name: str) -> None:
    group, _, command = name.rpartition(" ")
    line = next((line for line in README.splitlines() if line.startswith(f"| `kliping {group or command}")), None)
    assert line is not None, f"README.md: no line for `kliping {name}`"
    assert command in line


def test_the_readme_names_no_command_that_is_not_there() -> None:
    known = {name.split()[0] for name in commands(app)}
    named = {line.split("`")[1].split()[1] for line in README.splitlines() if line.startswith("| `kliping ")}
    assert named == known


def test_every_command_has_help() -> None:
    for group in (app, *(inner.typer_instance for inner in app.registered_groups)):
        assert group is not None
        for command in group.registered_commands:
            assert command.callback is not None
            assert (command.callback.__doc__ or "").strip(), command.callback


def test_the_readme_names_every_spider() -> None:
    loader = SpiderLoader.from_settings(ScrapySettings({"SPIDER_MODULES": ["crawlers.spiders"]}))
    spiders = set(loader.list())
    assert spiders
    table = [line for line in README.splitlines() if line.startswith("| `crawlers/`") or "scrapy" in line]
    drawing = README[README.index("## The flow") : README.index("| where |")]
    assert all(name in drawing for name in spiders), (spiders, table)


@pytest.mark.parametrize("step", FLOW, ids=lambda step: step.name)
def test_drawing_and_tables_name_every_stage_and_topic(step) -> None:  # type: ignore[no-untyped-def]
    assert all(f"[{topic}]" in README for topic in step.topics)
    assert f" {step.name}" in README
    assert f"`pipeline/{step.name}" in README
    assert f"`pipeline/{step.name}" in ARCHITECTURE


def test_every_setting_is_named() -> None:
    for keys, _ in _fields(Settings):
        named = f"`{keys[0]}" if len(keys) == 1 else f"`{keys[0]}.*`"
        assert named in ARCHITECTURE, ".".join(keys)


def test_every_benchmark_is_in_the_readme() -> None:
    not_called = {"real", "extract_newsplease_child"}  # by `make real`, by another benchmark
    for file in (ROOT / "benchmarks").glob("*.py"):
        if '__name__ == "__main__"' in file.read_text("utf-8") and file.stem not in not_called:
            assert f"python -m benchmarks.{file.stem}" in README, file.name


def test_files_that_the_documents_name_exist() -> None:
    for text in (README, ARCHITECTURE):
        for word in text.replace("`", " ").replace("(", " ").replace(")", " ").replace(",", " ").split():
            name = word.rstrip(".;:")
            if "/" in name and not name.startswith(("/", "http", "var/", "../", "<")) and name.split("/")[0] in PLACES:
                assert (ROOT / name).exists(), name


PLACES = {"kliping", "crawlers", "pipeline", "search", "config", "docs", "tests", "benchmarks"}
