"""Templates of outlets: learned from several pages, tried before they are believed, given up when pages change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kliping.article import Article, Found
from kliping.clock import now
from kliping.database import Database, migrate
from kliping.pages import FolderPages
from kliping.tables import templates
from pipeline.extract import Extract, Templates
from pipeline.extract.job import ENCODER, JOBS, Job
from pipeline.extract.learn import FEWEST, Sample, learn
from pipeline.extract.reading import read_known, read_whole
from pipeline.extract.template import Template, cuts
from pipeline.extract.templates import HEARD, LEARN_FROM, MISSES
from tests.extract.outlet import OWN, START, address, asked, headline, html, page, story

LATER = timedelta(hours=2)


def sample(number: int, **design: str) -> Sample:
    text = html(number, **design)
    return Sample(text, asked(number), read_whole(text, asked(number)))


@pytest.fixture(scope="module")
def template() -> Template:
    found = learn("kabar", [sample(number) for number in range(LEARN_FROM)], START)
    assert found is not None
    return found


def test_the_boxes_are_named_by_what_pages_share(template: Template) -> None:
    assert (template.region, template.body) == ("div.isi-berita-kotak", "div.isi-berita")
    assert template.pages == LEARN_FROM


def test_an_unseen_page_is_read_right_and_from_less(template: Template) -> None:
    [(_, small)] = cuts(html(40), [template])
    assert headline(41) not in small
    known = read_known(html(40), asked(40), [template])
    assert known is not None
    assert (known.title, known.paragraphs) == (headline(40), story(40))
    assert known.published == read_whole(html(40), asked(40)).published
    assert known.sources["text"] == "template"


def test_lines_that_recur_are_the_outlets_own(template: Template) -> None:
    assert OWN in read_whole(html(40), asked(40)).paragraphs
    known = read_known(html(40), asked(40), [template])
    assert known is not None
    assert ("recurring", OWN) in {(gone.reason, gone.text) for gone in known.removed}


def test_another_design_does_not_fit(template: Template) -> None:
    assert read_known(html(40, story_class="teks"), asked(40), [template]) is None


def test_the_first_of_several_designs_that_fits_is_used(template: Template) -> None:
    other = replace(template, region="div.teks-kotak", body="div.teks")
    for design, style in enumerate(("teks", "isi-berita")):
        known = read_known(html(40, story_class=style), asked(40), [other, template])
        assert known is not None
        assert (known.design, known.paragraphs) == (design, story(40))


def test_a_page_of_no_known_design_is_read_whole(template: Template) -> None:
    job = Job(
        body=html(40, story_class="teks").encode(), url=address(40), answered=address(40), zone="Asia/Jakarta",
        fetched_at=LATER + START, content_type="text/html", found=Found(way="hand"), templates=(template, template),
    )  # fmt: skip
    read = JOBS.decode(ENCODER.encode(job)).read()
    assert (read.design, read.flags[-1]) == (-1, "template_missed")
    assert read.title == headline(40)


def test_too_few_pages_teach_nothing() -> None:
    assert learn("kabar", [sample(number) for number in range(FEWEST - 1)], START) is None


def test_of_two_designs_only_what_both_share_is_learned() -> None:
    mixed = [sample(number, story_class="isi-berita" if number % 2 else "teks") for number in range(LEARN_FROM)]
    found = learn("kabar", mixed, START)
    assert found is not None
    assert (found.region, found.body) == ("div.wadah", "div.wadah")
    for design in ("isi-berita", "teks"):
        known = read_known(html(40, story_class=design), asked(40), [found])
        assert known is not None
        assert known.paragraphs == story(40)


@pytest.fixture
def store(tmp_path: Path) -> FolderPages:
    return FolderPages(tmp_path / "pages")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    yield database
    database.close()


def source(extract: Extract, store: FolderPages, number: int, *, late: bool, **design: str) -> str:
    """Where the text of a page that is fetched before or after the template is in force was read."""
    read = extract(page(store, number, now() + LATER if late else START, **design))
    assert isinstance(read, Article)
    return read.sources["text"]


def test_learned_by_the_stage_and_in_force_for_pages_fetched_later(database: Database, store: FolderPages) -> None:
    extract = Extract(store, Templates(database))
    first = [source(extract, store, number, late=False) for number in range(LEARN_FROM)]
    assert source(extract, store, 40, late=True) == "template"
    again = [source(extract, store, number, late=False) for number in range(LEARN_FROM)]
    assert first == again == ["outline"] * LEARN_FROM
    other = Extract(store, Templates(database))  # another worker, or the next life of this one
    assert source(other, store, 41, late=True) == "template"


def test_given_up_when_the_outlet_changes_its_pages(database: Database, store: FolderPages) -> None:
    extract = Extract(store, Templates(database))
    for number in range(LEARN_FROM):
        source(extract, store, number, late=False)
    for number in range(40, 40 + MISSES):
        read = extract(page(store, number, now() + HEARD, story_class="teks"))
        assert isinstance(read, Article)
        assert "template_missed" in read.flags
        assert read.title == headline(number)
    with database.read() as connection:
        assert connection.execute(select(templates.c.ends_at)).scalar_one() is not None
    assert source(extract, store, 60, late=True, story_class="teks") == "outline"
