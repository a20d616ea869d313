"""The stores of a crawl, opened from Scrapy's settings, which `crawlers.settings` filled from kliping.toml."""

import logging
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from crawlers.frontier import Frontier
from crawlers.interval import Rules
from crawlers.writer import Stores
from kliping.database import Database, check_revision
from kliping.outlets import Outlet
from kliping.outlets_files import load_outlets
from kliping.outlets_staff import effective
from kliping.pages import open_pages
from pipeline.bus import open_bus


def open_stores(settings: Mapping[str, Any]) -> Stores:
    """Open bus, database and page store. Raises ConfigError when the database has another schema, or Unavailable."""
    database = Database(settings["KLIPING_DATABASE"])
    check_revision(database)
    bus = open_bus(
        settings["KLIPING_BUS"],
        partitions=settings["KLIPING_PARTITIONS"],
        lease=settings["KLIPING_BUS_LEASE"],
        kafka=settings["KLIPING_KAFKA"],
    )
    pages = open_pages(settings["KLIPING_PAGES"], s3=settings["KLIPING_S3"])

    def close() -> None:
        bus.close()
        database.close()

    return Stores(frontier=open_frontier(database, settings), bus=bus, pages=pages, close=close)


def open_frontier(database: Database, settings: Mapping[str, Any]) -> Frontier:
    """The frontier with the pace and the daily cap of the settings."""
    interval = timedelta(seconds=settings["FRONTIER_INTERVAL"])
    edition = time.fromisoformat(settings["FRONTIER_EDITION"]) if settings["FRONTIER_EDITION"] else None
    rules = Rules(interval=interval, edition=edition)
    return Frontier(database, rules=rules, daily_cap=settings["FRONTIER_DAILY_CAP"])


def check_stores(settings: Mapping[str, Any]) -> dict[str, Outlet]:
    """The outlets as they stand, once everything that a crawl needs is in order. Raises ConfigError or Unavailable."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells at length how it looks a number up
    database = Database(settings["KLIPING_DATABASE"])
    try:
        check_revision(database)
        with database.read() as connection:
            return effective(connection, load_outlets(Path(settings["KLIPING_OUTLETS"])))
    finally:
        database.close()
