"""What the children of `run` and `work` do, and which there are."""

import logging
import resource
from collections.abc import Iterable
from pathlib import Path

from kliping.command.build import Configuration, Parts, configuration
from kliping.database import check_revision
from kliping.errors import Unavailable
from pipeline.attempts import Attempts
from pipeline.bus import Bus
from pipeline.flow import FLOW, STEPS, waiting
from pipeline.supervise import Child, Heartbeat, Stopping
from pipeline.worker import Worker

LOG_FORMAT = "%(asctime)s %(processName)-14s %(levelname)-7s %(message)s"
EXCHANGES = 11  # of one mail with an SMTP server, each as long as `[mailer] timeout` at most, one to spare
PARTS = (*STEPS, "crawl", "pages", "editions")  # what one machine of several may be given
LANE_BATCH = 2  # messages of a slow lane in one poll: each may take its whole time, and all wait for the slowest
CRAWL_HANG = 180.0  # seconds: a crawler shows life every second; only a stuck reactor is silent for so long


def set_up_logging(level: int = logging.INFO) -> None:
    """One line a message, with the name of the process, on standard error."""
    logging.basicConfig(level=level, format=LOG_FORMAT, force=True)
    for chatty in ("alembic", "elastic_transport", "kafka", "scrapy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def work(beat: Heartbeat, stopping: Stopping, file: Path | None, stage: str, slot: int, slow: bool = False) -> None:
    """A worker of one stage, or of the slow lane beside it, in a process of its own."""
    set_up_logging()
    with Parts(configuration(file)) as parts:
        settings = parts.settings.work
        _limit_memory(settings.memory)
        check_revision(parts.database)
        step = STEPS[stage].beside if slow else STEPS[stage]
        run = parts.lane(stage) if slow else parts.stage(stage)
        batch = min(LANE_BATCH, settings.batch) if slow else settings.batch * step.width
        with parts.bus.consumer(step.reads, step.name, _name(stage, slot, slow)) as consumer:
            attempts = Attempts(parts.database, stage)
            Worker(step, run, parts.bus, consumer, attempts, batch=batch, tries=settings.attempts, beat=beat).run(
                stopping
            )


def _name(stage: str, slot: int, slow: bool) -> str:
    return f"{stage}-slow-{slot}" if slow else f"{stage}-{slot}"


def workers(config: Configuration, stages: Iterable[str]) -> list[Child]:
    """The children that work `stages`, as many of each as the settings say, and one for the slow lane of one."""
    settings = config.settings.work
    numbers = [(stage, settings.processes.get(stage, 1)) for stage in stages]
    places = [(stage, slot, False) for stage, number in numbers for slot in range(number)]
    places += [(stage, 0, True) for stage, number in numbers if number and STEPS[stage].lane]
    return [
        Child(name=_name(*place), target=work, arguments=(config.file, *place), hang=settings.hang) for place in places
    ]


def crawlers(config: Configuration) -> list[Child]:
    """The children that crawl day and night, two for two cores, kept apart by host leases: one reads what is made for
    machines (feeds, sitemaps, WordPress interfaces), one the listing pages; both read the articles that are due.
    """
    from crawlers.run import crawl

    return [
        Child(
            name=f"crawl-{spider}",
            target=crawl,
            arguments=(spider, config.file, {"keep": "1", "kinds": kinds}),
            hang=CRAWL_HANG,
        )
        for spider, kinds in (("feeds", "feed,sitemap,wordpress,article"), ("sites", "listing,article"))
    ]


def children(config: Configuration, parts: Iterable[str]) -> list[Child]:
    """The children of some of PARTS."""
    wanted = set(parts)
    crawl = crawlers(config) if "crawl" in wanted else []
    seen = [child for child in faces(config) if child.name in wanted]
    return [*workers(config, (stage for stage in STEPS if stage in wanted)), *crawl, *seen]


def editions(beat: Heartbeat, stopping: Stopping, file: Path | None) -> None:
    """Closes and sends every desk's edition at its hour."""
    from kliping.command.digest import scheduler_of

    set_up_logging()
    with Parts(configuration(file)) as parts:
        check_revision(parts.database)
        scheduler_of(parts).run(beat, stopping)


def pages(beat: Heartbeat, stopping: Stopping, file: Path | None) -> None:
    """Serves the staff's pages."""
    from desk.office import Office
    from desk.serve import serve

    set_up_logging()
    with Parts(configuration(file)) as parts:
        check_revision(parts.database)
        config = parts.configuration
        office = Office(
            database=parts.database,
            open_archive=parts.open_archive,
            open_bus=parts.open_bus,
            pages=parts.pages,
            web=parts.settings.web,
            desks=config.desks,
            outlets=parts.outlets,
        )
        serve(beat, stopping, office)


def faces(config: Configuration) -> list[Child]:
    """What staff and recipients see: the web pages and the editions."""
    return [
        Child(name="pages", target=pages, arguments=(config.file,), hang=config.settings.work.hang),
        Child(
            name="editions", target=editions, arguments=(config.file,), hang=EXCHANGES * config.settings.mailer.timeout
        ),
    ]


def idle(bus: Bus) -> bool:
    """True when no stage has a message waiting. Looked at in the order of the flow, so nothing slips by."""
    try:
        return not any(waiting(bus, step) for step in FLOW)
    except Unavailable:
        return False


def _limit_memory(size: int) -> None:
    """A page that needs more memory than this fails alone, as a bug that is dead-lettered, not the machine."""
    if size:
        resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
