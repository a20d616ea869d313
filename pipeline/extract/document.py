"""Text to a tree, within limits that no page can talk us out of."""

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

# Characters of HTML that are parsed. The largest of 123 real pages has 1.5 million; time grows faster than size
# above (trafilatura: 4.6 MB 0.8 s, 11.6 MB 5 s). What lies behind is seldom the story: scripts, comments, a footer.
MAX_HTML = 4 * 1024 * 1024
# libxml2 compares each attribute of a tag with all before it: 100,000 of them cost 13 s (measured), 1,000 nothing.
# Real tags have fewer than 100; long ones carry pictures or JSON in one value.
_LONG_TAG = re.compile(r"<[^<>]{20000,}")
_MOST_ATTRIBUTES = 1000
_TITLE = re.compile(r"<title\b[^<>]*>[^<]*", re.IGNORECASE)
_TITLE_END = re.compile(r"</title\b", re.IGNORECASE)


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, None when there is no markup and no text in it. Never raises.

    Comments are left out. libxml2 stops at 2,048 levels of nesting, so nothing below may recurse by level.
    """
    data = _title_closed(_LONG_TAG.sub(_bare, text[:MAX_HTML])).encode("utf-8", "replace")
    # huge_tree: without it libxml2 gives up at 256 levels and drops any text node above 10 MB
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return document_fromstring(data, parser=parser)
    except etree.ParserError:  # "Document is empty"
        return None


def _title_closed(text: str) -> str:
    """A title that nothing closes ends at the next tag: by the letter of HTML it would swallow the whole page."""
    title = _TITLE.search(text)
    if title is None or _TITLE_END.search(text, title.end()):
        return text
    return f"{text[: title.end()]}</title>{text[title.end() :]}"


def _bare(tag: re.Match[str]) -> str:
    """The tag without attributes when it has more than any real one."""
    written = tag[0]
    return written if written.count("=") <= _MOST_ATTRIBUTES else written[:40].split()[0]
