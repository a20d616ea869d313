"""WordPress's REST interface: what is asked, and answers in every state."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.wordpress import PER_PAGE, next_page, posts_url, read_posts, since_last

URL = "https://a.test/wp-json/wp/v2/posts"
AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def post(**changes: Any) -> dict[str, Any]:
    told = {"link": "https://a.test/panen", "date_gmt": "2026-11-24T01:02:03", "title": {"rendered": "Panen"}}
    return told | changes


def links(*posts: Any) -> list[str]:
    return [item.link for item in read_posts(json.dumps(posts).encode(), URL).items]


@pytest.mark.parametrize(
    ("root", "path", "route"),
    [
        ("https://a.test/wp-json/", "/wp-json/wp/v2/posts", None),
        ("https://a.test/blog/wp-json", "/blog/wp-json/wp/v2/posts", None),
        ("https://a.test/?rest_route=/", "/", ["/wp/v2/posts"]),
    ],
)
def test_both_forms_of_the_interface_are_asked(root: str, path: str, route: list[str] | None) -> None:
    parts = urlsplit(posts_url(root, AT))
    query = parse_qs(parts.query)
    assert (parts.path, query.get("rest_route"), query["after"]) == (path, route, ["2026-11-24T06:30:00Z"])
    further = parse_qs(urlsplit(next_page(next_page(posts_url(root, AT)))).query)
    assert further["page"] == ["3"]
    assert further["per_page"] == [str(PER_PAGE)]


def test_a_look_goes_back_a_day_and_keeps_its_address_for_a_day() -> None:
    assert since_last(AT, AT) == datetime(2026, 11, 23, tzinfo=UTC) == since_last(AT - timedelta(hours=6), AT)
    assert since_last(AT - timedelta(days=9), AT) == datetime(2026, 11, 14, tzinfo=UTC)  # after an outage
    assert since_last(None, AT) == datetime(2026, 11, 21, tzinfo=UTC)
    assert since_last(AT + timedelta(days=400), AT) == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_post_that_is_none_is_passed_over() -> None:
    odd = [post(link="javascript:alert(1)"), post(link=5), {"title": "x"}, None, 7, post(excerpt={"rendered": None})]
    assert links(post(), *odd, post(link="/relatif")) == ["https://a.test/panen", "https://a.test/relatif"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html>Maaf</html>", "feed_is_html"),
        (b'{"code":"rest_forbidden"}', "feed_damaged"),
        (b"[{", "feed_damaged"),
        (b"\xff\xfe", "feed_damaged"),
        (b"[" * 100_000, "feed_damaged"),
        (b"[]", ""),
    ],
)
def test_what_is_wrong_is_named(body: bytes, problem: str) -> None:
    assert read_posts(body, URL).problem == problem


@given(st.binary(max_size=200))
def test_any_bytes_are_read(body: bytes) -> None:
    read_posts(body, URL)
    read_posts(b"[" + body + b"]", URL)
