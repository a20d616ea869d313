"""The files with which a Kliping reads a press: its outlet list and its desk."""

import csv
import json
from pathlib import Path

from tests.press.catalogue import Catalogue
from tests.press.scenario import Outlet, Scenario

COLUMNS = ("id", "name", "domain", "region", "kind", "zone", "feeds", "listings", "sitemaps", "terms", "enabled")


def outlet_row(outlet: Outlet, scenario: Scenario, catalogue: Catalogue) -> dict[str, str]:
    """The outlet as a row of Kliping's outlet list; addresses carry the port."""

    def address(path: str) -> str:
        return catalogue.url(outlet, path) if path else ""

    return {
        "id": outlet.id,
        "name": outlet.name,
        "domain": f"{outlet.host}:{catalogue.port}",
        "region": outlet.region or scenario.desk.region,
        "kind": outlet.kind,
        "zone": outlet.zone or scenario.zone,
        "feeds": address(outlet.feed_path) if outlet.feed else "",
        "listings": address(outlet.listing),
        "sitemaps": address(outlet.sitemap),
        "terms": outlet.terms,
        "enabled": "yes" if outlet.enabled else "no",
    }


def write_outlets(path: Path, scenario: Scenario, catalogue: Catalogue) -> None:
    """Write Kliping's outlet list for this press."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(outlet_row(outlet, scenario, catalogue) for outlet in scenario.outlets)


def desk_toml(scenario: Scenario) -> str:
    """Kliping's desk file for the scenario's government. JSON strings are valid TOML basic strings."""
    desk = scenario.desk
    head = {"id": desk.id, "name": desk.name, "region": desk.region, "zone": scenario.zone}
    lines = [f"{key} = {_quoted(value)}" for key, value in head.items()]
    for watch in desk.watches:
        words = {"id": watch.id, "title": watch.title, "query": " ".join(watch.query.split())}
        lines += ["", "[[watches]]", *(f"{key} = {_quoted(value)}" for key, value in words.items())]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
