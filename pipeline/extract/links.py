"""Addresses that a page states: the one under which it wants to be known, and its picture."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit, urlunsplit

from kliping.urls import TRACKING, canonical_url, host_of, is_web_url, registrable_domain
from pipeline.extract.linkeddata import Json
from pipeline.extract.statements import LONGEST, Statements, line

_PART = re.compile(r"(\d{1,3}|amp|all|index\.\w+)", re.IGNORECASE)  # a last path segment that names a part of a story
_HOMES = frozenset(("", "index.php", "index.html", "home", "beranda"))
_HOST_FIRST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?=/)")  # of an address without its scheme: "www.contoh.id/berita/1"
_AMP = re.compile(r"^https?://amp\.|/amp/?(?:$|[?#])|[?&]amp(?:=1)?(?:$|[&#])", re.IGNORECASE)
_NO_PICTURE = re.compile(
    r"(?:^|[-_.])(?:logo|favicon|default|placeholder|no-?(?:image|photo|foto)|blank|avatar|icon|spacer)\d*[-_.]",
    re.IGNORECASE,
)


def story_url(said: Statements, answered: str) -> tuple[str, str]:
    """A link that opens the story, with where it was read: "canonical" when that can be believed, else "answered".

    A page of unknown origin (`answered` is '') is believed, as long as it does not name a home page.
    """
    for stated in _absolutes(said.canonical or ("" if answered else said.first("og:url")), answered):
        if is_believable(stated, answered) if answered else not is_home(stated):
            return _tidy(stated, answered), "canonical"
    return answered, "answered" if answered else ""


def _absolutes(stated: str, answered: str) -> Iterator[str]:
    """What a canonical link may mean: written without scheme, or counted from the page or from the root of the site."""
    host = _HOST_FIRST.match(stated)
    if host and registrable_domain(host[0]) == registrable_domain(host_of(answered)):
        stated = f"//{stated}"
    found = [_absolute(stated, answered), _absolute(f"/{stated}", answered) if stated[:1] not in "/" else ""]
    same = [url for url in found if url and canonical_url(url) == canonical_url(answered)]
    yield from same or filter(None, found[:1])


def _tidy(url: str, answered: str) -> str:
    """A link without tracking and fragment, and with https where the page was fetched so from the same host."""
    parts = urlsplit(url)
    query = "&".join(pair for pair in parts.query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0]))
    safe = answered.startswith("https:") and host_of(url) == host_of(answered)
    return urlunsplit(("https" if safe else parts.scheme, parts.netloc, parts.path, query, ""))


def is_believable(stated: str, answered: str) -> bool:
    """Whether a canonical link may name this story: same owner, not the home page, a section above it or AMP."""
    here, there = _segments(answered), _segments(stated)
    if _AMP.search(stated) and not _AMP.search(answered):
        return False
    if registrable_domain(host_of(stated)) != registrable_domain(host_of(answered)) or is_home(stated):
        return False
    above = len(there) < len(here) and here[: len(there)] == there
    return not above or all(_PART.fullmatch(segment) for segment in here[len(there) :])


def is_home(url: str) -> bool:
    """True for the front page of a site."""
    segments = _segments(url)
    return "?" not in canonical_url(url) and (not segments or (len(segments) == 1 and segments[0].lower() in _HOMES))


def picture(said: Statements, answered: str) -> tuple[str, str]:
    """The address of the story's picture with where it was read; ('', '') without one."""
    for url, source in (
        *(
            (url, "meta")
            for name in ("og:image", "og:image:url", "og:image:secure_url")
            for url in said.meta.get(name, ())
        ),
        *((url, "json-ld") for url in _images(said.article)),
        (said.first("twitter:image", "twitter:image:src", "image", "thumbnailurl"), "meta"),
    ):
        if (found := _absolute(url, answered)) and _is_picture(found):
            return found.replace(" ", "%20"), source
    return "", ""


def _images(article: Json) -> Iterator[str]:
    for stated in (article.get("image"), article.get("thumbnailUrl")):
        for image in stated if isinstance(stated, list) else [stated]:
            yield line(image.get("url") or image.get("contentUrl") if isinstance(image, dict) else image)


def _is_picture(url: str) -> bool:
    """Whether `url` names a file, not a folder, that is not the site's logo or an empty frame."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    if not segments or (len(segments) == 1 and "." not in segments[0] and "?" not in url):
        return False
    return not _NO_PICTURE.search(segments[-1])


def _segments(url: str) -> list[str]:
    path = canonical_url(url).partition("://")[2].partition("?")[0].partition("/")[2]
    return [segment for segment in path.split("/") if segment]


def _absolute(url: str, base: str) -> str:
    if not url or len(url) >= LONGEST:
        return ""
    try:
        joined = urljoin(base, url)
    except ValueError:
        return ""
    return joined if is_web_url(joined) else ""
