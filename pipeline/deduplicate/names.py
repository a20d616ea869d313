"""By what an article is known besides its own address, so that a moved page is a revision and no second article.

| a page is of a stored article … | where their texts are |
| --- | --- |
| that has its canonical address | alike, unless that is the address that answered |
| that was read before from the address asked or answered: a redirect, a new slug, another canonical link | alike |
| whose address has the same number: `/berita/48213/lama`, `/berita/48213/baru` | alike and of one minute, or copies |

A number is an article's own as long as one article has it; one that two have is a section's and names neither. Nor are
pages of different minutes one article, though all but a figure of them be the same: what robots write looks like that.

The same words at another address, without any such sign, are a copy: an outlet may print a release twice.

A canonical link that leads to an article of another text is not believed: the page is known by its address then. An
answer that says "gone" is about the article that was read before from the address asked or answered.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import BindParameter, Connection, bindparam, select, union_all

from kliping.article import Article, article_id, digest
from kliping.articles import load_article
from kliping.database import Database
from kliping.tables import articles, names
from kliping.urls import canonical_host, canonical_url, host_of, registrable_domain
from pipeline.deduplicate.compare import judge
from pipeline.deduplicate.text import Text

# Share of one text in the other, the larger of both: an edit leaves more, another story of an outlet has under 0.1 of
# its words in common triples
ALIKE: Final = 0.3
TITLES: Final = 0.5  # share of common words of two titles: what is left to compare where a page has no text
MANY: Final = 20  # articles that one address is looked up among: a canonical link that all pages claim has more
_NUMBER: Final = re.compile(r"(?:[a-z]{0,3}-?)(\d{3,})|(\d{5,})[-_].*|.*[-_][a-z]?(\d{5,})", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_DAY: Final = re.compile(r"(?:19[89]\d|20\d\d)(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?$")

Words = Callable[[Article], Text]

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_stored = select(articles.c.id).where(articles.c.id == bindparam("one"))
_numbered = select(names.c.name, names.c.article).where(names.c.name == bindparam("number")).limit(2).subquery()
_holding = union_all(
    select(articles.c.id.label("name"), articles.c.id.label("article")).where(articles.c.id.in_(_ids)),
    select(names.c.name, names.c.article).where(names.c.name.in_(_ids)),
    select(_numbered.c.name, _numbered.c.article),
)


def known_as(connection: Connection, message: Article, words: Words) -> str:
    """The id of the stored article that `message` is about; its own where it is about none. Reads only."""
    places = addresses(message)
    number = "" if message.withdrawn else number_of(message)
    found = _holders(connection, [message.id, *places], number)
    read_here = {id_ for place in places for id_ in found[place]}
    holders = list(dict.fromkeys([*found[message.id], *(id_ for place in places for id_ in found[place])]))
    if message.withdrawn:
        return holders[0] if holders else message.id
    own = message.id in holders
    if own and is_plain(message):
        return message.id
    if not any(found.values()):
        return message.id
    text = words(message)
    for one in _texts(connection, holders[:MANY], words):
        if _alike(text, one, by_title=one.article.id in read_here):
            return one.article.id
    if own:
        return places[0]
    near = found[number] if len(found[number]) == 1 else []
    return next((one.article.id for one in _texts(connection, near, words) if is_moved(text, one)), message.id)


def is_plain(message: Article) -> bool:
    """Whether a page has its canonical address."""
    places = addresses(message)
    return not places or message.id == places[0]


def remember(database: Database, connection: Connection, message: Article, article: str) -> None:
    """Note by what `article`, which `message` is about, is known from now on.

    Not by a canonical link that is the address of another article: all pages of an outlet may claim one.
    """
    home = registrable_domain(host_of(message.url))
    known = {article_id(url) for url in _urls(message) if registrable_domain(host_of(url)) == home} - {article}
    if number := number_of(message):
        known.add(number)
    if message.id != article and not connection.execute(_stored, {"one": message.id}).first():
        known.add(message.id)
    database.upsert(connection, names, [{"name": name, "article": article} for name in known], update=[])


def link(message: Article, article: str) -> str:
    """The link that opens `article`, which `message` is about: what answered, where the canonical link is not its."""
    if message.fetch and message.id != article == addresses(message)[0]:
        return message.fetch.answered
    return message.url


def addresses(message: Article) -> list[str]:
    """The ids of the addresses that a page has: answered, asked."""
    return list(dict.fromkeys(map(article_id, _urls(message))))


def number_of(article: Article) -> str:
    """The name that the numbers in an article's address give it on its host; '' without one."""
    found = [number for part in _parts(article.url) if (number := _number(part))]
    return digest("number", canonical_host(host_of(article.url)), *found) if found else ""


def _urls(message: Article) -> tuple[str, ...]:
    return (message.fetch.answered, message.fetch.asked) if message.fetch else ()


def _parts(url: str) -> list[str]:
    """Segments of the path and values of the query."""
    parts = urlsplit(canonical_url(url))
    return [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]


def _number(part: str) -> str:
    match = _NUMBER.fullmatch(_EXTENSION.sub("", part))
    number = next(filter(None, match.groups()), "") if match else ""
    return "" if _is_date(number) else number


def _is_date(number: str) -> bool:
    """Whether it can be a year, a month of one, or a day: `2026`, `202611`, `20261123`, `23112026`."""
    return any(_DAY.match(turned) for turned in (number, number[4:] + number[2:4] + number[:2]))


def _holders(connection: Connection, ids: Sequence[str], number: str) -> Mapping[str, list[str]]:
    """The articles that have each of `ids` as their own, which come first, or as a name; of `number` up to two."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_holding, {"ids": ids, "number": number}):
        found[row.name].append(row.article)
    return defaultdict(list, {name: sorted(held, key=lambda one: (one != name, one)) for name, held in found.items()})


def _texts(connection: Connection, ids: Sequence[str], words: Words) -> Iterator[Text]:
    for id_ in ids:
        if (grouped := load_article(connection, id_)) is not None:
            yield words(grouped.article)


def is_moved(a: Text, b: Text) -> bool:
    """Whether two pages of different addresses are one article, by what they share besides."""
    one, other = a.article, b.article
    if one.outlet != other.outlet:
        return False
    if not number_of(one) or number_of(one) != number_of(other):
        return False
    minutes = {_minute(one), _minute(other)}
    if len(minutes - {""}) == 2:
        return False
    return ("" not in minutes and _alike(a, b, by_title=False)) or judge(a, b) is not None


def _minute(article: Article) -> str:
    """When it says it was published; '' where that is not known so exactly."""
    published = article.published
    if published is None or published.precision == "day":
        return ""
    return f"{published.instant:%Y-%m-%dT%H:%M}"


def _alike(a: Text, b: Text, *, by_title: bool) -> bool:
    """Whether two wordings can be one article's: by their texts, and by titles too where `by_title` or one has none."""
    if a.words and b.words:
        shared = max(a.shared_with(b), b.shared_with(a)) >= ALIKE
        if shared or not by_title:
            return shared
    common = len(set(a.title) & set(b.title))
    return 2 * common >= TITLES * (len(set(a.title)) + len(set(b.title))) > 0
