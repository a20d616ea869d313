"""Known and unknown outlets of the sample press: a page says the same when it is read through its outlet's template."""

import pytest

from benchmarks.templates import Page, made, real, trial
from kliping.article import Found
from pipeline.extract.job import Job
from pipeline.extract.opinion import Opinion, agreement
from pipeline.extract.reading import Reading
from pipeline.extract.template import Template, line_key
from tests.extract.outlet import START
from tests.extract.test_measured import folder

PAGES = 12  # of each outlet; half teach
SAME = 0.97  # F1 of word 4-grams
FACTS = ("title", "published", "modified", "byline", "section", "language", "kind", "url", "picture")


def read(page: Page, templates: tuple[Template, ...] = ()) -> Reading:
    return Job(
        body=page.body, url=page.url, answered=page.url, zone="Asia/Jakarta", fetched_at=START, templates=templates,
        content_type="text/html", found=Found(way="hand"),
    ).read()  # fmt: skip


@pytest.fixture(scope="module")
def press() -> dict[str, list[Page]]:
    return dict(made(PAGES))


def tried(outlet: str, pages: list[Page]) -> list[Reading]:
    """The readings of a trial's pages through their templates, each compared with that of the whole page."""
    found = []
    for page, templates in trial(outlet, pages).tried:
        whole, seen = read(page), read(page, templates)
        found.append(seen)
        for fact in FACTS:
            assert getattr(seen, fact) == getattr(whole, fact), (fact, page.url)
        own = {line for template in templates for line in template.lines}
        text = tuple(line for line in whole.paragraphs if line_key(line) not in own)
        assert agreement(seen.paragraphs, Opinion(text, "whole")).f1 >= SAME, page.url
    return found


def test_a_template_changes_nothing_but_the_time(press: dict[str, list[Page]]) -> None:
    known = [seen.design >= 0 for outlet, pages in press.items() for seen in tried(outlet, pages)]
    assert sum(known) >= 0.9 * sum(len(pages) // 2 for pages in press.values())


def test_nor_does_it_on_real_pages() -> None:
    known = [seen.design >= 0 for outlet, pages in real(folder("pages-id").parent) for seen in tried(outlet, pages)]
    assert sum(known) >= 5
