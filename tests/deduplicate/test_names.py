"""A page that moved is a revision of its article; a page that only looks like it is none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from kliping.article import Article, Fetch, Grouped, Published, article_id, digest, revision_id
from kliping.articles import load_article, load_history
from kliping.database import Database
from kliping.tables import articles, names
from pipeline.deduplicate import Deduplicate
from pipeline.deduplicate.names import MANY, number_of
from pipeline.stage import Drop
from tests.deduplicate.made import START, article, edited, words

TEXT = words(1, 160)
NEWS = edited(TEXT, 3, 0.3)  # what an edit leaves of it
OLD_SLUG = "https://suara.example/berita/48213/jalan-rusak"
NEW_SLUG = "https://suara.example/berita/48213/jalan-diperbaiki"


@pytest.fixture
def stage(database: Database) -> Deduplicate:
    return Deduplicate(database)


def page(
    url: str, text: Sequence[str] = TEXT, *, hour: float = 0, title: str = "Jalan Rusak", asked: str = "",
    answered: str = "", status: int = 200, at: float | None = None,
) -> Article:  # fmt: skip
    """An article of the canonical address `url`; `at`: hour at which it says it was published."""
    made = article(f"{hour}", text, title=title, minutes=60 * hour)
    instant = START + timedelta(hours=at or 0)
    return replace(
        made,
        id=article_id(url),
        url=url,
        outlet="suara",
        page=digest(f"{hour}", asked or answered or url),
        revision=revision_id(title, made.paragraphs),
        published=None if at is None else Published(
            instant=instant, zone="Asia/Jakarta", precision="minute", source="meta", raw=""
        ),
        fetch=Fetch(asked=asked or answered or url, answered=answered or asked or url, status=status, body="hash"),
    )  # fmt: skip


def gone(url: str, *, hour: float, answered: str = "", status: int = 404) -> Article:
    made = page(url, (), hour=hour, title="", answered=answered, status=status)
    fetch = Fetch(asked=url, answered=answered or url, status=status)
    return replace(made, paragraphs=(), withdrawn=True, flags=(), fetch=fetch)


def only(outcome: list[Grouped] | Drop) -> Grouped:
    assert not isinstance(outcome, Drop)
    [one] = outcome
    return one


def count(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(articles)).scalar_one()


def history(database: Database, url: str) -> list[str]:
    with database.read() as connection:
        grouped = load_article(connection, article_id(url))
        assert grouped is not None
        return [event.what for event in load_history(connection, grouped.article)]


def test_the_canonical_link_of_a_page_is_its_link(stage: Deduplicate) -> None:
    answered = "http://m.suara.example/jalan/?utm_source=x"
    assert only(stage(page("https://suara.example/jalan/", answered=answered))).article.url == (
        "https://suara.example/jalan/"
    )


def test_a_slug_that_follows_the_title_makes_no_second_article(stage: Deduplicate, database: Database) -> None:
    """Whether the new address comes from a feed or, by a redirect, from the old one."""
    stage(page(OLD_SLUG, at=0))
    moved = only(stage(page(NEW_SLUG, NEWS, hour=1, title="Jalan Diperbaiki", at=0)))
    assert (moved.article.id, moved.article.url) == (article_id(OLD_SLUG), NEW_SLUG)
    again = stage(page(NEW_SLUG, TEXT, hour=2, title="Jalan Selesai", asked=OLD_SLUG, answered=NEW_SLUG))
    assert not isinstance(again, Drop)
    assert (count(database), history(database, OLD_SLUG)) == (1, ["first", "changed", "changed"])


def test_a_redirect_of_the_asked_address_leads_to_the_same_article(stage: Deduplicate, database: Database) -> None:
    old, new = "https://suara.example/jalan-rusak/", "https://suara.example/jalan-diperbaiki/"
    stage(page(old))
    stage(page(new, NEWS, hour=1, title="Lain Sama Sekali", asked=old, answered=new))
    stage(page(new, TEXT, hour=2, title="Lagi"))
    assert (count(database), history(database, old)) == (1, ["first", "changed", "changed"])


def test_a_canonical_link_that_changes_makes_no_second_article(stage: Deduplicate, database: Database) -> None:
    asked = "https://suara.example/?p=77"
    stage(page("https://suara.example/jalan/", asked=asked))
    stage(page("https://suara.example/kota/jalan/", NEWS, hour=1, asked=asked))
    assert count(database) == 1


def test_one_text_at_two_addresses_is_an_article_and_its_copy(stage: Deduplicate, database: Database) -> None:
    stage(page("https://suara.example/kota/jalan/", at=0))
    told = stage(page("https://suara.example/news/jalan/", hour=1, at=0))
    assert not isinstance(told, Drop)
    assert {grouped.copy.members for grouped in told} == {2}
    assert count(database) == 2


def test_a_redirect_to_another_story_is_that_story(stage: Deduplicate, database: Database) -> None:
    old, other = "https://suara.example/jalan/", "https://suara.example/pasar/"
    stage(page(old))
    stage(page(other, words(8, 160), hour=1, title="Pasar Murah Digelar", asked=old, answered=other))
    assert count(database) == 2
    assert history(database, old) == ["first"]


def test_a_canonical_link_that_many_pages_claim_is_not_believed(stage: Deduplicate, database: Database) -> None:
    claimed = "https://suara.example/indeks-berita"
    stage(page(claimed, asked="https://suara.example/satu"))
    stage(page(claimed, words(8, 160), hour=1, title="Pasar Murah Digelar", asked="https://suara.example/dua"))
    stage(page(claimed, words(9, 160), hour=2, title="Festival Payung Dibuka", asked="https://suara.example/tiga"))
    stage(page(claimed, NEWS, hour=3, asked="https://suara.example/satu"))
    assert count(database) == 3
    assert history(database, claimed) == ["first", "changed"]
    with database.read() as connection:
        other = load_article(connection, article_id("https://suara.example/dua"))
        assert not connection.execute(select(names.c.article).where(names.c.name == article_id(claimed))).all()
    assert other is not None
    assert other.article.url == "https://suara.example/dua"


def test_two_stories_of_one_title_that_claim_one_canonical_link_are_two(stage: Deduplicate, database: Database) -> None:
    claimed, title = "https://suara.example/indeks-berita", "Prakiraan Cuaca Hari Ini"
    stage(page(claimed, asked="https://suara.example/senin", title=title))
    stage(page(claimed, words(8, 160), hour=1, title=title, asked="https://suara.example/selasa"))
    assert count(database) == 2


@pytest.mark.parametrize(("asked", "answered"), [("?p=77", "?p=77"), ("jalan/", "jalan/"), ("?p=77", "jalan/")])
def test_a_withdrawal_is_believed_at_every_address_of_the_article(
    stage: Deduplicate, database: Database, asked: str, answered: str
) -> None:
    site = "https://suara.example/"
    stage(page(f"{site}jalan/", asked=f"{site}?p=77", answered=f"{site}jalan/"))
    taken = only(stage(gone(site + asked, hour=1, answered=site + answered)))
    assert (taken.article.id, taken.article.withdrawn) == (article_id(f"{site}jalan/"), True)
    assert history(database, f"{site}jalan/") == ["first", "withdrawn"]
    stage(page(f"{site}jalan/", asked=f"{site}?p=77", answered=f"{site}jalan/", hour=2))
    assert history(database, f"{site}jalan/") == ["first", "withdrawn", "returned"]


def test_the_end_of_a_link_of_somebody_else_is_no_withdrawal(stage: Deduplicate) -> None:
    """A shortener's link expires; the article is where it was."""
    short, url = "https://pendek.example/x1", "https://suara.example/jalan/"
    stage(page(url, asked=short, answered=url))
    outcome = stage(gone(short, hour=1))
    assert isinstance(outcome, Drop)
    assert outcome.reason == "not_an_article"


def test_a_number_that_two_articles_have_names_neither(stage: Deduplicate, database: Database) -> None:
    for at in range(2):
        stage(page(f"https://suara.example/kanal/10177/judul-{at}", words(20 + at), hour=at / 100, title=f"Judul {at}"))
    stage(page("https://suara.example/kanal/10177/judul-baru", words(20), hour=9, title="Judul 0"))
    assert count(database) == 3


@pytest.mark.parametrize(("at", "pieces"), [(None, 1), (0, 1), (5, 2)])
def test_what_robots_write_of_two_times_is_two_pieces(
    stage: Deduplicate, database: Database, at: float | None, pieces: int
) -> None:
    """All but a word of them is the same, and the number in their addresses is a section's."""
    other = (*TEXT[:80], "lain", *TEXT[81:])
    stage(page("https://suara.example/kanal/10177/gempa-guncang-kota", at=0))
    stage(page("https://suara.example/kanal/10177/gempa-guncang-desa", other, hour=5, at=at))
    assert count(database) == pieces


@pytest.mark.parametrize("section", range(10177, 10183))
def test_a_number_that_everything_has_hides_no_address(stage: Deduplicate, database: Database, section: int) -> None:
    old, new = (f"https://suara.example/kanal/{section}/jalan-{slug}" for slug in ("rusak", "diperbaiki"))
    stage(page(old))
    stage(page(new, NEWS, hour=1, asked=old, answered=new))
    with database.write() as connection:
        others = [{"name": number_of(page(old)), "article": article_id(f"{old}-{n}")} for n in range(20 * MANY)]
        connection.execute(insert(names), others)
    stage(page(new, TEXT, hour=2, title="Lain Sama Sekali"))
    assert (count(database), history(database, old)) == (1, ["first", "changed", "changed"])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (OLD_SLUG, NEW_SLUG, True),
        ("https://a.example/d-7654321/satu", "https://www.a.example/d-7654321/dua", True),
        ("https://a.example/satu-48213", "https://a.example/dua-48213.html", True),
        ("https://a.example/48213-satu", "https://a.example/48213-dua", True),
        ("https://a.example/b.php?id=48213&judul=satu", "https://a.example/b.php?id=48213&judul=dua", True),
        (OLD_SLUG, "https://lain.example/berita/48213/jalan-rusak", False),
        ("https://a.example/48213/satu", "https://a.example/48214/satu", False),
    ],
)
def test_numbers_of_addresses(one: str, other: str, same: bool) -> None:
    first, second = (number_of(replace(page(one), url=url)) for url in (one, other))
    assert first
    assert (first == second) is same


@pytest.mark.parametrize(
    "path", ["2026/11/23/jalan", "20261123/jalan", "jalan-23112026", "apbd-500-juta", "jalan-2026", ""]
)
def test_dates_are_no_numbers(path: str) -> None:
    assert number_of(page(f"https://a.example/{path}")) == ""


def test_what_was_stored_between_the_look_and_the_write_is_found(database: Database) -> None:
    """Two workers, one story, two addresses: the second looks before the first has written."""
    stage = Deduplicate(database)

    class Late(Deduplicate):
        def _answer(self, *arguments: object) -> object:  # type: ignore[override]
            if count(database) == 0:
                stage(page(OLD_SLUG, at=0))
            return super()._answer(*arguments)  # type: ignore[arg-type]

    Late(database)(page(NEW_SLUG, NEWS, hour=1, title="Jalan Diperbaiki", at=0))
    assert count(database) == 1


def test_names_are_kept_once(stage: Deduplicate, database: Database) -> None:
    stage(page(OLD_SLUG, at=0))
    for hour in (1, 2):
        stage(page(NEW_SLUG, hour=hour, at=0))
    with database.read() as connection:
        rows = connection.execute(select(names.c.name, names.c.article)).all()
    assert {row.article for row in rows} == {article_id(OLD_SLUG)}
    assert len(rows) == len(set(rows)) == 2
