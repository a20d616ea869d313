"""The mail as HTML: 600 px, tables, inline style, nothing to load, at most 90,000 bytes (bars D8, D9)."""

from functools import cache
from pathlib import Path
from typing import Final

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digests import changed_words, words
from digests.edition import Edition, Section
from digests.rank import SECTIONS
from digests.render.fit import fitted, utf8
from digests.render.links import unsubscribe_url
from kliping.indonesian.formats import number

LARGEST: Final = 90_000  # bytes, decoded: Gmail cuts at about 102,000
TEMPLATES: Final = Path(__file__).with_name("templates")
_inliner = CSSInliner(
    load_remote_stylesheets=False, keep_at_rules=True, minify_css=True, remove_inlined_selectors=False
)


def render_html(edition: Edition) -> str:
    """The whole mail; items that do not fit are counted with a link to the edition's page."""
    return fitted(edition, _render, LARGEST, utf8)


def _render(edition: Edition, shown: int) -> str:
    page = (
        _environment()
        .get_template("mail.html")
        .render(
            edition=edition,
            words=words,
            number=number,
            sections=_sections(edition, shown),
            left=len(edition.items) - shown,
            changed_words=changed_words,
            updates=words.told_updates(edition),
            bar=_bar(edition),
            unsubscribe=unsubscribe_url(edition.public_url),
        )
    )
    return _inliner.inline(page)


def _sections(edition: Edition, shown: int) -> list[tuple[Section, list[tuple[int, object]]]]:
    """The sections with the items to show and their numbers."""
    numbered = list(enumerate(edition.items[:shown], 1))
    return [(name, [(index, item) for index, item in numbered if item.section == name]) for name in SECTIONS]


def _bar(edition: Edition) -> list[tuple[str, int]]:
    """Tone and width in per cent, in the order of the words above the bar; whole numbers that make 100."""
    counted = [(tone, many) for tone, many in edition.counted().items() if many]
    total = sum(many for _, many in counted)
    widths = [max(1, round(100 * many / total)) for _, many in counted]
    if widths:
        widths[widths.index(max(widths))] += 100 - sum(widths)
    return [(tone or "none", width) for (tone, _), width in zip(counted, widths, strict=True)]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return made
