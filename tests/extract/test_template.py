"""A page cut down to its outlet's template: read right and from less, or whole where it fits none."""

from dataclasses import replace

import pytest

from kliping.article import Found
from pipeline.extract.job import ENCODER, JOBS, Job
from pipeline.extract.learn import learn
from pipeline.extract.reading import read_known, read_whole
from pipeline.extract.sample import Sample
from pipeline.extract.template import Template, views
from tests.extract.outlet import START, address, asked, headline, html, story


def sample(number: int) -> Sample:
    return Sample(html(number), asked(number), read_whole(html(number), asked(number)))


@pytest.fixture(scope="module")
def template() -> Template:
    [found] = learn("kabar", [sample(number) for number in range(8)], START)
    return found


def test_an_unseen_page_is_read_right_and_from_less(template: Template) -> None:
    [(_, said, page)] = views(html(40), [template])
    printed = {block.text for block in page.blocks}
    assert (said.language, headline(40) in printed, headline(41) in printed) == ("id", True, False)
    known = read_known(html(40), asked(40), [template])
    assert known is not None
    assert (known.title, known.paragraphs) == (headline(40), story(40))
    assert known.published == read_whole(html(40), asked(40)).published
    assert known.sources["text"] == "template"


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
        fetched_at=START, content_type="text/html", found=Found(way="hand"), templates=(template, template),
    )  # fmt: skip
    read = JOBS.decode(ENCODER.encode(job)).read()
    assert (read.design, read.flags[-1]) == (-1, "template_missed")
    assert read.title == headline(40)
