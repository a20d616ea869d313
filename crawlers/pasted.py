"""Addresses in text that somebody pasted: a chat export, a mail, a list. Pure.

Wrappers that carry the address inside their own (`…/l.php?u=https%3A%2F%2F…`) are opened here; short ones lead on by a
redirect, which the crawler follows through its guard like any other.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from crawlers.discovery import cleaned, refusal
from kliping.article import article_id
from kliping.outlets import Outlet, outlet_of
from kliping.urls import host_of, registrable_domain

MAX_PASTED: Final = 500  # addresses of one paste; a desk's chat of a week has some hundred
MAX_LAYERS: Final = 3  # wrappers in wrappers
_URL: Final = re.compile(r"https?://[^\s<>\"'`|\\^{}\u200b-\u200f\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
_TRAILING: Final = ".,;:!?*_~…”’»"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_CARRIER: Final = re.compile(r"u|url|q|to|target|link|redirect(_?ur[il])?|dest(ination)?|goto", re.IGNORECASE)
_WRAPPER_PATH: Final = re.compile(
    r"/?(l\.php|url|link|redirect|redir|out|go|away|r|l|share(r(\.php)?)?|sharer/sharer\.php)?/?", re.IGNORECASE
)


def addresses(text: str) -> list[str]:
    """The http(s) addresses of `text` in its order, opened, without twins, at most MAX_PASTED."""
    found: dict[str, str] = {}
    for address in _addresses(text):
        found.setdefault(article_id(address), address)
        if len(found) == MAX_PASTED:
            break
    return list(found.values())


def _addresses(text: str) -> Iterator[str]:
    for match in _URL.finditer(text):
        address = opened(cleaned(_trimmed(match[0])))
        if not refusal(address):
            yield address


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence, and brackets that were opened before it."""
    while address:
        last = address[-1]
        unpaired = last in _PAIRS and address.count(last) > address.count(_PAIRS[last])
        if last not in _TRAILING and not unpaired:
            return address
        address = address[:-1]
    return address


def opened(address: str) -> str:
    """The address that a wrapper carries, or itself."""
    for _ in range(MAX_LAYERS):
        inner = _carried(address)
        if not inner:
            return address
        address = inner
    return address


def _carried(address: str) -> str:
    """What a short path carries in its query: an article's own address has a longer path or no such parameter."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not _WRAPPER_PATH.fullmatch(parts.path):
        return ""
    values = (value for name, value in parse_qsl(parts.query) if _CARRIER.fullmatch(name))
    return next((value for value in values if value.startswith(("http://", "https://")) and not refusal(value)), "")


def outlet_name(url: str, outlets: Iterable[Outlet]) -> str:
    """The id of the outlet that an address belongs to; where nobody knows it, its registrable domain."""
    outlet = outlet_of(url, outlets)
    return outlet.id if outlet else registrable_domain(host_of(url))[:64]
