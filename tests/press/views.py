"""What themes and feeds are given about an article at this moment."""

from datetime import tzinfo
from html import escape

from tests.press.articles import Item, number, pick
from tests.press.catalogue import Catalogue
from tests.press.feeds import Entry
from tests.press.newsroom import Newsroom, latest
from tests.press.pages import ArticlePage, Frame, Link, ListingPage
from tests.press.scenario import Outlet

SUMMARY = 180  # characters of the lead in a feed: about what WordPress cuts at
INLINE, RELATED, POPULAR = 2, 4, 5  # links in the three lists of an article page


def article_page(item: Item, room: Newsroom, catalogue: Catalogue) -> ArticlePage:
    """The article as its theme prints it."""
    outlet, said = item.outlet, room.wording(item)
    near = tuple(_link(other, catalogue) for other in _near(item, catalogue))
    own = catalogue.link(room.moved(item))
    return ArticlePage(
        frame=_frame(outlet, room, catalogue, item.published.tzinfo),
        url=own,
        canonical={"own": own, "home": catalogue.url(outlet), "none": ""}[outlet.canonical],
        amp=catalogue.url(outlet, "/amp" + item.path) if "amp" in outlet.twins else "",
        title=said.title,
        paragraphs=said.paragraphs,
        dateline=item.dateline,
        tail=outlet.tail.format(initials="".join(word[0] for word in item.byline.split()[:2]).lower()),
        published=item.published,
        modified=room.modified(item) or item.published,
        byline=item.byline,
        editor=pick(outlet.editors, item.story.id),
        section=item.section,
        tags=item.tags,
        caption=item.version.caption,
        inline=near[:INLINE],
        related=near[INLINE : INLINE + RELATED],
        popular=near[INLINE + RELATED :],
        reads=number(item.path, digits=3),
    )


def listing_page(
    outlet: Outlet, path: str, page: int, found: list[Item], room: Newsroom, catalogue: Catalogue
) -> ListingPage:
    """One page of `found`, newest first."""
    first, here = (page - 1) * outlet.per_page, catalogue.url(outlet, path)
    shown = latest(found, len(found))[first : first + outlet.per_page]
    index = path in ("/", outlet.listing)
    return ListingPage(
        frame=_frame(outlet, room, catalogue, shown[0].published.tzinfo if shown else None),
        heading="Indeks Berita" if index else path.strip("/").rsplit("/", 1)[-1].replace("-", " ").title(),
        links=tuple(
            Link(room.wording(item).title, catalogue.listing_link(room.moved(item)), item.published) for item in shown
        ),
        tags=catalogue.tags(outlet),
        newer=f"{here}?page={page - 1}" if page > 1 else "",
        older=f"{here}?page={page + 1}" if first + outlet.per_page < len(found) else "",
    )


def feed_entry(item: Item, room: Newsroom, catalogue: Catalogue) -> Entry:
    """The article as a feed prints it."""
    said = room.wording(item)
    lead = said.paragraphs[0]
    full = item.outlet.feed_body == "full"
    return Entry(
        title=said.title,
        url=catalogue.feed_link(room.moved(item)),
        published=item.published,
        updated=room.modified(item) or item.published,
        summary=lead if len(lead) <= SUMMARY else lead[:SUMMARY].rsplit(" ", 1)[0] + " …",
        author=item.byline,
        section=item.section,
        body="".join(f"<p>{escape(part)}</p>" for part in said.paragraphs) if full else "",
    )


def _frame(outlet: Outlet, room: Newsroom, catalogue: Catalogue, zone: tzinfo | None) -> Frame:
    sections = [
        Link(name.replace("-", " ").title(), catalogue.url(outlet, f"/kategori/{name}")) for name in outlet.sections
    ]
    ends = Link("Beranda", catalogue.url(outlet)), Link("Tentang Kami", catalogue.url(outlet, "/tentang-kami"))
    return Frame(
        site=outlet.name,
        home=catalogue.url(outlet, ""),
        menu=(ends[0], *sections, ends[1]),
        today=room.now().astimezone(zone),
    )


def _near(item: Item, catalogue: Catalogue) -> list[Item]:
    """Older articles of the outlet that stay: so a page changes only when its own text does."""
    older = [
        other
        for other in catalogue.of(item.outlet)
        if other.published < item.published and other.version.status == 200 and not other.version.withdraw
    ]
    first = number(item.path) % max(1, len(older))
    return (older[first:] + older[:first])[: INLINE + RELATED + POPULAR]


def _link(item: Item, catalogue: Catalogue) -> Link:
    return Link(item.wording.title, catalogue.link(item), item.published)
