"""`submit URL`, `submit --file chat.txt`: links that the crawler missed, through the same stages."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from crawlers.frontier import Frontier
from crawlers.pasted import addresses, outlet_name
from kliping import trace as traces
from kliping.article import article_id
from kliping.command.build import Configuration
from kliping.command.context import parts
from kliping.command.output import console
from kliping.command.processes import set_up_logging, workers
from kliping.command.run import drain
from kliping.command.trace import tell
from kliping.database import Database
from kliping.errors import ConfigError
from kliping.urls import is_web_url
from pipeline.flow import STEPS
from pipeline.supervise import Child, Supervisor


def register(app: typer.Typer) -> None:
    app.command()(submit)


def submit(
    url: Annotated[str, typer.Argument(help="The address of an article.")] = "",
    file: Annotated[Path | None, typer.Option(help="A text with addresses in it, such as a chat export.")] = None,
    later: Annotated[bool, typer.Option("--later", help="Only note it down; `kliping run` fetches it first.")] = False,
) -> None:
    """Fetch articles now and put them through all stages. Exit code 1 when one could not be fetched."""
    urls = _urls(url, file)
    with parts(may_migrate=True) as opened:
        outlets = opened.configuration.outlets.values()
        for one in urls:
            name = outlet_name(one, outlets)
            Frontier(opened.database).submit(one, name, way="hand")
            if later:
                console.print(f"noted: {one} ({name})")
        if later:
            return
        set_up_logging()
        _fetch(opened.configuration, {"file": str(file)} if file is not None else {"url": url})
        drain(opened, workers(opened.configuration, STEPS), lambda: False)
        for one in urls:
            tell(opened, one, json=False)
        missed = [one for one in urls if not _was_fetched(opened.database, one)]
    if missed:
        raise typer.Exit(1)


def _urls(url: str, file: Path | None) -> list[str]:
    """What was asked for. Raises ConfigError where that is nothing, or both."""
    if (file is None) == (not url):
        raise ConfigError("submit: expected an address, or --file with addresses in it")
    if file is None:
        if not is_web_url(url):
            raise ConfigError(f"submit: expected an http(s) address, got {url!r}")
        return [url]
    try:
        found = addresses(file.read_text("utf-8", errors="replace"))
    except OSError as error:
        raise ConfigError(f"submit: {file}: {error}") from None
    if not found:
        raise ConfigError(f"submit: {file}: no http(s) address in it")
    return found


def _was_fetched(database: Database, url: str) -> bool:
    return any(v.stage == "fetch" and v.verdict == "passed" for v in traces.history(database, article_id(url)))


def _fetch(config: Configuration, arguments: Mapping[str, str]) -> None:
    """One crawl in a child of its own: a reactor cannot be started twice in a process."""
    from crawlers.run import crawl

    ended = threading.Event()
    child = Child(name="crawl-pages", target=crawl, arguments=("pages", config.file, arguments), hang=180.0)
    Supervisor([child], on_death=lambda _name, _code: ended.set()).run(ended.is_set)
