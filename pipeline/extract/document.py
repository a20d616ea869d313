"""Text to a tree, within limits that no page can talk us out of."""

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

# Characters of HTML that are read. The largest of 133 real pages has 1.5 million; time grows faster than size above
# (trafilatura: 4.6 MB 0.8 s, 11.6 MB 5 s). What lies behind is seldom the story: scripts, comments, a footer.
MAX_HTML = 4 * 1024 * 1024
# Tags, ends of tags and comments that are read: time and memory of every parser grow with them. The fullest of 133
# real pages has 4,110.
MAX_TAGS = 12_000
# A longer tag is looked at. Parsers compare each attribute of a tag with all before it: 100,000 of them cost 13 s
# (measured), 1,000 nothing. Real tags have fewer than 100, and up to 22,000 characters: pictures or JSON in one value.
_LONG = 20_000  # characters
_LONG_TAG = re.compile(rf"<[^<>]{{{_LONG},}}")
_MOST_ATTRIBUTES = 1000
_LONGEST_TAG = 200_000  # characters
# lxml.html asks Python for the class of each element: a tenth of the time of parsing a page and walking over it
_ALL_ALIKE = etree.ElementDefaultClassLookup(element=HtmlElement)
_TITLE = re.compile(r"<title\b[^<>]*>[^<]*", re.IGNORECASE)
_TITLE_END = re.compile(r"</title\b", re.IGNORECASE)


def within_limits(text: str) -> tuple[str, bool]:
    """What of a page goes to any parser, and whether its end had to go. Tags that are far too long lose what they say.

    Linear in the size of the text, and what it returns is read in a fraction of a second, whatever it is.
    """
    small = _LONG_TAG.sub(_bare, text) if _has_long_tag(text) else text
    cut = small[:MAX_HTML]
    if cut.count("<") > MAX_TAGS:
        rest = cut.split("<", MAX_TAGS + 1)[-1]
        cut = cut[: len(cut) - len(rest) - 1]
    return cut, len(cut) < len(small)


def _has_long_tag(text: str) -> bool:
    """Whether one may be there: one of every _LONG places would lie in it. A look at these costs next to nothing."""
    for place in range(_LONG - 1, len(text), _LONG):
        start = max(text.rfind(mark, max(0, place - _LONG), place) for mark in "<>")
        ends = [end for mark in "<>" if (end := text.find(mark, place, place + _LONG)) >= 0]
        if not ends or min(ends) - start > _LONG:
            return True
    return False


def parse(text: str) -> HtmlElement | None:
    """The tree of a page `within_limits`, None when there is no markup and no text in it. Never raises.

    Comments are left out. libxml2 stops at 2,048 levels of nesting, so nothing below may recurse by level.
    """
    data = _title_closed(within_limits(text)[0]).encode("utf-8", "replace")
    # huge_tree: without it libxml2 gives up at 256 levels and drops any text node above 10 MB
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ALL_ALIKE)
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
    """The tag without attributes when it has more, or longer ones, than any real one."""
    written = tag[0]
    real = len(written) <= _LONGEST_TAG and written.count("=") <= _MOST_ATTRIBUTES
    return written if real else written[:40].split()[0]
