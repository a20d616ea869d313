"""When the outlet says that it published, and which claims are not believed."""

from datetime import UTC, datetime

import pytest

from kliping.article import Found
from tests.extract.pages import STORY, html, paragraphs, read

BODY = paragraphs(*STORY)
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 08.30 WIB


def meta(content: str, name: str = "article:published_time") -> str:
    return f'<meta property="{name}" content="{content}">'


def linked(published: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{published}"}}</script>'


@pytest.mark.parametrize(
    ("page", "source", "precision"),
    [
        (html(BODY, head=linked("2026-11-24T08:30:00+07:00")), "json-ld", "second"),
        (html(BODY, head=linked("2026-11-24T01:30:00Z")), "json-ld", "second"),
        (html(BODY, head=meta("2026-11-24T08:30:00+07:00")), "meta", "second"),
        (html(BODY, head=meta("2026-11-24 08:30:00", "publishdate")), "meta", "second"),
        (html('<time datetime="2026-11-24T08:30:00+07:00">24 Nov</time>', BODY), "time", "second"),
        (html("<p>Selasa, 24 November 2026 08:30 WIB</p>", BODY), "page", "minute"),
        (html("<div>Kabar Contoh - 24/11/2026, 08:30 WIB</div>", BODY), "page", "minute"),
        (html("<div>Oleh Budi Contoh dari Kota Maju | Selasa, 24 November 2026 | 08:30</div>", BODY), "page", "minute"),
    ],
)
def test_the_same_moment_is_read_wherever_it_stands(page: str, source: str, precision: str) -> None:
    published = read(page).published
    assert published is not None
    assert (published.instant, published.source, published.precision) == (MORNING, source, precision)
    assert published.zone == "Asia/Jakarta"


def test_the_order_of_trust() -> None:
    page = html(
        "<p>Senin, 23 November 2026 09:00 WIB</p>", BODY,
        head=linked("2026-11-24T08:30:00+07:00") + meta("2026-11-22T08:00:00+07:00"),
    )  # fmt: skip
    published = read(page).published
    assert published is not None
    assert (published.source, published.raw) == ("json-ld", "2026-11-24T08:30:00+07:00")


def test_a_day_is_made_finer_by_a_line_of_the_same_day() -> None:
    published = read(html("<p>Selasa, 24 November 2026 08:30 WIB</p>", BODY, head=linked("2026-11-24"))).published
    assert published is not None
    assert (published.instant, published.precision, published.source) == (MORNING, "minute", "page")


def test_a_day_alone_stays_a_day() -> None:
    published = read(html("<p>24 November 2026</p>", BODY)).published
    assert published is not None
    assert (published.precision, published.instant) == ("day", datetime(2026, 11, 23, 17, 0, tzinfo=UTC))


def test_a_z_that_was_put_on_a_local_time_is_refused() -> None:
    page = html("<p>Selasa, 24 November 2026 08:30 WIB</p>", BODY, head=meta("2026-11-24T08:30:10Z", "pubdate"))
    published = read(page).published
    assert published is not None
    assert published.instant == MORNING.replace(second=10)


def test_a_z_in_the_future_is_local_time() -> None:
    published = read(html(BODY, head=meta("2026-11-24T09:00:00Z"))).published
    assert published is not None
    assert published.instant == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_the_zone_of_the_page_beats_the_zone_of_the_outlet() -> None:
    published = read(html("<p>Selasa, 24 November 2026 09:30 WITA</p>", BODY)).published
    assert published is not None
    assert (published.instant, published.zone) == (MORNING, "Asia/Makassar")


def test_a_time_without_a_zone_is_the_outlets() -> None:
    published = read(html("<p>24 November 2026 10:30</p>", BODY), zone="Asia/Jayapura").published
    assert published is not None
    assert (published.instant, published.zone) == (MORNING, "Asia/Jayapura")


@pytest.mark.parametrize(
    ("stated", "flag"),
    [("2027-01-01T00:00:00+07:00", "published_in_future"), ("1970-01-01T00:00:00+00:00", "published_too_old")],
)
def test_an_incredible_time_is_refused_and_flagged(stated: str, flag: str) -> None:
    found = read(html(BODY, head=meta(stated)))
    assert found.published is None
    assert flag in found.flags


def test_a_refused_time_leaves_room_for_the_next() -> None:
    page = html("<p>Selasa, 24 November 2026 08:30 WIB</p>", BODY, head=meta("2031-01-01T00:00:00+07:00"))
    found = read(page)
    assert found.published is not None
    assert found.published.instant == MORNING
    assert "published_in_future" in found.flags


def test_the_feed_is_asked_before_the_printed_line() -> None:
    feed = Found(way="feed", published="Tue, 24 Nov 2026 08:30:00 +0700")
    published = read(html("<p>Senin, 23 November 2026</p>", BODY), found=feed).published
    assert published is not None
    assert (published.instant, published.source) == (MORNING, "feed")


def test_a_feed_that_calls_wib_gmt_is_read_in_the_outlets_zone() -> None:
    feed = Found(way="feed", published="Tue, 24 Nov 2026 09:30:00 GMT")
    published = read(html(BODY), found=feed).published
    assert published is not None
    assert published.instant == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def test_the_day_of_the_url_is_the_last_resort() -> None:
    published = read(html(BODY), url="https://kabarcontoh.example/2026/11/20/taman").published
    assert published is not None
    assert (published.source, published.precision) == ("url", "day")


def test_an_update_and_the_day_of_an_event_are_no_publication() -> None:
    found = read(html("<p>Diperbarui: 23 November 2026, 10:00 WIB</p>", BODY))
    assert found.published is None
    assert "no_date" in found.flags


def test_a_date_of_a_list_beside_the_story_is_not_taken() -> None:
    rows = "".join(
        f'<li>{day} Nov 2026 | <a href="/{day}">Berita lain tentang jalan nomor {day}</a></li>' for day in range(10, 20)
    )
    assert read(f"<ul>{rows}</ul>" + html(BODY)).published is None
