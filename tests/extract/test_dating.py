"""Times of publication and change, wherever a page states them; and times that are not the story's."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.published import AHEAD, EARLIEST
from tests.extract.pages import NOW, STORY, TITLE, URL, html, paragraphs, read

BODY = paragraphs(*STORY)
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 08.30 WIB
DAY = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 24 November, midnight WIB
LATER = datetime(2026, 11, 24, 2, 15, tzinfo=UTC)  # 09.15 WIB


def meta(content: str, name: str = "article:published_time", attribute: str = "property") -> str:
    return f'<meta {attribute}="{name}" content="{content}">'


def linked(published: object, **more: object) -> str:
    item = {"@type": "NewsArticle", "datePublished": published, **more}
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


def times(page: str, **more: Any) -> tuple[datetime | None, datetime | None]:
    found = read(page, **more)
    return (
        found.published.instant if found.published else None,
        found.modified.instant if found.modified else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        linked(1795483800),
        linked(1795483800000),
        linked(["2026-11-24T08:30:00+07:00"]),
        linked({"@type": "Date", "@value": "2026-11-24T08:30:00+07:00"}),
        '<script type="application/ld+json">{"@type": "VideoObject", "uploadDate": "2026-11-24T08:30:00+07"}</script>',
        meta("1795483800"),
        meta("20261124083000", "pubdate", "name"),
        meta("2026-11-24 08:30:00 WIB"),
        meta("Tue Nov 24 08:30:00 WIB 2026"),
        meta("Tuesday, November 24, 2026 - 08:30"),
        meta("2026/11/24 08:30:00", "pubdate", "name"),
        meta("2026-11-24T08:30:00.000000+0700", "DCTERMS.created", "name"),
        meta("2026-11-24 08:30:00", "dcterms.issued", "name"),
        meta("2026-11-24T01:30:00Z", "parsely-pub-date", "name"),
        meta("2026-11-24 08:30:00", "sailthru.date", "name"),
        meta("2026-11-24 08:30:00", "content_PublishedDate", "name"),
        meta("2026-11-24T08:30:00+07:00", "datePublished", "itemprop"),
        meta("0000-00-00 00:00:00") + meta("-0001-11-30T00:00:00+00:00") + meta("2026-11-24T08:30+07:00", "pubdate"),
    ],
)
def test_heads(head: str) -> None:
    assert times(html(BODY, head=head)) == (MORNING, None)


@pytest.mark.parametrize(
    "line",
    [
        '<span itemprop="datePublished">24 November 2026 08:30 WIB</span>',
        '<span itemprop="datePublished" content="2026-11-24T08:30:00+07:00">24 November</span>',
        '<span property="schema:dateCreated" content="2026-11-24T01:30:00+00:00">24/11/2026</span>',
        '<abbr class="published" title="2026-11-24T08:30:00+07:00">08.30</abbr>',
        "<time>Selasa, 24 Nov 2026 08.30 WIB</time>",
        '<time class="entry-date">24/11/2026 08.30</time>',
        '<time class="updated" datetime="2026-11-24T07:50">x</time> <time datetime="2026-11-24T08:30+07:00">x</time>',
        "<div>24 November 2026</div><div>08:30 WIB</div>",
        "<ul><li>24 Nop 2026</li><li>Budi Contoh</li><li>08.30</li></ul>",
        "<p>08:30 | Selasa, 24 November 2026</p>",
        "<p>Siti Contoh | 24 Nov 26, 08.30 wib</p>",
        "<p>Tanggal: 24-11-2026 | Jam: 08:30</p>",
        "<p>Selasa, 24 November 2026 09:30 wita</p>",
        "<p>90 menit yang lalu</p>",
        "<ul class='post-info'><li><a href='/2026/11/24/'>24 November 2026 08:30</a></li></ul>",
        "<li><a href='#'>Admin</a></li><li><a href='#'>24 November 2026 08:30</a></li>",
        "<div><span>Update</span><div>24 November 2026, 09:15 WIB</div></div><div>24 November 2026 08:30 WIB</div>",
    ],
)
def test_markup_and_lines(line: str) -> None:
    assert times(html(line, BODY))[0] == MORNING


@pytest.mark.parametrize(
    ("told", "instant"),
    [
        ("Baru saja", NOW),
        ("2 jam yang lalu", NOW - timedelta(hours=2)),
        ("Kemarin", DAY - timedelta(days=1)),
        ("Kemarin, 08.30 WIB", MORNING - timedelta(days=1)),
    ],
)
def test_times_told_from_the_moment_of_fetching(told: str, instant: datetime) -> None:
    assert times(html(f'<span class="date">{told}</span>', BODY))[0] == instant


def test_a_labelled_line_at_the_end_dates_the_story() -> None:
    page = html(BODY, paragraphs(*STORY), "<p>Diterbitkan pada Selasa, 24 November 2026 08:30 WIB</p>")
    assert times(page)[0] == MORNING


@pytest.mark.parametrize(
    "page",
    [
        html(BODY, '<ol class="comment-list comments"><li><time datetime="2026-11-24T09:00:00+07:00">x</time></ol>'),
        html(BODY, '<aside><time datetime="2026-11-20T09:00:00+07:00">20 Nov</time></aside>'),
        html('<div class="related-posts related"><p>20 Nov 2026</p></div>', BODY),
        html(BODY, "<div class='comments'>Andi, 24 November 2026 09:00 bagus sekali</div>"),
        "<header><div>Selasa, 24 November 2026</div></header>" + html(BODY),
        "<div>Selasa, 24 November 2026</div><ul><li><a href='/a'>Beranda</a></li></ul>" + html(BODY),
        html("<div class='terkait'><a href='/b'>24 November 2026</a></div>", BODY),
        html(BODY, "<a href='/b'>24 November 2026</a>"),
        html(BODY, "<div><h4><a href='/b'>Pasar Ikan Dibuka Lagi Setelah Empat Bulan</a></h4><i>3 jam lalu</i></div>"),
        html("<p>Rapat berlangsung 24-25 November 2026</p>", BODY),
    ],
)
def test_dates_of_lists_comments_visitors_and_events_are_not_the_storys(page: str) -> None:
    assert times(page) == (None, None)


def test_another_day_in_the_page_head_is_believed_last() -> None:
    page = "<header><div>Senin, 23 November 2026</div></header>" + html(BODY)
    assert times(page)[0] == DAY - timedelta(days=1)
    assert times(page, url="https://kabarcontoh.example/2026/11/20/taman")[0] == DAY - timedelta(days=4)


@pytest.mark.parametrize(
    "path", ["/2026/11/24/taman", "/read/2026-11-24/taman", "/20261124/taman", "/20261124083000-7-x"]
)
def test_days_in_addresses(path: str) -> None:
    published = read(html(BODY), url=f"https://kabarcontoh.example{path}").published
    assert published is not None
    assert (published.instant, published.source, published.precision) == (DAY, "url", "day")


@pytest.mark.parametrize(
    "path", ["/2026/11/taman", "/berita/20261324/taman", "/123420261124/taman", "/2026/11-24/taman"]
)
def test_numbers_in_addresses_that_are_no_day(path: str) -> None:
    assert times(html(BODY), url=f"https://kabarcontoh.example{path}")[0] is None


@pytest.mark.parametrize(
    ("page", "instant"),
    [
        # a clock beside it shows that the Z, or +00:00, was put on a local time
        (html("<p>23/11/2026 22:30 WIB</p>", BODY, head=linked("2026-11-23T22:30:12+00:00")), "2026-11-23T15:30:12"),
        (html("<p>23/11/2026 | 22.31</p>", BODY, head=linked("2026-11-23T22:30:55Z")), "2026-11-23T15:30:55"),
        (html("<p>23/11/2026 22:30 WIT</p>", BODY, head=meta("2026-11-23T22:30:12Z")), "2026-11-23T13:30:12"),
        (
            html(BODY, head=linked("2026-11-23T22:30:12Z") + meta("2026-11-23 22:30:12", "pubdate")),
            "2026-11-23T15:30:12",
        ),
        # the printed clock agrees with a true one
        (html("<p>24/11/2026 08:30 WIB</p>", BODY, head=linked("2026-11-24T01:30:12+00:00")), "2026-11-24T01:30:12"),
        (html("<p>24/11/2026</p>", BODY, head=linked("2026-11-24T01:30:12Z")), "2026-11-24T01:30:12"),
    ],
)
def test_a_z_on_local_time_is_told_from_a_true_one(page: str, instant: str) -> None:
    published, _ = times(page)
    assert published is not None
    assert published.isoformat().startswith(instant)


def test_the_change_of_a_page_whose_z_is_local_is_local_too() -> None:
    head = linked("2026-11-23T22:30:00Z", dateModified="2026-11-23T23:00:00Z")
    assert times(html("<p>Senin, 23 November 2026 22:30 WIB</p>", BODY, head=head)) == (
        datetime(2026, 11, 23, 15, 30, tzinfo=UTC),
        datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "midnight", ["2026-11-24", "2026-11-24T00:00:00", "2026-11-24T00:00:00+07:00", "2026-11-24T00:00:00Z"]
)
def test_a_bare_midnight_is_made_finer_by_a_clock_of_its_day(midnight: str) -> None:
    assert times(html("<p>Selasa, 24 November 2026 08:30 WIB</p>", BODY, head=linked(midnight)))[0] == MORNING
    assert times(html("<p>Rabu, 25 November 2026 08:30 WIB</p>", BODY, head=linked(midnight)))[0] != MORNING


@pytest.mark.parametrize(
    "page",
    [
        html(BODY, head=linked("2026-11-24T08:30:00+07:00", dateModified="2026-11-24T09:15:00+07:00")),
        html(BODY, head=meta("2026-11-24T08:30:00+07:00") + meta("2026-11-24T09:15:00+07:00", "og:updated_time")),
        html(
            '<time class="published" datetime="2026-11-24T08:30:00+07:00">x</time>'
            '<time class="updated" datetime="2026-11-24T09:15:00+07:00">x</time>', BODY,
        ),
        html("<p>Terbit: 24/11/2026, 08:30 WIB</p><p>Diperbarui: 24/11/2026, 09:15 WIB</p>", BODY),
        html("<p>Last updated: 24/11/2026, 09:15 WIB | Published: 24/11/2026, 08:30 WIB</p>", BODY),
        html("<div>Terakhir diperbarui</div><div>24/11/2026, 09:15 WIB</div><div>24/11/2026, 08:30 WIB</div>", BODY),
    ],
)  # fmt: skip
def test_publication_and_change_are_told_apart(page: str) -> None:
    assert times(page) == (MORNING, LATER)


@pytest.mark.parametrize(
    ("stated", "flag"), [("2031-01-01T00:00:00+07:00", "modified_in_future"), ("1980-01-01", "modified_too_old")]
)
def test_an_incredible_change_is_refused_and_flagged(stated: str, flag: str) -> None:
    found = read(html(BODY, head=linked("2026-11-24T08:30:00+07:00", dateModified=stated)))
    assert found.modified is None
    assert flag in found.flags


@pytest.mark.parametrize("minutes", [14, 16])
def test_a_stamp_may_lie_fifteen_minutes_ahead(minutes: int) -> None:
    stated = NOW + timedelta(minutes=minutes)
    assert times(html(BODY, head=meta(stated.astimezone(ZoneInfo("Asia/Jakarta")).isoformat()), title=""))[0] == (
        stated if minutes < 15 else None
    )


_YEARS = st.integers(1, 9999).map("{:04d}".format)
_STAMPS = st.one_of(
    st.text(max_size=30),
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.integers(-(10**16), 10**16).map(str),
    st.builds("{}-{}-{} {}:{}".format, _YEARS, *(st.integers(0, 99),) * 4),
    st.builds("{} {} lalu".format, st.integers(0, 10**6), st.sampled_from(("detik", "jam", "hari", "bulan", "tahun"))),
    st.builds("{}/{}/{} 08.30 WIB".format, st.integers(0, 40), st.integers(0, 14), st.integers(0, 99)),
)


@settings(max_examples=150, deadline=None)
@given(stamps=st.tuples(*(_STAMPS,) * 5), path=st.text(max_size=20))
def test_whatever_a_page_states_no_time_is_beyond_belief(stamps: tuple[str, ...], path: str) -> None:
    in_head, change, tagged, line, told = (stamp.replace('"', "").replace("<", "") for stamp in stamps)
    head = meta(in_head, "pubdate") + linked(told, dateModified=change)
    page = html(f'<time datetime="{tagged}">x</time><p>{line}</p><p>Diperbarui: {change}</p>', BODY, head=head)
    for instant in times(page, url=f"{URL}/{path}"):
        assert instant is None or EARLIEST <= instant <= NOW + AHEAD


def test_where_everything_is_called_a_widget_that_tells_nothing() -> None:
    """As page builders do; a box that only lists are called by is still one."""
    wrap = "<div class='x-widget'><div class='x-widget-container'>{}</div></div>"
    head, date, body = f"<h1>{TITLE}</h1>", "<time>24 November 2026 08:30 WIB</time><i itemprop=author>Siti</i>", BODY
    page = "".join(map(wrap.format, (head, date, body)))
    assert times(f"<title>{TITLE}</title>{page}")[0] == MORNING
    other = wrap.format("<div class='related'><time>24 November 2026 08:30 WIB</time></div>")
    assert times(f"<title>{TITLE}</title>{wrap.format(head)}{other}{wrap.format(body)}") == (None, None)
