"""Whether a page lists others: a home, section, tag or search page. Pure.

To take a story for a list would lose it, so two things must hold. The page is built like a list: many headlines that
lead elsewhere, and between them no more than a teaser. And it says that it is one, or says nothing of a story. A
headline that a text follows at once is a story's, whatever the address or the title says.
"""

from typing import Final

from lxml.html import HtmlElement

from pipeline.extract.headings import slug_words
from pipeline.extract.linkeddata import ARTICLE_TYPES
from pipeline.extract.links import is_home
from pipeline.extract.outline import Block, Outline
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.statements import Statements

_SURE_TYPES: Final = frozenset(("collectionpage", "searchresultspage", "profilepage"))
# Classes of the body, as WordPress sets them: those that no story has, and those that other systems give to any page.
_SURE: Final = frozenset(("archive", "search-results", "search-no-results", "post-type-archive"))
_LIKELY: Final = frozenset(("home", "blog", "category", "tag", "search", "author", "indeks", "index"))
_STORY: Final = ("single", "postid-", "attachment")  # how classes of a story's body begin
_HEADLINE: Final = range(25, 200)  # characters of a link that may be one: shorter ones are menus, longer ones teasers
_WORDS: Final = 4  # of a headline at least
# Characters of prose between two headlines: in 123 stories the longest is 409 at least, in 6 home pages 243 at most.
_TEASER: Final = 300
_EXCERPT: Final = 600  # the same on a page that calls itself a list: WordPress shows 55 words, themes up to 80
_ALIKE: Final = 3  # excerpts of that length at least
# Headlines of a page that calls itself a list and holds nothing else (a tag may have three stories), of one that holds
# some text too or seems to call itself one, and of one that says nothing (24 to 69 seen).
_FEW, _CALLED, _SILENT = 3, 8, 20
_NAME: Final = 5  # words of an address that is a story's, "/kategori/wali-kota-resmikan-taman-baca"; tags have less
_MORE: Final = frozenset(("selengkapnya", "baca selengkapnya", "lihat selengkapnya", "baca berita", "read more"))
_LONGEST_MORE: Final = 30  # characters
_APART: Final = frozenset(("nav", "navbar", "navigation", "menu", "dropdown", "submenu", "megamenu", "footer"))


def is_list(said: Statements, page: Outline, *, url: str, headline: int | None, called: bool, named: bool) -> bool:
    """Whether the page is a list.

    `headline` is the index of the block that prints the title. `called`: the whole title is what lists are called
    ("Indeks Berita"); `named`: the title's first words or the address say so.
    """
    if _is_story(said, called):
        return False
    classes = _classes(page)
    sure = called or (url and is_home(url)) or not (_SURE_TYPES.isdisjoint(said.types) and _SURE.isdisjoint(classes))
    leads = _leads(page, headline)
    if (leads and not sure) or not _is_built_so(page, headline, _EXCERPT if sure and not leads else _TEASER):
        return False
    cards = _cards(page, headline)
    if leads:
        return cards >= _CALLED
    words = len(slug_words(url))
    if sure or (named and not words):
        return cards >= _FEW
    if words >= _NAME:
        return False
    likely = named or not _LIKELY.isdisjoint(classes)
    return cards >= _CALLED if likely else headline is None and cards >= _SILENT


def _is_story(said: Statements, called: bool) -> bool:
    """Whether the page says that it is one; there are outlets whose every page is an "article" to Facebook."""
    stated = said.first("og:type") == "article" and not called
    return stated or not ARTICLE_TYPES.isdisjoint(said.types) or bool(said.first("article:published_time"))


def _is_built_so(page: Outline, headline: int | None, most: int) -> bool:
    """Whether at most so many characters of prose stand between two headlines of others, but for the footer.

    More than a teaser may, where others have about as much. Ends at the story.
    """
    run = longest = total = 0.0
    for index, block in enumerate(page.blocks):
        if index != headline and _is_headline(block):
            run = 0.0
        elif (said := prose(block)) and not _is_footer(page, block):
            run += said
            total += said
            longest = max(longest, run)
            if run > most:
                return False
    return longest <= _TEASER or _ALIKE * longest <= total


def _cards(page: Outline, headline: int | None) -> int:
    """How many headlines lead elsewhere, without those of menus and footers."""
    apart = page.spread([box.tag in _APART or not _APART.isdisjoint(box.names) for box in page.boxes])
    return len({
        index if _is_more(block) else block.text
        for index, block in enumerate(page.blocks)
        if index != headline and not apart[block.box] and _is_headline(block)
    })  # fmt: skip


def _leads(page: Outline, headline: int | None) -> bool:
    """Whether text follows the page's own headline, before any other's."""
    for block in page.blocks[headline + 1 :] if headline is not None else ():
        if _is_headline(block):
            return False
        if prose(block) and not _is_footer(page, block):
            return True
    return False


def _classes(page: Outline) -> frozenset[str]:
    """The classes of the body; none where they name a story, or where only a part of the page was looked at."""
    body = next((box.element for box in page.boxes[:2] if box.tag == "body"), None)
    classes = (body.get("class") or "").lower().split() if isinstance(body, HtmlElement) else []
    return frozenset(() if any(name.startswith(_STORY) for name in classes) else classes)


def _is_headline(block: Block) -> bool:
    is_long = len(block.text) in _HEADLINE and block.text.count(" ") >= _WORDS - 1
    return is_linked(block) and (is_long or _is_more(block))


def _is_more(block: Block) -> bool:
    """Whether a link leads on from a headline and a teaser that are none."""
    return len(block.text) <= _LONGEST_MORE and plain(block.text) in _MORE and is_linked(block)


def _is_footer(page: Outline, block: Block) -> bool:
    return any(page.boxes[box].tag == "footer" or "footer" in page.boxes[box].names for box in page.up(block.box))
