"""`submit URL`: a link that the crawler missed, through the same stages."""

import threading
from typing import Annotated

import typer

from crawlers.frontier import Frontier
from kliping import trace as traces
from kliping.article import article_id
from kliping.command.build import Configuration
from kliping.command.context import parts
from kliping.command.output import console
from kliping.command.processes import set_up_logging, workers
from kliping.command.run import drain
from kliping.command.trace import tell
from kliping.errors import ConfigError
from kliping.outlets import outlet_of
from kliping.urls import host_of, is_web_url, registrable_domain
from pipeline.flow import STEPS
from pipeline.supervise import Child, Supervisor


def register(app: typer.Typer) -> None:
    app.command()(submit)


def submit(
    url: Annotated[str, typer.Argument(help="The address of an article.")],
    later: Annotated[bool, typer.Option("--later", help="Only note it down; `kliping run` fetches it first.")] = False,
) -> None:
    """Fetch one article now and put it through all stages. Exit code 1 when it could not be fetched."""
    if not is_web_url(url):
        raise ConfigError(f"submit: expected an http(s) address, got {url!r}")
    with parts(may_migrate=True) as opened:
        outlet = outlet_of(url, opened.outlets.values())
        name = outlet.id if outlet else registrable_domain(host_of(url))
        Frontier(opened.database).submit(url, name, way="hand")
        if later:
            console.print(f"noted: {url} ({name})")
            return
        set_up_logging()
        _fetch(opened.configuration, url)
        drain(opened, workers(opened.configuration, STEPS), lambda: False)
        tell(opened, url, json=False)
        passed = any(
            v.stage == "fetch" and v.verdict == "passed" for v in traces.history(opened.database, article_id(url))
        )
    if not passed:
        raise typer.Exit(1)


def _fetch(config: Configuration, url: str) -> None:
    """One crawl of one address in a child of its own: a reactor cannot be started twice in a process."""
    from crawlers.run import crawl

    ended = threading.Event()
    child = Child(name="crawl-pages", target=crawl, arguments=("pages", config.file, {"url": url}), hang=180.0)
    Supervisor([child], on_death=lambda _name, _code: ended.set()).run(ended.is_set)
