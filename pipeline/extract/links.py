"""Addresses that a page states: the one under which it wants to be known, and its picture."""

import re
from urllib.parse import urljoin

from kliping.urls import canonical_url, host_of, is_web_url, registrable_domain
from pipeline.extract.statements import LONGEST, Json, Statements, line

_PART = re.compile(r"(\d{1,3}|amp|all|index\.\w+)", re.IGNORECASE)  # a last path segment that names a part of a story
_HOMES = frozenset(("", "index.php", "index.html", "home", "beranda"))


def story_url(said: Statements, answered: str) -> tuple[str, str]:
    """A link that opens the story, with where it was read: "canonical" when that can be believed, else "answered".

    A page of unknown origin (`answered` is '') is believed, as long as it does not name a home page.
    """
    stated = _absolute(said.canonical or ("" if answered else said.first("og:url")), answered)
    if stated and (is_believable(stated, answered) if answered else not is_home(stated)):
        return stated, "canonical"
    return answered, "answered" if answered else ""


def is_believable(stated: str, answered: str) -> bool:
    """Whether a canonical link may name this story: same owner, neither the home page nor a section above it."""
    here, there = _segments(answered), _segments(stated)
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
        (said.first("og:image", "og:image:url", "og:image:secure_url"), "meta"),
        (_image(said.article), "json-ld"),
        (said.first("twitter:image", "twitter:image:src", "image", "thumbnailurl"), "meta"),
    ):
        if found := _absolute(url, answered):
            return found, source
    return "", ""


def _image(article: Json) -> str:
    image = article.get("image")
    image = image[0] if isinstance(image, list) and image else image
    return line(image.get("url") if isinstance(image, dict) else image)


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
