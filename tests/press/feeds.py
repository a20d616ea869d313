"""Feeds and sitemaps as text: RSS 2.0, Atom, a news sitemap, and a feed that is broken as real ones are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as a feed prints it. `body` is HTML text or empty."""

    title: str
    url: str
    published: datetime
    updated: datetime
    summary: str
    author: str = ""
    section: str = ""
    body: str = ""


def rss(title: str, home: str, entries: Sequence[Entry]) -> str:
    """RSS 2.0 with dc:creator and, where given, content:encoded."""
    items = "\n".join(_rss_item(entry) for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<link>{escape(home)}</link>\n<description>Berita terkini {escape(title)}"
        f"</description>\n<language>id</language>\n{items}\n</channel>\n</rss>\n"
    )


def _rss_item(entry: Entry) -> str:
    body = f"<content:encoded><![CDATA[{entry.body}]]></content:encoded>" if entry.body else ""
    return (
        f"<item><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>"
        f'<guid isPermaLink="false">{escape(entry.url.partition("?")[0])}</guid>'
        f"<pubDate>{format_datetime(entry.published)}</pubDate><dc:creator>{escape(entry.author)}</dc:creator>"
        f"<category>{escape(entry.section)}</category><description>{escape(entry.summary)}</description>{body}</item>"
    )


def atom(title: str, home: str, entries: Sequence[Entry]) -> str:
    """Atom 1.0."""
    newest = max((entry.updated for entry in entries), default=datetime(2000, 1, 1, tzinfo=UTC))
    items = "\n".join(
        f'<entry><title type="text">{escape(entry.title)}</title><link rel="alternate" type="text/html" '
        f'href="{escape(entry.url)}"/><id>{escape(entry.url.partition("?")[0])}</id>'
        f"<published>{entry.published.isoformat()}</published><updated>{entry.updated.isoformat()}</updated>"
        f'<author><name>{escape(entry.author)}</name></author><category term="{escape(entry.section)}"/>'
        f'<summary type="html">{escape(escape(entry.summary))}</summary></entry>'
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">\n'
        f'<title>{escape(title)}</title>\n<link href="{escape(home)}"/>\n<id>{escape(home)}</id>\n'
        f"<updated>{newest.isoformat()}</updated>\n{items}\n</feed>\n"
    )


def broken(title: str, home: str, entries: Sequence[Entry]) -> str:
    """The RSS feed with blank lines before its declaration, HTML entities that XML does not know, bare ampersands
    and an end that never arrived. All entries are whole."""
    text = rss(title, home, entries)
    text = text.replace("<description>", "<description>&nbsp;&ldquo;berita&rdquo; & kabar: ")
    return "\n\n\n" + text[: text.rindex("</channel>")] + "<item><title>Berita yang terpo"


def sitemap(title: str, entries: Sequence[Entry]) -> str:
    """A news sitemap."""
    urls = "\n".join(
        f"<url><loc>{escape(entry.url)}</loc><lastmod>{entry.updated.isoformat()}</lastmod><news:news><news:publication>"
        f"<news:name>{escape(title)}</news:name><news:language>id</news:language></news:publication>"
        f"<news:publication_date>{entry.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(entry.title)}</news:title></news:news></url>"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}\n</urlset>\n'
    )
