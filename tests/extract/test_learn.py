"""What is learned from pages: the boxes that they share, one template for each design of enough pages."""

from dataclasses import replace

import pytest

from pipeline.extract.learn import FEWEST, learn
from pipeline.extract.reading import read_known, read_whole
from pipeline.extract.sample import Sample, located
from pipeline.extract.template import Template, views
from tests.extract.designs import OUTLET, START, prints
from tests.extract.outlet import OWN, asked, headline, html, story

CARDS = '<div><p><a href="/b/7">{0}</a></p><p>{0}.</p></div>' * 3  # of other stories, each with its teaser
THEMES = ("blog", "pemkot", "portal", "ruang", "tabloid", "wordpress")


def sample(number: int, **design: str) -> Sample:
    text = html(number, **design)
    return Sample(text, asked(number), read_whole(text, asked(number)))


@pytest.fixture(scope="module")
def template() -> Template:
    [found] = learn("kabar", [sample(number) for number in range(8)], START)
    return found


def test_the_boxes_are_named_by_what_pages_share(template: Template) -> None:
    assert (template.region, template.body) == ("div.isi-berita-kotak", "div.isi-berita")
    assert (template.pages, template.skip) == (8, ("div.kotak-kuis",))


RELATED = '<div class="terkait"><b>Berita Terkait</b>{}</div>'.format(
    "".join(f'<div><h3><a href="/b/{n}">{headline(n)}</a></h3></div>' for n in range(50, 55))
)


def with_related(number: int, related: str = RELATED) -> Sample:
    text = html(number).replace('<div class="kotak-kuis">', f'{related}<div class="kotak-kuis">')
    return Sample(text, asked(number), read_whole(text, asked(number)))


def test_boxes_of_links_are_not_walked_over() -> None:
    [found] = learn("kabar", [with_related(number) for number in range(8)], START)
    assert found.idle == ("div.terkait",)
    [(_, _, page)] = views(with_related(40).html, [found])
    assert not any("terkait" in box.names for box in page.boxes)
    known = read_known(with_related(40).html, asked(40), [found])
    assert known is not None
    assert known.paragraphs == story(40)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(f'<div class="terkait"><p>{story(7)[0]}</p></div>', id="prose"),
        pytest.param(
            '<div class="terkait"><a href="/x">Ani</a> <time datetime="2026-11-24">kini</time></div>', id="time"
        ),
        pytest.param('<div class="terkait breadcrumb"><a href="/daerah">Daerah</a></div>', id="section"),
    ],
)
def test_a_box_that_once_says_more_is_walked_over(other: str) -> None:
    pages = [with_related(number, other if number == 5 else RELATED) for number in range(8)]
    [found] = learn("kabar", pages, START)
    assert found.idle == ()


def test_lines_that_recur_are_the_outlets_own(template: Template) -> None:
    assert OWN in read_whole(html(40), asked(40)).paragraphs
    known = read_known(html(40), asked(40), [template])
    assert known is not None
    assert known.paragraphs == story(40)
    assert ("recurring", OWN) in {(gone.reason, gone.text) for gone in known.removed}


def test_too_few_pages_teach_nothing() -> None:
    assert learn("kabar", [sample(number) for number in range(FEWEST - 1)], START) == ()


@pytest.mark.parametrize("theme", THEMES)
def test_unseen_pages_of_every_theme_are_read_as_they_are_whole(theme: str) -> None:
    templates = learn(OUTLET, [one.sample for one in prints(range(8), theme)], START)
    assert len(templates) == 1
    for one in prints(range(40, 50), theme):
        known = read_known(one.html, one.asked, templates)
        assert known is not None
        assert known.title == one.story.title
        assert known.paragraphs == one.sample.reading.paragraphs


@pytest.mark.parametrize(
    "themes", [("portal", "wordpress"), ("ruang", "tabloid", "blog"), ("portal", "portal", "pemkot")]
)
def test_each_design_has_a_template_of_its_own(themes: tuple[str, ...]) -> None:
    templates = learn(OUTLET, [one.sample for one in prints(range(24), *themes)], START)
    assert len(templates) == len(set(themes))
    assert sum(template.pages for template in templates) == 24
    used = {}
    for one in prints(range(40, 52), *themes):
        known = read_known(one.html, one.asked, templates)
        assert known is not None
        assert known.paragraphs == one.sample.reading.paragraphs
        used[one.theme] = known.design
    assert len(set(used.values())) == len(set(themes))


def test_designs_of_one_frame_are_told_apart() -> None:
    """Both stand in the same boxes; only the innermost one has another name."""
    mixed = [sample(number, story_class="isi-berita" if number % 2 else "teks") for number in range(16)]
    found = learn("kabar", mixed, START)
    assert [(one.region, one.pages) for one in found] == [("div.isi-berita-kotak", 8), ("div.teks-kotak", 8)]


def test_a_design_of_too_few_pages_waits_for_more() -> None:
    common, seldom = prints(range(8), "portal"), prints(range(20, 20 + FEWEST - 1), "blog")
    [found] = learn(OUTLET, [one.sample for one in (*common, *seldom)], START)
    assert found.pages == 8
    assert all(read_known(one.html, one.asked, [found]) is None for one in seldom)


def test_boxes_whose_names_change_from_page_to_page_are_named_by_what_is_around() -> None:
    pages = [html(number).replace("isi-berita", f"cerita-{'abcdefgh'[number]}") for number in range(8)]
    found = learn("kabar", [Sample(text, asked(n), read_whole(text, asked(n))) for n, text in enumerate(pages)], START)
    assert [one.region for one in found] == ["div.wadah"]


def test_pages_that_say_something_else_in_the_same_box_teach_nothing() -> None:
    """The story's box bears the name, and a box of other text on most pages too: no name leads to the story alone."""
    pages = [html(number).replace('class="samping"', 'class="isi-berita samping"') for number in range(8)]
    for text, number in zip(pages, range(8), strict=True):
        known = learn("kabar", [Sample(text, asked(number), read_whole(text, asked(number)))] * 8, START)
        assert all(one.body != "div.isi-berita" for one in known)


def test_a_page_without_end_teaches_nothing() -> None:
    deep = html(1).replace(f"<p>{story(1)[0]}</p>", "<div>" * 300 + f"<p>{story(1)[0]}</p>" + "</div>" * 300)
    assert headline(1) in deep
    assert located(Sample(deep, asked(1), read_whole(deep, asked(1)))) is None


def test_a_story_that_lies_deeper_on_one_page_in_four_is_of_the_same_design() -> None:
    pages = [html(number) for number in range(4)]
    quiz = '<div class="kotak-kuis">'
    pages[1] = pages[1].replace(f"<p>{OWN}</p>", f"<p>{OWN}</p><div>").replace(quiz, f"</div>{quiz}")
    found = learn("kabar", [Sample(text, asked(n), read_whole(text, asked(n))) for n, text in enumerate(pages)], START)
    assert [(one.body, one.pages) for one in found] == [("div.isi-berita", 4)]


@pytest.mark.parametrize(
    "inside", ["<div>{}</div>", '<ul><li><a href="/b/7">{}</a></li></ul>', "<p>Baca juga:</p><p>{}</p>", CARDS]
)
def test_a_body_with_more_than_paragraphs_in_it_is_looked_at_closely(template: Template, inside: str) -> None:
    """A plain body is taken as it stands; one in which something else turns up is read as if it were not known."""
    assert template.around is not None
    last = f"<p>{story(40)[-1]}</p>"
    other = headline(3) + ", begini penjelasan lengkap dari para pejabat yang hadir"
    text = html(40).replace(last, last + inside.format(other))
    known, careful = (read_known(text, asked(40), [one]) for one in (template, replace(template, around=None)))
    assert known is not None
    assert known == careful


def test_a_story_that_goes_on_beside_its_box_is_not_cut(template: Template) -> None:
    more = "".join(f"<p>{text}</p>" for text in story(50))
    text = html(40).replace('<div class="isi-berita">', f'<div class="pembuka">{more}</div><div class="isi-berita">')
    known, careful = (read_known(text, asked(40), [one]) for one in (template, replace(template, around=None)))
    assert known == careful
