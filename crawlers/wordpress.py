"""What a WordPress REST interface says: the posts since a time. Pure.

The interface also offers the whole text of a post. It is not taken: what the public saw is the page, with its byline,
its canonical address, robots.txt and, later, its withdrawal; the text of the interface may be another one (short codes,
members' posts). So the post's excerpt becomes the summary of the find, and the page is read like any other.
Source of names and parameters: developer.wordpress.org/rest-api/reference/posts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from crawlers.feeds import MAX_SUMMARY, Item, absolute, text_of
from kliping.article import MAX_TITLE

PER_PAGE: Final = 100  # the most that WordPress gives
FIELDS: Final = "link,date_gmt,title,excerpt"
MARGIN: Final = timedelta(days=1)  # posts whose printed time lies before they appeared
FIRST: Final = timedelta(days=3)  # what a first look takes; more is backfill
_PRIVATE: Final = "rest_route="  # the form without pretty addresses: /?rest_route=/


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The posts of one answer. `full`: there may be a further page of them."""

    items: tuple[Item, ...] = ()
    full: bool = False
    problem: str = ""


def posts_url(root: str, since: datetime, until: datetime | None = None, page: int = 1) -> str:
    """Where the posts of a time are. `root`: the interface's address, such as https://example.co.id/wp-json/."""
    asked: dict[str, str | int] = {"after": _iso(since), "per_page": PER_PAGE, "page": page, "_fields": FIELDS}
    if until is not None:
        asked["before"] = _iso(until)
    route = "wp/v2/posts"
    if _PRIVATE in root:
        return f"{root.rstrip('/')}/{route}&{urlencode(asked)}"
    return f"{root.partition('?')[0].rstrip('/')}/{route}?{urlencode(asked)}"


def since_last(succeeded: datetime | None, at: datetime) -> datetime:
    """The time from which a live crawl asks: a day's beginning, so that the address and its validators last a day."""
    last = min(succeeded, at) if succeeded is not None else at - FIRST + MARGIN
    return (last - MARGIN).replace(hour=0, minute=0, second=0, microsecond=0)


def next_page(url: str) -> str:
    """The address of the page after the one that `posts_url` gave."""
    parts = urlsplit(url)
    pairs = [pair.split("=", 1) for pair in parts.query.split("&")]
    query = "&".join(f"{k}={int(v) + 1 if k == 'page' and v.isdigit() else v}" for k, v in pairs if k)
    return parts._replace(query=query).geturl()


class _Rendered(msgspec.Struct, frozen=True):
    rendered: str = ""


class _Post(msgspec.Struct):
    link: str
    date_gmt: str = ""
    title: _Rendered = _Rendered()
    excerpt: _Rendered = _Rendered()


_lists: Final = msgspec.json.Decoder(list[msgspec.Raw])
_posts: Final = msgspec.json.Decoder(_Post)


def read_posts(body: bytes, url: str) -> Posts:
    """Read an answer that came from `url`. A post that is not what WordPress says is passed over. Never raises."""
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.startswith(b"<"):
        return Posts(problem="feed_is_html")
    try:
        raw = _lists.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Posts(problem="feed_damaged")
    read = [post for post in map(_post, raw[:PER_PAGE]) if post is not None]
    return Posts(
        items=tuple(_items(read, url)),
        full=len(raw) >= PER_PAGE,
        problem="feed_damaged" if len(read) < min(len(raw), PER_PAGE) else "",
    )


def _post(raw: msgspec.Raw) -> _Post | None:
    try:
        return _posts.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _items(posts: Iterable[_Post], base: str) -> Iterable[Item]:
    for post in posts:
        link = absolute(unescape(post.link), base)
        if link:
            yield Item(
                link=link,
                title=text_of(post.title.rendered, MAX_TITLE),
                published=f"{post.date_gmt[:19]}Z" if post.date_gmt[:4].isdigit() else "",
                summary=text_of(post.excerpt.rendered, MAX_SUMMARY),
            )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
