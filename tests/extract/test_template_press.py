"""Known and unknown outlets of the sample press: a page says the same when it is read through its outlet's template."""

import pytest

from benchmarks.templates import Page, made, trial
from kliping.article import Found
from pipeline.extract.job import Job
from pipeline.extract.opinion import Opinion, agreement
from pipeline.extract.reading import Reading
from pipeline.extract.template import Template, line_key
from tests.extract.outlet import START

PAGES = 12  # of each outlet; half teach
SAME = 0.97  # F1 of word 4-grams


def read(page: Page, templates: tuple[Template, ...] = ()) -> Reading:
    return Job(
        body=page.body, url=page.url, answered=page.url, zone="Asia/Jakarta", fetched_at=START, templates=templates,
        content_type="text/html", found=Found(way="hand"),
    ).read()  # fmt: skip


@pytest.fixture(scope="module")
def press() -> dict[str, list[Page]]:
    return dict(made(PAGES))


def test_a_template_changes_nothing_but_the_time(press: dict[str, list[Page]]) -> None:
    known = 0
    for outlet, pages in press.items():
        learned = trial(outlet, pages)
        own = {line for template in learned.templates for line in template.lines}
        for page in learned.tried if learned.templates else ():
            whole, seen = read(page), read(page, learned.templates)
            assert (seen.title, seen.published, seen.byline) == (whole.title, whole.published, whole.byline), page.url
            text = tuple(line for line in whole.paragraphs if line_key(line) not in own)
            assert agreement(seen.paragraphs, Opinion(text, "whole")).f1 >= SAME, page.url
            known += seen.design >= 0
    assert known >= 0.9 * sum(len(pages) // 2 for pages in press.values())
