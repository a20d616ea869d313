"""Answers that are no story although the server says 200: other files, bot walls, "not found" in words."""

import re

from pipeline.extract.outline import Outline
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries

# Characters of text on a page. A bot wall says about 300 (the rule of the domain sheet), those with explanations 1,200.
_WALL = 300
_LONG_WALL = 1500
_TELLING = 10  # characters of a mark that may stand among other words: "404" begins headlines too ("404 guru diangkat")
_SIGNATURES = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"OggS", b"ID3")
_OTHER_XML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]", re.DOTALL
)
# Control characters that no text has, without NUL, which careless pages hold and UTF-16 is full of. Of random bytes
# 10 % are such; no real page of 133 has one in its head.
_CONTROLS = bytes({*range(1, 32)} - set(b"\t\n\f\r\x1b"))  # escape opens the shifts of ISO 2022
_MOST_CONTROLS = 20  # in the first 1,024 bytes
_MARKUP_TYPES = ("html", "text/plain", "octet-stream", "xml")  # octet-stream: servers that do not know their own pages


def is_html(body: bytes, content_type: str) -> bool:
    """Whether a body can be a page: by its first bytes, then by what the server calls it ('' is anything)."""
    head = body[:1024].removeprefix(b"\xef\xbb\xbf")
    if head.startswith(_SIGNATURES) or _OTHER_XML.match(head) or _is_binary(head):
        return False
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or any(name in kind for name in _MARKUP_TYPES)


def _is_binary(head: bytes) -> bool:
    return len(head) - len(head.translate(None, _CONTROLS)) > _MOST_CONTROLS


def refusal(title: str, page: Outline) -> str:
    """Why the page is no story: a wall against bots ("block_page"), or it says that the story is not there ("gone")."""
    if _matches("walls.txt", title, page):
        return "block_page"
    return "gone" if _matches("gone.txt", title, page) else ""


def _matches(name: str, title: str, page: Outline) -> bool:
    size = sum(len(block.text) for block in page.blocks)
    if size > _LONG_WALL:
        return False
    head, marks = plain(title), [plain(entry) for entry in entries(name)]
    telling = tuple(mark for mark in marks if len(mark) >= _TELLING)
    if head in marks or head.startswith(telling):
        return True
    if size > _WALL:
        return False
    text = plain(" ".join(block.text for block in page.blocks))
    return any(mark in text for mark in telling)
