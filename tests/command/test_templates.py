"""`kliping templates` and what `scrapy health` says of pages, as an operator types them."""

import json
from datetime import timedelta

import pytest

from kliping.clock import driven, now
from kliping.pages import FolderPages
from pipeline.extract import Extract, Templates
from pipeline.extract.fare import MISSES
from pipeline.extract.school import LEARN_FROM
from tests.extract.designs import OUTLET, prints
from tests.installation import Installation

LIST = f"id,name,domain,region,feeds\n{OUTLET},Radar Sukaraya,radar.test,36,https://radar.test/feed\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An outlet whose pages were learned, of which some changed."""
    made = Installation(tmp_path_factory.mktemp("templates"))
    made.configure("", LIST, {})
    made.kliping("migrate")
    store = FolderPages(made.folder / "pages")
    with made.parts() as parts, driven(now() - timedelta(hours=4)) as clock:
        extract = Extract(store, Templates(parts.database))
        for numbers, themes in ((range(LEARN_FROM), ("portal", "wordpress")), (range(20, 32), ("portal", "ruang"))):
            for one in prints(numbers, *themes):
                clock.go_on(400)
                extract(one.page(store, clock.now()))
    return made


def test_what_is_known_and_how_it_fares(place: Installation) -> None:
    table = place.kliping("templates", "list").stdout
    assert "2 templates of 1 outlets" in table
    assert f"{OUTLET}  in force" in table
    rows = place.lines("templates", "list", OUTLET)
    assert {row["region"] for row in rows} == {"article.read", "article.post.type-post"}
    assert [(row["pages"], row["share"], row["missed"]) for row in rows] == [(LEARN_FROM // 2, 0.5, MISSES + 1)] * 2
    assert place.lines("templates", "list", "nobody") == []


def test_health_counts_pages_that_fit_nothing(place: Installation) -> None:
    row = json.loads(place.scrapy("health", "--json", check=(0, 1)).stdout)
    assert (row["templates"], row["template_missed"], row["pages_changed"]) == (2, MISSES + 1, None)
    assert "6 missed" in place.scrapy("health", check=(0, 1)).stdout


def test_dropping_one_by_hand(place: Installation) -> None:
    assert "--by: say who decides" in place.kliping("templates", "drop", OUTLET, check=(2,)).stderr
    told = place.kliping("templates", "drop", OUTLET, "--by", "sari", "--why", "membaca takarir").stdout
    assert "2 dropped" in told
    assert "no template is in force" in place.kliping("templates", "drop", OUTLET, "--by", "sari", check=(2,)).stderr
    assert place.lines("templates", "list") == []
    assert "dropped" in place.kliping("templates", "list", "--all").stdout
    assert "audit: unbroken" in place.kliping("user", "audit").stdout
