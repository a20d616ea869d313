"""Templates at work in the stage: learned, in force, missed, given up, learned anew, and the same on every replay."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kliping.article import Article, Page
from kliping.clock import DrivenClock, driven
from kliping.database import Database
from kliping.designs import HEARD, LATELY, Design, Layout, designs, drop, layouts
from kliping.errors import ConfigError
from kliping.pages import FolderPages
from kliping.tables import articles, template_samples
from pipeline.extract import Extract, Pool, Templates
from pipeline.extract.fare import MISSES
from pipeline.extract.school import KEPT, LEARN_FROM, REST
from pipeline.extract.templates import CHECK, REREAD
from tests.extract import outlet
from tests.extract.designs import OUTLET, START, Print, prints

EVERY = 600.0  # seconds between two pages


@pytest.fixture
def store(tmp_path: Path) -> FolderPages:
    return FolderPages(tmp_path / "pages")


@pytest.fixture
def clock() -> Iterator[DrivenClock]:
    with driven(START) as clock:
        yield clock


class Reader:
    """The stage as a worker runs it, with every page that it was given and what came of it."""

    def __init__(self, database: Database, store: FolderPages, clock: DrivenClock) -> None:
        self.database, self.store, self.clock = database, store, clock
        self.pages: list[Page] = []
        self.articles: list[Article] = []
        self.restart()

    def restart(self) -> None:
        self.extract = Extract(self.store, Templates(self.database))

    def read(self, printed: Iterable[Print]) -> list[str]:
        """Pages that are fetched one after the other; where the text of each was read."""
        found = []
        for one in printed:
            self.clock.go_on(EVERY)
            self.pages.append(one.page(self.store, self.clock.now()))
            self.articles.append(self.again(self.pages[-1]))
            assert self.articles[-1].title == one.story.title
            found.append(
                "missed" if "template_missed" in self.articles[-1].flags else self.articles[-1].sources["text"]
            )
        return found

    def again(self, page: Page) -> Article:
        read = self.extract(page)
        assert isinstance(read, Article)
        return read

    @property
    def known(self) -> list[Design]:
        with self.database.read() as connection:
            return designs(connection, OUTLET)

    def layout(self, later: timedelta = timedelta()) -> Layout:
        with self.database.read() as connection:
            return layouts(connection, [OUTLET], self.clock.now() + later)[OUTLET]


@pytest.fixture
def reader(sqlite_database: Database, store: FolderPages, clock: DrivenClock) -> Reader:
    return Reader(sqlite_database, store, clock)


@pytest.fixture
def either(database: Database, store: FolderPages, clock: DrivenClock) -> Reader:
    """Once on each backend: where statements are asked that the other tests ask too."""
    return Reader(database, store, clock)


def complete(one: Print, article: Article) -> bool:
    """Whether the article has all of the story; bylines and captions beside it do not matter."""
    text = " ".join(article.paragraphs)
    return all(paragraph in text for paragraph in one.story.paragraphs)


def test_two_designs_are_learned_and_both_in_force(reader: Reader) -> None:
    assert set(reader.read(prints(range(LEARN_FROM), "portal", "wordpress"))) == {"outline"}
    assert [(one.pages, one.share, one.ended) for one in reader.known] == [(LEARN_FROM // 2, 0.5, "")] * 2
    assert set(reader.read(prints(range(40, 60), "portal", "wordpress"))) == {"template"}
    assert [one.missed for one in reader.known] == [0, 0]


def test_a_second_design_is_learned_beside_the_first(reader: Reader) -> None:
    reader.read(prints(range(LEARN_FROM), "portal"))
    seldom = reader.read(prints(range(20, 60), "portal", "portal", "portal", "blog"))
    assert seldom[:8].count("missed") == 2
    assert seldom[-4:] == ["template"] * 4
    first, second = reader.known
    assert (first.ended, second.ended) == ("", "")
    assert second.share < 0.5


def test_a_redesign_is_missed_ended_counted_and_learned_anew(either: Reader) -> None:
    either.read(prints(range(LEARN_FROM), "portal"))
    either.read(prints(range(20, 30), "portal"))
    changed_at = either.clock.now() + timedelta(seconds=EVERY)
    assert either.read(prints(range(30, 30 + MISSES), "tabloid")) == ["missed"] * MISSES
    [old] = either.known
    assert (old.ended, old.since, old.missed) == ("changed", changed_at, MISSES)
    layout = either.layout(HEARD)
    assert (layout.known, layout.missed, layout.changed_at) == (0, MISSES, changed_at)
    assert either.read(prints(range(40, 40 + LEARN_FROM - MISSES), "tabloid")) == ["outline"] * (LEARN_FROM - MISSES)
    assert either.read(prints(range(50, 55), "tabloid")) == ["template"] * 5
    layout = either.layout(LATELY)
    assert (layout.known, layout.missed, layout.changed_at) == (1, 0, None)
    assert all(complete(one, found) for one, found in zip(_printed(either), either.articles, strict=True))


def _printed(reader: Reader) -> list[Print]:
    by_url = {one.story.url: one for one in prints(range(120), "portal")}
    return [by_url[page.url] for page in reader.pages]


def test_one_design_changes_and_the_other_stays(reader: Reader) -> None:
    reader.read(prints(range(LEARN_FROM), "portal", "wordpress"))
    reader.read(prints(range(20, 60), "portal", "wordpress"))
    reader.read(prints(range(60, 100), "portal", "ruang"))
    ended = {one.region: one.ended for one in reader.known}
    assert sorted(ended.values()) == ["", "", "changed"]
    assert ended["article.read"] == ""
    assert set(reader.read(prints(range(100, 110), "portal", "ruang"))) == {"template"}


def test_a_replay_gives_every_article_as_it_was(reader: Reader) -> None:
    """Through two designs, a redesign and what was learned after it; also in another worker's hands, and in parts."""
    reader.read(prints(range(LEARN_FROM), "portal", "wordpress"))
    reader.read(prints(range(20, 30), "portal", "wordpress"))
    reader.read(prints(range(30, 60), "tabloid"))
    before, counted = reader.known, reader.layout()
    assert [reader.again(page) for page in reader.pages] == reader.articles
    reader.restart()
    assert [reader.again(page) for page in reversed(reader.pages)] == reader.articles[::-1]
    assert reader.known == before
    assert reader.layout() == counted


def test_misses_outlive_the_worker(reader: Reader) -> None:
    """An outlet with a page a day, and a worker that is begun anew every night."""
    reader.read(prints(range(LEARN_FROM + 2), "portal"))
    for number in range(20, 20 + MISSES):
        reader.restart()
        reader.read(prints([number], "pemkot"))
    assert [one.ended for one in reader.known] == ["changed"]


def test_pages_that_come_still_clear_a_template(either: Reader) -> None:
    either.read(prints(range(LEARN_FROM + 2), "portal"))
    for number in range(20, 20 + 4 * MISSES):
        either.restart()
        either.read(prints([number], "pemkot" if number % 4 == 0 else "portal"))
    assert [(one.ended, one.missed) for one in either.known] == [("", MISSES)]


def test_a_template_that_drifts_is_found_by_its_checks_and_learned_anew(either: Reader) -> None:
    """The outlet moves most of its stories into a box without paragraphs: the template fits and reads what is left."""
    either.read(prints(range(LEARN_FROM + 10), "portal"))
    assert [one.misread for one in either.known] == [0]
    moved = prints(range(20, 60), "portal", split=2, marked=False)
    either.restart()  # in a worker that knows nothing of it the first pages are checked
    assert either.read(moved[:MISSES]) == ["template"] * MISSES
    [old] = either.known
    assert (old.ended, old.misread, old.since) == ("drifted", MISSES, either.pages[-MISSES].fetched_at)
    assert either.read(moved[MISSES:20])[:MISSES] == ["outline"] * MISSES
    assert either.read(moved[20:25]) == ["template"] * 5
    assert all(complete(one, article) for one, article in zip(moved[20:25], either.articles[-5:], strict=True))


def test_one_page_in_many_is_checked_whatever_is_known(reader: Reader) -> None:
    reader.read(prints(range(LEARN_FROM + 10), "portal"))
    drifted = prints(range(20, 120), "portal", split=2, marked=False)
    for one in drifted:
        reader.clock.go_on(EVERY)
        page = one.page(reader.store, reader.clock.now())
        reader.again(page)
        if int(page.message_id[:8], 16) % CHECK == 0:
            break
        assert [known.misread for known in reader.known] == [0]
    else:
        pytest.fail("no page of these was to be checked")
    assert [known.misread for known in reader.known] == [1]


@pytest.mark.parametrize(("split", "marked"), [(1, False), (1, True), (2, True)])
def test_no_article_loses_text_that_was_moved_out_of_the_known_box(reader: Reader, split: int, marked: bool) -> None:
    """Too little is left in it, or too much stands beside it: the page is read whole."""
    reader.read(prints(range(LEARN_FROM + 2), "portal"))
    for one in prints(range(20, 20 + MISSES), "portal", split=split, marked=marked):
        article = reader.again(one.page(reader.store, reader.clock.now() + HEARD))
        assert "template_missed" in article.flags
        assert article.paragraphs == one.sample.reading.paragraphs
        assert complete(one, article)


def test_an_article_that_is_looked_at_again_is_read_as_at_first(reader: Reader) -> None:
    """Before and after a template came into force, and when it has ended: that is no change of the article."""
    one = Print(40, "portal")
    first = one.page(reader.store, reader.clock.now())
    before = _stored(reader, first)
    reader.read(prints(range(LEARN_FROM + 2), "portal"))
    assert reader.again(replace(first, fetched_at=reader.clock.now())).sources["text"] == before.sources["text"]
    other = Print(41, "portal").page(reader.store, reader.clock.now())
    assert _stored(reader, other).sources["text"] == "template"
    drop(reader.database, OUTLET, "sari")
    reader.clock.go_on(2 * HEARD.total_seconds())
    later = replace(other, fetched_at=reader.clock.now())
    assert reader.again(later).sources["text"] == "template"
    long_after = replace(other, fetched_at=other.fetched_at + REREAD)
    assert reader.again(long_after).sources["text"] == "outline"


def _stored(reader: Reader, page: Page) -> Article:
    read = reader.again(page)
    row = {
        "id": page.subject, "url": page.url, "outlet": page.outlet, "origin": page.origin,
        "first_seen": page.fetched_at, "appeared": page.fetched_at, "fetched_at": page.fetched_at,
        "revision": read.revision, "version": 1, "withdrawn": False, "body": b"", "place": b"", "group": page.subject,
    }  # fmt: skip
    with reader.database.write() as connection:
        reader.database.upsert(connection, articles, [row])
    return read


def test_articles_that_are_looked_at_again_teach_no_design_a_second_time(reader: Reader) -> None:
    """They are read as at first, so by the templates before it, whatever has been learned from them."""
    reader.read(prints(range(LEARN_FROM + 2), "portal"))
    pages = []
    for one in prints(range(40, 40 + 2 * LEARN_FROM), "wordpress"):
        reader.clock.go_on(EVERY / 10)
        pages.append(one.page(reader.store, reader.clock.now()))
        _stored(reader, pages[-1])
    learned = [(one.region, one.learned_at) for one in reader.known]
    assert len(learned) == 2
    for _ in range(2):
        for page in pages[:LEARN_FROM]:
            reader.clock.go_on(EVERY)
            assert "template_missed" in reader.again(replace(page, fetched_at=reader.clock.now())).flags
    assert [(one.region, one.learned_at) for one in reader.known] == learned


def test_a_template_that_drifted_is_not_learned_again_at_once(reader: Reader, caplog: pytest.LogCaptureFixture) -> None:
    """A day on it may be right again: until then the pages are read whole."""
    reader.read(prints(range(LEARN_FROM + 2), "portal"))
    [old] = reader.known
    reader.restart()
    reader.read(prints(range(20, 20 + MISSES), "portal", split=2, marked=False))
    assert set(reader.read(prints(range(40, 40 + KEPT + 2), "portal"))) == {"outline"}
    assert [(one.region, one.ended) for one in reader.known] == [(old.region, "drifted")]
    assert f"{old.region} has drifted lately" in caplog.text
    assert reader.layout().changed_at == reader.known[0].since  # operators see that its pages changed
    reader.clock.go_on(REST)
    reader.read(prints(range(70, 70 + LEARN_FROM), "portal"))
    assert [(one.region, one.ended) for one in reader.known] == [(old.region, "drifted"), (old.region, "")]


def test_an_operator_drops_the_templates_of_an_outlet(reader: Reader) -> None:
    reader.read(prints(range(LEARN_FROM), "portal", "wordpress"))
    assert drop(reader.database, OUTLET, "sari", "reads the caption") == 2
    with pytest.raises(ConfigError, match="no template is in force"):
        drop(reader.database, OUTLET, "sari")
    assert {one.ended for one in reader.known} == {"dropped"}
    reader.clock.go_on(2 * HEARD.total_seconds())
    again = reader.read(prints(range(40, 40 + LEARN_FROM + 2), "portal", "wordpress"))
    assert again == ["outline"] * LEARN_FROM + ["template"] * 2


def test_pages_that_share_nothing_are_kept_and_no_more_of_them(reader: Reader) -> None:
    """The boxes of each page have names of their own."""
    for number in range(KEPT + 10):
        reader.clock.go_on(EVERY)
        named = f"cerita-{'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}"
        text = outlet.html(number).replace("isi-berita", named).replace("wadah", f"kulit-{named}")
        page = outlet.page(reader.store, number, reader.clock.now())
        assert reader.again(replace(page, body=reader.store.put(text.encode()))).sources["text"] == "outline"
    with reader.database.read() as connection:
        assert designs(connection) == []
        assert len(connection.execute(select(template_samples.c.message)).all()) == KEPT


def test_a_mistake_of_ours_in_learning_costs_no_article(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def learn(*_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    with monkeypatch.context() as broken:
        broken.setattr("pipeline.extract.school.learn", learn)
        assert set(reader.read(prints(range(LEARN_FROM), "portal"))) == {"outline"}
    assert reader.known == []
    reader.read(prints(range(LEARN_FROM, 2 * LEARN_FROM), "portal"))
    assert len(reader.known) == 1


def test_two_workers_that_learn_at_once_make_one_template(database: Database, store: FolderPages) -> None:
    """A partition that changes hands: both have seen the pages, and neither has heard of the other's template."""
    with driven(START) as clock:
        workers = [Extract(store, Templates(database)) for _ in range(2)]
        pages = [one.page(store, START) for one in prints(range(LEARN_FROM), "portal")]
        for worker in workers:
            for page in pages:
                worker(page)
        clock.go_on(2 * HEARD.total_seconds())
        for worker in workers:
            read = worker(Print(40, "portal").page(store, clock.now()))
            assert isinstance(read, Article)
            assert read.sources["text"] == "template"
    with database.read() as connection:
        assert len(designs(connection)) == 1


def test_stories_too_short_to_be_sure_say_nothing_of_the_design(reader: Reader) -> None:
    """A brief fits the box and has too little text to be known by it: it is read whole, and is no change."""
    reader.read(prints(range(LEARN_FROM + 2), "portal"))
    for number in range(20, 20 + 3 * MISSES):
        reader.clock.go_on(EVERY)
        one = Print(number, "portal")
        brief = one.html
        for paragraph in one.story.paragraphs[1:]:
            brief = brief.replace(f"<p>{paragraph}</p>", "")
        read = reader.again(replace(one.page(reader.store, reader.clock.now()), body=reader.store.put(brief.encode())))
        assert "template_missed" in read.flags
    assert [(known.ended, known.missed) for known in reader.known] == [("", 0)]


def test_a_batch_that_is_read_ahead_in_children_is_read_with_the_same_templates(
    sqlite_database: Database, store: FolderPages, clock: DrivenClock
) -> None:
    with Pool(children=1) as pool:
        extract = Extract(store, Templates(sqlite_database), pool)
        reader = Reader(sqlite_database, store, clock)
        reader.read(prints(range(LEARN_FROM + 1), "portal", "wordpress"))
        batch = [one.page(store, _soon(clock)) for one in prints(range(40, 46), "portal", "wordpress")]
        extract.prepare(batch, lambda: None)
        assert [extract(page) for page in batch] == [reader.again(page) for page in batch]
        assert {reader.again(page).sources["text"] for page in batch} == {"template"}


def _soon(clock: DrivenClock) -> datetime:
    clock.go_on(EVERY)
    return clock.now()
