"""What is in an edition: a set, by first sight, once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from digests.coverage import concerned, coverage
from kliping.health import Health, observe
from kliping.outlets import Outlet
from kliping.tables import clips
from tests.digests.conftest import DAY, OUTLETS, SIX, Newsroom, titles


def test_a_clip_is_in_exactly_one_edition(newsroom: Newsroom) -> None:
    for number in range(6):
        newsroom.article(number, seen=SIX - timedelta(hours=3) + number * timedelta(hours=10))
    told = [title for day in range(4) for title in titles(newsroom.close(day))]
    assert sorted(told) == [f"Berita nomor {number}" for number in range(6)]


def test_an_old_article_found_late_is_told_once_with_its_own_time(newsroom: Newsroom) -> None:
    newsroom.article(1)
    newsroom.close()
    newsroom.article(2, seen=SIX + timedelta(minutes=70), published=SIX - timedelta(hours=9))
    tomorrow = newsroom.close(1)
    assert titles(tomorrow) == ["Berita nomor 2"]
    assert tomorrow.items[0].late
    assert tomorrow.items[0].published == SIX - timedelta(hours=9)
    assert titles(newsroom.close(2)) == []


def test_the_first_edition_reaches_back_one_day(newsroom: Newsroom) -> None:
    newsroom.article(1, seen=SIX - timedelta(hours=25))
    newsroom.article(2, seen=SIX - timedelta(hours=23))
    assert titles(newsroom.close()) == ["Berita nomor 2"]
    assert titles(newsroom.close(1)) == []


def test_a_backfill_never_floods(newsroom: Newsroom) -> None:
    newsroom.close()
    for number in range(300):
        newsroom.article(number, seen=SIX + timedelta(hours=3), origin="backfill")
    newsroom.article(999, seen=SIX + timedelta(hours=3))
    assert titles(newsroom.close(1)) == ["Berita nomor 999"]


def test_withdrawn_clips_and_those_of_other_desks_stay_out(newsroom: Newsroom) -> None:
    gone = newsroom.article(1)
    newsroom.article(2)
    newsroom.article(3, clipped=False)
    with newsroom.database.write() as connection:
        connection.execute(update(clips).where(clips.c.article == gone).values(state="withdrawn"))
    assert titles(newsroom.close()) == ["Berita nomor 2"]


def test_copies_are_one_item_with_all_outlets_also_those_that_meet_no_watch(newsroom: Newsroom) -> None:
    first = newsroom.article(1, group="")
    newsroom.article(2, outlet="kabar", group=first)
    newsroom.article(3, outlet="radar", group=first, clipped=False)
    edition = newsroom.close()
    assert titles(edition) == ["Berita nomor 1"]
    assert edition.items[0].outlets == ("Suara Raya", "Kabar Raya", "Radar Raya")
    assert titles(newsroom.close(1)) == []


def test_a_later_copy_adds_an_outlet_and_is_no_new_item(newsroom: Newsroom) -> None:
    first = newsroom.article(1)
    newsroom.close()
    newsroom.article(2, outlet="kabar", group=first, seen=SIX + timedelta(hours=1))
    newsroom.article(3, outlet="radar", group=first, seen=SIX + timedelta(hours=2), clipped=False)
    second = newsroom.close(1)
    assert titles(second) == []
    assert [(one.title, one.number, one.outlets) for one in second.updates] == [
        ("Berita nomor 1", 1, ("Kabar Raya", "Radar Raya"))
    ]
    assert newsroom.close(2).updates == ()


def test_what_was_told_as_an_outlet_of_an_item_is_no_update_later(newsroom: Newsroom) -> None:
    first = newsroom.article(1)
    newsroom.article(2, outlet="kabar", group=first, clipped=False)
    newsroom.close()
    assert newsroom.close(1).updates == ()


def test_not_about_us_stays_out_with_its_copies_but_a_rewrite_is_judged_for_itself(newsroom: Newsroom) -> None:
    first = newsroom.article(1)
    newsroom.article(2, outlet="kabar", group=first)
    newsroom.article(3, outlet="radar", group=first, relation="rewrite")
    newsroom.decide(first, "about", "no")
    edition = newsroom.close()
    assert titles(edition) == ["Berita nomor 3"]
    assert edition.items[0].outlets == ("Radar Raya",)


def test_a_decision_taken_back_brings_the_article_into_the_next_edition(newsroom: Newsroom) -> None:
    article = newsroom.article(1)
    newsroom.decide(article, "about", "no")
    assert titles(newsroom.close()) == []
    newsroom.decide(article, "about", "", at=SIX + timedelta(hours=1))
    assert titles(newsroom.close(1)) == ["Berita nomor 1"]


def test_decisions_show_and_nothing_is_guessed(newsroom: Newsroom) -> None:
    first, second = newsroom.article(1), newsroom.article(2, leading=False)
    newsroom.article(3, seen=SIX - timedelta(hours=5))
    newsroom.decide(first, "tone", "positif")
    newsroom.decide(second, "tone", "negatif")
    newsroom.decide(second, "excerpt", "Ringkasan dari staf.")
    newsroom.decide(second, "note", "Sudah dijawab dinas.")
    items = newsroom.close().items
    assert [(item.section, item.tone) for item in items] == [
        ("attention", "negatif"),
        ("about", "positif"),
        ("about", ""),
    ]
    assert (items[0].excerpt, items[0].note) == ("Ringkasan dari staf.", "Sudah dijawab dinas.")
    assert items[2].excerpt == "Kalimat pertama berita nomor 3 di Sukaraya. Kalimat kedua menyusul."


def test_a_tone_given_to_a_copy_counts_for_the_story(newsroom: Newsroom) -> None:
    first = newsroom.article(1)
    newsroom.decide(newsroom.article(2, outlet="kabar", group=first), "tone", "negatif")
    assert newsroom.close().items[0].tone == "negatif"


def test_sections_and_spread_order(newsroom: Newsroom) -> None:
    newsroom.article(1, leading=False)
    newsroom.article(2)
    wide = newsroom.article(3)
    newsroom.article(4, outlet="kabar", group=wide)
    assert titles(newsroom.close()) == ["Berita nomor 3", "Berita nomor 2", "Berita nomor 1"]


def test_a_time_in_the_future_is_not_believed(newsroom: Newsroom) -> None:
    newsroom.article(1, published=SIX + 3 * DAY)
    assert newsroom.close().items[0].published is None


def test_coverage_counts_outlets_that_answered_within_a_day(newsroom: Newsroom) -> None:
    newsroom.source("suara", SIX - timedelta(hours=1))
    newsroom.source("kabar", SIX - timedelta(hours=30), "timeout")
    newsroom.source("radar", None, "robots")
    newsroom.article(1)
    newsroom.article(2, origin="backfill")
    with newsroom.database.read() as connection:
        found = coverage(connection, observe(connection, OUTLETS, SIX).values(), SIX - DAY)
    assert (found.outlets, found.read, found.articles) == (3, 1, 1)
    assert [(one.outlet, one.reason, one.since) for one in found.silent] == [
        ("Kabar Raya", "timeout", SIX - timedelta(hours=30)),
        ("Radar Raya", "robots", None),
    ]


def test_coverage_names_who_fell_out_first_and_who_is_silent_by_what_it_used_to_bring(newsroom: Newsroom) -> None:
    def health(name: str, **facts: Any) -> Health:
        return Health(outlet=Outlet(id=name, name=name, domain="a.test"), **facts)

    found = [
        health("Abadi", state="failing", detail="dns"),
        health("Bakti", state="failing", detail="timeout", succeeded=SIX - 2 * DAY),
        health("Cinta", state="silent", last=SIX - 3 * DAY, daily=1.04),
        health("Damai", state="silent", last=SIX - DAY, daily=30.0),
        health("Emas", state="ok", last=SIX),
        health("Fajar", state="off"),
        health("Gema", state="unread"),
    ]
    with newsroom.database.read() as connection:
        told = coverage(connection, found, SIX - DAY)
    assert (told.outlets, told.read) == (5, 3)
    assert [one.outlet for one in told.silent] == ["Bakti", "Abadi"]
    assert [(one.outlet, one.daily) for one in told.quiet] == [("Damai", 30.0), ("Cinta", 1.0)]


def test_a_desk_counts_the_outlets_of_its_province_and_of_the_country() -> None:
    outlets = {
        id_: Outlet(id=id_, name=id_, domain="a.test", region=region, enabled=id_ != "off")
        for id_, region in (("national", ""), ("city", "36.74"), ("province", "36"), ("other", "35"), ("off", "36"))
    }
    assert list(concerned(outlets, "36.71")) == ["national", "city", "province"]
    assert list(concerned(outlets, "")) == ["national", "city", "province", "other"]
