"""By what an article is known besides its own address, so that a moved page is a revision and no second article.

| a page is of a stored article … | where their texts are |
| --- | --- |
| that has its canonical address | alike, unless that is the address that answered |
| that was read before from the address asked or answered: a redirect, a new slug, another canonical link | alike |
| whose address has the same number: `/berita/48213/lama`, `/berita/48213/baru` | copies, or alike and of one minute |
| of the same host that says it was published at the same minute | the same, word by word |

A canonical link that leads to an article of another text is not believed: the page is known by its address then. An
answer that says "gone" is about the article that was read before from the address asked or answered.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import Connection, bindparam, select

from kliping.article import Article, article_id, digest
from kliping.articles import load_article
from kliping.database import Database
from kliping.tables import articles, names
from kliping.urls import canonical_host, canonical_url, host_of, registrable_domain
from pipeline.deduplicate.compare import judge
from pipeline.deduplicate.text import Text

ALIKE: Final = (
    0.3  # share of one text in the other, the larger of both: an edit leaves more, another story of an outlet
)
# has under 0.1 of its words in common triples
TITLES: Final = 0.5  # share of common words of two titles: what is left to compare where a page has no text
MANY: Final = 20  # articles of one name: then it names none (a section's number, a time at which a robot posts)
_NUMBER: Final = re.compile(r"(?:[a-z]{0,3}-?)(\d{3,})|(\d{5,})[-_].*|.*[-_][a-z]?(\d{5,})", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_DATES: Final = ("%Y", "%Y%m", "%Y%m%d", "%d%m%Y")

Words = Callable[[Article], Text]

_exists = select(articles.c.id).where(articles.c.id.in_(bindparam("ids", expanding=True)))
_named = select(names.c.name, names.c.article).where(names.c.name.in_(bindparam("ids", expanding=True)))
_sharing = select(names.c.article).where(names.c.name == bindparam("one")).order_by(names.c.article).limit(MANY + 1)


def known_as(connection: Connection, message: Article, words: Words) -> str:
    """The id of the stored article that `message` is about; its own where it is about none. Reads only."""
    places = addresses(message)
    holders = _holders(connection, [message.id, *places])
    if message.withdrawn:
        return holders[0] if holders else message.id
    own = message.id in holders
    if own and (not places or message.id == places[0]):
        return message.id
    text = words(message)
    if found := next((one for one in _texts(connection, holders, words) if _alike(text, one)), None):
        return found.article.id
    if own:
        return places[0]
    return next(_by_traits(connection, text, words), message.id)


def remember(database: Database, connection: Connection, message: Article, article: str) -> None:
    """Note by what `article`, which `message` is about, is known from now on."""
    home = registrable_domain(host_of(message.url))
    near = [article_id(url) for url in _urls(message) if registrable_domain(host_of(url)) == home]
    known = {message.id, *near, *filter(None, (number_of(message), moment_of(message)))} - {article}
    database.upsert(connection, names, [{"name": name, "article": article} for name in known], update=[])


def addresses(message: Article) -> list[str]:
    """The ids of the addresses that a page has: answered, asked."""
    return list(dict.fromkeys(map(article_id, _urls(message))))


def number_of(article: Article) -> str:
    """The name that the numbers in an article's address give it on its host; '' without one."""
    found = [number for part in _parts(article.url) if (number := _number(part))]
    return digest("number", canonical_host(host_of(article.url)), *found) if found else ""


def moment_of(article: Article) -> str:
    """The name that its host and the minute of its publication give it; '' where that is not known."""
    published = article.published
    if published is None or published.precision == "day":
        return ""
    return digest("moment", canonical_host(host_of(article.url)), f"{published.instant:%Y-%m-%dT%H:%M}")


def _urls(message: Article) -> tuple[str, ...]:
    return (message.fetch.answered, message.fetch.asked) if message.fetch else ()


def _parts(url: str) -> list[str]:
    """Segments of the path and values of the query."""
    parts = urlsplit(canonical_url(url))
    return [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]


def _number(part: str) -> str:
    match = _NUMBER.fullmatch(_EXTENSION.sub("", part))
    number = next(filter(None, match.groups()), "") if match else ""
    return "" if any(_is_date(number, form) for form in _DATES) else number


def _is_date(number: str, form: str) -> bool:
    try:
        return 1990 <= datetime.strptime(number, form).year <= 2100  # noqa: DTZ007
    except ValueError:
        return False


def _holders(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Articles that have one of `ids` as their own or as a name, in the order of `ids`, their own first."""
    wanted = {"ids": list(dict.fromkeys(ids))}
    own = set(connection.execute(_exists, wanted).scalars())
    found = [id_ for id_ in ids if id_ in own]
    if len(own) < len(wanted["ids"]):
        rows = sorted(connection.execute(_named, wanted), key=lambda row: (ids.index(row.name), row.article))
        found += [row.article for row in rows]
    return list(dict.fromkeys(found))


def _texts(connection: Connection, ids: Sequence[str], words: Words) -> Iterator[Text]:
    for id_ in ids:
        if (grouped := load_article(connection, id_)) is not None:
            yield words(grouped.article)


def _by_traits(connection: Connection, text: Text, words: Words) -> Iterator[str]:
    for name, is_same in ((number_of(text.article), _same_number), (moment_of(text.article), _same_moment)):
        shared = list(connection.execute(_sharing, {"one": name}).scalars()) if name else []
        if len(shared) <= MANY:
            yield from (one.article.id for one in _texts(connection, shared, words) if is_same(text, one))


def _same_number(a: Text, b: Text) -> bool:
    if a.article.outlet != b.article.outlet:
        return False
    at_once = bool(moment_of(a.article)) and moment_of(a.article) == moment_of(b.article)
    return (at_once and _alike(a, b)) or judge(a, b) is not None


def _same_moment(a: Text, b: Text) -> bool:
    return a.article.outlet == b.article.outlet and bool(a.all_words) and a.all_words == b.all_words


def _alike(a: Text, b: Text) -> bool:
    if a.words and b.words and max(a.shared_with(b), b.shared_with(a)) >= ALIKE:
        return True
    common = len(set(a.title) & set(b.title))
    return 2 * common >= TITLES * (len(set(a.title)) + len(set(b.title))) > 0
