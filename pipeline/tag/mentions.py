"""The regions and agencies that an article names, as tags with the words that they rest on."""

from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from kliping.article import Article, Evidence, Tag
from kliping.indonesian.agencies import Agency, AgencyMention, find_agencies
from kliping.indonesian.places import RegionMention, find_regions
from kliping.indonesian.regions import regions
from kliping.indonesian.words import tokens
from pipeline.tag.evidence import Limits, first_of, quoted

LEAD = 2  # paragraphs that count double, as the title does (government.md, section 6)


class Named:
    """What one article names: regions in its title, its text and the folders of its address, agencies in the first two.

    Names that stay open are in neither: a bare "Tangerang" that may be Kota or Kabupaten, a "DKP" of two agencies.
    """

    def __init__(self, article: Article) -> None:
        path, self._path_at = path_of(article.url)
        self._article = article
        self._regions: dict[str, list[RegionMention]] = {}
        for place in find_regions(article.title, article.paragraphs, url_path=path):
            if place.code:
                self._regions.setdefault(place.code, []).append(place)

    @property
    def codes(self) -> tuple[str, ...]:
        """The regions that it surely names, the primary one first."""
        return tuple(self._regions)

    def regions(self, limits: Limits) -> tuple[Tag, ...]:
        """A tag for each region. Its weight, the sum of its mentions, orders; it is no probability."""
        first = list(self._regions.items())[: limits.tags]
        return tuple(self._region(code, mentions, limits.evidence) for code, mentions in first)

    def agencies(self, limits: Limits) -> tuple[Tag, ...]:
        """A tag for each agency, also of central ones and companies, the most named first."""
        found: dict[Agency, list[AgencyMention]] = {}
        for mention in find_agencies(self._article.title, self._article.paragraphs):
            if mention.agency:
                found.setdefault(mention.agency, []).append(mention)
        tags = [self._agency(agency, mentions, limits.evidence) for agency, mentions in found.items()]
        return tuple(sorted(tags, key=lambda tag: -tag.weight)[: limits.tags])

    def _region(self, code: str, mentions: Sequence[RegionMention], limit: int) -> Tag:
        weight = round(sum(mention.weight for mention in mentions), 3)
        return Tag(id=code, name=regions()[code].name, weight=weight, evidence=self._evidence(mentions, limit))

    def _agency(self, agency: Agency, mentions: Sequence[AgencyMention], limit: int) -> Tag:
        weight = sum(2.0 if mention.where == "title" or mention.paragraph < LEAD else 1.0 for mention in mentions)
        return Tag(id=agency_id(agency), name=agency.name, weight=weight, evidence=self._evidence(mentions, limit))

    def _evidence(self, mentions: Sequence[RegionMention | AgencyMention], limit: int) -> tuple[Evidence, ...]:
        return first_of(map(self._cited, mentions), limit)

    def _cited(self, mention: RegionMention | AgencyMention) -> Evidence:
        start, end = mention.start, mention.end
        match mention.where:
            case "title":
                return quoted("title", 0, start, end, self._article.title)
            case "text":
                return quoted("text", mention.paragraph, start, end, self._article.paragraphs[mention.paragraph])
            case "url":
                return quoted("url", 0, self._path_at + start, self._path_at + end, self._article.url)


@cache
def agency_id(agency: Agency) -> str:
    """The name of an agency as an id: several agencies share one field of government, so its number is none."""
    return "-".join(tokens(agency.name))


def path_of(url: str) -> tuple[str, int]:
    """The path of an address and where in the address it begins; ('', 0) for what is no address."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return "", 0
    begin = url.find(path, url.find("://") + 3) if path and "://" in url else -1
    return (path, begin) if begin >= 0 else ("", 0)
